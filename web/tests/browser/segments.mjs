/* segments.mjs -- the list of segments and the page of one: composition, journal, edits by hand. */
import { equal, same, soon, yes } from './harness.mjs';

const members = (world, name) => world.command('segment', 'members', name, '--format', 'csv', '-q').trim().split('\n').length - 1;

export const tests = [
  ['segments: an empty list teaches how to begin', async (world) => {
    const { page } = world;
    if (world.command('segment', 'list', '--json').trim() !== '[]') return; // the demo company has some
    await page.goto('/segments');
    await page.getByText('Сегментов ещё нет').waitFor();
    await world.accessible('no segments');
  }],
  ['segments: folders, modes, sizes, search', async (world) => {
    const { page } = world;
    world.command('segment', 'add', 'Тест: крупные', '--mode', 'periodic', '--rule', 'city = "Москва" and sales_volume_12m > 500000', '--folder', 'Проверка', '--columns', 'city as Город, sales_volume_12m as `Выручка за год`', '--daily', '02:00');
    world.command('segment', 'add', 'Тест: вручную', '--mode', 'manual', '--rule', 'manager = "Иванов"', '--folder', 'Проверка');
    world.command('segment', 'add', 'Тест: динамика', '--mode', 'dynamic', '--rule', 'vip');
    world.command('segment', 'form', 'Тест: крупные', '--yes');
    await page.goto('/segments');
    const row = page.getByRole('row').filter({ hasText: 'Тест: крупные' });
    await row.waitFor();
    await soon(async () => (await row.innerText()).includes(String(members(world, 'Тест: крупные'))), 'its size');
    await page.getByRole('button', { name: /Проверка/ }).waitFor();
    await soon(async () => /\d/.test(await page.getByRole('row').filter({ hasText: 'Тест: динамика' }).locator('td.number').first().innerText()), 'the size of the dynamic one');
    await world.pictures_of('segments');
    await page.getByRole('searchbox').fill('вручную');
    await soon(() => page.locator('tr.segment').count().then((n) => n === 1), 'one line');
    await soon(async () => page.url().includes('search='), 'the search stands in the address');
    await page.getByRole('searchbox').fill('нет такого сегмента');
    await page.getByText('Ни один сегмент не подходит под отбор.').waitFor();
    await page.getByRole('button', { name: 'Сбросить отбор' }).click();
  }],
  ['segment: the composition is a table with its columns, search, order and files', async (world) => {
    const { page } = world;
    await page.goto('/segments');
    await page.getByRole('link', { name: 'Тест: крупные' }).click();
    await page.getByRole('grid').getByText('Выручка за год').waitFor();
    const total = members(world, 'Тест: крупные');
    await soon(async () => (await page.locator('.foot').innerText()).replace(/\s/g, '').endsWith(`из${total}`), `${total} members`);
    await page.getByRole('button', { name: 'Выручка за год' }).click();
    await soon(() => page.locator('[aria-sort="ascending"]').count().then((n) => n === 1), 'sorted');
    await page.getByRole('button', { name: 'Выручка за год' }).click();
    await soon(() => page.locator('[aria-sort="descending"]').count().then((n) => n === 1), 'sorted the other way');
    await world.pictures_of('segment');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV', exact: true }).click()]);
    const stream = await file.createReadStream();
    let text = '';
    for await (const part of stream) text += part;
    equal(text.trim().split('\n').length - 1, total, 'lines of the file');
  }],
  ['segment: why a member is in', async (world) => {
    const { page } = world;
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('входит в сегмент').waitFor();
    await page.getByRole('dialog').getByText('city = "Москва"', { exact: true }).waitFor();
    await world.picture('segment-why');
    await world.accessible('why');
    await page.keyboard.press('Escape');
    await soon(() => page.getByRole('dialog').count().then((n) => n === 0), 'closed');
  }],
  ['segment: journal, overlap, sales, profile, card', async (world) => {
    const { page } = world;
    for (const [tab, sign] of [['Журнал изменений состава', 'Сформирован'], ['Пересечение сегментов', /./], ['Продажи и взаиморасчеты', 'История и динамика продаж'], ['Портрет сегмента', /./], ['Карточка', 'Версии карточки']]) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel').getByText(sign).first().waitFor();
      await soon(() => page.getByRole('tabpanel').getByText('Загружается…').count().then((n) => n === 0), `${tab} is there`);
      await same(() => page.getByRole('tabpanel').getByRole('alert').count(), 0, `failures on ${tab}`);
      await world.pictures_of(`segment-${new URL(page.url()).searchParams.get('tab')}`);
    }
  }],
  ['segment: forming asks, shows its end, can be undone', async (world) => {
    const { page } = world;
    await page.goto('/segments');
    await page.getByRole('link', { name: 'Тест: вручную' }).click();
    await page.getByRole('button', { name: 'Сформировать' }).click();
    await page.getByText('Состав сегмента будет переформирован').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Сформировать' }).click();
    await page.getByText(/^Сформирован: /).waitFor();
    await same(() => members(world, 'Тест: вручную'), Number(world.command('eval', 'manager = "Иванов"', '-q')), 'members');
    await soon(() => page.getByRole('row').count().then((n) => n > 3), 'they are shown');
  }],
  ['segment: edits by hand need a reason and stay in the journal; forming warns of them', async (world) => {
    const { page } = world;
    const before = members(world, 'Тест: вручную');
    await page.getByRole('grid').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Удалить из сегмента' }).click();
    await page.getByRole('dialog').getByLabel('Причина').fill('так решил тест');
    await page.getByRole('dialog').getByRole('button', { name: 'Удалить из сегмента' }).click();
    await page.getByText(/^Готово: /).waitFor();
    await same(() => members(world, 'Тест: вручную'), before - 1, 'one less');
    await page.getByRole('tab', { name: 'Ручные правки' }).click();
    await page.getByText('так решил тест').waitFor();
    await page.getByRole('button', { name: 'Сформировать' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Сформировать' }).click();
    await page.getByText(/Вручную добавлено 0 и удалено 1/).waitFor();
    await world.pictures_of('segment-form-warning');
    await page.getByRole('dialog').getByRole('button', { name: 'Отмена' }).click();
    await same(() => members(world, 'Тест: вручную'), before - 1, 'nothing was formed');
    const [, other] = world.command('eval', 'manager = "Петров"', '--format', 'csv', '-q').trim().split('\n');
    world.command('segment', 'add-member', 'Тест: вручную', other.split(',')[0], '--reason', 'не по правилу', '-q');
    await page.getByRole('button', { name: 'Отменить формирование' }).click();
    await page.getByRole('dialog').getByText(/добавлено вручную: 1/).waitFor();
    await world.pictures_of('segment-undo-warning');
    await page.getByRole('dialog').getByRole('button', { name: 'Отмена' }).click();
    await same(() => members(world, 'Тест: вручную'), before, 'nothing was undone');
    await page.getByRole('tab', { name: 'Состав сегмента' }).click();
    await page.getByLabel('Источник и дата').check();
    await page.getByPlaceholder('Поиск в составе').fill(other.split(',')[0]);
    await page.getByRole('grid').getByText('не по правилу').waitFor();
    await page.getByRole('grid').getByText('изменено вручную').waitFor();
    await world.pictures_of('segment-members-source');
    await world.accessible('members with their source');
  }],
  ['segment: made in the editor, saved, changed, its mode asks before it clears', async (world) => {
    const { page } = world;
    await page.goto('/segments/new');
    await page.getByLabel('Наименование').fill('Тест: из редактора');
    await page.getByLabel('Правило', { exact: true }).fill('manager = "Петров"');
    await page.getByRole('radio', { name: /Периодически обновлять/ }).check();
    await soon(() => page.locator('[data-count]').count().then((n) => n === 1), 'counted');
    await page.getByRole('combobox', { name: 'Расписание' }).selectOption('daily');
    await page.getByText(/Следующие запуски: \d/).waitFor();
    await page.getByRole('button', { name: 'Записать сегмент' }).click();
    await page.getByRole('heading', { name: 'Тест: из редактора' }).waitFor();
    await page.getByRole('button', { name: 'Сформировать' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Сформировать' }).click();
    await page.getByText(/^Сформирован: /).waitFor();
    await page.getByRole('link', { name: 'Изменить' }).click();
    await page.getByRole('radio', { name: /Формировать динамически/ }).check();
    await page.getByRole('button', { name: 'Сохранить' }).click();
    await page.getByText('Способ формирования был изменен').first().waitFor();
    await page.getByRole('button', { name: 'Продолжить' }).click();
    await page.getByText('Формирование доступно только для нединамических сегментов.').waitFor();
    await soon(async () => await page.getByRole('button', { name: 'Сформировать' }).isDisabled(), 'Form is off');
  }],
  ['segment: two people change it at once, nobody loses anything', async (world) => {
    const { page } = world;
    await page.goto('/segments');
    await page.getByRole('link', { name: 'Тест: динамика' }).click();
    await page.getByRole('link', { name: 'Изменить' }).click();
    await page.getByRole('textbox', { name: 'Цель' }).fill('моя цель');
    world.command('segment', 'set', 'Тест: динамика', '--description', 'изменил другой');
    await page.getByRole('button', { name: 'Сохранить' }).click();
    await page.getByText('Пока вы правили, сегмент изменил кто-то ещё.').waitFor();
    await page.getByRole('button', { name: 'Записать мои правки поверх' }).click();
    await page.getByRole('heading', { name: 'Тест: динамика' }).waitFor();
    const card = world.command('segment', 'show', 'Тест: динамика');
    yes(card.includes('моя цель') && card.includes('изменил другой'), 'both changes are there');
  }],
];
