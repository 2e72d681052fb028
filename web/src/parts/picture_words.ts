/* picture_words.ts -- words around a picture. */
import type { Words } from '../base/say';

export const picture_words = {
  table: ['Таблица', 'Таблиця', 'Table'],
  table_of: ['{title}: таблица', '{title}: таблиця', '{title}: table'],
  save_as: ['Сохранить как {kind}: {title}', 'Зберегти як {kind}: {title}', 'Save as {kind}: {title}'],
} as const satisfies Words;
