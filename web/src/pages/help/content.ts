/* content.ts -- what a page of help is made of; each language is a module of its own. */

/* In texts `this` is shown as code. */
export type Block =
  | { text: string }
  | { list: readonly string[] }
  | { head: readonly string[]; rows: readonly (readonly string[])[] } // the first cell of a row names it
  | { rule: string; about: string }; // counted on the reader's own data when he asks
export interface Section { id: string; title: string; blocks: readonly Block[] }
export type Content = readonly Section[];

/* Everything that can be read in a block, for the search. */
export function words_of(block: Block): string {
  if ('text' in block) return block.text;
  if ('list' in block) return block.list.join('\n');
  if ('rule' in block) return `${block.about}\n${block.rule}`;
  return [...block.head, ...block.rows.flat()].join('\n');
}
/* Sections with the blocks in which every word that is looked for stands; a title keeps all of its own. */
export function find_in(content: Content, search: string): Content {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return content;
  const holds = (text: string) => wanted.every((word) => text.toLowerCase().replaceAll('ё', 'е').includes(word.replaceAll('ё', 'е')));
  return content.flatMap((section) => {
    if (holds(section.title)) return [section];
    const blocks = section.blocks.filter((block) => holds(words_of(block)));
    return blocks.length ? [{ ...section, blocks }] : [];
  });
}
/* Parts of a text that are code and that are not. */
export function parts_of(text: string): { text: string; is_code: boolean }[] {
  return text.split('`').map((part, i) => ({ text: part, is_code: i % 2 === 1 })).filter((part) => part.text !== '');
}
