/* format.ts -- numbers, shares, money, dates and moments as people of a locale write them.
 *
 * Dates come as "2026-03-31" and moments as "2026-03-31T14:30:00" in business time: they are
 * formatted as written, never moved between time zones. A missing value is a dash. */

export const MISSING = '—';
const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function number_format(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format as Intl.NumberFormat;
}
function date_format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = 'd' + locale + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    formats.set(key, format);
  }
  return format as Intl.DateTimeFormat;
}

export type Quantity = number | string | null | undefined;

function is_absent(value: Quantity): value is null | undefined | '' {
  return value === null || value === undefined || value === '' || Number.isNaN(Number(value));
}
export function format_number(locale: string, value: Quantity, digits = 2): string {
  if (is_absent(value)) return MISSING;
  return number_format(locale, { maximumFractionDigits: digits }).format(Number(value));
}
/* Money of a list: whole units from a thousand on, kopecks below; never rounds a kopeck to nothing. */
export function format_money(locale: string, value: Quantity): string {
  if (is_absent(value)) return MISSING;
  const digits = Number.isInteger(Number(value)) ? 0 : 2;
  return number_format(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(Number(value));
}
/* Numbers under each other: all with the same decimals. */
export function format_decimals(locale: string, value: number, decimals: number): string {
  return number_format(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
}
/* How many decimals a column of numbers needs so that none loses any, two at most. */
export function decimals_of(values: readonly unknown[]): number {
  const of = (value: unknown) => (typeof value !== 'number' || Number.isInteger(value) ? 0 : Number.isInteger(Math.round(value * 100) / 10) ? 1 : 2);
  return Math.max(0, ...values.map(of));
}
/* A share 0..1 as percent; what is there but rounds to nothing is said to be less than 0.1 %. */
export function format_share(locale: string, share: Quantity): string {
  if (is_absent(share)) return MISSING;
  const value = Number(share) > -0.0005 ? Math.max(0, Number(share)) : Number(share); // no "-0 %"
  const format = number_format(locale, { style: 'percent', maximumFractionDigits: value < 0.1 ? 1 : 0 });
  return value > 0 && value < 0.001 ? `< ${format.format(0.001)}` : format.format(value);
}
export function format_signed(locale: string, value: Quantity): string {
  if (is_absent(value)) return MISSING;
  return number_format(locale, { signDisplay: 'exceptZero' }).format(Number(value));
}
export function format_short(locale: string, value: Quantity): string {
  if (is_absent(value)) return MISSING;
  return number_format(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(Number(value));
}

function as_utc(text: string): Date {
  return new Date((text.length <= 10 ? `${text}T00:00:00` : text.replace(/(Z|[+-]\d\d:?\d\d)$/, '')) + 'Z');
}
/* Whether a text, such as one from an address, is a day that there is. */
export function is_day(text: string): boolean {
  const found = /^\d{4}-\d\d-\d\d/.test(text) ? as_utc(text.slice(0, 10)) : null;
  return found !== null && !Number.isNaN(found.getTime()) && found.toISOString().startsWith(text.slice(0, 10));
}
export function format_date(locale: string, date: string | null | undefined): string {
  if (!date) return MISSING;
  return is_day(date) ? date_format(locale, { day: '2-digit', month: '2-digit', year: 'numeric' }).format(as_utc(date)) : date;
}
export function format_month(locale: string, date: string | null | undefined): string {
  if (!date) return MISSING;
  const day = date.length === 7 ? `${date}-01` : date;
  if (!is_day(day)) return date;
  return date_format(locale, { month: 'short', year: 'numeric' }).format(as_utc(day));
}
export function format_moment(locale: string, moment: string | null | undefined): string {
  if (!moment) return MISSING;
  if (moment.length <= 10) return format_date(locale, moment);
  const options = { day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
  return date_format(locale, options).format(as_utc(moment));
}

/* A value of an expression in a cell, by its type in the contract. */
export function format_value(locale: string, value: unknown, type: string | undefined, yes_no: [string, string]): string {
  if (value === null || value === undefined || value === '') return MISSING;
  if (typeof value === 'boolean') return value ? yes_no[0] : yes_no[1];
  if (Array.isArray(value)) return value.map((one) => format_value(locale, one, undefined, yes_no)).join(', ');
  if (type === 'date') return format_date(locale, String(value));
  if (type === 'moment') return format_moment(locale, String(value));
  if (type === 'money') return format_money(locale, value as Quantity);
  if (typeof value === 'number') return format_number(locale, value);
  return String(value);
}
