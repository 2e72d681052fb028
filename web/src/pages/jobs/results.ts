/* results.ts -- what came of a job in one line, and where it can be looked at. */
import type { Job } from '../../base/job.svelte';
import { say } from '../../base/language.svelte';
import { mib, number } from '../../base/show.svelte';
import { words } from './words';

type Facts = Record<string, unknown>;
const rows_of = (result: unknown): Facts[] => (Array.isArray(result) ? result : result ? [result] : []) as Facts[];
const count = (value: unknown) => number(typeof value === 'number' ? value : null);

export function duration(job: Job): string {
  if (!job.finished) return '';
  const seconds = Math.max(0, Math.round((Date.parse(`${job.finished}Z`) - Date.parse(`${job.created}Z`)) / 1000));
  return seconds < 60 ? say(words.seconds, { n: seconds }) : say(words.minutes, { m: Math.floor(seconds / 60), n: seconds % 60 });
}
/* Each kind tells what matters; of others the plain numbers are shown as they are named. */
export function told(job: Job): string {
  const rows = rows_of(job.result);
  if (rows.length === 0) return '';
  switch (job.kind) {
    case 'form':
      return rows.map((one) => say(words.formed, {
        segment: String(one['name'] ?? one['segment'] ?? ''), before: count(one['before']), after: count(one['after']), joined: count(one['joined']), left: count(one['left']),
      })).join('; ');
    case 'import':
    case 'import-trial':
      return rows.map((one) => say(words.imported, { read: count(one['read']), added: count(one['added']), updated: count(one['updated']), unchanged: count(one['unchanged']), rejected: count(one['rejected']) })).join('; ');
    case 'classify': return say(words.runs, { n: rows.length });
    case 'check': {
      const problems = Number(rows[0]?.['problems'] ?? 0);
      return problems ? say(words.problems, { n: problems }) : say(words.no_problems);
    }
    case 'backup': return mib(Number(rows[0]?.['bytes'] ?? 0));
    default:
      return rows.slice(0, 3).map((one) => Object.entries(one).filter(([, value]) => typeof value === 'number').map(([key, value]) => `${key} ${count(value)}`).join(', ')).filter(Boolean).join('; ');
  }
}
/* The page of what it was about; `is_file` for something to save. */
export function link_of(job: Job): { href: string; is_file: boolean } | null {
  if (job.state !== 'done') return null;
  const first = rows_of(job.result)[0];
  const code = (value: unknown) => encodeURIComponent(String(value));
  if (job.kind === 'form' && first?.['segment']) return { href: `/segments/${code(first['segment'])}`, is_file: false };
  if (job.kind === 'classify') return { href: `/analysis/of/${code(job.title)}`, is_file: false };
  if (job.kind === 'import') return { href: '/data', is_file: false };
  if (job.kind === 'backup') return { href: '/api/v1/backup', is_file: true };
  return null;
}
