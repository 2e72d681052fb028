/* language_meaning.c -- fuzz target: sources against a catalog; what compiles has a type, sentences
 * and warnings, what does not has errors that can be shown. */
#include "lang/lang.h"
#include "sample_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const Diagnostics *diagnostics, Text source, Arena *arena)
{
    for (size_t i = 0; i < diagnostics->count; i++)
        for (Language language = 0; language < LANGUAGE_COUNT; language++)
            ASSERT(diagnostic_render(&diagnostics->items[i], source, language, arena).size > 0);
}

/* The canonical text of what compiles compiles to the same. */
static void compile_again(const Expression *expression, const Catalog *catalog, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Text printed = expression_print(expression->root, arena);
    Expression *again = NULL;
    Status status =
        expression_compile(printed, catalog, EXPECT_ANY_VALUE, arena, &again, &diagnostics);
    ASSERT(status == STATUS_OK);
    ASSERT(expression_equal(again->root, expression->root));
    ASSERT(again->root->type.kind == expression->root->type.kind);
    ASSERT(again->ranks_count == expression->ranks_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text source = {(const char *)data, size};
    const Date as_of = date_of(2026, 3, 31);
    const LintFacts facts = {
        .has_event_dates = true, .first_event = date_of(2024, 1, 1), .last_event = as_of};
    Catalog *catalog = sample_catalog(arena);
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = NULL;
    Status status =
        expression_compile(source, catalog, EXPECT_ANY_VALUE, arena, &expression, &diagnostics);
    ASSERT((status == STATUS_OK) == (diagnostics.errors_count == 0));
    if (status == STATUS_OK) {
        ASSERT(expression->root->type.kind != TYPE_NONE);
        for (Language language = 0; language < LANGUAGE_COUNT; language++)
            ASSERT(expression_sentence(expression, as_of, language, arena).size > 0);
        expression_lint(expression, catalog, &facts, as_of, &diagnostics);
        ASSERT(diagnostics.errors_count == 0);
        compile_again(expression, catalog, arena);
    }
    show(&diagnostics, source, arena);
    return 0;
}
