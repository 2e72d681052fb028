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
  on_connection(true);
  if (response.status === 401 && !/\/session(\/|$)/.test(request.url)) on_signed_out();
  return response;
}

export const client = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin', fetch: send });

interface Reply<T> { data?: T; error?: unknown; response: Response }

function problem_of(reply: Reply<unknown>): Problem {
  const body = (typeof reply.error === 'object' && reply.error !== null ? reply.error : {}) as Record<string, unknown>;
  const sentence = body['detail'] ?? body['title'] ?? reply.response.statusText;
  return new Problem(reply.response.status, String(body['code'] ?? ''), String(sentence), body);
}

/* The body of a reply, never a file; a Problem is thrown instead of an error, also when nothing came back. */
export async function take<T>(call: Promise<Reply<T>>): Promise<Exclude<T, string>> {
  return (await take_with_etag(call)).data;
}
export async function take_with_etag<T>(call: Promise<Reply<T>>): Promise<{ data: Exclude<T, string>; etag: string | null }> {
  let reply: Reply<T>;
  try {
    reply = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'no_reply', '');
  }
  if (!reply.response.ok) throw problem_of(reply);
  return { data: reply.data as Exclude<T, string>, etag: reply.response.headers.get('ETag') };
}

export function was_aborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
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
    request.onerror = () => reject(new Problem(0, 'no_reply', ''));
    request.onload = () => {
      const body = (request.response ?? {}) as Record<string, unknown>;
      if (request.status < 300) resolve(body as Answer);
      else reject(new Problem(request.status, String(body['code'] ?? ''), String(body['detail'] ?? request.statusText), body));
    };
    request.send(file);
  });
}
