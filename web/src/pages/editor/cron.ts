/* cron.ts -- schedules as people say them: every day, on weekdays, once a month; else the expression. */

export interface Plan { kind: 'none' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'cron'; time: string; days: number[]; day: number; text: string; from: string; until: string }
export const NO_PLAN: Plan = { kind: 'none', time: '02:00', days: [1], day: 1, text: '', from: '', until: '' };

/* The times, then the first and the last day. */
const BETWEEN = /^(.*?)(?:\s+from\s+(\d{4}-\d\d-\d\d))?(?:\s+until\s+(\d{4}-\d\d-\d\d))?$/i;
const DAYS_LEAST = 28; // that every month has
const two = (n: number) => String(n).padStart(2, '0');

function days_of(field: string): number[] | null {
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const range = /^([0-7])(?:-([0-7]))?$/.exec(part);
    if (!range) return null;
    for (let day = Number(range[1]); day <= Number(range[2] ?? range[1]); day++) days.add(day % 7);
  }
  return [...days].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
}
export function plan_of(schedule: string | null | undefined): Plan {
  const written = (schedule ?? '').trim();
  if (written === '') return NO_PLAN;
  const [, text = written, from = '', until = ''] = BETWEEN.exec(written) ?? [];
  const cron: Plan = { ...NO_PLAN, kind: 'cron', text, from, until };
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...rest] = text.split(/\s+/);
  if (rest.length || month !== '*' || !/^\d{1,2}$/.test(minute) || Number(minute) > 59) return cron;
  if (hour === '*' && day === '*' && weekday === '*') return { ...cron, kind: 'hourly', time: `00:${two(Number(minute))}` };
  if (!/^\d{1,2}$/.test(hour) || Number(hour) > 23) return cron;
  const time = `${two(Number(hour))}:${two(Number(minute))}`;
  if (day === '*' && weekday === '*') return { ...cron, kind: 'daily', time };
  const days = day === '*' ? days_of(weekday) : null;
  if (days) return { ...cron, kind: 'weekly', time, days };
  /* `31L`: the last day of shorter months; `31` alone skips them */
  const month_day = weekday === '*' ? /^(\d{1,2})(L?)$/.exec(day) : null;
  if (month_day && (Number(month_day[1]) > DAYS_LEAST) === (month_day[2] === 'L')) return { ...cron, kind: 'monthly', time, day: Number(month_day[1]) };
  return cron;
}
export function schedule_of(plan: Plan): string {
  const times = times_of(plan);
  return times && `${times}${plan.from && ` from ${plan.from}`}${plan.until && ` until ${plan.until}`}`;
}
export function times_of(plan: Plan): string {
  const [hour, minute] = plan.time.split(':').map(Number) as [number, number];
  switch (plan.kind) {
    case 'none': return '';
    case 'hourly': return `${minute} * * * *`;
    case 'daily': return `${minute} ${hour} * * *`;
    case 'weekly': return `${minute} ${hour} * * ${[...plan.days].sort((a, b) => a - b).join(',') || '1'}`;
    case 'monthly': return `${minute} ${hour} ${plan.day}${plan.day > DAYS_LEAST ? 'L' : ''} * *`;
    case 'cron': return plan.text;
  }
}
