/* ago.ts -- a moment told from now: "3 days ago", "in 2 hours"; both in business time. */
const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600], ['month', 2_629_800], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60],
];

export function ago(locale: string, moment: string, now: string): string {
  const seconds = (Date.parse(`${moment}Z`) - Date.parse(`${now}Z`)) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of STEPS)
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  return format.format(0, 'minute');
}
