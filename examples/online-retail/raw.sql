-- Views over the raw file for the hand-written answers. Table online_retail holds the file as it is,
-- every column text, in file order (rowid). Money is whole thousandths, so sums are exact.
CREATE VIEW line AS
SELECT rowid AS n,
       InvoiceNo AS invoice,
       upper(StockCode) AS item,
       StockCode AS item_exact,
       Description AS description,
       CAST(Quantity AS INTEGER) AS quantity,
       substr(InvoiceDate, 1, 10) AS day,
       InvoiceDate AS at,
       CAST(round(UnitPrice * 1000) AS INTEGER) AS price,
       CAST(Quantity AS INTEGER) * CAST(round(UnitPrice * 1000) AS INTEGER) AS amount,
       CASE WHEN CustomerID = '' THEN 'no-customer' ELSE CustomerID END AS customer,
       Country AS country
  FROM online_retail;

-- The file names a country on each line; the customer's own is the one of his last line.
CREATE TABLE customer AS
SELECT customer, country
  FROM line
 WHERE n IN (SELECT max(n) FROM line GROUP BY customer);
CREATE UNIQUE INDEX customer_key ON customer(customer);

CREATE TABLE purchase AS SELECT * FROM line;
CREATE INDEX purchase_customer ON purchase(customer, item);

-- Revenue of the twelve months before the last day, by customer. Pareto: A as long as those ahead
-- make less than 80 %, B less than 95 %; equal amounts are together. Nothing above zero: no class.
CREATE TABLE revenue_class AS
WITH spent AS (
  SELECT customer, sum(amount) AS v
    FROM purchase
   WHERE customer <> 'no-customer' AND day > '2010-12-09'
   GROUP BY customer
  HAVING sum(amount) <> 0),
ranked AS (
  SELECT customer, v,
         rank() OVER (ORDER BY v DESC) AS place,
         sum(max(v, 0)) OVER () AS total,
         sum(v) OVER (ORDER BY v DESC) - v * count(*) OVER (PARTITION BY v) AS ahead
    FROM spent)
SELECT customer, v, place, 1.0 * max(v, 0) / total AS share,
       CASE WHEN v <= 0 THEN '' WHEN 100 * ahead < 80 * total THEN 'A'
            WHEN 100 * ahead < 95 * total THEN 'B' ELSE 'C' END AS class
  FROM ranked;

-- Coefficient of variation of the twelve whole months before the last day, each from the month of
-- the first purchase on; less than three months, or nothing in all: no class.
CREATE TABLE steadiness_class AS
WITH month(m) AS (VALUES ('2010-12'), ('2011-01'), ('2011-02'), ('2011-03'), ('2011-04'), ('2011-05'),
                         ('2011-06'), ('2011-07'), ('2011-08'), ('2011-09'), ('2011-10'), ('2011-11')),
bought AS (
  SELECT customer, substr(day, 1, 7) AS m, sum(amount) AS v FROM purchase GROUP BY 1, 2),
born AS (
  SELECT customer, substr(min(day), 1, 7) AS first
    FROM purchase WHERE customer <> 'no-customer' GROUP BY 1),
sums AS (
  SELECT born.customer, coalesce(v, 0) AS v
    FROM born JOIN month ON m >= first LEFT JOIN bought USING (customer, m)),
deviations AS (
  SELECT customer, v, v - avg(v) OVER (PARTITION BY customer) AS d FROM sums),
varied AS (
  SELECT customer, sum(v) AS total,
         CASE WHEN count(*) >= 3 AND sum(v) <> 0
              THEN round(100 * sqrt(sum(d * d) / count(*)) / abs(avg(v)), 6) END AS variation
    FROM deviations GROUP BY customer)
SELECT customer, total,
       CASE WHEN variation IS NULL THEN '' ELSE printf('%.6f', variation) END AS variation,
       CASE WHEN variation IS NULL THEN '' WHEN variation <= 50 THEN 'X'
            WHEN variation <= 100 THEN 'Y' ELSE 'Z' END AS class
  FROM varied
 WHERE total <> 0;

-- Pareto of each half of the last year by itself.
CREATE TABLE half_class AS
WITH half(half, first, last) AS (VALUES (1, '2010-12-10', '2011-06-09'), (2, '2011-06-10', '2011-12-09')),
spent AS (
  SELECT half, customer, sum(amount) AS v
    FROM purchase JOIN half ON day BETWEEN first AND last
   WHERE customer <> 'no-customer'
   GROUP BY half, customer),
ranked AS (
  SELECT half, customer, v,
         sum(max(v, 0)) OVER (PARTITION BY half) AS total,
         sum(v) OVER (PARTITION BY half ORDER BY v DESC) - v * count(*) OVER (PARTITION BY half, v) AS ahead
    FROM spent)
SELECT half, customer, v,
       CASE WHEN v <= 0 THEN '' WHEN 100 * ahead < 80 * total THEN 'A'
            WHEN 100 * ahead < 95 * total THEN 'B' ELSE 'C' END AS class
  FROM ranked;
