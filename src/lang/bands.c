/* bands.c -- rules that divide the base into bands of one expression: overlaps and gaps.
 *
 * A subject divides when two rules narrow it and it has an end below as well as an end above: a
 * ladder of "at least" conditions does not. */
#include "lang/bands.h"

#include "base/buffer.h"
#include "lang/formula.h"

/* ---- ranges as text ---- */

/* What stands before and behind the only end of a range. */
typedef struct {
    const char *before, *behind;
} EndWords;

typedef enum { END_BELOW, END_UP_TO, END_ABOVE, END_FROM, END_KINDS_COUNT } EndKind;

static const EndWords end_signs[END_KINDS_COUNT] = {
    {"< ", ""}, {"<= ", ""}, {"> ", ""}, {">= ", ""}};

static const EndWords end_words[LANGUAGE_COUNT][END_KINDS_COUNT] = {
    [LANGUAGE_EN] = {{"below ", ""}, {"up to ", ""}, {"more than ", ""}, {"", " and more"}},
    [LANGUAGE_RU] = {{"до ", ""}, {"до ", " включительно"}, {"больше ", ""}, {"", " и больше"}},
    [LANGUAGE_UK] = {{"до ", ""}, {"до ", " включно"}, {"понад ", ""}, {"", " і більше"}},
};

static const EndWords end_words_of_days[LANGUAGE_COUNT][END_KINDS_COUNT] = {
    [LANGUAGE_EN] = {{"before ", ""}, {"up to ", ""}, {"after ", ""}, {"", " and later"}},
    [LANGUAGE_RU] = {{"до ", ""}, {"до ", " включительно"}, {"после ", ""}, {"", " и позже"}},
    [LANGUAGE_UK] = {{"до ", ""}, {"до ", " включно"}, {"після ", ""}, {"", " і пізніше"}},
};

static void add_one_end(Buffer *out, const ValueRange *range, const EndWords *words)
{
    bool has_low = range->low.size > 0;
    EndKind from = range->is_low_open ? END_ABOVE : END_FROM;
    EndKind up_to = range->is_high_open ? END_BELOW : END_UP_TO;
    const EndWords *around = &words[has_low ? from : up_to];
    buffer_cstr(out, around->before);
    buffer_text(out, has_low ? range->low : range->high);
    buffer_cstr(out, around->behind);
}

static void add_range(Buffer *out, const ValueRange *range, const EndWords *words)
{
    if (range->low.size == 0 || range->high.size == 0)
        add_one_end(out, range, words);
    else if (text_equal(range->low, range->high))
        buffer_text(out, range->low);
    else
        buffer_printf(out, "%c%.*s, %.*s%c", range->is_low_open ? '(' : '[',
                      TEXT_FORMAT(range->low), TEXT_FORMAT(range->high),
                      range->is_high_open ? ')' : ']');
}

static Text ranges_with(ValueRanges ranges, const EndWords *words, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < ranges.count; i++) {
        if (i > 0) buffer_cstr(&out, ", ");
        add_range(&out, &ranges.items[i], words);
    }
    return arena_text(arena, buffer_view(&out));
}

Text ranges_print(ValueRanges ranges, Arena *arena)
{
    return ranges_with(ranges, end_signs, arena);
}

Text ranges_say(ValueRanges ranges, Language language, Arena *arena)
{
    return ranges_with(
        ranges, ranges.is_of_days ? end_words_of_days[language] : end_words[language], arena);
}

/* ---- bands ---- */

typedef struct {
    const BandedRule *rules;
    const Formula **formulas; /* one per rule */
    size_t count;
    Subjects subjects;
    Arena *arena; /* of the results */
} Bands;

/* The rules that narrow one subject, and to which values. */
typedef struct {
    const Subject *about;
    size_t *rules;
    Possible *values;
    size_t count;
    bool has_low, has_high;
} Division;

static void note_ends(Division *division, const Possible *band)
{
    const Possible *domain = &division->about->domain;
    if (band->steps_count == 0) return;
    division->has_low |= band->steps[0].low > domain->steps[0].low;
    division->has_high |=
        band->steps[band->steps_count - 1].high < domain->steps[domain->steps_count - 1].high;
}

/* False when it does not divide. */
static bool divide(Bands *bands, size_t subject, Division *division)
{
    Arena *arena = bands->subjects.arena;
    *division = (Division){.about = &bands->subjects.items[subject],
                           .rules = ARENA_ARRAY(arena, size_t, bands->count),
                           .values = ARENA_ARRAY(arena, Possible, bands->count)};
    GridKind kind = division->about->grid.kind;
    if (kind == GRID_TEXT || kind == GRID_YES_NO) return false;
    for (size_t i = 0; i < bands->count; i++) {
        Possible band = formula_allows(&bands->subjects, bands->formulas[i], subject, false);
        if (possible_is_within(&division->about->domain, &band, arena)) continue;
        band.has_missing = false;
        note_ends(division, &band);
        division->rules[division->count] = i;
        division->values[division->count++] = band;
    }
    return division->count > 1 && division->has_low && division->has_high;
}

/* An end that its neighbour reads rounder than was written open: [200, 500). */
static Text shown_end(Grid grid, Int128 step, int neighbour, bool *ret_is_open, Arena *arena)
{
    Text shown = step_print_round(grid, step, neighbour, arena);
    *ret_is_open = !text_equal(shown, step_print(grid, step, arena));
    return shown;
}

static ValueRange shown_range(Grid grid, Steps steps, Arena *arena)
{
    ValueRange range = {.low = TEXT(""), .high = TEXT("")};
    if (steps.low == steps.high) {
        range.low = range.high = step_print(grid, steps.low, arena);
        return range;
    }
    if (steps.low > STEP_MIN) range.low = shown_end(grid, steps.low, -1, &range.is_low_open, arena);
    if (steps.high < STEP_MAX)
        range.high = shown_end(grid, steps.high, 1, &range.is_high_open, arena);
    return range;
}

static ValueRanges shown_values(const Bands *bands, Grid grid, const Possible *values)
{
    ValueRange *ranges = ARENA_ARRAY(bands->arena, ValueRange, values->steps_count);
    for (size_t i = 0; i < values->steps_count; i++)
        ranges[i] = shown_range(grid, values->steps[i], bands->arena);
    return (ValueRanges){ranges, values->steps_count, grid.kind != GRID_NUMBER};
}

static void list_bands(const Bands *bands, const Division *division, BandedSubject *subject)
{
    Band *list = ARENA_ARRAY(bands->arena, Band, division->count);
    for (size_t i = 0; i < division->count; i++)
        list[i] = (Band){division->rules[i],
                         shown_values(bands, division->about->grid, &division->values[i])};
    subject->bands = list;
    subject->bands_count = division->count;
}

/* ---- overlaps ---- */

/* Whether the rules can hold for one customer, as far as any subject tells. */
static bool can_meet(Bands *bands, size_t first, size_t second)
{
    const Formula *both[2] = {bands->formulas[first], bands->formulas[second]};
    size_t subject;
    const Formula *all = formula_conjunction(&bands->subjects, both, 2);
    return !formula_is_never(&bands->subjects, all, false, &subject);
}

static void find_overlaps(Bands *bands, const Division *division, BandedSubject *subject)
{
    struct {
        BandOverlap *items;
        size_t count, capacity;
    } list = {0};
    Grid grid = division->about->grid;
    for (size_t i = 0; i < division->count; i++)
        for (size_t j = i + 1; j < division->count; j++) {
            Possible pair[2] = {division->values[i], division->values[j]};
            Possible common = possible_intersection(grid, pair, 2, bands->subjects.arena);
            size_t first = division->rules[i], second = division->rules[j];
            if (possible_is_empty(&common) || !can_meet(bands, first, second)) continue;
            BandOverlap overlap = {first, second, shown_values(bands, grid, &common)};
            ARENA_PUSH(bands->arena, &list, overlap);
        }
    subject->overlaps = list.items;
    subject->overlaps_count = list.count;
}

/* ---- gaps ---- */

static void find_gaps(const Bands *bands, const Division *division, BandedSubject *subject)
{
    struct {
        BandGap *items;
        size_t count, capacity;
    } list = {0};
    Arena *arena = bands->arena;
    const Possible *domain = &division->about->domain;
    Grid grid = division->about->grid;
    Possible covered =
        possible_union(grid, division->values, division->count, bands->subjects.arena);
    for (size_t i = 0; i + 1 < covered.steps_count; i++) {
        BandGap gap = {step_print_round(grid, covered.steps[i].high, 1, arena),
                       step_print_round(grid, covered.steps[i + 1].low, -1, arena)};
        ARENA_PUSH(arena, &list, gap);
    }
    subject->gaps = list.items;
    subject->gaps_count = list.count;
    if (covered.steps_count == 0) return;
    Int128 low = covered.steps[0].low, high = covered.steps[covered.steps_count - 1].high;
    if (low > domain->steps[0].low) subject->lowest = step_print_round(grid, low, -1, arena);
    if (high < domain->steps[domain->steps_count - 1].high)
        subject->highest = step_print_round(grid, high, 1, arena);
}

void expression_bands(const BandedRule *rules, size_t rules_count, Arena *arena,
                      BandedSubject **ret_subjects, size_t *ret_count)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(subjects_done) Subjects subjects = subjects_new(NULL, scratch);
    const Formula **formulas = ARENA_ARRAY(scratch, const Formula *, rules_count);
    for (size_t i = 0; i < rules_count; i++)
        formulas[i] = formula_of(&subjects, rules[i].rule->root);
    Bands bands = {rules, formulas, rules_count, subjects, arena};
    struct {
        BandedSubject *items;
        size_t count, capacity;
    } list = {0};
    for (size_t i = 0; i < subjects.count; i++) {
        Division division;
        if (!divide(&bands, i, &division)) continue;
        BandedSubject subject = {.expression = arena_text(arena, division.about->written)};
        list_bands(&bands, &division, &subject);
        find_overlaps(&bands, &division, &subject);
        find_gaps(&bands, &division, &subject);
        ARENA_PUSH(arena, &list, subject);
    }
    *ret_subjects = list.items;
    *ret_count = list.count;
}
