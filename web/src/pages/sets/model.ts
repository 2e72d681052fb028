/* model.ts -- what the pages about saved sets share: addresses, columns, how a set came about. */
import { all_pages } from '../../base/all_pages';
import { client, take, type Schemas } from '../../base/api';
import { language, say_code } from '../../base/language.svelte';
import { origin_words } from './words';

export type SavedSet = Schemas['SavedSet'];
export type BulkChange = Schemas['BulkChange'];

export const set_path = (name: string) => `/sets/of/${encodeURIComponent(name)}`;
export const act_path = (id: BulkChange['id']) => `/sets/changes/${encodeURIComponent(String(id))}`;
export const change_path = (whose: { set?: string; segment?: string }) => `/sets/change?${new URLSearchParams(whose).toString()}`;

export const all_sets = (search = '') => all_pages((after) =>
  take(client.GET('/sets', { params: { query: { limit: 500, ...(search && { search }), ...(after && { after }) } } })));

/* What can be changed, retired ones too: attributes of customers, or fields of their contact persons. */
export async function load_properties(of_contacts: boolean): Promise<Map<string, Schemas['Property']>> {
  const query = { language: language() };
  if (!of_contacts) {
    const { items } = await take(client.GET('/properties', { params: { query: { ...query, all: true } } }));
    return new Map(items.map((one) => [one.name, one]));
  }
  const { items } = await take(client.GET('/streams', { params: { query } }));
  const fields = items.find((one) => one.stream === 'contact')?.fields ?? [];
  return new Map(fields.map(({ field, label, type, state, words }) =>
    [field, { name: field, label, type, unit: null, group: 'general', nature: 'static', state: state ?? 'built-in', ...(words && { words }) }]));
}

export const made_how = (set: SavedSet) => say_code(origin_words, set.origin ?? '');
