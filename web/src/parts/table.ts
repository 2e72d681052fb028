/* table.ts -- what a table of many rows is made of: columns, and pages that come one after another. */

export interface Column<Row> {
  key: string;
  title: string;
  text: (row: Row) => string;
  href?: (row: Row) => string;
  is_number?: boolean;
  is_sortable?: boolean;
  width?: string; // of CSS, e.g. 'minmax(160px, 2fr)'
}
export interface Page<Row> { items: Row[]; next: string | null; total?: number | null | undefined }
export type LoadPage<Row> = (after: string | null, signal: AbortSignal) => Promise<Page<Row>>;

/* A click on a heading: ascending, descending, as it came. */
export function next_sort(sort: string, key: string): string {
  return sort === key ? `-${key}` : sort === `-${key}` ? '' : key;
}

export const ROW_HEIGHT_PX = 36;
const SPARE_ROWS = 12; // drawn above and below what is seen, so that scrolling shows no holes

/* Which rows are drawn: those seen and some around them. */
export function window_of(rows_count: number, scroll_px: number, height_px: number): { begin: number; end: number } {
  const begin = Math.max(0, Math.floor(scroll_px / ROW_HEIGHT_PX) - SPARE_ROWS);
  const end = Math.min(rows_count, Math.ceil((scroll_px + height_px) / ROW_HEIGHT_PX) + SPARE_ROWS);
  return { begin: Math.min(begin, end), end };
}
