/* standing.h -- rules whose answers are kept true while the data changes and days pass.
 *
 * A refresh asks again only about customers whose answer may differ: those who changed, and for
 * each rule those whom the new day moves (moves.h). Cost follows what changed; the result is that
 * of asking everything anew, always. Not for several threads at once. */
#pragma once

#include "engine/engine.h"

typedef struct Standing Standing;

/* The rules are borrowed until the end; nothing is known before the first refresh. */
Standing *standing_new(const Expression *const *rules, size_t rules_count);
/* The same rules, checked anew because the data has another schema object now. */
void standing_replace_rules(Standing *standing, const Expression *const *rules);
void standing_free(Standing *standing); /* accepts NULL */
void standing_done(Standing **standing);

typedef struct {
    const EngineData *data;
    const CustomerSet *changed; /* since the refresh before; NULL: everybody may have */
    Date as_of;
} StandingState;

/* Make all answers true for this state; `options` without `only`. On any error all answers stay
 * those of the state before, and `changed` of the next refresh must hold what this one's did. */
MUST_CHECK Status standing_refresh(Standing *standing, const StandingState *state,
                                   const EngineOptions *options, Error *err);

/* For whom a rule holds, borrowed until the next refresh; the rule by its place. */
const CustomerSet *standing_set(const Standing *standing, size_t rule);

/* What the last refresh did. */
typedef struct {
    uint64_t asked_customers; /* sum over the rules of those asked about again */
    size_t full_rules;        /* rules asked about everybody */
} StandingWork;
StandingWork standing_work(const Standing *standing);
