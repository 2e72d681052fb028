/* changes.ts -- a line of a bulk change as people fill it in, and as the contract wants it. */
import { input_kind, value_of, type Property } from '../customers/properties';

export type Way = 'set' | 'add' | 'remove' | 'column' | 'expression' | 'clear';
export interface Line {
  property: string;
  way: Way;
  typed: string; // as in a card
  column: string;
  expression: string;
}
export const blank_line = (): Line => ({ property: '', way: 'set', typed: '', column: '', expression: '' });

/* What can be done to a property: several values are added to and taken from. */
export function ways_of(property: Property | undefined, has_columns: boolean): Way[] {
  const several: Way[] = property && input_kind(property) === 'several' ? ['add', 'remove'] : [];
  return ['set', ...several, ...(has_columns ? (['column'] as const) : []), 'expression', 'clear'];
}
export function is_complete(line: Line): boolean {
  if (line.property === '') return false;
  if (line.way === 'column') return line.column !== '';
  if (line.way === 'expression') return line.expression.trim() !== '';
  return line.way === 'clear' || line.typed.trim() !== '';
}
/* A value as a command line writes it: several with | between, "@" at the beginning doubled. */
function written_value(property: Property, typed: string): string {
  const value = value_of(property, typed);
  const text = Array.isArray(value) ? value.join('|') : input_kind(property) === 'number' ? typed.replace(/[\s\u00a0]/g, '').replace(',', '.') : String(value ?? '');
  return text.startsWith('@') ? `@${text}` : text;
}
/* "property=value" for every line, and the columns that are computed for them. */
export function written(lines: readonly Line[], properties: ReadonlyMap<string, Property>): { changes: string[]; columns?: string } {
  const columns: string[] = [];
  const changes = lines.map((line) => {
    const property = properties.get(line.property);
    switch (line.way) {
      case 'clear': return `${line.property}=`;
      case 'column': return `${line.property}=@${line.column}`;
      case 'expression':
        columns.push(`${line.expression.trim()} as computed_${columns.length + 1}`);
        return `${line.property}=@computed_${columns.length}`;
      default: {
        const sign = { set: '=', add: '+=', remove: '-=' }[line.way];
        return `${line.property}${sign}${property ? written_value(property, line.typed) : line.typed}`;
      }
    }
  });
  return { changes, ...(columns.length > 0 && { columns: columns.join(', ') }) };
}
