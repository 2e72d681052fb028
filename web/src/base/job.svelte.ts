/* job.svelte.ts -- long work as it goes: events of the server, asking every second when they fail. */
import { client, take, type Schemas } from './api';

export type Job = Schemas['Job'];
const POLL_MS = 1000;

export function is_over(job: Job): boolean {
  return job.state !== 'waiting' && job.state !== 'running';
}

/* Resolves with the job when it is over; `tell` hears of every step. A lost connection is waited out. */
export function follow_job(first: Job, tell: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  return new Promise((resolve) => {
    let events: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      events?.close();
      events = null;
      clearTimeout(timer);
    };
    const hear = (job: Job) => {
      if (signal.aborted) return;
      tell(job);
      if (is_over(job)) {
        stop();
        resolve(job);
      }
    };
    const poll = async () => {
      try {
        const job = await take(client.GET('/jobs/{id}', { params: { path: { id: first.id } }, signal }));
        hear(job);
        if (is_over(job)) return;
      } catch {
        // The server may be away for a moment; the work goes on without us.
      }
      if (!signal.aborted) timer = setTimeout(poll, POLL_MS);
    };
    signal.addEventListener('abort', stop);
    hear(first);
    if (is_over(first)) return;
    events = new EventSource(`/api/v1/jobs/${encodeURIComponent(first.id)}/events`);
    const on_data = (event: MessageEvent<string>) => hear(JSON.parse(event.data) as Job);
    events.onmessage = on_data;
    for (const name of ['progress', 'job', 'done']) events.addEventListener(name, on_data);
    events.onerror = () => {
      events?.close();
      events = null;
      clearTimeout(timer);
      timer = setTimeout(poll, POLL_MS / 2);
    };
  });
}
export async function cancel_job(id: string): Promise<void> {
  await take(client.POST('/jobs/{id}/cancel', { params: { path: { id } } }));
}
