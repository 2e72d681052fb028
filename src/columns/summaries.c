/* summaries.c -- per customer and stream: the first and the last day, the total of each decimal
 * field. Columns as those of properties, made from the events in both passes. */
#include "columns/build.h"

/* A summary stands beside a column of events that it spares reading; it is kept while it takes at
 * most this part of it. Half still halves the memory read, and skips summing. */
enum { SUMMARY_SHARE = 2 };

typedef enum { SUMMARY_HAS_VALUE, SUMMARY_IS_MISSING, SUMMARY_IS_TOO_LONG } SummaryState;

static SummaryState total_of(EventList events, size_t slot, int64_t *ret_total)
{
    int64_t total = 0;
    for (size_t i = 0; i < events.count; i++) {
        Value value = events.items[i].values[slot];
        if (value.kind != VALUE_DECIMAL) continue;
        if (__builtin_add_overflow(total, value.as.decimal, &total)) return SUMMARY_IS_TOO_LONG;
    }
    *ret_total = total;
    bool fits = total >= -DECIMAL_MANTISSA_MAX && total <= DECIMAL_MANTISSA_MAX;
    return fits ? SUMMARY_HAS_VALUE : SUMMARY_IS_TOO_LONG;
}

static SummaryState summary_of(const ColumnSpec *spec, EventList events, int64_t *ret_number)
{
    if (spec->role == ROLE_TOTAL) return total_of(events, spec->slot, ret_number);
    if (events.count == 0) return SUMMARY_IS_MISSING;
    size_t index = spec->role == ROLE_FIRST_DAY ? 0 : events.count - 1;
    *ret_number = moment_date(events.items[index].at).day;
    return SUMMARY_HAS_VALUE;
}

void learn_summaries(Part *part, size_t stream_index, EventList events)
{
    ColumnRange range = specs_summaries(&part->build->specs, stream_index);
    for (size_t column = range.begin; column < range.end; column++) {
        const ColumnSpec *spec = &part->build->specs.items[column];
        Learned *learned = &part->columns[column];
        int64_t number = 0;
        if (spec->role == ROLE_NONE) {
            learned->missing_count++;
            continue;
        }
        SummaryState state = summary_of(spec, events, &number);
        if (state == SUMMARY_HAS_VALUE)
            learn_number(learned, number);
        else
            learned->missing_count++;
        if (state == SUMMARY_IS_TOO_LONG) learned->is_too_long = true;
    }
}

bool summary_is_kept(const Build *build, size_t column, const ColumnRecord *summary,
                     const ColumnRecord *of_events)
{
    uint64_t present_bytes =
        (summary->flags & COLUMN_FLAG_PRESENT) != 0 ? bitmap_bytes(summary->count) : 0;
    uint64_t bytes = summary->width_bytes * summary->count + present_bytes;
    return !build->columns[column].is_too_long && of_events->count > 0 &&
           bytes <= of_events->width_bytes * of_events->count / SUMMARY_SHARE;
}

Status write_summaries(Part *part, size_t stream_index, EventList events, Error *err)
{
    const Build *build = part->build;
    ColumnRange range = specs_summaries(&build->specs, stream_index);
    for (size_t column = range.begin; column < range.end; column++) {
        const ColumnRecord *record = &build->layout.columns[column];
        Cursor *cursor = &part->cursors[column];
        int64_t number = record->base;
        if ((record->flags & COLUMN_FLAG_EMPTY) != 0) continue;
        SummaryState state = summary_of(&build->specs.items[column], events, &number);
        uint64_t stored;
        if (state == SUMMARY_IS_TOO_LONG ||
            !write_stored(record, &build->columns[column].step, number, &stored))
            return write_changed(err);
        write_numbers(build_section(build, column, SECTION_DATA), record->width_bytes,
                      cursor->position, &stored, 1);
        uint64_t *present = build_section(build, column, SECTION_PRESENT);
        if (present != NULL && state == SUMMARY_HAS_VALUE)
            write_bits(present, cursor->position / 64, UINT64_C(1) << (cursor->position % 64));
        cursor->position++;
    }
    return STATUS_OK;
}
