/* words.ts -- words of the page of help; its content stands in ru.ts, uk.ts and en.ts. */
import type { Words } from '../../base/say';

export const words = {
  title: ['Справка', 'Довідка', 'Help'],
  search: ['Найти в справке', 'Знайти в довідці', 'Search the help'],
  contents: ['Содержание', 'Зміст', 'Contents'],
  nothing: ['В справке этого нет. Попробуйте другое слово.', 'У довідці цього немає. Спробуйте інше слово.', 'The help has nothing of this. Try another word.'],
  count: ['Посчитать на моих данных', 'Порахувати на моїх даних', 'Count on my data'],
  counted: ['{n} {n|клиент|клиента|клиентов}, {share} базы', '{n} {n|клієнт|клієнти|клієнтів}, {share} бази', '{n} {n|customer|customers}, {share} of the base'],
  make: ['Создать сегмент', 'Створити сегмент', 'Make a segment'],
} as const satisfies Words;
