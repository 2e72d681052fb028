/* lint_bands.c -- warnings of rules that together divide the base into bands of one property. */
#include "lang/bands.h"

static const Span NOWHERE = {0};

static void warn_overlaps(const BandedRule *rules, const BandedSubject *subject,
                          Diagnostics *diagnostics, Arena *arena)
{
    for (size_t i = 0; i < subject->overlaps_count; i++) {
        const BandOverlap *overlap = &subject->overlaps[i];
        Text names = arena_printf(arena, "«%.*s», «%.*s»", TEXT_FORMAT(rules[overlap->first].name),
                                  TEXT_FORMAT(rules[overlap->second].name));
        diagnostics_add(diagnostics, DIAGNOSTIC_BANDS_OVERLAP, NOWHERE, subject->expression,
                        ranges_print(overlap->values, arena), names);
    }
}

void expression_lint_bands(const BandedRule *rules, size_t rules_count, Diagnostics *diagnostics)
{
    AUTO(arena_done) Arena *arena = arena_new();
    BandedSubject *subjects = NULL;
    size_t count = 0;
    expression_bands(rules, rules_count, arena, &subjects, &count);
    for (size_t i = 0; i < count; i++) {
        if (subjects[i].bands_count != rules_count) continue;
        warn_overlaps(rules, &subjects[i], diagnostics, arena);
        for (size_t j = 0; j < subjects[i].gaps_count; j++)
            diagnostics_add(diagnostics, DIAGNOSTIC_BANDS_GAP, NOWHERE, subjects[i].expression,
                            subjects[i].gaps[j].low, subjects[i].gaps[j].high);
    }
}
