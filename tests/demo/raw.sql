-- raw.sql -- the files of the demo company with short names, for SQL written by hand. The files were
-- loaded as text; day() and money() are functions of the test: a day number, ten-thousandths.

CREATE TABLE customer AS
SELECT "Код" AS code, "Наименование" AS name, "Вид клиента" AS kind, "Менеджер" AS manager,
    "Торговый представитель" AS sales_rep, "Бизнес-регион" AS region, "Город" AS city,
    '|' || "Вид деятельности" || '|' AS activity, "Пол" AS gender,
    nullif(day("Дата рождения"), '') AS birth, '|' || lower_ru("Интересы") || '|' AS interests,
    CAST(nullif("Оценка NPS", '') AS INTEGER) AS nps, "Ступень лестницы лояльности" AS rung,
    "Предпочитаемый канал" AS channel, "VIP-клиент" AS vip, money("Доход") AS income,
    nullif(CAST(replace("Площадь магазина", ',', '.') AS REAL), 0.0) AS area
FROM customers;
CREATE UNIQUE INDEX customer_code ON customer (code);

CREATE TABLE goods AS SELECT code, name, "group" AS path FROM items;

CREATE TABLE purchase AS
SELECT rowid AS arrival, customer, day(date) AS day, date AS at, "Заказ" AS order_number,
    "Товар" AS item, money("Количество") AS quantity, money("Сумма") AS amount,
    "Способ оплаты" AS payment, "Канал" AS channel, "Магазин" AS store,
    (SELECT name FROM items WHERE items.code = "Товар") AS item_name,
    (SELECT "group" FROM items WHERE items.code = "Товар") AS item_group
FROM purchases;
CREATE INDEX purchase_customer ON purchase (customer, at);

CREATE TABLE talk AS
SELECT customer, day(date) AS day, date AS at, kind, direction, channel, result, contact
FROM interactions;
CREATE INDEX talk_customer ON talk (customer);

CREATE TABLE charge AS
SELECT rowid AS arrival, customer, day(date) AS day, date AS at, money(amount) AS amount,
    day(due_date) AS due FROM settlements WHERE kind = 'charge';
CREATE TABLE payment AS
SELECT customer, day(date) AS day, money(amount) AS amount FROM settlements WHERE kind = 'payment';
CREATE INDEX charge_customer ON charge (customer, at, arrival);
CREATE INDEX payment_customer ON payment (customer);

CREATE TABLE person AS SELECT customer, key, name, position FROM contacts;
