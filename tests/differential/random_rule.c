/* random_rule.c -- random conditions, and whole expressions. */
#include "differential/random_rule.h"

static const char *pick(RuleMaker *maker, const char *const *words, size_t count)
{
    return words[rule_below(maker, count)];
}
#define PICK(maker, ...)                            \
    pick(maker, (const char *const[]){__VA_ARGS__}, \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

typedef void Writer(RuleMaker *maker, int depth);

static void any_value(RuleMaker *maker, int depth)
{
    switch (rule_below(maker, maker->stream == NULL ? 7 : 5)) {
    case 0:
    case 1: rule_number(maker, depth); return;
    case 2: rule_day(maker, depth); return;
    case 3: rule_text(maker, depth); return;
    case 4: rule_hierarchy(maker, depth); return;
    case 5: rule_item(maker, depth); return;
    default: rule_set(maker); return;
    }
}

/* ---- comparisons ---- */

static void word_or_path(RuleMaker *maker)
{
    Text text = rule_chance(maker, 0.7) ? random_word(maker->random) : random_path(maker->random);
    rule_quoted(maker, text);
}

static const char *order_sign(RuleMaker *maker)
{
    return PICK(maker, " = ", " != ", " < ", " <= ", " > ", " >= ");
}

static void compare_texts(RuleMaker *maker, int depth)
{
    rule_text(maker, depth);
    rule_write(maker, order_sign(maker));
    if (rule_chance(maker, 0.6))
        word_or_path(maker);
    else
        rule_text(maker, depth);
}

static void compare_names(RuleMaker *maker, int depth)
{
    if (rule_can_item(maker) && rule_chance(maker, 0.5)) {
        rule_item(maker, depth);
        rule_write(maker, PICK(maker, " = ", " != "));
        if (rule_chance(maker, 0.2))
            rule_item(maker, depth);
        else
            word_or_path(maker);
        return;
    }
    rule_hierarchy(maker, depth);
    rule_write(maker, PICK(maker, " = ", " != "));
    if (rule_chance(maker, 0.7))
        word_or_path(maker);
    else
        rule_hierarchy(maker, depth);
}

static void compare(RuleMaker *maker, int depth)
{
    switch (rule_below(maker, 5)) {
    case 0:
    case 1:
        rule_number(maker, depth);
        rule_write(maker, order_sign(maker));
        rule_number(maker, depth);
        return;
    case 2:
        rule_day(maker, depth);
        rule_write(maker, order_sign(maker));
        rule_day(maker, depth);
        return;
    case 3: compare_texts(maker, depth); return;
    default: compare_names(maker, depth); return;
    }
}

static void text_range(RuleMaker *maker, int depth)
{
    Text a = random_word(maker->random), b = random_word(maker->random);
    (void)depth;
    rule_quoted(maker, a);
    rule_write(maker, " and ");
    rule_quoted(maker, b);
}

static void between(RuleMaker *maker, int depth)
{
    size_t kind = rule_below(maker, 4);
    Writer *writer = kind < 2 ? rule_number : kind == 2 ? rule_day : rule_text;
    writer(maker, depth);
    rule_write(maker, PICK(maker, " between ", " not between "));
    if (kind == 3) {
        text_range(maker, depth);
        return;
    }
    writer(maker, depth - 1);
    rule_write(maker, " and ");
    writer(maker, depth - 1);
}

static void in_interval(RuleMaker *maker, int depth)
{
    Writer *writer = rule_chance(maker, 0.7) ? rule_number : rule_day;
    writer(maker, depth);
    rule_write(maker, PICK(maker, " in ", " not in "));
    rule_write(maker, PICK(maker, "[", "("));
    if (rule_chance(maker, 0.8)) writer(maker, depth - 1);
    rule_write(maker, ", ");
    if (rule_chance(maker, 0.8)) writer(maker, depth - 1);
    rule_write(maker, PICK(maker, "]", ")"));
}

static void list_of(RuleMaker *maker, void (*literal)(RuleMaker *maker))
{
    size_t count = 1 + rule_below(maker, rule_chance(maker, 0.02) ? 700 : 4);
    rule_write(maker, "(");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) rule_write(maker, ", ");
        literal(maker);
    }
    rule_write(maker, ")");
}

static void in_list(RuleMaker *maker, int depth)
{
    void (*literal)(RuleMaker * maker) = word_or_path;
    switch (rule_below(maker, 5)) {
    case 0:
        rule_number(maker, depth);
        literal = rule_number_literal;
        break;
    case 1:
        rule_day(maker, depth);
        literal = rule_date_literal;
        break;
    case 2: rule_text(maker, depth); break;
    case 3: rule_hierarchy(maker, depth); break;
    default:
        if (rule_can_item(maker))
            rule_item(maker, depth);
        else
            rule_text(maker, depth);
        break;
    }
    rule_write(maker, PICK(maker, " in ", " not in "));
    list_of(maker, literal);
}

static void text_match(RuleMaker *maker, int depth)
{
    static const char *const patterns[] = {"\"^м\"",  "\"[а-я]+ё?л$\"",  "\"^\\\\d+$\"", "\".\"",
                                           "\"a.b\"", "\"(орел|київ)\"", "\"s{2}\""};
    if (rule_can_item(maker) && rule_chance(maker, 0.2))
        rule_item(maker, depth);
    else if (rule_chance(maker, 0.3))
        rule_hierarchy(maker, depth);
    else
        rule_text(maker, depth);
    if (rule_chance(maker, 0.2)) rule_write(maker, " not");
    if (rule_chance(maker, 0.25)) {
        rule_write(maker, " matches ");
        rule_write(maker, patterns[rule_below(maker, sizeof patterns / sizeof patterns[0])]);
        return;
    }
    rule_write(maker, PICK(maker, " contains ", " starts with ", " ends with "));
    if (rule_chance(maker, 0.5))
        word_or_path(maker);
    else
        rule_write(maker, PICK(maker, "\"о\"", "\" м\"", "\"Л \"", "\"a\"", "\"а\"", "\"ё\""));
}

static void has(RuleMaker *maker)
{
    rule_set(maker);
    rule_write(maker, PICK(maker, " has any ", " has all ", " has none "));
    list_of(maker, word_or_path);
}

static void under(RuleMaker *maker, int depth)
{
    if (maker->stream == NULL && rule_chance(maker, 0.3))
        rule_name(maker, TEXT("территории"));
    else if (rule_can_item(maker) && rule_chance(maker, 0.5))
        rule_item(maker, depth);
    else if (maker->stream == NULL)
        rule_hierarchy(maker, depth);
    else if (!rule_field(maker, maker->stream, TYPE_HIERARCHY)) {
        rule_write(maker, "hour = 9");
        return;
    }
    rule_write(maker, PICK(maker, " under ", " not under "));
    rule_quoted(maker, random_path(maker->random));
}

static void is_missing(RuleMaker *maker, int depth)
{
    any_value(maker, depth);
    rule_write(maker, PICK(maker, " is missing", " is not missing"));
}

/* ---- logic ---- */

static void conditions(RuleMaker *maker, int depth, const char *separator)
{
    size_t count = 2 + rule_below(maker, 3);
    rule_write(maker, "(");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) rule_write(maker, separator);
        rule_condition(maker, depth - 1);
    }
    rule_write(maker, ")");
}

static void at_least(RuleMaker *maker, int depth)
{
    buffer_printf(&maker->out, "at least %zu of ", 1 + rule_below(maker, 3));
    conditions(maker, depth, ", ");
}

static void bare(RuleMaker *maker)
{
    if (rule_chance(maker, 0.05))
        rule_write(maker, PICK(maker, "true", "false"));
    else if (maker->stream == NULL)
        rule_property(maker, TYPE_BOOL);
    else if (!rule_field(maker, maker->stream, TYPE_BOOL))
        rule_write(maker, "weekday < 6");
}

static void choice(RuleMaker *maker, int depth)
{
    bool is_if = rule_chance(maker, 0.5);
    rule_write(maker, is_if ? "if(" : "coalesce(");
    if (is_if) {
        rule_condition(maker, depth - 1);
        rule_write(maker, ", ");
    }
    bare(maker);
    rule_write(maker, ", ");
    if (rule_chance(maker, 0.2))
        rule_write(maker, "missing");
    else
        rule_condition(maker, depth - 1);
    rule_write(maker, ")");
}

/* ---- of customers only ---- */

static void events_exist(RuleMaker *maker, int depth)
{
    const Stream *stream = rule_stream(maker);
    rule_write(maker, PICK(maker, "any(", "none("));
    rule_name(maker, stream->name);
    rule_events(maker, stream, depth);
    rule_window(maker, false);
    rule_write(maker, ")");
}

static void step(RuleMaker *maker, int depth)
{
    const Stream *stream = rule_stream(maker);
    rule_name(maker, stream->name);
    rule_events(maker, stream, depth);
}

static void sequence(RuleMaker *maker, int depth)
{
    size_t steps = 2 + rule_below(maker, 2);
    rule_write(maker, "sequence(");
    step(maker, depth - 1);
    for (size_t i = 1; i < steps; i++) {
        rule_write(maker, ", then ");
        step(maker, depth - 1);
        if (rule_chance(maker, 0.5)) {
            rule_write(maker, " within ");
            rule_count_unit(maker);
        }
        if (rule_chance(maker, 0.4)) {
            rule_write(maker, " without ");
            step(maker, depth - 1);
        }
    }
    rule_window(maker, false);
    rule_write(maker, ")");
}

static void rank(RuleMaker *maker, int depth)
{
    maker->ranks++;
    buffer_printf(&maker->out, "(%s ", PICK(maker, "top", "bottom"));
    if (rule_chance(maker, 0.5))
        buffer_printf(&maker->out, "%zu", 1 + rule_below(maker, 8));
    else
        rule_write(maker, PICK(maker, "10%", "25%", "33.3%", "0.5%", "100%", "50%"));
    rule_write(maker, " by ");
    if (rule_chance(maker, 0.8))
        rule_number(maker, depth);
    else
        rule_day(maker, depth);
    if (rule_chance(maker, 0.4)) {
        rule_write(maker, " within (");
        rule_condition(maker, depth - 1);
        rule_write(maker, ")");
    }
    rule_write(maker, ")");
}

static void stored(RuleMaker *maker)
{
    const char *function =
        PICK(maker, "member(\"Стоп-лист\"", "member(\"активные\"", "saved(\"Акция\"",
             "was_member(\"Стоп-лист\", 2025-03-31", "entered(\"Стоп-лист\"", "left(\"Стоп-лист\"",
             "class_changed(\"ABC\", \"A\", \"ё\"", "is_new");
    rule_write(maker, function);
    if (function[0] == 'i') return;
    if (function[0] == 'e' || function[0] == 'l') rule_window(maker, false);
    if (function[0] == 'c') rule_window(maker, true);
    rule_write(maker, ")");
}

static void anniversary(RuleMaker *maker, int depth)
{
    rule_write(maker, "anniversary(");
    if (rule_chance(maker, 0.5))
        rule_write(maker, "birth_date");
    else
        rule_day(maker, depth - 1);
    rule_write(maker, ", next ");
    if (rule_chance(maker, 0.5))
        rule_write(maker, PICK(maker, "1 day", "2 days", "7 days"));
    else
        rule_count_unit(maker);
    rule_write(maker, ")");
}

static void of_customer(RuleMaker *maker, int depth)
{
    enum { RANKS_MAX = 2 };
    switch (rule_below(maker, 6)) {
    case 0: sequence(maker, depth); return;
    case 1:
        if (maker->ranks < RANKS_MAX)
            rank(maker, depth);
        else
            stored(maker);
        return;
    case 2: stored(maker); return;
    default: events_exist(maker, depth); return;
    }
}

/* A comparison in brackets, for it binds looser than what may stand around it. */
static void comparison(RuleMaker *maker, int depth)
{
    rule_write(maker, "(");
    switch (rule_below(maker, 9)) {
    case 0:
    case 1: compare(maker, depth); break;
    case 2: between(maker, depth); break;
    case 3: in_interval(maker, depth); break;
    case 4: in_list(maker, depth); break;
    case 5: text_match(maker, depth); break;
    case 6:
        if (maker->stream == NULL)
            has(maker);
        else
            compare(maker, depth);
        break;
    case 7: under(maker, depth); break;
    default: is_missing(maker, depth); break;
    }
    rule_write(maker, ")");
}

void rule_condition(RuleMaker *maker, int depth)
{
    if (depth <= 0) {
        if (rule_chance(maker, 0.15))
            bare(maker);
        else
            comparison(maker, 0);
        return;
    }
    switch (rule_below(maker, 12)) {
    case 0: conditions(maker, depth, " and "); return;
    case 1: conditions(maker, depth, " or "); return;
    case 2:
        rule_write(maker, "(not ");
        rule_condition(maker, depth - 1);
        rule_write(maker, ")");
        return;
    case 3:
        if (rule_chance(maker, 0.5))
            at_least(maker, depth);
        else
            choice(maker, depth);
        return;
    case 4:
        if (rule_chance(maker, 0.3))
            anniversary(maker, depth);
        else
            bare(maker);
        return;
    case 5:
    case 6:
    case 7:
        if (maker->stream == NULL)
            of_customer(maker, depth);
        else
            comparison(maker, depth);
        return;
    default: comparison(maker, depth - 1); return;
    }
}

Text random_expression(Random *random, const Population *population, Arena *arena)
{
    RuleMaker maker = {.random = random, .population = population, .arena = arena};
    int depth = 1 + (int)random_below(random, 3);
    if (random_chance(random, 0.7))
        rule_condition(&maker, depth);
    else
        any_value(&maker, depth);
    Text text = arena_text(arena, buffer_view(&maker.out));
    buffer_done(&maker.out);
    return text;
}
