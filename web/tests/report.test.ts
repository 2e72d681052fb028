/* report.test.ts -- what reports ask, periods by the calendar, tables turned and put in order. */
import { describe, expect, it } from 'vitest';
import { ageing_of_text, groups_of_text, groups_to_text, in_order, overlap_map, pivot, QUICK, quick_period, weights_sum, whole_months, type Table } from '../src/report/model';
import { next_sort } from '../src/parts/table';
import { text_literal } from '../src/rule/quote';

describe('periods', () => {
  it.each([
    ['last_12', '2025-04-01', '2026-03-31'], ['this_month', '2026-03-01', '2026-03-31'], ['last_month', '2026-02-01', '2026-02-28'],
    ['this_quarter', '2026-01-01', '2026-03-31'], ['last_quarter', '2025-10-01', '2025-12-31'], ['this_year', '2026-01-01', '2026-03-31'], ['last_year', '2025-01-01', '2025-12-31'],
  ] as const)('%s on 31 March 2026', (quick, from, to) => {
    expect(quick_period(quick, '2026-03-31')).toEqual({ from, to });
  });
  it('cross the year, and know leap years', () => {
    expect(quick_period('last_month', '2026-01-15')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
    expect(quick_period('last_month', '2024-03-01')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
    expect(quick_period('last_quarter', '2026-11-22')).toEqual({ from: '2026-07-01', to: '2026-09-30' });
    for (const quick of QUICK) {
      const { from, to } = quick_period(quick, '2026-05-17');
      expect(from <= to && to <= '2026-05-17').toBe(true);
    }
  });
});

describe('whole months', () => {
  it.each([
    ['2025-12-01', '2026-11-23', '2025-12-01', '2026-10-31'],
    ['2025-12-01', '2026-11-30', '2025-12-01', '2026-10-31'],
    ['2025-01-15', '2025-12-31', '2025-01-01', '2025-12-31'],
    ['2026-11-05', '2026-11-20', '2025-11-01', '2026-10-31'],
    ['2024-02-01', '2024-02-29', '2024-02-01', '2024-02-29'],
  ])('of %s to %s', (from, to, first, last) => {
    expect(whole_months({ from, to }, '2026-11-23')).toEqual({ from: first, to: last });
  });
});
describe('groups in an address', () => {
  it('come back as they went', () => {
    const groups = [{ segment: '000001' }, { classification: 'ABC', class: 'A' }, { rule: 'city = "Москва"' }];
    expect(groups_of_text(groups_to_text(groups))).toEqual(groups);
    expect(groups_to_text([])).toBeNull();
  });
  it.each([null, '', 'nonsense', '{}', '[1, null, "a"]', '[{"other": 1}]', '[{"segment": 5}]'])('nonsense is no group: %s', (text) => {
    expect(groups_of_text(text)).toEqual([]);
  });
});

const table: Table = {
  name: 't', columns: [], rows: [
    { group: 'A', from: '2026-01', revenue: 5 }, { group: 'A', from: '2026-02', revenue: null },
    { group: 'B', from: '2026-01', revenue: 7 }, { group: 'B', from: '2026-02', revenue: 1 },
  ],
};
describe('tables', () => {
  it('turn by two columns', () => {
    const turned = pivot(table, 'group', 'from');
    expect([turned.down, turned.across]).toEqual([['A', 'B'], ['2026-01', '2026-02']]);
    expect(turned.at('B', '2026-02')?.['revenue']).toBe(1);
    expect(turned.at('C', '2026-02')).toBeUndefined();
  });
  it('stand in order both ways, what is missing last', () => {
    const numbers = (sort: string) => in_order(table.rows, sort).map((row) => row['revenue']);
    expect(numbers('revenue')).toEqual([1, 5, 7, null]);
    expect(numbers('-revenue')).toEqual([7, 5, 1, null]);
    expect(numbers('')).toEqual([5, null, 7, 1]);
    expect([next_sort('', 'x'), next_sort('x', 'x'), next_sort('-x', 'x')]).toEqual(['x', '-x', '']);
  });
});

describe('settings', () => {
  it('ageing buckets grow', () => {
    expect(ageing_of_text('7, 30;90')).toEqual([7, 30, 90]);
    expect([ageing_of_text(''), ageing_of_text('30, 30'), ageing_of_text('30, abc'), ageing_of_text('0')]).toEqual([null, null, null, null]);
  });
  it('weights are summed without dust', () => { expect(weights_sum([33.3, 33.3, 33.4])).toBe(100); });
  it('a text of the language', () => { expect(text_literal('ООО "Ёлка" \\ 1')).toBe('"ООО \\"Ёлка\\" \\\\ 1"'); });
});

it('the map of pairs has both halves, each with the share of its row', () => {
  const map = overlap_map({
    segments: [{ segment: '1', name: 'A', size: 10 }, { segment: '2', name: 'B', size: 40 }, { segment: '3', name: 'C', size: null }],
    pairs: [{ a: '1', b: '2', common: 5, share_of_a: 0.5, share_of_b: 0.125, jaccard: 1 / 9 }],
  });
  expect(map.names).toEqual(['A', 'B']);
  expect(map.at(0, 1)).toEqual({ common: 5, share: 0.5, jaccard: 1 / 9 });
  expect(map.at(1, 0)).toEqual({ common: 5, share: 0.125, jaccard: 1 / 9 });
  expect(map.at(1, 1)).toEqual({ common: 40, share: 1, jaccard: 1 });
});
