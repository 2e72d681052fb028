/* rule.h -- an expression that somebody is writing: read as text or tree, in all its forms, with
 * everything wrong or odd in it, and what may follow at the cursor. */
#pragma once

#include "app/reason.h"
#include "lang/complete.h"

/* One of both; the data of the other is NULL. */
typedef struct {
    Text text;
    Text tree; /* JSON */
} RuleSource;

typedef struct {
    Text name;
    const Expression *expression;
} RuleColumn;

typedef struct {
    Text source;            /* the text that places of diagnostics are in */
    const Node *root;       /* as it was read, unchecked; NULL when it cannot be read at all */
    Expression *expression; /* NULL when it makes no sense */
    Diagnostics diagnostics;
} Rule;

/* Read and check. INVALID with errors in the diagnostics; then the rule tells what could be read.
 * The source of a tree is its canonical text. */
MUST_CHECK Status rule_read(App *app, RuleSource source, ExpectedResult expected, Arena *arena,
                            Rule *ret_rule);

typedef struct {
    const RuleColumn *items;
    size_t count;
    Diagnostics diagnostics;
} RuleColumns;

/* Columns "EXPRESSION as name, ..."; an empty text has none. INVALID as above. */
MUST_CHECK Status rule_read_columns(App *app, Text source, Arena *arena, RuleColumns *ret_columns);

/* Warnings of what is legal but looks wrong, with what is known of the data. When the mode says who
 * alone may be seen, nothing is told of others but that a value that is not personal is there.
 * cost  of a rule: one pass over the base, for what only missing values decide */
MUST_CHECK Status rule_lint(App *app, const Expression *expression, const BreakdownMode *mode,
                            Arena *arena, Diagnostics *diagnostics, Error *err);
/* The same without what asks the base: for whatever is kept under a name. */
MUST_CHECK Status rule_lint_definition(App *app, const Expression *expression,
                                       const BreakdownMode *mode, Arena *arena,
                                       Diagnostics *diagnostics, Error *err);
/* Of these, what every answer has to say of the expressions of one text,
 * whatever comes out: texts that occur nowhere, segments without members, properties of a past day.
 */
void rule_lint_answer(App *app, const Expression *const *expressions, size_t count,
                      const BreakdownMode *mode, Arena *arena, Diagnostics *diagnostics);

/* What may stand at the cursor, among it values of properties that customers of `only` have: a
 * rule; empty: everybody. */
MUST_CHECK Status rule_complete(App *app, const CompletionQuestion *question, Text only,
                                Arena *arena, Completions *ret_completions, Error *err);

/* Values that customers have in a property, the most frequent first: those with `search` in them,
 * folded. */
typedef struct {
    Text property, search;
    size_t limit;
    Text only; /* a rule: nobody else is there; empty: everybody is */
} ValuesQuery;

typedef struct {
    Value value;
    Text text; /* of the value */
    uint64_t customers_count;
} ValueCount;

typedef struct {
    Type type;
    const ValueCount *items;
    size_t count;
} ValueCounts;

/* errors  NOT_FOUND for a property that does not exist */
MUST_CHECK Status rule_values(App *app, const ValuesQuery *query, Arena *arena,
                              ValueCounts *ret_values, Error *err);
