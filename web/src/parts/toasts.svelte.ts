/* toasts.svelte.ts -- short sentences that come and go; errors stay until they are closed. */
export interface Toast { id: number; text: string; kind: 'good' | 'bad' }
let next = 1;
const list = $state<Toast[]>([]);

export const toasts = list;
export function close_toast(id: number): void {
  const index = list.findIndex((toast) => toast.id === id);
  if (index >= 0) list.splice(index, 1);
}
export function tell(text: string, kind: Toast['kind'] = 'good'): void {
  const id = next++;
  list.push({ id, text, kind });
  if (list.length > 4) list.shift();
  if (kind === 'good') setTimeout(() => close_toast(id), 5000);
}
