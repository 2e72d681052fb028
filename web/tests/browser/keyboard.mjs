/* keyboard.mjs -- everything without a mouse: what is reached by Tab, dialogs, menus, the tree of a rule, tables, days. */
import { same, soon, yes } from './harness.mjs';

const TABS_MAX = 700;
const text_of = (page) => page.getByLabel('Правило', { exact: true });
const dialog = (page) => page.getByRole('dialog');
const press = async (page, ...keys) => { for (const key of keys) await page.keyboard.press(key); };
/* What has the focus, as people call it. */
const focused = (page) => page.evaluate(() => {
  const one = document.activeElement;
  return one?.getAttribute('aria-label') ?? one?.labels?.[0]?.innerText ?? one?.innerText ?? '';
});

/* Numbers everything that can be clicked or filled in and is seen; of radio buttons one of a name. */
const number_stops = (page) => page.evaluate(() => {
  const names = new Set();
  const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]')].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    if (one.type !== 'radio') return true;
    const is_first = !names.has(one.name);
    names.add(one.name);
    return is_first;
  });
  stops.forEach((one, i) => { one.dataset.stop = String(i); });
  return stops.map((one) => `${one.localName} «${(one.getAttribute('aria-label') ?? one.innerText ?? '').trim().slice(0, 40)}»`);
});
/* Where the focus is: its number, and whether one can see that. */
const stop_of_now = (page) => page.evaluate(() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const group = one.type === 'radio' ? document.querySelector(`input[type=radio][name="${CSS.escape(one.name)}"][data-stop]`) : one;
  const is_outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const is_seen = is_outlined || (one instanceof SVGElement && style.stroke !== 'none' && parseFloat(style.strokeWidth) >= 2);
  return { stop: group?.dataset.stop ?? null, is_seen };
});

async function walk_by_tab(page, path) {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await soon(() => page.getByText('Загружается…').count().then((n) => n === 0), `${path} is there`);
  const stops = await number_stops(page);
  const reached = new Set();
  const unseen = [];
  for (let i = 0; i < TABS_MAX && reached.size < stops.length; i++) {
    await press(page, 'Tab');
    const { stop, is_seen } = await stop_of_now(page);
    if (stop === null) continue; // the document itself, between the last stop and the first one
    if (!is_seen) unseen.push(stops[stop]);
    reached.add(Number(stop));
  }
  const missed = stops.filter((_, i) => !reached.has(i));
  yes(missed.length === 0, `${path}: Tab comes to everything, but not to ${missed.join(', ')}`);
  yes(unseen.length === 0, `${path}: the focus is seen, but not on ${unseen.join(', ')}`);
}
async function open_editor(world, rule, lines) {
  const { page } = world;
  await page.goto('/segments');
  await page.evaluate(() => sessionStorage.clear()); // no draft of another test
  await page.goto('/segments/new');
  await page.getByRole('heading', { name: 'Условия' }).waitFor();
  await text_of(page).fill(rule);
  await soon(() => page.locator('.tree .handle').count().then((n) => n === lines), 'the tree');
  // what the server says of the text may draw the tree once more, and take the focus with it
  await soon(() => page.locator('.count[aria-busy="false"]').count().then((n) => n === 1), 'the count');
}
const written = (page, wanted, what) => same(() => text_of(page).inputValue(), wanted, what);

export const tests = [
  ['keyboard: Tab comes to everything on every page, and one sees where one is', async (world) => {
    for (const path of ['/segments', '/segments/new', '/customers', '/customers/000001', '/customers/duplicates', '/sets', '/sets?tab=changes', '/sets/change', '/analysis', '/agreements', '/reports', '/data', '/data?tab=properties', '/settings', '/help'])
      await walk_by_tab(world.page, path);
  }],
  ['keyboard: a dialog keeps the focus, Escape closes it and gives the focus back', async (world) => {
    const { page } = world;
    world.command('segment', 'add', 'Без мыши', '--mode', 'manual', '--rule', 'vip', '-q');
    world.command('segment', 'form', 'Без мыши', '--yes', '-q');
    await page.goto('/segments');
    await page.getByRole('link', { name: 'Без мыши' }).focus();
    await press(page, 'Enter');
    await page.getByRole('heading', { name: 'Без мыши' }).waitFor();
    for (const name of ['Сформировать', 'Копировать']) {
      await page.getByRole('button', { name, exact: true }).focus();
      await press(page, 'Enter');
      await dialog(page).waitFor();
      for (let i = 0; i < 12; i++) {
        await press(page, i % 5 === 4 ? 'Shift+Tab' : 'Tab');
        const is_inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null);
        yes(is_inside, `the focus stays in the dialog «${name}»`);
      }
      await press(page, 'Escape');
      await dialog(page).waitFor({ state: 'detached' });
      await same(() => focused(page), name, 'the button has the focus again');
    }
    // a field to fill in has the focus at once; Enter sends, and the focus is where one goes on
    await page.getByRole('button', { name: 'Копировать', exact: true }).focus();
    await press(page, 'Enter');
    await same(() => page.evaluate(() => document.activeElement?.localName), 'input', 'the name is to be typed');
    await press(page, 'Escape');
  }],
  ['keyboard: tabs by arrows, a day by the calendar, the way back', async (world) => {
    const { page } = world;
    await page.getByRole('tab', { name: 'Состав сегмента' }).focus();
    await press(page, 'ArrowRight');
    await page.getByRole('tabpanel').getByText('Сформирован').first().waitFor();
    await press(page, 'ArrowLeft');
    const day = page.getByLabel('На дату', { exact: true });
    await day.waitFor();
    await day.focus();
    await press(page, 'Alt+ArrowDown');
    await same(() => focused(page), 'вторник, 31 марта 2026 г.', 'today in the calendar');
    await press(page, 'Escape');
    await same(() => day.evaluate((one) => one === document.activeElement), true, 'the field has the focus again');
    await press(page, 'Alt+ArrowDown');
    await same(() => focused(page), 'вторник, 31 марта 2026 г.', 'again');
    await press(page, 'ArrowUp');
    await same(() => focused(page), 'вторник, 24 марта 2026 г.', 'a week before');
    await press(page, 'Enter');
    await same(() => day.inputValue(), '24.03.2026', 'the day that was chosen');
  }],
  ['keyboard: a table without end: down, to the end, a row ticked, a row opened', async (world) => {
    const { page } = world;
    await page.goto('/segments');
    await page.getByRole('link', { name: 'Без мыши' }).focus();
    await press(page, 'Enter');
    const grid = page.getByRole('grid');
    await grid.getByRole('row').nth(2).waitFor();
    const active = () => grid.evaluate((one) => document.getElementById(one.getAttribute('aria-activedescendant'))?.getAttribute('aria-rowindex'));
    await grid.focus();
    await same(active, '2', 'the first row');
    await press(page, 'ArrowDown');
    await same(active, '3', 'the next one');
    await press(page, 'End');
    await soon(async () => Number(await active()) > 10, 'the last one that is there, and it is drawn');
    await press(page, 'Home');
    await same(active, '2', 'the first one again');
    await press(page, ' ');
    await same(() => grid.getByRole('checkbox').first().isChecked(), true, 'it is ticked');
    await press(page, ' ');
    await same(() => grid.getByRole('checkbox').first().isChecked(), false, 'and not any more');
    await press(page, 'Enter');
    await dialog(page).waitFor();
    await press(page, 'Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await same(() => grid.evaluate((one) => one === document.activeElement), true, 'the table has the focus again');
  }],
  ['keyboard: the tree of a rule: along it, moved instead of dragged, twice, away, its menu', async (world) => {
    const { page } = world;
    await open_editor(world, 'vip and (city = "Москва" or owns_car)', 4);
    const handles = page.locator('.tree .handle');
    await handles.first().focus();
    await press(page, 'ArrowDown', 'ArrowDown');
    await same(() => handles.nth(2).evaluate((one) => one === document.activeElement), true, 'the handle of the city');
    await press(page, 'ArrowUp', 'ArrowUp');
    await same(() => handles.first().evaluate((one) => one === document.activeElement), true, 'the first handle again');
    await press(page, 'Alt+ArrowDown');
    await soon(async () => /^\(?vip or city/.test(await text_of(page).inputValue()), 'into the group');
    await page.getByRole('button', { name: 'Отменить' }).focus();
    await press(page, 'Enter');
    await written(page, 'vip and (city = "Москва" or owns_car)', 'taken back');
    await handles.nth(2).focus();
    await press(page, 'Control+d');
    await soon(async () => (await text_of(page).inputValue()).split('"Москва"').length === 3, 'the city stands twice');
    await press(page, 'Delete');
    await written(page, 'vip and (city = "Москва" or owns_car)', 'once again');
    await same(() => page.evaluate(() => document.activeElement?.classList.contains('handle')), true, 'a handle has the focus');
    const menu = page.getByRole('button', { name: 'Действия с условием' }).first();
    await menu.focus();
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Наоборот' }).first().waitFor();
    await press(page, 'Escape');
    await page.getByRole('button', { name: 'Наоборот' }).first().waitFor({ state: 'hidden' });
    await same(() => menu.evaluate((one) => one === document.activeElement), true, 'the button of the menu has the focus again');
    await press(page, 'Enter', 'Tab', 'Tab', 'Tab', 'Enter');
    await soon(async () => /^not vip and /.test(await text_of(page).inputValue()), 'the negation');
    for (let i = 0; i < 4 && (await handles.count()) > 0; i++) {
      await handles.first().focus();
      await press(page, 'Delete');
    }
    await same(() => page.evaluate(() => document.activeElement?.closest('.add') !== null), true, 'nothing is left: the button that adds has the focus');
    await press(page, 'Enter');
    await page.getByRole('combobox', { name: 'Что проверить' }).waitFor();
  }],
  ['keyboard: a list of choices: typed, down, taken; Escape only closes it', async (world) => {
    const { page } = world;
    const what = page.getByRole('combobox', { name: 'Что проверить' });
    await what.focus();
    await press(page, 'ArrowDown');
    await page.locator('[role=option]').nth(3).waitFor();
    await press(page, 'Escape');
    await same(() => page.locator('[role=listbox]:popover-open').count(), 0, 'the list is closed');
    await what.pressSequentially('Менеджер');
    await page.getByRole('option', { name: /^Менеджер/ }).first().waitFor();
    await press(page, 'Enter');
    const value = page.getByRole('combobox', { name: 'Значение' });
    await value.focus();
    await value.pressSequentially('Иванов');
    await page.getByRole('option', { name: /Иванов/ }).first().waitFor();
    await press(page, 'Enter');
    await written(page, 'manager = "Иванов"', 'the rule');
  }],
];
