/* definition.c -- definitions of classifications: what makes sense, what a kind begins with. */
#include "classification/definition.h"

#include "analysis/bands.h"
#include "base/fold.h"
#include "base/schedule.h"

#include <string.h>

static const struct {
    const char *code;
    const char *labels[LANGUAGE_COUNT];
} kinds[] = {
#define CLASSIFICATION_KIND(name, code, en, ru, uk) \
    [KIND_##name] = {code, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "classification/classification_kind.def"
#undef CLASSIFICATION_KIND
};

static const struct {
    ClassificationKind kind;
    const char *rule;
    const char *names[LANGUAGE_COUNT];
} preset_rules[] = {
#define PRESET_RULE(kind, rule, en, ru, uk) \
    {KIND_##kind, rule, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "classification/preset_rule.def"
#undef PRESET_RULE
};

const char *classification_kind_code(ClassificationKind kind)
{
    ASSERT(kind < CLASSIFICATION_KIND_COUNT);
    return kinds[kind].code;
}

bool classification_kind_parse(Text code, ClassificationKind *ret_kind)
{
    for (size_t i = 0; i < CLASSIFICATION_KIND_COUNT; i++) {
        *ret_kind = (ClassificationKind)i;
        if (text_equal_ascii_case(code, text_of(kinds[i].code))) return true;
    }
    return false;
}

Text classification_kind_label(ClassificationKind kind, Language language)
{
    return text_of(kinds[kind].labels[language]);
}

/* ---- numbers ---- */

int64_t number_at(Number number, int scale)
{
    if (number.scale <= scale) {
        Int128 wide = (Int128)number.mantissa * DECIMAL_POW10[scale - number.scale];
        return wide > INT64_MAX ? INT64_MAX : wide < INT64_MIN ? INT64_MIN : (int64_t)wide;
    }
    int64_t unit = DECIMAL_POW10[number.scale - scale];
    int64_t whole = number.mantissa / unit;
    return whole + (number.mantissa % unit > 0);
}

/* -1, 0, 1; exact, whatever the size and the scale. */
static int number_compare(Number a, Number b)
{
    Int128 left = (Int128)a.mantissa * DECIMAL_POW10[DECIMAL_SCALE_MAX - a.scale];
    Int128 right = (Int128)b.mantissa * DECIMAL_POW10[DECIMAL_SCALE_MAX - b.scale];
    return (left > right) - (left < right);
}

/* Only the order of borders is checked, so small numbers in the same order stand for them: at the
 * scale of the finest one great ones would not fit. */
static void number_ranks(const NumberList *numbers, int64_t *ret_ranks)
{
    for (size_t i = 0; i < numbers->count; i++)
        ret_ranks[i] =
            i == 0 ? 0
                   : ret_ranks[i - 1] + number_compare(numbers->items[i], numbers->items[i - 1]);
}

Status number_parse(Text text, Number *ret_number, Error *err)
{
    Text trimmed = text_trim(text);
    if (decimal_parse(trimmed, &ret_number->mantissa, &ret_number->scale)) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'%.*s' is no number", TEXT_FORMAT(trimmed));
}

/* ---- what a kind begins with ---- */

static const Metric *one_metric(const char *expression, Arena *arena)
{
    Metric *metric = ARENA_NEW(arena, Metric);
    metric->expression = text_of(expression);
    return metric;
}

static void begin_rfm(Definition *definition, Language language, Arena *arena)
{
    static const char *const expressions[RFM_METRICS] = {
        "days_since_last(purchase, last 12 months)", "periods(purchase by day, last 12 months)",
        "sum(purchase.amount, last 12 months)"};
    Metric *metrics = ARENA_ARRAY(arena, Metric, RFM_METRICS);
    ClassDefinition *classes = ARENA_ARRAY(arena, ClassDefinition, rfm_customary_count);
    for (size_t i = 0; i < RFM_METRICS; i++)
        metrics[i].expression = text_of(expressions[i]);
    for (size_t i = 0; i < rfm_customary_count; i++) {
        RfmSegment segment = rfm_customary(i, language);
        classes[i].name = segment.name;
        memcpy(classes[i].from, segment.from, sizeof segment.from);
        memcpy(classes[i].to, segment.to, sizeof segment.to);
    }
    definition->metrics = metrics;
    definition->metrics_count = RFM_METRICS;
    definition->classes = classes;
    definition->classes_count = rfm_customary_count;
}

static void begin_rules(Definition *definition, Language language, Arena *arena)
{
    enum { RULES_MAX = sizeof preset_rules / sizeof preset_rules[0] };
    ClassDefinition *classes = ARENA_ARRAY(arena, ClassDefinition, RULES_MAX);
    definition->classes = classes;
    for (size_t i = 0; i < RULES_MAX; i++) {
        if (preset_rules[i].kind != definition->kind) continue;
        Text name = text_of(preset_rules[i].names[language]);
        if (preset_rules[i].rule[0] == '\0')
            definition->rest = name;
        else
            classes[definition->classes_count++] =
                (ClassDefinition){.name = name, .rule = text_of(preset_rules[i].rule)};
    }
    definition->amount = TEXT("sum(purchase.amount, last 12 months)");
}

bool definition_has_rules(const Definition *definition)
{
    ClassificationKind kind = definition->kind;
    return kind == KIND_RULES || kind == KIND_STAGE || kind == KIND_LADDER || kind == KIND_ROLES;
}

Definition definition_customary(ClassificationKind kind, Language language, Arena *arena)
{
    Definition definition = {.kind = kind};
    switch (kind) {
    case KIND_ABC:
        definition.metrics = one_metric("sum(purchase.amount, last 12 months)", arena);
        definition.metrics_count = 1;
        break;
    case KIND_XYZ:
        /* by months nearly every customer of a company buys unsteadily */
        definition.metrics = one_metric("sum(purchase.amount, this quarter)", arena);
        definition.metrics_count = 1;
        definition.step = UNIT_QUARTER;
        definition.periods_count = 8;
        definition.periods_min = 3;
        definition.first = TEXT("min(purchase.date)");
        break;
    case KIND_RFM: begin_rfm(&definition, language, arena); break;
    case KIND_STAGE:
    case KIND_LADDER:
    case KIND_ROLES:
    case KIND_RULES: begin_rules(&definition, language, arena); break;
    case KIND_BANDS:
    case KIND_CROSS:
    case CLASSIFICATION_KIND_COUNT: break;
    }
    return definition;
}

/* ---- options of the methods ---- */

AbcOptions definition_abc_options(const Definition *definition, int scale)
{
    AbcOptions options = abc_options(definition->abc_method);
    options.is_strict = definition->is_strict;
    options.splits_ties = definition->splits_ties;
    options.rest = definition->abc_rest;
    if (definition->borders.count == 0) return options;
    enum { PERCENT_SCALE = 2 };
    int border_scale = definition->abc_method == ABC_THRESHOLDS ? scale : PERCENT_SCALE;
    options.borders_count = definition->borders.count;
    for (size_t i = 0; i < options.borders_count && i < ABC_BORDERS_MAX; i++)
        options.borders[i] = number_at(definition->borders.items[i], border_scale);
    return options;
}

XyzOptions definition_xyz_options(const Definition *definition)
{
    enum { PERCENT_SCALE = 2 };
    XyzOptions options = xyz_options(definition->xyz_method);
    options.zeros = definition->zeros;
    options.is_sample = definition->is_sample;
    options.is_seasonal = definition->is_seasonal;
    options.periods_min = definition->periods_min;
    for (size_t i = 0; i < definition->borders.count && i < 2; i++)
        options.borders[i] = number_at(definition->borders.items[i], PERCENT_SCALE);
    return options;
}

RfmScale definition_rfm_scale(const Definition *definition, size_t metric, int scale)
{
    const Metric *given = &definition->metrics[metric];
    enum { CUSTOMARY = 5 };
    RfmScale result = {.grid = given->grid == 0 ? CUSTOMARY : given->grid,
                       .is_lower_better = metric == 0,
                       .has_borders = given->borders.count > 0};
    for (size_t i = 0; i < given->borders.count && i < RFM_GRID_MAX - 1; i++)
        result.borders[i] = number_at(given->borders.items[i], scale);
    return result;
}

/* ---- checking ---- */

static Status check_metrics(const Definition *definition, Error *err)
{
    static const struct {
        size_t least, most;
    } counts[] = {[KIND_ABC] = {1, CLASSIFICATION_METRICS_MAX},
                  [KIND_XYZ] = {1, 1},
                  [KIND_RFM] = {RFM_METRICS, RFM_METRICS},
                  [KIND_BANDS] = {1, 1},
                  [KIND_CROSS] = {1, CLASSIFICATION_METRICS_MAX},
                  [KIND_RULES] = {0, 0},
                  [KIND_STAGE] = {0, 0},
                  [KIND_LADDER] = {0, 0},
                  [KIND_ROLES] = {0, 0}};
    size_t least = counts[definition->kind].least, most = counts[definition->kind].most;
    const char *code = classification_kind_code(definition->kind);
    if (definition->metrics_count < least || definition->metrics_count > most)
        return least == most
                   ? error_set(err, STATUS_INVALID, "the kind '%s' takes %zu expressions, not %zu",
                               code, least, definition->metrics_count)
                   : error_set(err, STATUS_INVALID,
                               "the kind '%s' takes %zu to %zu expressions, not %zu", code, least,
                               most, definition->metrics_count);
    for (size_t i = 0; i < definition->metrics_count; i++) {
        int64_t weight = definition->metrics[i].weight;
        if (weight < 0 || weight > ABC_WEIGHT_MAX)
            return error_set(err, STATUS_INVALID, "weights are whole numbers from 1 to %d",
                             ABC_WEIGHT_MAX);
        if (text_trim(definition->metrics[i].expression).size == 0)
            return error_set(err, STATUS_INVALID, "an expression is empty");
    }
    return STATUS_OK;
}

static Status check_names(const Definition *definition, Error *err)
{
    if (definition->classes_count > CLASSIFICATION_CLASSES_MAX)
        return error_set(err, STATUS_INVALID, "more than %d classes", CLASSIFICATION_CLASSES_MAX);
    for (size_t i = 0; i < definition->classes_count; i++) {
        Text name = definition->classes[i].name;
        if (text_trim(name).size == 0 || name.size > CLASSIFICATION_NAME_BYTES_MAX)
            return error_set(err, STATUS_INVALID, "a class needs a name of at most %d bytes",
                             CLASSIFICATION_NAME_BYTES_MAX);
        for (size_t k = 0; k < i; k++)
            if (text_equal_folded(definition->classes[k].name, name))
                return error_set(err, STATUS_INVALID, "there are two classes '%.*s'",
                                 TEXT_FORMAT(name));
        if (text_equal_folded(definition->rest, name))
            return error_set(err, STATUS_INVALID, "there are two classes '%.*s'",
                             TEXT_FORMAT(name));
    }
    return STATUS_OK;
}

static Status check_borders_count(const Definition *definition, Error *err)
{
    size_t most = definition->kind == KIND_ABC     ? (size_t)ABC_BORDERS_MAX
                  : definition->kind == KIND_XYZ   ? 2
                  : definition->kind == KIND_BANDS ? (size_t)BANDS_BORDERS_MAX
                                                   : 0;
    if (definition->borders.count > most)
        return error_set(err, STATUS_INVALID, "the kind '%s' takes at most %zu borders",
                         classification_kind_code(definition->kind), most);
    if (definition->kind == KIND_XYZ && definition->borders.count == 1)
        return error_set(err, STATUS_INVALID, "the kind 'xyz' takes two borders, or none");
    return STATUS_OK;
}

static Status check_abc(const Definition *definition, Error *err)
{
    AbcOptions options = definition_abc_options(definition, MONEY_SCALE);
    if (definition->metrics_count > 1 && definition->abc_method == ABC_THRESHOLDS)
        return error_set(err, STATUS_INVALID,
                         "an index of several expressions is a share, it has no thresholds");
    if (definition->abc_method == ABC_THRESHOLDS && definition->borders.count <= ABC_BORDERS_MAX)
        number_ranks(&definition->borders, options.borders);
    return abc_check(&options, err);
}

static Status check_xyz(const Definition *definition, Error *err)
{
    XyzOptions options = definition_xyz_options(definition);
    if (definition->periods_count < 1 || definition->periods_count > XYZ_PERIODS_MAX)
        return error_set(err, STATUS_INVALID, "a window has 1 to %d sub-periods", XYZ_PERIODS_MAX);
    if (definition->periods_min > definition->periods_count)
        return error_set(err, STATUS_INVALID, "more sub-periods are asked for than the window has");
    return xyz_check(&options, err);
}

static Status check_rfm(const Definition *definition, Error *err)
{
    uint8_t grids[RFM_METRICS];
    RfmSegment segments[RFM_SEGMENTS_MAX];
    for (size_t i = 0; i < RFM_METRICS; i++) {
        RfmScale scale = definition_rfm_scale(definition, i, DECIMAL_SCALE_MAX);
        size_t borders_count = definition->metrics[i].borders.count;
        grids[i] = scale.grid;
        if (borders_count == scale.grid - 1U && borders_count < RFM_GRID_MAX)
            number_ranks(&definition->metrics[i].borders, scale.borders);
        TRY(rfm_scale_check(&scale, err));
        if (borders_count != 0 && borders_count != scale.grid - 1U)
            return error_set(err, STATUS_INVALID, "%u scores take %u borders, not %zu", scale.grid,
                             scale.grid - 1U, borders_count);
    }
    if (definition->classes_count > RFM_SEGMENTS_MAX)
        return error_set(err, STATUS_INVALID, "a map has 1 to %d segments", RFM_SEGMENTS_MAX);
    for (size_t i = 0; i < definition->classes_count; i++) {
        const ClassDefinition *class = &definition->classes[i];
        segments[i].name = class->name;
        memcpy(segments[i].from, class->from, sizeof segments[i].from);
        memcpy(segments[i].to, class->to, sizeof segments[i].to);
    }
    return rfm_map_check(&(RfmMap){segments, definition->classes_count}, grids, err);
}

static Status check_bands(const Definition *definition, Error *err)
{
    int64_t borders[BANDS_BORDERS_MAX];
    number_ranks(&definition->borders, borders);
    TRY(bands_check(borders, definition->borders.count, err));
    size_t bands_count = definition->borders.count + 1;
    if (definition->classes_count == 0 || definition->classes_count == bands_count)
        return STATUS_OK;
    return error_set(err, STATUS_INVALID, "%zu borders make %zu bands, but there are %zu names",
                     definition->borders.count, bands_count, definition->classes_count);
}

static Status check_rules(const Definition *definition, Error *err)
{
    if (definition->classes_count == 0)
        return error_set(err, STATUS_INVALID, "give at least one class with its rule");
    for (size_t i = 0; i < definition->classes_count; i++)
        if (text_trim(definition->classes[i].rule).size == 0)
            return error_set(err, STATUS_INVALID, "the class '%.*s' has no rule",
                             TEXT_FORMAT(definition->classes[i].name));
    return STATUS_OK;
}

Status definition_check(const Definition *definition, Error *err)
{
    TRY(check_metrics(definition, err));
    TRY(check_names(definition, err));
    TRY(check_borders_count(definition, err));
    if (definition->schedule.size > 0) TRY(schedule_check(definition->schedule, err));
    switch (definition->kind) {
    case KIND_ABC: return check_abc(definition, err);
    case KIND_XYZ: return check_xyz(definition, err);
    case KIND_RFM: return check_rfm(definition, err);
    case KIND_BANDS: return check_bands(definition, err);
    case KIND_RULES:
    case KIND_STAGE:
    case KIND_LADDER:
    case KIND_ROLES: return check_rules(definition, err);
    case KIND_CROSS:
    case CLASSIFICATION_KIND_COUNT: break;
    }
    return STATUS_OK;
}
