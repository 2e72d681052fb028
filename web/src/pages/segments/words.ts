/* words.ts -- words of the list of segments. */
import type { Words } from '../../base/say';

export const words = {
  add: ['Новый сегмент', 'Новий сегмент', 'New segment'],
  search: ['Поиск по коду и наименованию', 'Пошук за кодом і найменуванням', 'Search in code and name'],
  any_mode: ['Любой способ формирования', 'Будь-який спосіб формування', 'Any forming mode'],
  any_kind: ['Любой вид', 'Будь-який вид', 'Any kind'],
  only_marked: ['Только с замечаниями', 'Лише із зауваженнями', 'Only with remarks'],
  no_folder: ['Без группы', 'Без групи', 'No folder'],
  of_base: ['{share} базы', '{share} бази', '{share} of the base'],
  fresh: ['Актуальность', 'Актуальність', 'Freshness'],
  always_now: ['всегда на сейчас', 'завжди на зараз', 'always as of now'],
  formed: ['сформирован {ago}', 'сформовано {ago}', 'formed {ago}'],
  next_run: ['следующий раз {when}', 'наступного разу {when}', 'next run {when}'],
  failed: ['Последняя попытка не удалась: {reason}', 'Остання спроба не вдалася: {reason}', 'The last attempt failed: {reason}'],
  marks: ['Замечания', 'Зауваження', 'Remarks'],
  marks_count: ['{n} {n|замечание|замечания|замечаний}', '{n} {n|зауваження|зауваження|зауважень}', '{n} {n|remark|remarks}'],
  history: ['Численность по последним формированиям: {values}', 'Чисельність за останніми формуваннями: {values}', 'Size over the last formings: {values}'],
  deleted: ['помечен на удаление', 'позначено на вилучення', 'marked for deletion'],
  count: ['{n} {n|сегмент|сегмента|сегментов}', '{n} {n|сегмент|сегменти|сегментів}', '{n} {n|segment|segments}'],
  empty: ['Сегментов ещё нет', 'Сегментів ще немає', 'There are no segments yet'],
  empty_text: [
    'Сегмент — это клиенты, о которых вы хотите сказать одним словом: «Москва, крупные», «давно не покупали». Опишите их правилом — и увидите, сколько их, ещё до сохранения.',
    'Сегмент — це клієнти, про яких ви хочете сказати одним словом: «Київ, великі», «давно не купували». Опишіть їх правилом — і побачите, скільки їх, ще до збереження.',
    'A segment is the customers you want to name with one word: “Moscow, large”, “no purchase for long”. Describe them with a rule and see how many they are before you save.',
  ],
  none_fits: ['Ни один сегмент не подходит под отбор.', 'Жоден сегмент не відповідає відбору.', 'No segment fits the filter.'],
  clear: ['Сбросить отбор', 'Скинути відбір', 'Clear the filter'],
  base: ['В базе {n} {n|клиент|клиента|клиентов}', 'У базі {n} {n|клієнт|клієнти|клієнтів}', '{n} {n|customer|customers} in the base'],
} as const satisfies Words;
