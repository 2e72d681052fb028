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
  further_new: ['каждое с новым «{field}»', 'кожна з новим «{field}»', 'each with a new {field}'],
  step: ['{n} {n|событие|события|событий}', '{n} {n|подія|події|подій}', '{n} {n|event|events}'],
  step_last: ['последнее {date}', 'остання {date}', 'the last one {date}'],
  step_breaks: ['здесь цепочка обрывается', 'тут ланцюжок уривається', 'the chain breaks here'],
  charge: ['начисление', 'нарахування', 'charge'],
  charge_of: ['{document} от {date}: не оплачено {rest}', '{document} від {date}: не сплачено {rest}', '{document} of {date}: {rest} open'],
  charge_due: ['срок оплаты {date}', 'строк оплати {date}', 'due {date}'],
  charges_more: ['и ещё {n}', 'і ще {n}', 'and {n} more'],
  rank: ['место {place} из {ranked}; берутся места по {chosen}', 'місце {place} із {ranked}; беруться місця по {chosen}', 'place {place} of {ranked}; places up to {chosen} are taken'],
  rank_none: ['без места; сравнивается клиентов: {ranked}, берутся места по {chosen}', 'без місця; порівнюється клієнтів: {ranked}, беруться місця по {chosen}', 'no place; customers ranked: {ranked}, places up to {chosen} are taken'],
  rank_border: ['у последнего из них {value}', 'в останнього з них {value}', 'the last of them with {value}'],
} as const satisfies Words;
