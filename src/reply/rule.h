/* rule.h -- what was found out of an expression, as JSON. */
#pragma once

#include "app/ask.h"
#include "app/reason.h"
#include "app/rule.h"
#include "app/trend.h"
#include "reply/json_writer.h"

/* [{"code":"L050","severity":"error","begin":0,"end":5,"sentence":..,"suggestion":..}, ...] */
void reply_diagnostics(JsonWriter *writer, const Diagnostics *diagnostics, Language language,
                       Arena *arena);

/* "static", "dynamic" or "mixed". */
const char *data_nature_code(DataNature nature);
/* "number", "set of texts", ...: as messages of the language call it. */
const char *value_type_code(Type type);

/* All forms of an expression, with what is wrong with it and its columns. */
typedef struct {
    const Rule *rule;
    const RuleColumns *columns;
    Date as_of;
    Language language;
} RuleShown;
void reply_rule(JsonWriter *writer, const RuleShown *shown, Arena *arena);

/* [{"pointer":"/left","text":"last 3 months","first":..,"last":..}, ...] */
void reply_windows(JsonWriter *writer, const Expression *expression, Date as_of, Arena *arena);

/* "text", "as_of", "base", "count" and "share", or what the values come to: members of an object
 * that the caller has begun. */
void reply_count(JsonWriter *writer, const Question *question, const Answer *answer, Date as_of,
                 Arena *arena);
/* {"condition":..,"pointer":..,"holds":..,"only_missing":..,"children":[..]} */
void reply_breakdown(JsonWriter *writer, const BreakdownNode *node);
/* What looks wrong in what was asked, in a language. */
typedef struct {
    const Diagnostics *diagnostics;
    Language language;
    Arena *arena;
} Warnings;
/* "warnings": a member of an object that the caller has begun. */
void reply_warnings(JsonWriter *writer, Warnings warnings);
/* {"code":..,"as_of":..,"why":{..},"memberships":[..],"warnings":[..]} */
void reply_why(JsonWriter *writer, const Why *why, Date as_of, Warnings warnings);
/* One node and everything below it. */
void reply_why_node(JsonWriter *writer, const WhyNode *node);
/* {"begin":..,"end":..,"items":[..]} */
void reply_completions(JsonWriter *writer, const Completions *completions);
/* [{"value":..,"customers":..}, ...] */
void reply_values(JsonWriter *writer, const ValueCounts *values);
/* {"points":[{"date":..,"base":..,"count":..}, ...],"warnings":[..]} */
void reply_trend(JsonWriter *writer, const TrendAnswer *answer, Type type, Warnings warnings);
