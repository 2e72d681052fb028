/* calendar_words.ts -- words of the field of a day and its calendar. */
import type { Words } from '../base/say';

export const calendar_words = {
  pattern: ['дд.мм.гггг', 'дд.мм.рррр', 'dd/mm/yyyy'],
  open: ['Календарь', 'Календар', 'Calendar'],
  month_before: ['Предыдущий месяц', 'Попередній місяць', 'Month before'],
  month_after: ['Следующий месяц', 'Наступний місяць', 'Month after'],
  year_before: ['Предыдущий год', 'Попередній рік', 'Year before'],
  year_after: ['Следующий год', 'Наступний рік', 'Year after'],
  today: ['Сегодня', 'Сьогодні', 'Today'],
  clear: ['Очистить', 'Очистити', 'Clear'],
  no_day: [
    'Такой даты нет. Введите её как {example} или выберите в календаре.',
    'Такої дати немає. Введіть її як {example} або виберіть у календарі.',
    'There is no such day. Type it as {example} or choose it from the calendar.',
  ],
  too_early: ['Не раньше {day}.', 'Не раніше {day}.', 'Not before {day}.'],
  too_late: ['Не позже {day}.', 'Не пізніше {day}.', 'Not after {day}.'],
} as const satisfies Words;
