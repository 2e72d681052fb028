/* composition.c -- the customers of an answer: who is in, in which order, what values come to. */
#include "eval/composition.h"

#include "base/fold.h"

#include <stdlib.h>

/* ---- the order of values ---- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_ratios(double a, double b)
{
    return (a > b) - (a < b);
}

/* Values of one expression, neither missing. Sets have no order. */
static int compare_values(Value a, Value b)
{
    switch (a.kind) {
    case VALUE_BOOL: return (int)a.as.boolean - (int)b.as.boolean;
    case VALUE_DECIMAL: return compare_numbers(a.as.decimal, b.as.decimal);
    case VALUE_RATIO: return compare_ratios(a.as.ratio, b.as.ratio);
    case VALUE_DATE: return compare_numbers(a.as.date.day, b.as.date.day);
    case VALUE_MOMENT: return compare_numbers(a.as.moment.second, b.as.moment.second);
    case VALUE_TEXT: return text_compare_folded(a.as.text, b.as.text);
    case VALUE_ITEM: return text_compare(a.as.item->code, b.as.item->code);
    case VALUE_MISSING:
    case VALUE_SET: return 0;
    }
    return 0;
}

typedef struct {
    size_t row;
    Text code;
    Value key; /* missing without a sort */
    bool is_descending;
} SortEntry;

static int compare_entries(const void *left, const void *right)
{
    const SortEntry *a = left, *b = right;
    int missing = (int)value_is_missing(a->key) - (int)value_is_missing(b->key);
    if (missing != 0) return missing;
    int order = value_is_missing(a->key) ? 0 : compare_values(a->key, b->key);
    if (order != 0) return a->is_descending ? -order : order;
    return text_compare(a->code, b->code);
}

/* ---- who is in ---- */

static bool is_in(const CompositionQuery *query, size_t customer)
{
    Value value = query->result->values[query->chooser][customer];
    if (query->types[query->chooser].kind == TYPE_BOOL)
        return value.kind == VALUE_BOOL && value.as.boolean;
    return !value_is_missing(value);
}

Composition composition_of(const CompositionQuery *query, Arena *arena)
{
    const EvalResult *result = query->result;
    AUTO(arena_done) Arena *scratch = arena_new();
    SortEntry *entries = ARENA_ARRAY(scratch, SortEntry, result->customers_count);
    size_t count = 0;
    for (size_t i = 0; i < result->customers_count; i++) {
        if (!is_in(query, i)) continue;
        Value key = query->has_sort ? result->values[query->sort][i] : value_missing();
        entries[count++] = (SortEntry){i, result->codes[i], key, query->is_descending};
    }
    qsort(entries, count, sizeof *entries, compare_entries);
    size_t *rows = ARENA_ARRAY(arena, size_t, count);
    for (size_t i = 0; i < count; i++)
        rows[i] = entries[i].row;
    return (Composition){.rows = rows, .rows_count = count};
}

/* ---- what values come to ---- */

typedef struct {
    Int128 decimals;
    double ratios;
} Total;

static void add_value(ValueSummary *summary, Total *total, Value value)
{
    summary->with_value++;
    if (value.kind == VALUE_DECIMAL) total->decimals += value.as.decimal;
    if (value.kind == VALUE_RATIO) total->ratios += value.as.ratio;
    if (value.kind == VALUE_SET) return;
    if (summary->with_value == 1 || compare_values(value, summary->min) < 0) summary->min = value;
    if (summary->with_value == 1 || compare_values(value, summary->max) > 0) summary->max = value;
}

Status value_summary(const EvalResult *result, size_t expression, Type type,
                     ValueSummary *ret_summary, Error *err)
{
    ValueSummary summary = {0};
    Total total = {0};
    for (size_t i = 0; i < result->customers_count; i++) {
        Value value = result->values[expression][i];
        if (!value_is_missing(value)) add_value(&summary, &total, value);
    }
    double count = (double)summary.with_value;
    if (type.kind == TYPE_DECIMAL && summary.with_value > 0) {
        if (!decimal_fits(total.decimals))
            return error_set(err, STATUS_LIMIT, "the sum over all customers has over 18 digits");
        int64_t sum = (int64_t)total.decimals;
        summary.sum = value_decimal(sum);
        summary.average = value_ratio(decimal_to_double(sum, type.scale) / count);
    }
    if (type.kind == TYPE_RATIO && summary.with_value > 0) {
        summary.sum = value_ratio(total.ratios);
        summary.average = value_ratio(total.ratios / count);
    }
    *ret_summary = summary;
    return STATUS_OK;
}
