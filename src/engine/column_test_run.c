/* column_test_run.c -- tests of a column, run on a stretch of its positions. */
#include "engine/column_test.h"

#include "engine/kernels_common.h"
#include "engine/nodes.h"

#include <string.h>

static const void *data_at(const Column *column, uint64_t begin)
{
    return (const uint8_t *)column->data + begin * column->width_bytes;
}

static void fill(uint64_t *bits, size_t count, bool is_set)
{
    memset(bits, is_set ? 0xff : 0, bit_words(count) * sizeof *bits);
    if (is_set && count % 64 != 0) bits[count / 64] = (UINT64_C(1) << (count % 64)) - 1;
}

static uint64_t stored_max(uint8_t width_bytes)
{
    return width_bytes == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * width_bytes)) - 1;
}

static void set_present(const Column *column, uint64_t begin, size_t count, uint64_t *bits)
{
    fill(bits, count, false);
    for (size_t i = 0; i < count; i++)
        if (column->set_offsets[begin + i] != column->set_offsets[begin + i + 1])
            bits[i / 64] |= UINT64_C(1) << (i % 64);
}

void column_present(const Column *column, const Kernels *kernels, uint64_t begin, size_t count,
                    uint64_t *ret_bits)
{
    if (column->is_empty)
        fill(ret_bits, count, false);
    else if (column->kind == COLUMN_CODE_SET)
        set_present(column, begin, count, ret_bits);
    else if (column->kind == COLUMN_INTEGER && column->present != NULL)
        bits_copy(column->present, begin, count, ret_bits);
    else if (column->kind == COLUMN_INTEGER || column->width_bytes == 0)
        fill(ret_bits, count, true); /* a column of one code is empty when that is missing */
    else
        kernels->test_range(data_at(column, begin), column->width_bytes, count, 1,
                            stored_max(column->width_bytes), ret_bits);
}

static void and_bits(uint64_t *bits, const uint64_t *other, size_t count)
{
    for (size_t i = 0; i < bit_words(count); i++)
        bits[i] &= other[i];
}

static void or_bits(uint64_t *bits, const uint64_t *other, size_t count)
{
    for (size_t i = 0; i < bit_words(count); i++)
        bits[i] |= other[i];
}

/* ---- ranges ---- */

static bool is_beyond_zone(const ColumnTest *test, uint64_t begin)
{
    if (!test->has_zones) return false;
    const ColumnZone *zone = &test->column->zones[begin / IMAGE_BLOCK_ROWS];
    return zone->max < test->least || zone->min > test->greatest;
}

static uint64_t stored_at(const Column *column, uint64_t position)
{
    const void *data = column->data;
    switch (column->width_bytes) {
    case 1: return ((const uint8_t *)data)[position];
    case 2: return ((const uint16_t *)data)[position];
    case 4: return ((const uint32_t *)data)[position];
    case 8: return ((const uint64_t *)data)[position];
    default: return 0;
    }
}

static bool is_in_ranges(const ColumnTest *test, uint64_t number)
{
    size_t low = 0, high = test->ranges_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (test->ranges[middle].high < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < test->ranges_count && test->ranges[low].low <= number;
}

/* A pass per range while they are few, a search per position when they are many. */
static void run_ranges(const ColumnTest *test, const Kernels *kernels, uint64_t begin, size_t count,
                       uint64_t *bits, uint64_t *spare)
{
    enum { PASSES_MAX = 8 };
    const Column *column = test->column;
    if (is_beyond_zone(test, begin)) {
        fill(bits, count, false);
        return;
    }
    const void *data = data_at(column, begin);
    if (column->width_bytes == 0) {
        fill(bits, count, is_in_ranges(test, 0));
    } else if (test->ranges_count > PASSES_MAX) {
        fill(bits, count, false);
        for (size_t i = 0; i < count; i++)
            bits[i / 64] |= (uint64_t)is_in_ranges(test, stored_at(column, begin + i)) << (i % 64);
    } else {
        kernels->test_range(data, column->width_bytes, count, test->ranges[0].low,
                            test->ranges[0].high, bits);
        for (size_t i = 1; i < test->ranges_count; i++) {
            kernels->test_range(data, column->width_bytes, count, test->ranges[i].low,
                                test->ranges[i].high, spare);
            or_bits(bits, spare, count);
        }
    }
    if (column->kind != COLUMN_INTEGER || column->present == NULL) return;
    bits_copy(column->present, begin, count, spare);
    and_bits(bits, spare, count);
}

/* ---- codes ---- */

/* Rows that have one of the codes, from the column's bitmaps per value. */
static void run_members(const ColumnTest *test, const CodeGroup *group, uint64_t begin,
                        size_t count, uint64_t *bits)
{
    fill(bits, count, false);
    for (size_t i = 0; i < group->members_count; i++) {
        const uint64_t *rows =
            test->column->value_bits + (group->members[i] - 1) * test->value_words + begin / 64;
        or_bits(bits, rows, count);
    }
}

static void run_codes(const ColumnTest *test, const Kernels *kernels, uint64_t begin, size_t count,
                      uint64_t *bits)
{
    const Column *column = test->column;
    const CodeGroup *group = &test->groups[0];
    if (group->members != NULL)
        run_members(test, group, begin, count, bits);
    else if (column->width_bytes == 0)
        fill(bits, count, bit_at(group->bits, (size_t)column->base));
    else
        kernels->test_codes(data_at(column, begin), column->width_bytes, count, group->bits,
                            &group->sieve, bits);
}

bool column_test_is_slow(const ColumnTest *test)
{
    return test->kind == TEST_CODES && !test->is_opposite && test->column->width_bytes != 0 &&
           test->groups[0].members == NULL;
}

void column_test_run_few(const ColumnTest *test, uint64_t begin, size_t count, const uint64_t *need,
                         uint64_t *ret_bits)
{
    const uint64_t *codes = test->groups[0].bits;
    size_t words_count = bit_words(count), taken;
    uint32_t few[POSITIONS_AT_ONCE];
    BitCursor at = bit_cursor(need, words_count);
    while ((taken = bit_take(&at, need, words_count, few)) > 0) {
        for (size_t i = 0; i < taken; i++) {
            bool is_met = bit_at(codes, stored_at(test->column, begin + few[i]));
            ret_bits[few[i] / 64] |= (uint64_t)is_met << few[i] % 64;
        }
    }
}

bool column_test_meets_one(const ColumnTest *test, uint64_t begin, uint64_t end)
{
    const uint64_t *codes = test->groups[0].bits;
    for (uint64_t i = begin; i < end; i++)
        if (bit_at(codes, stored_at(test->column, i))) return true;
    return false;
}

/* ---- sets ---- */

/* Members of a set are codes of the column, one after another. */
static bool has_one(const Column *column, const CodeGroup *group, uint64_t row)
{
    for (uint64_t i = column->set_offsets[row]; i < column->set_offsets[row + 1]; i++)
        if (bit_at(group->bits, (size_t)column->base + stored_at(column, i))) return true;
    return false;
}

static void run_set_group(const ColumnTest *test, const CodeGroup *group, uint64_t begin,
                          size_t count, uint64_t *bits)
{
    if (group->members != NULL) {
        run_members(test, group, begin, count, bits);
        return;
    }
    fill(bits, count, false);
    for (size_t i = 0; i < count; i++)
        bits[i / 64] |= (uint64_t)has_one(test->column, group, begin + i) << (i % 64);
}

static void run_sets(const ColumnTest *test, uint64_t begin, size_t count, uint64_t *bits,
                     uint64_t *spare)
{
    fill(bits, count, true);
    for (size_t i = 0; i < test->groups_count; i++) {
        run_set_group(test, &test->groups[i], begin, count, spare);
        and_bits(bits, spare, count);
    }
}

/* ---- all ---- */

static void flip(uint64_t *bits, size_t count)
{
    for (size_t i = 0; i < bit_words(count); i++)
        bits[i] = ~bits[i];
    if (count % 64 != 0) bits[count / 64] &= (UINT64_C(1) << (count % 64)) - 1;
}

void column_test_run(const ColumnTest *test, const Kernels *kernels, uint64_t begin, size_t count,
                     uint64_t *ret_bits, uint64_t *spare)
{
    switch (test->kind) {
    case TEST_NOBODY: fill(ret_bits, count, false); break;
    case TEST_PRESENT: column_present(test->column, kernels, begin, count, ret_bits); break;
    case TEST_RANGES: run_ranges(test, kernels, begin, count, ret_bits, spare); break;
    case TEST_CODES: run_codes(test, kernels, begin, count, ret_bits); break;
    case TEST_SETS: run_sets(test, begin, count, ret_bits, spare); break;
    }
    if (test->is_opposite) flip(ret_bits, count);
    /* Bitmaps of the image go on with the next positions. */
    if (count % 64 != 0) ret_bits[count / 64] &= (UINT64_C(1) << (count % 64)) - 1;
}

static bool has_value(const Column *column, uint64_t position)
{
    if (column->is_empty) return false;
    if (column->kind == COLUMN_CODE_SET)
        return column->set_offsets[position] != column->set_offsets[position + 1];
    if (column->kind == COLUMN_INTEGER)
        return column->present == NULL || bit_at(column->present, position);
    return column->width_bytes == 0 || stored_at(column, position) != 0;
}

/* By the column's bitmaps per value where it has them. */
static bool has_member(const ColumnTest *test, const CodeGroup *group, uint64_t row)
{
    if (group->members == NULL) return has_one(test->column, group, row);
    uint64_t bits = 0;
    for (size_t i = 0; i < group->members_count; i++)
        bits |= test->column->value_bits[(group->members[i] - 1) * test->value_words + row / 64];
    return (bits >> row % 64 & 1) != 0;
}

static bool has_one_of_each(const ColumnTest *test, uint64_t row)
{
    for (size_t i = 0; i < test->groups_count; i++)
        if (!has_member(test, &test->groups[i], row)) return false;
    return true;
}

bool column_test_meets(const ColumnTest *test, uint64_t position)
{
    const Column *column = test->column;
    bool is_met = false;
    switch (test->kind) {
    case TEST_NOBODY: break;
    case TEST_PRESENT: is_met = has_value(column, position); break;
    case TEST_RANGES:
        is_met = is_in_ranges(test, stored_at(column, position)) &&
                 (column->kind != COLUMN_INTEGER || has_value(column, position));
        break;
    case TEST_CODES:
        is_met = bit_at(test->groups[0].bits,
                        (size_t)(column->width_bytes == 0 ? (uint64_t)column->base
                                                          : stored_at(column, position)));
        break;
    case TEST_SETS: is_met = has_one_of_each(test, position); break;
    }
    return is_met != test->is_opposite;
}

/* Codes of one width, without a jump for each. */
static inline size_t keep_codes(const ColumnTest *test, const void *codes, uint8_t width_bytes,
                                bool is_wanted, MarkedPlace *places, size_t count)
{
    const uint64_t *bits = test->groups[0].bits;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        MarkedPlace at = places[i];
        uint64_t code = kernel_stored(codes, width_bytes, at.place);
        places[kept] = at;
        kept += bit_at(bits, code) == is_wanted;
    }
    return kept;
}

/* Stored numbers of one width and in one range. */
static inline size_t keep_range(const ColumnTest *test, const void *numbers, uint8_t width_bytes,
                                bool is_wanted, MarkedPlace *places, size_t count)
{
    uint64_t low = test->ranges[0].low, wide = test->ranges[0].high - low;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        MarkedPlace at = places[i];
        uint64_t number = kernel_stored(numbers, width_bytes, at.place);
        places[kept] = at;
        kept += (number - low <= wide) == is_wanted;
    }
    return kept;
}

/* A set that must have one value, by the column's bitmap for it. */
static size_t keep_members(const ColumnTest *test, uint64_t begin, bool is_wanted,
                           MarkedPlace *places, size_t count)
{
    const uint64_t *rows =
        test->column->value_bits + (test->groups[0].members[0] - 1) * test->value_words;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        MarkedPlace at = places[i];
        places[kept] = at;
        kept += bit_at(rows, begin + at.place) == is_wanted;
    }
    return kept;
}

/* False when there is no quick way, and nothing is done. */
static bool keep_stored(const ColumnTest *test, uint64_t begin, bool is_met, MarkedPlace *places,
                        size_t *count)
{
    const Column *column = test->column;
    bool has_gaps = column->kind == COLUMN_INTEGER && column->present != NULL;
    bool is_range = test->kind == TEST_RANGES && test->ranges_count == 1 && !has_gaps;
    const void *data = data_at(column, begin);
    if (!is_range && test->kind != TEST_CODES) return false;
    switch (column->width_bytes) {
    case 1:
        *count = is_range ? keep_range(test, data, 1, is_met, places, *count)
                          : keep_codes(test, data, 1, is_met, places, *count);
        return true;
    case 2:
        *count = is_range ? keep_range(test, data, 2, is_met, places, *count)
                          : keep_codes(test, data, 2, is_met, places, *count);
        return true;
    case 4:
        *count = is_range ? keep_range(test, data, 4, is_met, places, *count)
                          : keep_codes(test, data, 4, is_met, places, *count);
        return true;
    default: return false;
    }
}

size_t column_test_keep(const ColumnTest *test, uint64_t begin, bool is_wanted, MarkedPlace *places,
                        size_t count)
{
    bool is_met = is_wanted != test->is_opposite;
    bool is_of_one_value = test->kind == TEST_SETS && test->groups_count == 1 &&
                           test->groups[0].members != NULL && test->groups[0].members_count == 1;
    if (is_of_one_value) return keep_members(test, begin, is_met, places, count);
    if (keep_stored(test, begin, is_met, places, &count)) return count;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        MarkedPlace at = places[i];
        places[kept] = at;
        kept += column_test_meets(test, begin + at.place) == is_wanted;
    }
    return kept;
}

bool column_test_find_failing(const ColumnTest *test, uint64_t begin, size_t count,
                              const uint64_t *need, size_t *ret_position)
{
    if (test->failing == NULL) return false;
    const Column *column = test->column;
    for (size_t i = 0; i < count; i++) {
        if (!bit_needed(need, i)) continue;
        uint64_t code = (uint64_t)column->base + stored_at(column, begin + i);
        if (!bit_at(test->failing, code)) continue;
        *ret_position = i;
        return true;
    }
    return false;
}
