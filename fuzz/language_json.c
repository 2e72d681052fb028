/* language_json.c -- any bytes as the JSON form of an expression: a tree that comes back from text
 * and JSON, or errors that can be shown. */
#include "language_ways.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    Text json = {(const char *)data, size};
    const Node *root = NULL;
    if (expression_from_json(json, arena, &root, &diagnostics) == STATUS_OK)
        expect_all_ways(root, arena);
    else
        expect_shown(&diagnostics, json, arena);
    return 0;
}
