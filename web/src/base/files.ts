/* files.ts -- files that the server makes: of an address, or of a question in the body of a request. */
import { answered, problem_from, send } from './api';

/* The file and the name the server gives it; a Problem when there is none. */
export async function fetch_file(path: string, body?: unknown): Promise<{ file: Blob; name: string | null }> {
  const question = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const request = new Request(`/api/v1${path}`, { credentials: 'same-origin', ...question });
  const response = await answered(send(request));
  if (!response.ok) throw problem_from(response.status, response.statusText, await response.json().catch(() => null));
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('Content-Disposition') ?? '');
  return { file: await response.blob(), name: named?.[1] ? decodeURIComponent(named[1]) : null };
}
