-- Views over the raw file for the hand-written answers; table data holds the reports as they are.
CREATE VIEW report AS
SELECT Product_ID AS product,
       substr(Reported_Date, 1, 10) AS day,
       substr(First_Reported_Date, 1, 10) AS first,
       CAST(round(Sold_Dollar_Amount * 100) AS INTEGER) AS amount
  FROM data;
