/* composition.c -- what an answer comes to: who is in, in which order, the sum of the values. */
#include "eval/composition.h"

#include "base/fold.h"
#include "base/memory.h"

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

/* ---- the first ones in order ---- */

enum { SPARE_ENTRIES_MIN = 1024 }; /* sorted and cut when so many more than wanted have come */

static int compare_entries(const SelectionEntry *a, const SelectionEntry *b)
{
    int missing = (int)value_is_missing(a->key) - (int)value_is_missing(b->key);
    if (missing != 0) return missing;
    int order = value_is_missing(a->key) ? 0 : compare_values(a->key, b->key);
    return order;
}

static int compare_ascending(const void *left, const void *right)
{
    const SelectionEntry *a = left, *b = right;
    int order = compare_entries(a, b);
    return order != 0 ? order : text_compare(a->code, b->code);
}

static int compare_descending(const void *left, const void *right)
{
    const SelectionEntry *a = left, *b = right;
    int order = compare_entries(a, b);
    bool has_keys = !value_is_missing(a->key) && !value_is_missing(b->key);
    if (order != 0) return has_keys ? -order : order;
    return text_compare(a->code, b->code);
}

void selection_finish(Selection *selection)
{
    if (selection->count > 0)
        qsort(selection->items, selection->count, sizeof *selection->items,
              selection->is_descending ? compare_descending : compare_ascending);
    if (selection->count <= selection->count_max) return;
    selection->count = selection->count_max;
    selection->is_cut = true;
}

static size_t enough(const Selection *selection)
{
    if (selection->count_max > SIZE_MAX / 2 - SPARE_ENTRIES_MIN) return SIZE_MAX;
    return 2 * selection->count_max + SPARE_ENTRIES_MIN;
}

static bool is_behind(const Selection *selection, const SelectionEntry *entry)
{
    if (selection->after == NULL) return true;
    return (selection->is_descending ? compare_descending(entry, selection->after)
                                     : compare_ascending(entry, selection->after)) > 0;
}

void selection_add(Selection *selection, SelectionEntry entry)
{
    if (!is_behind(selection, &entry)) return;
    if (selection->count >= enough(selection)) selection_finish(selection);
    if (selection->count == selection->capacity) {
        selection->capacity =
            selection->capacity == 0 ? SPARE_ENTRIES_MIN : 2 * selection->capacity;
        selection->items = memory_resize(
            selection->items, memory_product(selection->capacity, sizeof *selection->items));
    }
    selection->items[selection->count++] = entry;
}

void selection_done(Selection *selection)
{
    free(selection->items);
    *selection = (Selection){0};
}

/* ---- what values come to ---- */

void summing_add(Summing *summing, Value value)
{
    if (value_is_missing(value)) return;
    ValueSummary *summary = &summing->summary;
    summary->with_value++;
    if (value.kind == VALUE_DECIMAL) summing->decimals += value.as.decimal;
    if (value.kind == VALUE_RATIO) summing->ratios += value.as.ratio;
    if (value.kind == VALUE_SET) return;
    if (summary->with_value == 1 || compare_values(value, summary->min) < 0) summary->min = value;
    if (summary->with_value == 1 || compare_values(value, summary->max) > 0) summary->max = value;
}

Status summing_end(const Summing *summing, Type type, ValueSummary *ret_summary, Error *err)
{
    ValueSummary summary = summing->summary;
    double count = (double)summary.with_value;
    if (type.kind == TYPE_DECIMAL && summary.with_value > 0) {
        if (!decimal_fits(summing->decimals))
            return error_set(err, STATUS_LIMIT, "the sum over all customers has over 18 digits");
        int64_t sum = (int64_t)summing->decimals;
        summary.sum = value_decimal(sum);
        /* one rounding: 160588345.49 by 5000 is 32117.669098, not the neighbour of it */
        summary.average = value_ratio((double)sum / (count * (double)DECIMAL_POW10[type.scale]));
    }
    if (type.kind == TYPE_RATIO && summary.with_value > 0) {
        summary.sum = value_ratio(summing->ratios);
        summary.average = value_ratio(summing->ratios / count);
    }
    *ret_summary = summary;
    return STATUS_OK;
}
