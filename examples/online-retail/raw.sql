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
