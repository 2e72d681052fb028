/* engine.h -- the fast evaluator: any number of expressions over one generation of the data, each
 * as of its own day, in one scan by several threads.
 *
 *   engine_prepare ─> EngineProgram ─ engine_run ─> answers ─ engine_explain ─> steps with times
 *
 * Results are those of the reference evaluator (eval.h), bit for bit, and so are its errors: LIMIT
 * names a customer whose number leaves 18 digits. Equal sub-expressions of all questions are
 * computed once. Nothing here reads a store, a clock or a file. */
#pragma once

#include "base/progress.h"
#include "columns/image.h"
#include "eval/eval.h"
#include "model/customer_set.h"

enum { ENGINE_LAYERS_MAX = 8 };

/* An image, and whom of it to see: not those who changed or were removed since it was built. */
typedef struct {
    const Image *image;
    const uint64_t *visible; /* a bit per row, image_row_words + 1 words; NULL: everybody */
} EngineLayer;

/* What is asked, all constant while it is used and shared by threads: the base, then images of
 * customers who changed, each with everything they have. Nobody is seen in two layers. */
typedef struct {
    const Schema *schema;
    EngineLayer layers[ENGINE_LAYERS_MAX];
    size_t layers_count; /* at least 1 */
} EngineData;

typedef enum {
    ANSWER_COUNT, /* how many: for whom a rule holds, who have a value of any other expression */
    ANSWER_SET,   /* who */
    ANSWER_VALUES /* which value each has */
} AnswerKind;

typedef struct {
    const Expression *expression; /* checked against the same schema */
    Date as_of;
    AnswerKind kind;
} EngineQuestion;

typedef enum { ENGINE_SCALAR, ENGINE_AVX2, ENGINE_AVX512 } EngineLevel;

typedef struct {
    const Lookups *lookups;  /* NULL: no stored sets; called from several threads at once */
    const CustomerSet *only; /* NULL: everybody. Rankings are among everybody all the same */
    unsigned threads_count;  /* 0: one per processor */
    /* May be NULL; counts blocks; called from the calling thread, in the midst of a block too. */
    const Progress *progress;
    /* A steady clock: rows and times of the steps are kept for engine_explain. NULL: they are not.
     */
    uint64_t (*now_nanoseconds)(void);
} EngineOptions;

/* Values of one expression for the customers asked about, in ascending id order. */
typedef struct {
    Type type;
    size_t count;
    const CustomerId *customers; /* shared by all answers of a run */
    const uint64_t *present;     /* a bit per customer; NULL: nobody misses it */
    union {
        const uint64_t *bits;    /* TYPE_BOOL; a rule's missing is no */
        const int64_t *integers; /* TYPE_DECIMAL mantissas, TYPE_DATE days, TYPE_MOMENT seconds */
        const double *ratios;    /* TYPE_RATIO */
        const Text *texts;       /* TYPE_TEXT, TYPE_HIERARCHY: views into the images */
        const TextSet *sets;     /* TYPE_TEXT_SET, TYPE_HIERARCHY_SET */
        const Text *items;       /* TYPE_ITEM: codes of the items */
    } as;
} EngineValues;

typedef struct {
    uint64_t count;
    CustomerSet set;     /* ANSWER_SET: the caller's to free */
    EngineValues values; /* ANSWER_VALUES: in the arena of the run */
} EngineAnswer;

typedef struct EngineProgram EngineProgram;

/* Make questions ready: share what is equal, bind literals to the dictionaries, choose an order.
 * The data, the schema and the expressions must outlive the program.
 * errors  INVALID for a pattern over its limit, as the reference evaluator says it; CANCELLED */
MUST_CHECK Status engine_prepare(const EngineData *data, const EngineQuestion *questions,
                                 size_t questions_count, const EngineOptions *options,
                                 EngineProgram **ret_program, Error *err);
void engine_close(EngineProgram *program); /* accepts NULL */
void engine_done(EngineProgram **program);

/* Evaluate. `answers` has one place per question. Any number of times.
 * errors  LIMIT, CANCELLED; then no answer holds anything */
MUST_CHECK Status engine_run(EngineProgram *program, Arena *arena, EngineAnswer *answers,
                             Error *err);

/* The best instructions this processor has, unless $KOHORTA_ENGINE_LEVEL ("scalar", "avx2",
 * "avx512") asks for less. */
EngineLevel engine_level(void);
const char *engine_level_name(EngineLevel level);

/* What a program does, in the order in which it does it. */
typedef struct {
    Text what;               /* "sum(purchase.amount) of 120 events", in English */
    size_t depth;            /* of the tree: a step's inputs stand below it */
    uint64_t estimated_rows; /* customers or events it is expected to look at: a guess */
    uint64_t actual_rows;    /* that it did look at in the last run */
    uint64_t nanoseconds;    /* of all threads in the last run */
} EngineStep;

void engine_explain(const EngineProgram *program, Arena *arena, EngineStep **ret_steps,
                    size_t *ret_steps_count);

/* One value as the language has it; items as their codes (VALUE_TEXT). */
Value engine_values_get(const EngineValues *values, size_t index);
