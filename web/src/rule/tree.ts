/* tree.ts -- the tree of docs/language-json.md, and the edits a person makes to it.
 *
 * Edits never change a tree, they give another one. Besides the kinds of the document there is
 * `blank`: a place that is still to be filled. `complete` leaves out what is not finished, so that
 * the server always gets a whole expression. */

export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';
export interface Span { count: number; unit: Unit }
export type Window = { kind: string; count?: number; unit?: Unit; from?: string; to?: string; date?: string; near?: number; far?: number; shifted_back?: Span };
export type ValueType = 'number' | 'text' | 'date' | 'moment' | 'bool' | 'missing';
export interface Value { type: ValueType; value?: string | boolean }

export interface Blank { kind: 'blank' }
export interface Literal { kind: 'literal'; type: ValueType; value?: string | boolean }
export interface Name { kind: 'name'; name: string; member?: string }
export interface Group { kind: 'and' | 'or'; operands: Node[] }
export interface Not { kind: 'not'; operand: Node }
export interface AtLeast { kind: 'at_least'; needed: number; operands: Node[] }
export interface Compare { kind: 'compare'; negated?: true; operator: string; left: Node; right: Node }
export interface Between { kind: 'between'; negated?: true; operand: Node; low: Node; high: Node }
export interface InList { kind: 'in_list'; negated?: true; operand: Node; values: Value[] }
export interface InInterval { kind: 'in_interval'; negated?: true; operand: Node; low?: Node; low_included?: boolean; high?: Node; high_included?: boolean }
export interface IsMissing { kind: 'is_missing'; negated?: true; operand: Node }
export interface TextMatch { kind: 'text_match'; negated?: true; match: string; operand: Node; pattern: string }
export interface Has { kind: 'has'; negated?: true; quantifier: 'any' | 'all'; operand: Node; values: Value[] }
export interface Under { kind: 'under'; negated?: true; operand: Node; target: string }
export interface Arithmetic { kind: 'arithmetic'; operator: string; left: Node; right: Node }
export interface Negate { kind: 'negate'; operand: Node }
export interface Aggregate { kind: 'aggregate'; function: string; stream: string; field?: Name; condition?: Node; by?: Unit; window?: Window }
export interface Step { stream: string; condition?: Node; within?: Span; without?: { stream: string; condition?: Node } }
export interface Sequence { kind: 'sequence'; steps: Step[]; window?: Window }
export interface Call { kind: 'call'; function: string; arguments: Node[]; window?: Window }
export interface Rank { kind: 'rank'; direction: 'top' | 'bottom'; amount: string; percent?: true; by: Node; within?: Node }

export type Node =
  | Blank | Literal | Name | Group | Not | AtLeast | Compare | Between | InList | InInterval | IsMissing
  | TextMatch | Has | Under | Arithmetic | Negate | Aggregate | Sequence | Call | Rank;
export type Path = readonly (string | number)[];
export type Many = Group | AtLeast;

export const BLANK: Blank = { kind: 'blank' };

export function pointer_of(path: Path): string {
  return path.map((part) => `/${part}`).join('');
}
export function is_many(node: Node | undefined): node is Many {
  return node?.kind === 'and' || node?.kind === 'or' || node?.kind === 'at_least';
}
function child_of(thing: unknown, part: string | number): unknown {
  return (thing as Record<string | number, unknown> | undefined)?.[part];
}
/* The node at the path; undefined where there is none. */
export function at(tree: Node, path: Path): Node | undefined {
  return path.reduce<unknown>(child_of, tree) as Node | undefined;
}
/* The tree with another thing at the path; `undefined` takes the key away. */
export function put(tree: Node, path: Path, thing: unknown): Node {
  return set(tree, path, thing) as Node;
}
function set(holder: unknown, path: Path, thing: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return thing;
  const value = set(child_of(holder, part), rest, thing);
  if (Array.isArray(holder)) return holder.map((one, i) => (i === part ? value : one));
  const copy = { ...(holder as Record<string, unknown>) };
  if (value === undefined) delete copy[part];
  else copy[part as string] = value;
  return copy;
}

/* ---- Edits of groups. A path to an operand is that of its group, 'operands' and its index. ---- */

function parent_of(path: Path): { group: Path; index: number } | null {
  const index = path[path.length - 1];
  return typeof index === 'number' && path[path.length - 2] === 'operands' ? { group: path.slice(0, -2), index } : null;
}
export function insert(tree: Node, group: Path, index: number, node: Node): Node {
  const many = at(tree, group);
  if (!is_many(many)) return tree;
  return put(tree, group, { ...many, operands: [...many.operands.slice(0, index), node, ...many.operands.slice(index)] });
}
/* Without the node: an operand leaves its group, any other place becomes blank or loses its key. */
export function remove(tree: Node, path: Path): Node {
  const place = parent_of(path);
  if (!place) {
    if (path.length === 0) return { kind: 'and', operands: [] };
    const above = at(tree, path.slice(0, -1));
    if (above?.kind === 'not') return remove(tree, path.slice(0, -1));
    const key = path[path.length - 1];
    return put(tree, path, key === 'condition' || key === 'within' ? undefined : BLANK);
  }
  const many = at(tree, place.group);
  if (!is_many(many)) return tree;
  const operands = many.operands.filter((_, i) => i !== place.index);
  const key = place.group[place.group.length - 1];
  if (operands.length === 0 && (key === 'condition' || key === 'within')) return put(tree, place.group, undefined);
  const next = many.kind === 'at_least' ? { ...many, operands, needed: Math.min(many.needed, operands.length) } : { ...many, operands };
  return put(tree, place.group, next);
}
export function duplicate(tree: Node, path: Path): Node {
  const place = parent_of(path);
  const node = at(tree, path);
  return place && node ? insert(tree, place.group, place.index + 1, node) : tree;
}
function starts_with(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((part, i) => part === path[i]);
}
/* Move an operand before the `index`-th of another group, or of its own; where it stands then. */
export function move(tree: Node, from: Path, group: Path, index: number): { tree: Node; path: Path } {
  const place = parent_of(from);
  const node = at(tree, from);
  if (!place || !node || starts_with(group, from) || !is_many(at(tree, group))) return { tree, path: from };
  const is_same = pointer_of(place.group) === pointer_of(group);
  if (is_same && (index === place.index || index === place.index + 1)) return { tree, path: from };
  const without = remove(tree, from);
  const target = is_same && index > place.index ? index - 1 : index;
  // A group behind the removed operand, or below it, has moved up by one.
  const shifted = group.map((part, i) => {
    const shares = i === from.length - 1 && starts_with(group.slice(0, i), from.slice(0, -1));
    return shares && typeof part === 'number' && part > place.index ? part - 1 : part;
  });
  return { tree: insert(without, shifted, target, node), path: [...shifted, 'operands', target] };
}
/* One step up or down; past the end of a group the operand leaves it, before a group it enters it. */
export function nudge(tree: Node, path: Path, step: -1 | 1): { tree: Node; path: Path } {
  const place = parent_of(path);
  const many = place && at(tree, place.group);
  if (!place || !many || !is_many(many)) return { tree, path };
  const beside = many.operands[place.index + step];
  if (is_many(beside)) {
    const into = [...place.group, 'operands', place.index + step];
    return move(tree, path, into, step > 0 ? 0 : beside.operands.length);
  }
  if (beside) return move(tree, path, place.group, step > 0 ? place.index + 2 : place.index - 1);
  const outer = parent_of(place.group);
  if (!outer) return { tree, path };
  return move(tree, path, outer.group, step > 0 ? outer.index + 1 : outer.index);
}
export function wrap(tree: Node, path: Path, kind: 'and' | 'or' | 'not' | 'at_least'): Node {
  const node = at(tree, path);
  if (!node) return tree;
  if (kind === 'not') return put(tree, path, node.kind === 'not' ? node.operand : { kind: 'not', operand: node });
  if (kind === 'at_least') return put(tree, path, { kind, needed: 1, operands: [node] });
  return put(tree, path, { kind, operands: [node] });
}
/* A group gives its operands to the group around it; a group of one at any place is that one. */
export function unwrap(tree: Node, path: Path): Node {
  const node = at(tree, path);
  if (!is_many(node)) return tree;
  const place = parent_of(path);
  if (!place) return node.operands.length === 1 && node.operands[0] ? put(tree, path, node.operands[0]) : tree;
  const many = at(tree, place.group) as Many;
  return put(tree, place.group, { ...many, operands: [...many.operands.slice(0, place.index), ...node.operands, ...many.operands.slice(place.index + 1)] });
}
export function change_group(tree: Node, path: Path, kind: 'and' | 'or' | 'at_least'): Node {
  const node = at(tree, path);
  if (!is_many(node)) return tree;
  const operands = node.operands;
  return put(tree, path, kind === 'at_least' ? { kind, needed: Math.min(2, Math.max(1, operands.length)), operands } : { kind, operands });
}

/* ---- What is finished ---- */

export interface Completed {
  tree: Node | null; // null when nothing is finished
  places: Map<string, string>; // pointer in `tree` -> pointer in the edited tree
  unfinished: Set<string>; // pointers of conditions that were left out
}
function is_empty_value(value: Value | Literal): boolean {
  return value.type !== 'missing' && (value.value === undefined || value.value === '');
}
/* Whether anything below is still to be filled in; groups below are looked at by `complete`. */
function is_unfinished(thing: unknown): boolean {
  if (Array.isArray(thing)) return thing.some(is_unfinished);
  if (typeof thing !== 'object' || thing === null) return false;
  const node = thing as Node;
  if (node.kind === 'blank') return true;
  if (node.kind === 'literal') return node.type !== 'text' && is_empty_value(node);
  if (node.kind === 'name') return node.name === '';
  if (node.kind === 'aggregate' && node.stream === '') return true;
  if ((node.kind === 'in_list' || node.kind === 'has') && node.values.length === 0) return true;
  if ((node.kind === 'text_match' && node.pattern === '') || (node.kind === 'under' && node.target === '')) return true;
  if (node.kind === 'in_interval' && !node.low && !node.high) return true;
  if (node.kind === 'rank' && node.amount === '') return true;
  if (is_many(node) && node.operands.length === 0) return true;
  return Object.values(node).some(is_unfinished);
}
export function complete(tree: Node): Completed {
  const places = new Map<string, string>();
  const unfinished = new Set<string>();
  return { tree: keep(tree, [], [], places, unfinished), places, unfinished };
}
function keep(node: Node, from: Path, to: Path, places: Map<string, string>, unfinished: Set<string>): Node | null {
  if (is_many(node)) return keep_many(node, from, to, places, unfinished);
  if (node.kind === 'not') {
    const operand = keep(node.operand, [...from, 'operand'], [...to, 'operand'], places, unfinished);
    if (operand) places.set(pointer_of(to), pointer_of(from));
    return operand && { ...node, operand };
  }
  if (is_unfinished(node)) {
    unfinished.add(pointer_of(from));
    return null;
  }
  return keep_inside(node, from, to, places) as Node;
}
/* A condition with the groups in its filters made whole; nothing in it is unfinished. */
function keep_inside(thing: unknown, from: Path, to: Path, places: Map<string, string>): unknown {
  if (typeof thing !== 'object' || thing === null) return thing;
  const step = (value: unknown, part: string | number): unknown => {
    const is_grouping = is_many(value as Node) || (value as Node | null)?.kind === 'not';
    if (is_grouping) return keep(value as Node, [...from, part], [...to, part], places, new Set());
    return keep_inside(value, [...from, part], [...to, part], places);
  };
  places.set(pointer_of(to), pointer_of(from));
  if (Array.isArray(thing)) return thing.map(step);
  return Object.fromEntries(Object.entries(thing).map(([key, value]) => [key, step(value, key)]));
}
function keep_many(node: Many, from: Path, to: Path, places: Map<string, string>, unfinished: Set<string>): Node | null {
  const finished = node.operands.map((operand) => keep(operand, [], [], new Map(), new Set()) !== null);
  const count = finished.filter(Boolean).length;
  const is_single = count === 1 && node.kind !== 'at_least';
  const operands: Node[] = [];
  node.operands.forEach((operand, i) => {
    const there = is_single ? to : [...to, 'operands', operands.length];
    const kept = keep(operand, [...from, 'operands', i], there, places, unfinished);
    if (kept) operands.push(kept);
  });
  if (count === 0) {
    if (node.operands.length === 0 && from.length > 0) unfinished.add(pointer_of(from));
    return null;
  }
  if (is_single) return operands[0] ?? null;
  places.set(pointer_of(to), pointer_of(from));
  return node.kind === 'at_least' ? { ...node, operands, needed: Math.min(node.needed, count) } : { ...node, operands };
}
/* A tree of the server as it is edited: every filter is a group, so that a second condition can
 * stand beside the first. `complete` is the way back. */
export function opened(tree: Node | null): Node {
  return as_root(tree === null ? null : (open_filters(tree) as Node));
}
function open_filters(thing: unknown): unknown {
  if (typeof thing !== 'object' || thing === null) return thing;
  if (Array.isArray(thing)) return thing.map(open_filters);
  const pairs = Object.entries(thing).map(([key, value]) => {
    const inner = open_filters(value);
    // `within` is a span of days in a step of a chain, and a rule in a ranking.
    const is_filter = (key === 'condition' || key === 'within') && typeof (inner as Node).kind === 'string';
    return [key, is_filter ? as_root(inner as Node) : inner];
  });
  return Object.fromEntries(pairs);
}
/* The root of an edited tree is always a group, so that a condition can be added beside any other. */
export function as_root(tree: Node | null): Node {
  if (tree === null) return { kind: 'and', operands: [] };
  return is_many(tree) ? tree : { kind: 'and', operands: [tree] };
}
export function are_equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
