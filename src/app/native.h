/* native.h -- questions answered by the fast engine over the data set. */
#pragma once

#include "app/ask.h"

MUST_CHECK Status native_answer(App *app, const Question *question, const AskMode *mode,
                                Arena *arena, Answer *answer, Error *err);

/* A run of any questions over the present view of the data set. */
typedef struct {
    Dataset *dataset;
    const DatasetView *view;
    JoinedLookups *lookups;
    CustomerSet only; /* when has_only: nobody else is there */
    bool has_only;
    const Progress *progress;
    uint64_t (*now_nanoseconds)(void);
    Arena *arena; /* of answers and steps */
    struct {
        EngineStep *items;
        size_t count, capacity;
    } steps; /* of all runs, when there is a clock */
} Native;

/* Of the mode: as_of, only, formed, progress, now_nanoseconds. */
MUST_CHECK Status native_open(App *app, const AskMode *mode, Arena *arena, Native *ret_native,
                              Error *err);
/* Customers there are. */
uint64_t native_base_count(const Native *native);
void native_done(Native *native);
typedef struct {
    const EngineQuestion *items;
    size_t count;
    const CustomerSet *only; /* NULL: everybody */
} NativeQuestions;
/* Values live as long as the view. */
MUST_CHECK Status native_run(Native *native, NativeQuestions questions, EngineAnswer *answers,
                             Error *err);
/* Let the values of a summary outlive the view. */
void native_keep_summary(ValueSummary *summary, Arena *arena);
/* A value that outlives the view. */
Value native_keep(Value value, Arena *arena);
/* A value as the slow engines give it: items as items. */
Value native_value(const EngineValues *values, size_t index, Arena *arena);
