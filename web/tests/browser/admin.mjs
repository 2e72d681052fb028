/* admin.mjs -- jobs, settings with the switch of segmentation, users, tokens, the audit log, help. */
import { equal, PASSWORD, same, soon, yes } from './harness.mjs';

const dialog = (page) => page.getByRole('dialog');

export const tests = [
  ['jobs: what runs, what came of it, where to look at it', async (world) => {
    const { page } = world;
    world.command('segment', 'add', 'Задание', '--mode', 'periodic', '--rule', 'vip', '-q');
    await page.goto('/jobs');
    await page.getByRole('heading', { name: 'Задания' }).waitFor();
    const csrf = await page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).csrf);
    await soon(() => page.evaluate(async (token) => (await fetch(`/api/v1/segments/${encodeURIComponent('Задание')}/form`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'Kohorta-CSRF': token }, body: '{}',
    })).status === 202, csrf), 'the job is begun');
    const row = page.locator('tr[data-job]').filter({ hasText: 'Задание' }).first();
    await row.getByText('выполнено').waitFor();
    await soon(async () => /стало \d+/.test(await row.innerText()), 'the result is told');
    await world.pictures_of('jobs');
    await row.getByRole('link', { name: 'Открыть' }).click();
    await page.waitForURL('**/segments/*');
    await page.getByRole('heading', { name: 'Задание' }).waitFor();
  }],
  ['settings: thresholds, the organisation, a backup to download', async (world) => {
    const { page } = world;
    await page.goto('/settings');
    await page.getByLabel('Часовой пояс').fill('Mars/Base');
    await page.getByRole('button', { name: 'Сохранить' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Часовой пояс').fill('Europe/Kyiv');
    await page.getByLabel('Слишком мал').fill('25');
    await page.getByRole('button', { name: 'Сохранить' }).click();
    await page.getByText('Настройки записаны.').first().waitFor();
    await soon(async () => /size_min +25/.test(world.command('settings', 'list')), 'the command line sees it');
    await page.getByLabel('Часовой пояс').fill('Europe/Moscow');
    await page.getByRole('button', { name: 'Сохранить' }).click();
    await page.getByRole('button', { name: 'Сделать копию' }).click();
    const link = page.getByRole('link', { name: /Скачать копию/ });
    await link.waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    yes(/^kohorta-\d{4}-\d\d-\d\d\.db$/.test(file.suggestedFilename()), file.suggestedFilename());
    await page.getByText('Настройки записаны.').first().waitFor({ state: 'detached' });
    await world.pictures_of('settings');
  }],
  ['settings: segmentation switched off hides its menu at once, on brings it back', async (world) => {
    const { page } = world;
    await page.goto('/settings');
    const menu = page.getByRole('navigation', { name: 'Разделы' });
    await page.getByRole('switch').uncheck();
    await soon(() => menu.getByRole('link', { name: 'Сегменты' }).count().then((n) => n === 0), 'the menu has no segments');
    await world.picture('settings-off');
    await page.goto('/segments');
    await page.getByText('Эта часть выключена').waitFor();
    await page.goto('/settings');
    await page.getByRole('switch').check();
    await menu.getByRole('link', { name: 'Сегменты' }).click();
    await page.getByRole('heading', { name: 'Сегменты клиентов' }).waitFor();
    await page.getByRole('link', { name: 'Крупные московские' }).waitFor();
  }],
  ['users: added with a link that works once, given a right, blocked', async (world) => {
    const { page } = world;
    await page.goto('/users');
    await page.getByRole('button', { name: 'Добавить пользователя' }).click();
    await dialog(page).getByLabel('Имя для входа').fill('ivanov');
    await dialog(page).getByLabel('Как зовут').fill('Пётр Иванов');
    await dialog(page).getByLabel('Роль').selectOption('manager');
    const manager = dialog(page).getByRole('combobox', { name: 'Его клиенты: менеджер' });
    await manager.click();
    await manager.fill('Иван');
    await page.getByRole('option', { name: /Иванов/ }).first().click();
    await dialog(page).getByLabel('Язык предложений').selectOption('uk');
    await world.accessible('the form of a user');
    await dialog(page).getByRole('button', { name: 'Добавить' }).click();
    const link = await dialog(page).getByLabel('Ссылка для ivanov').inputValue();
    yes(link.startsWith(`${world.address}/sign-in?link=`), link);
    await world.picture('users-link');
    await dialog(page).getByRole('button', { name: 'Закрыть' }).last().click();
    const other = await world.browser.newContext({ baseURL: world.address, locale: 'ru-RU' });
    const his = await other.newPage();
    if (process.env.PAGE_FROM) await world.serve_page_from(process.env.PAGE_FROM, other);
    await his.goto(link);
    await his.getByLabel('Новый пароль').fill(PASSWORD);
    await his.getByLabel('Ещё раз').fill(PASSWORD);
    await his.getByRole('button', { name: 'Войти' }).click();
    await his.waitForURL('**/segments');
    await his.getByRole('heading', { name: 'Сегменти клієнтів' }).waitFor(); // his language, not the browser's
    await same(() => his.getByRole('link', { name: 'Налаштування' }).count(), 0, 'settings in his menu');
    // what he is told is of his own customers; what tells of everybody is not shown, and nothing is asked in vain
    await his.getByText(/чисельність — за вашими клієнтами/).waitFor();
    await same(() => his.getByRole('link', { name: 'Завдання' }).count(), 0, 'jobs in his menu');
    const refused = [];
    his.on('response', (response) => { if (response.status() === 403) refused.push(response.url()); });
    await his.getByRole('link', { name: 'Тест: крупные' }).click();
    await his.getByRole('heading', { name: 'Тест: крупные' }).waitFor();
    await same(() => his.getByRole('tab').allInnerTexts().then((all) => all.includes('Журнал змін складу')), false, 'a journal');
    for (const tab of await his.getByRole('tab').all()) {
      await tab.click();
      await soon(() => his.getByText('Завантажується…').count().then((n) => n === 0), 'it is there');
      await same(() => his.getByRole('alert').count(), 0, 'failures');
    }
    for (const path of ['/segments', '/customers', '/analysis', '/agreements', '/reports', '/data', '/help']) {
      await his.goto(path);
      await his.getByRole('heading', { level: 1 }).first().waitFor();
      await soon(() => his.getByText('Завантажується…').count().then((n) => n === 0), `${path} is there`);
    }
    equal(refused, [], 'what his pages asked for and were refused');
    const row = page.locator('tr[data-login="ivanov"]');
    await row.getByRole('button', { name: /Изменить/ }).click();
    await same(() => dialog(page).getByLabel('Язык предложений').inputValue(), 'uk', 'his language');
    await dialog(page).getByLabel('Язык предложений').selectOption('');
    await dialog(page).getByLabel('разрешать отгрузку вопреки запрету').check();
    await dialog(page).getByRole('button', { name: 'Сохранить' }).click();
    await row.getByText('разрешать отгрузку').waitFor();
    await row.getByRole('button', { name: /Изменить/ }).click();
    await same(() => dialog(page).getByLabel('Язык предложений').inputValue(), '', 'any language again');
    await dialog(page).getByRole('button', { name: 'Отмена' }).click();
    await world.pictures_of('users');
    await row.getByRole('button', { name: /Заблокировать/ }).click();
    await row.getByText('заблокирован').waitFor();
    await same(async () => await his.evaluate(async () => (await fetch('/api/v1/session')).status), 401, 'he is out');
    await other.close();
  }],
  ['tokens: shown once, work, are revoked', async (world) => {
    const { page } = world;
    await page.goto('/tokens');
    await page.getByText('Ключей ещё нет').waitFor();
    await page.getByRole('button', { name: 'Создать ключ' }).first().click();
    await dialog(page).getByLabel('Наименование').fill('магазин');
    await dialog(page).getByRole('button', { name: 'Создать ключ' }).click();
    const secret = await dialog(page).getByLabel('Ключ «магазин»').inputValue();
    const ask = () => fetch(`${world.address}/api/v1/status`, { headers: { Authorization: `Bearer ${secret}` } }).then((reply) => reply.status);
    await same(() => ask(), 200, 'the token works');
    await dialog(page).getByRole('button', { name: 'Закрыть' }).last().click();
    await world.pictures_of('tokens');
    await page.getByRole('button', { name: 'Отозвать: магазин' }).click();
    await dialog(page).getByRole('button', { name: 'Отозвать' }).click();
    await page.getByText('Ключ «магазин» отозван.').waitFor();
    await same(() => ask(), 401, 'it works no more');
  }],
  ['audit: who did what, narrowed and as a file', async (world) => {
    const { page } = world;
    await page.goto('/audit');
    await page.getByRole('grid').getByRole('row').nth(3).waitFor();
    await world.pictures_of('audit');
    await page.getByLabel('Что', { exact: true }).selectOption('token');
    await soon(async () => (await page.getByRole('grid').getByRole('row').count()) === 3, 'made and revoked');
    await page.getByRole('searchbox').fill('МАГАЗИН');
    await soon(async () => (await page.getByRole('grid').getByRole('row').count()) === 2, 'found without regard to case');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV', exact: true }).click()]);
    yes(/\.csv$/.test(file.suggestedFilename()), file.suggestedFilename());
  }],
  ['help: searched, in three languages, its rules count', async (world) => {
    const { page } = world;
    await page.goto('/help');
    await page.getByRole('heading', { name: 'Язык правил' }).waitFor();
    await world.pictures_of('help');
    const examples = page.locator('.example');
    for (let i = 0; i < (await examples.count()); i++) {
      const rule = await examples.nth(i).locator('pre').innerText();
      await examples.nth(i).getByRole('button').click();
      const told = examples.nth(i).locator('[data-told]');
      await soon(async () => (await told.innerText()) !== '', `${rule} is counted`);
      const wanted = world.command('eval', rule, '-q').replace(/\D/g, '');
      await same(async () => (await told.innerText()).split(/[а-я]/)[0].replace(/\D/g, ''), wanted, `count of ${rule}`);
    }
    await page.getByRole('searchbox').fill('мошенников');
    await soon(async () => (await page.locator('section.sheet').count()) === 1, 'one section is left');
    await page.getByRole('heading', { name: 'Чего сегментация не решает' }).waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('Язык').selectOption('uk');
    await page.getByRole('heading', { name: 'Чого сегментація не вирішує' }).waitFor();
    await page.getByLabel('Мова').selectOption('en');
    await page.getByRole('heading', { name: 'What segmentation does not solve' }).waitFor();
    await page.getByLabel('Language').selectOption('ru');
  }],
];
