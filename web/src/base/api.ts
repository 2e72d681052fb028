/* api.ts -- the client of the contract api/openapi.yaml: typed, and every failure is one sentence. */
import createClient from 'openapi-fetch';
import type { components, paths } from './api.gen';
import { language } from './language.svelte';

export type Schemas = components['schemas'];

/* What went wrong, as the server says it (application/problem+json), or that it does not answer. */
export class Problem extends Error {
  constructor(
    readonly status: number, // 0: no reply at all
    readonly code: string,
    message: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

let csrf_token: string | undefined;
let on_signed_out: () => void = () => {};
let on_connection: (connected: boolean) => void = () => {};

export function keep_csrf_token(token: string | undefined): void {
  csrf_token = token;
}
export function watch_session(signed_out: () => void, connection: (connected: boolean) => void): void {
  on_signed_out = signed_out;
  on_connection = connection;
}

/* A server that is still making its data ready says 503 and has done nothing: ask again. */
const READY_TRIES = 20;
const READY_PAUSE_MS = 300;
async function fetch_when_ready(request: Request): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(request.clone());
    if (response.status !== 503 || tries === READY_TRIES) return response;
    await new Promise((resolve) => setTimeout(resolve, READY_PAUSE_MS));
    request.signal.throwIfAborted();
  }
}
export async function send(request: Request): Promise<Response> {
  request.headers.set('Accept-Language', language());
  if (csrf_token && request.method !== 'GET') request.headers.set('Kohorta-CSRF', csrf_token);
  let response: Response;
  try {
    response = await fetch_when_ready(request);
  } catch (error) {
    if (!request.signal.aborted) on_connection(false);
    throw error;
  }
  hear(response.status, request.url);
  return response;
}
/* Any reply says that the server is there; 401 outside of signing in, that the session is over. */
function hear(status: number, url: string): void {
  on_connection(true);
  if (status === 401 && !/\/session(\/|$)/.test(url)) on_signed_out();
}

export const client = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin', fetch: send });

interface Reply<T> { data?: T; error?: unknown; response: Response }

export function was_aborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
/* A call that came to nothing is a Problem, too; giving up on purpose stays what it is. */
export async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw was_aborted(error) ? error : new Problem(0, 'no_reply', '');
  }
}
/* What a reply that is no success says of itself. */
export function problem_from(status: number, status_text: string, said: unknown): Problem {
  const body = (typeof said === 'object' && said !== null ? said : {}) as Record<string, unknown>;
  return new Problem(status, String(body['code'] ?? ''), String(body['detail'] ?? body['title'] ?? status_text), body);
}

/* The body of a reply, never a file; a Problem is thrown instead of an error, also when nothing came back. */
export async function take<T>(call: Promise<Reply<T>>): Promise<Exclude<T, string>> {
  return (await take_with_etag(call)).data;
}
export async function take_with_etag<T>(call: Promise<Reply<T>>): Promise<{ data: Exclude<T, string>; etag: string | null }> {
  const reply = await answered(call);
  if (!reply.response.ok) throw problem_from(reply.response.status, reply.response.statusText, reply.error);
  return { data: reply.data as Exclude<T, string>, etag: reply.response.headers.get('ETag') };
}

/* A file as the body of a request, told in percent as it goes: what fetch cannot tell. */
export function send_file<Answer>(path: string, file: Blob, tell: (percent: number) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1${path}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.setRequestHeader('Accept-Language', language());
    if (csrf_token) request.setRequestHeader('Kohorta-CSRF', csrf_token);
    request.responseType = 'json';
    request.upload.onprogress = (event) => { if (event.total > 0) tell(Math.floor((event.loaded / event.total) * 100)); };
    request.onerror = () => {
      on_connection(false);
      reject(new Problem(0, 'no_reply', ''));
    };
    request.onload = () => {
      hear(request.status, path);
      if (request.status < 300) resolve(request.response as Answer);
      else reject(problem_from(request.status, request.statusText, request.response));
    };
    request.send(file);
  });
}
