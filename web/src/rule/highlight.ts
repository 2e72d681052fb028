/* highlight.ts -- the text of a rule cut into pieces that are coloured; what they mean the server says. */

export type Tint = 'word' | 'text' | 'number' | 'name' | 'comment' | 'plain';
export interface Piece { begin: number; end: number; tint: Tint }

const WORDS = new Set(
  ('and or not in between is missing true false has under contains starts ends matches with today where by last previous this from to since ' +
    'before on ago shifted back next then within without at least of top bottom any all none day days week weeks month months quarter quarters year years').split(' '),
);
const TOKEN = /(#[^\n]*)|("(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)|(`[^`\n]*`?)|(\d{4}-\d\d-\d\d(?:T[\d:]+)?|\d[\d_]*(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_]*)/gu;

/* Every letter of the text is in exactly one piece. */
export function pieces(text: string): Piece[] {
  const list: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > end) list.push({ begin: end, end: match.index, tint: 'plain' });
    const [whole, comment, quoted, ticked, numeral, word = ''] = match;
    const tint: Tint = comment ? 'comment' : quoted ? 'text' : ticked ? 'name' : numeral ? 'number' : WORDS.has(word.toLowerCase()) ? 'word' : 'name';
    end = match.index + whole.length;
    list.push({ begin: match.index, end, tint });
  }
  if (end < text.length) list.push({ begin: end, end: text.length, tint: 'plain' });
  return list;
}
/* The same, cut where a diagnostic begins or ends, each piece with the worst that is told of it. */
export interface Marked extends Piece { severity: 'error' | 'warning' | null }
export function marked(text: string, spans: readonly { begin: number; end: number; severity: 'error' | 'warning' }[]): Marked[] {
  // A place without length stands at its next letter, or at the last one of the text.
  const wide = spans.map((s) => (s.end > s.begin ? s : s.begin < text.length ? { ...s, end: s.begin + 1 } : { ...s, begin: Math.max(0, text.length - 1), end: text.length }));
  return pieces(text).flatMap((piece) => {
    const cuts = new Set([piece.begin, piece.end]);
    for (const span of wide) for (const place of [span.begin, span.end]) if (place > piece.begin && place < piece.end) cuts.add(place);
    const order = [...cuts].sort((a, b) => a - b);
    return order.slice(0, -1).map((begin, i) => {
      const over = wide.filter((s) => s.begin <= begin && s.end > begin);
      const severity = over.some((s) => s.severity === 'error') ? 'error' : over.length ? 'warning' : null;
      return { begin, end: order[i + 1] ?? piece.end, tint: piece.tint, severity };
    });
  });
}
