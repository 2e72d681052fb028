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
