/* parts.test.ts -- the arithmetic under the address, the table and the charts. */
import { describe, expect, it } from 'vitest';
import { csv_of, file_name } from '../src/parts/picture';
import { label_room, label_step, linear, path_of, ticks } from '../src/parts/scale';
import { ROW_HEIGHT_PX, window_of } from '../src/parts/table';
import { find_route, match } from '../src/shell/routes';

describe('addresses', () => {
  it('give parameters, decoded', () => {
    expect(match('/segments/:id/edit', '/segments/%D0%90%20B/edit/')).toEqual({ id: 'А B' });
    expect(match('/segments/:id', '/segments/')).toBeNull();
    expect(match('/segments/:id', '/segments/a/b')).toBeNull();
    expect(match('/segments/:id', '/segments/%zz')).toBeNull();
  });
  it('prefer fixed words', () => {
    expect(find_route('/segments/new')?.route.path).toBe('/segments/new');
    expect(find_route('/segments/S1')?.params).toEqual({ id: 'S1' });
    expect(find_route('/nowhere')).toBeNull();
  });
});

describe('a table of a million rows', () => {
  it('draws what is seen and a little more', () => {
    const { begin, end } = window_of(1_000_000, 500_000 * ROW_HEIGHT_PX, 500);
    expect(begin).toBeLessThanOrEqual(500_000);
    expect(end).toBeGreaterThanOrEqual(500_000 + 500 / ROW_HEIGHT_PX);
    expect(end - begin).toBeLessThan(60);
  });
  it('never leaves its rows', () => {
    expect(window_of(3, 10_000, 500)).toEqual({ begin: 3, end: 3 });
    expect(window_of(0, 0, 500)).toEqual({ begin: 0, end: 0 });
  });
});

describe('axes', () => {
  it('have round marks that hold all values', () => {
    expect(ticks(0, 97, 5)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(-3, 12, 4)).toEqual([-5, 0, 5, 10, 15]);
    expect(ticks(0.1, 0.35, 4)).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect(ticks(5, 5)).toEqual([5]);
  });
  it('a missing value breaks the line', () => {
    const same = (v: number) => v;
    expect(path_of([1, null, 3, 4], same, same)).toBe('M0.0 1.0M2.0 3.0L3.0 4.0');
    expect(linear([0, 10], [0, 100])(5)).toBe(50);
  });
  it('labels never touch', () => {
    expect(label_step(24, 400, 80)).toBe(5);
    expect([label_room(['A', 'B', 'C', 'Не классифицированы'], 30, 84), label_room(['31.12.2025', '31.03.2026'], 60, 120), label_room([], 60, 120)]).toEqual([30, 115, 60]);
  });
});

describe('files of a picture', () => {
  it('have numbers as numbers and texts that no spreadsheet runs', () => {
    expect(csv_of(['класс', 'сумма'], [['A, "лучшие"', 1234.5], ['=1+1', null], ['-5', -5]])).toBe(
      'класс,сумма\r\n"A, ""лучшие""",1234.5\r\n\'=1+1,\r\n-5,-5\r\n',
    );
  });
  it('are called like the picture', () => {
    expect(file_name('ABC / XYZ: 31.03', 'png')).toBe('ABC XYZ 31.03.png');
    expect(file_name('//', 'csv')).toBe('kohorta.csv');
  });
});
