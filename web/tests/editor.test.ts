/* editor.test.ts -- schedules, columns and the colours of the text. */
import { describe, expect, it } from 'vitest';
import { columns_text, quoted_name } from '../src/pages/editor/card';
import { plan_of, schedule_of } from '../src/pages/editor/cron';
import { marked, pieces } from '../src/rule/highlight';

describe('schedules', () => {
  it.each(['', '15 * * * *', '0 2 * * *', '30 7 * * 1,2,3', '0 3 1 * *', '*/5 * * * *', '0 2 1,15 * *', '0 2 1 * 1'])('%s comes back as it was', (text) => {
    expect(schedule_of(plan_of(text))).toBe(text);
  });
  it('are told as people say them', () => {
    expect(plan_of('0 2 * * *')).toMatchObject({ kind: 'daily', time: '02:00' });
    expect(plan_of('0 2 * * 1-5')).toMatchObject({ kind: 'weekly', days: [1, 2, 3, 4, 5] });
    expect(plan_of('0 2 * * 7')).toMatchObject({ kind: 'weekly', days: [0] });
    expect(plan_of('0 3 31L * *')).toMatchObject({ kind: 'monthly', day: 31 });
    expect(schedule_of({ ...plan_of('0 3 1 * *'), day: 30 })).toBe('0 3 30L * *');
    expect(plan_of('0 3 31 * *').kind).toBe('cron');
    for (const days of [' from 2026-12-01', ' until 2026-12-31', ' from 2026-12-01 until 2026-12-31']) {
      expect(plan_of(`0 2 * * *${days}`).kind).toBe('daily');
      expect(schedule_of(plan_of(`0 2 * * *${days}`))).toBe(`0 2 * * *${days}`);
      expect(schedule_of(plan_of(`0 2 1 * 1${days}`))).toBe(`0 2 1 * 1${days}`);
    }
    expect(plan_of('0 25 * * *').kind).toBe('cron');
    expect(plan_of('0 2 1 * 1').kind).toBe('cron');
  });
});

describe('columns', () => {
  it('become one text, odd names in backticks', () => {
    expect(columns_text([{ text: 'city', name: 'Город' }, { text: ' sum(purchase.amount) ', name: 'на сумму' }, { text: '', name: 'x' }, { text: 'vip', name: '' }]))
      .toBe('city as Город, sum(purchase.amount) as `на сумму`, vip');
    expect(quoted_name('and')).toBe('`and`');
    expect(quoted_name('1st')).toBe('`1st`');
  });
});

describe('the text', () => {
  const text = 'sum(purchase.amount where item = "Супер дрель") > 40_000.5 # note\nand `Площадь, м²` = \'x';
  it('is whole in its pieces', () => expect(pieces(text).map((p) => text.slice(p.begin, p.end)).join('')).toBe(text));
  it('has its colours', () => {
    const tint = (part: string) => pieces(text).find((p) => text.slice(p.begin, p.end) === part)?.tint;
    expect([tint('sum'), tint('where'), tint('"Супер дрель"'), tint('40_000.5'), tint('# note'), tint('`Площадь, м²`'), tint("'x")]).toEqual(
      ['name', 'word', 'text', 'number', 'comment', 'name', 'text']);
  });
  it('what is wrong is marked to the letter, also at the end', () => {
    const at = text.indexOf('item');
    const list = marked(text, [{ begin: at + 1, end: at + 3, severity: 'error' }, { begin: text.length, end: text.length, severity: 'warning' }]);
    expect(list.map((p) => text.slice(p.begin, p.end)).join('')).toBe(text);
    expect(list.filter((p) => p.severity === 'error').map((p) => text.slice(p.begin, p.end)).join('')).toBe('te');
    expect(list[list.length - 1]?.severity).toBe('warning');
    expect(marked('', [{ begin: 0, end: 0, severity: 'error' }])).toEqual([]);
  });
});
