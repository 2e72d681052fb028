/* routes.ts -- every page with its address; a page is fetched when it is opened for the first time.
 *
 * To add a page: one line here, its words in its own folder, its section in MENU when it has one. */
import type { Component } from 'svelte';
import type { Word } from '../base/say';
import { shell } from './words';

export type Params = Record<string, string>;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Page = { default: Component<any> };
export interface Route {
  path: string; // '/segments/:id'
  section: string; // which line of the menu is lit
  load: () => Promise<Page>;
}

export const ROUTES: readonly Route[] = [
  { path: '/segments', section: '/segments', load: () => import('../pages/segments/SegmentList.svelte') },
  { path: '/segments/new', section: '/segments', load: () => import('../pages/editor/Editor.svelte') },
  { path: '/segments/bands', section: '/segments', load: () => import('../pages/segments/Bands.svelte') },
  { path: '/segments/:id', section: '/segments', load: () => import('../pages/segment/Segment.svelte') },
  { path: '/segments/:id/edit', section: '/segments', load: () => import('../pages/editor/Editor.svelte') },
  { path: '/analysis', section: '/analysis', load: () => import('../pages/analysis/ClassificationList.svelte') },
  { path: '/analysis/new', section: '/analysis', load: () => import('../pages/analysis/ClassificationEdit.svelte') },
  { path: '/analysis/matrix', section: '/analysis', load: () => import('../pages/analysis/MatrixPage.svelte') },
  { path: '/analysis/of/:name', section: '/analysis', load: () => import('../pages/analysis/Classification.svelte') },
  { path: '/analysis/of/:name/edit', section: '/analysis', load: () => import('../pages/analysis/ClassificationEdit.svelte') },
  { path: '/customers', section: '/customers', load: () => import('../pages/customers/CustomerList.svelte') },
  { path: '/customers/new', section: '/customers', load: () => import('../pages/customers/NewCustomer.svelte') },
  { path: '/customers/duplicates', section: '/customers', load: () => import('../pages/customers/Duplicates.svelte') },
  { path: '/sets', section: '/sets', load: () => import('../pages/sets/SetsPage.svelte') },
  { path: '/sets/change', section: '/sets', load: () => import('../pages/sets/NewChange.svelte') },
  { path: '/sets/changes/:id', section: '/sets', load: () => import('../pages/sets/BulkAct.svelte') },
  { path: '/sets/of/:name', section: '/sets', load: () => import('../pages/sets/SavedSet.svelte') },
  { path: '/agreements', section: '/agreements', load: () => import('../pages/agreements/AgreementList.svelte') },
  { path: '/reports', section: '/reports', load: () => import('../pages/reports/Reports.svelte') },
  { path: '/jobs', section: '/jobs', load: () => import('../pages/jobs/Jobs.svelte') },
  { path: '/help', section: '/help', load: () => import('../pages/help/Help.svelte') },
  { path: '/settings', section: '/settings', load: () => import('../pages/admin/Settings.svelte') },
  { path: '/users', section: '/settings', load: () => import('../pages/admin/Users.svelte') },
  { path: '/tokens', section: '/settings', load: () => import('../pages/admin/Tokens.svelte') },
  { path: '/audit', section: '/settings', load: () => import('../pages/admin/Audit.svelte') },
  { path: '/customers/:code', section: '/customers', load: () => import('../pages/customers/Customer.svelte') },
  { path: '/data', section: '/data', load: () => import('../pages/data/Data.svelte') },
  { path: '/data/import', section: '/data', load: () => import('../pages/data/Import.svelte') },
];

export interface MenuLine { path: string; title: Word; icon: string; role?: string; feature?: string; of_all?: true }
export const MENU: readonly MenuLine[] = [
  { path: '/segments', title: shell.segments, icon: 'segments', feature: 'segmentation' },
  { path: '/customers', title: shell.customers, icon: 'customers' },
  { path: '/sets', title: shell.sets, icon: 'sets', of_all: true },
  { path: '/analysis', title: shell.analysis, icon: 'analysis' },
  { path: '/agreements', title: shell.agreements, icon: 'agreements', feature: 'agreements' },
  { path: '/reports', title: shell.reports, icon: 'reports' },
  { path: '/data', title: shell.data, icon: 'data' },
  { path: '/jobs', title: shell.jobs, icon: 'jobs', of_all: true },
  { path: '/settings', title: shell.settings, icon: 'settings', role: 'administrator' },
  { path: '/help', title: shell.help, icon: 'help' },
];

/* The parameters when the address fits the pattern; fixed words win because they stand first. */
export function match(pattern: string, address: string): Params | null {
  const wanted = pattern.split('/');
  const given = address.replace(/\/+$/, '').split('/');
  if (wanted.length !== given.length) return null;
  const params: Params = {};
  for (const [i, part] of wanted.entries()) {
    const word = given[i] ?? '';
    if (!part.startsWith(':')) {
      if (part !== word) return null;
    } else {
      try {
        params[part.slice(1)] = decodeURIComponent(word);
      } catch {
        return null;
      }
      if (word === '') return null;
    }
  }
  return params;
}
export function find_route(address: string, routes: readonly Route[] = ROUTES): { route: Route; params: Params } | null {
  for (const route of routes) {
    const params = match(route.path, address);
    if (params) return { route, params };
  }
  return null;
}
