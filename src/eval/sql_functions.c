/* sql_functions.c -- functions that the generated SQL needs and SQLite lacks. */
#include "eval/sql_functions.h"

#include "base/hash.h"

#include <math.h>
#include <string.h>

/* ---- integers of 128 bits ---- */

__extension__ typedef unsigned __int128 UInt128;

enum { WIDE_TEXT_MAX = 44 };

static Value value_wide(Int128 wide, Arena *arena)
{
    if (wide >= INT64_MIN && wide <= INT64_MAX) return value_decimal((int64_t)wide);
    char out[WIDE_TEXT_MAX];
    char *begin = out + sizeof out;
    UInt128 magnitude = wide < 0 ? 0 - (UInt128)wide : (UInt128)wide;
    for (; magnitude > 0; magnitude /= 10)
        *--begin = (char)('0' + (int)(magnitude % 10));
    if (wide < 0) *--begin = '-';
    Text text = {begin, (size_t)(out + sizeof out - begin)};
    return value_text(arena_text(arena, text));
}

static Int128 wide_of(Value value)
{
    if (value.kind == VALUE_DECIMAL) return value.as.decimal;
    ASSERT(value.kind == VALUE_TEXT);
    Text text = value.as.text;
    bool is_negative = text.size > 0 && text.data[0] == '-';
    UInt128 magnitude = 0;
    for (size_t i = is_negative; i < text.size; i++)
        magnitude = magnitude * 10 + (unsigned char)(text.data[i] - '0');
    return (Int128)(is_negative ? 0 - magnitude : magnitude);
}

static Status beyond_digits(Error *err)
{
    return error_set(err, STATUS_LIMIT,
                     "a result has more than 18 digits; narrow the condition or the window, or "
                     "divide first");
}

static bool is_any_missing(const Value *arguments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (value_is_missing(arguments[i])) return true;
    return false;
}

/* Each function has the form that QueryFunction asks for. */
#define FUNCTION_BODY(name)                                                                     \
    static Status name(const void *context, const Value *arguments, size_t count, Arena *arena, \
                       Value *ret_value, Error *err)

FUNCTION_BODY(within_18_digits)
{
    (void)context, (void)arena;
    *ret_value = value_missing();
    if (is_any_missing(arguments, count)) return STATUS_OK;
    if (arguments[0].kind == VALUE_RATIO) return beyond_digits(err);
    Int128 wide = wide_of(arguments[0]);
    if (!decimal_fits(wide)) return beyond_digits(err);
    *ret_value = value_decimal((int64_t)wide);
    return STATUS_OK;
}

FUNCTION_BODY(exact_sum)
{
    (void)context, (void)arena;
    *ret_value = value_missing();
    if (is_any_missing(arguments, count)) return STATUS_OK;
    Int128 sum = wide_of(arguments[0]) * 1000000000 + wide_of(arguments[1]);
    if (!decimal_fits(sum)) return beyond_digits(err);
    *ret_value = value_decimal((int64_t)sum);
    return STATUS_OK;
}

FUNCTION_BODY(finite_ratio)
{
    (void)context, (void)arena, (void)err;
    *ret_value = is_any_missing(arguments, count) || !isfinite(arguments[0].as.ratio)
                     ? value_missing()
                     : arguments[0];
    return STATUS_OK;
}

FUNCTION_BODY(checked)
{
    (void)context, (void)arguments, (void)count, (void)arena, (void)err;
    *ret_value = value_missing();
    return STATUS_OK;
}

FUNCTION_BODY(wide_multiply)
{
    (void)context;
    *ret_value = value_missing();
    if (is_any_missing(arguments, count)) return STATUS_OK;
    Int128 product;
    if (__builtin_mul_overflow(wide_of(arguments[0]), wide_of(arguments[1]), &product))
        return beyond_digits(err);
    *ret_value = value_wide(product, arena);
    return STATUS_OK;
}

FUNCTION_BODY(wide_subtract)
{
    (void)context;
    *ret_value = value_missing();
    if (is_any_missing(arguments, count)) return STATUS_OK;
    Int128 difference;
    if (__builtin_sub_overflow(wide_of(arguments[0]), wide_of(arguments[1]), &difference))
        return beyond_digits(err);
    *ret_value = value_wide(difference, arena);
    return STATUS_OK;
}

FUNCTION_BODY(wide_real)
{
    (void)context, (void)arena, (void)err;
    *ret_value = is_any_missing(arguments, count) ? value_missing()
                                                  : value_ratio((double)wide_of(arguments[0]));
    return STATUS_OK;
}

/* ---- a sum of wide numbers over rows ---- */

typedef struct {
    Int128 sum;
    bool has_any;
} WideSum;

static Status wide_sum_step(const void *context, void *state, const Value *arguments, size_t count,
                            Error *err)
{
    (void)context;
    WideSum wide;
    if (is_any_missing(arguments, count)) return STATUS_OK;
    memcpy(&wide, state, sizeof wide); /* SQLite aligns to 8 bytes, a wide number wants 16 */
    wide.has_any = true;
    if (__builtin_add_overflow(wide.sum, wide_of(arguments[0]), &wide.sum))
        return beyond_digits(err);
    memcpy(state, &wide, sizeof wide);
    return STATUS_OK;
}

static Status wide_sum_end(const void *context, const void *state, Arena *arena, Value *ret_value,
                           Error *err)
{
    (void)context, (void)err;
    WideSum wide = {0};
    if (state != NULL) memcpy(&wide, state, sizeof wide);
    *ret_value = wide.has_any ? value_wide(wide.sum, arena) : value_missing();
    return STATUS_OK;
}

/* ---- rounding ---- */

FUNCTION_BODY(round_decimal)
{
    (void)context, (void)arena, (void)err;
    *ret_value = value_missing();
    if (is_any_missing(arguments, count)) return STATUS_OK;
    int64_t unit = DECIMAL_POW10[arguments[1].as.decimal], mantissa = arguments[0].as.decimal;
    Int128 magnitude = mantissa < 0 ? -(Int128)mantissa : mantissa;
    int64_t whole = (int64_t)((2 * magnitude + unit) / (2 * (Int128)unit));
    *ret_value = value_decimal(mantissa < 0 ? -whole : whole);
    return STATUS_OK;
}

FUNCTION_BODY(floor_decimal)
{
    (void)context, (void)arena, (void)err;
    *ret_value = value_missing();
    if (is_any_missing(arguments, count)) return STATUS_OK;
    int64_t unit = DECIMAL_POW10[arguments[1].as.decimal], mantissa = arguments[0].as.decimal;
    int64_t above = mantissa % unit;
    if (above < 0) above += unit;
    *ret_value = value_decimal((mantissa - above) / unit);
    return STATUS_OK;
}

FUNCTION_BODY(round_ratio)
{
    (void)context, (void)arena, (void)err;
    *ret_value = is_any_missing(arguments, count) ? value_missing()
                                                  : value_ratio(round(arguments[0].as.ratio));
    return STATUS_OK;
}

FUNCTION_BODY(bucket)
{
    (void)context, (void)arena, (void)err;
    enum { BUCKETS = 10000 };
    *ret_value = value_missing();
    if (is_any_missing(arguments, count)) return STATUS_OK;
    uint64_t hash = hash_siphash_salted(arguments[0].as.text, arguments[1].as.text);
    *ret_value = value_decimal((int64_t)(hash % BUCKETS));
    return STATUS_OK;
}

/* ---- stored sets, classes, scores ---- */

static uint32_t set_id_of(const Value *arguments)
{
    return (uint32_t)arguments[0].as.decimal;
}

static CustomerId customer_of(const Value *arguments)
{
    return (CustomerId){(uint32_t)arguments[1].as.decimal};
}

static Date day_of(Value argument)
{
    return (Date){(int32_t)argument.as.decimal};
}

FUNCTION_BODY(was_member)
{
    (void)count, (void)arena, (void)err;
    const Lookups *lookups = context;
    bool is_member = lookups != NULL && lookups->was_member != NULL &&
                     lookups->was_member(lookups->context, set_id_of(arguments),
                                         customer_of(arguments), day_of(arguments[2]));
    *ret_value = value_decimal(is_member);
    return STATUS_OK;
}

FUNCTION_BODY(in_saved_set)
{
    (void)count, (void)arena, (void)err;
    const Lookups *lookups = context;
    bool is_in =
        lookups != NULL && lookups->in_saved_set != NULL &&
        lookups->in_saved_set(lookups->context, set_id_of(arguments), customer_of(arguments));
    *ret_value = value_decimal(is_in);
    return STATUS_OK;
}

static DaySpan span_of(const Value *arguments)
{
    bool has_begin = !value_is_missing(arguments[2]);
    DaySpan span = {.has_begin = has_begin, .last = day_of(arguments[3])};
    if (has_begin) span.first = day_of(arguments[2]);
    return span;
}

FUNCTION_BODY(entered)
{
    (void)count, (void)arena, (void)err;
    const Lookups *lookups = context;
    bool has_entered = lookups != NULL && lookups->entered != NULL &&
                       lookups->entered(lookups->context, set_id_of(arguments),
                                        customer_of(arguments), span_of(arguments));
    *ret_value = value_decimal(has_entered);
    return STATUS_OK;
}

FUNCTION_BODY(left_segment)
{
    (void)count, (void)arena, (void)err;
    const Lookups *lookups = context;
    bool has_left = lookups != NULL && lookups->left != NULL &&
                    lookups->left(lookups->context, set_id_of(arguments), customer_of(arguments),
                                  span_of(arguments));
    *ret_value = value_decimal(has_left);
    return STATUS_OK;
}

FUNCTION_BODY(class_on)
{
    (void)count, (void)arena, (void)err;
    const Lookups *lookups = context;
    Text name;
    *ret_value = value_missing();
    if (lookups != NULL && lookups->class_on != NULL &&
        lookups->class_on(lookups->context, set_id_of(arguments), customer_of(arguments),
                          day_of(arguments[2]), &name))
        *ret_value = value_text(name);
    return STATUS_OK;
}

FUNCTION_BODY(score)
{
    (void)count, (void)arena, (void)err;
    const Lookups *lookups = context;
    double found;
    *ret_value = value_missing();
    if (lookups != NULL && lookups->score != NULL &&
        lookups->score(lookups->context, set_id_of(arguments), customer_of(arguments),
                       day_of(arguments[2]), &found) &&
        isfinite(found))
        *ret_value = value_ratio(found);
    return STATUS_OK;
}

const QueryFunction *sql_functions_of(const Lookups *lookups, Arena *arena, size_t *ret_count)
{
    enum { ANY_NUMBER = -1 };
    const QueryFunction functions[] = {
        {.name = "within_18_digits", .arguments_count = 1, .call = within_18_digits},
        {.name = "exact_sum", .arguments_count = 2, .call = exact_sum},
        {.name = "finite", .arguments_count = 1, .call = finite_ratio},
        {.name = "checked", .arguments_count = ANY_NUMBER, .call = checked},
        {.name = "wide_multiply", .arguments_count = 2, .call = wide_multiply},
        {.name = "wide_subtract", .arguments_count = 2, .call = wide_subtract},
        {.name = "wide_real", .arguments_count = 1, .call = wide_real},
        {.name = "wide_sum",
         .arguments_count = 1,
         .state_bytes = sizeof(WideSum),
         .step = wide_sum_step,
         .end = wide_sum_end},
        {.name = "round_decimal", .arguments_count = 2, .call = round_decimal},
        {.name = "floor_decimal", .arguments_count = 2, .call = floor_decimal},
        {.name = "round_ratio", .arguments_count = 1, .call = round_ratio},
        {.name = "bucket", .arguments_count = 2, .call = bucket},
        {.name = "was_member", .arguments_count = 3, .call = was_member},
        {.name = "in_saved_set", .arguments_count = 2, .call = in_saved_set},
        {.name = "entered", .arguments_count = 4, .call = entered},
        {.name = "left_segment", .arguments_count = 4, .call = left_segment},
        {.name = "class_on", .arguments_count = 3, .call = class_on},
        {.name = "score", .arguments_count = 3, .call = score},
    };
    *ret_count = sizeof functions / sizeof functions[0];
    QueryFunction *copy = ARENA_ARRAY(arena, QueryFunction, *ret_count);
    memcpy(copy, functions, sizeof functions);
    for (size_t i = 0; i < *ret_count; i++)
        copy[i].context = lookups;
    return copy;
}
