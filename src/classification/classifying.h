/* classifying.h -- from the engine's answers of one day to the class of every customer. Inside of
 * src/classification. */
#pragma once

#include "analysis/column.h"
#include "classification/questions.h"

typedef struct {
    Text name;
    uint8_t scale;
    bool is_money, is_amount;
    NumberColumn numbers;
} ClassifiedColumn;

enum { CLASSIFIED_COLUMNS_MAX = CLASSIFICATION_METRICS_MAX + 3, CLASSES_MAX = UINT16_MAX };

/* All of it lives in the arena or with the answers. */
typedef struct {
    const CustomerId *customers; /* ascending */
    size_t customers_count;
    const uint16_t *classes; /* 1 .. classes_count; 0: not classified */
    const Text *names;
    size_t classes_count;
    ClassifiedColumn columns[CLASSIFIED_COLUMNS_MAX];
    size_t columns_count;
} Classified;

/* Customers in the order of the answers' values; rules answer with sets.
 * errors  LIMIT when a cross has more than CLASSES_MAX classes */
typedef struct {
    const EngineAnswer *answers;
    const CustomerId *customers;
    size_t customers_count;
    Language language;
} DayAnswers;
MUST_CHECK Status classify_day(const Plan *plan, const DayQuestions *day, const DayAnswers *answers,
                               Arena *arena, Classified *ret_classified, Error *err);
