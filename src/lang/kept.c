/* kept.c -- expressions that are asked again and again, compiled once for a catalog. */
#include "lang/kept.h"

#include "base/map.h"
#include "base/memory.h"

#include <stdlib.h>

enum { EXPECTATIONS = (int)EXPECT_RULE + 1, EXPECTED_COUNT = 64 };

struct KeptExpressions {
    Arena *arena;
    Map *places[EXPECTATIONS]; /* of a source in `items` */
    struct {
        const Expression **items; /* NULL: it does not fit */
        size_t count, capacity;
    } list;
};

static void begin(KeptExpressions *kept)
{
    for (size_t i = 0; i < EXPECTATIONS; i++)
        kept->places[i] = map_new(EXPECTED_COUNT);
    kept->list.items = NULL;
    kept->list.count = kept->list.capacity = 0;
}

static void end(KeptExpressions *kept)
{
    for (size_t i = 0; i < EXPECTATIONS; i++)
        map_free(kept->places[i]);
}

KeptExpressions *kept_expressions_new(void)
{
    KeptExpressions *kept = MEMORY_NEW(KeptExpressions);
    kept->arena = arena_new();
    begin(kept);
    return kept;
}

void kept_expressions_free(KeptExpressions *kept)
{
    if (kept == NULL) return;
    end(kept);
    arena_free(kept->arena);
    free(kept);
}

void kept_expressions_forget(KeptExpressions *kept)
{
    end(kept);
    arena_reset(kept->arena);
    begin(kept);
}

static const Expression *compile(KeptExpressions *kept, Text source, const Catalog *catalog,
                                 ExpectedResult expected)
{
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(kept->arena);
    Status status = expression_compile(arena_text(kept->arena, source), catalog, expected,
                                       kept->arena, &expression, &diagnostics);
    return status == STATUS_OK ? expression : NULL;
}

const Expression *kept_expressions_get(KeptExpressions *kept, Text source, const Catalog *catalog,
                                       ExpectedResult expected)
{
    uint64_t place;
    ASSERT((int)expected < EXPECTATIONS);
    if (map_find(kept->places[expected], source, &place)) return kept->list.items[place];
    const Expression *expression = compile(kept, source, catalog, expected);
    map_set(kept->places[expected], source, kept->list.count);
    ARENA_PUSH(kept->arena, &kept->list, expression);
    return expression;
}
