-- Views over the raw files for the hand-written answers. Each file is a table named after it, every
-- column text. Money is whole cents.
CREATE TABLE household AS
SELECT household_id AS id FROM transactions_sample
UNION SELECT household_id FROM demographics
UNION SELECT household_id FROM campaigns
UNION SELECT household_id FROM coupon_redemptions;

CREATE TABLE purchase AS
SELECT t.rowid AS n,
       t.household_id AS customer,
       t.basket_id AS basket,
       t.product_id AS product,
       t.store_id AS store,
       CAST(t.quantity AS INTEGER) AS quantity,
       CAST(round(t.sales_value * 100) AS INTEGER) AS amount,
       CAST(round(t.retail_disc * 100) AS INTEGER) AS discount,
       CAST(round(t.coupon_disc * 100) AS INTEGER) AS coupon_discount,
       substr(t.transaction_timestamp, 1, 10) AS day,
       t.transaction_timestamp AS at,
       p.department,
       p.product_category AS category,
       p.brand
  FROM transactions_sample t
  LEFT JOIN products p ON p.product_id = t.product_id;
CREATE INDEX purchase_customer ON purchase(customer);

CREATE TABLE mailing AS
SELECT c.household_id AS customer, c.campaign_id AS campaign, d.campaign_type AS type, d.start_date AS day
  FROM campaigns c
  JOIN campaign_descriptions d ON d.campaign_id = c.campaign_id;

-- The sum method: q = 100 * rank / n + cumulative share; A up to 100, B up to 145; equal amounts
-- are together, in the class of the first of them.
CREATE TABLE money_class AS
WITH spent AS (
  SELECT customer, sum(amount) AS v
    FROM purchase
   WHERE day BETWEEN '2017-01-01' AND '2017-12-31'
   GROUP BY customer
  HAVING sum(amount) > 0),
ranked AS (
  SELECT customer, v,
         rank() OVER (ORDER BY v DESC) AS place,
         count(*) OVER () AS n,
         sum(v) OVER () AS total,
         sum(v) OVER (ORDER BY v DESC) - v * (count(*) OVER (PARTITION BY v) - 1) AS reached
    FROM spent)
SELECT customer, v, place,
       CASE WHEN place * total + reached * n <= n * total THEN 'A'
            WHEN 100 * (place * total + reached * n) <= 145 * n * total THEN 'B' ELSE 'C' END AS class
  FROM ranked;

-- Variation of the four quarters, as of a sample; quarters without a purchase count.
CREATE TABLE quarter_class AS
WITH quarter(q) AS (VALUES (1), (2), (3), (4)),
bought AS (
  SELECT customer, (CAST(substr(day, 6, 2) AS INTEGER) + 2) / 3 AS q, sum(amount) AS v
    FROM purchase WHERE day BETWEEN '2017-01-01' AND '2017-12-31' GROUP BY 1, 2),
sums AS (
  SELECT h.customer, coalesce(v, 0) AS v
    FROM (SELECT DISTINCT customer FROM bought) h CROSS JOIN quarter LEFT JOIN bought USING (customer, q)),
deviations AS (
  SELECT customer, v, v - avg(v) OVER (PARTITION BY customer) AS d FROM sums),
varied AS (
  SELECT customer, sum(v) AS total, round(100 * sqrt(sum(d * d) / 3) / avg(v), 6) AS variation
    FROM deviations GROUP BY customer HAVING sum(v) <> 0)
SELECT customer, total, printf('%.6f', variation) AS variation,
       CASE WHEN variation <= 50 THEN 'X' WHEN variation <= 100 THEN 'Y' ELSE 'Z' END AS class
  FROM varied;

-- Pareto of each half of the year by itself.
CREATE TABLE half_class AS
WITH spent AS (
  SELECT 1 + (day > '2017-06-30') AS half, customer, sum(amount) AS v
    FROM purchase WHERE day BETWEEN '2017-01-01' AND '2017-12-31'
   GROUP BY 1, 2
  HAVING sum(amount) > 0),
ranked AS (
  SELECT half, customer, v,
         sum(v) OVER (PARTITION BY half) AS total,
         sum(v) OVER (PARTITION BY half ORDER BY v DESC) - v * count(*) OVER (PARTITION BY half, v) AS ahead
    FROM spent)
SELECT half, customer, v,
       CASE WHEN 100 * ahead < 80 * total THEN 'A' WHEN 100 * ahead < 95 * total THEN 'B' ELSE 'C' END AS class
  FROM ranked;
