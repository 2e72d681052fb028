/* words.test.ts -- every word of every page stands in three languages with the right forms. */
import { describe, expect, it } from 'vitest';
import { say_in, word_faults, type Word } from '../src/base/say';

const modules = import.meta.glob<Record<string, unknown>>('../src/**/*words.ts', { eager: true });

function is_word(thing: unknown): thing is Word {
  return Array.isArray(thing) && thing.length === 3 && thing.every((text) => typeof text === 'string');
}
function* words_in(thing: unknown, path: string): Generator<[string, unknown]> {
  if (Array.isArray(thing)) yield [path, thing];
  else if (typeof thing === 'object' && thing !== null)
    for (const [key, value] of Object.entries(thing)) yield* words_in(value, `${path}.${key}`);
}
const all = Object.entries(modules).flatMap(([file, module]) => [...words_in(module, file)]);

describe('words', () => {
  it('are found: the test sees every table', () => {
    expect(Object.keys(modules).length).toBeGreaterThan(3);
    expect(all.length).toBeGreaterThan(100);
  });
  it.each(all)('%s', (_, word) => {
    expect(is_word(word) ? word_faults(word) : ['is not three texts']).toEqual([]);
  });
  it('a fault is found: the test can fail', () => {
    expect(word_faults(['{n} раз', '{m} раз', '{n} times'])).toHaveLength(1);
    expect(word_faults(['{n|раз|раза}', '{n|раз|рази|разів}', '{n|time|times}'])).toHaveLength(1);
    expect(word_faults(['да', ' ', 'yes'])).toHaveLength(1);
  });
});

describe('forms by number', () => {
  const word: Word = ['{n} {n|клиент|клиента|клиентов}', '{n} {n|клієнт|клієнти|клієнтів}', '{n} {n|customer|customers}'];
  it.each([
    [1, '1 клиент', '1 клієнт', '1 customer'], [2, '2 клиента', '2 клієнти', '2 customers'],
    [5, '5 клиентов', '5 клієнтів', '5 customers'], [11, '11 клиентов', '11 клієнтів', '11 customers'],
    [21, '21 клиент', '21 клієнт', '21 customers'], [0, '0 клиентов', '0 клієнтів', '0 customers'],
    [1.5, '1,5 клиента', '1,5 клієнти', '1.5 customers'],
  ])('%d', (n, ru, uk, en) => {
    expect([say_in('ru', word, { n }), say_in('uk', word, { n }), say_in('en', word, { n })]).toEqual([ru, uk, en]);
  });
  it('values are put in as they are', () => {
    expect(say_in('en', ['{a}', '{a}', '{a}: {b}'], { a: 'x', b: null })).toBe('x: ');
  });
});
