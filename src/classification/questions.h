/* questions.h -- what a run asks the engine: each expression and day once, however many runs need
 * it. Inside of src/classification. */
#pragma once

#include "classification/plan.h"
#include "engine/engine.h"

typedef struct {
    EngineQuestion *items;
    size_t count, capacity;
} Questions;

/* The place of the question among all; added when it is not there. */
size_t questions_add(Questions *questions, Arena *arena, const Expression *expression, Date as_of);

/* Places of the answers that one day needs. */
typedef struct {
    Date as_of;
    size_t *metrics; /* XYZ: sub-periods, oldest first; others: one per metric */
    size_t *season;  /* XYZ against a season before: the same sub-periods of it; else NULL */
    size_t *rules;
    size_t amount, first; /* NOT_ASKED: none */
} DayQuestions;

#define NOT_ASKED SIZE_MAX

DayQuestions questions_for_day(Questions *questions, Arena *arena, const Plan *plan, Date as_of);
/* The first day of each of XYZ's sub-periods: the last whole ones that end not after the day. */
Date sub_period_begin(const Definition *definition, Date as_of, size_t index);
