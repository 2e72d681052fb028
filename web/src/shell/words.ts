/* words.ts -- words of the shell: menu, sign-in, appearance. */
import type { Words } from '../base/say';

export const shell = {
  segments: ['Сегменты', 'Сегменти', 'Segments'],
  customers: ['Клиенты', 'Клієнти', 'Customers'],
  skip: ['К содержанию', 'До змісту', 'Skip to the content'],
  menu: ['Разделы', 'Розділи', 'Sections'],
  language: ['Язык', 'Мова', 'Language'],
  theme: ['Оформление', 'Оформлення', 'Appearance'],
  theme_auto: ['Как в системе', 'Як у системі', 'As the system'],
  theme_light: ['Светлое', 'Світле', 'Light'],
  theme_dark: ['Тёмное', 'Темне', 'Dark'],
  sign_in: ['Войти', 'Увійти', 'Sign in'],
  sign_out: ['Выйти', 'Вийти', 'Sign out'],
  sign_in_title: ['Вход в Kohorta', 'Вхід до Kohorta', 'Sign in to Kohorta'],
  login: ['Имя пользователя', 'Ім’я користувача', 'User name'],
  password: ['Пароль', 'Пароль', 'Password'],
  new_password: ['Новый пароль', 'Новий пароль', 'New password'],
  repeat_password: ['Ещё раз', 'Ще раз', 'Once more'],
  password_hint: ['Не короче {n} {n|знака|знаков|знаков}.', 'Не коротше {n} {n|знака|знаків|знаків}.', 'At least {n} {n|character|characters}.'],
  passwords_differ: ['Пароли не совпадают.', 'Паролі не збігаються.', 'The passwords differ.'],
  link_title: ['Добро пожаловать', 'Ласкаво просимо', 'Welcome'],
  link_text: [
    'Ссылка действует один раз. Задайте пароль: с ним вы будете входить дальше.',
    'Посилання діє один раз. Задайте пароль: з ним ви входитимете надалі.',
    'The link works once. Choose a password; you will sign in with it from now on.',
  ],
  no_account: [
    'Нет учётной записи? Её создаёт администратор; первую ссылку печатает kohorta serve.',
    'Немає облікового запису? Його створює адміністратор; перше посилання друкує kohorta serve.',
    'No account? An administrator makes one; kohorta serve prints the first link.',
  ],
  expired: ['Вы не входили слишком долго. Войдите ещё раз.', 'Ви не заходили надто довго. Увійдіть ще раз.', 'Your session has ended. Sign in again.'],
  not_found: ['Такой страницы нет', 'Такої сторінки немає', 'There is no such page'],
  not_found_text: [
    'Возможно, адрес скопирован не целиком или объект удалён.',
    'Можливо, адресу скопійовано не повністю або об’єкт видалено.',
    'The address may be incomplete, or the thing was deleted.',
  ],
  to_start: ['К сегментам', 'До сегментів', 'To the segments'],
  page_failed: ['Страница не загрузилась', 'Сторінка не завантажилася', 'The page did not load'],
  user_menu: ['Пользователь и настройки', 'Користувач і налаштування', 'User and settings'],
} as const satisfies Words;
