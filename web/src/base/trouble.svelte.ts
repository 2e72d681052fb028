/* trouble.svelte.ts -- any failure as one sentence in the language of now. */
import { tell } from '../parts/toasts.svelte';
import { Problem, was_aborted } from './api';
import { say } from './language.svelte';
import { common } from './words';

export function sentence(error: unknown): string {
  if (!(error instanceof Problem)) return say(common.failed, { reason: String((error as Error)?.message ?? error) });
  if (error.status === 0) return say(common.offline);
  if (error.status === 403 && !error.message) return say(common.no_right);
  const text = error.message || say(common.no_reply);
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
/* Tell the failure of an act; giving up on purpose is none. */
export function tell_failure(error: unknown): void {
  if (!was_aborted(error)) tell(sentence(error), 'bad');
}
