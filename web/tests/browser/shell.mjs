/* shell.mjs -- signing in, languages, appearance, addresses, the weight of the first page. */
import { PATIENCE_MS, equal, PASSWORD, same, soon, yes } from './harness.mjs';

const FIRST_LOAD_BYTES_MAX = 80 * 1024;

export const tests = [
  ['sign in: the link works once and asks for a password', async (world) => {
    const { page } = world;
    await page.goto(world.link);
    await page.getByLabel('Новый пароль').fill(PASSWORD);
    await page.getByLabel('Ещё раз').fill('another one, longer');
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.getByText('Пароли не совпадают.').waitFor();
    await world.accessible('the link');
    await page.getByLabel('Ещё раз').fill(PASSWORD);
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.waitForURL('**/segments');
    await page.getByRole('heading', { name: 'Сегменты клиентов' }).waitFor();
  }],
  ['sign in: wrong and right passwords, out and in again', async (world) => {
    const { page } = world;
    await page.getByRole('button', { name: 'Выйти' }).click();
    await page.getByRole('heading', { name: 'Вход в Kohorta' }).waitFor();
    await world.pictures_of('sign-in');
    await page.getByLabel('Имя пользователя').fill('admin');
    await page.getByLabel('Пароль').fill('wrong wrong wrong');
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Пароль').fill(PASSWORD);
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.getByRole('heading', { name: 'Сегменты клиентов' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Сегменты клиентов' }).waitFor();
  }],
  ['the first page weighs less than 80 kB', async (world) => {
    const context = await world.browser.newContext({ baseURL: world.address });
    const page = await context.newPage();
    const sizes = [];
    page.on('requestfinished', (request) => {
      if (!request.url().includes('/api/')) sizes.push(request.sizes().then((one) => one.responseBodySize));
    });
    await page.goto('/segments', { waitUntil: 'networkidle', timeout: PATIENCE_MS });
    const total = (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
    await context.close();
    console.log(`     first load: ${total} bytes in ${sizes.length} files`);
    yes(sizes.length > 2 && total > 1000 && total < FIRST_LOAD_BYTES_MAX, `${total} bytes`);
  }],
  ['the language changes at once and stays', async (world) => {
    const { page } = world;
    await page.goto('/segments');
    await page.getByLabel('Язык').selectOption('uk');
    await page.getByRole('heading', { name: 'Сегменти клієнтів' }).waitFor();
    await same(() => page.evaluate(() => document.documentElement.lang), 'uk', 'lang of the document');
    await page.reload();
    await page.getByLabel('Мова').selectOption('en');
    await page.getByRole('heading', { name: 'Customer segments' }).waitFor();
    await page.getByLabel('Language').selectOption('ru');
    await page.getByRole('heading', { name: 'Сегменты клиентов' }).waitFor();
  }],
  ['a refusal speaks the language of the page, not of the browser', async (world) => {
    const { page } = world;
    await page.goto('/segments');
    await page.getByLabel('Язык').selectOption('uk');
    await page.goto('/segments/000999');
    await page.getByRole('alert').getByText(/Немає сегмента/).waitFor();
    await page.goto('/data/import');
    const file = { name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from('code,name\n1,A\n') };
    let asked = '';
    await page.route('**/api/v1/imports?*', (route) => {
      asked = route.request().headers()['accept-language'];
      return route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify({ title: 'відмова', detail: 'файл не той' }) });
    });
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('alert').getByText('Файл не той.').waitFor();
    await page.unroute('**/api/v1/imports?*');
    equal(asked, 'uk', 'language of a file that is sent');
    await page.goto('/segments');
    await page.getByLabel('Мова').selectOption('ru');
  }],
  ['light and dark as chosen', async (world) => {
    const { page } = world;
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.getByLabel('Оформление').selectOption('dark');
    const dark = await background();
    await page.getByLabel('Оформление').selectOption('light');
    await soon(async () => dark !== (await background()), 'another background');
    await page.getByLabel('Оформление').selectOption('auto');
  }],
  ['an address of nothing says so and leads back', async (world) => {
    const { page } = world;
    await page.goto('/nowhere/at/all');
    await page.getByText('Такой страницы нет').waitFor();
    await page.getByRole('link', { name: 'К сегментам' }).click();
    await page.waitForURL('**/segments');
    await page.goBack();
    await page.getByText('Такой страницы нет').waitFor();
  }],
  ['by the keyboard: the first Tab skips to the content, the menu is reached', async (world) => {
    const { page } = world;
    await page.goto('/segments');
    await page.getByRole('heading', { name: 'Сегменты клиентов' }).waitFor();
    await page.keyboard.press('Tab');
    await same(() => page.evaluate(() => document.activeElement?.textContent), 'К содержанию', 'first stop');
    await page.getByRole('link', { name: 'Клиенты' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/customers');
    const outline = await soon(() => page.evaluate(() => { const a = document.querySelector('nav a'); a?.focus(); return getComputedStyle(a).outlineStyle; }), 'an outline');
    yes(outline !== 'none', 'focus can be seen');
  }],
];
