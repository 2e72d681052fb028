/* queries.c -- what may stand in the query of an address. */
#include "server/queries.h"

#include "server/exchange.h"

#include <string.h>

typedef struct {
    Method method;
    const char *path;
    const char *names; /* with spaces between */
} Query;

#define QUERY(method, path, names) {METHOD_##method, path, names},
static const Query queries[] = {
#include "server/queries.def"
};
#undef QUERY

static Text names_of(const Route *route)
{
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        if (queries[i].method == route->method && strcmp(queries[i].path, route->path) == 0)
            return text_of(queries[i].names);
    return (Text){0};
}

static bool has_name(Text names, Text name)
{
    while (names.size > 0)
        if (text_equal(text_split(names, ' ', &names), name)) return true;
    return false;
}

Status queries_check(const Request *request, Error *err)
{
    Text names = names_of(request->route);
    for (size_t i = 0; i < request->query.count; i++) {
        Text name = request->query.items[i].name;
        if (text_equal(name, TEXT("language")) || has_name(names, name)) continue;
        return error_set(err, STATUS_INVALID,
                         "this address has no parameter '%.*s'; it has: %.*s%slanguage",
                         TEXT_FORMAT(name), TEXT_FORMAT(names), names.size > 0 ? " " : "");
    }
    return STATUS_OK;
}
