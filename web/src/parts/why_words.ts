/* why_words.ts -- words of the reasons why a customer is in or out. */
import type { Words } from '../base/say';

export const why_words = {
  holds: ['выполнено', 'виконано', 'holds'],
  fails: ['не выполнено', 'не виконано', 'does not hold'],
  only_missing: ['решено тем, что значение не заполнено', 'вирішено тим, що значення не заповнено', 'decided by a missing value'],
  events: ['{n} {n|событие|события|событий}', '{n} {n|подія|події|подій}', '{n} {n|event|events}'],
  others: ['зависит от других клиентов', 'залежить від інших клієнтів', 'depends on other customers'],
  changes: ['{date} станет: {value}', '{date} стане: {value}', 'becomes {value} on {date}'],
  further: ['изменится ещё после {n} {n|события|событий|событий} ({stream})', 'зміниться ще після {n} {n|події|подій|подій} ({stream})', 'changes after {n} more {n|event|events} ({stream})'],
} as const satisfies Words;
