/* questions.c -- what a run asks the engine. */
#include "classification/questions.h"

size_t questions_add(Questions *questions, Arena *arena, const Expression *expression, Date as_of)
{
    for (size_t i = 0; i < questions->count; i++)
        if (questions->items[i].expression == expression &&
            questions->items[i].as_of.day == as_of.day)
            return i;
    bool is_rule = expression->root->type.kind == TYPE_BOOL;
    EngineQuestion question = {
        .expression = expression, .as_of = as_of, .kind = is_rule ? ANSWER_SET : ANSWER_VALUES};
    ARENA_PUSH(arena, questions, question);
    return questions->count - 1;
}

Date sub_period_begin(const Definition *definition, Date as_of, size_t index)
{
    Date after = date_add(as_of, 1, UNIT_DAY); /* a period that ends on the day itself is whole */
    Date begin = date_period_begin(after, definition->step);
    int64_t back = (int64_t)definition->periods_count - (int64_t)index;
    return date_add(begin, -back, definition->step);
}

/* Sums of sub-periods are asked as of their ends. */
static size_t *ask_periods(Questions *questions, Arena *arena, const Plan *plan, Date as_of,
                           bool is_season)
{
    const Definition *definition = plan->definition;
    size_t *places = ARENA_ARRAY(arena, size_t, definition->periods_count);
    for (size_t i = 0; i < definition->periods_count; i++) {
        Date begin = sub_period_begin(definition, as_of, i);
        if (is_season) begin = date_period_begin(date_add(begin, -1, UNIT_YEAR), definition->step);
        Date end = date_period_end(begin, definition->step);
        places[i] = questions_add(questions, arena, plan->metrics[0], end);
    }
    return places;
}

static size_t *ask_all(Questions *questions, Arena *arena, const Expression *const *expressions,
                       size_t count, Date as_of)
{
    size_t *places = ARENA_ARRAY(arena, size_t, count);
    for (size_t i = 0; i < count; i++)
        places[i] = questions_add(questions, arena, expressions[i], as_of);
    return places;
}

DayQuestions questions_for_day(Questions *questions, Arena *arena, const Plan *plan, Date as_of)
{
    const Definition *definition = plan->definition;
    DayQuestions day = {.as_of = as_of, .amount = NOT_ASKED, .first = NOT_ASKED};
    if (definition->kind == KIND_XYZ) {
        day.metrics = ask_periods(questions, arena, plan, as_of, false);
        if (definition->is_seasonal) day.season = ask_periods(questions, arena, plan, as_of, true);
    } else {
        day.metrics = ask_all(questions, arena, plan->metrics, definition->metrics_count, as_of);
    }
    if (plan->rules != NULL)
        day.rules = ask_all(questions, arena, plan->rules, definition->classes_count, as_of);
    if (plan->amount != NULL) day.amount = questions_add(questions, arena, plan->amount, as_of);
    if (plan->first != NULL) day.first = questions_add(questions, arena, plan->first, as_of);
    return day;
}
