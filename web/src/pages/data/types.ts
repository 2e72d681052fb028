/* types.ts -- types of properties and fields in words; "number,2" is a number. */
import { say_code } from '../../base/language.svelte';
import { type_words } from './words';

export const type_name = (type: string) => say_code(type_words, type.replace(/,.*/, ''));
