/* plan.c -- what was learned becomes the column table, the places of the parts in each column, and
 * the sorted dictionaries. */
#include "columns/build.h"

static Status too_many(const Build *build, const char *what, size_t column, Error *err)
{
    Text name = column_spec_name(&build->specs.items[column], build->arena);
    return error_set(err, STATUS_LIMIT, "'%.*s' has too many %s: at most %u", TEXT_FORMAT(name),
                     what, UINT32_MAX);
}

static uint8_t width_of(uint64_t largest)
{
    if (largest == 0) return 0;
    if (largest <= UINT8_MAX) return 1;
    if (largest <= UINT16_MAX) return 2;
    return largest <= UINT32_MAX ? 4 : 8;
}

/* ---- merging ---- */

static void merge_range(Learned *all, const Learned *part)
{
    if (part->values_count == 0) return;
    if (all->values_count == 0) {
        all->min = part->min;
        all->max = part->max;
        all->step = part->step;
        return;
    }
    uint64_t apart = all->min > part->min ? (uint64_t)all->min - (uint64_t)part->min
                                          : (uint64_t)part->min - (uint64_t)all->min;
    uint64_t common = greatest_common_divisor(all->step.number, part->step.number);
    all->step = divisor_of(greatest_common_divisor(common, apart));
    if (part->min < all->min) all->min = part->min;
    if (part->max > all->max) all->max = part->max;
}

static void add_counts(TextCounts *all, const TextCounts *part)
{
    all->texts += part->texts;
    all->classes += part->classes;
    all->bytes += part->bytes;
    all->wide_rows += part->wide_rows;
    all->wide_positions += part->wide_positions;
}

static void merge_column(Build *build, size_t column)
{
    Learned *all = &build->columns[column];
    for (size_t i = 0; i < build->parts_count; i++) {
        const Learned *part = &build->parts[i].columns[column];
        if (build->specs.items[column].kind == COLUMN_INTEGER) merge_range(all, part);
        all->values_count += part->values_count;
        all->missing_count += part->missing_count;
        add_counts(&all->own, &part->own);
        if (part->own_texts_max > all->own_texts_max) all->own_texts_max = part->own_texts_max;
        all->is_sorted = all->is_sorted && part->is_sorted;
        all->is_too_long = all->is_too_long || part->is_too_long;
        if (all->shapes != NULL) learned_shapes_merge(all->shapes, part->shapes);
    }
}

/* The texts of all parts in the set of the whole, unless they are too many. */
static void unite_texts(Build *build, size_t column)
{
    Learned *all = &build->columns[column];
    for (size_t i = 0; all->is_sorted && i < build->parts_count; i++) {
        const Vocabulary *set = build->parts[i].columns[column].set;
        for (uint32_t id = 0; id < set->texts.count; id++)
            vocabulary_add(all->set, vocabulary_text(set, id));
        all->is_sorted =
            limits_allow_sorted(&build->limits, all->set->texts.count, all->values_count);
    }
}

/* ---- dictionaries ---- */

static SortedTexts sort_texts(Build *build, Vocabulary *set)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    uint32_t count = set->texts.count;
    OrderedText *ordered = ARENA_ARRAY(scratch, OrderedText, count);
    for (uint32_t id = 0; id < count; id++)
        ordered[id] = (OrderedText){vocabulary_folded(set, id), vocabulary_text(set, id), id, 0};
    ordered_texts_sort(ordered, count);
    Text *texts = ARENA_ARRAY(build->arena, Text, count);
    uint32_t *classes = ARENA_ARRAY(build->arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++) {
        texts[i] = ordered[i].text;
        classes[i] = ordered[i].class;
        vocabulary_give_code(set, ordered[i].id, i + 1);
    }
    return (SortedTexts){texts, classes, count};
}

static void give_codes_to_parts(Build *build, size_t column)
{
    Vocabulary *all = build->columns[column].set;
    for (size_t i = 0; i < build->parts_count; i++) {
        Vocabulary *set = build->parts[i].columns[column].set;
        for (uint32_t id = 0; id < set->texts.count; id++) {
            uint32_t id_in_all = 0;
            bool is_found = vocabulary_find(all, vocabulary_text(set, id), &id_in_all);
            ASSERT(is_found);
            vocabulary_give_code(set, id, vocabulary_code(all, id_in_all));
        }
    }
}

static void plan_dictionary(Build *build, size_t column, SortedTexts *ret_dictionary)
{
    Learned *all = &build->columns[column];
    unite_texts(build, column);
    if (all->is_sorted) {
        *ret_dictionary = sort_texts(build, all->set);
        give_codes_to_parts(build, column);
        return;
    }
    learned_shapes_settle(all->shapes);
    for (size_t i = 0; i < build->parts_count; i++) {
        vocabulary_clear(build->parts[i].columns[column].set);
        learned_shapes_share(build->parts[i].columns[column].shapes, all->shapes);
    }
    vocabulary_clear(all->set);
}

/* ---- the column table ---- */

static void plan_integer(Learned *learned, bool has_zones, ColumnRecord *record)
{
    record->base = record->min = learned->min;
    record->max = learned->max;
    if (learned->step.number == 0) learned->step = divisor_of(1);
    record->factor = (int64_t)learned->step.number;
    uint64_t span = (uint64_t)learned->max - (uint64_t)learned->min;
    record->width_bytes = width_of(span / (uint64_t)record->factor);
    if (learned->missing_count > 0) record->flags |= COLUMN_FLAG_PRESENT;
    if (has_zones && record->width_bytes > 0) record->flags |= COLUMN_FLAG_ZONES;
}

static void plan_codes(uint64_t codes_count, bool has_missing, ColumnRecord *record)
{
    bool is_same = codes_count == 1 && !has_missing;
    record->width_bytes = is_same ? 0 : width_of(codes_count);
    record->base = is_same;
    record->factor = 1;
}

static void plan_sorted(const SortedTexts *dictionary, ColumnRecord *record)
{
    record->flags |= COLUMN_FLAG_SORTED;
    record->dictionary_count = dictionary->count;
    record->classes_count = dictionary->classes[dictionary->count - 1];
    for (uint32_t i = 0; i < dictionary->count; i++)
        record->dictionary_bytes += dictionary->texts[i].size;
}

/* Numbers of own texts take a byte, or nothing where each is 1; sets keep codes. */
static void plan_own(const Learned *learned, ColumnRecord *record)
{
    record->dictionary_count = (uint32_t)learned->own.texts;
    record->classes_count = (uint32_t)learned->own.classes;
    record->dictionary_bytes = learned->own.bytes;
    if (learned->shapes->is_settled) {
        record->shapes_count = learned->shapes->count;
        record->numbers_total = learned->shapes->total;
        record->number_bits = bits_of_total(learned->shapes->total);
        record->dictionary_bytes = learned->shapes->bytes;
    }
    if (record->kind == COLUMN_CODE_SET) return;
    record->kind = COLUMN_OWN_CODE;
    record->wide_rows_count = (uint32_t)learned->own.wide_rows;
    record->wide_count = learned->own.wide_positions;
}

static void plan_texts(const Learned *learned, const SortedTexts *dictionary, ColumnRecord *record)
{
    bool is_set = record->kind == COLUMN_CODE_SET;
    if (learned->is_sorted)
        plan_sorted(dictionary, record);
    else
        plan_own(learned, record);
    if (record->shapes_count == 0)
        record->offset_width_bytes = record->dictionary_bytes <= UINT32_MAX ? 4 : 8;
    bool is_own = record->kind == COLUMN_OWN_CODE;
    plan_codes(is_own ? learned->own_texts_max : record->dictionary_count,
               learned->missing_count > 0 && !is_set, record);
    if (is_own && record->width_bytes > 1) record->width_bytes = 1;
}

/* Numbers per customer, and the days of streams. */
static bool has_zones(const Build *build, size_t column)
{
    const ColumnSpecs *specs = &build->specs;
    bool is_zoned = column < specs->stream_firsts[0];
    for (size_t i = 0; i < build->input->schema->streams_count; i++) {
        ColumnRange summaries = specs_summaries(specs, i);
        is_zoned = is_zoned || column == specs->stream_firsts[i] ||
                   (column >= summaries.begin && column < summaries.end);
    }
    return is_zoned;
}

/* Summaries that are not worth their room are empty. */
static void plan_summaries(const Build *build, ColumnRecord *records)
{
    for (size_t i = 0; i < build->input->schema->streams_count; i++) {
        ColumnRange range = specs_summaries(&build->specs, i);
        size_t day = build->specs.stream_firsts[i];
        for (size_t column = range.begin; column < range.end; column++) {
            bool is_total = column >= range.begin + STREAM_SUMMARY_COLUMNS;
            size_t of_events = is_total ? day + column - range.begin : day;
            ColumnRecord *record = &records[column];
            if (summary_is_kept(build, column, record, &records[of_events])) continue;
            *record = (ColumnRecord){
                .kind = COLUMN_INTEGER, .flags = COLUMN_FLAG_EMPTY, .count = record->count};
        }
    }
}

static Status plan_column(const Build *build, size_t column, const SortedTexts *dictionary,
                          ColumnRecord *record, Error *err)
{
    Learned *learned = &build->columns[column];
    const ColumnSpec *spec = &build->specs.items[column];
    bool is_property = column < build->specs.stream_firsts[0];
    record->kind = (uint8_t)spec->kind;
    record->count = spec->kind == COLUMN_CODE_SET ? learned->values_count
                                                  : learned->values_count + learned->missing_count;
    if (record->count > UINT32_MAX) return too_many(build, "values", column, err);
    if (learned->values_count == 0) {
        record->flags = COLUMN_FLAG_EMPTY;
        return STATUS_OK;
    }
    if (spec->kind == COLUMN_INTEGER) plan_integer(learned, has_zones(build, column), record);
    if (spec->kind == COLUMN_ITEM)
        plan_codes(build->items_count, learned->missing_count > 0, record);
    if (learned->set == NULL) return STATUS_OK;
    if (!learned->is_sorted && learned->own.texts > UINT32_MAX)
        return too_many(build, "different texts", column, err);
    plan_texts(learned, dictionary, record);
    uint32_t bitmaps_max = spec->kind == COLUMN_CODE_SET ? SET_BITMAPS_MAX : CODE_BITMAPS_MAX;
    if (is_property && record->kind != COLUMN_OWN_CODE && record->dictionary_count <= bitmaps_max)
        record->flags |= COLUMN_FLAG_VALUE_BITS;
    return STATUS_OK;
}

/* ---- cursors ---- */

static void plan_cursors_of_column(Build *build, size_t column)
{
    bool is_set = build->specs.items[column].kind == COLUMN_CODE_SET;
    Cursor cursor = {0};
    for (size_t i = 0; i < build->parts_count; i++) {
        Part *part = &build->parts[i];
        const Learned *learned = &part->columns[column];
        cursor.position = cursor.position_end;
        cursor.texts = cursor.texts_end;
        cursor.position_end += learned->values_count + (is_set ? 0 : learned->missing_count);
        add_counts(&cursor.texts_end, &learned->own);
        part->cursors[column] = cursor;
    }
}

static Status plan_rows(Build *build, Error *err)
{
    const Part *before = NULL;
    uint32_t row = 0;
    for (size_t i = 0; i < build->parts_count; i++) {
        Part *part = &build->parts[i];
        if (part->customers_count > 0 && before != NULL && part->first.value <= before->last.value)
            return error_set(err, STATUS_CORRUPT, "the sources yield customers out of order");
        if (part->customers_count > 0) before = part;
        part->row = row;
        part->row_end = row += part->customers_count;
        part->cursors = ARENA_ARRAY(build->arena, Cursor, build->specs.count);
    }
    build->layout.header.customers_count = row;
    return STATUS_OK;
}

static StreamRecord *plan_streams(const Build *build)
{
    const Schema *schema = build->input->schema;
    StreamRecord *streams = ARENA_ARRAY(build->arena, StreamRecord, schema->streams_count);
    for (size_t i = 0; i < schema->streams_count; i++) {
        streams[i].fields_count = (uint32_t)schema->streams[i].fields_count;
        for (size_t j = 0; j < build->parts_count; j++)
            streams[i].events_count += build->parts[j].events_counts[i];
    }
    return streams;
}

static void fill_header(Build *build)
{
    const ImageInput *input = build->input;
    FormatHeader *header = &build->layout.header;
    *header = (FormatHeader){.magic = FORMAT_MAGIC,
                             .version = FORMAT_VERSION,
                             .byte_order = FORMAT_BYTE_ORDER,
                             .data_version = input->data_version,
                             .schema_generation = input->schema->generation,
                             .customers_count = header->customers_count,
                             .items_count = (uint32_t)build->items_count,
                             .properties_count = (uint32_t)input->schema->properties_count,
                             .streams_count = (uint32_t)input->schema->streams_count,
                             .columns_count = (uint32_t)build->specs.count};
}

Status plan_columns(Build *build, SortedTexts **ret_dictionaries, Error *err)
{
    size_t items_first = build->specs.stream_firsts[build->input->schema->streams_count];
    ColumnRecord *records = ARENA_ARRAY(build->arena, ColumnRecord, build->specs.count);
    SortedTexts *dictionaries = ARENA_ARRAY(build->arena, SortedTexts, build->specs.count);
    TRY(plan_rows(build, err));
    for (size_t i = 0; i < build->specs.count; i++) {
        bool is_items = i >= items_first;
        if (!is_items) merge_column(build, i);
        if (is_items && build->columns[i].set != NULL)
            dictionaries[i] = sort_texts(build, build->columns[i].set);
        else if (!is_items && build->columns[i].set != NULL)
            plan_dictionary(build, i, &dictionaries[i]);
        TRY(plan_column(build, i, &dictionaries[i], &records[i], err));
        if (!is_items) plan_cursors_of_column(build, i);
    }
    plan_summaries(build, records);
    build->layout.streams = plan_streams(build);
    build->layout.columns = records;
    fill_header(build);
    layout_place(&build->layout, build->arena);
    *ret_dictionaries = dictionaries;
    return STATUS_OK;
}
