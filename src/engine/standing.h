/* standing.h -- answers that were true, made true again: whom each rule has to be asked about.
 *
 *   standing_ask ─> StandingAnswers ─ standing_take ─> who is in a rule now
 *
 * Rules are asked only about customers whose answer may differ: those who changed, and those whom
 * the new day moves (moves.h), unless it can be told at once about whom it turns them (turning.h).
 * Cost follows what changed; the result is that of asking everything anew, always. Whoever keeps
 * the answers keeps them where he likes: segments in the store. */
#pragma once

#include "engine/engine.h"

typedef struct {
    const Expression *rule;
    bool is_known; /* its answer as of that day was, for who did not change since: */
    Date as_of;
} StandingRule;

typedef struct {
    const EngineData *data;
    const CustomerSet *changed; /* since any of the answers was known; NULL: everybody may have */
    Date as_of;
} StandingState;

typedef struct StandingAnswers StandingAnswers;

/* Ask all rules as of the state's day; `options` without `only`. The rules, the data and `changed`
 * are borrowed as long as the answers.
 * errors  as engine_run */
MUST_CHECK Status standing_ask(const StandingState *state, const StandingRule *rules,
                               size_t rules_count, const EngineOptions *options,
                               StandingAnswers **ret_answers, Error *err);

/* `set` was what is known of a rule, by its place; now it is for whom the rule holds. Once for each
 * rule. */
void standing_take(StandingAnswers *answers, size_t rule, CustomerSet *set);
void standing_answers_free(StandingAnswers *answers); /* accepts NULL */
void standing_answers_done(StandingAnswers **answers);

/* What it took. */
typedef struct {
    uint64_t asked_customers; /* sum over the rules of those asked about again */
    size_t full_rules;        /* rules asked about everybody */
    size_t turning_rules;     /* rules whom the day turns was found of (turning.h) */
} StandingWork;
StandingWork standing_work(const StandingAnswers *answers);
