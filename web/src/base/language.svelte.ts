/* language.svelte.ts -- the language people read now; changing it changes every text at once. */
import { LANGUAGES, LOCALES, say_in, type Language, type Values, type Word } from './say';

const KEY = 'kohorta.language';

function first_language(): Language {
  const kept = localStorage.getItem(KEY);
  const wanted = [kept, ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return LANGUAGES.find((language) => language === wanted.find((w) => LANGUAGES.includes(w as Language))) ?? 'ru';
}

let current = $state<Language>(first_language());
document.documentElement.lang = first_language();

export function language(): Language {
  return current;
}
export function locale(): string {
  return LOCALES[current];
}
function speak(next: Language): void {
  current = next;
  document.documentElement.lang = next;
}
export function set_language(next: Language): void {
  localStorage.setItem(KEY, next);
  speak(next);
}
/* The language of the one who signed in, unless somebody chose one in this browser. */
export function prefer_language(next: Language | null | undefined): void {
  if (next && localStorage.getItem(KEY) === null) speak(next);
}
/* The word for a code of the server; a code that the table does not know stands for itself. */
export function say_code(table: Readonly<Record<string, Word>>, code: string): string {
  const word = table[code];
  return word ? say_in(current, word) : code;
}
export function say(word: Word, values?: Values): string {
  return say_in(current, word, values);
}
