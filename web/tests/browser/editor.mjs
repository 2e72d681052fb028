/* editor.mjs -- a rule is written as text and as a tree, counted, undone, saved. */
import { PATIENCE_MS, same, soon, yes } from './harness.mjs';

const RULE = 'city = "Москва" and sum(purchase.amount, last 3 months) > 40000';
const text_of = (page) => page.getByLabel('Правило', { exact: true });
const count_of = (page) => page.locator('[data-count]').getAttribute('data-count');
const conditions = (page) => page.locator('.tree .handle');

function counted(world, rule) {
  return String(Number(world.command('eval', rule, '-q').replace(/\s/g, '')));
}
async function open_new(world) {
  const { page } = world;
  await page.goto('/segments/new');
  await page.getByRole('heading', { name: 'Условия' }).waitFor();
  const draft = page.getByRole('button', { name: 'Начать с записанного' });
  if (await draft.isVisible()) await draft.click();
}
async function type_rule(world, rule) {
  await text_of(world.page).fill(rule);
  const wanted = counted(world, rule);
  await soon(async () => (await world.page.locator('[data-count]').isVisible()) && (await count_of(world.page)) === wanted, `${wanted} customers`);
  await soon(() => world.page.locator('[aria-busy="true"].count').count().then((n) => n === 0), 'the count is of now');
}

export const tests = [
  ['editor: text becomes a tree with the count of the command line', async (world) => {
    await open_new(world);
    await type_rule(world, RULE);
    await same(() => conditions(world.page).count(), 2, 'conditions of the tree');
    await world.page.getByText('01.01.2026').first().waitFor(); // the window as days
    await soon(async () => (await world.page.locator('.numbers .number').count()) >= 2, 'each condition has its number');
    await world.page.getByRole('heading', { name: 'Словами' }).waitFor();
  }],
  ['editor: pictures', async (world) => { await world.pictures_of('editor'); }],
  ['editor: the tree changes the text, Ctrl+Z brings it back', async (world) => {
    const { page } = world;
    const before = await text_of(page).inputValue();
    await page.locator('.tree select.kind').first().selectOption('or');
    await soon(async () => (await text_of(page).inputValue()).includes(' or '), 'or in the text');
    await soon(async () => (await count_of(page)) === counted(world, RULE.replace(' and ', ' or ')), 'the count of the or');
    await page.getByRole('button', { name: 'Отменить' }).click();
    await soon(async () => (await text_of(page).inputValue()) === before, 'the text as before');
    await page.getByRole('button', { name: 'Вернуть' }).click();
    await soon(async () => (await text_of(page).inputValue()).includes(' or '), 'or again');
    await page.locator('.tree .handle').first().focus();
    await page.keyboard.press('Control+z');
    await soon(async () => (await text_of(page).inputValue()) === before, 'Ctrl+Z');
  }],
  ['editor: a number is typed with spaces and a comma', async (world) => {
    const { page } = world;
    const field = page.locator('.tree input.numeral').first();
    await field.fill('1 000 000,50');
    await soon(async () => (await text_of(page).inputValue()).includes('1000000.50'), 'the number in the text');
    await soon(async () => (await count_of(page)) === counted(world, RULE.replace('40000', '1000000.5')), 'its count');
  }],
  ['editor: conditions move by the keyboard and by dragging', async (world) => {
    const { page } = world;
    await type_rule(world, 'vip and (city = "Москва" or manager = "Иванов") and owns_car');
    await conditions(page).first().focus();
    await page.keyboard.press('Alt+ArrowDown');
    await soon(async () => /^\(vip or city/.test(await text_of(page).inputValue()), 'vip went into the group');
    await page.keyboard.press('Alt+ArrowUp');
    await soon(async () => /^vip and \(/.test(await text_of(page).inputValue()), 'vip is back');
    const moved = conditions(page).nth(2);
    await moved.dragTo(conditions(page).nth(0), { targetPosition: { x: 5, y: 2 } });
    await soon(async () => /^city = "Москва" and vip/.test(await text_of(page).inputValue()), 'the city stands first');
    await page.keyboard.press('Control+d');
    await soon(async () => (await text_of(page).inputValue()).split('"Москва"').length === 3, 'the condition stands twice');
  }],
  ['editor: mistakes are told at their place with a suggestion', async (world) => {
    const { page } = world;
    await text_of(page).fill('regoin = "Москва"');
    await page.getByText('regoin', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Заменить на region' }).click();
    await soon(async () => (await count_of(page)) === counted(world, 'region = "Москва"'), 'mended');
    await text_of(page).fill('sum(purchase.amount');
    await page.getByText('Пока есть ошибки, посчитать нельзя.').waitFor();
    await text_of(page).fill('sum(purchase.amount)');
    await page.getByText('Это выражение даёт значение').waitFor();
  }],
  ['editor: completion offers what may follow', async (world) => {
    const { page } = world;
    await text_of(page).fill('');
    await text_of(page).pressSequentially('mana', { delay: 30 });
    await page.getByRole('option', { name: /manager/ }).first().waitFor();
    await page.keyboard.press('Enter');
    await same(() => text_of(page).inputValue(), 'manager', 'taken');
  }],
  ['editor: a condition is put together by hand', async (world) => {
    const { page } = world;
    await text_of(page).fill('');
    await page.getByText('Пока подходят все клиенты').waitFor();
    await page.getByRole('button', { name: 'Условие' }).click();
    const what = page.getByRole('combobox', { name: 'Что проверить' });
    await what.click();
    await what.fill('Менеджер');
    await page.getByRole('option', { name: /^Менеджер/ }).first().click();
    const value = page.getByRole('combobox', { name: 'Значение' });
    await value.click();
    await value.fill('Иван');
    await page.getByRole('option', { name: /Иванов/ }).first().click();
    await soon(async () => (await text_of(page).inputValue()) === 'manager = "Иванов"', 'the text');
    await soon(async () => (await count_of(page)) === counted(world, 'manager = "Иванов"'), 'the count');
  }],
  ['editor: a condition that is not finished is told of, and never dropped by saving', async (world) => {
    const { page } = world;
    await page.getByRole('button', { name: 'Условие', exact: true }).click();
    const what = page.getByRole('combobox', { name: 'Что проверить' }).last();
    await soon(() => what.evaluate((field) => field === document.activeElement), 'typing goes into the new condition');
    await page.getByText('1 условие не закончено и не учитывается').waitFor();
    await page.getByLabel('Наименование', { exact: true }).fill('Незаконченный');
    await page.getByRole('button', { name: 'Записать сегмент' }).click();
    await page.getByText(/^Не закончено условий: 1\./).waitFor();
    yes(!world.command('segment', 'list').includes('Незаконченный'), 'nothing was saved');
  }],
  ['editor: every example of the manual comes back from the tree as it was', async (world) => {
    const { page } = world;
    for (const rule of [
      'at least 2 of (vip, income > 100000, owns_car)', 'not (region under "Центральный ФО") and region is not missing',
      'any(purchase where item = "Супер дрель" and amount > 100, last 30 days)', 'activity has none ("Торговля")',
      'sequence(purchase where item.group = "Дрели", then purchase where item.group = "Сверла" within 30 days)',
      '(top 10% by sales_volume_12m within (region under "Центральный ФО")) and preferred_channel = "email"',
      'sum(purchase.amount, last 3 months) < 0.7 * sum(purchase.amount, last 3 months shifted back 3 months)',
      'anniversary(birth_date, next 7 days)', 'overdue(settlement) > 50000', 'age(birth_date) in [25, 35)',
      'bucket("spring-2026") < 1000', 'cv(purchase.amount by month, previous 12 months) <= 0.1',
    ]) {
      await type_rule(world, rule);
      const before = await text_of(page).inputValue();
      // An edit of the tree and back: the text is printed from the page's own tree.
      await page.locator('.tree > .node > .add').getByRole('button', { name: 'Группа' }).click();
      await page.getByRole('button', { name: 'Отменить' }).click();
      await soon(() => page.locator('[aria-busy="true"].count').count().then((n) => n === 0), 'asked');
      const after = await text_of(page).inputValue();
      await same(() => counted(world, after), counted(world, before), `count of ${rule}`);
      await soon(async () => (await page.locator('.tree .mark').filter({ hasText: 'undefined' }).count()) === 0, rule);
    }
  }],
  ['editor: the count is on the screen soon after the pause', async (world) => {
    const { page } = world;
    const times = [];
    for (let i = 1; i <= 5; i++) {
      await text_of(page).fill(`sum(purchase.amount, last ${i} months) > 10000 and city = "Москва"`);
      const wanted = counted(world, await text_of(page).inputValue());
      await soon(async () => (await count_of(page)) === wanted, 'counted');
      const told = await page.locator('.count').innerText();
      times.push(Number(/за (\d+) мс/.exec(told)?.[1]));
    }
    console.log(`     from the pause to the count: ${times.join(', ')} ms`);
    // what a loaded machine adds is not the page's: the best of them tells what the page itself takes
    yes(Math.min(...times) < 150, `the best of ${times} is below 150 ms`);
  }],
  ['editor: what is typed survives a server that goes away', async (world) => {
    const { page } = world;
    await type_rule(world, RULE);
    await world.stop_server();
    await text_of(page).fill(`${RULE} and vip`);
    await page.getByText('Связь с сервером прервалась').first().waitFor();
    await same(() => text_of(page).inputValue(), `${RULE} and vip`, 'the text');
    await world.serve(world.port);
    await soon(() => page.getByText('Связь с сервером прервалась').count().then((n) => n === 0), 'connected again', PATIENCE_MS / 2).catch(async () => {
      await page.getByRole('button', { name: 'Повторить' }).first().click();
    });
    await page.reload({ waitUntil: 'commit' });
    if (await page.getByRole('heading', { name: 'Вход в Kohorta' }).isVisible().catch(() => false)) throw new Error('the session was lost');
    await page.getByText('Продолжаем с несохранённого черновика.').waitFor();
    await same(() => text_of(page).inputValue(), `${RULE} and vip`, 'the draft');
  }],
];
