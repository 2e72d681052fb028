/* session.svelte.ts -- who is signed in, and whether the server is there. */
import { client, keep_csrf_token, Problem, take, watch_session, type Schemas } from '../base/api';
import { prefer_language } from '../base/language.svelte';
import { tell_failure } from '../base/trouble.svelte';
import { go } from './router.svelte';

export const PASSWORD_LENGTH_MIN = 10;

type Session = Schemas['Session'];
type Scope = Schemas['Scope'];
interface State {
  state: 'unknown' | 'in' | 'out';
  user: Schemas['User'] | null;
  scopes: Scope[];
  status: Schemas['Status'] | null; // of the data directory: today, currency, how many customers
  expired: boolean;
  error: unknown;
}

export const session = $state<State>({
  state: 'unknown', user: null, scopes: [], status: null, expired: false, error: null,
});
export const connection = $state({ alive: true });

const RETRY_MS = 3000;
let probe: ReturnType<typeof setInterval> | undefined;

function enter(now: Session): void {
  keep_csrf_token(now.csrf ?? undefined);
  prefer_language(now.user?.language);
  Object.assign(session, { state: 'in', user: now.user, scopes: now.scopes, status: now.status, expired: false, error: null });
}
function leave(expired: boolean): void {
  keep_csrf_token(undefined);
  Object.assign(session, { state: 'out', user: null, scopes: [], expired, error: null });
}

/* Ask again every few seconds while the server is away; any answer ends that. */
function on_connection(alive: boolean): void {
  connection.alive = alive;
  if (alive) {
    clearInterval(probe);
    probe = undefined;
  } else probe ??= setInterval(() => void client.GET('/session').catch(() => {}), RETRY_MS);
}
watch_session(() => { if (session.state === 'in') leave(true); }, on_connection);

/* Whether the server would let this person do it; the server decides in any case. */
export function may(scope: Scope): boolean {
  return session.scopes.includes(scope);
}
/* A manager is told of his own customers only: what tells of everybody is not shown to him. */
export function sees_all(): boolean {
  return session.user?.role !== 'manager';
}
export function today(): string {
  return session.status?.today ?? new Date().toISOString().slice(0, 10);
}
/* Whether a part of the product is switched on; what the server does not name is. Agreements stand on
 * segments. */
export function has_feature(name: string): boolean {
  const features = session.status?.features;
  return features?.[name] !== false && features?.['segmentation'] !== false;
}
/* What others may have changed: settings, today, how many customers there are. */
export async function refresh_status(): Promise<void> {
  try {
    session.status = await take(client.GET('/status'));
  } catch {
    // The page goes on with what it knew.
  }
}
export async function find_session(): Promise<void> {
  session.error = null;
  try {
    enter(await take(client.GET('/session')));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) leave(false);
    else session.error = error;
  }
}
export async function sign_in(login: string, password: string): Promise<void> {
  enter(await take(client.POST('/session/sign-in', { body: { login, password } })));
}
export async function use_link(link: string, password: string): Promise<void> {
  enter(await take(client.POST('/session/link', { body: { link, password } })));
  go('/segments', true);
}
export async function sign_out(): Promise<void> {
  try {
    await take(client.POST('/session/sign-out'));
    leave(false);
  } catch (error) {
    tell_failure(error);
  }
}
