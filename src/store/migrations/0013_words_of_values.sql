-- 0013_words_of_values.sql -- values of built-in enumerations are stored as their keys ('online'),
-- also where any other value may stand. Words that were stored as people wrote them are found by
-- folding, which is not done in SQL: spellings.c does it when the directory is opened, in the same
-- transaction, as long as this setting is there.

INSERT INTO setting (name, value) VALUES ('spellings_due', '1');
