/* model.ts -- classifications as pages show them: runs over time, the flow between classes, rules. */
import type { Schemas } from '../../base/api';
import { text_literal } from '../../rule/quote';

export type Classification = Schemas['Classification'];
export type Run = Schemas['ClassificationRun'];
export type Kind = Schemas['ClassificationKindName'];
export type Parameters = Schemas['ClassificationParameters'];
export type Migration = Schemas['Migration'];
export type Matrix = Schemas['Matrix'];
export type Move = Schemas['MigrationCell'];

/* The run that counts for each day, oldest first; `runs` come with the newest day first, of one day with
  the last added first. */
export function runs_by_day(runs: readonly Run[]): Run[] {
  const days = new Map<string, Run>();
  for (const run of runs) if (!days.has(run.as_of)) days.set(run.as_of, run);
  return [...days.values()].sort((a, b) => (a.as_of < b.as_of ? -1 : 1));
}
/* Every run as it is chosen, the newest first: the one that counts by its day, others by number. */
export interface RunChoice { value: string; run: Run }
export function run_choices(runs: readonly Run[]): RunChoice[] {
  const days = new Set<string>();
  return runs.map((run) => {
    const is_first = !days.has(run.as_of);
    days.add(run.as_of);
    return { value: is_first ? run.as_of : `#${run.id}`, run };
  });
}
/* Names of the classes of all runs, those of the newest first; null for those without a class. */
export function class_names(runs: readonly Run[]): string[] {
  const names = new Set<string>();
  for (const run of [...runs].reverse()) for (const one of run.classes) if (one.class !== null) names.add(one.class);
  return [...names];
}
export function size_in(run: Run, name: string | null): number | null {
  return run.classes.find((one) => one.class === name)?.customers ?? (name === null ? 0 : null);
}
export function sum_of(run: Run): number | null {
  const sums = run.classes.map((one) => one.sum).filter((sum): sum is number => typeof sum === 'number');
  return sums.length ? sums.reduce((a, b) => a + b, 0) : null;
}
/* The rule that means a class of the newest run. */
export function rule_of(classification: string, name: string | null): string {
  const asked = `class(${text_literal(classification)})`;
  return name === null ? `${asked} is missing` : `${asked} = ${text_literal(name)}`;
}

/* "80; 95,5" as numbers; null when one of them is none. */
export function numbers_of(text: string): number[] | null {
  const parts = text.split(/[;\n]+|,\s+/).map((part) => part.trim()).filter(Boolean);
  const numbers = parts.map((part) => Number(part.replace(/\s/g, '').replace(',', '.')));
  return numbers.some((one) => !Number.isFinite(one)) ? null : numbers;
}
export const texts_of = (text: string) => text.split(/[;\n]+/).map((part) => part.trim()).filter(Boolean);

/* Whether the classes of a kind are rules in order. */
export const has_rules = (kind: Kind) => kind === 'rules' || kind === 'stage' || kind === 'ladder' || kind === 'roles';

/* Everything that a kind knows, said in full: what is left out of a change would stay as it was. */
export function whole_parameters(kind: Kind, given: Parameters): Parameters {
  const whole: Parameters = { metrics: given.metrics ?? [], classes: given.classes ?? [], amount: given.amount ?? null };
  const empty_to_null = (text: string | null | undefined) => (text?.trim() ? text.trim() : null);
  whole.amount = empty_to_null(given.amount);
  if (kind === 'abc' || kind === 'xyz' || kind === 'bands') whole.borders = given.borders ?? [];
  if (has_rules(kind)) whole.rest = empty_to_null(given.rest);
  if (kind === 'abc')
    Object.assign(whole, { method: given.method ?? 'pareto', strict: given.strict ?? false, split_ties: given.split_ties ?? false, nonpositive: given.nonpositive ?? 'unclassified' });
  if (kind === 'xyz')
    Object.assign(whole, {
      method: given.method ?? 'fixed', step: given.step ?? 'month', periods: given.periods ?? 12, periods_min: given.periods_min ?? 0,
      zeros: given.zeros ?? 'from-first', first: empty_to_null(given.first), sample: given.sample ?? false, seasonal: given.seasonal ?? false,
    });
  return whole;
}

/* ---- the flow between classes ---- */

export interface Node { name: string | null; side: 0 | 1; y: number; height: number; customers: number; index: number }
export interface Ribbon { move: Move; path: string; from: number; to: number }
export interface Flow { nodes: Node[]; ribbons: Ribbon[] }

function names_in(moves: readonly Move[], side: 'from' | 'to'): (string | null)[] {
  const names = [...new Set(moves.map((move) => move[side]))];
  return [...names.filter((name) => name !== null), ...(names.includes(null) ? [null] : [])];
}
/* Bars of the classes before and after, as high as they have customers, and ribbons between them. */
export function flow_of(moves: readonly Move[], width: number, height: number, bar: number, gap = 10): Flow {
  const real = moves.filter((move) => move.customers > 0);
  const sides = [names_in(real, 'from'), names_in(real, 'to')] as const;
  const total = real.reduce((sum, move) => sum + move.customers, 0);
  const most = Math.max(sides[0].length, sides[1].length, 1);
  const scale = total > 0 ? Math.max(0, height - gap * (most - 1)) / total : 0;
  const nodes: Node[] = [];
  sides.forEach((names, side) => {
    let y = 0;
    names.forEach((name, index) => {
      const customers = real.filter((move) => move[side ? 'to' : 'from'] === name).reduce((sum, move) => sum + move.customers, 0);
      nodes.push({ name, side: side as 0 | 1, y, height: customers * scale, customers, index });
      y += customers * scale + gap;
    });
  });
  const place = new Map(nodes.map((node) => [node, node.y]));
  const find = (side: 0 | 1, name: string | null) => nodes.find((node) => node.side === side && node.name === name) as Node;
  const ordered = sides[0].flatMap((from) => sides[1].map((to) => real.find((move) => move.from === from && move.to === to))).filter((move) => move !== undefined);
  const ribbons = ordered.map((move) => {
    const from = find(0, move.from), to = find(1, move.to), thick = move.customers * scale;
    const y1 = place.get(from) as number, y2 = place.get(to) as number, left = bar, right = width - bar, middle = width / 2;
    place.set(from, y1 + thick);
    place.set(to, y2 + thick);
    const f = (n: number) => n.toFixed(1);
    return {
      move, from: from.index, to: to.index,
      path: `M${left} ${f(y1)}C${middle} ${f(y1)} ${middle} ${f(y2)} ${right} ${f(y2)}V${f(y2 + thick)}C${middle} ${f(y2 + thick)} ${middle} ${f(y1 + thick)} ${left} ${f(y1 + thick)}Z`,
    };
  });
  return { nodes, ribbons };
}
