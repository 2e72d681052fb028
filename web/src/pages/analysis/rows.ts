/* rows.ts -- rows of the server as columns of a table. */
import type { Schemas } from '../../base/api';
import { money, number, share, value } from '../../base/show.svelte';
import type { Column } from '../../parts/table';

export type Row = Schemas['Row'];

const SHARES = new Set(['share', 'cumulative_share']);
export function text_of(cell: unknown, column: Schemas['Column']): string {
  if (SHARES.has(column.key)) return share(cell as number | null);
  if (column.type === 'money') return money(cell as number | null);
  if (column.type === 'number') return number(cell as number | null);
  return value(cell, column.type);
}
export function column_of(column: Schemas['Column'], is_sortable: boolean): Column<Row> {
  return {
    key: column.key, title: column.label, text: (row) => text_of(row[column.key], column), is_sortable,
    is_number: column.type === 'number' || column.type === 'money',
    ...(column.key === 'code' && { href: (row: Row) => `/customers/${encodeURIComponent(String(row['code']))}`, width: '110px' }),
    ...(column.key === 'name' && { width: 'minmax(180px, 2fr)' }),
    ...(column.type === 'money' && { width: 'minmax(135px, 1fr)' }),
    ...(column.key === 'cumulative_share' && { width: 'minmax(140px, 1fr)' }),
    ...((column.key === 'class' || column.key === 'from' || column.key === 'to') && { width: 'minmax(120px, 1fr)' }),
  };
}
