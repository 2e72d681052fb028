/* lint_bands.c -- rules that divide the base into bands of one property: overlaps and gaps.
 *
 * A subject divides when every rule narrows it and it has an end below as well as an end above: a
 * ladder of "at least" conditions does not. */
#include "base/buffer.h"
#include "lang/formula.h"

static const Span NOWHERE = {0};

typedef struct {
    const BandedRule *rules;
    const Formula **formulas; /* one per rule */
    size_t count;
    Subjects subjects;
    Diagnostics *diagnostics;
} Bands;

/* Values of the subject in each rule; false when it does not divide the base into bands. */
static bool bands_of_subject(Bands *bands, size_t subject, Possible *ret_bands)
{
    const Subject *about = &bands->subjects.items[subject];
    Arena *arena = bands->subjects.arena;
    bool has_low = false, has_high = false;
    if (about->grid.kind == GRID_TEXT || about->grid.kind == GRID_YES_NO) return false;
    for (size_t i = 0; i < bands->count; i++) {
        Possible band = formula_allows(&bands->subjects, bands->formulas[i], subject, false);
        if (possible_is_within(&about->domain, &band, arena)) return false;
        band.has_missing = false;
        ret_bands[i] = band;
        if (band.steps_count == 0) continue;
        has_low |= band.steps[0].low > about->domain.steps[0].low;
        has_high |= band.steps[band.steps_count - 1].high <
                    about->domain.steps[about->domain.steps_count - 1].high;
    }
    return has_low && has_high;
}

/* ---- overlaps ---- */

/* "500", "400 – 500"; several ranges are joined by commas. */
static Text shown_values(const Bands *bands, Grid grid, const Possible *values)
{
    Arena *arena = bands->subjects.arena;
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < values->steps_count; i++) {
        Steps steps = values->steps[i];
        bool is_one = steps.low == steps.high;
        if (i > 0) buffer_cstr(&out, ", ");
        if (steps.low > STEP_MIN)
            buffer_text(&out, is_one ? step_print(grid, steps.low, arena)
                                     : step_print_round(grid, steps.low, -1, arena));
        if (is_one) continue;
        buffer_cstr(&out, " – ");
        if (steps.high < STEP_MAX) buffer_text(&out, step_print_round(grid, steps.high, 1, arena));
    }
    return arena_text(arena, buffer_view(&out));
}

/* Whether the rules can hold for one customer, as far as any subject tells. */
static bool can_meet(Bands *bands, size_t first, size_t second)
{
    const Formula *both[2] = {bands->formulas[first], bands->formulas[second]};
    size_t subject;
    const Formula *all = formula_conjunction(&bands->subjects, both, 2);
    return !formula_is_never(&bands->subjects, all, false, &subject);
}

static void warn_overlaps(Bands *bands, size_t subject, const Possible *values)
{
    const Subject *about = &bands->subjects.items[subject];
    Arena *arena = bands->subjects.arena;
    for (size_t i = 0; i < bands->count; i++)
        for (size_t j = i + 1; j < bands->count; j++) {
            Possible pair[2] = {values[i], values[j]};
            Possible common = possible_intersection(about->grid, pair, 2, arena);
            if (possible_is_empty(&common) || !can_meet(bands, i, j)) continue;
            Text names = arena_printf(arena, "«%.*s», «%.*s»", TEXT_FORMAT(bands->rules[i].name),
                                      TEXT_FORMAT(bands->rules[j].name));
            diagnostics_add(bands->diagnostics, DIAGNOSTIC_BANDS_OVERLAP, NOWHERE, about->written,
                            shown_values(bands, about->grid, &common), names);
        }
}

/* ---- gaps ---- */

static void warn_gaps(Bands *bands, size_t subject, const Possible *values)
{
    const Subject *about = &bands->subjects.items[subject];
    Arena *arena = bands->subjects.arena;
    Possible covered = possible_union(about->grid, values, bands->count, arena);
    for (size_t i = 0; i + 1 < covered.steps_count; i++)
        diagnostics_add(bands->diagnostics, DIAGNOSTIC_BANDS_GAP, NOWHERE, about->written,
                        step_print_round(about->grid, covered.steps[i].high, 1, arena),
                        step_print_round(about->grid, covered.steps[i + 1].low, -1, arena));
}

void expression_lint_bands(const BandedRule *rules, size_t rules_count, Diagnostics *diagnostics)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(subjects_done) Subjects subjects = subjects_new(NULL, arena);
    const Formula **formulas = ARENA_ARRAY(arena, const Formula *, rules_count);
    for (size_t i = 0; i < rules_count; i++)
        formulas[i] = formula_of(&subjects, rules[i].rule->root);
    Bands bands = {rules, formulas, rules_count, subjects, diagnostics};
    Possible *values = ARENA_ARRAY(arena, Possible, rules_count);
    for (size_t subject = 0; rules_count > 1 && subject < subjects.count; subject++) {
        if (!bands_of_subject(&bands, subject, values)) continue;
        warn_overlaps(&bands, subject, values);
        warn_gaps(&bands, subject, values);
    }
}
