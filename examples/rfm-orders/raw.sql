-- Views over the raw file for the hand-written answers; table rfm_data_orders holds the orders as
-- they are. Scores as of 2006-12-31 by the published borders, named segments by the published map.
CREATE VIEW customer AS
SELECT customer_id AS code,
       CAST(julianday('2006-12-31') - julianday(max(order_date)) AS INTEGER) AS days,
       count(*) AS orders,
       sum(CAST(revenue AS REAL)) AS revenue
  FROM rfm_data_orders
 GROUP BY customer_id;

CREATE VIEW scored AS
SELECT code, orders, revenue,
       5 - (days >= 115) - (days >= 181) - (days >= 297.4) - (days >= 482) AS r,
       1 + (orders >= 4) + (orders >= 5) + (orders >= 6) + (orders >= 8) AS f,
       1 + (revenue >= 255.8) + (revenue >= 382) + (revenue >= 506.4) + (revenue >= 666) AS m
  FROM customer;

CREATE VIEW segment AS
SELECT code, orders, revenue,
       CASE WHEN r >= 4 AND f >= 4 AND m >= 4 THEN 'Champions'
            WHEN r >= 2 AND f >= 3 AND m >= 3 THEN 'Loyal'
            WHEN r >= 3 AND f <= 3 AND m <= 3 THEN 'Potential Loyalist'
            WHEN r BETWEEN 2 AND 3 AND f BETWEEN 2 AND 3 AND m BETWEEN 2 AND 3 THEN 'Need Attention'
            WHEN r BETWEEN 2 AND 3 AND f <= 2 AND m <= 2 THEN 'About To Sleep'
            WHEN r <= 2 AND f >= 2 AND m >= 2 THEN 'At Risk'
            WHEN r <= 2 AND f <= 2 AND m <= 2 THEN 'Lost'
            ELSE 'Others' END AS name
  FROM scored;
