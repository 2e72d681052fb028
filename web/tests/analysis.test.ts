/* analysis.test.ts -- runs over time, the flow between classes, rules and parameters of classifications. */
import { describe, expect, it } from 'vitest';
import { segment_of } from '../src/parts/customers_of';
import { class_names, flow_of, numbers_of, rule_of, runs_by_day, size_in, sum_of, texts_of, whole_parameters, type Move, type Run } from '../src/pages/analysis/model';

const run = (id: number, as_of: string, sizes: Record<string, number>): Run => ({
  id, as_of, at: `${as_of}T10:00:00`, author: 'anna', version: 1, customers: 10,
  classes: [...Object.entries(sizes).map(([name, customers]) => ({ class: name, customers, sum: customers * 2 })), { class: null, customers: 1, sum: null }],
});
const move = (from: string | null, to: string | null, customers: number): Move =>
  ({ from, to, customers, share: 0, sum_before: null, sum_after: null });

describe('runs', () => {
  const runs = [run(3, '2026-01-31', { A: 5, D: 1 }), run(2, '2026-02-28', { A: 2, B: 1 }), run(1, '2026-01-31', { A: 9 })];
  it('count once for a day, the last added', () => {
    expect(runs_by_day(runs).map((one) => one.id)).toEqual([3, 2]);
  });
  it('name their classes, those of the newest first', () => {
    expect(class_names(runs_by_day(runs))).toEqual(['A', 'B', 'D']);
  });
  it('have no size where a class was not', () => {
    expect(size_in(runs[1] as Run, 'D')).toBeNull();
    expect(size_in(runs[1] as Run, null)).toBe(1);
    expect(sum_of(runs[1] as Run)).toBe(6);
  });
});

describe('the flow between classes', () => {
  const moves = [move('A', 'A', 60), move('A', 'B', 20), move('B', 'B', 10), move(null, 'A', 10), move('B', null, 0)];
  const { nodes, ribbons } = flow_of(moves, 600, 220, 14, 10);
  it('has bars as high as they have customers, new ones last', () => {
    expect(nodes.filter((node) => node.side === 0).map((node) => [node.name, node.customers])).toEqual([['A', 80], ['B', 10], [null, 10]]);
    expect(nodes.filter((node) => node.side === 1).map((node) => [node.name, node.customers])).toEqual([['A', 70], ['B', 30]]);
    for (const side of [0, 1]) {
      const heights = nodes.filter((node) => node.side === side).reduce((sum, node) => sum + node.height, 0);
      expect(heights).toBeCloseTo(200, 6);
    }
  });
  it('draws a ribbon for every move that happened', () => {
    expect(ribbons.map((ribbon) => ribbon.move.customers)).toEqual([60, 20, 10, 10]);
    expect(ribbons[0]?.path).toMatch(/^M14 0\.0C/);
  });
  it('of nothing is nothing', () => {
    expect(flow_of([], 600, 220, 14)).toEqual({ nodes: [], ribbons: [] });
  });
});

describe('rules and parameters', () => {
  it('quote names', () => {
    expect(rule_of('A "B"', 'C\\D')).toBe('class("A \\"B\\"") = "C\\\\D"');
    expect(rule_of('ABC', null)).toBe('class("ABC") is missing');
    expect(segment_of('a = "b & c"', 'N')).toBe('/segments/new?rule=a+%3D+%22b+%26+c%22&name=N');
  });
  it('are typed with commas and spaces', () => {
    expect(numbers_of('80; 95,5')).toEqual([80, 95.5]);
    expect(numbers_of('1 000; 100 000')).toEqual([1000, 100000]);
    expect(numbers_of('')).toEqual([]);
    expect(numbers_of('a; 1')).toBeNull();
    expect(texts_of(' дёшево; ;дорого')).toEqual(['дёшево', 'дорого']);
  });
  it('are said in full, so that nothing stays by being left out', () => {
    expect(whole_parameters('abc', { metrics: [{ expression: 'x' }] })).toEqual({
      metrics: [{ expression: 'x' }], classes: [], amount: null, borders: [], method: 'pareto', strict: false, split_ties: false, nonpositive: 'unclassified',
    });
    expect(whole_parameters('rules', { rest: ' ' })).toEqual({ metrics: [], classes: [], amount: null, rest: null });
  });
});
