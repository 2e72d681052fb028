/* facts.ts -- the parameters of a classification in words. */
import { say } from '../../base/language.svelte';
import { number } from '../../base/show.svelte';
import type { Kind, Parameters } from './model';
import { abc_methods, rest_words, rfm_metrics, step_words, words, xyz_methods, zero_words } from './words';

export interface Fact { label: string; text: string; is_code?: boolean }

const list = (numbers: readonly number[]) => numbers.map((one) => number(one, 6)).join('; ');
const in_words = (table: Record<string, readonly [string, string, string]>, code: string | undefined) => {
  const word = code === undefined ? undefined : table[code];
  return word ? say(word) : (code ?? '');
};

function facts_of_metrics(kind: Kind, parameters: Parameters): Fact[] {
  const metrics = parameters.metrics ?? [];
  return metrics.map((metric, i) => {
    const extra = [
      metric.weight && metric.weight !== 1 ? `${say(words.weight)} ${metric.weight}` : '',
      metric.borders?.length ? `${say(words.borders)}: ${list(metric.borders)}` : '',
    ].filter(Boolean).join(', ');
    const label = kind === 'rfm' ? say(rfm_metrics[i] ?? words.metric) : say(words.metric);
    return { label, text: extra ? `${metric.expression} (${extra})` : (metric.expression ?? ''), is_code: true };
  });
}
export function facts_of(kind: Kind, parameters: Parameters): Fact[] {
  const facts = facts_of_metrics(kind, parameters);
  const add = (label: string, text: string, is_code = false) => { if (text) facts.push({ label, text, is_code }); };
  if (kind === 'abc') {
    add(say(words.method), in_words(abc_methods, parameters.method));
    add(say(words.nonpositive), in_words(rest_words, parameters.nonpositive));
  }
  if (kind === 'xyz') {
    add(say(words.method), in_words(xyz_methods, parameters.method));
    add(say(words.periods), `${parameters.periods ?? 12} (${in_words(step_words, parameters.step)})`);
    add(say(words.zeros), in_words(zero_words, parameters.zeros));
    add(say(words.first), parameters.first ?? '', true);
  }
  if (parameters.borders?.length) add(say(words.borders), list(parameters.borders) + (kind === 'bands' || parameters.method === 'thresholds' ? '' : ' %'));
  if (parameters.strict) add(say(words.strict), '✓');
  if (parameters.split_ties) add(say(words.split_ties), '✓');
  if (parameters.sample) add(say(words.sample), '✓');
  if (parameters.seasonal) add(say(words.seasonal), '✓');
  for (const one of parameters.classes ?? []) add(one.name ?? '', one.rule ?? (one.from ? `${one.from.join('-')} … ${(one.to ?? []).join('-')}` : ''), !!one.rule);
  add(say(words.rest), parameters.rest ?? '');
  add(say(words.amount), parameters.amount ?? '', true);
  return facts;
}
/* The same in one line for a list: what it is classified by. */
export function summary_of(kind: Kind, parameters: Parameters): string {
  const by = (parameters.metrics ?? []).map((metric) => metric.expression).join('; ');
  return by || (parameters.classes ?? []).map((one) => one.name).join(', ');
}
