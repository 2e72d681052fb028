/* api.test.ts -- what every request carries, and what becomes of replies. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answered, Problem, problem_from, send, watch_session } from '../src/base/api';
import { set_language } from '../src/base/language.svelte';

afterEach(() => vi.unstubAllGlobals());
const replying = (response: Response) => vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(response)));

describe('a request', () => {
  it('names the language of the page', async () => {
    replying(new Response('{}'));
    set_language('uk');
    const request = new Request('http://x/api/v1/status', { headers: { 'Accept-Language': 'ru' } });
    await send(request);
    expect(request.headers.get('Accept-Language')).toBe('uk');
    set_language('ru');
  });
  it('ends the session with 401, but not while signing in', async () => {
    const heard: string[] = [];
    watch_session(() => heard.push('out'), (alive) => heard.push(String(alive)));
    replying(new Response('{}', { status: 401 }));
    await send(new Request('http://x/api/v1/session/sign-in', { method: 'POST' }));
    expect(heard).toEqual(['true']);
    await send(new Request('http://x/api/v1/segments'));
    expect(heard).toEqual(['true', 'true', 'out']);
    watch_session(() => {}, () => {});
  });
});

describe('a failure', () => {
  it('is the sentence of the server, or what is known of it', () => {
    expect(problem_from(409, 'Conflict', { detail: 'занято', title: 'Конфликт', code: 'conflict' })).toMatchObject({ status: 409, code: 'conflict', message: 'занято' });
    expect(problem_from(404, 'Not Found', { title: 'нет такого' }).message).toBe('нет такого');
    expect(problem_from(502, 'Bad Gateway', '<html>').message).toBe('Bad Gateway');
    expect(problem_from(500, 'Error', null)).toBeInstanceOf(Problem);
  });
  it('without a reply is a problem of its own; giving up on purpose is none', async () => {
    await expect(answered(Promise.reject(new TypeError('Failed to fetch')))).rejects.toMatchObject({ status: 0, code: 'no_reply' });
    const given_up = new DOMException('', 'AbortError');
    await expect(answered(Promise.reject(given_up))).rejects.toBe(given_up);
  });
});
