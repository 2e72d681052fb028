/* customers_words.ts -- words of the list of customers behind a number. */
import type { Words } from '../base/say';

export const customers_words = {
  city: ['Город', 'Місто', 'City'],
  revenue_12: ['Выручка за 12 месяцев', 'Виручка за 12 місяців', 'Revenue of 12 months'],
  export: ['Выгрузить', 'Вивантажити', 'Export'],
  rule: ['Правило, по которому они отобраны', 'Правило, за яким їх відібрано', 'The rule that found them'],
  make_segment: ['Создать сегмент', 'Створити сегмент', 'Make a segment'],
} as const satisfies Words;
