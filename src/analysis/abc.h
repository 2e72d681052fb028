/* abc.h -- ABC: who makes most of a total.
 *
 * Customers with a value above 0 are ranked, the greatest first; T is the sum of their values, c
 * the share of T that a customer and all before him make, n their number.
 *
 *   PARETO          A as long as the share before him is below the first border (the one who
 *                   crosses it is in), strict: as long as his own c is not above it; and so on
 *   SUM             q = 100 · rank / n + c: A up to 100, B up to 145
 *   TANGENTS        A: at least the mean; B: at least the mean of the rest (where the tangent of
 *                   the curve runs like the chord)
 *   DIFFERENTIAL    A: at least 6 means; C: at most half a mean
 *   COMPUTED        A up to the point of the curve nearest to (0, 1), or to where its slope is 1 if
 *                   that comes first; B up to the point nearest to (end of A, 1)
 *                   (Ultsch & Loetsch 2015, doi:10.1371/journal.pone.0129767)
 *   THRESHOLDS      by the value itself
 *   CUSTOMERS       by the share of customers before him
 *   SELF_ADJUSTING  the rule of 1C: the mean of the shares c still ahead is the border
 *
 * Sums and comparisons are exact; COMPUTED compares distances as doubles. */
#pragma once

#include "analysis/column.h"
#include "base/arena.h"
#include "base/error.h"
#include "model/language.h"

typedef enum {
#define ABC_METHOD(name, ...) ABC_##name,
#include "analysis/abc_method.def"
#undef ABC_METHOD
    ABC_METHOD_COUNT
} AbcMethod;

const char *abc_method_code(AbcMethod method);
bool abc_method_parse(Text code, AbcMethod *ret_method);
Text abc_method_label(AbcMethod method, Language language);

/* Who has a value, but none above 0. */
typedef enum {
    ABC_REST_UNCLASSIFIED,
    ABC_REST_LAST_CLASS, /* in the last class, without a part in the total */
    ABC_REST_RANKED      /* like all others, as 1C does */
} AbcRest;

enum { ABC_BORDERS_MAX = 8, ABC_CLASSES_MAX = ABC_BORDERS_MAX + 1, ABC_PERCENT = 100 };

typedef struct {
    AbcMethod method;
    bool is_strict;   /* PARETO: who crosses a border belongs to the class after it */
    bool splits_ties; /* each row for itself, as in a spreadsheet; SELF_ADJUSTING always does */
    AbcRest rest;
    /* PARETO, CUSTOMERS, SUM: hundredths of a percent, ascending. THRESHOLDS: values, descending.
     * Methods without borders have classes A, B, C. */
    int64_t borders[ABC_BORDERS_MAX];
    size_t borders_count;
} AbcOptions;

/* The customary parameters of a method; THRESHOLDS has none. */
AbcOptions abc_options(AbcMethod method);
/* INVALID for borders that are none, too many, not in order or out of range. */
MUST_CHECK Status abc_check(const AbcOptions *options, Error *err);
size_t abc_classes_count(const AbcOptions *options);

/* The class of each customer: 1 is A; 0: not classified. `options` were checked.
 * shapes  in[n], ret_classes[n]
 * errors  LIMIT for more than ABC_CUSTOMERS_MAX customers */
enum { ABC_CUSTOMERS_MAX = 1 << 30 };
MUST_CHECK Status abc_classify(const NumberColumn *column, const AbcOptions *options,
                               uint8_t *ret_classes, Error *err);

/* One index of several metrics: each as its share of its total, in percent at ABC_INDEX_SCALE,
 * weighted. Values not above 0 count as 0; nobody has an index who has none of the metrics.
 * shapes  columns[columns_count] of equal count; weights above 0; ret_values[n], ret_present of a
 *         bit per customer, zeroed */
typedef struct {
    const NumberColumn *columns;
    const int64_t *weights;
    size_t count; /* at most ABC_METRICS_MAX */
} AbcMetrics;
enum { ABC_METRICS_MAX = 16, ABC_INDEX_SCALE = 9, ABC_WEIGHT_MAX = 1000000 };
void abc_index(const AbcMetrics *metrics, int64_t *ret_values, uint64_t *ret_present);
