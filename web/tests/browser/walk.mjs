/* walk.mjs -- the acceptance walk-through, steps 1 to 13, on a fresh demo company: what a person does on
 * the pages, held against what the command line says. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { equal, PASSWORD, same, soon, yes } from './harness.mjs';

const IVANOV = 'manager = "Иванов" and sales_rep is missing';
const dialog = (page) => page.getByRole('dialog');
const count = (world, rule) => Number(world.command('eval', rule, '-q').replace(/\s/g, ''));
/* Codes of the members as the command line lists them. */
function members(world, name) {
  const [, ...lines] = world.command('segment', 'members', name, '--format', 'csv', '-q').trim().split('\n');
  return new Set(lines.filter(Boolean).map((line) => line.split(',')[0]));
}
function import_file(world, name, content, ...words) {
  const path = join(dirname(world.directory), name);
  writeFileSync(path, content);
  return world.command('import', ...words, path, '-q');
}
/* Through the page: the file is sent, looked at, tried and imported. */
async function bring(world, { target, stream, name, content, added }) {
  const { page } = world;
  await page.goto('/data/import');
  await page.getByLabel(target).check();
  if (stream) await page.getByLabel('Какие события').selectOption(stream);
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page.getByRole('heading', { name }).waitFor();
  await page.getByRole('button', { name: 'Далее' }).click();
  await page.getByRole('button', { name: 'Проверить' }).click();
  await page.getByRole('heading', { name: 'После загрузки будет' }).waitFor();
  await page.getByRole('button', { name: 'Загрузить', exact: true }).click();
  await page.getByRole('heading', { name: 'Загружено' }).waitFor();
  const told = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
  yes(told.includes(`Добавлено ${added}`) || new RegExp(`Добавлено[: ]*${added}\\b`).test(told), `${name}: ${added} added (${told.slice(0, 300)})`);
}
async function open_segment(world, name) {
  const { page } = world;
  await page.goto('/segments');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}
async function form(world) {
  const { page } = world;
  await page.getByRole('button', { name: 'Сформировать' }).click();
  await dialog(page).getByRole('button', { name: 'Сформировать' }).click();
  await page.getByText(/^Сформирован: /).last().waitFor();
  const told = await page.getByText(/^Сформирован: /).last().innerText();
  await close_toasts(page);
  return told;
}
async function close_toasts(page) {
  for (const one of await page.locator('.toast').getByRole('button').all()) await one.click({ timeout: 1000 }).catch(() => {}); // they go by themselves, too
}
async function new_segment(world, name, rule, mode, prepare = async () => {}) {
  const { page } = world;
  await page.goto('/segments/new');
  await page.getByRole('heading', { name: 'Условия' }).waitFor();
  await page.getByLabel('Наименование').fill(name);
  await page.getByLabel('Правило', { exact: true }).fill(rule);
  await page.getByRole('radio', { name: mode }).check();
  await prepare(page);
  const wanted = count(world, rule);
  await soon(async () => (await page.locator('[data-count]').getAttribute('data-count')) === String(wanted), `${wanted} customers fit`);
  await page.getByRole('button', { name: 'Записать сегмент' }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
  await close_toasts(page);
  return wanted;
}
async function new_customer(world, code, manager) {
  const { page } = world;
  await page.goto('/customers/new');
  await page.getByLabel('Код').fill(code);
  await page.getByLabel('Наименование').fill(`ООО «Новый ${code}»`);
  await page.getByRole('button', { name: 'Далее' }).click();
  const field = page.getByRole('combobox', { name: 'Менеджер', exact: true });
  await field.click();
  await field.fill(manager);
  await page.getByRole('option', { name: new RegExp(manager) }).first().click();
  await page.getByRole('button', { name: 'Далее' }).click();
}

export const tests = [
  ['walk 1: segmentation is switched on, its menu appears', async (world) => {
    const { page } = world;
    await page.goto(world.link);
    await page.getByLabel('Новый пароль').fill(PASSWORD);
    await page.getByLabel('Ещё раз').fill(PASSWORD);
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.waitForURL('**/segments');
    const menu = page.getByRole('navigation', { name: 'Разделы' });
    await page.goto('/settings');
    await page.getByRole('switch').uncheck();
    await soon(() => menu.getByRole('link', { name: 'Сегменты' }).count().then((n) => n === 0), 'hidden');
    await page.getByRole('switch').check();
    await menu.getByRole('link', { name: 'Сегменты' }).waitFor();
    await soon(async () => world.command('segment', 'list', '--json').length > 10, 'the segments are as they were');
  }],
  ['walk 2: customers, contacts, items, sales, payments and interactions come in', async (world) => {
    const { page } = world;
    const customers = { target: 'Клиенты и их свойства', name: 'клиенты.csv', added: 2, content: 'code;name;city;manager\nI-1;ООО «Первый»;Москва;Иванов\nI-2;ООО «Второй»;Киев;Петров\n' };
    await bring(world, customers);
    await bring(world, { target: 'Товары и услуги', name: 'товары.csv', added: 1, content: 'code;name;group;price\nT-1;Дрель проверочная;Инструмент / Дрели;5000\n' });
    for (const [stream, name, content] of [
      ['purchase', 'продажи.csv', 'customer;at;order;item;quantity;price;amount\nI-1;2026-03-01;Z-1;T-1;2;5000;10000\nI-2;2026-03-02;Z-2;T-1;1;5000;5000\n'],
      ['settlement', 'оплаты.csv', 'customer;at;kind;amount;due_date\nI-1;2026-03-01;charge;10000;2026-03-10\nI-1;2026-03-09;payment;4000;\n'],
      ['interaction', 'контакты.csv', 'customer;at;kind;channel\nI-1;2026-03-05;call;phone\nI-2;2026-03-06;claim;email\n'],
    ]) await bring(world, { target: 'События', stream, name, content, added: 2 });
    import_file(world, 'people.csv', 'key,customer,name,position\nK-1,I-1,Анна Проверкина,директор\n', 'contacts');
    await same(() => count(world, 'code in ("I-1", "I-2") and sum(purchase.amount, last 3 months) > 0 and any(interaction)'), 2, 'what they bought and asked');
    await same(() => count(world, 'code = "I-1" and overdue(settlement) = 6000'), 1, 'what is owed');
    await page.goto('/customers/I-1');
    await page.getByText('Анна Проверкина').first().waitFor();
    await page.goto('/jobs');
    await page.locator('tr[data-job]').filter({ hasText: 'клиенты.csv' }).first().waitFor();
    await world.pictures_of('walk-2-jobs');
  }],
  ['walk 3: how well the data are filled, and what contradicts itself', async (world) => {
    const { page } = world;
    await page.goto('/data?tab=fill');
    const row = page.getByRole('row').filter({ has: page.getByText('Город', { exact: true }) }).first();
    await row.waitFor();
    await same(async () => (await row.locator('td').nth(1).innerText()).replace(/\s/g, '').startsWith(String(count(world, 'city is not missing'))), true, 'customers with a city');
    await page.goto('/reports?tab=fill');
    await page.getByText('дата рождения в будущем').first().waitFor();
  }],
  ['walk 4: an attribute is added; bands of the area: an overlap at 500, a gap from 1500 to 2000', async (world) => {
    const { page } = world;
    await page.goto('/data?tab=properties');
    await page.getByRole('button', { name: 'Новое свойство' }).click();
    await dialog(page).getByLabel('Имя в правилах').fill('Площадь склада, м²');
    await dialog(page).getByLabel('Тип').selectOption('number');
    await dialog(page).getByRole('button', { name: 'Сохранить' }).click();
    await page.getByText('Площадь склада, м²').first().waitFor();
    await close_toasts(page);
    for (const [name, from, to] of [['Малый склад', 200, 500], ['Средний склад', 500, 1500], ['Большой склад', 2000, 100000]])
      await new_segment(world, name, `\`Площадь склада, м²\` between ${from} and ${to}`, /Формировать динамически/);
    await page.goto('/segments');
    await page.getByRole('link', { name: 'Границы сегментов' }).click();
    const subject = page.locator('section').filter({ hasText: 'Площадь склада' }).first();
    await subject.getByText('500: «Малый склад» и «Средний склад»').waitFor();
    await subject.getByText('ничего между 1500 и 2000').waitFor();
    await world.pictures_of('bands');
  }],
  ['walk 5: a dynamic segment cannot be formed, is listed, no agreement takes it', async (world) => {
    const { page } = world;
    const wanted = await new_segment(world, 'Иванов без торговых', IVANOV, /Формировать динамически/);
    await page.getByText('Формирование доступно только для нединамических сегментов.').first().waitFor();
    await soon(async () => await page.getByRole('button', { name: 'Сформировать' }).isDisabled(), 'Form is off');
    await soon(async () => (await page.locator('.foot').innerText()).replace(/\s/g, '').includes(String(wanted)), 'the composition is computed');
    await page.goto('/agreements');
    await page.getByRole('button', { name: 'Новое соглашение' }).first().click();
    await soon(() => dialog(page).getByRole('combobox', { name: /^Сегмент/ }).locator('option').count().then((n) => n > 1), 'segments are offered');
    await same(() => dialog(page).getByRole('combobox', { name: /^Сегмент/ }).locator('option', { hasText: 'Иванов без торговых' }).count(), 0, 'the dynamic one among them');
  }],
  ['walk 6: its periodic copy is formed to the same composition, by schedule from now on', async (world) => {
    const { page } = world;
    await open_segment(world, 'Иванов без торговых');
    await page.getByRole('button', { name: 'Копировать' }).click();
    await dialog(page).getByLabel('Наименование').fill('Иванов, хранимый');
    await dialog(page).getByRole('button', { name: 'Копировать' }).click();
    await page.waitForURL('**/edit');
    await page.getByRole('radio', { name: /Периодически обновлять/ }).check();
    await page.getByRole('combobox', { name: 'Расписание' }).selectOption('daily');
    await page.getByText(/Следующие запуски: \d/).waitFor();
    await page.getByLabel('Проверять на вхождение при создании нового клиента').check();
    await page.getByRole('button', { name: 'Сохранить' }).click();
    await page.getByRole('heading', { name: 'Иванов, хранимый' }).waitFor();
    await close_toasts(page);
    await form(world);
    await same(() => [...members(world, 'Иванов, хранимый')].sort(), [...members(world, 'Иванов без торговых')].sort(), 'compositions');
    await same(() => members(world, 'Иванов, хранимый').size, count(world, IVANOV), 'members');
    await page.goto('/settings');
    await page.getByRole('row').filter({ hasText: 'Иванов, хранимый' }).waitFor();
  }],
  ['walk 7: a new customer who fits joins at once, another one does not', async (world) => {
    const { page } = world;
    await new_customer(world, 'W-1', 'Иванов');
    await page.getByRole('button', { name: 'Записать клиента' }).click();
    await page.getByText('Клиент W-1 записан.').waitFor();
    await soon(() => members(world, 'Иванов, хранимый').has('W-1'), 'he joined');
    await new_customer(world, 'W-2', 'Петров');
    await page.getByRole('button', { name: 'Записать клиента' }).click();
    await page.getByText('Клиент W-2 записан.').waitFor();
    await soon(() => !members(world, 'Иванов, хранимый').has('W-2'), 'the other one did not');
  }],
  ['walk 8: a member edited out of the rule stays until the refresh, then leaves', async (world) => {
    const { page } = world;
    await page.goto('/customers/W-1');
    await page.getByRole('button', { name: 'Изменить: Менеджер' }).click();
    const field = dialog(page).getByRole('combobox', { name: 'Менеджер', exact: true });
    await field.click();
    await field.fill('Петров');
    await page.getByRole('option', { name: /Петров/ }).first().click();
    await dialog(page).getByRole('button', { name: 'Сохранить' }).click();
    await page.getByText('Свойство «Менеджер» изменено.').waitFor();
    const before = members(world, 'Иванов, хранимый');
    yes(before.has('W-1'), 'he stays');
    await open_segment(world, 'Иванов, хранимый');
    await form(world);
    const after = members(world, 'Иванов, хранимый');
    yes(!after.has('W-1') && after.size === before.size - 1, 'he left');
    await page.getByRole('tab', { name: 'Журнал изменений состава' }).click();
    await page.getByRole('tabpanel').getByText(/[−-]1\b/).locator('visible=true').first().waitFor();
    await world.picture('walk-8');
  }],
  ['walk 9: edits by hand are warned of with numbers, lost by forming, brought back by undo', async (world) => {
    const { page } = world;
    await new_segment(world, 'Вручную', 'city = "Москва" and vip', /Формировать вручную/);
    await form(world);
    const formed = members(world, 'Вручную');
    const [removed] = formed;
    const added = [...members(world, 'Иванов, хранимый')].find((code) => !formed.has(code));
    await page.getByRole('searchbox').fill(removed);
    await soon(() => page.getByRole('grid').getByRole('row').count().then((n) => n === 2), 'found');
    await page.getByRole('grid').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Удалить из сегмента' }).click();
    await dialog(page).getByLabel('Причина').fill('проверка: удалить');
    await dialog(page).getByRole('button', { name: 'Удалить из сегмента' }).click();
    await page.getByText(/^Готово: /).last().waitFor();
    await page.getByRole('button', { name: 'Добавить в сегмент' }).click();
    await dialog(page).getByRole('textbox').first().fill(`${added} НЕТ-ТАКОГО`);
    await dialog(page).getByRole('button', { name: 'Добавить в сегмент' }).click();
    await dialog(page).getByText('Напишите причину').waitFor();
    await dialog(page).getByLabel('Причина').fill('проверка: добавить');
    await dialog(page).getByRole('button', { name: 'Добавить в сегмент' }).click();
    await dialog(page).getByText(/НЕТ-ТАКОГО/).first().waitFor();
    await dialog(page).getByRole('textbox').first().fill(added);
    await dialog(page).getByRole('button', { name: 'Добавить в сегмент' }).click();
    await soon(() => members(world, 'Вручную').has(added), 'added');
    await soon(() => !members(world, 'Вручную').has(removed), 'removed');
    await close_toasts(page);
    await page.getByRole('button', { name: 'Сформировать' }).click();
    await dialog(page).getByRole('button', { name: 'Сформировать' }).click();
    await page.getByText(/Вручную добавлено 1 и удалено 1/).waitFor();
    await dialog(page).getByRole('button', { name: 'Сформировать' }).click();
    await page.getByText(/^Сформирован: /).last().waitFor();
    await same(() => [...members(world, 'Вручную')].sort(), [...formed].sort(), 'the rule decides again');
    await close_toasts(page);
    await page.getByRole('button', { name: 'Отменить формирование' }).click();
    await dialog(page).getByText(/участников станет .*, сейчас их /).waitFor();
    await dialog(page).getByRole('button', { name: 'Отменить формирование' }).click();
    await page.getByText(/^Прежний состав возвращён: /).waitFor();
    await soon(() => members(world, 'Вручную').has(added) && !members(world, 'Вручную').has(removed), 'the edits are back');
  }],
  ['walk 10: the wizard offers segments formed by hand only', async (world) => {
    const { page } = world;
    await new_customer(world, 'W-3', 'Иванов');
    await page.getByLabel('Вручную', { exact: true }).check();
    await same(() => page.getByLabel(/Иванов/).count(), 0, 'others that are offered');
    await page.getByRole('button', { name: 'Записать клиента' }).click();
    await page.getByText('Клиент W-3 записан.').waitFor();
    await soon(() => members(world, 'Вручную').has('W-3'), 'he is in');
  }],
  ['walk 11: a debt bans shipment, who may lets it pass, a payment frees', async (world) => {
    const { page } = world;
    import_file(world, 'debt.csv', 'customer,at,kind,amount,due_date\nW-2,2026-01-10,charge,90000,2026-01-20\n', 'events', 'settlement');
    await page.goto('/segments/new');
    await page.getByRole('heading', { name: 'Условия' }).waitFor();
    await page.getByLabel('Наименование').fill('Просрочили много');
    await page.getByRole('radio', { name: /Периодически обновлять/ }).check();
    await page.getByLabel('Сегмент используется для запрета отгрузки').check();
    await page.getByRole('combobox', { name: 'Готовый запрет' }).selectOption('overdue-sum');
    await page.getByLabel('Сумма больше').fill('50 000');
    await page.getByRole('button', { name: 'Создать запрет' }).click();
    await page.getByRole('heading', { name: 'Просрочили много' }).waitFor();
    await close_toasts(page);
    await form(world);
    await same(() => members(world, 'Просрочили много').size, count(world, 'overdue(settlement) > 50000'), 'who owes too much');
    await page.goto('/customers/W-2');
    await page.getByText('Клиенту запрещена отгрузка').waitFor();
    await page.getByRole('link', { name: 'Просрочили много' }).first().waitFor();
    const { secret } = JSON.parse(await (await page.evaluateHandle(async () => {
      const { csrf } = await (await fetch('/api/v1/session')).json();
      return (await fetch('/api/v1/tokens', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Kohorta-CSRF': csrf }, body: '{"name":"касса","scopes":["read"]}' })).text();
    })).jsonValue());
    const asks = (path, options) => fetch(`${world.address}/api/v1/customers/W-2/${path}`, { ...options, headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' } });
    await same(async () => (await (await asks('may-ship', {})).json()).may_ship, false, 'the order is refused');
    await same(async () => (await asks('may-ship/override', { method: 'POST', body: '{"reason":"хочу"}' })).status, 403, 'without the right there is no way around');
    await page.getByRole('button', { name: 'Отгрузить всё же' }).click();
    await dialog(page).getByLabel('Причина').fill('директор разрешил');
    await dialog(page).getByRole('button', { name: 'Отгрузить всё же' }).click();
    await page.getByText('разрешено вручную').waitFor();
    await world.picture('walk-11');
    import_file(world, 'payment.csv', 'customer,at,kind,amount\nW-2,2026-03-30,payment,90000\n', 'events', 'settlement');
    await open_segment(world, 'Просрочили много');
    await form(world);
    await page.goto('/customers/W-2');
    await page.getByText('Клиенту разрешена отгрузка').waitFor();
    await soon(async () => (await (await asks('may-ship', {})).json()).may_ship === true, 'the order passes');
  }],
  ['walk 12: a typical agreement prices members, others not', async (world) => {
    const { page } = world;
    await open_segment(world, 'Иванов, хранимый');
    await page.getByRole('link', { name: 'Изменить' }).click();
    await page.getByRole('link', { name: 'Новое соглашение' }).click();
    await dialog(page).getByLabel('Наименование').fill('Цена Иванова');
    await soon(() => dialog(page).getByRole('combobox', { name: /^Сегмент/ }).inputValue().then((value) => value !== ''), 'the segment is chosen');
    await dialog(page).getByLabel('Вид цен').fill('Оптовая');
    await dialog(page).getByLabel('Скидка, %').fill('7,5');
    await dialog(page).getByLabel('Приоритет').fill('1');
    await world.accessible('the form of an agreement');
    await dialog(page).getByRole('button', { name: 'Добавить' }).click();
    await page.getByRole('button', { name: 'Ввести в действие: Цена Иванова' }).click();
    await page.locator('tr[data-agreement="Цена Иванова"]').getByText('действует').waitFor();
    await close_toasts(page);
    await world.pictures_of('agreements');
    const [member] = members(world, 'Иванов, хранимый');
    await page.goto(`/customers/${encodeURIComponent(member)}`);
    const line = page.locator('li').filter({ hasText: 'Цена Иванова' });
    await line.getByText('действует').waitFor();
    yes(/7,5/.test(await line.innerText()), 'the discount is told');
    await page.goto('/customers/W-2');
    await page.getByRole('heading', { name: 'Соглашения об условиях продаж' }).waitFor();
    await same(() => page.getByText('Цена Иванова').count(), 0, 'for who is no member');
  }],
  ['walk 13: sales, settlements, overlaps; totals count everybody once', async (world) => {
    const { page } = world;
    await open_segment(world, 'Иванов, хранимый');
    for (const [tab, sign] of [['Продажи и взаиморасчеты', 'История и динамика продаж'], ['Пересечение сегментов', 'Вручную']]) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel').getByText(sign).first().waitFor();
      await same(() => page.getByRole('tabpanel').getByRole('alert').count(), 0, `failures on ${tab}`);
    }
    await world.picture('walk-13');
    const report = JSON.parse(await (await page.evaluateHandle(async () => {
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const body = JSON.stringify({ groups: [{ segment: 'Иванов, хранимый' }, { segment: 'Вручную' }], language: 'ru' });
      return (await fetch('/api/v1/reports/settlements', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Kohorta-CSRF': csrf }, body })).text();
    })).jsonValue());
    const first = members(world, 'Иванов, хранимый');
    const both = new Set([...first, ...members(world, 'Вручную')]);
    equal(report.groups.map((one) => one.customers), [first.size, members(world, 'Вручную').size, both.size], 'the total is distinct');
  }],
];
