/* abc.c -- the borders of an ABC classification, each method a function over the ranked values. */
#include "analysis/abc.h"

#include "analysis/order.h"
#include "base/memory.h"

#include <stdlib.h>

enum { WHOLE = 100 * ABC_PERCENT /* 100 % in the unit of borders */ };

static const struct {
    const char *code;
    bool has_borders;
    const char *labels[LANGUAGE_COUNT];
} methods[] = {
#define ABC_METHOD(name, code, has_borders, en, ru, uk) \
    [ABC_##                                             \
        name] = {code, has_borders, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "analysis/abc_method.def"
#undef ABC_METHOD
};

const char *abc_method_code(AbcMethod method)
{
    ASSERT(method < ABC_METHOD_COUNT);
    return methods[method].code;
}

bool abc_method_parse(Text code, AbcMethod *ret_method)
{
    for (size_t i = 0; i < ABC_METHOD_COUNT; i++) {
        if (!text_equal_ascii_case(code, text_of(methods[i].code))) continue;
        *ret_method = (AbcMethod)i;
        return true;
    }
    return false;
}

Text abc_method_label(AbcMethod method, Language language)
{
    return text_of(methods[method].labels[language]);
}

/* ---- parameters ---- */

AbcOptions abc_options(AbcMethod method)
{
    AbcOptions options = {.method = method, .borders_count = 2};
    switch (method) {
    case ABC_PARETO:
        options.borders[0] = 80 * ABC_PERCENT;
        options.borders[1] = 95 * ABC_PERCENT;
        break;
    case ABC_SUM:
        options.borders[0] = 100 * ABC_PERCENT;
        options.borders[1] = 145 * ABC_PERCENT;
        break;
    case ABC_CUSTOMERS:
        options.borders[0] = 20 * ABC_PERCENT;
        options.borders[1] = 50 * ABC_PERCENT;
        break;
    case ABC_TANGENTS:
    case ABC_DIFFERENTIAL:
    case ABC_COMPUTED:
    case ABC_THRESHOLDS:
    case ABC_SELF_ADJUSTING:
    case ABC_METHOD_COUNT: options.borders_count = 0; break;
    }
    return options;
}

size_t abc_classes_count(const AbcOptions *options)
{
    return methods[options->method].has_borders ? options->borders_count + 1 : 3;
}

static bool is_border(const AbcOptions *options, size_t index)
{
    int64_t border = options->borders[index];
    if (options->method == ABC_THRESHOLDS)
        return index == 0 || border < options->borders[index - 1];
    int64_t most = options->method == ABC_SUM ? 2 * WHOLE : WHOLE;
    return border > 0 && border < most && (index == 0 || border > options->borders[index - 1]);
}

Status abc_check(const AbcOptions *options, Error *err)
{
    const char *code = abc_method_code(options->method);
    if (!methods[options->method].has_borders) {
        if (options->borders_count == 0) return STATUS_OK;
        return error_set(err, STATUS_INVALID, "the method '%s' finds its borders itself", code);
    }
    if (options->borders_count == 0 || options->borders_count > ABC_BORDERS_MAX)
        return error_set(err, STATUS_INVALID, "the method '%s' takes 1 to %d borders", code,
                         ABC_BORDERS_MAX);
    for (size_t i = 0; i < options->borders_count; i++) {
        if (is_border(options, i)) continue;
        return error_set(err, STATUS_INVALID,
                         options->method == ABC_THRESHOLDS
                             ? "thresholds go from the greatest to the least"
                             : "borders are percents in ascending order, each below the whole");
    }
    return STATUS_OK;
}

/* ---- ranked values ---- */

/* The customers who are ranked; `classes[i]` is the class of the i-th. */
typedef struct {
    const AbcOptions *options;
    int64_t *values; /* descending */
    uint32_t *indexes;
    uint8_t *classes;
    size_t count;
    Int128 total;
} Ranking;

static void ranking_free(Ranking *ranking)
{
    free(ranking->values);
    free(ranking->indexes);
    free(ranking->classes);
}

static Ranking rank(const NumberColumn *column, const AbcOptions *options)
{
    Ranking ranking = {.options = options,
                       .values = memory_alloc_large(memory_product(column->count, 8)),
                       .indexes = memory_alloc_large(memory_product(column->count, 4)),
                       .classes = memory_alloc(column->count)};
    bool takes_all = options->rest == ABC_REST_RANKED;
    for (size_t i = 0; i < column->count; i++)
        if (column_has(column, i) && (takes_all || column->values[i] > 0))
            ranking.indexes[ranking.count++] = (uint32_t)i;
    order_descending(column->values, ranking.indexes, ranking.count);
    for (size_t i = 0; i < ranking.count; i++) {
        ranking.values[i] = column->values[ranking.indexes[i]];
        ranking.total += ranking.values[i];
    }
    return ranking;
}

/* Everybody from `begin` up to the end of the class. */
static void fill(const Ranking *ranking, size_t begin, size_t end, uint8_t class_number)
{
    for (size_t i = begin; i < end; i++)
        ranking->classes[i] = class_number;
}

/* Move a border between classes to where values differ; who equals the last one before it is in. */
static size_t after_equals(const Ranking *ranking, size_t end)
{
    if (ranking->options->splits_ties) return end;
    while (end > 0 && end < ranking->count && ranking->values[end] == ranking->values[end - 1])
        end++;
    return end;
}

/* ... who equals the first one after it is out. */
static size_t before_equals(const Ranking *ranking, size_t end)
{
    if (ranking->options->splits_ties) return end;
    while (end > 0 && end < ranking->count && ranking->values[end] == ranking->values[end - 1])
        end--;
    return end;
}

/* ---- methods with borders: where the class before a border ends ---- */

/* Sums so great that a product with the number of customers would not fit are halved until it does:
 * with money of 18 digits that takes more than 100 million customers. */
static int fitting_shift(const Ranking *ranking)
{
    enum { FACTOR_BITS = 16 };
    Int128 most = ((Int128)1 << 126) / ((Int128)1 << FACTOR_BITS) / (Int128)(ranking->count + 1);
    int shift = 0;
    while ((ranking->total >> shift) > most || -(ranking->total >> shift) > most)
        shift++;
    return shift;
}

static size_t end_by_share(const Ranking *ranking, int64_t border)
{
    Int128 before = 0, total = ranking->total;
    bool is_strict = ranking->options->is_strict;
    for (size_t i = 0; i < ranking->count; i++) {
        Int128 after = before + ranking->values[i];
        bool is_in = is_strict ? after * WHOLE <= border * total : before * WHOLE < border * total;
        if (!is_in) return is_strict ? before_equals(ranking, i) : after_equals(ranking, i);
        before = after;
    }
    return ranking->count;
}

static size_t end_by_sum(const Ranking *ranking, int64_t border)
{
    int shift = fitting_shift(ranking);
    Int128 total = ranking->total >> shift, sum = 0, count = (Int128)ranking->count;
    for (size_t i = 0; i < ranking->count; i++) {
        sum += ranking->values[i];
        Int128 q = (Int128)(i + 1) * total + (sum >> shift) * count;
        if (q * WHOLE > border * count * total) return after_equals(ranking, i);
    }
    return ranking->count;
}

static size_t end_by_customers(const Ranking *ranking, int64_t border)
{
    Int128 last = (Int128)border * (Int128)ranking->count;
    return after_equals(ranking, (size_t)((last + WHOLE - 1) / WHOLE));
}

static size_t end_by_threshold(const Ranking *ranking, int64_t border)
{
    size_t end = 0;
    while (end < ranking->count && ranking->values[end] >= border)
        end++;
    return end;
}

static void classify_by_borders(const Ranking *ranking)
{
    const AbcOptions *options = ranking->options;
    size_t begin = 0;
    for (size_t i = 0; i < options->borders_count; i++) {
        int64_t border = options->borders[i];
        size_t end = options->method == ABC_PARETO      ? end_by_share(ranking, border)
                     : options->method == ABC_SUM       ? end_by_sum(ranking, border)
                     : options->method == ABC_CUSTOMERS ? end_by_customers(ranking, border)
                                                        : end_by_threshold(ranking, border);
        fill(ranking, begin, end, (uint8_t)(i + 1));
        if (end > begin) begin = end;
    }
    fill(ranking, begin, ranking->count, (uint8_t)(options->borders_count + 1));
}

/* ---- methods that find their borders ---- */

/* From `begin` on, how far values are at least the mean of all that are left. */
static size_t end_of_above_mean(const Ranking *ranking, size_t begin)
{
    Int128 total = 0;
    for (size_t i = begin; i < ranking->count; i++)
        total += ranking->values[i];
    Int128 count = (Int128)(ranking->count - begin);
    size_t end = begin;
    while (end < ranking->count && ranking->values[end] * count >= total)
        end++;
    return end;
}

static void classify_in_three(const Ranking *ranking, size_t first_end, size_t second_end)
{
    fill(ranking, 0, first_end, 1);
    fill(ranking, first_end, second_end, 2);
    fill(ranking, second_end, ranking->count, 3);
}

static void classify_by_tangents(const Ranking *ranking)
{
    size_t first = end_of_above_mean(ranking, 0);
    classify_in_three(ranking, first, end_of_above_mean(ranking, first));
}

static void classify_by_means(const Ranking *ranking)
{
    Int128 count = (Int128)ranking->count;
    size_t first = 0, second = 0;
    while (first < ranking->count && ranking->values[first] * count >= 6 * ranking->total)
        first++;
    while (second < ranking->count && 2 * ranking->values[second] * count > ranking->total)
        second++;
    classify_in_three(ranking, first, second);
}

/* The point of the curve (share of customers, share of the total) nearest to (x, 1). */
static size_t nearest_to_top(const Ranking *ranking, double x)
{
    double total = (double)ranking->total, count = (double)ranking->count, least = 4;
    Int128 sum = 0;
    size_t nearest = 0;
    for (size_t i = 0; i <= ranking->count; i++) {
        double right = (double)i / count - x, up = (double)(ranking->total - sum) / total;
        double distance = right * right + up * up;
        if (distance <= least) { /* of equal ones the later: an only customer is A */
            least = distance;
            nearest = i;
        }
        if (i < ranking->count) sum += ranking->values[i];
    }
    return nearest;
}

static void classify_by_curve(const Ranking *ranking)
{
    if (ranking->total <= 0) {
        fill(ranking, 0, ranking->count, 3);
        return;
    }
    size_t nearest = nearest_to_top(ranking, 0), even = end_of_above_mean(ranking, 0);
    size_t first = nearest < even ? nearest : even;
    size_t second = nearest_to_top(ranking, (double)first / (double)ranking->count);
    first = after_equals(ranking, first);
    second = after_equals(ranking, second);
    classify_in_three(ranking, first, second > first ? second : first);
}

/* Shares are kept as sums; S and the border M are sums times the number of customers left. */
static void classify_as_1c(const Ranking *ranking)
{
    int shift = fitting_shift(ranking);
    Int128 shares = 0, sum = 0;
    size_t count = ranking->count, left = count + 1;
    uint8_t class_number = 1;
    for (size_t i = 0; i < count; i++) {
        sum += ranking->values[i];
        shares += sum >> shift;
    }
    fill(ranking, 0, count, 3);
    Int128 border_shares = shares;
    sum = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        sum += ranking->values[i];
        Int128 share = sum >> shift;
        if (share * (Int128)left > border_shares) {
            if (class_number == 2) return;
            class_number = 2;
            border_shares = shares;
            left = count - i;
        }
        shares -= share;
        ranking->classes[i] = class_number;
    }
}

/* ---- all together ---- */

static void classify_ranking(const Ranking *ranking)
{
    switch (ranking->options->method) {
    case ABC_PARETO:
    case ABC_SUM:
    case ABC_CUSTOMERS:
    case ABC_THRESHOLDS: classify_by_borders(ranking); return;
    case ABC_TANGENTS: classify_by_tangents(ranking); return;
    case ABC_DIFFERENTIAL: classify_by_means(ranking); return;
    case ABC_COMPUTED: classify_by_curve(ranking); return;
    case ABC_SELF_ADJUSTING: classify_as_1c(ranking); return;
    case ABC_METHOD_COUNT: break;
    }
    ASSERT(false);
}

Status abc_classify(const NumberColumn *column, const AbcOptions *options, uint8_t *ret_classes,
                    Error *err)
{
    if (column->count > ABC_CUSTOMERS_MAX)
        return error_set(err, STATUS_LIMIT, "more than %d customers cannot be ranked",
                         ABC_CUSTOMERS_MAX);
    Ranking ranking = rank(column, options);
    uint8_t rest =
        options->rest == ABC_REST_LAST_CLASS ? (uint8_t)abc_classes_count(options) : (uint8_t)0;
    classify_ranking(&ranking);
    for (size_t i = 0; i < column->count; i++)
        ret_classes[i] = column_has(column, i) ? rest : 0;
    for (size_t i = 0; i < ranking.count; i++)
        ret_classes[ranking.indexes[i]] = ranking.classes[i];
    ranking_free(&ranking);
    return STATUS_OK;
}

/* ---- several metrics as one ---- */

static Int128 positive_total(const NumberColumn *column)
{
    Int128 total = 0;
    for (size_t i = 0; i < column->count; i++)
        if (column_has(column, i) && column->values[i] > 0) total += column->values[i];
    return total;
}

void abc_index(const AbcMetrics *metrics, int64_t *ret_values, uint64_t *ret_present)
{
    const Int128 parts = ABC_PERCENT * INT64_C(1000000000); /* 100 % at ABC_INDEX_SCALE */
    Int128 totals[ABC_METRICS_MAX], weights = 0;
    for (size_t m = 0; m < metrics->count; m++) {
        totals[m] = positive_total(&metrics->columns[m]);
        weights += metrics->weights[m];
    }
    for (size_t i = 0; i < metrics->columns[0].count; i++) {
        Int128 index = 0;
        bool has_any = false;
        for (size_t m = 0; m < metrics->count; m++) {
            const NumberColumn *column = &metrics->columns[m];
            if (!column_has(column, i)) continue;
            has_any = true;
            if (column->values[i] <= 0) continue;
            index += column->values[i] * parts / totals[m] * metrics->weights[m];
        }
        ret_values[i] = (int64_t)(index / weights);
        if (has_any) ret_present[i / 64] |= UINT64_C(1) << (i % 64);
    }
}
