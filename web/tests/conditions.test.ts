/* conditions.test.ts -- operators of a condition: every one says what it is, values are kept. */
import { describe, expect, it } from 'vitest';
import { type_of, type_named, type Catalog } from '../src/rule/catalog';
import { operand_of, operator_of, operators, with_operand, with_operator, type Operator } from '../src/rule/conditions';
import type { Node } from '../src/rule/tree';

const catalog: Catalog = {
  properties: new Map([
    ['income', { name: 'income', label: '', type: 'number', group: '', values: [] }],
    ['город', { name: 'Город', label: '', type: 'text', group: '', values: [] }],
  ]),
  streams: new Map([['purchase', { name: 'purchase', label: '', fields: [{ name: 'amount', label: '', type: 'number' }, { name: 'channel', label: '', type: 'text' }] }]]),
  groups: new Map(),
};
const income: Node = { kind: 'name', name: 'income' };
const more_than_5: Node = { kind: 'compare', operator: '>', left: income, right: { kind: 'literal', type: 'number', value: '5' } };

describe('operators', () => {
  it.each(['bool', 'number', 'date', 'text', 'hierarchy', 'set', 'item', 'unknown'] as const)('of %s are what they were set to', (type) => {
    for (const operator of operators(type, 'missing')) {
      const node = with_operator(income, operator, type);
      expect(operator_of(node), operator).toBe(operator);
      expect(operand_of(node)).toEqual(income);
    }
  });
  it('the value stays from operator to operator', () => {
    const way: Operator[] = ['le', 'between', 'interval', 'in', 'ne', 'gt'];
    const end = way.reduce<Node>((node, operator) => with_operator(node, operator, 'number'), more_than_5);
    expect(end).toEqual(more_than_5);
  });
  it('a list keeps all its values when it is turned around', () => {
    const list: Node = { kind: 'in_list', operand: income, values: [{ type: 'number', value: '1' }, { type: 'number', value: '2' }] };
    expect(with_operator(list, 'not_in', 'number')).toEqual({ ...list, negated: true });
  });
  it('an expression on the right stays', () => {
    const node: Node = { kind: 'compare', operator: '<', left: income, right: { kind: 'arithmetic', operator: '*', left: income, right: income } };
    expect(with_operator(node, 'ge', 'number')).toEqual({ ...node, operator: '>=' });
  });
  it('another thing of another type loses the value, not more', () => {
    const node = with_operand(more_than_5, { kind: 'name', name: 'Город' }, 'text', 'number');
    expect(node).toEqual({ kind: 'compare', operator: '=', left: { kind: 'name', name: 'Город' }, right: { kind: 'blank' } });
  });
});

describe('types', () => {
  it.each([
    [{ kind: 'name', name: 'ГОРОД' }, null, 'text'],
    [{ kind: 'name', name: 'channel' }, 'purchase', 'text'],
    [{ kind: 'name', name: 'hour' }, 'purchase', 'number'],
    [{ kind: 'aggregate', function: 'max', stream: 'purchase', field: { kind: 'name', name: 'date' } }, null, 'date'],
    [{ kind: 'aggregate', function: 'none', stream: 'purchase' }, null, 'bool'],
    [{ kind: 'call', function: 'age', arguments: [] }, null, 'number'],
    [{ kind: 'call', function: 'member', arguments: [] }, null, 'bool'],
    [{ kind: 'rank', direction: 'top', amount: '5', by: income }, null, 'bool'],
    [{ kind: 'name', name: 'nothing' }, null, 'unknown'],
  ] as [Node, string | null, string][])('%j', (node, stream, type) => expect(type_of(catalog, node, stream)).toBe(type));
  it('by the names of the server', () => {
    expect([type_named('money(2)'), type_named('set of texts'), type_named('enum'), type_named(null)]).toEqual(['number', 'set', 'text', 'unknown']);
  });
});
