/* classify_options.c -- options of the command line that say what a classification is. */
#include "cli/classify_options.h"

#include "classification/words.h"
#include "lang/words.h"

#define DEFINITION_OPTIONS                                                                       \
    OPTION(ClassifyOptions, by, LIST, "by", "'EXPRESSION'",                                      \
           "what is classified by; several for ABC, three for RFM, one or more to be crossed"),  \
        OPTION(ClassifyOptions, weight, LIST, "weight", "N",                                     \
               "weight of each --by of an ABC of several, in the same order"),                   \
        OPTION(ClassifyOptions, method, TEXT, "method", "METHOD",                                \
               "ABC: pareto, sum, tangents, differential, computed, thresholds, customers, "     \
               "self-adjusting; XYZ: fixed, self-adjusting, frequency"),                         \
        OPTION(ClassifyOptions, borders, TEXT, "borders", "'N, N'",                              \
               "percents of the method, thresholds, or the borders of the bands"),               \
        OPTION(ClassifyOptions, is_strict, FLAG, "strict", NULL,                                 \
               "Pareto: who crosses a border belongs to the class after it"),                    \
        OPTION(ClassifyOptions, splits_ties, FLAG, "split-ties", NULL,                           \
               "ABC: equal values may have different classes, as in a spreadsheet"),             \
        OPTION(ClassifyOptions, nonpositive, TEXT, "nonpositive", "unclassified|last|ranked",    \
               "ABC: what becomes of values that are not above 0 (unclassified)"),               \
        OPTION(ClassifyOptions, step, TEXT, "step", "UNIT",                                      \
               "XYZ: sub-periods are days, weeks, months, quarters (default), years"),           \
        OPTION(ClassifyOptions, periods, COUNT, "periods", "N",                                  \
               "XYZ: how many whole sub-periods before the day (8)"),                            \
        OPTION(ClassifyOptions, periods_min, COUNT, "periods-min", "N",                          \
               "XYZ: who has fewer that count is not classified (3)"),                           \
        OPTION(ClassifyOptions, zeros, TEXT, "zeros", "from-first|whole|non-zero",               \
               "XYZ: which sub-periods count (from the first purchase on)"),                     \
        OPTION(ClassifyOptions, first, TEXT, "first", "'EXPRESSION'",                            \
               "XYZ: the day of the first purchase (min(purchase.date))"),                       \
        OPTION(ClassifyOptions, is_sample, FLAG, "sample", NULL,                                 \
               "XYZ: the deviation of a sample"),                                                \
        OPTION(ClassifyOptions, is_seasonal, FLAG, "seasonal", NULL,                             \
               "XYZ: against the same sub-period of the year before"),                           \
        OPTION(ClassifyOptions, grid, COUNT, "grid", "N", "RFM: scores from 1 to N (5)"),        \
        OPTION(ClassifyOptions, recency_borders, TEXT, "recency-borders", "'N, N, ...'",         \
               "RFM: days between the scores instead of quantiles"),                             \
        OPTION(ClassifyOptions, frequency_borders, TEXT, "frequency-borders", "'N, N, ...'",     \
               "RFM: numbers of purchases between the scores"),                                  \
        OPTION(ClassifyOptions, monetary_borders, TEXT, "monetary-borders", "'N, N, ...'",       \
               "RFM: amounts between the scores"),                                               \
        OPTION(ClassifyOptions, classes, LIST, "class", "'NAME=...'",                            \
               "a class and its rule; its box of scores '4-5/1-2/1-5'; the name of a band"),     \
        OPTION(ClassifyOptions, rest, TEXT, "rest", "NAME", "the class of those no rule takes"), \
        OPTION(ClassifyOptions, amount, TEXT, "amount", "'EXPRESSION'",                          \
               "what classes are summed up by"),                                                 \
        OPTION(ClassifyOptions, parameters, TEXT, "parameters", "JSON",                          \
               "all parameters as a document; the options go over it"),                          \
        OPTION(ClassifyOptions, description, TEXT, "description", "TEXT", "for people"),         \
        OPTION(ClassifyOptions, schedule, TEXT, "schedule", "CRON",                              \
               "when it is run by itself: minute hour day month weekday")

const Option classify_add_options[CLASSIFY_ADD_OPTIONS] = {
    OPTION(ClassifyOptions, kind, TEXT, "kind", "KIND",
           "abc, xyz, rfm, bands, cross, rules, stage, ladder, roles"),
    DEFINITION_OPTIONS,
    OPTION(ClassifyOptions, name_language, TEXT, "names", "ru|uk|en",
           "the language of ready-made names of classes (that of the directory)"),
};
const Option classify_set_options[CLASSIFY_SET_OPTIONS] = {
    DEFINITION_OPTIONS,
    OPTION(ClassifyOptions, rename, TEXT, "name", "NAME", "another name"),
    OPTION(ClassifyOptions, schedule_off, FLAG, "schedule-off", NULL, "switch the schedule off"),
    OPTION(ClassifyOptions, schedule_on, FLAG, "schedule-on", NULL, "switch it on again"),
};
/* ---- lists of numbers ---- */

static Status numbers_of(Text text, Arena *arena, NumberList *ret_list, Error *err)
{
    struct {
        Number *items;
        size_t count, capacity;
    } list = {0};
    for (Text rest = text; rest.data != NULL;) {
        Number number;
        Text part = text_split(rest, ',', &rest);
        TRY(number_parse(part, &number, err));
        ARENA_PUSH(arena, &list, number);
    }
    *ret_list = (NumberList){list.items, list.count};
    return STATUS_OK;
}

static Status small_number_of(Text text, int64_t most, int64_t *ret_number, Error *err)
{
    Number number;
    TRY(number_parse(text, &number, err));
    if (number.scale == 0 && number.mantissa >= 0 && number.mantissa <= most) {
        *ret_number = number.mantissa;
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID, "'%.*s' is not a whole number up to %lld",
                     TEXT_FORMAT(text), (long long)most);
}

/* ---- expressions ---- */

static Status apply_weights(const ClassifyOptions *options, Metric *metrics, size_t count,
                            Error *err)
{
    if (options->weight.count > 0 && options->weight.count != count)
        return error_set(err, STATUS_INVALID, "%zu expressions need as many weights, not %zu",
                         count, options->weight.count);
    if (options->weight.count == 1)
        return error_set(err, STATUS_INVALID,
                         "a weight is one of several expressions: give --by and --weight for each");
    for (size_t i = 0; i < options->weight.count; i++)
        TRY(small_number_of(options->weight.items[i], ABC_WEIGHT_MAX, &metrics[i].weight, err));
    return STATUS_OK;
}

static Status apply_scores(const ClassifyOptions *options, Arena *arena, Metric *metrics,
                           Error *err)
{
    const Text borders[RFM_METRICS] = {options->recency_borders, options->frequency_borders,
                                       options->monetary_borders};
    for (size_t i = 0; i < RFM_METRICS; i++) {
        if (options->grid.is_given)
            metrics[i].grid =
                (uint8_t)(options->grid.value <= RFM_GRID_MAX ? options->grid.value : UINT8_MAX);
        if (borders[i].data != NULL) TRY(numbers_of(borders[i], arena, &metrics[i].borders, err));
    }
    return STATUS_OK;
}

static Status apply_metrics(const ClassifyOptions *options, Arena *arena, Definition *definition,
                            Error *err)
{
    size_t count = options->by.count > 0 ? options->by.count : definition->metrics_count;
    Metric *metrics = ARENA_ARRAY(arena, Metric, count);
    for (size_t i = 0; i < count && i < definition->metrics_count; i++)
        metrics[i] = definition->metrics[i];
    for (size_t i = 0; i < options->by.count; i++)
        metrics[i].expression = options->by.items[i];
    definition->metrics = metrics;
    definition->metrics_count = count;
    TRY(apply_weights(options, metrics, count, err));
    if (definition->kind != KIND_RFM || count != RFM_METRICS) return STATUS_OK;
    return apply_scores(options, arena, metrics, err);
}

/* ---- classes ---- */

/* "4-5/1-2/1-5", "5/1/1-5" */
static Status read_box(Text text, ClassDefinition *class, Error *err)
{
    Text rest = text;
    for (size_t i = 0; i < RFM_METRICS; i++) {
        int64_t from, to;
        Text high = {0}, part = text_split(rest, '/', &rest);
        Text low = text_split(part, '-', &high);
        TRY(small_number_of(low, RFM_GRID_MAX, &from, err));
        to = from;
        if (high.data != NULL) TRY(small_number_of(high, RFM_GRID_MAX, &to, err));
        class->from[i] = (uint8_t)from;
        class->to[i] = (uint8_t)to;
        if ((i < RFM_METRICS - 1) == (rest.data != NULL)) continue;
        return error_set(err, STATUS_INVALID, "'%.*s' is no box such as 4-5/1-2/1-5",
                         TEXT_FORMAT(text));
    }
    return STATUS_OK;
}

static Status apply_classes(const ClassifyOptions *options, Arena *arena, Definition *definition,
                            Error *err)
{
    size_t count = options->classes.count;
    ClassDefinition *classes = ARENA_ARRAY(arena, ClassDefinition, count);
    if (count == 0) return STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        Text said = {0}, name = options->classes.items[i];
        if (definition->kind != KIND_BANDS) name = text_split(name, '=', &said);
        classes[i].name = text_trim(name);
        if (definition->kind == KIND_RFM)
            TRY(read_box(text_trim(said), &classes[i], err));
        else
            classes[i].rule = text_trim(said);
    }
    definition->classes = classes;
    definition->classes_count = count;
    return STATUS_OK;
}

/* ---- words ---- */

static Status no_word(const char *option, Text word, Error *err)
{
    return error_set(err, STATUS_INVALID, "--%s does not take '%.*s'; --help lists what it takes",
                     option, TEXT_FORMAT(word));
}

/* Sums of other sub-periods: what a kind begins with follows the step by itself. */
static Status follow_step(const ClassifyOptions *options, Arena *arena, Definition *definition,
                          Unit before, Error *err)
{
    if (before == definition->step || options->by.count > 0) return STATUS_OK;
    Definition customary = definition_customary(KIND_XYZ, LANGUAGE_EN, arena);
    if (definition->metrics_count != 1 ||
        !text_equal(definition->metrics[0].expression, customary.metrics[0].expression))
        return error_set(err, STATUS_INVALID,
                         "another step needs another expression: give --by with a window such as "
                         "'this %s'",
                         unit_word(definition->step));
    Metric *metric = ARENA_NEW(arena, Metric);
    metric->expression =
        arena_printf(arena, "sum(purchase.amount, this %s)", unit_word(definition->step));
    definition->metrics = metric;
    return STATUS_OK;
}

static Status apply_words(const ClassifyOptions *options, Arena *arena, Definition *definition,
                          Error *err)
{
    bool is_abc = definition->kind == KIND_ABC;
    if (options->method.data != NULL &&
        !(is_abc ? abc_method_parse(options->method, &definition->abc_method)
                 : xyz_method_parse(options->method, &definition->xyz_method)))
        return no_word("method", options->method, err);
    if (options->nonpositive.data != NULL &&
        !abc_rest_parse(options->nonpositive, &definition->abc_rest))
        return no_word("nonpositive", options->nonpositive, err);
    if (options->zeros.data != NULL && !xyz_zeros_parse(options->zeros, &definition->zeros))
        return no_word("zeros", options->zeros, err);
    if (options->step.data == NULL) return STATUS_OK;
    Unit before = definition->step;
    if (!unit_find(options->step, &definition->step)) return no_word("step", options->step, err);
    return follow_step(options, arena, definition, before, err);
}

static void put_text(Text given, Text *text)
{
    if (given.data != NULL) *text = given;
}

static void apply_rest(const ClassifyOptions *options, Definition *definition)
{
    put_text(options->first, &definition->first);
    put_text(options->rest, &definition->rest);
    put_text(options->amount, &definition->amount);
    put_text(options->description, &definition->description);
    put_text(options->schedule, &definition->schedule);
    definition->is_strict |= options->is_strict;
    definition->splits_ties |= options->splits_ties;
    definition->is_sample |= options->is_sample;
    definition->is_seasonal |= options->is_seasonal;
    if (options->periods.is_given)
        definition->periods_count =
            (uint32_t)(options->periods.value < UINT32_MAX ? options->periods.value : UINT32_MAX);
    if (options->periods_min.is_given)
        definition->periods_min =
            (uint32_t)(options->periods_min.value < UINT32_MAX ? options->periods_min.value
                                                               : UINT32_MAX);
    if (options->schedule_off) definition->is_schedule_off = true;
    if (options->schedule_on || options->schedule.data != NULL) definition->is_schedule_off = false;
}

Status classify_options_apply(const ClassifyOptions *options, Arena *arena, Definition *definition,
                              Error *err)
{
    Definition result = *definition;
    if (options->parameters.data != NULL)
        TRY(definition_parameters_from_json(options->parameters, definition, arena, &result, err));
    TRY(apply_words(options, arena, &result, err));
    TRY(apply_metrics(options, arena, &result, err));
    TRY(apply_classes(options, arena, &result, err));
    if (options->borders.data != NULL)
        TRY(numbers_of(options->borders, arena, &result.borders, err));
    apply_rest(options, &result);
    *definition = result;
    return STATUS_OK;
}
