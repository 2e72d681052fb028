/* predicate.c -- conditions on one operand with literals, made ready once for all images. */
#include "engine/predicate.h"

#include "base/fold.h"
#include "lang/types.h"

#include <stdlib.h>

typedef struct {
    Arena *arena;
    RegexList *regexes;
    const Step *step;
    Predicate *predicate;
} Maker;

/* ---- literals ---- */

/* The value of a literal, or of a number with a minus; the literal `missing` and blank texts come
 * as missing. */
static bool literal_of(const Node *node, Literal *ret_literal)
{
    if (node->kind == NODE_LITERAL) {
        *ret_literal = node->as.literal;
        if (ret_literal->value.kind == VALUE_TEXT)
            ret_literal->value = value_text(ret_literal->value.as.text);
        return true;
    }
    if (node->kind != NODE_NEGATE || !literal_of(node->as.unary.operand, ret_literal)) return false;
    if (ret_literal->value.kind == VALUE_DECIMAL)
        ret_literal->value.as.decimal = -ret_literal->value.as.decimal;
    return true;
}

/* ---- integers ---- */

/* The integers of the operand's type that compare equal to a literal: first .. last; when there is
 * none, last is the one below it and first the one above. */
typedef struct {
    Int128 first, last;
} EqualSpan;

static EqualSpan equal_decimals(const Literal *literal, uint8_t scale)
{
    Int128 mantissa = literal->value.as.decimal;
    if (scale >= literal->type.scale) {
        mantissa *= DECIMAL_POW10[scale - literal->type.scale];
        return (EqualSpan){mantissa, mantissa};
    }
    Int128 unit = DECIMAL_POW10[literal->type.scale - scale];
    Int128 below = mantissa / unit - (mantissa % unit < 0);
    return (EqualSpan){below + (mantissa % unit != 0), below};
}

static EqualSpan equal_moments(const Literal *literal)
{
    enum { SECONDS_PER_DAY = 86400 };
    if (literal->value.kind == VALUE_MOMENT) {
        Int128 second = literal->value.as.moment.second;
        return (EqualSpan){second, second};
    }
    Int128 midnight = (Int128)literal->value.as.date.day * SECONDS_PER_DAY;
    return (EqualSpan){midnight, midnight + SECONDS_PER_DAY - 1};
}

static EqualSpan equal_span(const Literal *literal, Type operand)
{
    Int128 same = 0;
    if (operand.kind == TYPE_DECIMAL) return equal_decimals(literal, operand.scale);
    if (operand.kind == TYPE_MOMENT) return equal_moments(literal);
    if (operand.kind == TYPE_BOOL) same = literal->value.as.boolean;
    if (operand.kind == TYPE_DATE)
        same = literal->value.kind == VALUE_MOMENT ? moment_date(literal->value.as.moment).day
                                                   : literal->value.as.date.day;
    return (EqualSpan){same, same};
}

static int64_t clamped(Int128 number)
{
    if (number > INT64_MAX) return INT64_MAX;
    return number < INT64_MIN ? INT64_MIN : (int64_t)number;
}

/* Cut the range to what meets `operand operator literal`. */
static void cut_numbers(NumberRange *range, CompareOperator operator_, EqualSpan span)
{
    Int128 low = INT64_MIN, high = INT64_MAX;
    if (operator_ == COMPARE_EQ || operator_ == COMPARE_GE) low = span.first;
    if (operator_ == COMPARE_EQ || operator_ == COMPARE_LE) high = span.last;
    if (operator_ == COMPARE_GT) low = span.last + 1;
    if (operator_ == COMPARE_LT) high = span.first - 1;
    if (low > INT64_MAX || high < INT64_MIN) {
        *range = (NumberRange){INT64_MAX, INT64_MIN};
        return;
    }
    if (clamped(low) > range->low) range->low = clamped(low);
    if (clamped(high) < range->high) range->high = clamped(high);
}

static void cut_ratios(RatioRange *range, CompareOperator operator_, double bound)
{
    bool is_low = operator_ == COMPARE_EQ || operator_ == COMPARE_GE || operator_ == COMPARE_GT;
    bool is_high = operator_ == COMPARE_EQ || operator_ == COMPARE_LE || operator_ == COMPARE_LT;
    if (is_low) {
        range->low = bound;
        range->low_included = operator_ != COMPARE_GT;
    }
    if (is_high) {
        range->high = bound;
        range->high_included = operator_ != COMPARE_LT;
    }
}

/* ---- one or two bounds ---- */

/* A literal that the operand is compared with. */
typedef struct {
    CompareOperator operator_;
    Literal literal;
} Bound;

static double literal_ratio(const Literal *literal)
{
    return decimal_to_double(literal->value.as.decimal, literal->type.scale);
}

static void bound_numbers(Maker *maker, const Bound *bounds, size_t count)
{
    Type type = maker->predicate->operand->node->type;
    NumberRange *range = ARENA_NEW(maker->arena, NumberRange);
    *range = (NumberRange){INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < count; i++)
        cut_numbers(range, bounds[i].operator_, equal_span(&bounds[i].literal, type));
    maker->predicate->kind = PREDICATE_NUMBERS;
    maker->predicate->numbers = range;
    maker->predicate->numbers_count = range->low <= range->high;
}

static void bound_ratios(Maker *maker, const Bound *bounds, size_t count)
{
    RatioRange *range = ARENA_NEW(maker->arena, RatioRange);
    *range = (RatioRange){.low = -__builtin_inf(),
                          .high = __builtin_inf(),
                          .low_included = true,
                          .high_included = true};
    for (size_t i = 0; i < count; i++)
        cut_ratios(range, bounds[i].operator_, literal_ratio(&bounds[i].literal));
    maker->predicate->kind = PREDICATE_RATIOS;
    maker->predicate->ratios = range;
    maker->predicate->ratios_count = 1;
}

static Text folded(Maker *maker, Text text)
{
    return arena_text(maker->arena, text_fold(text, maker->arena));
}

static void want_texts(Maker *maker, const Text *wanted, size_t count, TextTestKind kind)
{
    maker->predicate->kind = PREDICATE_TEXTS;
    maker->predicate->text.kind = kind;
    maker->predicate->text.wanted = wanted;
    maker->predicate->text.wanted_count = count;
}

static void want_text(Maker *maker, Text text, TextTestKind kind)
{
    Text *wanted = ARENA_NEW(maker->arena, Text);
    *wanted = text;
    want_texts(maker, wanted, 1, kind);
}

static void bound_texts(Maker *maker, const Bound *bounds, size_t count)
{
    if (count == 1 && bounds[0].operator_ == COMPARE_EQ) {
        want_text(maker, folded(maker, bounds[0].literal.value.as.text), TEXT_IS_ONE_OF);
        return;
    }
    want_texts(maker, NULL, 0, TEXT_LIES_IN);
    for (size_t i = 0; i < count; i++) {
        CompareOperator operator_ = bounds[i].operator_;
        TextBound bound = {.text = folded(maker, bounds[i].literal.value.as.text),
                           .is_set = true,
                           .is_included = operator_ == COMPARE_GE || operator_ == COMPARE_LE};
        if (operator_ == COMPARE_GE || operator_ == COMPARE_GT)
            maker->predicate->text.low = bound;
        else
            maker->predicate->text.high = bound;
    }
}

static void bound_operand(Maker *maker, const Bound *bounds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!value_is_missing(bounds[i].literal.value)) continue;
        maker->predicate->kind = PREDICATE_NEVER;
        return;
    }
    Type type = maker->predicate->operand->node->type;
    TypeFamily family = type_family(type);
    if (type.kind == TYPE_RATIO)
        bound_ratios(maker, bounds, count);
    else if (family == FAMILY_TEXT || family == FAMILY_ITEM)
        bound_texts(maker, bounds, count);
    else
        bound_numbers(maker, bounds, count);
}

static CompareOperator mirrored(CompareOperator operator_)
{
    switch (operator_) {
    case COMPARE_EQ: return COMPARE_EQ;
    case COMPARE_LT: return COMPARE_GT;
    case COMPARE_LE: return COMPARE_GE;
    case COMPARE_GT: return COMPARE_LT;
    case COMPARE_GE: return COMPARE_LE;
    }
    ASSERT(false);
    return operator_;
}

static bool make_compare(Maker *maker)
{
    const Node *node = maker->step->node;
    Bound bound = {.operator_ = node->as.compare.operator_};
    bool is_right = literal_of(node->as.compare.right, &bound.literal);
    if (!is_right) {
        if (!literal_of(node->as.compare.left, &bound.literal)) return false;
        bound.operator_ = mirrored(bound.operator_);
    }
    maker->predicate->operand = maker->step->inputs[is_right ? 0 : 1];
    /* Two literals, one of them `missing`, have no type to compare by. */
    if (maker->predicate->operand->node->kind == NODE_LITERAL) return false;
    bound_operand(maker, &bound, 1);
    return true;
}

static bool make_between(Maker *maker)
{
    const Node *node = maker->step->node;
    Bound bounds[] = {{.operator_ = COMPARE_GE}, {.operator_ = COMPARE_LE}};
    if (!literal_of(node->as.between.low, &bounds[0].literal) ||
        !literal_of(node->as.between.high, &bounds[1].literal))
        return false;
    bound_operand(maker, bounds, 2);
    return true;
}

static bool make_interval(Maker *maker)
{
    const Node *node = maker->step->node, *low = node->as.in_interval.low;
    const Node *high = node->as.in_interval.high;
    Bound bounds[2];
    size_t count = 0;
    if (low != NULL) {
        bounds[count].operator_ = node->as.in_interval.low_included ? COMPARE_GE : COMPARE_GT;
        if (!literal_of(low, &bounds[count++].literal)) return false;
    }
    if (high != NULL) {
        bounds[count].operator_ = node->as.in_interval.high_included ? COMPARE_LE : COMPARE_LT;
        if (!literal_of(high, &bounds[count++].literal)) return false;
    }
    bound_operand(maker, bounds, count);
    return true;
}

/* ---- lists ---- */

static int compare_ranges(const void *a, const void *b)
{
    const NumberRange *left = a, *right = b;
    return (left->low > right->low) - (left->low < right->low);
}

static void list_numbers(Maker *maker, const LiteralList *list)
{
    Type type = maker->predicate->operand->node->type;
    NumberRange *ranges = ARENA_ARRAY(maker->arena, NumberRange, list->count);
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        NumberRange range = {INT64_MIN, INT64_MAX};
        cut_numbers(&range, COMPARE_EQ, equal_span(&list->items[i], type));
        if (range.low <= range.high) ranges[count++] = range;
    }
    qsort(ranges, count, sizeof *ranges, compare_ranges);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || ranges[i].low > ranges[kept - 1].high) ranges[kept++] = ranges[i];
    maker->predicate->kind = PREDICATE_NUMBERS;
    maker->predicate->numbers = ranges;
    maker->predicate->numbers_count = kept;
}

static void list_ratios(Maker *maker, const LiteralList *list)
{
    RatioRange *ranges = ARENA_ARRAY(maker->arena, RatioRange, list->count);
    for (size_t i = 0; i < list->count; i++)
        cut_ratios(&ranges[i], COMPARE_EQ, literal_ratio(&list->items[i]));
    maker->predicate->kind = PREDICATE_RATIOS;
    maker->predicate->ratios = ranges;
    maker->predicate->ratios_count = list->count;
}

static int compare_texts(const void *a, const void *b)
{
    const Text *left = a, *right = b;
    return text_compare(*left, *right);
}

/* The folded texts of a list that are not blank, each once. */
static Text *folded_list(Maker *maker, const LiteralList *list, size_t *ret_count, bool *ret_blank)
{
    Text *wanted = ARENA_ARRAY(maker->arena, Text, list->count);
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        Text text = folded(maker, list->items[i].value.as.text);
        if (text.size > 0) wanted[count++] = text;
    }
    *ret_blank = count < list->count;
    qsort(wanted, count, sizeof *wanted, compare_texts);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !text_equal(wanted[i], wanted[kept - 1])) wanted[kept++] = wanted[i];
    *ret_count = kept;
    return wanted;
}

static void make_in_list(Maker *maker)
{
    const LiteralList *list = &maker->step->node->as.in_list.list;
    Type type = maker->predicate->operand->node->type;
    TypeFamily family = type_family(type);
    if (family == FAMILY_TEXT || family == FAMILY_ITEM) {
        size_t count;
        bool has_blank; /* a blank text is missing and equals nothing */
        Text *wanted = folded_list(maker, list, &count, &has_blank);
        want_texts(maker, wanted, count, TEXT_IS_ONE_OF);
    } else if (type.kind == TYPE_RATIO) {
        list_ratios(maker, list);
    } else {
        list_numbers(maker, list);
    }
}

static void make_has(Maker *maker)
{
    const Node *node = maker->step->node;
    bool is_all = node->as.has.quantifier == HAS_ALL, has_blank;
    size_t count;
    Text *wanted = folded_list(maker, &node->as.has.list, &count, &has_blank);
    want_texts(maker, wanted, count, is_all ? TEXT_HAS_ALL : TEXT_IS_ONE_OF);
    /* Nobody has a blank member, so nobody has all of a list with one. */
    if (is_all && has_blank) maker->predicate->kind = PREDICATE_NEVER;
}

/* ---- texts ---- */

static Status make_text_match(Maker *maker, Error *err)
{
    static const TextTestKind kinds[] = {
        [TEXT_CONTAINS] = TEXT_HOLDS,
        [TEXT_STARTS_WITH] = TEXT_BEGINS,
        [TEXT_ENDS_WITH] = TEXT_ENDS,
        [TEXT_MATCHES] = TEXT_FITS,
    };
    const Node *node = maker->step->node;
    Text pattern = node->as.text_match.pattern;
    want_text(maker, folded(maker, pattern), kinds[node->as.text_match.match]);
    if (node->as.text_match.match != TEXT_MATCHES) return STATUS_OK;
    Regex *regex;
    TRY(regex_open(pattern, &regex, err));
    ARENA_PUSH(maker->arena, maker->regexes, regex);
    maker->predicate->text.regex = regex;
    return STATUS_OK;
}

/* NOLINT(function-size): dispatch */
static Status make(Maker *maker, bool *ret_is_made, Error *err)
{
    *ret_is_made = true;
    switch (maker->step->node->kind) {
    case NODE_COMPARE: *ret_is_made = make_compare(maker); return STATUS_OK;
    case NODE_BETWEEN: *ret_is_made = make_between(maker); return STATUS_OK;
    case NODE_IN_INTERVAL: *ret_is_made = make_interval(maker); return STATUS_OK;
    case NODE_IN_LIST: make_in_list(maker); return STATUS_OK;
    case NODE_IS_MISSING: maker->predicate->kind = PREDICATE_MISSING; return STATUS_OK;
    case NODE_TEXT_MATCH: return make_text_match(maker, err);
    case NODE_HAS: make_has(maker); return STATUS_OK;
    case NODE_UNDER:
        want_text(maker, maker->step->node->as.under.target, TEXT_IS_UNDER);
        return STATUS_OK;
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_AGGREGATE:
    case NODE_SEQUENCE:
    case NODE_CALL:
    case NODE_AT_LEAST:
    case NODE_RANK:
    case NODE_NAME:
    case NODE_KIND_COUNT: break;
    }
    *ret_is_made = false;
    return STATUS_OK;
}

Status predicate_make(const Step *step, Arena *arena, RegexList *regexes,
                      const Predicate **ret_predicate, Error *err)
{
    Predicate predicate = {.operand = step->inputs_count > 0 ? step->inputs[0] : NULL};
    Maker maker = {.arena = arena, .regexes = regexes, .step = step, .predicate = &predicate};
    bool is_made;
    TRY(make(&maker, &is_made, err));
    *ret_predicate = NULL;
    if (!is_made) return STATUS_OK;
    TypeKind type = predicate.operand->node->type.kind;
    predicate.text.is_own_name = type == TYPE_HIERARCHY || type == TYPE_HIERARCHY_SET;
    Predicate *kept = ARENA_NEW(arena, Predicate);
    *kept = predicate;
    *ret_predicate = kept;
    return STATUS_OK;
}

/* ---- testing ---- */

static bool is_wanted(const TextTest *test, Text text)
{
    size_t low = 0, high = test->wanted_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(test->wanted[middle], text);
        if (order == 0) return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool lies_in(const TextTest *test, Text text)
{
    int to_low = test->low.is_set ? text_compare(text, test->low.text) : 1;
    int to_high = test->high.is_set ? text_compare(text, test->high.text) : -1;
    return (to_low > 0 || (to_low == 0 && test->low.is_included)) &&
           (to_high < 0 || (to_high == 0 && test->high.is_included));
}

Status text_test_meets(const TextTest *test, Text text, Arena *scratch, bool *ret_meets, Error *err)
{
    if (test->kind == TEXT_IS_UNDER) {
        *ret_meets = hierarchy_is_under(text, test->wanted[0]);
        return STATUS_OK;
    }
    if (test->is_own_name) text = hierarchy_own_name(text);
    Text seen = text_fold(text, scratch);
    switch (test->kind) {
    case TEXT_IS_ONE_OF: *ret_meets = is_wanted(test, seen); break;
    case TEXT_LIES_IN: *ret_meets = lies_in(test, seen); break;
    case TEXT_HOLDS: *ret_meets = text_contains(seen, test->wanted[0]); break;
    case TEXT_BEGINS: *ret_meets = text_starts_with(seen, test->wanted[0]); break;
    case TEXT_ENDS: *ret_meets = text_ends_with(seen, test->wanted[0]); break;
    case TEXT_FITS: return regex_search(test->regex, seen, ret_meets, err);
    case TEXT_IS_UNDER:
    case TEXT_HAS_ALL: ASSERT(false && "of paths above, of sets by their members");
    }
    return STATUS_OK;
}

bool numbers_meet(const Predicate *predicate, int64_t number)
{
    size_t low = 0, high = predicate->numbers_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (predicate->numbers[middle].high < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < predicate->numbers_count && predicate->numbers[low].low <= number;
}

bool ratio_meets(const Predicate *predicate, double ratio)
{
    for (size_t i = 0; i < predicate->ratios_count; i++) {
        const RatioRange *range = &predicate->ratios[i];
        bool is_above = range->low_included ? ratio >= range->low : ratio > range->low;
        bool is_below = range->high_included ? ratio <= range->high : ratio < range->high;
        if (is_above && is_below) return true;
    }
    return false;
}
