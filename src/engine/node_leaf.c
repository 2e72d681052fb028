/* node_leaf.c -- literals, properties of customers, fields of events and of their items. */
#include "engine/nodes.h"

/* ---- literals ---- */

static Vector filled_integers(const Scope *scope, int64_t number)
{
    int64_t *integers = scope_integers(scope);
    for (size_t i = 0; i < scope->count; i++)
        integers[i] = number;
    return (Vector){.kind = LANE_INTEGERS, .as.integers = integers};
}

static LaneKind lane_of(TypeKind type)
{
    switch (type) {
    case TYPE_BOOL: return LANE_BITS;
    case TYPE_DECIMAL:
    case TYPE_DATE:
    case TYPE_MOMENT: return LANE_INTEGERS;
    case TYPE_RATIO: return LANE_RATIOS;
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return LANE_TEXTS;
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET: return LANE_SETS;
    case TYPE_ITEM: return LANE_ITEMS;
    case TYPE_NONE:
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false && "a step has a type");
    return LANE_BITS;
}

static Vector all_missing(const Scope *scope, TypeKind type)
{
    Vector vector = {.kind = lane_of(type), .present = scope_bits(scope)};
    switch (vector.kind) {
    case LANE_BITS: vector.as.bits = vector.present; break;
    case LANE_INTEGERS: vector.as.integers = scope_integers(scope); break;
    case LANE_RATIOS: vector.as.ratios = ARENA_ARRAY(scope->arena, double, scope->count); break;
    case LANE_TEXTS: vector.as.texts = ARENA_ARRAY(scope->arena, Text, scope->count); break;
    case LANE_SETS: vector.as.sets = ARENA_ARRAY(scope->arena, TextSet, scope->count); break;
    case LANE_ITEMS: vector.as.items = ARENA_ARRAY(scope->arena, uint32_t, scope->count); break;
    }
    return vector;
}

static Vector filled_texts(const Scope *scope, Text text)
{
    Text *texts = ARENA_ARRAY(scope->arena, Text, scope->count);
    for (size_t i = 0; i < scope->count; i++)
        texts[i] = text;
    return (Vector){.kind = LANE_TEXTS, .as.texts = texts};
}

Vector leaf_literal(const Scope *scope, const Step *step)
{
    const Literal *literal = &step->node->as.literal;
    Value value = literal->value;
    if (value.kind == VALUE_TEXT) value = value_text(value.as.text);
    switch (value.kind) {
    case VALUE_BOOL:
        return (Vector){.kind = LANE_BITS,
                        .as.bits = value.as.boolean ? scope_all_bits(scope) : scope_bits(scope)};
    case VALUE_DECIMAL: return filled_integers(scope, value.as.decimal);
    case VALUE_DATE: return filled_integers(scope, value.as.date.day);
    case VALUE_MOMENT: return filled_integers(scope, value.as.moment.second);
    case VALUE_TEXT: return filled_texts(scope, value.as.text);
    case VALUE_MISSING: return all_missing(scope, step->node->type.kind);
    case VALUE_RATIO:
    case VALUE_SET:
    case VALUE_ITEM: break;
    }
    ASSERT(false && "a literal is of one of the kinds above");
    return (Vector){0};
}

/* ---- columns ---- */

static const uint64_t *present_bits(const Scope *scope, const Column *column)
{
    bool is_full = !column->is_empty && column->present == NULL;
    if (column->kind == COLUMN_INTEGER && is_full) return NULL;
    uint64_t *bits = scope_bits(scope);
    column_present(column, scope->worker->kernels, scope->begin, scope->count, bits);
    return bits;
}

static const void *data_of(const Scope *scope, const Column *column)
{
    if (column->width_bytes == 0) return NULL;
    return (const uint8_t *)column->data + scope->begin * column->width_bytes;
}

static int64_t *widened(const Scope *scope, const Column *column)
{
    int64_t *integers = scope_integers(scope);
    scope->worker->kernels->widen(data_of(scope, column), column->width_bytes, scope->count,
                                  column->base, column->factor, integers);
    return integers;
}

/* Yes is stored as 1; where missing, 0. */
static Vector bools_of(const Scope *scope, const Column *column)
{
    const uint64_t *present = present_bits(scope, column);
    bool is_all_yes = column->width_bytes == 0 && !column->is_empty && column->base == 1;
    if (is_all_yes && present != NULL)
        return (Vector){.kind = LANE_BITS, .present = present, .as.bits = present};
    uint64_t *bits = is_all_yes ? scope_all_bits(scope) : scope_bits(scope);
    if (column->width_bytes > 0)
        scope->worker->kernels->test_range(data_of(scope, column), column->width_bytes,
                                           scope->count, (uint64_t)(1 - column->base),
                                           (uint64_t)(1 - column->base), bits);
    return (Vector){.kind = LANE_BITS, .present = present, .as.bits = bits};
}

/* Texts that nearly everybody has of his own are numbered per customer. */
static void own_texts(const Scope *scope, const Column *column, const uint64_t *looked_at,
                      Text *texts)
{
    enum { WRITTEN_BEYOND = 16 };
    bool is_events = scope->domain != DOMAIN_CUSTOMERS;
    const uint32_t *offsets =
        is_events ? image_stream(scope->image, (size_t)scope->domain)->offsets : NULL;
    uint32_t *numbers = ARENA_ARRAY(scope->arena, uint32_t, scope->count + WRITTEN_BEYOND);
    column_own_codes(column, offsets, scope->row_begin, scope->row_end, numbers);
    uint32_t row = scope->row_begin;
    FOR_EACH_BIT (i, looked_at, scope_words(scope)) {
        while (is_events ? offsets[row + 1] <= scope->begin + i : row < scope->begin + i)
            row++;
        uint32_t code = column_own_first(column, row) + numbers[i];
        texts[i] = dictionary_text(column->dictionary, code, scope->arena);
    }
}

static Vector texts_of(const Scope *scope, const Column *column, const uint64_t *need)
{
    const uint64_t *present = present_bits(scope, column);
    const uint64_t *looked_at = scope_both(scope, present, need);
    Text *texts = ARENA_ARRAY(scope->arena, Text, scope->count);
    if (column->kind == COLUMN_OWN_CODE) {
        own_texts(scope, column, looked_at, texts);
    } else {
        FOR_EACH_BIT (i, looked_at, scope_words(scope)) {
            uint32_t code = (uint32_t)column_integer(column, scope->begin + i);
            texts[i] = dictionary_text(column->dictionary, code, scope->arena);
        }
    }
    return (Vector){.kind = LANE_TEXTS, .present = present, .as.texts = texts};
}

static TextSet set_at(const Scope *scope, const Column *column, uint64_t row)
{
    uint64_t begin = column->set_offsets[row], end = column->set_offsets[row + 1];
    Text *texts = ARENA_ARRAY(scope->arena, Text, end - begin);
    for (uint64_t i = begin; i < end; i++) {
        uint32_t code = (uint32_t)column_integer(column, i);
        texts[i - begin] = dictionary_text(column->dictionary, code, scope->arena);
    }
    return (TextSet){.items = texts, .count = end - begin};
}

static Vector sets_of(const Scope *scope, const Column *column, const uint64_t *need)
{
    const uint64_t *present = present_bits(scope, column);
    const uint64_t *looked_at = scope_both(scope, present, need);
    TextSet *sets = ARENA_ARRAY(scope->arena, TextSet, scope->count);
    FOR_EACH_BIT (i, looked_at, scope_words(scope))
        sets[i] = set_at(scope, column, scope->begin + i);
    return (Vector){.kind = LANE_SETS, .present = present, .as.sets = sets};
}

static const uint32_t *item_rows(const Scope *scope, const Column *column)
{
    uint32_t *items = ARENA_ARRAY(scope->arena, uint32_t, scope->count);
    for (size_t i = 0; i < scope->count; i++)
        items[i] = (uint32_t)column_integer(column, scope->begin + i);
    return items;
}

static Vector column_vector(const Scope *scope, const Column *column, TypeKind type,
                            const uint64_t *need)
{
    switch (lane_of(type)) {
    case LANE_BITS: return bools_of(scope, column);
    case LANE_INTEGERS:
        return (Vector){.kind = LANE_INTEGERS,
                        .present = present_bits(scope, column),
                        .as.integers = widened(scope, column)};
    case LANE_TEXTS: return texts_of(scope, column, need);
    case LANE_SETS: return sets_of(scope, column, need);
    case LANE_ITEMS:
        return (Vector){.kind = LANE_ITEMS,
                        .present = present_bits(scope, column),
                        .as.items = item_rows(scope, column)};
    case LANE_RATIOS: break;
    }
    ASSERT(false && "no column holds ratios");
    return (Vector){0};
}

Vector leaf_property(const Scope *scope, const Step *step, const uint64_t *need)
{
    const Column *column = binding_column(scope->binding, step);
    return column_vector(scope, column, step->node->type.kind, need);
}

/* ---- fields ---- */

static Vector built_in_vector(const Scope *scope, EventBuiltIn built_in)
{
    enum { SECONDS_PER_DAY = 86400, SECONDS_PER_HOUR = 3600 };
    const StreamColumns *stream = image_stream(scope->image, (size_t)scope->domain);
    bool is_of_second = built_in == EVENT_HOUR;
    int64_t *numbers = widened(scope, is_of_second ? &stream->second : &stream->day);
    if (built_in == EVENT_TIME) {
        const int64_t *seconds = widened(scope, &stream->second);
        for (size_t i = 0; i < scope->count; i++)
            numbers[i] = numbers[i] * SECONDS_PER_DAY + seconds[i];
    }
    for (size_t i = 0; built_in == EVENT_WEEKDAY && i < scope->count; i++)
        numbers[i] = date_weekday((Date){(int32_t)numbers[i]});
    for (size_t i = 0; is_of_second && i < scope->count; i++)
        numbers[i] /= SECONDS_PER_HOUR;
    return (Vector){.kind = LANE_INTEGERS, .as.integers = numbers};
}

static Vector attribute_texts(const Scope *scope, const Column *attribute, const Column *items,
                              const uint64_t *need)
{
    uint64_t *present = scope_bits(scope);
    Text *texts = ARENA_ARRAY(scope->arena, Text, scope->count);
    for (size_t i = 0; i < scope->count && !attribute->is_empty; i++) {
        uint32_t row = (uint32_t)column_integer(items, scope->begin + i);
        uint32_t code = row == 0 ? 0 : column_code(attribute, row - 1, row - 1);
        if (code == 0) continue;
        present[i / 64] |= UINT64_C(1) << (i % 64);
        if (bit_needed(need, i))
            texts[i] = dictionary_text(attribute->dictionary, code, scope->arena);
    }
    return (Vector){.kind = LANE_TEXTS, .present = present, .as.texts = texts};
}

static Vector attribute_numbers(const Scope *scope, const Column *attribute, const Column *items)
{
    uint64_t *present = scope_bits(scope);
    int64_t *numbers = scope_integers(scope);
    for (size_t i = 0; i < scope->count && !attribute->is_empty; i++) {
        uint32_t row = (uint32_t)column_integer(items, scope->begin + i);
        if (row == 0 || !column_is_present(attribute, row - 1)) continue;
        present[i / 64] |= UINT64_C(1) << (i % 64);
        numbers[i] = column_integer(attribute, row - 1);
    }
    return (Vector){.kind = LANE_INTEGERS, .present = present, .as.integers = numbers};
}

Vector leaf_field(const Scope *scope, const Step *step, const uint64_t *need)
{
    const Node *node = step->node;
    if (node->as.field.is_built_in) return built_in_vector(scope, node->as.field.built_in);
    const StreamColumns *stream = image_stream(scope->image, (size_t)scope->domain);
    const Column *column = &stream->fields[node->as.field.field->slot];
    if (!node->as.field.is_item_attribute)
        return column_vector(scope, column, node->type.kind, need);
    const Column *attribute = item_column(image_items(scope->image), node->as.field.attribute);
    return lane_of(node->type.kind) == LANE_TEXTS ? attribute_texts(scope, attribute, column, need)
                                                  : attribute_numbers(scope, attribute, column);
}
