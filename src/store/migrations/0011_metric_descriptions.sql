-- 0011_metric_descriptions.sql -- what a metric means, in three languages. What was there is in the
-- language of the data.

ALTER TABLE metric ADD COLUMN description_en TEXT NOT NULL DEFAULT '';
ALTER TABLE metric ADD COLUMN description_ru TEXT NOT NULL DEFAULT '';
ALTER TABLE metric ADD COLUMN description_uk TEXT NOT NULL DEFAULT '';
UPDATE metric SET description_en = description
WHERE (SELECT value FROM setting WHERE name = 'language') = 'en';
UPDATE metric SET description_ru = description
WHERE (SELECT value FROM setting WHERE name = 'language') = 'ru';
UPDATE metric SET description_uk = description
WHERE (SELECT value FROM setting WHERE name = 'language') = 'uk';
ALTER TABLE metric DROP COLUMN description;
