/* drag.svelte.ts -- what is being dragged over the tree, before which line it would fall, what was copied. */
import type { Node, Path } from './tree';

export const drag = $state<{ from: Path | null; over: { group: string; index: number } | null }>({ from: null, over: null });
/* A copied condition outlives its page, so that it can be put into another segment's rule. */
export const copied = $state<{ node: Node | null; stream: string | null }>({ node: null, stream: null });
