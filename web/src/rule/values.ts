/* values.ts -- the values customers have in a property, for the lists one chooses from. */
import { client, take } from '../base/api';
import type { Choice } from '../parts/Combobox.svelte';
import { number } from '../base/show.svelte';
import { fold, type Catalog } from './catalog';
import type { Node } from './tree';

/* Where the values of the operand can be asked for; null when any text may be typed. */
export function value_choices(catalog: Catalog, operand: Node, stream: string | null): ((search: string) => Promise<readonly Choice[]>) | null {
  if (operand.kind !== 'name') return null;
  if (stream !== null) return operand.name === 'item' ? item_choices(operand.member ?? 'name') : null;
  const property = catalog.properties.get(fold(operand.name));
  if (!property || property.is_metric) return null;
  return async (search) => {
    const params = { path: { name: property.name }, query: { limit: 50, ...(search && { search }) } };
    const { items } = await take(client.GET('/properties/{name}/values', { params }));
    return items.map((one) => {
      const text = Array.isArray(one.value) ? one.value.join(', ') : String(one.value ?? '');
      return { value: text, label: text, note: number(one.customers) };
    });
  };
}
function item_choices(member: string): (search: string) => Promise<readonly Choice[]> {
  return async (search) => {
    const { items } = await take(client.GET('/items', { params: { query: { limit: 50, ...(search && { search }) } } }));
    const texts = new Map<string, string>();
    for (const item of items) {
      const text = member === 'group' ? item.group : member === 'brand' ? item.brand : member === 'code' ? item.code : item.name ?? item.code;
      if (text) texts.set(text, member === 'name' ? item.code : '');
    }
    return [...texts].map(([value, note]) => ({ value, label: value, note }));
  };
}
