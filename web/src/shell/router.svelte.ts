/* router.svelte.ts -- the address as state; ordinary links work, Back works, unsaved work asks. */
import { say } from '../base/language.svelte';
import { common } from '../base/words';

let path = $state(location.pathname);
let query = $state(location.search);
let guard: (() => boolean) | null = null;
let here = location.pathname + location.search;

function read(): void {
  path = location.pathname;
  query = location.search;
  here = path + query;
}
function may_leave(): boolean {
  return !guard?.() || confirm(say(common.unsaved));
}

export const address = {
  get path() { return path; },
  get query() { return new URLSearchParams(query); },
};

export function go(to: string, replace = false): void {
  if (to !== here && to.split('?')[0] !== path && !may_leave()) return;
  const moved = to.split('?')[0] !== path;
  if (moved) guard = null;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  read();
  if (moved) scrollTo(0, 0);
}
/* Change what stands behind the question mark, as filters and tabs do, without a step back. */
export function set_query(changes: Record<string, string | null>): void {
  const next = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === '') next.delete(key);
    else next.set(key, value);
  }
  const text = next.toString();
  history.replaceState(null, '', location.pathname + (text ? `?${text}` : ''));
  read();
}
/* While `unsaved` says yes, leaving asks. The page takes its guard back when it goes. */
export function guard_leaving(unsaved: () => boolean): () => void {
  guard = unsaved;
  return () => { if (guard === unsaved) guard = null; };
}

export function listen(): () => void {
  const on_pop = () => {
    if (location.pathname !== path && !may_leave()) {
      history.pushState(null, '', here);
      return;
    }
    if (location.pathname !== path) guard = null;
    read();
  };
  const on_click = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/') || link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(link.pathname + link.search);
  };
  const on_unload = (event: BeforeUnloadEvent) => { if (guard?.()) event.preventDefault(); };
  addEventListener('popstate', on_pop);
  document.addEventListener('click', on_click);
  addEventListener('beforeunload', on_unload);
  return () => {
    removeEventListener('popstate', on_pop);
    document.removeEventListener('click', on_click);
    removeEventListener('beforeunload', on_unload);
  };
}
