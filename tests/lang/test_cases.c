/* test_cases.c -- the text cases of the language: sources with their canonical text, JSON or
 * errors. */
#include "harness/cases.h"
#include "harness/harness.h"
#include "lang/lang.h"

static Text joined_errors(const Diagnostics *diagnostics, Text source, Language language,
                          Arena *arena)
{
    Text all = TEXT("");
    for (size_t i = 0; i < diagnostics->count; i++) {
        Text one = diagnostic_render(&diagnostics->items[i], source, language, arena);
        all = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(all), i > 0 ? "\n" : "",
                           TEXT_FORMAT(one));
    }
    return all;
}

/* The tree of a source; NULL, and *ret_errors, when it has none. */
static const Node *parse(Text source, Language language, Arena *arena, Text *ret_errors)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    if (expression_parse(source, arena, &root, &diagnostics) == STATUS_OK) return root;
    *ret_errors = joined_errors(&diagnostics, source, language, arena);
    return NULL;
}

static Text canonical_text(Text source, Arena *arena)
{
    Text output;
    const Node *root = parse(source, LANGUAGE_EN, arena, &output);
    return root == NULL ? output : expression_print(root, arena);
}

static Text canonical_json(Text source, Arena *arena)
{
    Text output;
    const Node *root = parse(source, LANGUAGE_EN, arena, &output);
    return root == NULL ? output : expression_to_json(root, arena);
}

/* A JSON document as canonical text, or its errors. */
static Text text_of_json(Text json, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    if (expression_from_json(json, arena, &root, &diagnostics) != STATUS_OK)
        return joined_errors(&diagnostics, json, LANGUAGE_EN, arena);
    return expression_print(root, arena);
}

/* The errors in Russian and Ukrainian. */
static Text translated_errors(Text source, Arena *arena)
{
    Text russian = {0}, ukrainian = {0};
    parse(source, LANGUAGE_RU, arena, &russian);
    parse(source, LANGUAGE_UK, arena, &ukrainian);
    return arena_printf(arena, "%.*s\n%.*s", TEXT_FORMAT(russian), TEXT_FORMAT(ukrainian));
}

TEST(sources_have_their_canonical_text)
{
    cases_run("parse.case", canonical_text);
}

TEST(wrong_sources_have_their_errors)
{
    cases_run("errors.case", canonical_text);
}

TEST(errors_are_said_in_russian_and_ukrainian)
{
    cases_run("errors_translated.case", translated_errors);
}

TEST(sources_have_their_json)
{
    cases_run("json.case", canonical_json);
}

TEST(json_has_its_text_or_its_errors)
{
    cases_run("json_read.case", text_of_json);
}
