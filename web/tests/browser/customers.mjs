/* customers.mjs -- finding a customer, the card, a property changed, the wizard for a new one. */
import { same, soon } from './harness.mjs';

export const tests = [
  ['customers: found while one types', async (world) => {
    const { page } = world;
    await page.goto('/customers');
    await page.getByRole('grid').getByRole('row').nth(5).waitFor();
    await page.getByRole('searchbox').pressSequentially('000004', { delay: 20 });
    await soon(() => page.getByRole('row').count().then((n) => n === 2), 'one customer');
    await world.pictures_of('customers');
    await page.getByRole('grid').getByRole('link').first().click();
    await page.waitForURL('**/customers/000004');
  }],
  ['customers: endless scrolling draws only what is seen', async (world) => {
    const { page } = world;
    await page.goto('/customers');
    const grid = page.getByRole('grid');
    await grid.getByRole('row').nth(5).waitFor();
    const loaded = async () => Number((await page.locator('.foot').innerText()).split('из')[0].replace(/\D/g, ''));
    await soon(async () => { await grid.evaluate((one) => one.scrollTo(0, one.scrollHeight)); return (await loaded()) >= 300; }, 'many rows loaded');
    await soon(async () => (await grid.getByRole('row').count()) < 60, 'few rows in the page');
  }],
  ['customers: the card with properties, timeline, segments, shipping', async (world) => {
    const { page } = world;
    await page.goto('/customers/000001');
    await page.getByRole('heading', { name: 'Свойства' }).waitFor();
    await page.getByText(/отгрузка/).first().waitFor();
    await page.getByRole('heading', { name: 'История' }).waitFor();
    await soon(() => page.getByText('Загружается…').count().then((n) => n === 0), 'everything is there');
    await world.pictures_of('customer');
  }],
  ['customers: a property is changed', async (world) => {
    const { page } = world;
    await page.goto('/customers/000001');
    await page.getByLabel('Показать незаполненные').check();
    await page.getByRole('button', { name: 'Изменить: Электронная почта' }).click();
    await page.getByRole('dialog').getByLabel('Электронная почта').fill('new@firm.example');
    await page.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click();
    await page.getByText('Свойство «Электронная почта» изменено.').waitFor();
    await same(() => Number(world.command('eval', 'code = "000001" and email = "new@firm.example"', '-q')), 1, 'the data know it');
  }],
  ['customers: possible duplicates are merged after a preview, and parted again', async (world) => {
    const { page } = world;
    world.command('customer', 'add', 'Д-1', '--name', 'Дубль Первый', '--set', 'email=double@firm.example', '--set', 'city=Тула');
    world.command('customer', 'add', 'Д-2', '--name', 'ДУБЛЬ ПЕРВЫЙ', '--set', 'email=Double@firm.example', '--set', 'city=Орёл');
    await page.goto('/customers');
    await page.getByRole('link', { name: 'Возможные дубли' }).click();
    await page.getByRole('button', { name: 'Объединить Д-2' }).waitFor();
    await world.pictures_of('duplicates');
    await world.accessible('possible duplicates');
    await page.getByRole('button', { name: 'Разные клиенты: Д-1, Д-2' }).click();
    await page.getByText('Больше не показываем: Д-1, Д-2').waitFor();
    await same(() => page.getByRole('button', { name: 'Объединить Д-2' }).count(), 0, 'they are not listed');
    await page.getByRole('tab', { name: 'Отмечены как разные' }).click();
    await page.getByRole('button', { name: 'Показывать снова: Д-1, Д-2' }).waitFor();
    await world.pictures_of('duplicates-dismissed');
    await page.getByRole('button', { name: 'Показывать снова: Д-1, Д-2' }).click();
    await page.getByText('Никого не отмечали').waitFor();
    await page.getByRole('tab', { name: 'Похожие' }).click();
    await page.getByRole('button', { name: 'Объединить Д-2' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Орёл').waitFor();
    await dialog.getByLabel('Взять второе: Город').check();
    await dialog.getByText('Тула').first().waitFor();
    await dialog.getByLabel('Причина').fill('одна карточка');
    await world.picture('merge');
    await world.accessible('merging customers');
    await dialog.getByRole('button', { name: 'Объединить' }).click();
    await page.getByText('Клиент Д-2 объединён с Д-1.').waitFor();
    await same(() => Number(world.command('eval', 'code = "Д-1" and city = "Орёл"', '-q')), 1, 'the value that was taken');
    await page.goto('/customers/' + encodeURIComponent('Д-2'));
    await page.getByText('Прежние коды').waitFor();
    await world.pictures_of('merged');
    await page.getByRole('button', { name: 'Отменить объединение: Д-2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Отменить объединение' }).click();
    await page.getByText('Клиент Д-2 снова сам по себе.').waitFor();
    await same(() => Number(world.command('eval', 'code = "Д-2" and city = "Орёл"', '-q')), 1, 'he is back');
  }],
  ['customers: the wizard offers manual segments and says where the customer came into', async (world) => {
    const { page } = world;
    await page.goto('/customers/new');
    await page.getByLabel('Код').fill('000001');
    await page.getByLabel('Наименование').fill('ООО «Проверка»');
    await page.getByRole('button', { name: 'Далее' }).click();
    await page.getByText('Такой код уже есть.').waitFor();
    await page.getByLabel('Код').fill('T-1');
    await page.getByRole('button', { name: 'Далее' }).click();
    await page.getByLabel('Электронная почта').fill('t1@firm.example');
    await world.picture('wizard');
    await world.accessible('the wizard');
    await page.getByRole('button', { name: 'Далее' }).click();
    await page.getByLabel('Тест: вручную').check();
    await same(() => page.getByText('Тест: крупные').count(), 0, 'periodic segments that are offered');
    await page.getByRole('button', { name: 'Записать клиента' }).click();
    await page.getByText('Клиент T-1 записан.').waitFor();
    await soon(async () => world.command('segment', 'members', 'Тест: вручную', '--format', 'csv').includes('T-1'), 'he is in');
  }],
];
