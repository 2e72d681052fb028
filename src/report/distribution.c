/* distribution.c -- how the values of one attribute are spread over groups of customers. */
#include "report/distribution.h"

#include "base/fold.h"
#include "base/map.h"
#include "model/enumeration.h"
#include "report/paths.h"

#include <math.h>
#include <stdlib.h>

enum { BINS = 5, EDGE_SCALE = 4, VALUES_MAX = 1000, LEVELS = 2 };

/* ---- slots ---- */

static uint64_t slots_of(const Subjects *subjects, CustomerId id)
{
    uint64_t mask = subjects_mask(subjects, id);
    uint64_t own = mask & ((UINT64_C(1) << subjects->count) - 1);
    if (own != 0 && (own & (own - 1)) == 0) mask |= own << subjects->groups_count;
    return mask;
}

Status slots_open(const Reporting *reporting, Arena *arena, Slots *ret_slots, Error *err)
{
    const Subjects *subjects = &reporting->subjects;
    if (subjects->count > SPREAD_SUBJECTS_MAX)
        return error_set(err, STATUS_LIMIT, "a profile compares at most %d segments",
                         SPREAD_SUBJECTS_MAX);
    Expression *everybody;
    EngineAnswer answer;
    TRY(reporting_compile(reporting, TEXT("true"), EXPECT_RULE, &everybody, err));
    EngineQuestion question = {everybody, reporting->plan->as_of, ANSWER_VALUES};
    TRY(reporting_ask(reporting, (ReportQuestions){&question, 1, NULL}, arena, &answer, err));
    size_t count = answer.values.count;
    uint64_t *masks = ARENA_ARRAY(arena, uint64_t, count);
    for (size_t i = 0; i < count; i++)
        masks[i] = slots_of(subjects, answer.values.customers[i]);
    *ret_slots = (Slots){subjects, subjects->groups_count + subjects->count,
                         answer.values.customers, masks, count};
    return STATUS_OK;
}

static void count_slots(uint64_t mask, uint64_t *counts)
{
    for (; mask != 0; mask &= mask - 1)
        counts[__builtin_ctzll(mask)]++;
}

/* ---- numbers ---- */

bool spread_number(const EngineValues *values, size_t index, double *ret_number)
{
    Value value = engine_values_get(values, index);
    if (value_is_missing(value)) return false;
    *ret_number = value.kind == VALUE_DECIMAL
                      ? decimal_to_double(value.as.decimal, values->type.scale)
                      : value.as.ratio;
    return isfinite(*ret_number);
}

typedef struct {
    const Reporting *reporting;
    const Slots *slots;
    const EngineValues *values;
    Spread *spread;
} Counting;

static void add_number(const Counting *counting, size_t index, double number)
{
    const Spread *spread = counting->spread;
    uint64_t mask = counting->slots->masks[index];
    for (size_t i = 0; i < counting->slots->slots_count; i++)
        if ((mask >> i) & 1)
            moments_add(&spread->within[i], number);
        else if (i < counting->slots->subjects->groups_count)
            moments_add(&spread->elsewhere[i], number);
    count_slots(mask, spread->filled);
}

static int by_number(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

/* Borders of fifths of all values, as decimals that a rule can write: different and ascending. */
static size_t find_edges(double *numbers, size_t count, int scale, int64_t edges[BINS - 1])
{
    size_t found = 0;
    if (count > 1) qsort(numbers, count, sizeof *numbers, by_number);
    for (size_t i = 1; i < BINS && count > 0; i++) {
        double scaled = numbers[count * i / BINS] * (double)DECIMAL_POW10[scale];
        if (!(fabs(scaled) < 1e17)) return 0;
        int64_t edge = llround(scaled);
        bool is_new = found == 0 || edge > edges[found - 1];
        if (is_new && decimal_to_double(edge, scale) > numbers[0]) edges[found++] = edge;
    }
    return found;
}

static SpreadValue bin_of(const Counting *counting, const int64_t *edges, size_t count, size_t bin)
{
    char a[DECIMAL_TEXT_MAX], b[DECIMAL_TEXT_MAX];
    Arena *arena = counting->reporting->arena;
    int scale =
        counting->values->type.kind == TYPE_DECIMAL ? counting->values->type.scale : EDGE_SCALE;
    Text source = counting->spread->attribute->source;
    Text from = bin == 0 ? TEXT("") : decimal_print(edges[bin - 1], scale, a);
    Text to = bin == count ? TEXT("") : decimal_print(edges[bin], scale, b);
    SpreadValue value = {.counts = ARENA_ARRAY(arena, uint64_t, counting->slots->slots_count)};
    if (bin == 0) {
        value.label = arena_printf(arena, "< %.*s", TEXT_FORMAT(to));
        value.condition = arena_printf(arena, "%.*s < %.*s", TEXT_FORMAT(source), TEXT_FORMAT(to));
    } else if (bin == count) {
        value.label = arena_printf(arena, "≥ %.*s", TEXT_FORMAT(from));
        value.condition =
            arena_printf(arena, "%.*s >= %.*s", TEXT_FORMAT(source), TEXT_FORMAT(from));
    } else {
        value.label = arena_printf(arena, "%.*s ≤ x < %.*s", TEXT_FORMAT(from), TEXT_FORMAT(to));
        value.condition = arena_printf(arena, "%.*s in [%.*s, %.*s)", TEXT_FORMAT(source),
                                       TEXT_FORMAT(from), TEXT_FORMAT(to));
    }
    return value;
}

static void count_bins(const Counting *counting, double *numbers, size_t count)
{
    Spread *spread = counting->spread;
    int scale =
        counting->values->type.kind == TYPE_DECIMAL ? counting->values->type.scale : EDGE_SCALE;
    int64_t edges[BINS - 1];
    size_t edges_count = find_edges(numbers, count, scale, edges);
    if (edges_count == 0) return;
    spread->values_count = edges_count + 1;
    spread->values = ARENA_ARRAY(counting->reporting->arena, SpreadValue, edges_count + 1);
    for (size_t i = 0; i <= edges_count; i++)
        spread->values[i] = bin_of(counting, edges, edges_count, i);
    for (size_t i = 0; i < counting->values->count; i++) {
        double number;
        size_t bin = 0;
        if (!spread_number(counting->values, i, &number)) continue;
        while (bin < edges_count && number >= decimal_to_double(edges[bin], scale))
            bin++;
        count_slots(counting->slots->masks[i], spread->values[bin].counts);
    }
}

static void count_numbers(const Counting *counting)
{
    Spread *spread = counting->spread;
    Arena *arena = counting->reporting->arena;
    AUTO(arena_done) Arena *scratch = arena_new();
    double *numbers = ARENA_ARRAY(scratch, double, counting->values->count);
    size_t count = 0;
    spread->is_number = true;
    spread->within = ARENA_ARRAY(arena, Moments, counting->slots->slots_count);
    spread->elsewhere = ARENA_ARRAY(arena, Moments, counting->slots->slots_count);
    for (size_t i = 0; i < counting->values->count; i++) {
        if (!spread_number(counting->values, i, &numbers[count])) continue;
        add_number(counting, i, numbers[count++]);
    }
    count_bins(counting, numbers, count);
}

/* ---- other values ---- */

/* What a written text stands for: itself, or the first levels of its path. */
typedef struct {
    uint32_t values[LEVELS];
    size_t count;
} Meaning;

typedef struct {
    const Counting *counting;
    Map *written;   /* a text as it is -> its meaning */
    Map *meant;     /* folded -> value */
    Arena *scratch; /* for folding */
    struct {
        Meaning *items;
        size_t count, capacity;
    } meanings;
    struct {
        SpreadValue *items;
        size_t count, capacity;
    } values;
    struct {
        Text *items; /* of hierarchies, as they are written */
        size_t count, capacity;
    } paths;
    struct {
        size_t *items; /* by value: the customer it was last seen with, from 1 */
        size_t count, capacity;
    } seen;
} Naming;

static bool is_path(const Counting *counting)
{
    TypeKind kind = counting->values->type.kind;
    return kind == TYPE_HIERARCHY || kind == TYPE_HIERARCHY_SET;
}

/* Of a text or a member; hierarchies get theirs when all paths are known. */
static Text condition_of(const Naming *naming, Text text)
{
    const Counting *counting = naming->counting;
    Arena *arena = counting->reporting->arena;
    Text source = counting->spread->attribute->source, quoted = report_quote(text, arena);
    TypeKind kind = counting->values->type.kind;
    if (kind == TYPE_TEXT_SET)
        return arena_printf(arena, "%.*s has any (%.*s)", TEXT_FORMAT(source), TEXT_FORMAT(quoted));
    return arena_printf(arena, "%.*s = %.*s", TEXT_FORMAT(source), TEXT_FORMAT(quoted));
}

/* As people read it; rules keep the value itself. */
static Text words_of(const Counting *counting, Text text)
{
    Enumeration enumeration =
        (Enumeration)counting->spread->attribute->expression->root->type.enumeration;
    Text words = enumeration_words(enumeration, text, counting->reporting->voice.language);
    return words.data != NULL ? words : text;
}

/* The index of a value; UINT32_MAX when there are too many. */
static uint32_t find_value(Naming *naming, Text text)
{
    const Counting *counting = naming->counting;
    Arena *arena = counting->reporting->arena;
    uint64_t index = naming->values.count;
    arena_reset(naming->scratch);
    if (!map_add(naming->meant, text_fold(text, naming->scratch), index, &index))
        return (uint32_t)index;
    Text kept = arena_text(arena, text);
    SpreadValue value = {words_of(counting, kept), condition_of(naming, kept),
                         ARENA_ARRAY(arena, uint64_t, counting->slots->slots_count)};
    ARENA_PUSH(arena, &naming->values, value);
    ARENA_PUSH(arena, &naming->seen, 0);
    return (uint32_t)index;
}

static Meaning meaning_of(Naming *naming, Text text)
{
    Meaning meaning = {0};
    if (!is_path(naming->counting)) {
        meaning.values[meaning.count++] = find_value(naming, text);
        return meaning;
    }
    ARENA_PUSH(naming->counting->reporting->arena, &naming->paths,
               arena_text(naming->counting->reporting->arena, text));
    Text rest = text, joined = TEXT("");
    while (meaning.count < LEVELS && rest.data != NULL) {
        Text level = hierarchy_next_level(&rest);
        joined = meaning.count == 0
                     ? level
                     : arena_printf(naming->counting->reporting->arena, "%.*s / %.*s",
                                    TEXT_FORMAT(joined), TEXT_FORMAT(level));
        meaning.values[meaning.count++] = find_value(naming, joined);
    }
    return meaning;
}

static void add_text(Naming *naming, size_t customer, Text text)
{
    uint64_t index;
    if (naming->values.count > VALUES_MAX) return;
    if (map_add(naming->written, text, naming->meanings.count, &index)) {
        Meaning meaning = meaning_of(naming, text);
        ARENA_PUSH(naming->counting->reporting->arena, &naming->meanings, meaning);
    }
    const Meaning *meaning = &naming->meanings.items[index];
    for (size_t i = 0; i < meaning->count; i++) {
        uint32_t value = meaning->values[i];
        if (naming->seen.items[value] == customer + 1) continue;
        naming->seen.items[value] = customer + 1;
        count_slots(naming->counting->slots->masks[customer], naming->values.items[value].counts);
    }
}

static void add_customer(Naming *naming, size_t index)
{
    const Counting *counting = naming->counting;
    Value value = engine_values_get(counting->values, index);
    if (value_is_missing(value)) return;
    count_slots(counting->slots->masks[index], counting->spread->filled);
    if (value.kind == VALUE_TEXT) add_text(naming, index, value.as.text);
    for (size_t i = 0; value.kind == VALUE_SET && i < value.as.set.count; i++)
        add_text(naming, index, value.as.set.items[i]);
}

static void name_paths(const Naming *naming)
{
    Arena *arena = naming->counting->reporting->arena;
    size_t count = naming->values.count;
    Text *prefixes = ARENA_ARRAY(arena, Text, count);
    Text *conditions = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++)
        prefixes[i] = naming->values.items[i].label;
    PathNames names = {prefixes, count, naming->paths.items, naming->paths.count};
    paths_conditions(&names, naming->counting->spread->attribute->source, arena, conditions);
    for (size_t i = 0; i < count; i++)
        naming->values.items[i].condition = conditions[i];
}

static void count_texts(const Counting *counting)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *written = map_new(64);
    AUTO(map_done) Map *meant = map_new(64);
    Naming naming = {.counting = counting, .written = written, .meant = meant, .scratch = scratch};
    for (size_t i = 0; i < counting->values->count; i++)
        add_customer(&naming, i);
    Spread *spread = counting->spread;
    if (is_path(counting)) name_paths(&naming);
    spread->is_multiple = counting->values->type.kind != TYPE_TEXT;
    spread->is_crowded = naming.values.count > VALUES_MAX;
    spread->values = naming.values.items;
    spread->values_count = spread->is_crowded ? 0 : naming.values.count;
}

/* Yes and everybody else: a yes/no without a value is no, as in rules. */
static void count_yes(const Counting *counting)
{
    Spread *spread = counting->spread;
    Arena *arena = counting->reporting->arena;
    size_t slots_count = counting->slots->slots_count;
    Text source = spread->attribute->source;
    Language language = counting->reporting->voice.language;
    spread->values_count = 2;
    spread->values = ARENA_ARRAY(arena, SpreadValue, 2);
    spread->values[0] = (SpreadValue){report_word(WORD_YES, language), source,
                                      ARENA_ARRAY(arena, uint64_t, slots_count)};
    spread->values[1] = (SpreadValue){report_word(WORD_NO, language),
                                      arena_printf(arena, "not (%.*s)", TEXT_FORMAT(source)),
                                      ARENA_ARRAY(arena, uint64_t, slots_count)};
    for (size_t i = 0; i < counting->values->count; i++) {
        Value value = engine_values_get(counting->values, i);
        bool is_yes = value.kind == VALUE_BOOL && value.as.boolean;
        count_slots(counting->slots->masks[i], spread->filled);
        count_slots(counting->slots->masks[i], spread->values[is_yes ? 0 : 1].counts);
    }
}

Spread spread_count(const Reporting *reporting, const Slots *slots, const Attribute *attribute,
                    const EngineValues *values)
{
    Spread spread = {.attribute = attribute,
                     .filled = ARENA_ARRAY(reporting->arena, uint64_t, slots->slots_count)};
    Counting counting = {reporting, slots, values, &spread};
    if (attribute_is_number(attribute))
        count_numbers(&counting);
    else if (values->type.kind == TYPE_BOOL)
        count_yes(&counting);
    else
        count_texts(&counting);
    return spread;
}

/* ---- effects ---- */

/* Columns of a table: how many of some slots have a value, by value; several values of a customer
 * are looked at one by one, and the strongest counts, with a caution for their number. */
typedef struct {
    const Spread *spread;
    const size_t *slots;
    size_t slots_count;
    size_t base; /* a last column: this slot without the first one; SIZE_MAX: none */
} Columns;

static double count_at(const Columns *columns, const uint64_t *counts, size_t column)
{
    if (column < columns->slots_count) return (double)counts[columns->slots[column]];
    return (double)(counts[columns->base] - counts[columns->slots[0]]);
}

static Effect effect_of_value(const Columns *columns, const SpreadValue *value, double *table)
{
    size_t count = columns->slots_count + (columns->base != SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        table[i] = count_at(columns, value->counts, i);
        table[count + i] = count_at(columns, columns->spread->filled, i) - table[i];
    }
    return effect_of_counts(table, 2, count);
}

static Effect effect_of_columns(const Columns *columns)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    const Spread *spread = columns->spread;
    size_t count = columns->slots_count + (columns->base != SIZE_MAX);
    size_t rows = spread->values_count > 2 ? spread->values_count : 2;
    double *table = ARENA_ARRAY(scratch, double, rows *count);
    Effect strongest = {(double)NAN, (double)NAN, 1.0};
    if (!spread->is_multiple) {
        for (size_t i = 0; i < spread->values_count * count; i++)
            table[i] = count_at(columns, spread->values[i / count].counts, i % count);
        return effect_of_counts(table, rows, count);
    }
    for (size_t i = 0; i < spread->values_count; i++) {
        Effect effect = effect_of_value(columns, &spread->values[i], table);
        effect.probability = fmin(1.0, effect.probability * (double)spread->values_count);
        if (!isfinite(strongest.raw) || effect.strength > strongest.strength) strongest = effect;
    }
    return strongest;
}

Effect spread_effect(const Spread *spread, const Slots *slots, size_t group)
{
    if (spread->is_number) {
        const Moments sides[] = {spread->within[group], spread->elsewhere[group]};
        return effect_of_groups(sides, 2);
    }
    return effect_of_columns(&(Columns){spread, &group, 1, subjects_base(slots->subjects)});
}

Effect spread_separation(const Spread *spread, const Slots *slots)
{
    size_t own[SPREAD_SUBJECTS_MAX], count = slots->subjects->count;
    for (size_t i = 0; i < count; i++)
        own[i] = slots->subjects->groups_count + i;
    if (spread->is_number)
        return effect_of_groups(&spread->within[slots->subjects->groups_count], count);
    return effect_of_columns(&(Columns){spread, own, count, SIZE_MAX});
}
