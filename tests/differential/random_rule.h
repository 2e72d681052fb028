/* random_rule.h -- random expressions of the language as text, well-typed nearly always: every kind
 * of node, aggregate, function, window and shift, over the names of a population. */
#pragma once

#include "base/buffer.h"
#include "differential/random_population.h"

/* An expression of any type, mostly a rule. */
Text random_expression(Random *random, const Population *population, Arena *arena);

/* ---- inside, shared by the files of the generator ---- */

typedef struct {
    Random *random;
    const Population *population;
    Arena *arena;
    Buffer out;
    const Stream *stream; /* whose event a condition is about; NULL: about the customer */
    int ranks;            /* rankings so far: each costs a pass */
} RuleMaker;

void rule_condition(RuleMaker *maker, int depth);
void rule_number(RuleMaker *maker, int depth);
void rule_day(RuleMaker *maker, int depth); /* a date or a moment */
void rule_text(RuleMaker *maker, int depth);
void rule_hierarchy(RuleMaker *maker, int depth);
void rule_item(RuleMaker *maker, int depth);
void rule_set(RuleMaker *maker);
bool rule_can_item(const RuleMaker *maker);

void rule_write(RuleMaker *maker, const char *text);
void rule_quoted(RuleMaker *maker, Text text);
void rule_name(RuleMaker *maker, Text name);
void rule_number_literal(RuleMaker *maker);
void rule_date_literal(RuleMaker *maker);
void rule_count_unit(RuleMaker *maker); /* "3 months" */
void rule_unit(RuleMaker *maker);
void rule_window(RuleMaker *maker, bool needs_begin); /* with its comma, or nothing */
size_t rule_below(RuleMaker *maker, size_t bound);
bool rule_chance(RuleMaker *maker, double probability);

const Stream *rule_stream(RuleMaker *maker);
/* A field of the present or given stream whose values are of the kind; false: there is none. */
bool rule_field(RuleMaker *maker, const Stream *stream, TypeKind kind);
bool rule_property(RuleMaker *maker, TypeKind kind);
void rule_aggregate_of(RuleMaker *maker, const char *function, TypeKind kind, int depth);
void rule_events(RuleMaker *maker, const Stream *stream, int depth); /* [where ..] */
