/* tree.test.ts -- edits of a rule: nothing is lost, nothing else is touched, pointers stay right. */
import { describe, expect, it } from 'vitest';
import { byte_of_index, index_of_byte } from '../src/rule/bytes';
import { History } from '../src/rule/history';
import * as tree from '../src/rule/tree';
import type { Group, Node } from '../src/rule/tree';

const c = (name: string): Node => ({ kind: 'name', name });
const and = (...operands: Node[]): Node => ({ kind: 'and', operands });
const or = (...operands: Node[]): Node => ({ kind: 'or', operands });
const not = (operand: Node): Node => ({ kind: 'not', operand });
const text = (node: Node | null): string => {
  if (node === null) return '-';
  if (node.kind === 'name') return node.name;
  if (node.kind === 'not') return `!${text(node.operand)}`;
  if (tree.is_many(node)) return `${node.kind}(${node.operands.map(text).join(' ')})`;
  return node.kind;
};

describe('edits', () => {
  const start = and(c('a'), or(c('b'), c('c')), c('d'));
  it('leave the tree they came from as it was', () => {
    const before = JSON.stringify(start);
    tree.remove(start, ['operands', 1]);
    tree.move(start, ['operands', 0], ['operands', 1], 0);
    tree.wrap(start, ['operands', 0], 'not');
    expect(JSON.stringify(start)).toBe(before);
  });
  it('put, insert, remove, duplicate', () => {
    expect(text(tree.put(start, ['operands', 1, 'operands', 0], c('x')))).toBe('and(a or(x c) d)');
    expect(text(tree.insert(start, ['operands', 1], 2, c('x')))).toBe('and(a or(b c x) d)');
    expect(text(tree.remove(start, ['operands', 1, 'operands', 0]))).toBe('and(a or(c) d)');
    expect(text(tree.duplicate(start, ['operands', 0]))).toBe('and(a a or(b c) d)');
    expect(text(tree.remove(start, []))).toBe('and()');
  });
  it('removing what is negated takes the negation with it', () => {
    expect(text(tree.remove(and(c('a'), not(c('b'))), ['operands', 1, 'operand']))).toBe('and(a)');
  });
  it('removing a filter of events keeps the events', () => {
    const any: Node = { kind: 'aggregate', function: 'any', stream: 'purchase', condition: c('x') };
    expect(tree.remove(any, ['condition'])).toEqual({ kind: 'aggregate', function: 'any', stream: 'purchase' });
  });
  it('a filter of several conditions that is taken away leaves no group behind', () => {
    const any: Node = { kind: 'aggregate', function: 'any', stream: 'purchase', condition: and(c('x'), c('y')) };
    expect(text((tree.remove(any, ['condition', 'operands', 0]) as tree.Aggregate).condition as Node)).toBe('and(y)');
  });
  it('at least k never asks for more than there is', () => {
    const many: Node = { kind: 'at_least', needed: 2, operands: [c('a'), c('b')] };
    expect(tree.remove(many, ['operands', 0])).toMatchObject({ needed: 1 });
  });
  it('wrap and unwrap undo each other', () => {
    const wrapped = tree.wrap(start, ['operands', 0], 'or');
    expect(text(wrapped)).toBe('and(or(a) or(b c) d)');
    expect(text(tree.unwrap(wrapped, ['operands', 0]))).toBe(text(start));
    expect(text(tree.unwrap(start, ['operands', 1]))).toBe('and(a b c d)');
    expect(text(tree.wrap(tree.wrap(start, ['operands', 0], 'not'), ['operands', 0], 'not'))).toBe(text(start));
  });
});

describe('moves', () => {
  const start = and(c('a'), or(c('b'), c('c')), c('d'));
  it.each([
    [['operands', 0], [], 3, 'and(or(b c) d a)'],
    [['operands', 2], [], 0, 'and(d a or(b c))'],
    [['operands', 0], ['operands', 1], 1, 'and(or(b a c) d)'],
    [['operands', 2], ['operands', 1], 2, 'and(a or(b c d))'],
    [['operands', 1, 'operands', 0], [], 0, 'and(b a or(c) d)'],
    [['operands', 1, 'operands', 0], ['operands', 1], 2, 'and(a or(c b) d)'],
  ] as const)('%j to %j before %d', (from, group, index, wanted) => {
    const moved = tree.move(start, from, group, index);
    expect(text(moved.tree)).toBe(wanted);
    expect(tree.at(moved.tree, moved.path)).toEqual(tree.at(start, from));
  });
  it('a group never goes into itself', () => {
    expect(tree.move(start, ['operands', 1], ['operands', 1], 0).tree).toBe(start);
  });
  it('by the keyboard: down through everything and back up to where it was', () => {
    let now: { tree: Node; path: tree.Path } = { tree: start, path: ['operands', 0] };
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) { now = tree.nudge(now.tree, now.path, 1); seen.push(text(now.tree)); }
    expect(seen).toEqual(['and(or(a b c) d)', 'and(or(b a c) d)', 'and(or(b c a) d)', 'and(or(b c) a d)']);
    for (let i = 0; i < 4; i++) now = tree.nudge(now.tree, now.path, -1);
    expect(text(now.tree)).toBe(text(start));
  });
  it('random moves lose no condition', () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    let now: Node = and(c('a'), or(c('b'), and(c('c'), c('d'))), or(c('e'), c('f')), c('g'));
    const groups = (node: Node, path: tree.Path = []): tree.Path[] =>
      tree.is_many(node) ? [path, ...node.operands.flatMap((one, i) => groups(one, [...path, 'operands', i]))] : [];
    for (let i = 0; i < 500; i++) {
      const all = groups(now);
      const from = all[random(all.length)] ?? [];
      const into = all[random(all.length)] ?? [];
      const count = (tree.at(now, from) as Group).operands.length;
      if (count === 0) continue;
      const moved = tree.move(now, [...from, 'operands', random(count)], into, random((tree.at(now, into) as Group).operands.length + 1));
      now = moved.tree;
      expect(text(now).match(/\b[a-g]\b/g)?.sort().join('')).toBe('abcdefg');
    }
  });
});

describe('what is finished', () => {
  const half: Node = { kind: 'compare', operator: '=', left: c('x'), right: tree.BLANK };
  it('leaves out the rest and says where everything was', () => {
    const done = tree.complete(and(c('a'), half, or(half, c('b'))));
    expect(text(done.tree)).toBe('and(a b)');
    expect([...done.unfinished]).toEqual(['/operands/1', '/operands/2/operands/0']);
    expect(done.places.get('/operands/1')).toBe('/operands/2/operands/1');
    expect(done.places.get('')).toBe('');
  });
  it('a group of one is that one', () => {
    const done = tree.complete(and(not(or(c('a')))));
    expect(text(done.tree)).toBe('!a');
    expect(done.places.get('')).toBe('/operands/0');
    expect(done.places.get('/operand')).toBe('/operands/0/operand/operands/0');
  });
  it('nothing finished is nothing', () => {
    expect(tree.complete(and(half)).tree).toBeNull();
    expect(tree.complete(and()).tree).toBeNull();
    expect(tree.complete(not(and())).tree).toBeNull();
  });
  it('places reach into conditions: windows have one', () => {
    const node: Node = { kind: 'compare', operator: '>', left: { kind: 'aggregate', function: 'count', stream: 'purchase', window: { kind: 'this', unit: 'month' } }, right: { kind: 'literal', type: 'number', value: '1' } };
    expect(tree.complete(and(half, node)).places.get('/left')).toBe('/operands/1/left');
  });
  it('a filter of one condition is that condition', () => {
    const any: Node = { kind: 'aggregate', function: 'any', stream: 'purchase', condition: and(c('x')) };
    const done = tree.complete(and(any, c('b')));
    expect(done.tree).toMatchObject({ operands: [{ condition: { kind: 'name', name: 'x' } }, {}] });
    expect(done.places.get('/operands/0/condition')).toBe('/operands/0/condition/operands/0');
    expect(tree.at(tree.remove(any, ['condition', 'operands', 0]), ['condition'])).toBeUndefined();
  });
  it('opened and completed again is the tree that came', () => {
    const came: Node = and(
      { kind: 'sequence', steps: [{ stream: 'purchase', condition: c('x') }, { stream: 'purchase', within: { count: 3, unit: 'day' } }] },
      { kind: 'rank', direction: 'top', amount: '5', by: c('m'), within: not(c('y')) },
      { kind: 'compare', operator: '>', left: { kind: 'aggregate', function: 'count', stream: 'purchase', condition: or(c('a'), c('b')) }, right: c('n') },
    );
    expect(tree.complete(tree.opened(came)).tree).toEqual(came);
    expect(tree.complete(tree.opened(c('a'))).tree).toEqual(c('a'));
    expect(tree.opened(null)).toEqual(and());
  });
  it('at least k of fewer finished ones', () => {
    const done = tree.complete({ kind: 'at_least', needed: 2, operands: [c('a'), half] });
    expect(done.tree).toMatchObject({ kind: 'at_least', needed: 1 });
  });
  it('the empty text may be compared with, an empty number may not', () => {
    const with_text = (type: tree.ValueType): Node => ({ kind: 'compare', operator: '=', left: c('x'), right: { kind: 'literal', type, value: '' } });
    expect(tree.complete(and(with_text('text'))).tree).not.toBeNull();
    expect(tree.complete(and(with_text('number'))).tree).toBeNull();
  });
});

describe('history', () => {
  it('goes back and forth; a new step forgets the future', () => {
    const history = new History('', (a, b) => a === b);
    history.push('a');
    history.push('ab', true);
    history.push('ab');
    history.push('c');
    expect([history.undo(), history.undo(), history.undo()]).toEqual(['ab', '', '']);
    expect([history.redo(), history.redo(), history.redo()]).toEqual(['ab', 'c', 'c']);
    history.undo();
    history.push('d');
    expect([history.can_redo, history.current]).toEqual([false, 'd']);
  });
});

describe('bytes and letters', () => {
  it.each(['abc', 'Ёлка = "Москва"', '🙂 Київ'])('%s', (one) => {
    const size = new TextEncoder().encode(one).length;
    expect(byte_of_index(one, one.length)).toBe(size);
    expect(index_of_byte(one, size)).toBe(one.length);
    for (let i = 0; i <= one.length; i++) {
      if ((one.charCodeAt(i) & 0xfc00) === 0xdc00) continue;
      expect(index_of_byte(one, byte_of_index(one, i))).toBe(i);
    }
  });
});
