/* say.ts -- texts in three languages: one word is a row of three columns, forms chosen by number. */

export const LANGUAGES = ['ru', 'uk', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LOCALES: Record<Language, string> = { ru: 'ru-RU', uk: 'uk-UA', en: 'en-GB' };

/* Russian, Ukrainian, English. `{name}` is a value; `{n|form|form|form}` is the form for the number
 * n: one, few, many in Russian and Ukrainian, one, other in English. */
export type Word = readonly [ru: string, uk: string, en: string];
export type Words = Record<string, Word>;
export type Values = Record<string, string | number | null | undefined>;

const FORMS: Record<Language, readonly Intl.LDMLPluralRule[]> = {
  ru: ['one', 'few', 'many'],
  uk: ['one', 'few', 'many'],
  en: ['one', 'other'],
};
const plurals = new Map<Language, Intl.PluralRules>();
const numbers = new Map<Language, Intl.NumberFormat>();

function remembered<T>(map: Map<Language, T>, language: Language, make: () => T): T {
  let made = map.get(language);
  if (made === undefined) map.set(language, (made = make()));
  return made;
}

/* Which of the forms fits the number; a fraction takes the form that 2 has in Slavic languages. */
export function plural_form(language: Language, n: number, forms: readonly string[]): string {
  const rules = remembered(plurals, language, () => new Intl.PluralRules(LOCALES[language]));
  const rule = rules.select(Math.abs(n));
  const index = FORMS[language].indexOf(rule === 'other' && language !== 'en' ? 'few' : rule);
  return forms[Math.max(0, index)] ?? forms[forms.length - 1] ?? '';
}

function shown(language: Language, value: string | number | null | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  return remembered(numbers, language, () => new Intl.NumberFormat(LOCALES[language])).format(value);
}

export function say_in(language: Language, word: Word, values: Values = {}): string {
  const text = word[LANGUAGES.indexOf(language)] ?? word[2];
  return text.replace(/\{(\w+)((?:\|[^|}]*)*)\}/g, (_, name: string, forms: string) =>
    forms === ''
      ? shown(language, values[name])
      : plural_form(language, Number(values[name]), forms.slice(1).split('|')),
  );
}

/* What a translator got wrong in a word, or nothing: used by the tests for every table of words. */
export function word_faults(word: Word): string[] {
  const faults: string[] = [];
  const names = word.map((text) => [...text.matchAll(/\{(\w+)/g)].map((m) => m[1]).sort());
  word.forEach((text, column) => {
    if (text.trim() === '') faults.push(`column ${LANGUAGES[column]} is empty`);
    for (const [, forms = ''] of text.matchAll(/\{\w+((?:\|[^|}]*)+)\}/g)) {
      const wanted = FORMS[LANGUAGES[column] ?? 'en'].length;
      if (forms.slice(1).split('|').length !== wanted)
        faults.push(`column ${LANGUAGES[column]} needs ${wanted} forms in '${forms}'`);
    }
    if ([...new Set(names[column])].join() !== [...new Set(names[0])].join())
      faults.push(`column ${LANGUAGES[column]} has other values than the first`);
  });
  return faults;
}
