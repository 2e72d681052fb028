/* layout.c -- which sections an image has, how large they are and where they lie. */
#include "columns/format.h"

uint64_t bitmap_bytes(uint64_t bits_count)
{
    return (bits_count + IMAGE_BLOCK_ROWS - 1) / IMAGE_BLOCK_ROWS * (IMAGE_BLOCK_ROWS / 8);
}

size_t blocks_count_of(uint32_t customers_count)
{
    return ((size_t)customers_count + IMAGE_BLOCK_ROWS - 1) / IMAGE_BLOCK_ROWS;
}

size_t stream_columns_count(size_t fields_count)
{
    return STREAM_OWN_COLUMNS + STREAM_SUMMARY_COLUMNS + 2 * fields_count;
}

size_t layout_stream_first(const Layout *layout, size_t stream_index)
{
    size_t first = layout->header.properties_count;
    for (size_t i = 0; i < stream_index; i++)
        first += stream_columns_count(layout->streams[i].fields_count);
    return first;
}

size_t layout_summaries_first(const Layout *layout, size_t stream_index)
{
    return layout_stream_first(layout, stream_index) + STREAM_OWN_COLUMNS +
           layout->streams[stream_index].fields_count;
}

/* ---- soundness ---- */

/* Far beyond any file, and small enough for sums of sizes. */
static const uint64_t DICTIONARY_BYTES_MAX = UINT64_C(1) << 40;

uint32_t bits_of_total(uint64_t total)
{
    return total <= 2 ? 1 : 64 - (uint32_t)__builtin_clzll(total - 1);
}

bool is_code_kind(uint8_t kind)
{
    return kind == COLUMN_CODE || kind == COLUMN_CODE_SET || kind == COLUMN_OWN_CODE;
}

static bool is_width(uint8_t width_bytes)
{
    return width_bytes == 0 || width_bytes == 1 || width_bytes == 2 || width_bytes == 4 ||
           width_bytes == 8;
}

static uint64_t largest_stored(uint8_t width_bytes)
{
    if (width_bytes == 0) return 0;
    return width_bytes == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width_bytes) - 1;
}

static bool is_sound_empty(const ColumnRecord *column)
{
    return column->flags == COLUMN_FLAG_EMPTY && column->width_bytes == 0 &&
           column->offset_width_bytes == 0 && column->dictionary_count == 0 &&
           column->classes_count == 0 && column->dictionary_bytes == 0 && column->base == 0 &&
           column->factor == 0 && column->min == 0 && column->max == 0 &&
           column->wide_rows_count == 0 && column->wide_count == 0 && column->shapes_count == 0 &&
           column->number_bits == 0 && column->numbers_total == 0 &&
           column->kind != COLUMN_OWN_CODE &&
           (column->kind != COLUMN_CODE_SET || column->count == 0);
}

static bool is_sound_integer(const ColumnRecord *column)
{
    if (column->min < -DECIMAL_MANTISSA_MAX || column->max > DECIMAL_MANTISSA_MAX) return false;
    if (column->min > column->max || column->base != column->min || column->factor < 1)
        return false;
    uint64_t span = (uint64_t)column->max - (uint64_t)column->min;
    uint64_t factor = (uint64_t)column->factor;
    return span % factor == 0 && span / factor <= largest_stored(column->width_bytes) &&
           (column->flags & (COLUMN_FLAG_SORTED | COLUMN_FLAG_VALUE_BITS)) == 0;
}

/* Codes and items: the stored number itself, or the same one everywhere. */
static bool is_sound_code(const ColumnRecord *column, uint64_t codes_count)
{
    if (column->width_bytes > 4 || column->factor != 1 || column->min != 0 || column->max != 0)
        return false;
    bool is_same = column->width_bytes == 0;
    if (is_same ? column->base < 1 || (uint64_t)column->base > codes_count : column->base != 0)
        return false;
    return (column->flags & (COLUMN_FLAG_PRESENT | COLUMN_FLAG_ZONES)) == 0;
}

/* What a column may be where it stands. */
typedef struct {
    bool is_property, is_day, is_summary, is_item_column;
    uint64_t positions_count; /* unless it is a set */
} Place;

/* Sorted or not; what stands beside numbers of own texts. */
static bool is_sound_sorting(const ColumnRecord *column, const Place *place)
{
    bool is_sorted = (column->flags & COLUMN_FLAG_SORTED) != 0;
    bool has_wide = column->wide_rows_count > 0 || column->wide_count > 0;
    if (column->kind != COLUMN_OWN_CODE)
        return !has_wide && (column->kind != COLUMN_CODE || is_sorted);
    if (is_sorted || column->width_bytes > 1 || (column->flags & COLUMN_FLAG_VALUE_BITS) != 0 ||
        column->dictionary_count > column->count)
        return false;
    if (place->is_item_column || (place->is_property && has_wide)) return false;
    if (place->is_property && column->width_bytes == 0)
        return column->dictionary_count == column->count && column->base == 1;
    return column->wide_count <= column->count &&
           column->wide_rows_count <= column->wide_count / OWN_TEXTS_NARROW_MAX &&
           (column->width_bytes == 1 || !has_wide);
}

/* Texts as they are, or as numbers. */
static bool is_sound_texts(const ColumnRecord *column)
{
    if (column->shapes_count > 0)
        return (column->flags & COLUMN_FLAG_SORTED) == 0 && column->offset_width_bytes == 0 &&
               column->shapes_count <= SHAPES_MAX && column->dictionary_bytes <= UINT32_MAX &&
               column->numbers_total >= column->shapes_count &&
               column->numbers_total <= UINT64_C(1) << SHAPE_BITS_MAX &&
               column->number_bits == bits_of_total(column->numbers_total);
    return column->number_bits == 0 && column->numbers_total == 0 &&
           (column->offset_width_bytes == 4 || column->offset_width_bytes == 8) &&
           (column->offset_width_bytes == 8 || column->dictionary_bytes <= UINT32_MAX);
}

static bool is_sound_dictionary(const ColumnRecord *column)
{
    if (!is_code_kind(column->kind))
        return column->dictionary_count == 0 && column->classes_count == 0 &&
               column->dictionary_bytes == 0 && column->offset_width_bytes == 0 &&
               column->shapes_count == 0 && column->number_bits == 0 && column->numbers_total == 0;
    uint32_t bitmaps_max = column->kind == COLUMN_CODE ? CODE_BITMAPS_MAX : SET_BITMAPS_MAX;
    bool has_bits = (column->flags & COLUMN_FLAG_VALUE_BITS) != 0;
    return column->dictionary_count > 0 && column->dictionary_bytes <= DICTIONARY_BYTES_MAX &&
           column->classes_count > 0 && column->classes_count <= column->dictionary_count &&
           is_sound_texts(column) && (!has_bits || column->dictionary_count <= bitmaps_max);
}

static bool is_sound_column(const ColumnRecord *column, const Place *place, uint32_t items_count)
{
    if (column->kind > COLUMN_OWN_CODE || !is_width(column->width_bytes) || column->reserved != 0 ||
        (column->flags & ~COLUMN_FLAGS_ALL) != 0)
        return false;
    if (column->kind == COLUMN_CODE_SET) {
        if (!place->is_property || column->count > UINT32_MAX) return false;
    } else if (column->count != place->positions_count) {
        return false;
    }
    if (column->kind == COLUMN_ITEM && (place->is_property || place->is_item_column)) return false;
    if (column->kind != COLUMN_INTEGER && place->is_summary) return false;
    if ((column->flags & COLUMN_FLAG_EMPTY) != 0) return is_sound_empty(column);
    if (column->count == 0 || !is_sound_dictionary(column) || !is_sound_sorting(column, place))
        return false;
    bool may_have_zones = place->is_property || place->is_day || place->is_summary;
    if ((column->flags & COLUMN_FLAG_ZONES) != 0 && !may_have_zones) return false;
    if ((column->flags & COLUMN_FLAG_VALUE_BITS) != 0 && !place->is_property) return false;
    if (column->kind == COLUMN_INTEGER) return is_sound_integer(column);
    return is_sound_code(column,
                         column->kind == COLUMN_ITEM ? items_count : column->dictionary_count);
}

static Status unsound_column(size_t index, Error *err)
{
    return error_set(err, STATUS_CORRUPT, "the image is damaged: column %zu makes no sense", index);
}

/* Days of the calendar, seconds of a day. */
static bool is_sound_moment(const ColumnRecord *column, bool is_day)
{
    int64_t min = is_day ? DATE_DAY_MIN : 0, max = is_day ? DATE_DAY_MAX : 86399;
    return column->kind == COLUMN_INTEGER && (column->flags & COLUMN_FLAG_PRESENT) == 0 &&
           column->min >= min && column->max <= max;
}

/* Days may be missing, totals never are. */
static Status check_summary_columns(const Layout *layout, size_t stream_index, Error *err)
{
    size_t first = layout_summaries_first(layout, stream_index);
    size_t count = STREAM_SUMMARY_COLUMNS + layout->streams[stream_index].fields_count;
    Place place = {.is_summary = true, .positions_count = layout->header.customers_count};
    for (size_t i = first; i < first + count; i++) {
        const ColumnRecord *column = &layout->columns[i];
        bool is_day = i < first + STREAM_SUMMARY_COLUMNS;
        bool is_day_sound = column->min >= DATE_DAY_MIN && column->max <= DATE_DAY_MAX;
        bool is_total_sound = (column->flags & COLUMN_FLAG_PRESENT) == 0;
        if (!is_sound_column(column, &place, layout->header.items_count) ||
            !(is_day ? is_day_sound : is_total_sound))
            return unsound_column(i, err);
    }
    return STATUS_OK;
}

static Status check_stream_columns(const Layout *layout, size_t stream_index, Error *err)
{
    const StreamRecord *stream = &layout->streams[stream_index];
    size_t first = layout_stream_first(layout, stream_index);
    size_t count = STREAM_OWN_COLUMNS + stream->fields_count;
    for (size_t i = first; i < first + count; i++) {
        const ColumnRecord *column = &layout->columns[i];
        bool is_own = i < first + STREAM_OWN_COLUMNS;
        Place place = {.is_day = i == first, .positions_count = stream->events_count};
        if (!is_sound_column(column, &place, layout->header.items_count))
            return unsound_column(i, err);
        if (is_own && !is_sound_moment(column, i == first)) return unsound_column(i, err);
    }
    return check_summary_columns(layout, stream_index, err);
}

Status layout_check_columns(const Layout *layout, Error *err)
{
    const FormatHeader *header = &layout->header;
    Place property = {.is_property = true, .positions_count = header->customers_count};
    for (size_t i = 0; i < header->properties_count; i++)
        if (!is_sound_column(&layout->columns[i], &property, header->items_count))
            return unsound_column(i, err);
    for (size_t i = 0; i < header->streams_count; i++)
        TRY(check_stream_columns(layout, i, err));
    Place item = {.is_item_column = true, .positions_count = header->items_count};
    size_t first = layout_stream_first(layout, header->streams_count);
    for (size_t i = 0; i < ITEM_COLUMNS_COUNT; i++) {
        const ColumnRecord *column = &layout->columns[first + i];
        bool is_number = i == ITEM_PRICE || i == ITEM_COST;
        uint8_t kind = is_number ? COLUMN_INTEGER : COLUMN_CODE;
        if (column->kind != kind || !is_sound_column(column, &item, header->items_count))
            return unsound_column(first + i, err);
    }
    return STATUS_OK;
}

/* ---- places ---- */

/* Where every customer has exactly one text, the row says it. */
static bool has_own_firsts(const Layout *layout, size_t owner)
{
    const ColumnRecord *column = &layout->columns[owner];
    bool is_property = owner < layout->header.properties_count;
    return column->kind == COLUMN_OWN_CODE && (!is_property || column->width_bytes > 0);
}

static uint64_t section_size(const Layout *layout, size_t owner, SectionKind kind)
{
    const ColumnRecord *column = &layout->columns[owner];
    uint64_t customers_count = layout->header.customers_count;
    uint64_t texts_count = column->dictionary_count;
    bool is_empty = (column->flags & COLUMN_FLAG_EMPTY) != 0;
    bool is_sorted = (column->flags & COLUMN_FLAG_SORTED) != 0;
    switch (kind) {
    case SECTION_CUSTOMER_IDS: return owner == 0 ? 4 * customers_count : 0;
    case SECTION_STREAM_OFFSETS: return 0; /* layout_place knows which columns are days */
    case SECTION_DATA: return column->width_bytes * column->count;
    case SECTION_PRESENT:
        return column->flags & COLUMN_FLAG_PRESENT ? bitmap_bytes(column->count) : 0;
    case SECTION_SET_OFFSETS:
        return column->kind == COLUMN_CODE_SET && !is_empty ? 4 * (customers_count + 1) : 0;
    case SECTION_DICTIONARY_OFFSETS: return column->offset_width_bytes * (texts_count + 1);
    case SECTION_DICTIONARY_BYTES: return column->dictionary_bytes;
    case SECTION_DICTIONARY_CLASSES:
        return is_sorted && column->classes_count < texts_count ? 4 * texts_count : 0;
    case SECTION_DICTIONARY_JOINED:
        return !is_sorted && column->classes_count < texts_count ? bitmap_bytes(texts_count) : 0;
    case SECTION_OWN_FIRSTS: return has_own_firsts(layout, owner) ? 4 * (customers_count + 1) : 0;
    case SECTION_WIDE_ROWS: return column->wide_rows_count * (uint64_t)sizeof(WideRow);
    case SECTION_WIDE_NUMBERS: return 4 * column->wide_count;
    case SECTION_SHAPES: return column->shapes_count * (uint64_t)sizeof(TextShape);
    case SECTION_TEXT_NUMBERS: return (texts_count * column->number_bits + 63) / 64 * 8;
    case SECTION_ZONES:
        return column->flags & COLUMN_FLAG_ZONES
                   ? sizeof(ColumnZone) * blocks_count_of(layout->header.customers_count)
                   : 0;
    case SECTION_VALUE_BITS:
        return column->flags & COLUMN_FLAG_VALUE_BITS ? texts_count * bitmap_bytes(customers_count)
                                                      : 0;
    case SECTION_KIND_COUNT: break;
    }
    ASSERT(false);
    return 0;
}

static uint64_t round_up(uint64_t offset, uint64_t alignment)
{
    return (offset + alignment - 1) / alignment * alignment;
}

static uint64_t aligned(uint64_t offset, uint64_t size)
{
    return round_up(offset,
                    size >= SECTION_LARGE_BYTES ? SECTION_LARGE_ALIGNMENT : SECTION_ALIGNMENT);
}

static bool *mark_days(const Layout *layout, Arena *arena)
{
    bool *is_day = ARENA_ARRAY(arena, bool, layout->header.columns_count);
    for (size_t i = 0; i < layout->header.streams_count; i++)
        is_day[layout_stream_first(layout, i)] = true;
    return is_day;
}

static void list_sections(Layout *layout, Arena *arena)
{
    FormatHeader *header = &layout->header;
    const bool *is_day = mark_days(layout, arena);
    size_t count_max = (size_t)header->columns_count * SECTION_KIND_COUNT;
    layout->sections = ARENA_ARRAY(arena, SectionRecord, count_max);
    header->sections_count = 0;
    for (size_t owner = 0; owner < header->columns_count; owner++) {
        for (unsigned kind = 0; kind < SECTION_KIND_COUNT; kind++) {
            uint64_t size = section_size(layout, owner, (SectionKind)kind);
            if (kind == SECTION_STREAM_OFFSETS && is_day[owner])
                size = 4 * ((uint64_t)header->customers_count + 1);
            if (size == 0) continue;
            layout->sections[header->sections_count++] =
                (SectionRecord){.kind = kind, .owner = (uint32_t)owner, .size = size};
        }
    }
}

uint64_t *column_weights(const Layout *layout, Arena *arena)
{
    uint64_t *weights = ARENA_ARRAY(arena, uint64_t, layout->header.columns_count);
    for (size_t i = 0; i < layout->header.sections_count; i++)
        weights[layout->sections[i].owner] += layout->sections[i].size;
    return weights;
}

void layout_place(Layout *layout, Arena *arena)
{
    FormatHeader *header = &layout->header;
    list_sections(layout, arena);
    layout->places =
        arena_alloc_array(arena, header->columns_count, sizeof(uint64_t[SECTION_KIND_COUNT]));
    uint64_t offset = sizeof(FormatHeader) + header->streams_count * sizeof(StreamRecord) +
                      header->columns_count * sizeof(ColumnRecord) +
                      header->sections_count * sizeof(SectionRecord);
    for (size_t i = 0; i < header->sections_count; i++) {
        SectionRecord *section = &layout->sections[i];
        section->offset = offset = aligned(offset, section->size);
        layout->places[section->owner][section->kind] = offset;
        offset += section->size + IMAGE_SLACK_BYTES;
    }
    header->file_size = round_up(offset, SECTION_ALIGNMENT);
    header->sections_offset =
        header->sections_count > 0 ? layout->sections[0].offset : header->file_size;
}
