/* test_meaning_cases.c -- the text cases of meaning: types, errors, warnings and sentences of
 * sources, against the catalog of sample_catalog.h as of 31 March 2026. */
#include "harness/cases.h"
#include "harness/harness.h"
#include "lang/lang.h"
#include "sample_catalog.h"

static Text joined(const Diagnostics *diagnostics, Text source, Language language, Arena *arena)
{
    Text all = TEXT("");
    for (size_t i = 0; i < diagnostics->count; i++) {
        Text one = diagnostic_render(&diagnostics->items[i], source, language, arena);
        all = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(all), i > 0 ? "\n" : "",
                           TEXT_FORMAT(one));
    }
    return all;
}

static Expression *compile(Text source, const Catalog *catalog, Arena *arena,
                           Diagnostics *diagnostics)
{
    Expression *expression = NULL;
    Status status =
        expression_compile(source, catalog, EXPECT_ANY_VALUE, arena, &expression, diagnostics);
    return status == STATUS_OK ? expression : NULL;
}

/* "yes/no, mixed, uses events", then the canonical text of the checked tree. */
static Text checked(Text source, Arena *arena)
{
    static const char *const natures[] = {
        [NATURE_STATIC] = "static", [NATURE_DYNAMIC] = "dynamic", [NATURE_MIXED] = "mixed"};
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = compile(source, sample_catalog(arena), arena, &diagnostics);
    if (expression == NULL) return joined(&diagnostics, source, LANGUAGE_EN, arena);
    Text printed = expression_print(expression->root, arena);
    return arena_printf(arena, "%s, %s%s%s%s\n%.*s", type_name(expression->root->type),
                        natures[expression_data_nature(expression)],
                        expression->uses_events ? ", uses events" : "",
                        expression->uses_ranks ? ", uses rankings" : "",
                        expression->uses_sets ? ", uses stored sets" : "", TEXT_FORMAT(printed));
}

static Text errors_in(Text source, Language language, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = compile(source, sample_catalog(arena), arena, &diagnostics);
    if (expression != NULL) return TEXT("no errors");
    return joined(&diagnostics, source, language, arena);
}

static Text errors(Text source, Arena *arena)
{
    return errors_in(source, LANGUAGE_EN, arena);
}

static Text translated_errors(Text source, Arena *arena)
{
    Text russian = errors_in(source, LANGUAGE_RU, arena);
    Text ukrainian = errors_in(source, LANGUAGE_UK, arena);
    return arena_printf(arena, "%.*s\n%.*s", TEXT_FORMAT(russian), TEXT_FORMAT(ukrainian));
}

static Text warnings_in(Text source, Language language, Arena *arena)
{
    Catalog *catalog = sample_catalog(arena);
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = compile(source, catalog, arena, &diagnostics);
    LintFacts facts = {.has_today = true,
                       .today = date_of(2026, 3, 31),
                       .has_event_dates = true,
                       .first_event = date_of(2024, 1, 1),
                       .last_event = date_of(2026, 3, 31)};
    if (expression != NULL)
        expression_lint(expression, catalog, &facts, date_of(2026, 3, 31), &diagnostics);
    if (diagnostics.count == 0) return TEXT("no warnings");
    return joined(&diagnostics, source, language, arena);
}

static Text warnings(Text source, Arena *arena)
{
    return warnings_in(source, LANGUAGE_EN, arena);
}

static Text translated_warnings(Text source, Arena *arena)
{
    Text russian = warnings_in(source, LANGUAGE_RU, arena);
    Text ukrainian = warnings_in(source, LANGUAGE_UK, arena);
    return arena_printf(arena, "%.*s\n%.*s", TEXT_FORMAT(russian), TEXT_FORMAT(ukrainian));
}

static Text sentences(Text source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = compile(source, sample_catalog(arena), arena, &diagnostics);
    if (expression == NULL) return joined(&diagnostics, source, LANGUAGE_EN, arena);
    Text all = TEXT("");
    for (Language language = 0; language < LANGUAGE_COUNT; language++) {
        Text one = expression_sentence(expression, date_of(2026, 3, 31), language, arena);
        all = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(all), language > 0 ? "\n" : "",
                           TEXT_FORMAT(one));
    }
    return all;
}

TEST(checked_sources_have_types_and_canonical_texts)
{
    cases_run("check.case", checked);
}

TEST(sources_without_meaning_have_their_errors)
{
    cases_run("check_errors.case", errors);
}

TEST(errors_of_meaning_are_said_in_russian_and_ukrainian)
{
    cases_run("check_errors_translated.case", translated_errors);
}

TEST(odd_sources_have_their_warnings)
{
    cases_run("lint.case", warnings);
}

TEST(warnings_are_said_in_russian_and_ukrainian)
{
    cases_run("lint_translated.case", translated_warnings);
}

TEST(expressions_have_sentences_in_three_languages)
{
    cases_run("sentence.case", sentences);
}
