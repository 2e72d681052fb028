/* classifying.c -- the class of every customer, kind by kind. */
#include "classification/classifying.h"

#include "analysis/bands.h"
#include "base/fold.h"
#include "base/map.h"
#include "model/voice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const Plan *plan;
    const DayQuestions *day;
    const DayAnswers *given;
    Arena *arena;
    Classified *result;
    uint16_t *classes;
} Work;

/* ---- numbers of an answer ---- */

/* Ratios become decimals with as many digits as all of them have room for. */
static ClassifiedColumn column_of_ratios(const EngineValues *values, Arena *arena)
{
    double most = 0;
    for (size_t i = 0; i < values->count; i++)
        if (fabs(values->as.ratios[i]) > most) most = fabs(values->as.ratios[i]);
    int scale = DECIMAL_SCALE_MAX;
    while (scale > 0 && most * (double)DECIMAL_POW10[scale] > (double)DECIMAL_MANTISSA_MAX)
        scale--;
    int64_t *numbers = ARENA_ARRAY(arena, int64_t, values->count);
    for (size_t i = 0; i < values->count; i++) {
        double number = values->as.ratios[i] * (double)DECIMAL_POW10[scale];
        numbers[i] = fabs(number) <= (double)DECIMAL_MANTISSA_MAX ? llround(number) : 0;
    }
    return (ClassifiedColumn){.scale = (uint8_t)scale,
                              .numbers = {numbers, values->present, values->count}};
}

static ClassifiedColumn column_of(const Work *work, size_t place)
{
    const EngineValues *values = &work->given->answers[place].values;
    if (values->type.kind == TYPE_RATIO) return column_of_ratios(values, work->arena);
    return (ClassifiedColumn){.scale = values->type.scale,
                              .is_money = values->type.is_money,
                              .numbers = {values->as.integers, values->present, values->count}};
}

static void add_column(const Work *work, const char *name, ClassifiedColumn column)
{
    Classified *result = work->result;
    column.name = text_of(name);
    result->columns[result->columns_count++] = column;
}

static void name_classes(const Work *work, const Text *names, size_t count)
{
    work->result->names = names;
    work->result->classes_count = count;
}

/* The names that the definition has, and the rest if it has a name. */
static void name_by_definition(const Work *work)
{
    const Definition *definition = work->plan->definition;
    Text *names = ARENA_ARRAY(work->arena, Text, definition->classes_count + 1);
    size_t count = definition->classes_count;
    for (size_t i = 0; i < count; i++)
        names[i] = definition->classes[i].name;
    if (definition->rest.size > 0) names[count++] = definition->rest;
    name_classes(work, names, count);
}

static void widen(const Work *work, const uint8_t *classes)
{
    for (size_t i = 0; i < work->given->customers_count; i++)
        work->classes[i] = classes[i];
}

/* ---- ABC ---- */

static ClassifiedColumn index_of_metrics(const Work *work, const ClassifiedColumn *metrics)
{
    const Definition *definition = work->plan->definition;
    size_t count = work->given->customers_count;
    NumberColumn columns[ABC_METRICS_MAX];
    int64_t weights[ABC_METRICS_MAX];
    for (size_t m = 0; m < definition->metrics_count; m++) {
        int64_t weight = definition->metrics[m].weight;
        columns[m] = metrics[m].numbers;
        weights[m] = weight == 0 ? 1 : weight;
    }
    int64_t *numbers = ARENA_ARRAY(work->arena, int64_t, count);
    uint64_t *present = ARENA_ARRAY(work->arena, uint64_t, count / 64 + 1);
    AbcMetrics all = {columns, weights, definition->metrics_count};
    abc_index(&all, numbers, present);
    return (ClassifiedColumn){.scale = ABC_INDEX_SCALE, .numbers = {numbers, present, count}};
}

static Status classify_abc(const Work *work, Error *err)
{
    const Definition *definition = work->plan->definition;
    ClassifiedColumn metrics[ABC_METRICS_MAX];
    for (size_t m = 0; m < definition->metrics_count; m++)
        metrics[m] = column_of(work, work->day->metrics[m]);
    bool is_index = definition->metrics_count > 1;
    ClassifiedColumn by = is_index ? index_of_metrics(work, metrics) : metrics[0];
    AbcOptions options = definition_abc_options(definition, by.scale);
    uint8_t *classes = ARENA_ARRAY(work->arena, uint8_t, work->given->customers_count);
    TRY(abc_classify(&by.numbers, &options, classes, err));
    widen(work, classes);
    if (is_index) add_column(work, "index", by);
    for (size_t m = 0; m < definition->metrics_count; m++) {
        const char *name = is_index ? arena_printf(work->arena, "value_%zu", m + 1).data : "value";
        metrics[m].is_amount = m == 0 && work->plan->amount == NULL;
        add_column(work, name, metrics[m]);
    }
    size_t count = abc_classes_count(&options);
    Text *names = ARENA_ARRAY(work->arena, Text, count);
    for (size_t i = 0; i < count; i++)
        names[i] = arena_printf(work->arena, "%c", (char)('A' + i));
    name_classes(work, names, count);
    return STATUS_OK;
}

/* ---- XYZ ---- */

static NumberColumn *columns_of(const Work *work, const size_t *places, int *ret_scale)
{
    size_t count = work->plan->definition->periods_count;
    NumberColumn *columns = ARENA_ARRAY(work->arena, NumberColumn, count);
    for (size_t i = 0; i < count; i++) {
        ClassifiedColumn column = column_of(work, places[i]);
        columns[i] = column.numbers;
        *ret_scale = column.scale;
    }
    return columns;
}

/* Sub-periods from the first purchase on; the first one of the window is 0. */
static NumberColumn firsts_of(const Work *work)
{
    const Definition *definition = work->plan->definition;
    const EngineValues *values = &work->given->answers[work->day->first].values;
    Date begin = sub_period_begin(definition, work->day->as_of, 0);
    int64_t window = date_period_index(begin, definition->step);
    int64_t *firsts = ARENA_ARRAY(work->arena, int64_t, values->count);
    for (size_t i = 0; i < values->count; i++) {
        Date date = {(int32_t)values->as.integers[i]};
        firsts[i] = date_period_index(date, definition->step) - window;
    }
    return (NumberColumn){firsts, values->present, values->count};
}

static Status total_of(const Work *work, const NumberColumn *periods, int64_t *totals, Error *err)
{
    for (size_t i = 0; i < work->given->customers_count; i++) {
        Int128 total = 0;
        for (size_t p = 0; p < work->plan->definition->periods_count; p++)
            if (column_has(&periods[p], i)) total += periods[p].values[i];
        if (!decimal_fits(total))
            return error_set(err, STATUS_LIMIT,
                             "the sub-periods of a customer add up to more than 18 digits");
        totals[i] = (int64_t)total;
    }
    return STATUS_OK;
}

static Status classify_xyz(const Work *work, Error *err)
{
    static const Text names[] = {{"X", 1}, {"Y", 1}, {"Z", 1}};
    const Definition *definition = work->plan->definition;
    size_t count = work->given->customers_count;
    ClassifiedColumn amount = column_of(work, work->day->metrics[0]);
    int scale = amount.scale;
    if (work->plan->metrics[0]->root->type.kind == TYPE_RATIO)
        return error_set(err, STATUS_INVALID,
                         "XYZ needs exact sums; give an expression without division");
    NumberColumn first;
    XyzSeries series = {.periods = columns_of(work, work->day->metrics, &scale),
                        .periods_count = definition->periods_count,
                        .customers_count = count};
    if (work->day->season != NULL) series.season = columns_of(work, work->day->season, &scale);
    if (work->day->first != NOT_ASKED) {
        first = firsts_of(work);
        series.first = &first;
    }
    XyzOptions options = definition_xyz_options(definition);
    uint8_t *classes = ARENA_ARRAY(work->arena, uint8_t, count);
    int64_t *values = ARENA_ARRAY(work->arena, int64_t, count);
    int64_t *totals = ARENA_ARRAY(work->arena, int64_t, count);
    TRY(total_of(work, series.periods, totals, err));
    xyz_classify(&series, &options, classes, values);
    widen(work, classes);
    uint64_t *present = ARENA_ARRAY(work->arena, uint64_t, count / 64 + 1);
    for (size_t i = 0; i < count; i++)
        if (classes[i] != 0) present[i / 64] |= UINT64_C(1) << (i % 64);
    bool is_frequency = definition->xyz_method == XYZ_FREQUENCY;
    add_column(work, is_frequency ? "frequency" : "variation",
               (ClassifiedColumn){.scale = XYZ_SCALE, .numbers = {values, present, count}});
    amount.is_amount = work->plan->amount == NULL;
    amount.numbers = (NumberColumn){totals, NULL, count};
    add_column(work, "total", amount);
    name_classes(work, names, 3);
    return STATUS_OK;
}

/* ---- RFM ---- */

static uint64_t *who_has_all(const Work *work, const ClassifiedColumn *columns)
{
    size_t count = work->given->customers_count;
    uint64_t *scored = ARENA_ARRAY(work->arena, uint64_t, count / 64 + 1);
    for (size_t i = 0; i < count; i++) {
        bool has_all = true;
        for (size_t m = 0; m < RFM_METRICS; m++)
            has_all &= column_has(&columns[m].numbers, i);
        if (has_all) scored[i / 64] |= UINT64_C(1) << (i % 64);
    }
    return scored;
}

static RfmMap map_of(const Definition *definition, Arena *arena)
{
    RfmSegment *items = ARENA_ARRAY(arena, RfmSegment, definition->classes_count);
    for (size_t i = 0; i < definition->classes_count; i++) {
        const ClassDefinition *class = &definition->classes[i];
        items[i].name = class->name;
        memcpy(items[i].from, class->from, sizeof items[i].from);
        memcpy(items[i].to, class->to, sizeof items[i].to);
    }
    return (RfmMap){items, definition->classes_count};
}

static void classify_rfm(const Work *work)
{
    static const char *const names[RFM_METRICS] = {"recency", "frequency", "monetary"};
    const Definition *definition = work->plan->definition;
    size_t count = work->given->customers_count;
    ClassifiedColumn columns[RFM_METRICS];
    uint8_t *scores[RFM_METRICS];
    for (size_t m = 0; m < RFM_METRICS; m++)
        columns[m] = column_of(work, work->day->metrics[m]);
    uint64_t *scored = who_has_all(work, columns);
    for (size_t m = 0; m < RFM_METRICS; m++) {
        RfmScale scale = definition_rfm_scale(definition, m, columns[m].scale);
        scores[m] = ARENA_ARRAY(work->arena, uint8_t, count);
        rfm_score(&columns[m].numbers, scored, &scale, scores[m]);
        columns[m].is_amount = m == 2 && work->plan->amount == NULL;
        add_column(work, names[m], columns[m]);
    }
    RfmMap map = map_of(definition, work->arena);
    int64_t *codes = ARENA_ARRAY(work->arena, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        const uint8_t cell[RFM_METRICS] = {scores[0][i], scores[1][i], scores[2][i]};
        codes[i] = cell[0] * 100 + cell[1] * 10 + cell[2];
        if (cell[0] != 0) work->classes[i] = (uint16_t)(rfm_map_find(&map, cell) + 1);
    }
    add_column(work, "score", (ClassifiedColumn){.numbers = {codes, scored, count}});
    name_by_definition(work);
}

/* ---- bands ---- */

static Text band_name(const NumberList *borders, size_t band, Arena *arena)
{
    char low[DECIMAL_TEXT_MAX], high[DECIMAL_TEXT_MAX];
    Text from = {0}, to = {0};
    if (band > 0)
        from =
            decimal_print(borders->items[band - 1].mantissa, borders->items[band - 1].scale, low);
    if (band < borders->count)
        to = decimal_print(borders->items[band].mantissa, borders->items[band].scale, high);
    if (band == 0) return arena_printf(arena, "< %.*s", TEXT_FORMAT(to));
    if (band == borders->count) return arena_printf(arena, ">= %.*s", TEXT_FORMAT(from));
    return arena_printf(arena, "[%.*s, %.*s)", TEXT_FORMAT(from), TEXT_FORMAT(to));
}

static void classify_bands(const Work *work)
{
    const Definition *definition = work->plan->definition;
    const NumberList *written = &definition->borders;
    ClassifiedColumn column = column_of(work, work->day->metrics[0]);
    int64_t *borders = ARENA_ARRAY(work->arena, int64_t, written->count);
    for (size_t i = 0; i < written->count; i++)
        borders[i] = number_at(written->items[i], column.scale);
    bands_classify(&column.numbers, borders, written->count, work->classes);
    column.is_amount = work->plan->amount == NULL && column.is_money;
    add_column(work, "value", column);
    if (definition->classes_count > 0) {
        name_by_definition(work);
        return;
    }
    Text *names = ARENA_ARRAY(work->arena, Text, written->count + 1);
    for (size_t i = 0; i <= written->count; i++)
        names[i] = band_name(written, i, work->arena);
    name_classes(work, names, written->count + 1);
}

/* ---- cross ---- */

static const Wording missing_words = {
    {[LANGUAGE_EN] = "(none)", [LANGUAGE_RU] = "(нет)", [LANGUAGE_UK] = "(немає)"}};
static const Wording yes_words = {
    {[LANGUAGE_EN] = "yes", [LANGUAGE_RU] = "да", [LANGUAGE_UK] = "так"}};
static const Wording no_words = {
    {[LANGUAGE_EN] = "no", [LANGUAGE_RU] = "нет", [LANGUAGE_UK] = "ні"}};

static bool is_in(const Work *work, size_t place, size_t customer)
{
    return customer_set_has(&work->given->answers[place].set, work->given->customers[customer]);
}

static Text part_of_name(const Work *work, size_t metric, size_t customer, Arena *arena)
{
    Voice voice = {arena, work->given->language};
    size_t place = work->day->metrics[metric];
    const Expression *expression = work->plan->metrics[metric];
    Type type = expression->root->type;
    if (type.kind == TYPE_BOOL)
        return voice_say(voice, is_in(work, place, customer) ? &yes_words : &no_words, NULL, 0);
    Value value = engine_values_get(&work->given->answers[place].values, customer);
    if (value_is_missing(value)) return voice_say(voice, &missing_words, NULL, 0);
    if (value.kind == VALUE_TEXT) return value.as.text;
    return value_print(value, type, arena);
}

typedef struct {
    Text *items;
    size_t count, capacity;
} NameList;

static int compare_names(const void *a, const void *b, void *names)
{
    const Text *list = names;
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    int order = text_compare_folded(list[first], list[second]);
    return order != 0 ? order : (first > second) - (first < second);
}

/* Classes in the order of their names instead of that in which they came up. */
static void sort_names(const Work *work, NameList *names)
{
    uint32_t *order = ARENA_ARRAY(work->arena, uint32_t, names->count);
    uint16_t *number_of = ARENA_ARRAY(work->arena, uint16_t, names->count + 1);
    Text *sorted = ARENA_ARRAY(work->arena, Text, names->count);
    for (size_t i = 0; i < names->count; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, names->count, sizeof *order, compare_names, names->items);
    for (size_t i = 0; i < names->count; i++) {
        sorted[i] = names->items[order[i]];
        number_of[order[i] + 1] = (uint16_t)(i + 1);
    }
    for (size_t i = 0; i < work->given->customers_count; i++)
        work->classes[i] = number_of[work->classes[i]];
    name_classes(work, sorted, names->count);
}

static Text name_of_cell(const Work *work, size_t customer, Arena *arena)
{
    Text name = part_of_name(work, 0, customer, arena);
    for (size_t m = 1; m < work->plan->definition->metrics_count; m++) {
        Text part = part_of_name(work, m, customer, arena);
        name = arena_printf(arena, "%.*s | %.*s", TEXT_FORMAT(name), TEXT_FORMAT(part));
    }
    return name;
}

static Status classify_cross(const Work *work, Error *err)
{
    AUTO(map_done) Map *numbers = map_new(64);
    AUTO(arena_done) Arena *scratch = arena_new();
    NameList names = {0};
    for (size_t i = 0; i < work->given->customers_count; i++) {
        uint64_t number;
        Text name = name_of_cell(work, i, scratch);
        if (map_add(numbers, text_fold(name, scratch), names.count + 1, &number)) {
            if (names.count == CLASSES_MAX)
                return error_set(err, STATUS_LIMIT, "the properties have more than %d combinations",
                                 CLASSES_MAX);
            ARENA_PUSH(work->arena, &names, arena_text(work->arena, name));
        }
        work->classes[i] = (uint16_t)number;
        arena_reset(scratch);
    }
    sort_names(work, &names);
    return STATUS_OK;
}

/* ---- rules ---- */

static void classify_rules(const Work *work)
{
    const Definition *definition = work->plan->definition;
    size_t rest = definition->rest.size > 0 ? definition->classes_count + 1 : 0;
    for (size_t i = 0; i < work->given->customers_count; i++) {
        size_t class = 0;
        while (class < definition->classes_count && !is_in(work, work->day->rules[class], i))
            class ++;
        bool is_found = class < definition->classes_count;
        work->classes[i] = (uint16_t)(is_found ? class + 1 : rest);
    }
    name_by_definition(work);
}

/* ---- all together ---- */

static Status classify(const Work *work, Error *err)
{
    switch (work->plan->definition->kind) {
    case KIND_ABC: return classify_abc(work, err);
    case KIND_XYZ: return classify_xyz(work, err);
    case KIND_RFM: classify_rfm(work); return STATUS_OK;
    case KIND_BANDS: classify_bands(work); return STATUS_OK;
    case KIND_CROSS: return classify_cross(work, err);
    case KIND_RULES:
    case KIND_STAGE:
    case KIND_LADDER:
    case KIND_ROLES: classify_rules(work); return STATUS_OK;
    case CLASSIFICATION_KIND_COUNT: break;
    }
    ASSERT(false);
    return STATUS_OK;
}

Status classify_day(const Plan *plan, const DayQuestions *day, const DayAnswers *answers,
                    Arena *arena, Classified *ret_classified, Error *err)
{
    *ret_classified =
        (Classified){.customers = answers->customers, .customers_count = answers->customers_count};
    Work work = {.plan = plan,
                 .day = day,
                 .given = answers,
                 .arena = arena,
                 .result = ret_classified,
                 .classes = ARENA_ARRAY(arena, uint16_t, answers->customers_count)};
    TRY(classify(&work, err));
    ret_classified->classes = work.classes;
    if (plan->amount == NULL) return STATUS_OK;
    ClassifiedColumn amount = column_of(&work, day->amount);
    amount.is_amount = true;
    add_column(&work, "amount", amount);
    return STATUS_OK;
}
