/* segment_words.ts -- what segments, their modes, kinds and causes are called on every page. */
import type { Schemas } from '../base/api';
import type { Word, Words } from '../base/say';

type Mode = Schemas['FormingMode'];
type Kind = Schemas['SegmentKind'];

export const mode_words: Record<Mode, Word> = {
  dynamic: ['Формировать динамически', 'Формувати динамічно', 'Form dynamically'],
  periodic: ['Периодически обновлять', 'Періодично оновлювати', 'Update periodically'],
  manual: ['Формировать вручную', 'Формувати вручну', 'Form manually'],
};
export const mode_short: Record<Mode, Word> = {
  dynamic: ['динамически', 'динамічно', 'dynamic'],
  periodic: ['периодически', 'періодично', 'periodic'],
  manual: ['вручную', 'вручну', 'manual'],
};
export const kind_words: Record<Kind, Word> = {
  general: ['Общий сегмент', 'Загальний сегмент', 'General segment'],
  ban: ['Сегмент запрета отгрузки', 'Сегмент заборони відвантаження', 'Shipment-ban segment'],
};
export const cause_words: Record<Schemas['ChangeCause'], Word> = {
  rule: ['изменилось правило', 'змінилося правило', 'the rule changed'],
  data: ['изменились данные', 'змінилися дані', 'the data changed'],
  time: ['прошло время', 'минув час', 'time passed'],
  hand: ['изменено вручную', 'змінено вручну', 'edited by hand'],
  import: ['из файла кодов', 'із файлу кодів', 'from a file of codes'],
  set: ['из сохранённого результата', 'зі збереженого результату', 'from a saved set'],
  creation: ['проверка при создании', 'перевірка при створенні', 'check on creation'],
  undo: ['отмена формирования', 'скасування формування', 'forming undone'],
  clear: ['очистка', 'очищення', 'cleared'],
  expired: ['закончилось закрепление или исключение', 'закінчилося закріплення або виключення', 'a pin or an exclusion ended'],
  merge: ['объединение клиентов', 'об’єднання клієнтів', 'customers merged'],
  released: ['снято закрепление или исключение', 'знято закріплення або виключення', 'a pin or an exclusion was taken back'],
  dropped: ['формирование сбросило ручные правки', 'формування скинуло ручні правки', 'forming dropped edits by hand'],
  removed: ['сегмент удалён', 'сегмент вилучено', 'the segment was removed'],
};
export const reason_words: Record<Schemas['FormingReason'], Word> = {
  form: ['Сформирован', 'Сформовано', 'Formed'],
  schedule: ['По расписанию', 'За розкладом', 'By schedule'],
  live: ['Вслед за данными', 'Услід за даними', 'Followed the data'],
  hand: ['Изменён вручную', 'Змінено вручну', 'Edited by hand'],
  mark: ['Закрепление или исключение', 'Закріплення або виключення', 'Pinned or excluded'],
  expiry: ['Закончилось закрепление или исключение', 'Закінчилося закріплення або виключення', 'A pin or an exclusion ended'],
  creation: ['Новый клиент', 'Новий клієнт', 'New customer'],
  undo: ['Отменён', 'Скасовано', 'Undone'],
  clear: ['Очищен', 'Очищено', 'Cleared'],
  erasure: ['Удаление персональных данных', 'Видалення персональних даних', 'Erasure of a person'],
  merge: ['Объединение клиентов', 'Об’єднання клієнтів', 'Merge of customers'],
  removal: ['Сегмент удалён', 'Сегмент вилучено', 'Segment removed'],
};
export const mark_words: Record<Schemas['MarkKind'], Word> = {
  added: ['добавлен вручную', 'додано вручну', 'added by hand'],
  removed: ['удалён вручную', 'вилучено вручну', 'removed by hand'],
  pinned: ['закреплён', 'закріплено', 'pinned'],
  excluded: ['исключён постоянно', 'виключено постійно', 'excluded permanently'],
  released: ['отметка снята', 'позначку знято', 'mark taken back'],
};
export const segment_words = {
  segment: ['Сегмент', 'Сегмент', 'Segment'],
  segments: ['Сегменты клиентов', 'Сегменти клієнтів', 'Customer segments'],
  folder: ['Группа сегментов', 'Група сегментів', 'Segment folder'],
  mode: ['Способ формирования', 'Спосіб формування', 'Forming mode'],
  kind: ['Вид', 'Вид', 'Kind'],
  size: ['Численность', 'Чисельність', 'Size'],
  joined_left: ['Вошли / вышли', 'Увійшли / вийшли', 'Joined / left'],
  joined: ['Вошли', 'Увійшли', 'Joined'],
  left: ['Вышли', 'Вийшли', 'Left'],
  form: ['Сформировать', 'Сформувати', 'Form'],
  schedule: ['Расписание', 'Розклад', 'Schedule'],
  composition: ['Состав сегмента', 'Склад сегмента', 'Segment composition'],
  journal: ['Журнал изменений состава', 'Журнал змін складу', 'Change journal'],
  overlap: ['Пересечение сегментов', 'Перетин сегментів', 'Segment overlap'],
  target: ['Целевой сегмент', 'Цільовий сегмент', 'Target segment'],
  responsible: ['Ответственный', 'Відповідальний', 'Responsible'],
  rule: ['Правило', 'Правило', 'Rule'],
  never_formed: ['не сформирован', 'не сформовано', 'not formed yet'],
} as const satisfies Words;
