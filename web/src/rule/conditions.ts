/* conditions.ts -- one condition as "what, how, with what": its operators and the way between them. */
import type { Type } from './catalog';
import { BLANK, type Literal, type Node, type Value, type ValueType } from './tree';

export type Operator =
  | 'true' | 'false' | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'between' | 'not_between' | 'in' | 'not_in'
  | 'interval' | 'not_interval' | 'missing' | 'present' | 'contains' | 'not_contains' | 'starts_with'
  | 'not_starts_with' | 'ends_with' | 'not_ends_with' | 'matches' | 'not_matches' | 'any' | 'all' | 'none'
  | 'under' | 'not_under';

const NUMBERS: Operator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'between', 'not_between', 'interval', 'in', 'not_in', 'missing', 'present'];
const TEXTS: Operator[] = ['eq', 'ne', 'in', 'not_in', 'contains', 'not_contains', 'starts_with', 'not_starts_with', 'ends_with', 'not_ends_with', 'matches', 'not_matches', 'missing', 'present'];
const BY_TYPE: Record<Type, Operator[]> = {
  bool: ['true', 'false', 'missing', 'present'],
  number: NUMBERS,
  date: ['eq', 'ne', 'ge', 'gt', 'le', 'lt', 'between', 'not_between', 'missing', 'present'],
  moment: ['eq', 'ne', 'ge', 'gt', 'le', 'lt', 'between', 'not_between', 'missing', 'present'],
  text: TEXTS,
  hierarchy: ['under', 'not_under', 'eq', 'ne', 'in', 'not_in', 'missing', 'present'],
  set: ['any', 'all', 'none', 'missing', 'present'],
  item: ['eq', 'ne', 'under', 'not_under', 'in', 'not_in', 'missing', 'present'],
  unknown: ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'in', 'not_in', 'contains', 'missing', 'present'],
};
const SIGNS: Record<string, Operator> = { '=': 'eq', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' };
const SIGN_OF: Partial<Record<Operator, string>> = { eq: '=', ne: '=', lt: '<', le: '<=', gt: '>', ge: '>=' };

/* The operators that fit the type, with the one that stands there now even if it does not. */
export function operators(type: Type, now: Operator): Operator[] {
  const list = BY_TYPE[type];
  return list.includes(now) ? list : [...list, now];
}
export function operator_of(node: Node): Operator {
  const negated = 'negated' in node && node.negated === true;
  const named = (name: string) => (negated ? `not_${name}` : name) as Operator;
  switch (node.kind) {
    case 'compare':
      if (node.operator === '=' && node.right.kind === 'literal' && node.right.type === 'bool' && !negated)
        return node.right.value === true ? 'true' : 'false';
      return negated ? 'ne' : SIGNS[node.operator] ?? 'eq';
    case 'between': return named('between');
    case 'in_list': return named('in');
    case 'in_interval': return named('interval');
    case 'is_missing': return negated ? 'present' : 'missing';
    case 'text_match': return named(node.match);
    case 'has': return negated ? 'none' : node.quantifier;
    case 'under': return named('under');
    default: return 'true';
  }
}
/* What the condition is about; a bare yes/no expression is about itself. */
export function operand_path(node: Node): ['left'] | ['operand'] | [] {
  if (node.kind === 'compare') return ['left'];
  return is_test(node) ? ['operand'] : [];
}
export function operand_of(node: Node): Node {
  if (node.kind === 'compare') return node.left;
  return is_test(node) ? node.operand : node;
}
type Test = Extract<Node, { kind: 'between' | 'in_list' | 'in_interval' | 'is_missing' | 'text_match' | 'has' | 'under' }>;
function is_test(node: Node): node is Test {
  return ['between', 'in_list', 'in_interval', 'is_missing', 'text_match', 'has', 'under'].includes(node.kind);
}

export function literal_type(type: Type): ValueType {
  return type === 'number' || type === 'date' || type === 'moment' || type === 'bool' ? type : 'text';
}
export function empty_literal(type: Type): Node {
  if (type === 'bool') return { kind: 'literal', type: 'bool', value: true };
  return literal_type(type) === 'text' ? BLANK : { kind: 'literal', type: literal_type(type), value: '' };
}
function first_value(node: Node): Value | null {
  const from = (value: Node | undefined): Value | null =>
    value?.kind === 'literal' ? { type: value.type, ...(value.value !== undefined && { value: value.value }) } : null;
  switch (node.kind) {
    case 'compare': return from(node.right);
    case 'between': return from(node.low);
    case 'in_interval': return from(node.low) ?? from(node.high);
    case 'in_list': case 'has': return node.values[0] ?? null;
    case 'text_match': return { type: 'text', value: node.pattern };
    case 'under': return { type: 'text', value: node.target };
    default: return null;
  }
}
/* The condition with another operator; the value that was typed stays where it can. */
export function with_operator(node: Node, operator: Operator, type: Type): Node {
  const operand = operand_of(node);
  const value = first_value(node);
  const fits = value && (literal_type(type) === value.type || type === 'unknown') ? value : null;
  return build(operand, operator, type, fits, node);
}
/* About something else: the operator stays when the new type has it, values only with the type. */
export function with_operand(node: Node, operand: Node, type: Type, type_before: Type): Node {
  const now = operator_of(node);
  const list = BY_TYPE[type];
  const usual = list[0] ?? 'eq';
  const operator = list.includes(now) && node.kind !== 'blank' ? now : usual;
  const keeps = type === type_before && operand.kind === operand_of(node).kind && type !== 'text' && type !== 'hierarchy';
  return build(operand, operator, type, keeps ? first_value(node) : null, keeps ? node : BLANK);
}
function build(operand: Node, operator: Operator, type: Type, value: Value | null, before: Node): Node {
  const literal = (one: Value | null): Node => (one ? ({ kind: 'literal', ...one } as Literal) : empty_literal(type));
  const not = operator.startsWith('not_') || operator === 'none' || operator === 'present' || operator === 'ne';
  const negated = not ? ({ negated: true } as const) : {};
  const text = value?.type === 'text' ? String(value.value ?? '') : '';
  const values = before.kind === 'in_list' || before.kind === 'has' ? before.values : value && value.value !== '' ? [value] : [];
  switch (operator.replace(/^not_/, '')) {
    case 'true': return operand;
    case 'false': return { kind: 'compare', operator: '=', left: operand, right: { kind: 'literal', type: 'bool', value: false } };
    case 'between': return { kind: 'between', ...negated, operand, low: literal(value), high: before.kind === 'between' ? before.high : empty_literal(type) };
    case 'interval':
      return before.kind === 'in_interval' ? { ...strip(before), ...negated } as Node
        : { kind: 'in_interval', ...negated, operand, low: literal(value), low_included: true, high: before.kind === 'between' ? before.high : empty_literal(type), high_included: false };
    case 'in': return { kind: 'in_list', ...negated, operand, values };
    case 'missing': case 'present': return { kind: 'is_missing', ...negated, operand };
    case 'contains': case 'starts_with': case 'ends_with': case 'matches':
      return { kind: 'text_match', ...negated, match: operator.replace(/^not_/, ''), operand, pattern: text };
    case 'any': case 'all': return { kind: 'has', quantifier: operator as 'any' | 'all', operand, values };
    case 'none': return { kind: 'has', ...negated, quantifier: 'any', operand, values };
    case 'under': return { kind: 'under', ...negated, operand, target: text };
    default: {
      const right = before.kind === 'compare' && before.right.kind !== 'literal' ? before.right : literal(value);
      return { kind: 'compare', ...negated, operator: SIGN_OF[operator] ?? '=', left: operand, right };
    }
  }
}
function strip<T extends { negated?: true }>(node: T): Omit<T, 'negated'> {
  const { negated: _, ...rest } = node;
  return rest;
}
