/* value.h -- what one expression, property or event field holds for one customer or event.
 *
 * The static Type says how to read a Value; a Value whose kind is VALUE_MISSING is missing whatever
 * the type. Money and numbers are exact decimals whose scale is part of the type, so a Value holds
 * only the mantissa. Texts keep their original spelling; comparing folds (base/fold.h). */
#pragma once

#include "base/arena.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/text.h"
#include "model/enumeration.h"

typedef enum {
    TYPE_NONE, /* not checked yet, or an error was reported for it */
    TYPE_BOOL,
    TYPE_DECIMAL, /* exact number or money; scale and is_money say which */
    TYPE_RATIO,   /* double: results of division, avg, stddev, cv, slope */
    TYPE_DATE,
    TYPE_MOMENT, /* compared with a date by its day */
    TYPE_TEXT,
    TYPE_HIERARCHY,     /* a path of levels, "Центральный ФО / Москва" */
    TYPE_TEXT_SET,      /* several texts, tested with `has` */
    TYPE_HIERARCHY_SET, /* several paths */
    TYPE_ITEM,          /* a reference to a row of the items; text literals match code or name */
    TYPE_KIND_COUNT
} TypeKind;

typedef struct {
    TypeKind kind;
    uint8_t scale;       /* TYPE_DECIMAL: digits after the point, 0..DECIMAL_SCALE_MAX */
    bool is_money;       /* TYPE_DECIMAL: shown in the base currency */
    uint8_t enumeration; /* TYPE_TEXT: Enumeration, whose words stand for its values */
} Type;

typedef enum {
    VALUE_MISSING,
    VALUE_BOOL,
    VALUE_DECIMAL,
    VALUE_RATIO,
    VALUE_DATE,
    VALUE_MOMENT,
    VALUE_TEXT, /* TYPE_TEXT and TYPE_HIERARCHY (the whole path) */
    VALUE_SET,  /* TYPE_TEXT_SET and TYPE_HIERARCHY_SET */
    VALUE_ITEM
} ValueKind;

typedef struct Item Item;

typedef struct {
    const Text *items;
    size_t count; /* never 0: an empty set is missing */
} TextSet;

typedef struct {
    ValueKind kind;
    union {
        bool boolean;
        int64_t decimal; /* mantissa at the type's scale */
        double ratio;
        Date date;
        Moment moment;
        Text text;
        TextSet set;
        const Item *item; /* borrowed from the items of the data set */
    } as;
} Value;

/* A row of the items. Any text may be empty and any value missing. */
struct Item {
    uint32_t id; /* dense, from 1, never reused */
    Text code;   /* unique */
    Text name;
    Text group; /* hierarchy path */
    Text brand;
    Value price; /* money */
    Value cost;  /* money */
};

static inline Value value_missing(void)
{
    return (Value){.kind = VALUE_MISSING};
}
static inline Value value_bool(bool boolean)
{
    return (Value){.kind = VALUE_BOOL, .as.boolean = boolean};
}
static inline Value value_decimal(int64_t mantissa)
{
    return (Value){.kind = VALUE_DECIMAL, .as.decimal = mantissa};
}
static inline Value value_ratio(double ratio)
{
    return (Value){.kind = VALUE_RATIO, .as.ratio = ratio};
}
static inline Value value_date(Date date)
{
    return (Value){.kind = VALUE_DATE, .as.date = date};
}
static inline Value value_moment(Moment moment)
{
    return (Value){.kind = VALUE_MOMENT, .as.moment = moment};
}
/* A text; empty after folding is missing. */
Value value_text(Text text);
/* A set of `count` texts that outlive it; empty members and repeats (folded) are dropped, an empty
 * set is missing. */
Value value_set(Arena *arena, const Text *items, size_t count);
Value value_item(const Item *item); /* NULL is missing */

static inline bool value_is_missing(Value value)
{
    return value.kind == VALUE_MISSING;
}

/* Take the first level, trimmed, off a path; *rest is left with what follows, data NULL after the
 * last. A slash with white space on both sides separates levels. */
Text hierarchy_next_level(Text *rest);
/* The name by which a hierarchical value compares: the last level of its path. */
Text hierarchy_own_name(Text path);
/* Whether a path lies under `target`: the name of any of its levels, or consecutive levels joined
 * by "/"; folded comparison, without regard to spaces beside slashes. */
bool hierarchy_is_under(Text path, Text target);

/* Same kind and equal content, texts folded, sets in any order; missing equals missing. For tests
 * and re-imports. */
bool value_equal(Value a, Value b);

/* Machine form, one line (line breaks of texts become spaces): numbers with a point, ISO dates,
 * yes/no as true/false, sets joined by "|", the code of an item; missing is empty. The view lives
 * in the arena. */
Text value_print(Value value, Type type, Arena *arena);
/* The same with texts as they are, line breaks and all; borrowed from the value where it can be. */
Text value_print_exact(Value value, Type type, Arena *arena);
const char *type_name(Type type); /* "number", "money", "yes/no", ... in English */
