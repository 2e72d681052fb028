/* scale.ts -- where values stand on an axis, and which round numbers are written beside it. */

/* Round steps 1, 2, 5 times a power of ten that cover low..high with at most `most` steps. */
export function ticks(low: number, high: number, most = 5): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((s) => s * power >= rough) ?? 10) * power;
  const result: number[] = [];
  for (let i = Math.floor(low / step + 1e-9); ; i++) {
    result.push(Number((i * step).toPrecision(12)));
    if (i * step >= high - step * 1e-9) return result;
  }
}
export function linear(from: [number, number], to: [number, number]): (value: number) => number {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}
/* The points as a path of SVG; a missing value breaks the line. */
export function path_of(values: readonly (number | null)[], x: (i: number) => number, y: (v: number) => number): string {
  let is_drawing = false;
  return values
    .map((value, i) => {
      if (value === null) { is_drawing = false; return ''; }
      const command = is_drawing ? 'L' : 'M';
      is_drawing = true;
      return `${command}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
}
/* Room for a label of 12 px and what is between two; the usual length of the labels decides. */
export function label_room(labels: readonly string[], least_px: number, most_px: number): number {
  const lengths = labels.map((label) => label.length).sort((a, b) => a - b);
  return Math.max(least_px, Math.min(most_px, (lengths[Math.floor(lengths.length / 2)] ?? 0) * 11.5));
}
/* Which labels of an axis fit: every n-th, the last one always. */
export function label_step(count: number, width_px: number, label_px: number): number {
  return Math.max(1, Math.ceil((count * label_px) / Math.max(1, width_px)));
}
