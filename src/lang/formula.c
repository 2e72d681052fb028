/* formula.c -- conditions as and, or, not over tests of one subject each. */
#include "lang/formula.h"

#include "base/fold.h"
#include "lang/check.h"

/* Groups of more subjects are looked at in part: warnings are help, not proof. */
enum { SUBJECTS_REASONED_MAX = 500 };

Subjects subjects_new(const Catalog *catalog, Arena *arena)
{
    return (Subjects){.arena = arena, .catalog = catalog, .index = map_new(16)};
}

void subjects_done(Subjects *subjects)
{
    map_done(&subjects->index);
}

/* ---- what a subject can be ---- */

static Possible steps_from(Int128 low, Int128 high, bool has_missing, Arena *arena)
{
    Possible possible = possible_steps(low, high, arena);
    possible.has_missing = has_missing;
    return possible;
}

static Possible listed(const Text *texts, size_t count, Arena *arena)
{
    Possible *sets = ARENA_ARRAY(arena, Possible, count + 1);
    for (size_t i = 0; i < count; i++)
        sets[i] = possible_text(texts[i], arena);
    sets[count] = possible_missing((Grid){GRID_TEXT, 0});
    return possible_union((Grid){GRID_TEXT, 0}, sets, count + 1, arena);
}

const NamedClassification *subject_classification(const Subjects *subjects, const Node *node)
{
    const Catalog *catalog = subjects->catalog;
    bool is_class = node->kind == NODE_CALL && (node->as.call.function == FUNCTION_CLASS ||
                                                node->as.call.function == FUNCTION_CLASS_ON);
    for (size_t i = 0; is_class && catalog != NULL && i < catalog->classifications_count; i++)
        if (catalog->classifications[i].id == node->as.call.set_id)
            return &catalog->classifications[i];
    return NULL;
}

static Possible call_domain(const Subjects *subjects, const Node *node, Grid grid)
{
    Arena *arena = subjects->arena;
    FunctionKind function = node->as.call.function;
    if (function == FUNCTION_MONTH) return steps_from(1, 12, true, arena);
    if (function == FUNCTION_DAY) return steps_from(1, 31, true, arena);
    if (function == FUNCTION_WEEKDAY) return steps_from(1, 7, true, arena);
    if (function == FUNCTION_BUCKET) return steps_from(0, 9999, false, arena);
    if (function == FUNCTION_AGE || function == FUNCTION_OVERDUE_DAYS || function == FUNCTION_ABS)
        return steps_from(0, STEP_MAX, true, arena);
    const NamedClassification *classification = subject_classification(subjects, node);
    if (classification != NULL && classification->classes_count > 0)
        return listed(classification->classes, classification->classes_count, arena);
    Possible domain = possible_all(grid);
    bool is_choice = function == FUNCTION_IF || function == FUNCTION_COALESCE;
    if (grid.kind == GRID_YES_NO && !is_choice) domain.has_missing = false;
    return domain;
}

static Possible aggregate_domain(const Subjects *subjects, const Node *node, Grid grid)
{
    Arena *arena = subjects->arena;
    Possible domain = possible_all(grid);
    switch (node->as.aggregate.kind) {
    case AGGREGATE_COUNT:
    case AGGREGATE_DISTINCT:
    case AGGREGATE_PERIODS: return steps_from(0, STEP_MAX, false, arena);
    case AGGREGATE_STDDEV:
    case AGGREGATE_CV:
    case AGGREGATE_DAYS_SINCE_FIRST:
    case AGGREGATE_DAYS_SINCE_LAST: return steps_from(0, STEP_MAX, true, arena);
    case AGGREGATE_SUM:
    case AGGREGATE_SLOPE:
    case AGGREGATE_ANY:
    case AGGREGATE_NONE: domain.has_missing = false; break;
    case AGGREGATE_AVG:
    case AGGREGATE_MEDIAN:
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST:
    case AGGREGATE_MOST_COMMON:
    case AGGREGATE_COUNT_OF_KINDS: break;
    }
    return domain;
}

static Possible field_domain(const Subjects *subjects, const Node *node, Grid grid)
{
    Possible domain = possible_all(grid);
    if (!node->as.field.is_built_in) return domain;
    if (node->as.field.built_in == EVENT_WEEKDAY) return steps_from(1, 7, false, subjects->arena);
    if (node->as.field.built_in == EVENT_HOUR) return steps_from(0, 23, false, subjects->arena);
    domain.has_missing = false;
    return domain;
}

static Possible domain_of(const Subjects *subjects, const Node *node, Grid grid)
{
    if (node->kind == NODE_METRIC) return domain_of(subjects, node->as.metric.definition, grid);
    if (node->kind == NODE_CALL) return call_domain(subjects, node, grid);
    if (node->kind == NODE_AGGREGATE) return aggregate_domain(subjects, node, grid);
    if (node->kind == NODE_FIELD) return field_domain(subjects, node, grid);
    if (node->kind != NODE_PROPERTY) return possible_all(grid);
    const Property *property = node->as.property.property;
    if (property->type != PROPERTY_ENUM || property->allowed_count == 0) return possible_all(grid);
    return listed(property->allowed, property->allowed_count, subjects->arena);
}

/* ---- subjects ---- */

static size_t subject_of(Subjects *subjects, const Node *node, Grid grid)
{
    Arena *arena = subjects->arena;
    Text written = expression_print(node, arena);
    uint64_t index;
    Text folded = node->kind == NODE_PROPERTY || node->kind == NODE_METRIC
                      ? text_fold(written, arena)
                      : written;
    if (!map_add(subjects->index, folded, subjects->count, &index)) return (size_t)index;
    Subject subject = {node, written, grid, domain_of(subjects, node, grid)};
    ARENA_PUSH(arena, subjects, subject);
    return subjects->count - 1;
}

/* ---- building ---- */

static Formula *formula_new(Subjects *subjects, FormulaKind kind, const Node *node)
{
    Formula *formula = ARENA_NEW(subjects->arena, Formula);
    *formula = (Formula){.kind = kind, .node = node};
    return formula;
}

static const Formula *test(Subjects *subjects, const Node *node, const Node *subject, Grid grid,
                           Possible holds)
{
    Formula *formula = formula_new(subjects, FORMULA_TEST, node);
    formula->is_negated = node->negated;
    formula->subject = subject_of(subjects, subject, grid);
    formula->holds = holds;
    formula->is_exact = true;
    return formula;
}

/* A literal that is there and, on a grid of texts, not empty. */
static bool usable_literal(const Node *node, Grid grid, Literal *ret_literal)
{
    if (node == NULL || !literal_of_node(node, ret_literal)) return false;
    return grid.kind != GRID_TEXT || !text_equal_folded(ret_literal->value.as.text, TEXT(""));
}

static CompareOperator turned(CompareOperator comparison)
{
    static const CompareOperator other[] = {[COMPARE_EQ] = COMPARE_EQ,
                                            [COMPARE_LT] = COMPARE_GT,
                                            [COMPARE_LE] = COMPARE_GE,
                                            [COMPARE_GT] = COMPARE_LT,
                                            [COMPARE_GE] = COMPARE_LE};
    return other[comparison];
}

static const Formula *compare_formula(Subjects *subjects, const Node *node)
{
    const Node *subject = node->as.compare.left, *value = node->as.compare.right;
    CompareOperator comparison = node->as.compare.operator_;
    if (subject->kind == NODE_LITERAL) {
        subject = node->as.compare.right;
        value = node->as.compare.left;
        comparison = turned(comparison);
    }
    Grid grid;
    Literal literal;
    if (subject->kind == NODE_LITERAL || !grid_of_type(subject->type, &grid)) return NULL;
    if (!usable_literal(value, grid, &literal)) return NULL;
    if (grid.kind == GRID_TEXT && comparison != COMPARE_EQ) return NULL;
    return test(subjects, node, subject, grid,
                possible_compared(grid, comparison, &literal, subjects->arena));
}

/* Both ends of a range; an absent one does not bound it. */
static const Formula *range_formula(Subjects *subjects, const Node *node, const Node *operand,
                                    const Node *low, const Node *high)
{
    Grid grid;
    Literal from, to;
    bool is_open_low = node->kind == NODE_IN_INTERVAL && !node->as.in_interval.low_included;
    bool is_open_high = node->kind == NODE_IN_INTERVAL && !node->as.in_interval.high_included;
    if (operand->kind == NODE_LITERAL || !grid_of_type(operand->type, &grid)) return NULL;
    if (grid.kind == GRID_TEXT) return NULL;
    Possible ends[2];
    size_t count = 0;
    if (low != NULL) {
        if (!usable_literal(low, grid, &from)) return NULL;
        ends[count++] =
            possible_compared(grid, is_open_low ? COMPARE_GT : COMPARE_GE, &from, subjects->arena);
    }
    if (high != NULL) {
        if (!usable_literal(high, grid, &to)) return NULL;
        ends[count++] =
            possible_compared(grid, is_open_high ? COMPARE_LT : COMPARE_LE, &to, subjects->arena);
    }
    return test(subjects, node, operand, grid,
                possible_intersection(grid, ends, count, subjects->arena));
}

static const Formula *list_formula(Subjects *subjects, const Node *node)
{
    const Node *operand = node->as.in_list.operand;
    const LiteralList *list = &node->as.in_list.list;
    Grid grid;
    if (!grid_of_type(operand->type, &grid)) return NULL;
    Possible *sets = ARENA_ARRAY(subjects->arena, Possible, list->count);
    for (size_t i = 0; i < list->count; i++)
        sets[i] = possible_compared(grid, COMPARE_EQ, &list->items[i], subjects->arena);
    return test(subjects, node, operand, grid,
                possible_union(grid, sets, list->count, subjects->arena));
}

static const Formula *missing_formula(Subjects *subjects, const Node *node)
{
    const Node *operand = node->as.unary.operand;
    Grid grid;
    if (operand->kind == NODE_LITERAL || !grid_of_type(operand->type, &grid)) return NULL;
    return test(subjects, node, operand, grid, possible_missing(grid));
}

/* A test whose values are not known but that no missing value passes. */
static const Formula *filled_formula(Subjects *subjects, const Node *node, const Node *operand)
{
    Grid grid;
    if (operand->kind == NODE_LITERAL || !grid_of_type(operand->type, &grid)) return NULL;
    Possible filled = possible_all(grid);
    filled.has_missing = false;
    Formula *formula = formula_new(subjects, FORMULA_TEST, node);
    formula->is_negated = node->negated;
    formula->subject = subject_of(subjects, operand, grid);
    formula->holds = filled;
    return formula;
}

/* A bare yes/no value. `none(...)` is the opposite of `any(...)`, so that the two meet. */
static const Formula *bare_formula(Subjects *subjects, const Node *node)
{
    const Grid grid = {GRID_YES_NO, 0};
    bool is_none = node->kind == NODE_AGGREGATE && node->as.aggregate.kind == AGGREGATE_NONE;
    Node *subject = ARENA_NEW(subjects->arena, Node);
    *subject = *node;
    subject->negated = false;
    if (is_none) subject->as.aggregate.kind = AGGREGATE_ANY;
    Formula *formula = formula_new(subjects, FORMULA_TEST, node);
    formula->is_negated = node->negated != is_none;
    formula->subject = subject_of(subjects, subject, grid);
    formula->holds = possible_steps(1, 1, subjects->arena);
    formula->is_exact = true;
    return formula;
}

/* ---- what holds or not whatever the data ---- */

static bool compares_constants(const Node *node, bool *ret_holds)
{
    Literal left, right;
    if (!literal_of_node(node->as.compare.left, &left) ||
        !literal_of_node(node->as.compare.right, &right))
        return false;
    bool is_empty =
        left.value.kind == VALUE_TEXT && text_equal_folded(left.value.as.text, TEXT(""));
    if (is_empty || type_family(left.type) != type_family(right.type)) return false;
    int order = literal_compare(&left, &right);
    switch (node->as.compare.operator_) {
    case COMPARE_EQ: *ret_holds = order == 0; break;
    case COMPARE_LT: *ret_holds = order < 0; break;
    case COMPARE_LE: *ret_holds = order <= 0; break;
    case COMPARE_GT: *ret_holds = order > 0; break;
    case COMPARE_GE: *ret_holds = order >= 0; break;
    }
    return true;
}

/* `true`, `1 = 2`, `amount > amount`: *ret_holds is what it is before its negation. */
static bool is_constant(const Node *node, bool *ret_holds)
{
    if (node->kind == NODE_LITERAL) {
        *ret_holds = node->as.literal.value.kind == VALUE_BOOL && node->as.literal.value.as.boolean;
        return node->as.literal.value.kind == VALUE_BOOL;
    }
    if (node->kind != NODE_COMPARE) return false;
    CompareOperator operator_ = node->as.compare.operator_;
    bool is_strict = operator_ == COMPARE_LT || operator_ == COMPARE_GT;
    *ret_holds = false;
    if (is_strict && expression_equal(node->as.compare.left, node->as.compare.right)) return true;
    return compares_constants(node, ret_holds);
}

static const Formula *constant_formula(Subjects *subjects, const Node *node, bool holds)
{
    Arena *arena = subjects->arena;
    Formula *formula = formula_new(subjects, FORMULA_TEST, node);
    Subject subject = {.node = node,
                       .written = expression_print(node, arena),
                       .grid = {GRID_YES_NO, 0},
                       .domain = possible_steps(holds, holds, arena)};
    formula->is_negated = node->negated;
    formula->subject = subjects->count;
    formula->holds = possible_steps(1, 1, arena);
    formula->is_exact = true;
    ARENA_PUSH(arena, subjects, subject);
    return formula;
}

static const Formula *test_formula(Subjects *subjects, const Node *node)
{
    switch (node->kind) {
    case NODE_COMPARE: return compare_formula(subjects, node);
    case NODE_BETWEEN:
        return range_formula(subjects, node, node->as.between.operand, node->as.between.low,
                             node->as.between.high);
    case NODE_IN_INTERVAL:
        return range_formula(subjects, node, node->as.in_interval.operand, node->as.in_interval.low,
                             node->as.in_interval.high);
    case NODE_IN_LIST: return list_formula(subjects, node);
    case NODE_IS_MISSING: return missing_formula(subjects, node);
    case NODE_TEXT_MATCH: return filled_formula(subjects, node, node->as.text_match.operand);
    case NODE_UNDER: return filled_formula(subjects, node, node->as.under.operand);
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_AGGREGATE:
    case NODE_SEQUENCE:
    case NODE_CALL:
    case NODE_HAS:
    case NODE_AT_LEAST:
    case NODE_RANK: return bare_formula(subjects, node);
    case NODE_LITERAL:
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_NAME:
    case NODE_KIND_COUNT: break;
    }
    return NULL;
}

static const Formula *joined_formula(Subjects *subjects, const Node *node)
{
    Formula *formula =
        formula_new(subjects, node->kind == NODE_AND ? FORMULA_AND : FORMULA_OR, node);
    size_t count = node->as.list.count;
    const Formula **parts = ARENA_ARRAY(subjects->arena, const Formula *, count);
    for (size_t i = 0; i < count; i++)
        parts[i] = formula_of(subjects, node->as.list.items[i]);
    formula->parts = parts;
    formula->parts_count = count;
    return formula;
}

const Formula *formula_negation(Subjects *subjects, const Formula *formula)
{
    Formula *negation = ARENA_NEW(subjects->arena, Formula);
    *negation = *formula;
    negation->is_negated = !formula->is_negated;
    negation->base = formula->base != NULL ? formula->base : formula;
    return negation;
}

const Formula *formula_conjunction(Subjects *subjects, const Formula *const *parts, size_t count)
{
    Formula *formula = formula_new(subjects, FORMULA_AND, NULL);
    formula->parts = parts;
    formula->parts_count = count;
    return formula;
}

const Formula *formula_of(Subjects *subjects, const Node *node)
{
    if (node->kind == NODE_AND || node->kind == NODE_OR) return joined_formula(subjects, node);
    if (node->kind == NODE_NOT)
        return formula_negation(subjects, formula_of(subjects, node->as.unary.operand));
    bool holds = false;
    const Formula *formula = is_constant(node, &holds) ? constant_formula(subjects, node, holds)
                                                       : test_formula(subjects, node);
    if (formula != NULL) return formula;
    Formula *opaque = formula_new(subjects, FORMULA_OPAQUE, node);
    opaque->is_negated = node->negated;
    return opaque;
}

/* ---- reasoning ---- */

/* Values of the subject with which the formula may hold; false when it says nothing about it. */
static bool narrows(const Subjects *subjects, const Formula *formula, size_t subject,
                    bool is_opposite, Possible *ret_values)
{
    bool is_positive = formula->is_negated == is_opposite;
    if (formula->kind == FORMULA_OPAQUE) return false;
    if (formula->kind == FORMULA_TEST) {
        if (formula->subject != subject || (!is_positive && !formula->is_exact)) return false;
        *ret_values =
            is_positive ? formula->holds : possible_complement(&formula->holds, subjects->arena);
        return true;
    }
    bool is_and = (formula->kind == FORMULA_AND) == is_positive;
    struct {
        Possible *items;
        size_t count, capacity;
    } sets = {0};
    for (size_t i = 0; i < formula->parts_count; i++) {
        Possible values;
        if (narrows(subjects, formula->parts[i], subject, !is_positive, &values))
            ARENA_PUSH(subjects->arena, &sets, values);
        else if (!is_and)
            return false;
    }
    if (sets.count == 0) return false;
    Grid grid = subjects->items[subject].grid;
    *ret_values = is_and ? possible_intersection(grid, sets.items, sets.count, subjects->arena)
                         : possible_union(grid, sets.items, sets.count, subjects->arena);
    return true;
}

Possible formula_allows(const Subjects *subjects, const Formula *formula, size_t subject,
                        bool is_opposite)
{
    const Subject *about = &subjects->items[subject];
    Possible both[2] = {about->domain};
    if (!narrows(subjects, formula, subject, is_opposite, &both[1])) return about->domain;
    return possible_intersection(about->grid, both, 2, subjects->arena);
}

typedef struct {
    size_t *items;
    size_t count, capacity;
    bool *is_seen; /* by subject */
} Uses;

static void add_uses(const Subjects *subjects, const Formula *formula, Uses *uses)
{
    for (size_t i = 0; i < formula->parts_count; i++)
        add_uses(subjects, formula->parts[i], uses);
    if (formula->kind != FORMULA_TEST || uses->is_seen[formula->subject]) return;
    uses->is_seen[formula->subject] = true;
    ARENA_PUSH(subjects->arena, uses, formula->subject);
}

size_t formula_subjects(const Subjects *subjects, const Formula *formula, size_t **ret_subjects)
{
    Uses uses = {.is_seen = ARENA_ARRAY(subjects->arena, bool, subjects->count)};
    add_uses(subjects, formula, &uses);
    *ret_subjects = uses.items;
    return uses.count;
}

bool formula_is_never(const Subjects *subjects, const Formula *formula, bool is_opposite,
                      size_t *ret_subject)
{
    AUTO(arena_done) Arena *uses_arena = arena_new();
    AUTO(arena_done) Arena *sets_arena = arena_new();
    size_t *uses;
    Subjects scratch = *subjects; /* the same subjects; what is computed of them is dropped */
    scratch.arena = uses_arena;
    size_t count = formula_subjects(&scratch, formula, &uses);
    scratch.arena = sets_arena;
    for (size_t i = 0; i < count && i < SUBJECTS_REASONED_MAX; i++) {
        arena_reset(sets_arena);
        Possible values = formula_allows(&scratch, formula, uses[i], is_opposite);
        if (!possible_is_empty(&values)) continue;
        *ret_subject = uses[i];
        return true;
    }
    return false;
}
