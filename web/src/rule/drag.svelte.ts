/* drag.svelte.ts -- what is being dragged over the tree, and before which line it would fall. */
import type { Path } from './tree';

export const drag = $state<{ from: Path | null; over: { group: string; index: number } | null }>({ from: null, over: null });
