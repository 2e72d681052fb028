/* rows.ts -- rows of the server, most of them customers, as columns of a table. */
import type { Schemas } from '../base/api';
import { say } from '../base/language.svelte';
import { cell } from '../base/show.svelte';
import { common } from '../base/words';
import type { Column } from './table';

export type Row = Schemas['Row'];

export const customer_path = (row: Row) => `/customers/${encodeURIComponent(String(row['code']))}`;

const WIDTHS: Readonly<Record<string, string>> = {
  code: '110px', name: 'minmax(180px, 2fr)', cumulative_share: 'minmax(165px, 1fr)',
  class: 'minmax(120px, 1fr)', from: 'minmax(120px, 1fr)', to: 'minmax(120px, 1fr)',
};
function title_of(column: Schemas['Column']): string {
  if (column.key === 'code') return say(common.code);
  return column.key === 'name' ? say(common.name) : column.label;
}
/* Keys of ratios that people read as percent, in lists that do not say so of their columns. */
const SHARES = new Set(['share', 'cumulative_share']);
export function column_of(column: Schemas['Column'], is_sortable: boolean): Column<Row> {
  const width = WIDTHS[column.key] ?? (column.type === 'money' ? 'minmax(135px, 1fr)' : undefined);
  return {
    key: column.key, title: title_of(column), text: (row) => cell(row[column.key], { ...column, is_share: column.is_share ?? SHARES.has(column.key) }), is_sortable,
    is_number: column.type === 'number' || column.type === 'money',
    ...(column.key === 'code' && { href: customer_path }), ...(width && { width }),
  };
}
