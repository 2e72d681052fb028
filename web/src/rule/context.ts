/* context.ts -- what every part of the tree can reach: the catalogue, the edits, the numbers. */
import { getContext, setContext } from 'svelte';
import type { Catalog } from './catalog';
import type { Node, Path } from './tree';

export interface NodeCount { holds: number; only_missing: number }
export interface Days { first: string | null; last: string }

export interface TreeContext {
  readonly catalog: Catalog;
  readonly tree: Node;
  readonly base: number;
  readonly is_fixed: boolean; // may be looked at, not changed
  readonly counts: ReadonlyMap<string, NodeCount>; // by pointer in the edited tree
  readonly windows: ReadonlyMap<string, Days>;
  readonly unfinished: ReadonlySet<string>;
  readonly segments: readonly { code: string; name: string }[];
  put(path: Path, thing: unknown, is_typing?: boolean): void;
  apply(tree: Node, focus?: Path): void; // an edit of the whole; focus goes to that node
  add(tree: Node, focus: Path): void; // a new node: focus goes to what is filled in first
}
const KEY = Symbol('rule tree');
export const set_tree_context = (context: TreeContext) => setContext(KEY, context);
export const tree_context = () => getContext<TreeContext>(KEY);
