/* calendar.test.ts -- days as people type them, counted on and laid out by weeks. */
import { describe, expect, it } from 'vitest';
import { add_days, add_months, parse_day, weekday_of, weeks_of, within } from '../src/parts/calendar';

describe('a day that is typed', () => {
  it.each([
    ['ru-RU', '31.03.2026', '2026-03-31'], ['uk-UA', '1.3.2026', '2026-03-01'], ['en-GB', '31/03/2026', '2026-03-31'],
    ['en-US', '03/31/2026', '2026-03-31'], ['ru-RU', ' 31 03 2026 ', '2026-03-31'], ['ru-RU', '2026-03-31', '2026-03-31'],
    ['en-GB', '29.02.2024', '2024-02-29'], ['ru-RU', '01.01.0099', '0099-01-01'],
  ])('%s %s', (locale, text, day) => expect(parse_day(locale, text)).toBe(day));
  it.each(['', '31.02.2026', '29.02.2025', '31.03', '31.03.26', '2026-13-01', '0.1.2026', 'завтра', '1.2.3.2026', '031.03.2026'])('is none: %s', (text) => {
    expect(parse_day('ru-RU', text)).toBeNull();
  });
});
it('days and months are counted over the ends of months and years', () => {
  expect([add_days('2026-12-31', 1), add_days('2024-03-01', -1), add_days('2026-03-29', 7)]).toEqual(['2027-01-01', '2024-02-29', '2026-04-05']);
  expect([add_months('2026-01-31', 1), add_months('2026-01-15', -1), add_months('2024-02-29', 12)]).toEqual(['2026-02-28', '2025-12-15', '2025-02-28']);
});
it('weeks begin on Monday and hold the whole month', () => {
  const weeks = weeks_of('2026-03-31');
  expect([weeks[0]?.[0], weeks.at(-1)?.[6], weeks.length]).toEqual(['2026-02-23', '2026-04-05', 6]);
  expect(weeks_of('2021-02-10').map((week) => week[0])).toEqual(['2021-02-01', '2021-02-08', '2021-02-15', '2021-02-22']);
  expect([weekday_of('2026-03-30'), weekday_of('2026-03-29')]).toEqual([0, 6]);
});
it('bounds are optional', () => {
  expect([within('2026-03-31', undefined, ''), within('2026-03-31', '2026-04-01', undefined), within('2026-03-31', '2026-03-31', '2026-03-31')]).toEqual([true, false, true]);
});
