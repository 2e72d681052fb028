/* random_values.c -- random expressions that are numbers, days, texts, hierarchies, items. */
#include "differential/random_rule.h"

static const char *pick(RuleMaker *maker, const char *const *words, size_t count)
{
    return words[rule_below(maker, count)];
}
#define PICK(maker, ...)                            \
    pick(maker, (const char *const[]){__VA_ARGS__}, \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* if(c, a, b) or coalesce(a, b) of one type. */
static void choice(RuleMaker *maker, int depth, void (*value)(RuleMaker *maker, int depth))
{
    bool is_if = rule_chance(maker, 0.5);
    rule_write(maker, is_if ? "if(" : "coalesce(");
    if (is_if) {
        rule_condition(maker, depth - 1);
        rule_write(maker, ", ");
    }
    value(maker, depth - 1);
    rule_write(maker, ", ");
    if (rule_chance(maker, 0.1))
        rule_write(maker, "missing");
    else
        value(maker, depth - 1);
    rule_write(maker, ")");
}

/* The aggregate's end: its window and the bracket. */
static void close_aggregate(RuleMaker *maker)
{
    rule_window(maker, false);
    rule_write(maker, ")");
}

/* An aggregate that gives a value of its field's kind. */
static void picked_value(RuleMaker *maker, TypeKind kind, int depth)
{
    bool has_order =
        kind == TYPE_DECIMAL || kind == TYPE_DATE || kind == TYPE_MOMENT || kind == TYPE_TEXT;
    const char *function = has_order ? PICK(maker, "min", "max", "first", "last", "most_common")
                                     : PICK(maker, "first", "last", "most_common");
    rule_aggregate_of(maker, function, kind, depth);
    close_aggregate(maker);
}

/* ---- numbers ---- */

static void counting(RuleMaker *maker, int depth)
{
    const Stream *stream = rule_stream(maker);
    const char *function = PICK(maker, "count", "days_since_first", "days_since_last", "periods");
    rule_write(maker, function);
    rule_write(maker, "(");
    rule_name(maker, stream->name);
    rule_events(maker, stream, depth);
    if (function[0] == 'p') {
        rule_write(maker, " by ");
        rule_unit(maker);
    }
    close_aggregate(maker);
}

static void series(RuleMaker *maker, int depth)
{
    rule_aggregate_of(maker, PICK(maker, "cv", "slope"), TYPE_DECIMAL, depth);
    rule_write(maker, " by ");
    rule_unit(maker);
    rule_window(maker, true);
    rule_write(maker, ")");
}

static void number_aggregate(RuleMaker *maker, int depth)
{
    static const TypeKind kinds[] = {TYPE_DECIMAL,   TYPE_TEXT, TYPE_ITEM,
                                     TYPE_HIERARCHY, TYPE_DATE, TYPE_BOOL};
    switch (rule_below(maker, 6)) {
    case 0: counting(maker, depth); return;
    case 1: series(maker, depth); return;
    case 2:
        rule_aggregate_of(maker, "distinct", kinds[rule_below(maker, 6)], depth);
        close_aggregate(maker);
        return;
    case 3: picked_value(maker, TYPE_DECIMAL, depth); return;
    default:
        rule_aggregate_of(maker, PICK(maker, "sum", "sum", "avg", "median", "stddev"), TYPE_DECIMAL,
                          depth);
        close_aggregate(maker);
        return;
    }
}

static void arithmetic(RuleMaker *maker, int depth)
{
    rule_write(maker, "(");
    rule_number(maker, depth - 1);
    rule_write(maker, PICK(maker, " + ", " - ", " * ", " / "));
    rule_number(maker, depth - 1);
    rule_write(maker, ")");
}

static void date_number(RuleMaker *maker, int depth)
{
    static const char *const of_one[] = {"age", "days_since", "year", "month", "day", "weekday"};
    size_t chosen = rule_below(maker, 8);
    bool is_difference = chosen == 7, is_of_two = chosen >= 6;
    if (!is_of_two)
        rule_write(maker, of_one[chosen]);
    else if (!is_difference)
        rule_write(maker, "days_between");
    rule_write(maker, "(");
    rule_day(maker, depth - 1);
    if (is_of_two) {
        rule_write(maker, is_difference ? " - " : ", ");
        rule_day(maker, depth - 1);
    }
    rule_write(maker, ")");
}

static void of_customer(RuleMaker *maker)
{
    rule_write(maker, PICK(maker, "bucket(\"соль\")", "bucket(\"\")", "score(\"churn\")",
                           "debt(settlement)", "overdue(settlement)", "overdue_days(settlement)",
                           "revenue", "`средний чек`", "REVENUE"));
}

static void simple_number(RuleMaker *maker)
{
    if (rule_chance(maker, 0.3))
        rule_number_literal(maker);
    else if (maker->stream == NULL)
        rule_property(maker, TYPE_DECIMAL);
    else if (!rule_field(maker, maker->stream, TYPE_DECIMAL))
        rule_write(maker, "hour");
}

void rule_number(RuleMaker *maker, int depth)
{
    if (depth <= 0) {
        simple_number(maker);
        return;
    }
    bool is_of_customer = maker->stream == NULL;
    switch (rule_below(maker, is_of_customer ? 11 : 7)) {
    case 0: simple_number(maker); return;
    case 1:
    case 2: arithmetic(maker, depth); return;
    case 3:
        rule_write(maker, "(-");
        rule_number(maker, depth - 1);
        rule_write(maker, ")");
        return;
    case 4: choice(maker, depth, rule_number); return;
    case 5:
        rule_write(maker, PICK(maker, "abs(", "round(", "floor("));
        rule_number(maker, depth - 1);
        rule_write(maker, ")");
        return;
    case 6: date_number(maker, depth); return;
    case 7: of_customer(maker); return;
    default: number_aggregate(maker, depth); return;
    }
}

/* ---- days ---- */

static void simple_day(RuleMaker *maker)
{
    if (rule_chance(maker, 0.3))
        rule_date_literal(maker);
    else if (rule_chance(maker, 0.2))
        rule_write(maker, "today()");
    else if (maker->stream == NULL)
        rule_property(maker, TYPE_DATE);
    else
        rule_field(maker, maker->stream, rule_chance(maker, 0.3) ? TYPE_MOMENT : TYPE_DATE);
}

/* Streams without a date field have `date`. */
static void day_of_event(RuleMaker *maker)
{
    size_t before = maker->out.size;
    simple_day(maker);
    if (maker->out.size == before) rule_write(maker, "date");
}

void rule_day(RuleMaker *maker, int depth)
{
    size_t choices = maker->stream == NULL ? 4 : 3;
    switch (depth <= 0 ? 0 : rule_below(maker, choices)) {
    case 0:
        if (maker->stream == NULL)
            simple_day(maker);
        else
            day_of_event(maker);
        return;
    case 1:
        rule_write(maker, "(");
        rule_day(maker, depth - 1);
        rule_write(maker, PICK(maker, " + ", " - "));
        rule_number(maker, depth - 1);
        rule_write(maker, ")");
        return;
    case 2: choice(maker, depth, rule_day); return;
    default: picked_value(maker, rule_chance(maker, 0.3) ? TYPE_MOMENT : TYPE_DATE, depth); return;
    }
}

/* ---- texts, hierarchies, items, sets ---- */

static void simple_text(RuleMaker *maker)
{
    if (maker->stream == NULL) {
        if (rule_chance(maker, 0.1))
            rule_write(maker, PICK(maker, "class(\"ABC\")", "class_on(\"ABC\", 2025-03-31)"));
        else
            rule_property(maker, TYPE_TEXT);
    } else if (!rule_field(maker, maker->stream, TYPE_TEXT)) {
        rule_quoted(maker, random_word(maker->random));
    }
}

void rule_text(RuleMaker *maker, int depth)
{
    size_t choices = maker->stream == NULL ? 5 : 3;
    switch (depth <= 0 ? 0 : rule_below(maker, choices)) {
    case 0:
    case 1: simple_text(maker); return;
    case 2: choice(maker, depth, rule_text); return;
    default: picked_value(maker, TYPE_TEXT, depth); return;
    }
}

void rule_hierarchy(RuleMaker *maker, int depth)
{
    bool is_of_customer = maker->stream == NULL;
    if (is_of_customer && depth > 0 && rule_chance(maker, 0.4)) {
        if (rule_chance(maker, 0.1))
            rule_write(maker, "top_region");
        else
            picked_value(maker, TYPE_HIERARCHY, depth);
    } else if (is_of_customer) {
        rule_property(maker, TYPE_HIERARCHY);
    } else if (!rule_field(maker, maker->stream, TYPE_HIERARCHY)) {
        rule_text(maker, 0); /* the stream has none */
    }
}

bool rule_can_item(const RuleMaker *maker)
{
    if (maker->stream == NULL) return true;
    for (size_t f = 0; f < maker->stream->fields_count; f++)
        if (maker->stream->fields[f].role == FIELD_ITEM) return true;
    return false;
}

void rule_item(RuleMaker *maker, int depth)
{
    if (maker->stream != NULL)
        rule_field(maker, maker->stream, TYPE_ITEM);
    else if (rule_chance(maker, 0.2))
        rule_write(maker, "best");
    else if (depth > 0 && rule_chance(maker, 0.2))
        choice(maker, depth, rule_item);
    else
        picked_value(maker, TYPE_ITEM, depth);
}

void rule_set(RuleMaker *maker)
{
    rule_property(maker, rule_chance(maker, 0.7) ? TYPE_TEXT_SET : TYPE_HIERARCHY_SET);
}
