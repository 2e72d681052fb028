/* save_words.ts -- words of keeping a list of customers under a name. */
import type { Words } from '../base/say';

export const save_words = {
  save: ['Сохранить список', 'Зберегти список', 'Save the list'],
  title: ['Сохранить список под именем', 'Зберегти список під ім’ям', 'Save the list under a name'],
  about: [
    'Список останется таким, какой он сейчас: его можно выгрузить, сложить с другим, сделать сегментом, изменить реквизиты у всех сразу.',
    'Список залишиться таким, який він зараз: його можна вивантажити, скласти з іншим, зробити сегментом, змінити реквізити в усіх одразу.',
    'The list stays as it is now: it can be exported, put together with another, made a segment; attributes can be changed for all at once.',
  ],
  columns: ['Колонки, кроме кода и наименования', 'Колонки, крім коду та найменування', 'Columns beside code and name'],
  columns_hint: ['Выражения через запятую; можно оставить пустым.', 'Вирази через кому; можна залишити порожнім.', 'Expressions with commas between; may be left empty.'],
  until: ['Хранить до (пусто — бессрочно)', 'Зберігати до (порожньо — безстроково)', 'Keep until (empty: for good)'],
  saved: ['Сохранено «{name}»: {n}.', 'Збережено «{name}»: {n}.', 'Saved “{name}”: {n}.'],
  open: ['Открыть', 'Відкрити', 'Open'],
  change_all: ['Изменить реквизиты у всех', 'Змінити реквізити в усіх', 'Change attributes of all'],
} as const satisfies Words;
