/* model.ts -- reports as the page shows them: what is asked, periods, tables turned and put in order. */
import type { Schemas } from '../base/api';
import { months_back } from './months';

export type Kind = Schemas['ReportName'];
export type Group = Schemas['ReportGroup'];
export type Report = Schemas['Report'];
export type Table = Report['tables'][number];
export type Column = Schemas['Column'];
export type Row = Schemas['Row'];
export type Unit = Schemas['Unit'];
export type Parameters = Schemas['ReportParameters'];

export const KINDS: readonly Kind[] = ['sales', 'settlements', 'profile', 'products', 'potential', 'retention', 'loyalty', 'movement', 'fill'];
/* Reports of a period; the others are as of a day. */
export const HAS_PERIOD: ReadonlySet<Kind> = new Set<Kind>(['sales', 'products', 'potential', 'retention', 'movement']);
export const HAS_STEP: ReadonlySet<Kind> = new Set<Kind>(['sales', 'retention', 'movement']);
/* The criteria of prospects in the order in which the report tells them. */
export const CRITERIA = ['growth', 'margin', 'reserve', 'loyalty', 'discipline', 'access', 'competition'] as const;

/* ---- groups in an address ---- */

export function groups_to_text(groups: readonly Group[]): string | null {
  return groups.length ? JSON.stringify(groups) : null;
}
/* What somebody wrote by hand and makes no sense is no group. */
export function groups_of_text(text: string | null): Group[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(list)) return [];
    return list.filter((one): one is Group => typeof one === 'object' && one !== null
      && ['segment', 'rule', 'set', 'classification'].some((key) => typeof (one as Record<string, unknown>)[key] === 'string'));
  } catch {
    return [];
  }
}
export const same_group = (a: Group, b: Group) => JSON.stringify(a) === JSON.stringify(b);

/* ---- periods ---- */

export interface Period { from: string; to: string }
export type Quick = 'last_12' | 'this_month' | 'last_month' | 'this_quarter' | 'last_quarter' | 'this_year' | 'last_year';
export const QUICK: readonly Quick[] = ['last_12', 'this_month', 'last_month', 'this_quarter', 'last_quarter', 'this_year', 'last_year'];

const iso = (date: Date) => date.toISOString().slice(0, 10);
function day_before(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return iso(date);
}
/* Calendar periods as dates; those of now end today. */
export function quick_period(quick: Quick, today: string): Period {
  const month = months_back(today, 0);
  const into_quarter = (Number(today.slice(5, 7)) - 1) % 3;
  const quarter = months_back(today, into_quarter);
  const year = `${today.slice(0, 4)}-01-01`;
  switch (quick) {
    case 'last_12': return { from: months_back(today, 11), to: today };
    case 'this_month': return { from: month, to: today };
    case 'last_month': return { from: months_back(today, 1), to: day_before(month) };
    case 'this_quarter': return { from: quarter, to: today };
    case 'last_quarter': return { from: months_back(today, into_quarter + 3), to: day_before(quarter) };
    case 'this_year': return { from: year, to: today };
    case 'last_year': return { from: `${Number(today.slice(0, 4)) - 1}-01-01`, to: day_before(year) };
  }
}

/* The whole months of a period: what a wallet given by the month can be said of. When there is none, the
  last twelve before the day. */
export function whole_months(period: Period, day: string): Period {
  const end = period.to < day ? period.to : day;
  const month = months_back(end, 0), next = months_back(end, -1);
  const to = day_before(next) === end ? end : day_before(month);
  const from = months_back(period.from, 0);
  return from < to ? { from, to } : { from: months_back(to, 11), to };
}

/* ---- tables ---- */

export const table_of = (report: Report, name: string) => report.tables.find((table) => table.name === name);
export const column_of = (table: Table, key: string) => table.columns.find((column) => column.key === key);
export const number_in = (row: Row | undefined, key: string): number | null => (typeof row?.[key] === 'number' ? (row[key] as number) : null);
export const text_in = (row: Row | undefined, key: string): string => (row?.[key] === null || row?.[key] === undefined ? '' : String(row[key]));
export const rule_in = (row: Row | undefined): string | null => (typeof row?.['rule'] === 'string' ? (row['rule'] as string) : null);
export const is_number = (column: Column) => column.type === 'number' || column.type === 'money';

/* Different values of a column in the order in which they come. */
export function values_of(table: Table, key: string): string[] {
  return [...new Set(table.rows.map((row) => text_in(row, key)))];
}

/* Rows by two of their columns: which row stands in line `down` and column `across`. */
export interface Pivot { down: string[]; across: string[]; at: (down: string, across: string) => Row | undefined }
export function pivot(table: Table, down: string, across: string): Pivot {
  const rows = new Map(table.rows.map((row) => [`${text_in(row, down)}\n${text_in(row, across)}`, row]));
  return { down: values_of(table, down), across: values_of(table, across), at: (a, b) => rows.get(`${a}\n${b}`) };
}

/* In order of a column, "-" before its key descending; what is missing comes last both ways. */
export function in_order(rows: readonly Row[], sort: string): readonly Row[] {
  if (sort === '') return rows;
  const sign = sort.startsWith('-') ? -1 : 1;
  const key = sort.replace(/^-/, '');
  const missing = (row: Row) => row[key] === null || row[key] === undefined || row[key] === '';
  return [...rows].sort((a, b) => {
    if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
    const x = a[key], y = b[key];
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y)));
  });
}

/* Weights must sum to 100 percent before they are asked for. */
export const weights_sum = (weights: readonly number[]) => Math.round(weights.reduce((sum, one) => sum + (one || 0), 0) * 100) / 100;

/* ---- overlap ---- */

export interface Pair { common: number; share: number; jaccard: number }
/* Every segment against every one; the share is that of the first of the two. */
export function overlap_map(overlap: Schemas['Overlap']): { names: string[]; at: (a: number, b: number) => Pair | undefined } {
  const found = new Map<string, Pair>();
  for (const pair of overlap.pairs) {
    found.set(`${pair.a}\n${pair.b}`, { common: pair.common, share: pair.share_of_a, jaccard: pair.jaccard });
    found.set(`${pair.b}\n${pair.a}`, { common: pair.common, share: pair.share_of_b, jaccard: pair.jaccard });
  }
  const known = overlap.segments.filter((one) => one.size !== null);
  return {
    names: known.map((one) => one.name),
    at: (a, b) => {
      const x = known[a], y = known[b];
      if (!x || !y) return undefined;
      return a === b ? { common: x.size ?? 0, share: 1, jaccard: 1 } : found.get(`${x.segment}\n${y.segment}`);
    },
  };
}

/* "30, 60, 90": ends of ageing buckets; null when they are no growing days. */
export function ageing_of_text(text: string): number[] | null {
  const days = text.split(/[\s,;]+/).filter(Boolean).map(Number);
  const grows = days.every((day, i) => Number.isInteger(day) && day > (days[i - 1] ?? 0));
  return days.length > 0 && grows ? days : null;
}
