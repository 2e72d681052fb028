/* text_words.ts -- words around the text of a rule. */
import type { Words } from '../base/say';

export const text_words = {
  completions: ['Подсказки', 'Підказки', 'Completions'],
  help_key: ['Ctrl и пробел: что здесь может стоять', 'Ctrl і пробіл: що тут може стояти', 'Ctrl and Space: what may stand here'],
  replace_by: ['Заменить на {text}', 'Замінити на {text}', 'Replace by {text}'],
  show_place: ['Показать место', 'Показати місце', 'Show the place'],
} as const satisfies Words;
