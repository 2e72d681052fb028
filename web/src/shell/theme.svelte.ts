/* theme.svelte.ts -- light, dark, or as the system has it; kept in this browser. */
export type Theme = 'auto' | 'light' | 'dark';
const KEY = 'kohorta.theme';
const kept = localStorage.getItem(KEY);
let current = $state<Theme>(kept === 'light' || kept === 'dark' ? kept : 'auto');

export function theme(): Theme {
  return current;
}
export function apply_theme(): void {
  if (current === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = current;
}
export function set_theme(next: Theme): void {
  current = next;
  localStorage.setItem(KEY, next);
  apply_theme();
}
