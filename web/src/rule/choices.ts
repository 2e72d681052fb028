/* choices.ts -- what can be put into an empty place, as a list to search in, and the node it makes. */
import type { Choice } from '../parts/Combobox.svelte';
import { say } from '../base/language.svelte';
import { EVENT_FIELDS, ITEM_MEMBERS, fold, type Catalog, type Stream } from './catalog';
import { BLANK, type Node } from './tree';
import { call_words, field_words, function_words, words } from './words';

/* ---- Choices about a customer ---- */

function property_choices(catalog: Catalog): Choice[] {
  return [...catalog.properties.values()].map((one) => ({
    value: `name:${one.name}`, label: one.label,
    note: one.is_metric ? say(words.metrics) : `${catalog.groups.get(one.group) ?? ''}${one.label === one.name ? '' : ` · ${one.name}`}`,
  }));
}
function event_choices(catalog: Catalog, is_condition: boolean): Choice[] {
  const kinds = is_condition ? ['any', 'none', 'count', 'sum', 'days_since_last'] : ['count', 'sum', 'avg', 'max', 'days_since_last'];
  return [...catalog.streams.values()].flatMap((stream) =>
    kinds.filter((kind) => kind !== 'sum' && kind !== 'avg' && kind !== 'max' || number_field(stream) !== undefined)
      .map((kind) => ({ value: `event:${kind}:${stream.name}`, label: `${stream.label}: ${say(function_words[kind] ?? words.function)}`, note: say(words.events) })));
}
const CALLS = ['age', 'days_since', 'days_between', 'year', 'month', 'day', 'weekday', 'if', 'coalesce', 'round', 'bucket', 'class', 'class_on', 'score', 'today'];
const CONDITION_CALLS = ['anniversary', 'member', 'entered', 'left', 'was_member', 'saved', 'class_changed'];
const DEBTS = ['debt', 'overdue', 'overdue_days'];

function call_choices(names: readonly string[], note: string): Choice[] {
  return names.map((name) => ({ value: `call:${name}`, label: say(call_words[name] ?? words.function), note }));
}
export function choices(catalog: Catalog, is_condition: boolean): Choice[] {
  return [
    ...property_choices(catalog),
    ...event_choices(catalog, is_condition),
    ...call_choices(DEBTS, say(words.events)),
    ...(is_condition
      ? [
          { value: 'sequence', label: say(words.sequence), note: say(words.events) },
          { value: 'rank', label: say(words.rank), note: say(words.groups) },
          ...call_choices(CONDITION_CALLS, say(words.groups)),
        ]
      : [{ value: 'literal', label: say(words.a_value), note: say(words.functions) }]),
    ...call_choices(CALLS, say(words.functions)),
    { value: 'formula', label: say(words.formula), note: say(words.functions) },
  ];
}
/* ---- Choices about an event, inside of a filter ---- */

export function field_choices(catalog: Catalog, stream_name: string): Choice[] {
  const stream = catalog.streams.get(fold(stream_name));
  const own = (stream?.fields ?? []).flatMap((field) => [
    { value: `name:${field.name}`, label: field.label, note: field.label === field.name ? '' : field.name },
    ...(field.type === 'item'
      ? ITEM_MEMBERS.map((m) => ({ value: `name:${field.name}.${m.name}`, label: `${field.label}: ${say(field_words[m.name] ?? words.field)}`, note: `${field.name}.${m.name}` }))
      : []),
  ]);
  const common = EVENT_FIELDS.map((field) => ({ value: `name:${field.name}`, label: say(field_words[field.name] ?? words.field), note: field.name }));
  return [...own, ...common.filter((c) => !own.some((o) => o.value === c.value))];
}
function number_field(stream: Stream): string | undefined {
  const numbers = stream.fields.filter((field) => field.type === 'number');
  return (numbers.find((field) => field.name === 'amount') ?? numbers[0])?.name;
}

/* ---- The node of a choice ---- */

export function name_node(text: string, stream: string | null): Node {
  const dot = stream === null ? -1 : text.indexOf('.');
  return dot < 0 ? { kind: 'name', name: text } : { kind: 'name', name: text.slice(0, dot), member: text.slice(dot + 1) };
}
export function key_of(node: Node): string {
  switch (node.kind) {
    case 'name': return `name:${node.name}${node.member ? `.${node.member}` : ''}`;
    case 'aggregate': return `event:${node.function}:${node.stream}`;
    case 'call': return `call:${node.function}`;
    case 'arithmetic': return 'formula';
    case 'blank': return '';
    default: return node.kind;
  }
}
export function node_of(catalog: Catalog, choice: string, stream: string | null): Node {
  const [kind = '', first = '', ...rest] = choice.split(':');
  switch (kind) {
    case 'name': return name_node(choice.slice(5), stream);
    case 'event': return aggregate_node(catalog, first, rest.join(':'));
    case 'call': return call_node(catalog, first);
    case 'sequence': { const s = main_stream(catalog); return { kind: 'sequence', steps: [{ stream: s }, { stream: s, within: { count: 30, unit: 'day' } }] }; }
    case 'rank': return { kind: 'rank', direction: 'top', amount: '100', by: BLANK };
    case 'formula': return { kind: 'arithmetic', operator: '/', left: BLANK, right: BLANK };
    case 'literal': return { kind: 'literal', type: 'number', value: '' };
    default: return BLANK;
  }
}
export function main_stream(catalog: Catalog): string {
  return catalog.streams.get('purchase')?.name ?? [...catalog.streams.values()][0]?.name ?? '';
}
const WITHOUT_FIELD = ['any', 'none', 'count', 'days_since_first', 'days_since_last', 'periods'];
const BY_PERIOD = ['periods', 'cv', 'slope'];

export function needs_field(name: string): boolean { return !WITHOUT_FIELD.includes(name); }
export function needs_period(name: string): boolean { return BY_PERIOD.includes(name); }

export function aggregate_node(catalog: Catalog, name: string, stream_name: string): Node {
  const stream = catalog.streams.get(fold(stream_name));
  const field = needs_field(name) && stream ? number_field(stream) ?? stream.fields[0]?.name : undefined;
  return {
    kind: 'aggregate', function: name, stream: stream?.name ?? stream_name,
    ...(field && { field: { kind: 'name', name: field } }),
    ...(needs_period(name) && { by: 'month' as const }),
    ...(name !== 'days_since_first' && name !== 'days_since_last' && { window: { kind: needs_period(name) ? 'previous' : 'last', count: 12, unit: 'month' as const } }),
  };
}
function call_node(catalog: Catalog, name: string): Node {
  const first_date = [...catalog.properties.values()].find((one) => one.type === 'date');
  const date: Node = first_date ? { kind: 'name', name: first_date.name } : BLANK;
  const text: Node = { kind: 'literal', type: 'text', value: '' };
  const day: Node = { kind: 'literal', type: 'date', value: '' };
  const settlement: Node = { kind: 'name', name: catalog.streams.get('settlement')?.name ?? main_stream(catalog) };
  const month = { kind: 'last', count: 30, unit: 'day' as const };
  switch (name) {
    case 'today': return { kind: 'call', function: name, arguments: [] };
    case 'anniversary': return { kind: 'call', function: name, arguments: [date], window: { kind: 'next', count: 7, unit: 'day' } };
    case 'days_between': return { kind: 'call', function: name, arguments: [date, { kind: 'call', function: 'today', arguments: [] }] };
    case 'if': return { kind: 'call', function: name, arguments: [BLANK, BLANK, BLANK] };
    case 'coalesce': return { kind: 'call', function: name, arguments: [BLANK, BLANK] };
    case 'round': case 'abs': case 'floor': return { kind: 'call', function: name, arguments: [BLANK] };
    case 'debt': case 'overdue': case 'overdue_days': return { kind: 'call', function: name, arguments: [settlement] };
    case 'member': case 'saved': case 'class': case 'score': case 'bucket': return { kind: 'call', function: name, arguments: [text] };
    case 'was_member': case 'class_on': return { kind: 'call', function: name, arguments: [text, day] };
    case 'entered': case 'left': return { kind: 'call', function: name, arguments: [text], window: month };
    case 'class_changed': return { kind: 'call', function: name, arguments: [text, text, text], window: month };
    default: return { kind: 'call', function: name, arguments: [date] };
  }
}
