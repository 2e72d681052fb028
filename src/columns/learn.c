/* learn.c -- pass 1: what the columns of one source hold.
 *
 * Texts: as long as a sorted dictionary is possible the set keeps all of them; once it is not, only
 * those of late, so that identifiers cost no memory. What an unsorted dictionary would need is
 * counted from the beginning, because the choice may fall late or be made by another source. */
#include "columns/build.h"

const BuildLimits BUILD_LIMITS = {
    .sorted_texts_always = 1 << 16,
    .sorted_texts_max = 1 << 22,
    .repeats_min = 8,
};

bool limits_allow_sorted(const BuildLimits *limits, uint64_t texts_count, uint64_t values_count)
{
    if (texts_count <= limits->sorted_texts_always) return true;
    return texts_count <= limits->sorted_texts_max &&
           values_count / limits->repeats_min >= texts_count;
}

void learned_init(Learned *learned, const ColumnSpec *spec)
{
    *learned = (Learned){.min = INT64_MAX, .max = INT64_MIN, .is_sorted = true};
    if (spec->kind != COLUMN_CODE && spec->kind != COLUMN_CODE_SET) return;
    learned->set = vocabulary_new();
    learned->shapes = learned_shapes_new();
}

void learned_done(Learned *learned)
{
    vocabulary_free(learned->set);
    learned_shapes_free(learned->shapes);
    learned->set = NULL;
    learned->shapes = NULL;
}

void learn_number(Learned *learned, int64_t number)
{
    if (learned->values_count++ == 0) {
        learned->min = learned->max = number;
        return;
    }
    /* The step between any value and the first, which min stands for: differences to it have the
     * same divisors, because it is itself a multiple of the step away from the first. */
    uint64_t difference = number >= learned->min ? (uint64_t)number - (uint64_t)learned->min
                                                 : (uint64_t)learned->min - (uint64_t)number;
    if (difference != 0 &&
        (learned->step.number == 0 || !divisor_divides(&learned->step, difference)))
        learned->step = divisor_of(greatest_common_divisor(difference, learned->step.number));
    if (number < learned->min) learned->min = number;
    if (number > learned->max) learned->max = number;
}

static Status learn_item(Learned *learned, const ImageInput *input, const Item *item, Error *err)
{
    uint32_t place = item_place(input, item);
    if (place == 0)
        return error_set(err, STATUS_CORRUPT, "item %u of an event is not among the items",
                         item->id);
    learned->values_count++;
    if (learned->own_items != NULL)
        learned->own_items[(place - 1) / 64] |= UINT64_C(1) << (place - 1) % 64;
    return STATUS_OK;
}

static Status learn_value(Learned *learned, const ColumnSpec *spec, Value value,
                          const ImageInput *input, Error *err)
{
    if (value.kind == VALUE_MISSING) {
        learned->missing_count++;
        return STATUS_OK;
    }
    TRY(value_fits(spec, value, err));
    switch (spec->kind) {
    case COLUMN_INTEGER: learn_number(learned, value_number(value)); break;
    case COLUMN_CODE:
        learned->values_count++;
        vocabulary_add(learned->set, value.as.text);
        break;
    case COLUMN_CODE_SET:
        learned->values_count += value.as.set.count;
        for (size_t i = 0; i < value.as.set.count; i++)
            vocabulary_add(learned->set, value.as.set.items[i]);
        break;
    case COLUMN_ITEM: return learn_item(learned, input, value.as.item, err);
    case COLUMN_OWN_CODE: ASSERT(false); /* no spec asks for it */
    }
    return STATUS_OK;
}

/* After a customer's texts of a column: count them, decide whether all are still kept. */
static void end_customer(Learned *learned, const BuildLimits *limits, size_t positions_count)
{
    Vocabulary *set = learned->set;
    TextCounts *own = &learned->own;
    if (set->own_count == 0) return;
    own->texts += set->own_count;
    own->classes += set->own_classes_count;
    for (uint32_t i = 0; i < set->own_count; i++)
        own->bytes += vocabulary_text(set, set->own[i]).size;
    if (set->own_count > learned->own_texts_max) learned->own_texts_max = set->own_count;
    if (set->own_count > OWN_TEXTS_NARROW_MAX) {
        own->wide_rows++;
        own->wide_positions += positions_count;
    }
    for (; learned->shaped_count < set->texts.count; learned->shaped_count++)
        learned_shapes_add(learned->shapes, vocabulary_text(set, learned->shaped_count));
    if (learned->is_sorted)
        learned->is_sorted = limits_allow_sorted(limits, set->texts.count, learned->values_count);
    if (!learned->is_sorted && set->texts.count > LATE_TEXTS_MAX) {
        vocabulary_clear(set);
        learned->shaped_count = 0;
    }
}

static Status learn_properties(Part *part, const CustomerRow *row, Error *err)
{
    const Build *build = part->build;
    size_t count = build->input->schema->properties_count;
    for (size_t i = 0; i < count; i++) {
        Learned *learned = &part->columns[i];
        if (learned->set != NULL) vocabulary_begin_customer(learned->set);
        TRY(learn_value(learned, &build->specs.items[i], row->values[i], build->input, err));
        if (learned->set != NULL) end_customer(learned, &build->limits, 1);
    }
    return STATUS_OK;
}

static Status learn_moments(Learned *day, Learned *second, EventList events, Error *err)
{
    int64_t before = INT64_MIN;
    for (size_t i = 0; i < events.count; i++) {
        Moment at = events.items[i].at;
        int32_t day_number = moment_date(at).day;
        if (at.second < before)
            return error_set(err, STATUS_CORRUPT, "the events of a customer are not in order");
        if (day_number < DATE_DAY_MIN || day_number > DATE_DAY_MAX)
            return error_set(err, STATUS_CORRUPT, "an event lies outside of the calendar");
        before = at.second;
        learn_number(day, day_number);
        learn_number(second, moment_second_of_day(at));
    }
    return STATUS_OK;
}

static Status learn_field(Part *part, size_t index, EventList events, size_t slot, Error *err)
{
    const Build *build = part->build;
    const ColumnSpec *spec = &build->specs.items[index];
    Learned *learned = &part->columns[index];
    if (learned->set != NULL) vocabulary_begin_customer(learned->set);
    for (size_t i = 0; i < events.count; i++)
        TRY(learn_value(learned, spec, events.items[i].values[slot], build->input, err));
    if (learned->set != NULL) end_customer(learned, &build->limits, events.count);
    return STATUS_OK;
}

static Status learn_events(Part *part, const CustomerRow *row, Error *err)
{
    const Build *build = part->build;
    const Schema *schema = build->input->schema;
    for (size_t i = 0; i < schema->streams_count; i++) {
        EventList events = row->events[i];
        learn_summaries(part, i, events);
        if (events.count == 0) continue;
        size_t first = build->specs.stream_firsts[i];
        part->events_counts[i] += events.count;
        TRY(learn_moments(&part->columns[first], &part->columns[first + 1], events, err));
        for (size_t slot = 0; slot < schema->streams[i].fields_count; slot++)
            TRY(learn_field(part, first + STREAM_OWN_COLUMNS + slot, events, slot, err));
    }
    return STATUS_OK;
}

static Status learn_customer(Part *part, const CustomerRow *row, Error *err)
{
    if (part->customers_count > 0 && row->id.value <= part->last.value)
        return error_set(err, STATUS_CORRUPT, "the customers are not in ascending order");
    if (part->customers_count == 0) part->first = row->id;
    part->last = row->id;
    part->customers_count++;
    TRY(learn_properties(part, row, err));
    return learn_events(part, row, err);
}

Status learn_part(Part *part, Error *err)
{
    CustomerRow row;
    TRY(part->source->rewind(part->source, err));
    for (;;) {
        arena_reset(part->rows);
        TRY(part->source->next(part->source, part->rows, &row, err));
        if (row.id.value == 0) return STATUS_OK;
        TRY(learn_customer(part, &row, err));
        TRY(part_tick(part, err));
    }
}

/* ---- items ---- */

/* Those that some part has noted in some column. */
static const uint64_t *noted_items(const Build *build)
{
    size_t words = (build->input->items_count + 63) / 64;
    uint64_t *noted = ARENA_ARRAY(build->arena, uint64_t, words);
    for (size_t p = 0; p < build->parts_count; p++)
        for (size_t i = 0; i < build->specs.count; i++) {
            const uint64_t *own = build->parts[p].columns[i].own_items;
            for (size_t word = 0; own != NULL && word < words; word++)
                noted[word] |= own[word];
        }
    return noted;
}

static void keep_own_items(Build *build)
{
    const ImageInput *input = build->input;
    const uint64_t *noted = noted_items(build);
    const Item **items = ARENA_ARRAY(build->arena, const Item *, input->items_count);
    uint32_t *rows = ARENA_ARRAY(build->arena, uint32_t, input->items_count);
    build->items_count = 0;
    for (size_t i = 0; i < input->items_count; i++) {
        if ((noted[i / 64] >> i % 64 & 1) == 0) continue;
        items[build->items_count] = input->items[i];
        rows[i] = (uint32_t)++build->items_count;
    }
    build->items = items;
    build->item_rows = rows;
}

Status learn_items(Build *build, Error *err)
{
    const ImageInput *input = build->input;
    if (input->has_own_items_only) keep_own_items(build);
    size_t first = build->specs.stream_firsts[input->schema->streams_count];
    for (size_t i = 0; i < build->items_count; i++) {
        const Item *item = build->items[i];
        if (i > 0 && item->id <= build->items[i - 1]->id)
            return error_set(err, STATUS_CORRUPT, "the items are not in ascending order");
        for (unsigned a = 0; a < ITEM_COLUMNS_COUNT; a++) {
            Value value = item_attribute_value(item, (ItemAttribute)a);
            TRY(learn_value(&build->columns[first + a], &build->specs.items[first + a], value,
                            input, err));
        }
    }
    return STATUS_OK;
}
