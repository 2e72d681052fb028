/* analysis.mjs -- classifications: made with a preview, run back, looked at, crossed, followed from day to day. */
import { equal, same, soon, yes } from './harness.mjs';

const digits = (text) => Number(text.replace(/[^\d-]/g, ''));
const csv_rows = (text) => text.trim().split('\n').slice(1);

async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const stream = await file.createReadStream();
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

export const tests = [
  ['analysis: an empty list teaches how to begin', async (world) => {
    const { page } = world;
    if (world.command('classify', 'list', '--json').trim() !== '[]') return;
    await page.goto('/analysis');
    await page.getByText('Классификаций ещё нет').waitFor();
    await world.pictures_of('analysis-empty');
  }],
  ['analysis: a classification is made, its outcome seen before it is kept', async (world) => {
    const { page } = world;
    await page.goto('/analysis/new?kind=abc');
    await page.getByLabel('Наименование').fill('ABC');
    const seen = page.locator('[data-preview]');
    await soon(async () => (await seen.getAttribute('data-preview'))?.includes(','), 'a preview');
    const preview = await seen.getAttribute('data-preview');
    await page.getByLabel(/^Границы/).fill('95; 80');
    await page.getByLabel(/^Границы/).press('Tab');
    await page.getByRole('alert').waitFor();
    await page.getByLabel(/^Границы/).fill('80; 95');
    await page.getByLabel(/^Границы/).press('Tab');
    await soon(async () => (await seen.getAttribute('data-preview')) === preview, 'the same as by default');
    await world.pictures_of('analysis-new');
    await page.getByRole('button', { name: 'Создать' }).click();
    await page.waitForURL('**/analysis/of/ABC');
    await page.getByText('Расчётов ещё нет', { exact: false }).waitFor();
    world.command('classify', 'run', 'ABC');
    const [run] = JSON.parse(world.command('classify', 'runs', 'ABC', '--json'));
    equal(run.classes.map((part) => part.customers).join(','), preview, 'the preview and the run of the command line');
  }],
  ['analysis: every kind has its form and a preview', async (world) => {
    const { page } = world;
    for (const kind of ['xyz', 'rfm', 'stage', 'ladder']) {
      await page.goto(`/analysis/new?kind=${kind}`);
      await soon(async () => (await page.locator('[data-preview]').getAttribute('data-preview').catch(() => ''))?.includes(','), `a preview of ${kind}`);
      if (kind === 'rfm') await world.pictures_of('analysis-new-rfm');
      if (kind === 'stage') await world.pictures_of('analysis-new-stage');
    }
    await page.goto('/analysis/new?kind=cross');
    await page.getByLabel('Показатель', { exact: true }).fill('kind');
    await page.getByLabel('Показатель', { exact: true }).press('Tab');
    await soon(async () => (await page.locator('[data-preview]').getAttribute('data-preview'))?.includes(','), 'a preview of cross');
    await page.goto('/analysis/new?kind=bands');
    await page.getByLabel('Показатель', { exact: true }).fill('sum(purchase.amount)');
    await page.getByLabel(/^Границы/).fill('1000; 100 000');
    await page.getByLabel(/^Границы/).press('Tab');
    await soon(async () => (await page.locator('[data-preview]').getAttribute('data-preview'))?.split(',').length === 4, 'three bands and the rest');
  }],
  ['analysis: run back over past days with progress', async (world) => {
    const { page } = world;
    await page.goto('/analysis/of/ABC');
    await page.getByRole('button', { name: 'Рассчитать' }).click();
    await page.getByLabel('За прошлые даты').check();
    await page.getByLabel('С', { exact: true }).fill('31.02.2025');
    await page.getByLabel('С', { exact: true }).press('Tab');
    await page.getByRole('alert').getByText(/Такой даты нет/).waitFor();
    await page.getByLabel('С', { exact: true }).fill('31.03.2025');
    await page.getByRole('button', { name: 'Календарь: По' }).click();
    await world.accessible('the calendar');
    await world.picture('calendar');
    await page.keyboard.press('PageUp');
    await page.getByText('февраль 2026 г.').waitFor();
    await same(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'суббота, 28 февраля 2026 г.', 'the day of another month');
    await page.keyboard.press('Enter');
    await same(() => page.getByLabel('По', { exact: true }).inputValue(), '28.02.2026', 'chosen by the keyboard');
    await page.getByLabel('По', { exact: true }).fill('2026-03-31');
    await page.getByLabel('По', { exact: true }).press('Tab');
    await same(() => page.getByLabel('По', { exact: true }).inputValue(), '31.03.2026', 'typed as ISO');
    await page.keyboard.press('Enter'); // the calendar
    await page.keyboard.press('Escape');
    await soon(async () => await page.getByRole('dialog', { name: 'Рассчитать классы' }).isVisible(), 'Escape closes only the calendar');
    await page.getByLabel('Шаг').selectOption('quarter');
    await world.accessible('the dialog of a run');
    await page.getByRole('dialog').getByRole('button', { name: 'Рассчитать' }).click();
    await page.getByText('Рассчитано: 5 дат.').waitFor({ timeout: 30_000 });
    await same(() => new Set(JSON.parse(world.command('classify', 'runs', 'ABC', '--json')).map((run) => run.as_of)).size, 5, 'days of runs');
  }],
  ['analysis: classes, curve, customers, files', async (world) => {
    const { page } = world;
    await page.goto('/analysis/of/ABC');
    await page.getByRole('heading', { name: /Кривая Парето/ }).waitFor();
    await page.getByRole('grid').getByRole('row').nth(5).waitFor();
    const csv = csv_rows(world.command('classify', 'show', 'ABC', '--class', 'A', '--format', 'csv', '-q'));
    await page.getByRole('button', { name: 'A', exact: true }).click();
    await soon(async () => digits((await page.locator('.foot').innerText()).split('из').pop()) === csv.length, `${csv.length} customers of A`);
    await page.getByRole('grid').getByRole('row').nth(1).getByText(csv[0].split(',')[0], { exact: true }).waitFor();
    await page.getByRole('grid').getByRole('button', { name: 'код' }).click();
    await soon(() => page.locator('[aria-sort="ascending"]').count().then((n) => n === 1), 'sorted');
    const file = await download(page, page.getByRole('link', { name: 'CSV', exact: true }));
    equal(csv_rows(file.toString()).length, csv.length, 'lines of the file');
    const svg = await download(page, page.getByRole('button', { name: /SVG: Кривая/ }));
    yes(svg.toString().startsWith('<svg') && svg.toString().includes('доля клиентов'), 'the curve as SVG');
    const png = await download(page, page.getByRole('button', { name: /PNG: Кривая/ }));
    equal(png.subarray(1, 4).toString(), 'PNG', 'the curve as PNG');
    await page.getByRole('button', { name: 'Таблица' }).first().click();
    await page.getByRole('region', { name: /таблица$/ }).first().waitFor();
    await page.getByRole('button', { name: 'Таблица' }).first().click();
    await world.pictures_of('analysis-abc');
    await page.getByRole('tab', { name: 'По датам' }).click();
    await page.getByRole('heading', { name: /по датам/ }).waitFor();
    await world.pictures_of('analysis-time');
    await page.getByRole('tab', { name: 'Карточка' }).click();
    await page.getByText('sum(purchase.amount, last 12 months)').first().waitFor();
    await world.pictures_of('analysis-card');
  }],
  ['analysis: the RFM grid leads to a named segment', async (world) => {
    const { page } = world;
    world.command('classify', 'add', 'RFM', '--kind', 'rfm');
    world.command('classify', 'run', 'RFM');
    await page.goto('/analysis/of/RFM');
    await page.getByRole('heading', { name: /Сетка RFM/ }).waitFor();
    await page.getByRole('button', { name: /Давность 5, Частота 5/ }).click();
    await page.getByRole('heading', { name: 'Клиенты класса «Чемпионы»' }).waitFor();
    const lines = csv_rows(world.command('classify', 'show', 'RFM', '--class', 'Чемпионы', '--format', 'csv', '-q')).length;
    await soon(async () => digits((await page.locator('.foot').innerText()).split('из').pop()) === lines, `${lines} champions`);
    await world.pictures_of('analysis-rfm');
  }],
  ['analysis: migration as a flow and a matrix, who moved, a segment of them', async (world) => {
    const { page } = world;
    await page.goto('/analysis/of/ABC?tab=migration&from=2025-12-31&to=2026-03-31');
    await page.getByRole('heading', { name: /Матрица переходов/ }).waitFor();
    const told = JSON.parse(world.command('migration', 'ABC', '--from', '2025-12-31', '--to', '2026-03-31', '--json'));
    const cell = told.cells.find((move) => move.from === 'A' && move.to === 'B');
    await page.getByLabel('По группам').selectOption('manager');
    await page.getByRole('heading', { name: 'По группам' }).waitFor();
    await world.pictures_of('analysis-migration');
    await page.locator('table').getByRole('button', { name: /^A → B/ }).click();
    await page.getByRole('dialog').getByRole('grid').getByRole('row').nth(1).waitFor();
    await soon(async () => digits((await page.getByRole('dialog').locator('.foot').innerText()).split('из').pop()) === cell.customers, `${cell.customers} went from A to B`);
    await world.picture('analysis-movers');
    await world.accessible('movers');
    await page.getByRole('dialog').getByRole('link', { name: 'Создать сегмент' }).click();
    await page.waitForURL('**/segments/new**');
    await soon(async () => (await page.locator('[data-count]').getAttribute('data-count').catch(() => '')) === String(cell.customers), 'the count of the rule');
    await same(() => page.getByLabel('Наименование').inputValue(), 'ABC: A → B', 'the name');
  }],
  ['analysis: the matrix with actions, its customers, an action of our own', async (world) => {
    const { page } = world;
    await page.goto('/analysis/matrix');
    world.command('classify', 'add', 'XYZ', '--kind', 'xyz');
    world.command('classify', 'run', 'XYZ');
    await page.goto('/analysis/matrix');
    await page.getByRole('heading', { name: /ABC × XYZ/ }).waitFor();
    const told = JSON.parse(world.command('matrix', 'ABC', 'XYZ', '--json'));
    const az = told.cells.find((cell) => cell.row === 'A' && cell.column === 'Z');
    const button = page.getByRole('button', { name: /^AZ:/ });
    await soon(async () => az.customers > 0 && (await button.innerText()).replace(/\s/g, '').startsWith(String(az.customers)), 'customers of AZ');
    await page.locator('dl').getByText(az.action, { exact: false }).first().waitFor();
    await world.pictures_of('analysis-matrix');
    await page.getByLabel('Набор действий').selectOption('bcg');
    await page.locator('dl').getByText(/Коровы/).first().waitFor();
    await page.getByRole('button', { name: 'Действия для ячейки AX' }).click();
    await page.getByRole('dialog').getByLabel('Рекомендуемые действия').fill('Личный менеджер и визит раз в неделю');
    await page.getByRole('dialog').getByLabel(/Название набора/).fill('Опт');
    await world.accessible('an action');
    await page.getByRole('dialog').getByRole('button', { name: 'Сохранить' }).click();
    await page.locator('dl').getByText('Личный менеджер и визит раз в неделю').first().waitFor();
    await soon(async () => world.command('matrix', 'actions', '--json').includes('Личный менеджер'), 'the command line knows it');
    await button.click();
    await soon(async () => digits((await page.getByRole('dialog').locator('.foot').innerText()).split('из').pop()) === az.customers, 'customers behind AZ');
    await page.keyboard.press('Escape');
  }],
  ['analysis: the spread of the variation of XYZ leads to its classes', async (world) => {
    const { page } = world;
    await page.goto('/analysis/of/XYZ');
    await page.getByRole('heading', { name: /Распределение вариации/ }).waitFor();
    const run = JSON.parse(world.command('classify', 'runs', 'XYZ', '--json'))[0];
    const steady = run.classes.find((one) => one.class === 'X').customers;
    const first = page.getByRole('button', { name: /^\d+–\d+: X \d/ }).first();
    const some = digits((await first.getAttribute('aria-label')).split('X')[1]);
    yes(some > 0 && some <= steady, 'customers of a step');
    await first.press('Enter');
    await soon(async () => digits((await page.locator('.foot').innerText()).split('из').pop()) === steady, `${steady} steady ones`);
    await world.pictures_of('analysis-xyz');
  }],
  ['analysis: changed, refused when somebody was faster, deleted', async (world) => {
    const { page } = world;
    await page.goto('/analysis/of/RFM/edit');
    await page.getByLabel('Описание').fill('по датам покупок');
    world.command('classify', 'set', 'RFM', '--description', 'другой');
    await page.getByRole('button', { name: 'Сохранить' }).click();
    await page.getByText('изменил кто-то другой', { exact: false }).waitFor();
    await page.goto('/analysis/of/RFM');
    await page.getByRole('button', { name: 'Удалить' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Удалить' }).click();
    await page.waitForURL('**/analysis');
    await page.getByRole('article').first().waitFor();
    await soon(async () => !world.command('classify', 'list', '--json').includes('"RFM"'), 'it is gone');
    await world.pictures_of('analysis');
  }],
];
