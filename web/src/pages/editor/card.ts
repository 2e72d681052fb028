/* card.ts -- what is written on a segment's card, and what a change of it takes away. */
import type { Schemas } from '../../base/api';

export interface Card {
  name: string; code: string; folder: string; description: string; goal: string; responsible: string;
  value_statement: string; labels: string[]; competitors: string[]; is_target: boolean;
  mode: Schemas['FormingMode']; kind: Schemas['SegmentKind']; columns: string;
  checks_on_creation: boolean; is_live: boolean; schedule: string; is_schedule_off: boolean;
  clearing: string; tests: Schemas['SegmentTest'][];
}
export const NEW_CARD: Card = {
  name: '', code: '', folder: '', description: '', goal: '', responsible: '', value_statement: '', labels: [], competitors: [],
  is_target: false, mode: 'dynamic', kind: 'general', columns: '', checks_on_creation: false, is_live: false,
  schedule: '', is_schedule_off: false, clearing: '', tests: [],
};
export function card_of(segment: Schemas['Segment']): Card {
  const card = { ...NEW_CARD };
  for (const key of Object.keys(card) as (keyof Card)[]) {
    const value = segment[key];
    if (value !== undefined && value !== null) Object.assign(card, { [key]: value });
  }
  return card;
}
/* Only what the forming mode has: the others' switches are not sent, so nothing is refused for them. */
export function body_of(card: Card, rule: string): Schemas['SegmentWrite'] {
  const { mode, kind, code, checks_on_creation, is_live, schedule, is_schedule_off, clearing, ...rest } = card;
  return {
    ...rest, mode, ...(code && { code }), rule,
    ...(mode !== 'dynamic' && { kind }),
    ...(mode === 'periodic' && { checks_on_creation, is_live, schedule, is_schedule_off }),
    ...(mode === 'manual' && { clearing: clearing || null }),
  };
}
/* Of an existing segment: only what differs, so that two people may change different things. */
export function changes_of(before: Card, rule_before: string, card: Card, rule: string): Schemas['SegmentChange'] {
  const old = body_of(before, rule_before) as Record<string, unknown>;
  const now = body_of(card, rule) as Record<string, unknown>;
  const changes = Object.entries(now).filter(([key, value]) => JSON.stringify(old[key]) !== JSON.stringify(value));
  return Object.fromEntries(changes) as Schemas['SegmentChange'];
}

const RESERVED = ['and', 'or', 'not', 'in', 'between', 'is', 'missing', 'true', 'false', 'has', 'under', 'contains', 'starts', 'ends', 'matches', 'today'];
export function quoted_name(name: string): string {
  const is_plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) && !RESERVED.includes(name.toLowerCase());
  return is_plain ? name : `\`${name.replaceAll('`', '')}\``;
}
export interface ColumnText { text: string; name: string }
export function columns_text(columns: readonly ColumnText[]): string {
  return columns
    .filter((one) => one.text.trim() !== '')
    .map((one) => one.text.trim() + (one.name.trim() ? ` as ${quoted_name(one.name.trim())}` : ''))
    .join(', ');
}
