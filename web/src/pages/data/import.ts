/* import.ts -- how a file is to be imported: choices on the page into options of the contract. */
import type { Schemas } from '../../base/api';

export type Options = Schemas['ImportOptions'];
export type Upload = Schemas['Upload'];
export type Plan = Schemas['ImportPlan'];
export type Column = Schemas['ImportColumn'];
export type Report = Schemas['ImportReport'];

export const LEAVE_OUT = '-';
export const MAKE = '+';

/* How a column is named in the options: by its number where others have its name. */
export function column_key(plan: Plan, index: number): string {
  const name = plan.columns[index]?.name ?? '';
  const same = plan.columns.filter((one) => one.name === name).length;
  return same === 1 ? name : String(index + 1);
}
/* What the list of a column shows as chosen. */
export function chosen_of(column: Column): string {
  if (column.use === 'mapped') return column.field?.split(', ')[0] ?? LEAVE_OUT;
  return column.use === 'created' ? MAKE : LEAVE_OUT;
}
export function creates(options: Options): boolean {
  return (options.target === 'events' ? options.create_fields : options.create_properties) ?? false;
}
function with_creation(options: Options): Options {
  return options.target === 'events' ? { ...options, create_fields: true } : { ...options, create_properties: true };
}

/* The column goes somewhere else. A field takes one column: whoever was told to fill it is told no more. */
export function choose(plan: Plan, options: Options, index: number, value: string, new_name = ''): Options {
  const columns: Record<string, string[]> = { ...options.columns };
  const key = column_key(plan, index);
  if (value === MAKE) {
    // what was left out until now is not to be made with it
    if (!creates(options))
      plan.columns.forEach((one, i) => { if (i !== index && one.use === 'unknown') columns[column_key(plan, i)] = [LEAVE_OUT]; });
    columns[key] = [new_name.trim() || plan.columns[index]?.name || key];
    return with_creation({ ...options, columns });
  }
  if (value !== LEAVE_OUT)
    for (const [other, fields] of Object.entries(columns))
      if (other !== key && fields.includes(value)) columns[other] = fields.filter((one) => one !== value);
  for (const [other, fields] of Object.entries(columns)) if (fields.length === 0) delete columns[other];
  columns[key] = [value];
  return { ...options, columns };
}
/* New properties for everything that fits nothing. */
export function make_all(plan: Plan, options: Options): Options {
  const columns: Record<string, string[]> = { ...options.columns };
  plan.columns.forEach((one, i) => { if (one.use === 'unknown') delete columns[column_key(plan, i)]; });
  return with_creation({ ...options, columns });
}
/* One option told, or left to be found out. */
export function tell<Key extends keyof Options>(options: Options, key: Key, value: Options[Key] | '' | undefined): Options {
  const told = { ...options };
  if (value === '' || value === undefined) delete told[key];
  else told[key] = value;
  return told;
}
/* The mended rows are read as the rows of the file were: only its form is another one. */
export function for_mended(options: Options, report: Report): Options {
  const told: Options = { ...options };
  for (const key of ['encoding', 'format', 'header', 'skip_lines', 'save_mapping'] as const) delete told[key];
  if (report.dates) told.dates = report.dates as NonNullable<Options['dates']>;
  if (report.decimal) told.decimal = report.decimal as NonNullable<Options['decimal']>;
  return told;
}

/* Rows a second and seconds left, from what was seen of the job so far. */
export interface Seen { at_ms: number; done: number; rows: number }
export function pace(first: Seen, now: Seen, total: number): { rows_per_second: number; seconds_left: number } | null {
  const seconds = (now.at_ms - first.at_ms) / 1000;
  if (seconds < 1 || now.done <= first.done) return null;
  const bytes_per_second = (now.done - first.done) / seconds;
  return {
    rows_per_second: Math.round((now.rows - first.rows) / seconds),
    seconds_left: Math.max(0, Math.round((total - now.done) / bytes_per_second)),
  };
}
