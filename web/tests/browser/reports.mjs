/* reports.mjs -- reports: numbers as the command line says them, files, customers of a row, printing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { equal, same, soon, yes } from './harness.mjs';

const digits = (text) => text.replace(/[^\d,-]/g, '').replace(',', '.');
const lines = (world, ...words) => world.command(...words, '--format', 'csv', '-q').trim().split('\n').map((line) => line.split(','));
async function open(world, query) {
  const { page } = world;
  await page.goto(`/reports${query}`);
  await page.getByRole('heading', { name: 'Отчеты', level: 1 }).waitFor();
  await soon(() => page.getByText('Загружается…').count().then((n) => n === 0), 'the report is there');
  await same(() => page.getByRole('alert').count(), 0, 'failures');
}
const code_of = (world, name) => JSON.parse(world.command('segment', 'list', '--json')).find((one) => one.name === name).code;
const groups_of = (world, ...names) => encodeURIComponent(JSON.stringify(names.map((name) => ({ segment: code_of(world, name) }))));
async function saved(world, button) {
  const [file] = await Promise.all([world.page.waitForEvent('download'), button.click()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

export const tests = [
  ['reports: sales of two segments, distinct totals, as the command line has them', async (world) => {
    const { page } = world;
    await open(world, `?groups=${groups_of(world, 'Крупные', 'Москва')}&from=2026-01-01&to=2026-03-31`);
    const table = page.getByRole('region', { name: 'За весь период', exact: true }).first();
    const [head, ...rows] = lines(world, 'report', 'sales', '--segment', 'Крупные', '--segment', 'Москва', '--from', '2026-01-01', '--to', '2026-03-31', '--table', 'totals');
    const shown = () => table.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText)));
    await same(async () => (await shown()).map((row) => digits(row[3])).map(Number), rows.map((row) => Number(row.at(-head.length + 3))), 'revenue');
    equal((await shown()).length, 3, 'two segments and the total');
    await page.getByText(/каждый клиент учтён один раз/).first().waitFor();
    await world.pictures_of('reports-sales');
  }],
  ['reports: the period is chosen by its name and dates, and stands in the address', async (world) => {
    const { page } = world;
    await page.getByRole('combobox', { name: 'Период' }).selectOption({ label: 'Прошлый квартал: 01.10.2025 – 31.12.2025' });
    await soon(() => page.url().includes('from=2025-10-01') && page.url().includes('to=2025-12-31'), 'in the address');
    await page.getByText('01.10.2025 – 31.12.2025', { exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'По', exact: true }).selectOption('week');
    await soon(() => page.getByRole('region', { name: 'Продажи по периодам', exact: true }).first().locator('tbody tr').count().then((n) => n === 24), 'weeks');
  }],
  ['reports: a table goes out as CSV and as a workbook, and so do all of them', async (world) => {
    const { page } = world;
    await open(world, `?groups=${groups_of(world, 'Крупные')}&from=2026-01-01&to=2026-03-31`);
    const csv = await saved(world, page.getByRole('button', { name: 'За весь период: выгрузить CSV' }));
    equal(csv.bytes.toString().trim(), world.command('report', 'sales', '--segment', 'Крупные', '--from', '2026-01-01', '--to', '2026-03-31', '--table', 'totals', '--format', 'csv', '-q').trim(), 'the file');
    equal(csv.name, 'За весь период.csv', 'its name');
    const book = await saved(world, page.getByRole('button', { name: 'Все таблицы в XLSX' }));
    equal([book.bytes.subarray(0, 2).toString(), book.name.endsWith('.xlsx')], ['PK', true], 'a workbook');
    const svg = await saved(world, page.getByRole('button', { name: /Сохранить как SVG/ }).first());
    yes(svg.bytes.toString().includes('<rect'), 'the picture has its bars');
  }],
  ['reports: a figure leads to its customers, who are as many as it says', async (world) => {
    const { page } = world;
    const table = page.getByRole('region', { name: 'За весь период', exact: true }).first();
    const figure = table.getByRole('button', { name: /^\d/ }).first();
    const count = digits(await figure.innerText());
    await figure.click();
    const dialog = page.getByRole('dialog');
    await soon(async () => digits((await dialog.locator('.foot').innerText()).split('из').at(-1)) === count, `${count} customers`);
    const file = await saved(world, dialog.getByRole('button', { name: 'CSV' }));
    equal(file.bytes.toString().trim().split('\n').length - 1, Number(count), 'lines of the file');
    await world.picture('reports-customers');
    await world.accessible('customers of a row');
    await page.keyboard.press('Escape');
  }],
  ['reports: every kind is there, with its pictures', async (world) => {
    const groups = groups_of(world, 'Крупные', 'Москва');
    for (const tab of ['settlements', 'profile', 'products', 'potential', 'retention', 'loyalty', 'movement', 'fill', 'overlap']) {
      await open(world, `?tab=${tab}&groups=${groups}`);
      await soon(async () => (await world.page.getByRole('tabpanel').locator('table').count()) > 0, `${tab} has a table`);
      await world.picture(`reports-${tab}-1280`);
      await world.accessible(tab);
      await world.page.setViewportSize({ width: 390, height: 844 });
      await world.page.emulateMedia({ colorScheme: 'dark' });
      await world.picture(`reports-${tab}-390-dark`);
      await same(() => world.page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)), 0, `${tab} sticks out at 390 by`);
      await world.page.emulateMedia({ colorScheme: 'light' });
      await world.page.setViewportSize({ width: 1280, height: 900 });
    }
  }],
  ['reports: settlements and products as the command line has them', async (world) => {
    const { page } = world;
    await open(world, `?tab=settlements&groups=${groups_of(world, 'Крупные')}`);
    const rows = lines(world, 'report', 'settlements', '--segment', 'Крупные').slice(1);
    const table = page.getByRole('region', { name: 'Взаиморасчеты', exact: true }).last();
    const shown = () => table.locator('tbody tr').evaluateAll((all) => all.map((row) => row.cells[2].innerText));
    await same(async () => (await shown()).map((text) => Number(digits(text))), rows.map((row) => Number(row[2])), 'amounts');
    await open(world, `?tab=products&groups=${groups_of(world, 'Крупные', 'Москва')}`);
    await page.getByLabel('Показатель').selectOption('customers');
    const map = page.getByRole('group', { name: /^Товары по сегментам: клиентов$/ }).first();
    const first = lines(world, 'report', 'products', '--segment', 'Крупные', '--segment', 'Москва')[1];
    await soon(async () => Number(digits(await map.locator('tbody tr').first().locator('td').first().innerText())) === Number(first[6]), 'buyers');
    await map.getByRole('button', { name: 'Крупные', exact: true }).click();
    await soon(() => map.locator('[aria-sort="ascending"]').count().then((n) => n === 1), 'sorted by a segment');
  }],
  ['reports: weights of prospects must sum to 100 and change the points', async (world) => {
    const { page } = world;
    await open(world, `?tab=potential&groups=${groups_of(world, 'Крупные')}`);
    const points = () => page.getByRole('region', { name: 'Перспективность', exact: true }).first().locator('tbody tr').first().locator('td').nth(1).innerText();
    const usual = await points();
    const fields = page.locator('form input[inputmode="decimal"]');
    await same(() => fields.count(), 7, 'criteria');
    await fields.nth(0).fill('60');
    await soon(async () => await page.getByRole('button', { name: 'Пересчитать' }).isDisabled(), '140 % are refused');
    for (const i of [1, 2, 3, 4, 5, 6]) await fields.nth(i).fill(i === 1 ? '40' : '0');
    await page.getByRole('button', { name: 'Пересчитать' }).click();
    const wanted = lines(world, 'report', 'potential', '--segment', 'Крупные', '--table', 'prospects', '--weight', 'growth=60', '--weight', 'margin=40')[1][1];
    await soon(async () => Math.abs(Number(digits(await points())) - Number(wanted)) < 0.01, `${wanted} points`);
    await page.getByRole('button', { name: 'Вернуть обычные' }).click();
    await soon(async () => (await points()) === usual, 'the usual ones again');
  }],
  ['reports: overlap is what the command line counts', async (world) => {
    const { page } = world;
    await open(world, `?tab=overlap&groups=${groups_of(world, 'Крупные', 'Москва')}`);
    const common = Number(world.command('eval', 'member("Крупные") and member("Москва")', '-q'));
    const map = page.getByRole('group', { name: 'Пары сегментов' }).first();
    await same(async () => Number(digits(await map.locator('tbody tr').first().locator('td').nth(1).innerText())), common, 'in common');
    await map.getByRole('button', { name: new RegExp(`Москва: ${common}`) }).click();
    await soon(async () => digits((await page.getByRole('dialog').locator('.foot').innerText()).split('из').at(-1)) === String(common), 'they are listed');
    await page.keyboard.press('Escape');
  }],
  ['reports: printed, tables are whole and controls are not there', async (world) => {
    const { page } = world;
    await open(world, `?groups=${groups_of(world, 'Крупные', 'Москва')}`);
    await page.emulateMedia({ media: 'print' });
    await same(() => page.getByRole('button', { name: 'Печать' }).isVisible(), false, 'the button');
    await soon(async () => await page.getByRole('region', { name: 'За весь период', exact: true }).first().isVisible(), 'the table');
    await soon(async () => (await page.getByRole('region', { name: 'За весь период', exact: true }).first().locator('td').nth(9).innerText()).trim() !== '', 'figures that lead somewhere are printed');
    await page.pdf({ path: join(world.pictures, 'reports-sales.pdf'), format: 'A4', landscape: true, printBackground: true });
    await world.picture('reports-print');
    await page.emulateMedia({ media: 'screen' });
  }],
  ['reports: by rule and by class, nonsense is told', async (world) => {
    const { page } = world;
    await open(world, '');
    await page.getByRole('button', { name: 'Добавить правило' }).click();
    await page.getByRole('textbox', { name: 'Правило' }).fill('vip');
    await page.keyboard.press('Enter');
    const count = world.command('eval', 'vip', '-q').trim();
    await soon(() => page.getByRole('button', { name: 'Убрать: vip' }).count().then((n) => n === 1), 'a chip');
    await soon(async () => lines(world, 'report', 'sales', '--rule', 'vip', '--table', 'totals')[1][10] !== undefined && (await page.getByRole('region', { name: 'За весь период', exact: true }).first().innerText()).includes('vip'), `the ${count} of vip`);
    await page.getByRole('button', { name: 'Добавить правило' }).click();
    await page.getByRole('textbox', { name: 'Правило' }).fill('cyti = 1');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText(/возможно, вы имели в виду 'city'/).waitFor();
    await page.getByRole('button', { name: 'Убрать: cyti = 1' }).click();
    await soon(() => page.getByRole('alert').count().then((n) => n === 0), 'all is well again');
  }],
];
