/* advice.ts -- the server's advice names options of the command line; here they are fields of the page. */
import { say } from '../../base/language.svelte';
import type { Word } from '../../base/say';
import { words } from './words';

const FIELDS: Record<string, Word> = {
  'create-customers': words.create_customers,
  dates: words.dates,
  decimal: words.decimal,
  delimiter: words.delimiter,
  encoding: words.encoding,
  header: words.header,
  'key-within': words.key_within,
  'levels-separated-by': words.levels_sign,
  map: words.goes_to,
  mode: words.mode,
  move: words.move_keys,
  'skip-lines': words.skip_lines,
  'values-separated-by': words.values_sign,
};
export function on_the_page(advice: string): string {
  return advice.replace(/--([a-z][a-z-]*[a-z])/g, (option, name: string) => {
    const word = FIELDS[name];
    return word ? `«${say(word)}»` : option;
  });
}
