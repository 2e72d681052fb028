/* catalog.ts -- what an expression can be about, and which type a part of it has. */
import { client, take, type Schemas } from '../base/api';
import type { Language } from '../base/say';
import type { Node } from './tree';

export type Type = 'bool' | 'number' | 'date' | 'moment' | 'text' | 'hierarchy' | 'set' | 'item' | 'unknown';
export interface Property { name: string; label: string; type: Type; group: string; values: string[]; is_metric?: boolean }
export interface Field { name: string; label: string; type: Type }
export interface Stream { name: string; label: string; fields: Field[] }
export interface Catalog {
  properties: Map<string, Property>;
  streams: Map<string, Stream>;
  groups: Map<string, string>; // code -> label
}

const TYPES: Record<string, Type> = {
  bool: 'bool', 'yes/no': 'bool', number: 'number', money: 'number', date: 'date', moment: 'moment', text: 'text',
  enum: 'text', hierarchy: 'hierarchy', set: 'set', 'hierarchy-set': 'set', 'set of texts': 'set',
  'set of hierarchies': 'set', item: 'item',
};
export function type_named(name: string | null | undefined): Type {
  return TYPES[(name ?? '').replace(/\(.*$/, '').trim()] ?? 'unknown';
}
/* Names are found as the language finds them: without case, ё equal to е. */
export function fold(name: string): string {
  return name.toLowerCase().replaceAll('ё', 'е').replace(/\s+/g, ' ').trim();
}

export async function load_catalog(language: Language): Promise<Catalog> {
  const query = { language };
  const [properties, streams, metrics] = await Promise.all([
    take(client.GET('/properties', { params: { query } })),
    take(client.GET('/streams', { params: { query } })),
    take(client.GET('/metrics')),
  ]);
  const catalog: Catalog = { properties: new Map(), streams: new Map(), groups: new Map() };
  for (const one of properties.items)
    catalog.properties.set(fold(one.name), {
      name: one.name, label: one.label || one.name, type: type_named(one.type), group: one.group, values: one.values ?? [],
    });
  for (const one of streams.items)
    catalog.streams.set(fold(one.stream), { name: one.stream, label: one.label || one.stream, fields: fields_of(one) });
  for (const group of properties.groups) catalog.groups.set(group.code, group.label);
  await add_metrics(catalog, metrics.items);
  return catalog;
}
function fields_of(stream: Schemas['Stream']): Field[] {
  return stream.fields
    .filter((field) => field.state !== 'retired')
    .map((field) => ({ name: field.field, label: field.label || field.field, type: type_named(field.type) }));
}
/* Their types, asked all at once. */
async function add_metrics(catalog: Catalog, metrics: readonly Schemas['Metric'][]): Promise<void> {
  if (metrics.length === 0) return;
  const columns = metrics.map((metric) => `\`${metric.name}\``).join(', ');
  const parsed = await take(client.POST('/rules/parse', { body: { text: 'true', columns } })).catch(() => null);
  const types = new Map(parsed?.columns.map((one) => [fold(one.name), one.type]));
  for (const metric of metrics)
    catalog.properties.set(fold(metric.name), {
      name: metric.name, label: metric.description || metric.name, type: type_named(types.get(fold(metric.name))),
      group: 'metric', values: [], is_metric: true,
    });
}

export const EVENT_FIELDS: readonly { name: string; type: Type }[] = [
  { name: 'date', type: 'date' }, { name: 'time', type: 'moment' }, { name: 'weekday', type: 'number' }, { name: 'hour', type: 'number' },
];
export const ITEM_MEMBERS: readonly { name: string; type: Type }[] = [
  { name: 'group', type: 'hierarchy' }, { name: 'brand', type: 'text' }, { name: 'name', type: 'text' },
  { name: 'code', type: 'text' }, { name: 'price', type: 'number' }, { name: 'cost', type: 'number' },
];
export const BOOL_CALLS = ['anniversary', 'member', 'saved', 'was_member', 'entered', 'left', 'class_changed'];
const DATE_CALLS = ['today'];
const TEXT_CALLS = ['class', 'class_on'];
const OF_FIELD = ['min', 'max', 'first', 'last', 'most_common'];

export function field_type(catalog: Catalog, stream: string, field: { name: string; member?: string }): Type {
  if (field.member) return ITEM_MEMBERS.find((one) => one.name === field.member)?.type ?? 'text';
  const own = catalog.streams.get(fold(stream))?.fields.find((one) => fold(one.name) === fold(field.name));
  return own?.type ?? EVENT_FIELDS.find((one) => one.name === fold(field.name))?.type ?? 'unknown';
}
/* The type of a part; `stream` is the one whose events a filter speaks of, null for the customer. */
export function type_of(catalog: Catalog, node: Node | undefined, stream: string | null): Type {
  switch (node?.kind) {
    case 'name': {
      const field = stream === null ? 'unknown' : field_type(catalog, stream, node);
      return field !== 'unknown' ? field : catalog.properties.get(fold(node.name))?.type ?? 'unknown';
    }
    case 'literal': return node.type === 'missing' ? 'unknown' : node.type;
    case 'aggregate':
      if (node.function === 'any' || node.function === 'none') return 'bool';
      return node.field && OF_FIELD.includes(node.function) ? field_type(catalog, node.stream, node.field) : 'number';
    case 'arithmetic': case 'negate': return arithmetic_type(catalog, node, stream);
    case 'call':
      if (BOOL_CALLS.includes(node.function)) return 'bool';
      if (DATE_CALLS.includes(node.function)) return 'date';
      if (TEXT_CALLS.includes(node.function)) return 'text';
      if (node.function === 'if') return type_of(catalog, node.arguments[1], stream);
      if (node.function === 'coalesce') return type_of(catalog, node.arguments[0], stream);
      return 'number';
    case 'blank': case undefined: return 'unknown';
    default: return 'bool';
  }
}
function arithmetic_type(catalog: Catalog, node: Node, stream: string | null): Type {
  if (node.kind !== 'arithmetic') return 'number';
  const [left, right] = [type_of(catalog, node.left, stream), type_of(catalog, node.right, stream)];
  return left === 'date' && right === 'number' ? 'date' : 'number';
}
