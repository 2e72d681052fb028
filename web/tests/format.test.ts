/* format.test.ts -- numbers, money, shares and dates in the locales of the page. */
import { describe, expect, it } from 'vitest';
import { ago } from '../src/base/ago';
import * as format from '../src/base/format';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('numbers', () => {
  it.each([
    ['ru-RU', 1234567.5, '1 234 567,5'], ['uk-UA', 1234567.5, '1 234 567,5'], ['en-GB', 1234567.5, '1,234,567.5'],
  ])('%s', (locale, value, text) => expect(plain(format.format_number(locale, value))).toBe(text));
  it('missing is a dash, zero is not', () => {
    expect(format.format_number('ru-RU', null)).toBe('—');
    expect(format.format_money('ru-RU', undefined)).toBe('—');
    expect(format.format_number('ru-RU', 0)).toBe('0');
    expect(plain(format.format_share('ru-RU', -0.00001))).toBe('0 %');
    expect(format.format_share('ru-RU', 0)).toBe('0 %'.replace(' ', '\u00a0'));
  });
  it('money keeps its kopecks', () => {
    expect(plain(format.format_money('ru-RU', 40000.5))).toBe('40 000,50');
    expect(plain(format.format_money('ru-RU', 40000))).toBe('40 000');
  });
  it('numbers under each other have the same decimals', () => {
    expect([[1, 2], [1, 2.5, null], [1, 2.25, 'x'], [], [0.1 + 0.2], [1 / 3]].map(format.decimals_of)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(plain(format.format_decimals('ru-RU', 40000, 2))).toBe('40 000,00');
  });
  it('a small share is never shown as nothing', () => {
    expect(plain(format.format_share('ru-RU', 0.0002))).toBe('< 0,1 %');
    expect(plain(format.format_share('en-GB', 0.0226))).toBe('2.3%');
    expect(plain(format.format_share('en-GB', 0.456))).toBe('46%');
  });
  it('a change has its sign', () => {
    expect(format.format_signed('en-GB', 3)).toBe('+3');
    expect(format.format_signed('en-GB', -3)).toBe('-3');
  });
});

describe('days', () => {
  it('are shown as written, in any time zone', () => {
    expect(format.format_date('ru-RU', '2026-03-31')).toBe('31.03.2026');
    expect(format.format_date('en-GB', '2026-03-01')).toBe('01/03/2026');
    expect(plain(format.format_moment('ru-RU', '2026-03-31T23:30:00'))).toBe('31.03.2026, 23:30');
    expect(plain(format.format_month('ru-RU', '2026-03'))).toContain('2026');
  });
  it('that there are not stay as they were written', () => {
    expect(format.format_date('ru-RU', '2026-13-99')).toBe('2026-13-99');
    expect(format.format_month('ru-RU', '2026-13')).toBe('2026-13');
    expect(['2026-02-28', '2024-02-29', '2026-02-30', '2026-13-99', 'today', ''].map(format.is_day)).toEqual([true, true, false, false, false, false]);
  });
  it('from now', () => {
    expect(ago('en', '2026-03-28T12:00:00', '2026-03-31T12:00:00')).toBe('3 days ago');
    expect(ago('ru', '2026-03-31T14:00:00', '2026-03-31T12:00:00')).toBe('через 2 часа');
    expect(ago('en', '2026-03-31T12:00:00', '2026-03-31T12:00:20')).toBe('this minute');
  });
});

describe('values of cells', () => {
  it.each([
    [true, 'yes/no', 'да'], ['2026-03-31', 'date', '31.03.2026'], [['сад', 'ремонт'], 'set of texts', 'сад, ремонт'],
    ['007', 'text', '007'], [null, 'number', '—'],
  ])('%s', (value, type, text) => expect(format.format_value('ru-RU', value, type, ['да', 'нет'])).toBe(text));
});
