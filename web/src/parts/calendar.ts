/* calendar.ts -- days as "2026-03-31": read from what people type, counted on, laid out by weeks. */

const iso = (date: Date) => date.toISOString().slice(0, 10);
const utc = (year: number, month: number, day: number) => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
};
const parts_of = (day: string) => day.split('-').map(Number) as [number, number, number];

/* In which order the locale writes day, month and year. */
function order_of(locale: string): string[] {
  const parts = new Intl.DateTimeFormat(locale).formatToParts(utc(2026, 3, 31));
  return parts.map((part) => part.type).filter((type) => type === 'day' || type === 'month' || type === 'year');
}
/* "31.03.2026" as the locale writes it, with any marks between, or "2026-03-31"; null when it is no day. */
export function parse_day(locale: string, text: string): string | null {
  const numbers = text.trim().split(/\s*[-./\s]\s*/);
  if (numbers.length !== 3 || !numbers.every((one) => /^\d+$/.test(one))) return null;
  const order = numbers[0]?.length === 4 ? ['year', 'month', 'day'] : order_of(locale);
  const of = (type: string) => numbers[order.indexOf(type)] ?? '';
  if (of('year').length !== 4 || of('month').length > 2 || of('day').length > 2) return null;
  const [year, month, day] = [of('year'), of('month'), of('day')].map(Number) as [number, number, number];
  const date = utc(year, month, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? iso(date) : null;
}
export function add_days(day: string, count: number): string {
  const [year, month, date] = parts_of(day);
  return iso(utc(year, month, date + count));
}
/* The same day of another month, or the last one of it. */
export function add_months(day: string, count: number): string {
  const [year, month, date] = parts_of(day);
  const last = utc(year, month + count + 1, 0).getUTCDate();
  return iso(utc(year, month + count, Math.min(date, last)));
}
export function within(day: string, min: string | undefined, max: string | undefined): boolean {
  return !(min && day < min) && !(max && day > max);
}
/* From 0 for Monday. */
export const weekday_of = (day: string) => (utc(...parts_of(day)).getUTCDay() + 6) % 7;
/* Weeks from Monday to Sunday that hold the month of the day. */
export function weeks_of(day: string): string[][] {
  const first = `${day.slice(0, 7)}-01`;
  const weeks: string[][] = [];
  for (let monday = add_days(first, -weekday_of(first)); monday.slice(0, 7) <= day.slice(0, 7); monday = add_days(monday, 7))
    weeks.push(Array.from({ length: 7 }, (_, i) => add_days(monday, i)));
  return weeks;
}
