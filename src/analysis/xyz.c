/* xyz.c -- coefficients of variation from exact sums, and the classes they give. */
#include "analysis/xyz.h"

#include "analysis/abc.h"
#include "base/memory.h"
#include "base/thread.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const method_codes[] = {
    [XYZ_FIXED] = "fixed", [XYZ_SELF_ADJUSTING] = "self-adjusting", [XYZ_FREQUENCY] = "frequency"};
static const char *const zeros_codes[] = {
    [XYZ_FROM_FIRST] = "from-first", [XYZ_WHOLE_WINDOW] = "whole", [XYZ_NON_ZERO] = "non-zero"};

const char *xyz_method_code(XyzMethod method)
{
    ASSERT(method < XYZ_METHOD_COUNT);
    return method_codes[method];
}

const char *xyz_zeros_code(XyzZeros zeros)
{
    ASSERT(zeros < XYZ_ZEROS_COUNT);
    return zeros_codes[zeros];
}

bool xyz_method_parse(Text code, XyzMethod *ret_method)
{
    for (size_t i = 0; i < XYZ_METHOD_COUNT; i++) {
        *ret_method = (XyzMethod)i;
        if (text_equal_ascii_case(code, text_of(method_codes[i]))) return true;
    }
    return false;
}

bool xyz_zeros_parse(Text code, XyzZeros *ret_zeros)
{
    for (size_t i = 0; i < XYZ_ZEROS_COUNT; i++) {
        *ret_zeros = (XyzZeros)i;
        if (text_equal_ascii_case(code, text_of(zeros_codes[i]))) return true;
    }
    return false;
}

XyzOptions xyz_options(XyzMethod method)
{
    bool is_frequency = method == XYZ_FREQUENCY;
    return (XyzOptions){.method = method,
                        .borders = {(is_frequency ? 75 : 50) * XYZ_PERCENT,
                                    (is_frequency ? 40 : 100) * XYZ_PERCENT},
                        .periods_min = 3};
}

Status xyz_check(const XyzOptions *options, Error *err)
{
    int64_t first = options->borders[0], second = options->borders[1];
    bool is_frequency = options->method == XYZ_FREQUENCY;
    if (options->is_seasonal && is_frequency)
        return error_set(err, STATUS_INVALID, "a frequency has no season");
    if (first <= 0 || second <= 0 || (is_frequency ? first <= second : first >= second) ||
        (is_frequency && first > 100 * XYZ_PERCENT))
        return error_set(err, STATUS_INVALID,
                         is_frequency ? "borders of a frequency descend, from 100 percent at most"
                                      : "borders of a variation ascend, above 0 percent");
    if (options->periods_min > XYZ_PERIODS_MAX)
        return error_set(err, STATUS_INVALID, "at most %d sub-periods can be asked for",
                         XYZ_PERIODS_MAX);
    return STATUS_OK;
}

/* ---- one customer ---- */

/* His sub-periods that count: sums, and what they differ by from the season before. */
typedef struct {
    int64_t *sums;
    int64_t *changes; /* the same array as `sums` without a season */
    size_t count;
} Counted;

static int64_t sum_of(const NumberColumn *column, size_t customer)
{
    return column_has(column, customer) ? column->values[customer] : 0;
}

static size_t first_that_counts(const XyzSeries *series, const XyzOptions *options, size_t customer)
{
    if (options->zeros == XYZ_WHOLE_WINDOW) return 0;
    if (series->first != NULL && column_has(series->first, customer)) {
        int64_t first = series->first->values[customer];
        return first < 0 ? 0 : (size_t)first;
    }
    size_t first = 0;
    while (first < series->periods_count && sum_of(&series->periods[first], customer) == 0)
        first++;
    return first;
}

static void collect(const XyzSeries *series, const XyzOptions *options, size_t customer,
                    Counted *counted)
{
    size_t period = first_that_counts(series, options, customer);
    counted->count = 0;
    for (; period < series->periods_count; period++) {
        int64_t sum = sum_of(&series->periods[period], customer);
        if (sum == 0 && options->zeros == XYZ_NON_ZERO) continue;
        counted->sums[counted->count] = sum;
        if (options->is_seasonal)
            counted->changes[counted->count] = sum - sum_of(&series->season[period], customer);
        counted->count++;
    }
}

static uint64_t magnitude(int64_t number)
{
    return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

static uint64_t common_divisor(uint64_t divisor, uint64_t number)
{
    while (number != 0) {
        uint64_t rest = divisor % number;
        divisor = number;
        number = rest;
    }
    return divisor;
}

static const uint64_t small_most = UINT64_C(1) << 50;

static uint64_t greatest_of(const Counted *counted)
{
    uint64_t most = 0;
    for (size_t i = 0; i < counted->count; i++) {
        uint64_t sum = magnitude(counted->sums[i]), change = magnitude(counted->changes[i]);
        most = sum > most ? sum : most;
        most = change > most ? change : most;
    }
    return most;
}

static void divide_by(int64_t *numbers, size_t count, int64_t divisor)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] /= divisor;
}

static void divide(const Counted *counted, int64_t divisor)
{
    divide_by(counted->sums, counted->count, divisor);
    if (counted->changes != counted->sums) divide_by(counted->changes, counted->count, divisor);
}

/* Make the numbers small without changing their proportions, so that squares and their sums are
 * exact and equal in every unit: divide by what all have in common, and only if that is not enough
 * leave out low digits (the first 50 bits decide far more than XYZ_SCALE digits). */
static void make_small(const Counted *counted)
{
    uint64_t divisor = 0, most = greatest_of(counted);
    for (size_t i = 0; i < counted->count && divisor != 1; i++)
        divisor = common_divisor(common_divisor(magnitude(counted->sums[i]), divisor),
                                 magnitude(counted->changes[i]));
    if (divisor > 1) divide(counted, (int64_t)divisor);
    if (divisor > 1) most /= divisor;
    for (; most > small_most; most /= 2)
        divide(counted, 2);
}

/* CV in percent at XYZ_SCALE, not rounded; numbers of 50 bits at most. False when there is none. A
 * season doubles the variance of a series that has nothing to do with the one before, therefore the
 * half of it is taken. */
static bool variation_of_small(const Counted *counted, const XyzOptions *options, double *ret_value)
{
    Int128 count = (Int128)counted->count, squares = 0;
    int64_t sum = 0, changes = 0; /* a thousand numbers of 50 bits */
    for (size_t i = 0; i < counted->count; i++) {
        sum += counted->sums[i];
        changes += counted->changes[i];
        squares += (Int128)counted->changes[i] * counted->changes[i];
    }
    if (sum == 0) return false;
    /* (n · squares - changes²) / sum² is the square of CV; a sample's is n / (n - 1) times that */
    Int128 above = count * squares - (Int128)changes * changes, below = (Int128)sum * sum;
    double square = (double)above / (double)below;
    if (options->is_sample) square = square * (double)count / (double)(count - 1);
    if (options->is_seasonal) square /= 2;
    *ret_value = 100 * sqrt(square) * (double)DECIMAL_POW10[XYZ_SCALE];
    return true;
}

/* Whether no error of a few last digits can round the value to another number. */
static bool is_rounding_sure(double value)
{
    enum { SURE_MOST = 1000000000 };
    double part = value - floor(value);
    return value < SURE_MOST && fabs(part - 0.5) > 0.001;
}

/* Finding what the numbers have in common costs more than all the rest, and decides only where a
 * value lies between two roundings. */
static bool variation(const Counted *counted, const XyzOptions *options, int64_t *ret_value)
{
    double value;
    if (counted->count < (options->is_sample ? 2 : 1)) return false;
    bool is_small = greatest_of(counted) <= small_most;
    if (is_small && !variation_of_small(counted, options, &value)) return false;
    if (!is_small || !is_rounding_sure(value)) {
        make_small(counted);
        if (!variation_of_small(counted, options, &value)) return false;
    }
    *ret_value = value < 1e17 ? llround(value) : INT64_C(100000000000000000);
    return true;
}

static bool frequency(const Counted *counted, int64_t *ret_value)
{
    size_t with_purchase = 0;
    for (size_t i = 0; i < counted->count; i++)
        with_purchase += counted->sums[i] != 0;
    if (with_purchase == 0) return false;
    *ret_value = (int64_t)with_purchase * 100 * DECIMAL_POW10[XYZ_SCALE] / (int64_t)counted->count;
    return true;
}

/* ---- classes ---- */

static uint8_t class_by_borders(const XyzOptions *options, int64_t value)
{
    int64_t unit = DECIMAL_POW10[XYZ_SCALE] / XYZ_PERCENT;
    int64_t first = options->borders[0] * unit, second = options->borders[1] * unit;
    if (options->method == XYZ_FREQUENCY) return value >= first ? 1 : value >= second ? 2 : 3;
    return value <= first ? 1 : value <= second ? 2 : 3;
}

/* Classes A, B, C of the greatest variation are Z, Y, X. */
static void classify_by_themselves(size_t count, const int64_t *values, uint8_t *classes)
{
    uint64_t *present = memory_alloc(memory_product(count / 64 + 1, sizeof *present));
    for (size_t i = 0; i < count; i++)
        if (classes[i] != 0) present[i / 64] |= UINT64_C(1) << (i % 64);
    AbcOptions options = abc_options(ABC_SELF_ADJUSTING);
    options.rest = ABC_REST_RANKED;
    NumberColumn column = {values, present, count};
    Status status = abc_classify(&column, &options, classes, NULL);
    ASSERT(status == STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (classes[i] != 0) classes[i] = (uint8_t)(4 - classes[i]);
    free(present);
}

/* ---- many customers at once ---- */

/* What a block of customers comes to, period by period: whatever cannot be told from that for sure
 * is asked of the customer alone. */
enum { BLOCK = 512 };

typedef struct {
    int64_t sums[BLOCK];
    double squares[BLOCK];
    uint64_t magnitudes[BLOCK]; /* all bits of them, or those of one less */
    int64_t started[BLOCK];     /* -1 from the first sum on that is not 0 */
    int64_t from_first[BLOCK];  /* periods since then */
    int64_t non_zero[BLOCK];
} Block;

/* Exact below 2^51, and without a branch. */
static inline double small_to_double(int64_t number)
{
    const double middle = 6755399441055744.0; /* 2^52 + 2^51: its lowest bit counts ones */
    union {
        uint64_t bits;
        double number;
    } shifted = {.bits = (uint64_t)number + UINT64_C(0x4338000000000000)};
    return shifted.number - middle;
}

static void add_period(Block *block, const int64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t value = values[i];
        double number = small_to_double(value);
        block->sums[i] = (int64_t)((uint64_t)block->sums[i] + (uint64_t)value);
        block->squares[i] += number * number;
        block->magnitudes[i] |= (uint64_t)(value < 0 ? ~value : value);
        block->started[i] |= -(int64_t)(value != 0);
        block->from_first[i] -= block->started[i];
        block->non_zero[i] += value != 0;
    }
}

static void copy_present(const NumberColumn *column, size_t begin, size_t count, int64_t *values)
{
    for (size_t i = 0; i < count; i++)
        values[i] = sum_of(column, begin + i);
}

static void add_up(const XyzSeries *series, size_t begin, size_t count, Block *block)
{
    int64_t values[BLOCK];
    memset(block, 0, sizeof *block);
    for (size_t period = 0; period < series->periods_count; period++) {
        const NumberColumn *column = &series->periods[period];
        if (column->present != NULL) copy_present(column, begin, count, values);
        add_period(block, column->present != NULL ? values : column->values + begin, count);
    }
}

/* How many of a customer's sub-periods count; false when he has sums before his first purchase,
 * which the block counts though they do not. */
static bool count_in_block(const XyzSeries *series, const XyzOptions *options, const Block *block,
                           size_t place, size_t customer, int64_t *ret_count)
{
    int64_t all = (int64_t)series->periods_count, since = block->from_first[place];
    *ret_count = all;
    if (options->zeros == XYZ_WHOLE_WINDOW) return true;
    if (series->first != NULL && column_has(series->first, customer)) {
        int64_t told = series->first->values[customer];
        since = told < 0 ? all : told < all ? all - told : 0;
    }
    *ret_count = options->zeros == XYZ_NON_ZERO ? block->non_zero[place] : since;
    return since >= block->from_first[place];
}

/* The variation of one of a block; false when it is not sure to the last digit. Errors of the sum
 * of squares are far below what the rounding is told apart by, where the variation is between 5 and
 * 1000 percent. */
static bool variation_in_block(const Block *block, const XyzOptions *options, size_t place,
                               int64_t count, int64_t *ret_value)
{
    const double square_least = 0.0025;
    if (block->magnitudes[place] >= small_most || block->sums[place] == 0) return false;
    double sum = (double)block->sums[place], number = (double)count;
    double square = number * block->squares[place] / (sum * sum) - 1.0;
    if (!(square > square_least)) return false;
    if (options->is_sample) square = square * number / (number - 1.0);
    double value = 100 * sqrt(square) * (double)DECIMAL_POW10[XYZ_SCALE];
    if (!is_rounding_sure(value)) return false;
    *ret_value = llround(value);
    return true;
}

/* ---- everybody, on several threads ---- */

enum { PIECE_CUSTOMERS = 16384 };

typedef struct {
    const XyzSeries *series;
    const XyzOptions *options;
    uint8_t *classes;
    int64_t *values;
    _Atomic size_t next; /* the first customer that no thread has taken */
} Everybody;

static void classify_customer(const Everybody *all, size_t customer, Counted *counted)
{
    int64_t value = 0;
    collect(all->series, all->options, customer, counted);
    bool is_classified =
        counted->count > 0 && counted->count >= all->options->periods_min &&
        (all->options->method == XYZ_FREQUENCY ? frequency(counted, &value)
                                               : variation(counted, all->options, &value));
    all->values[customer] = is_classified ? value : 0;
    all->classes[customer] = is_classified ? class_by_borders(all->options, value) : 0;
}

static void classify_block(const Everybody *all, size_t begin, size_t count, Counted *counted)
{
    Block block;
    const XyzOptions *options = all->options;
    int64_t least = options->is_sample ? 2 : 1, counting, value;
    if (options->periods_min > least) least = options->periods_min;
    add_up(all->series, begin, count, &block);
    for (size_t i = 0; i < count; i++) {
        bool is_known = count_in_block(all->series, options, &block, i, begin + i, &counting) &&
                        counting >= least &&
                        variation_in_block(&block, options, i, counting, &value);
        if (!is_known) {
            classify_customer(all, begin + i, counted);
            continue;
        }
        all->values[begin + i] = value;
        all->classes[begin + i] = class_by_borders(options, value);
    }
}

static void classify_piece(const Everybody *all, size_t begin, size_t end, Counted *counted)
{
    bool is_one_by_one = all->options->method == XYZ_FREQUENCY || all->options->is_seasonal;
    for (; begin < end && !is_one_by_one; begin += BLOCK)
        classify_block(all, begin, end - begin < BLOCK ? end - begin : BLOCK, counted);
    for (; begin < end; begin++)
        classify_customer(all, begin, counted);
}

static void classify_pieces(void *context)
{
    Everybody *all = context;
    size_t bytes = memory_product(all->series->periods_count + 1, sizeof(int64_t));
    Counted counted = {.sums = memory_alloc(bytes)};
    counted.changes = all->options->is_seasonal ? memory_alloc(bytes) : counted.sums;
    for (;;) {
        size_t first = atomic_fetch_add(&all->next, PIECE_CUSTOMERS);
        size_t end = first + PIECE_CUSTOMERS;
        if (first >= all->series->customers_count) break;
        if (end > all->series->customers_count) end = all->series->customers_count;
        classify_piece(all, first, end, &counted);
    }
    if (counted.changes != counted.sums) free(counted.changes);
    free(counted.sums);
}

void xyz_classify(const XyzSeries *series, const XyzOptions *options, uint8_t *ret_classes,
                  int64_t *ret_values)
{
    Everybody all = {series, options, ret_classes, ret_values, 0};
    size_t pieces = series->customers_count / PIECE_CUSTOMERS, processors = processors_count();
    threads_share(classify_pieces, &all, processors < pieces ? processors : pieces);
    if (options->method == XYZ_SELF_ADJUSTING)
        classify_by_themselves(series->customers_count, ret_values, ret_classes);
}
