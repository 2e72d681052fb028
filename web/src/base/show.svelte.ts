/* show.svelte.ts -- the formats of format.ts in the language of now. */
import * as format from './format';
import { locale, say } from './language.svelte';
import { common } from './words';

export const number = (value: format.Quantity, digits?: number) => format.format_number(locale(), value, digits);
export const money = (value: format.Quantity) => format.format_money(locale(), value);
export const share = (value: format.Quantity) => format.format_share(locale(), value);
export const signed = (value: format.Quantity) => format.format_signed(locale(), value);
export const short = (value: format.Quantity) => format.format_short(locale(), value);
export const date = (value: string | null | undefined) => format.format_date(locale(), value);
export const month = (value: string | null | undefined) => format.format_month(locale(), value);
export const moment = (value: string | null | undefined) => format.format_moment(locale(), value);
export const mib = (bytes: number) => say(common.mib, { n: number(bytes / 1_048_576, 1) });
export const value = (one: unknown, type?: string) =>
  format.format_value(locale(), one, type, [say(common.yes), say(common.no)]);
/* A value as people call it: by its words where it has some. */
export function named(one: unknown, known: { type: string; words?: Record<string, string> | undefined } | undefined): string {
  if (Array.isArray(one)) return one.map((each) => named(each, known)).join(', ');
  return known?.words?.[String(one)] ?? value(one, known?.type.replace(/\(.*/, ''));
}
/* A value of a column: shares as percent, the others by their type; numbers with so many decimals as
 * their column has. */
export function cell(one: unknown, column: { type?: string; is_share?: boolean } | undefined, decimals = 0): string {
  if (typeof one !== 'number') return value(one, column?.type);
  if (column?.is_share) return share(one);
  return decimals > 0 ? format.format_decimals(locale(), one, decimals) : value(one, column?.type);
}
