/* data.mjs -- a file of Windows-1251 brought in through the wizard, mended, sent again; properties, events, items. */
import { same, soon, yes } from './harness.mjs';

/* Russian letters in the encoding of spreadsheets here. */
function windows_1251(text) {
  return Buffer.from([...text].map((letter) => {
    const code = letter.codePointAt(0);
    if (code < 0x80) return code;
    if (code >= 0x410 && code <= 0x44f) return code - 0x410 + 0xc0;
    throw new Error(`no code for ${letter}`);
  }));
}
const FILE = windows_1251(
  'Код клиента;Наименование;Город;Кредитный лимит;Хобби\n'
  + 'W1;Ромашка;Москва;10 000,50;рыбалка\nW2;Лютик;Казань;5,5;шахматы\nW3;Плохой;Тверь;много;\n');

const gone = (page) => page.getByRole('dialog').waitFor({ state: 'detached' });
const give = (page, name, buffer) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer });

export const tests = [
  ['data: a file in Windows-1251 is looked at, mapped, tried, imported, mended', async (world) => {
    const { page } = world;
    await page.goto('/data');
    await page.getByText('Файлов пока нет').waitFor();
    await world.pictures_of('data-empty');
    await page.getByRole('link', { name: 'Загрузить файл' }).first().click();
    await page.waitForURL('**/data/import');
    await page.getByText('Перетащите файл сюда').waitFor();
    await world.accessible('choosing a file');
    await give(page, 'клиенты.csv', FILE);
    await page.getByRole('heading', { name: 'клиенты.csv' }).waitFor();
    await soon(async () => (await page.getByLabel('Кодировка').innerText()).includes('windows-1251'), 'the encoding is found out');
    await page.getByRole('cell', { name: '10000.5' }).waitFor();
    await page.getByText('отклонена: не число').waitFor();
    await world.pictures_of('data-how-read');
    // told wrong it says so, told right it is as before
    await page.getByLabel('Разделитель').selectOption('|');
    await page.getByText(/Пока загрузить нельзя|Файл так не прочитать/).waitFor();
    await page.getByLabel('Разделитель').selectOption('');
    await page.getByRole('cell', { name: '10000.5' }).waitFor();
    await page.getByRole('button', { name: 'Далее' }).click();
    const hobby = page.getByLabel('Куда идёт столбец «Хобби»');
    await hobby.selectOption('+');
    await page.getByLabel('Название нового: столбец «Хобби»').fill('hobby');
    await page.getByLabel('Название нового: столбец «Хобби»').press('Tab');
    await page.getByLabel('Запомнить сопоставление под именем').fill('Из учёта');
    await page.getByLabel('Запомнить сопоставление под именем').press('Tab');
    await world.pictures_of('data-columns');
    await page.getByRole('button', { name: 'Проверить' }).click();
    await page.getByRole('heading', { name: 'После загрузки будет' }).waitFor();
    await same(() => Number(world.command('eval', 'code = "W1"', '-q')), 0, 'customers after a trial');
    await world.pictures_of('data-trial');
    await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
    await page.getByRole('heading', { name: 'Загружено' }).waitFor();
    await same(() => Number(world.command('eval', 'hobby = "рыбалка"', '-q')), 1, 'customers with the new property');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Скачать отклонённые строки' }).click()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const rejects = Buffer.concat(chunks).toString('utf8');
    yes(rejects.includes('много') && rejects.includes('не число'), 'the refused row with the reason');
    await world.pictures_of('data-report');
    await give(page, 'исправлено.csv', Buffer.from(rejects.replaceAll('много', '7')));
    await page.getByRole('heading', { name: 'исправлено.csv' }).waitFor();
    await page.getByRole('button', { name: 'Далее' }).click();
    await page.getByRole('button', { name: 'Проверить' }).click();
    await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
    await page.getByRole('heading', { name: 'Загружено' }).waitFor();
    await same(() => Number(world.command('eval', 'code in ("W1", "W2", "W3")', '-q')), 3, 'all three are in');
    // where one is stands in the address: a page opened anew goes on
    await page.reload();
    await page.getByRole('heading', { name: 'Загружено' }).waitFor();
    await page.goto('/data');
    await page.getByRole('link', { name: 'клиенты.csv' }).waitFor();
    await page.getByText('Из учёта').waitFor();
    await world.pictures_of('data-imports');
  }],
  ['data: a workbook is refused with a sentence', async (world) => {
    const { page } = world;
    await page.goto('/data/import');
    await give(page, 'книга.xlsx', Buffer.from('PK\u0003\u0004 and so on'));
    await page.getByText('Файл так не прочитать').waitFor();
    await soon(async () => await page.getByRole('button', { name: 'Далее' }).isDisabled(), 'there is no way on');
  }],
  ['data: paths divided by another sign are taken apart when it is told', async (world) => {
    const { page } = world;
    await page.goto('/data/import');
    await page.getByLabel('Товары и услуги').check();
    await give(page, 'товары.csv', Buffer.from('code;name;group\nP-1;Дрель;Инструмент/Дрели/Ударные\nP-2;Пила;Инструмент/Пилы\n'));
    await page.getByRole('heading', { name: 'товары.csv' }).waitFor();
    await page.getByRole('button', { name: 'Далее' }).click();
    await page.getByLabel('Уровни пути разделяет').selectOption('/');
    await world.pictures_of('data-levels');
    await page.getByRole('button', { name: 'Проверить' }).click();
    await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
    await page.getByRole('heading', { name: 'Загружено' }).waitFor();
    await page.goto('/data?tab=items');
    await page.getByRole('searchbox').fill('P-1');
    await page.getByRole('grid').getByText('Инструмент / Дрели / Ударные').waitFor();
  }],
  ['data: a property is added, found, relabelled, retired', async (world) => {
    const { page } = world;
    await page.goto('/data?tab=properties');
    await page.getByRole('button', { name: 'Новое свойство' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Имя в правилах').fill('shoe_size');
    await dialog.getByLabel('Подпись по-русски').fill('Размер обуви');
    await dialog.getByLabel('Тип').selectOption('number');
    await world.accessible('a new property');
    await dialog.getByRole('button', { name: 'Сохранить' }).click();
    await gone(page);
    await page.getByRole('searchbox').fill('обуви');
    await page.getByRole('button', { name: 'Изменить: Размер обуви' }).click();
    await dialog.getByLabel('Группа данных').selectOption('lifestyle');
    await dialog.getByLabel('Подпись по-русски').fill('Размер ноги');
    await dialog.getByRole('button', { name: 'Сохранить' }).click();
    await gone(page);
    await page.getByRole('searchbox').fill('ноги');
    await page.getByRole('heading', { name: 'Характеристики стиля жизни' }).waitFor();
    await page.getByRole('button', { name: 'Изменить: Размер ноги' }).click();
    await dialog.getByRole('button', { name: 'Вывести из употребления' }).click();
    await gone(page);
    await page.getByText('Ничего не найдено.').waitFor();
    await page.getByRole('searchbox').fill('');
    await world.pictures_of('data-properties');
  }],
  ['data: events, items, how well it is filled', async (world) => {
    const { page } = world;
    await page.goto('/data?tab=streams');
    await page.getByRole('button', { name: 'Новый вид событий' }).click();
    await page.getByRole('dialog').getByLabel('Имя в правилах').fill('visit');
    await page.getByRole('dialog').getByLabel('Подпись по-русски').fill('Визиты');
    await page.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click();
    await gone(page);
    await page.getByRole('button', { name: 'Добавить поле: Визиты' }).click();
    await page.getByRole('dialog').getByLabel('Имя в правилах').fill('minutes');
    await page.getByRole('dialog').getByLabel('Тип').selectOption('number');
    await page.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click();
    await gone(page);
    await page.getByText('minutes').first().waitFor();
    await world.pictures_of('data-streams');
    await page.getByRole('tab', { name: 'Товары и услуги' }).click();
    await page.getByRole('grid').getByRole('row').nth(3).waitFor();
    await world.pictures_of('data-items');
    await page.getByRole('tab', { name: 'Заполненность' }).click();
    await page.getByRole('meter').first().waitFor();
    await world.pictures_of('data-fill');
  }],
];
