/* event_facts.c -- what a step that looks at events needs to know of an image beforehand: the order
 * of texts that their codes do not tell, periods of days, kinds of settlements. */
#include "base/fold.h"
#include "engine/account.h"
#include "engine/events.h"
#include "eval/exact.h"
#include "lang/window.h"
#include "model/built_in.h"

#include <stdlib.h>

/* Days of a longer stream are computed when they are met. */
enum { PERIOD_TABLE_DAYS_MAX = 1 << 17 };

/* ---- ranks of texts ---- */

typedef struct {
    Text folded, text;
    uint32_t code;
} RankedText;

static int compare_ranked(const void *a, const void *b)
{
    const RankedText *left = a, *right = b;
    int order = text_compare(left->folded, right->folded);
    return order != 0 ? order : text_compare(left->text, right->text);
}

/* Texts that fold alike are one, unless each is to have a place of its own. */
static const uint32_t *make_ranks(const Dictionary *dictionary, bool is_hierarchy, bool is_own,
                                  Arena *arena)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    uint32_t *ranks = ARENA_ARRAY(arena, uint32_t, (size_t)dictionary->count + 1);
    RankedText *texts = ARENA_ARRAY(scratch, RankedText, dictionary->count);
    for (uint32_t code = 1; code <= dictionary->count; code++) {
        Text text = dictionary_text(dictionary, code, scratch);
        Text name = is_hierarchy ? hierarchy_own_name(text) : text;
        texts[code - 1] = (RankedText){text_fold(name, scratch), text, code};
    }
    if (dictionary->count > 1) qsort(texts, dictionary->count, sizeof *texts, compare_ranked);
    uint32_t rank = 0;
    for (uint32_t i = 0; i < dictionary->count; i++) {
        bool is_same = i > 0 && !is_own && text_equal(texts[i].folded, texts[i - 1].folded);
        rank += !is_same;
        ranks[texts[i].code] = rank;
    }
    return ranks;
}

/* Whether values are only told apart, or returned as they stand. */
static bool is_order_asked(AggregateKind kind)
{
    return kind == AGGREGATE_MIN || kind == AGGREGATE_MAX || kind == AGGREGATE_MOST_COMMON;
}

/* By item instead of by code of its text. */
static void rank_items(const Image *image, const Column *column, const uint32_t *ranks, bool is_own,
                       Arena *arena, EventFacts *facts)
{
    const Dictionary *dictionary = column->dictionary;
    uint64_t count = image_items(image)->count;
    uint32_t *by_item = ARENA_ARRAY(arena, uint32_t, count + 1);
    for (uint64_t item = 1; item <= count; item++) {
        uint32_t code = item_text_code(column, (int64_t)item);
        bool has_class = ranks == NULL && !is_own && code != 0;
        by_item[item] = has_class       ? dictionary_class(dictionary, code)
                        : ranks != NULL ? ranks[code]
                                        : code;
    }
    facts->item_ranks = by_item;
    facts->item_ranks_max = dictionary->count;
}

static void make_field_facts(const Image *image, const Step *step, Arena *arena, EventFacts *facts)
{
    const Node *field = step->node->as.aggregate.field;
    AggregateKind kind = step->node->as.aggregate.kind;
    bool is_compared = is_order_asked(kind) || kind == AGGREGATE_DISTINCT;
    if (!is_compared || field->as.field.is_built_in) return;
    const ItemColumns *items = image_items(image);
    const Column *column =
        &image_stream(image, step->events.stream_index)->fields[field->as.field.field->slot];
    bool is_item = field->type.kind == TYPE_ITEM;
    bool is_of_item = field->as.field.is_item_attribute || is_item;
    if (is_item && !is_order_asked(kind)) return; /* rows of items tell them apart */
    if (is_item) column = &items->code;
    if (field->as.field.is_item_attribute) column = item_column(items, field->as.field.attribute);
    if (column->kind != COLUMN_CODE && column->kind != COLUMN_OWN_CODE) return;
    bool is_hierarchy = field->type.kind == TYPE_HIERARCHY;
    bool is_unordered = is_of_item && column->kind == COLUMN_OWN_CODE;
    const uint32_t *ranks = NULL;
    if (is_hierarchy || is_unordered)
        ranks = make_ranks(column->dictionary, is_hierarchy, is_item, arena);
    if (is_of_item)
        rank_items(image, column, ranks, is_item, arena, facts);
    else
        facts->ranks = ranks;
}

/* ---- periods ---- */

/* k * i - k * (k - 1) / 2 for a day in the whole period i of k. */
static void make_weights(const Step *step, size_t count, Arena *arena, EventFacts *facts)
{
    int64_t first, last;
    day_span_whole_periods(step->events.span, step->node->as.aggregate.period, &first, &last);
    int64_t k = last >= first ? last - first + 1 : 0;
    int64_t *weights = ARENA_ARRAY(arena, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        int64_t period = facts->periods[i];
        if (period >= first && period <= last) weights[i] = k * (period - first) - k * (k - 1) / 2;
    }
    facts->weights = weights;
    facts->slope_denominator = series_slope_denominator(k);
}

static void make_period_bytes(const Step *step, const Column *day, Arena *arena, EventFacts *facts)
{
    int64_t first, last;
    day_span_whole_periods(step->events.span, step->node->as.aggregate.period, &first, &last);
    if (day->width_bytes == 0 || last - first >= UINT8_MAX) return;
    size_t count = (size_t)((day->max - day->base) / day->factor) + 1;
    uint8_t *bytes = ARENA_ARRAY(arena, uint8_t, count);
    for (size_t i = 0; i < count; i++) {
        int64_t at = day->base + day->factor * (int64_t)i;
        if (at < day->min) continue; /* no event has it */
        int64_t period = facts->periods[at - facts->first_day];
        if (period >= first && period <= last) bytes[i] = (uint8_t)(period - first + 1);
    }
    facts->period_bytes = bytes;
}

static void make_periods(const Step *step, const Column *day, Arena *arena, EventFacts *facts)
{
    if (!day->has_range || day->max - day->min >= PERIOD_TABLE_DAYS_MAX) return;
    size_t count = (size_t)(day->max - day->min + 1);
    int32_t *periods = ARENA_ARRAY(arena, int32_t, count);
    for (size_t i = 0; i < count; i++) {
        Date date = {(int32_t)(day->min + (int64_t)i)};
        periods[i] = (int32_t)date_period_index(date, step->node->as.aggregate.period);
    }
    facts->periods = periods;
    facts->first_day = (int32_t)day->min;
    if (step->node->as.aggregate.kind == AGGREGATE_SLOPE) make_weights(step, count, arena, facts);
    if (step->node->as.aggregate.kind == AGGREGATE_CV) make_period_bytes(step, day, arena, facts);
}

/* ---- kinds of settlements ---- */

static const uint8_t *make_kinds(const Dictionary *dictionary, Arena *arena)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    uint8_t *kinds = ARENA_ARRAY(arena, uint8_t, (size_t)dictionary->count + 1);
    for (uint32_t code = 1; code <= dictionary->count; code++) {
        arena_reset(scratch);
        kinds[code] = (uint8_t)settlement_kind_of(dictionary_text(dictionary, code, scratch));
    }
    return kinds;
}

/* ---- all ---- */

static bool is_debt(const Node *node)
{
    if (node->kind != NODE_CALL) return false;
    FunctionKind function = node->as.call.function;
    return function == FUNCTION_DEBT || function == FUNCTION_OVERDUE ||
           function == FUNCTION_OVERDUE_DAYS;
}

const EventFacts *event_facts_make(const Image *image, const Step *step, Arena *arena)
{
    const Node *node = step->node;
    if (node->kind != NODE_AGGREGATE && !is_debt(node)) return NULL;
    const StreamColumns *stream = image_stream(image, step->events.stream_index);
    EventFacts *facts = ARENA_NEW(arena, EventFacts);
    if (is_debt(node)) {
        facts->kinds = make_kinds(stream->fields[SETTLEMENT_KIND].dictionary, arena);
        return facts;
    }
    if (node->as.aggregate.field != NULL) make_field_facts(image, step, arena, facts);
    if (node->as.aggregate.has_period) make_periods(step, &stream->day, arena, facts);
    return facts;
}
