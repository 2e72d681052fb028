/* words.ts -- words of the page about long work. */
import type { Schemas } from '../../base/api';
import type { Word, Words } from '../../base/say';

export const kind_words: Record<string, Word> = {
  form: ['Формирование сегмента', 'Формування сегмента', 'Forming a segment'],
  classify: ['Классификация', 'Класифікація', 'Classification'],
  import: ['Загрузка файла', 'Завантаження файлу', 'Import'],
  'import-trial': ['Проверка файла', 'Перевірка файлу', 'Trial of a file'],
  export: ['Выгрузка', 'Вивантаження', 'Export'],
  rebuild: ['Обновление образа данных', 'Оновлення образу даних', 'Renewing the image of the data'],
  check: ['Проверка образа данных', 'Перевірка образу даних', 'Checking the image of the data'],
  backup: ['Резервная копия', 'Резервна копія', 'Backup'],
};
export const state_words: Record<Schemas['Job']['state'], Word> = {
  waiting: ['ждёт', 'чекає', 'waiting'],
  running: ['выполняется', 'виконується', 'running'],
  done: ['выполнено', 'виконано', 'done'],
  failed: ['не получилось', 'не вдалося', 'failed'],
  cancelled: ['прервано', 'перервано', 'cancelled'],
  interrupted: ['прервано остановкой сервера', 'перервано зупинкою сервера', 'interrupted by a stop of the server'],
};
export const words = {
  title: ['Задания', 'Завдання', 'Jobs'],
  about: [
    'Долгая работа идёт на сервере и не зависит от этой вкладки: её можно закрыть.',
    'Тривала робота йде на сервері й не залежить від цієї вкладки: її можна закрити.',
    'Long work goes on in the server; this tab may be closed.',
  ],
  now: ['Сейчас', 'Зараз', 'Now'],
  history: ['История', 'Історія', 'History'],
  nothing_runs: ['Сейчас ничего не выполняется.', 'Зараз нічого не виконується.', 'Nothing is running now.'],
  empty: ['Заданий ещё не было', 'Завдань ще не було', 'There were no jobs yet'],
  empty_text: [
    'Здесь появится то, что длится дольше мгновения: формирование сегментов, классификации, загрузка файлов, резервные копии.',
    'Тут з’явиться те, що триває довше миті: формування сегментів, класифікації, завантаження файлів, резервні копії.',
    'What takes longer than a moment shows up here: forming segments, classifications, imports, backups.',
  ],
  kind: ['Что', 'Що', 'What'],
  on: ['Над чем', 'Над чим', 'On what'],
  state: ['Состояние', 'Стан', 'State'],
  begun: ['Начато', 'Почато', 'Begun'],
  took: ['Длилось', 'Тривало', 'Took'],
  who: ['Кто', 'Хто', 'Who'],
  result: ['Итог', 'Підсумок', 'Result'],
  server: ['сервер', 'сервер', 'the server'],
  all_kinds: ['Все задания', 'Усі завдання', 'All jobs'],
  seconds: ['{n} с', '{n} с', '{n} s'],
  minutes: ['{m} мин {n} с', '{m} хв {n} с', '{m} min {n} s'],
  formed: [
    '{segment}: было {before}, стало {after} (+{joined}, −{left})',
    '{segment}: було {before}, стало {after} (+{joined}, −{left})',
    '{segment}: {before} before, {after} now (+{joined}, −{left})',
  ],
  imported: ['прочитано {read}: добавлено {added}, изменено {updated}, без изменений {unchanged}, отклонено {rejected}', 'прочитано {read}: додано {added}, змінено {updated}, без змін {unchanged}, відхилено {rejected}', '{read} read: {added} added, {updated} updated, {unchanged} unchanged, {rejected} rejected'],
  no_problems: ['Расхождений нет.', 'Розбіжностей немає.', 'No differences.'],
  problems: ['{n} {n|расхождение|расхождения|расхождений}, образ создан заново.', '{n} {n|розбіжність|розбіжності|розбіжностей}, образ створено заново.', '{n} {n|difference|differences}; the image was made anew.'],
  runs: ['{n} {n|расчёт|расчёта|расчётов}', '{n} {n|розрахунок|розрахунки|розрахунків}', '{n} {n|run|runs}'],
  download: ['Скачать', 'Завантажити', 'Download'],
  open: ['Открыть', 'Відкрити', 'Open'],
  interrupted_advice: [
    'Записанное до остановки осталось. Начните задание ещё раз.',
    'Записане до зупинки залишилося. Почніть завдання ще раз.',
    'What was written before stays. Begin the job again.',
  ],
} as const satisfies Words;
