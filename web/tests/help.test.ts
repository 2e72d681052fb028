/* help.test.ts -- the three languages of the help say the same things; it is searched. */
import { describe, expect, it } from 'vitest';
import { find_in, parts_of, words_of } from '../src/pages/help/content';
import { content as en } from '../src/pages/help/en';
import { content as ru } from '../src/pages/help/ru';
import { content as uk } from '../src/pages/help/uk';

const shape = (content: typeof ru) => content.map(({ id, blocks }) => [id, ...blocks.map((block) =>
  'rule' in block ? block.rule : 'list' in block ? block.list.length : 'head' in block ? [block.head.length, ...block.rows.map((row) => row.length)] : 'text')]);

describe('help', () => {
  it('has the same sections, rules and tables in every language', () => {
    expect(shape(uk)).toEqual(shape(ru));
    expect(shape(en)).toEqual(shape(ru));
  });
  it('closes every piece of code', () => {
    for (const content of [ru, uk, en])
      for (const { blocks } of content)
        for (const block of blocks) expect(words_of(block).split('`').length % 2, words_of(block)).toBe(1);
    expect(parts_of('a `b` c')).toEqual([{ text: 'a ', is_code: false }, { text: 'b', is_code: true }, { text: ' c', is_code: false }]);
  });
  it('is searched by words in any order, without case', () => {
    expect(find_in(ru, 'МОШЕННИКОВ').map((one) => one.id)).toEqual(['limits']);
    expect(find_in(en, 'payments oldest')[0]?.id).toBe('numbers');
    expect(find_in(en, 'no such word at all')).toEqual([]);
    expect(find_in(uk, '')).toBe(uk);
  });
});
