/* main.ts -- the first thing that runs: styles, then the page. */
import { mount } from 'svelte';
import './base/tokens.css';
import './base/page.css';
import App from './shell/App.svelte';

const target = document.getElementById('page');
if (target) mount(App, { target });
