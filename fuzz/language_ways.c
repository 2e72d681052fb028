/* language_ways.c -- the promises of the language, checked for whatever a fuzzer comes up with. */
#include "language_ways.h"

static const Node *parsed(Text text, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    ASSERT(expression_parse(text, arena, &root, &diagnostics) == STATUS_OK);
    return root;
}

static const Node *read_back(Text json, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    ASSERT(expression_from_json(json, arena, &root, &diagnostics) == STATUS_OK);
    return root;
}

void expect_all_ways(const Node *root, Arena *arena)
{
    Text text = expression_print(root, arena), json = expression_to_json(root, arena);
    const Node *of_text = parsed(text, arena), *of_json = read_back(json, arena);
    ASSERT(expression_equal(root, of_text));
    ASSERT(expression_equal(root, of_json));
    ASSERT(text_equal(expression_print(of_text, arena), text));
    ASSERT(text_equal(expression_print(of_json, arena), text));
    ASSERT(text_equal(expression_to_json(of_text, arena), json));
}

void expect_shown(const Diagnostics *diagnostics, Text source, Arena *arena)
{
    ASSERT(diagnostics->errors_count > 0);
    ASSERT(diagnostics->count > 0);
    for (size_t i = 0; i < diagnostics->count; i++) {
        const Diagnostic *diagnostic = &diagnostics->items[i];
        ASSERT(diagnostic->span.begin_byte <= diagnostic->span.end_byte);
        ASSERT(diagnostic->span.end_byte <= source.size);
        for (Language language = LANGUAGE_EN; language < LANGUAGE_COUNT; language++) {
            Text shown = diagnostic_render(diagnostic, source, language, arena);
            ASSERT(shown.size > 0);
        }
    }
}
