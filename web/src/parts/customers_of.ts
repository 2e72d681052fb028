/* customers_of.ts -- where a list of customers comes from: page after page, and whole as a file. */
import { client, Problem, take, type Schemas } from '../base/api';
import { fetch_file } from '../base/files';
import { language, say } from '../base/language.svelte';
import { text_literal } from '../rule/quote';
import { customers_words as words } from './customers_words';

export type FileKind = 'csv' | 'xlsx';
export interface CustomerSource {
  ask: (after: string | null, sort: string, signal: AbortSignal) => Promise<Schemas['RowsPage']>;
  file: (kind: FileKind, sort: string) => Promise<Blob>;
  is_sortable: boolean;
  columns?: () => string; // those beside code and name, as one writes them
}

/* Those whom a rule means, with their city and what they brought in; without these where the company
 * has renamed them. */
export function customers_of_rule(rule: string, as_of?: string): CustomerSource {
  let has_more = true;
  const columns = () => (has_more ? `city as \`${say(words.city)}\`, sum(purchase.amount, last 12 months) as \`${say(words.revenue_12)}\`` : '');
  const asked = (sort: string) => ({
    text: rule, language: language(), ...(as_of && { as_of }), ...(sort && { sort }), ...(has_more && { columns: columns() }),
  });
  const page = (after: string | null, sort: string, signal: AbortSignal) =>
    take(client.POST('/rules/list', { body: { ...asked(sort), limit: 100, ...(after !== null && { after }) }, signal }));
  return {
    ask: (after, sort, signal) => page(after, sort, signal).catch((error: unknown) => {
      if (!has_more || !(error instanceof Problem) || error.status !== 422) throw error;
      has_more = false;
      return page(after, sort, signal);
    }),
    file: async (format, sort) => (await fetch_file('/rules/list', { ...asked(sort), format })).file,
    is_sortable: true, columns,
  };
}
export const segment_of = (rule: string, name: string) =>
  `/segments/new?${new URLSearchParams({ rule, name }).toString()}`;
/* Those whom a search finds: as the server searches lists of customers. */
export function found_by(search: string): string {
  const wanted = text_literal(search.trim());
  return `\`code\` contains ${wanted} or \`name\` contains ${wanted}`;
}
