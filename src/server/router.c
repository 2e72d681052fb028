/* router.c -- which route answers a method and a path. */
#include "server/exchange.h"

#include <string.h>

static const char *const method_names[METHOD_COUNT] = {
    [METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
    [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
};

/* Whether the path is one of the pattern; parameters are views of the path, not decoded yet. Most
 * patterns are left at a letter: nothing is measured before. */
static bool matches(const char *pattern, Text path, NamedText *parameters, size_t *ret_count)
{
    size_t at = 0;
    *ret_count = 0;
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (at == path.size || path.data[at] != *pattern) return false;
            at++;
            pattern++;
            continue;
        }
        size_t begin = at;
        const char *name = pattern + 1, *end = strchr(name, '}');
        ASSERT(end != NULL && *ret_count < PATH_PARAMETERS_MAX);
        while (at < path.size && path.data[at] != '/')
            at++;
        if (at == begin) return false;
        parameters[(*ret_count)++] =
            (NamedText){{name, (size_t)(end - name)}, text_slice(path, begin, at)};
        pattern = end + 1;
    }
    return at == path.size;
}

static Status decode_parameters(Request *request, Error *err)
{
    for (size_t i = 0; i < request->parameters_count; i++) {
        NamedText *parameter = &request->parameters[i];
        if (!request_decode(parameter->value, request->arena, &parameter->value))
            return error_set(err, STATUS_INVALID, "the address is not valid UTF-8 in %%XX form");
    }
    return STATUS_OK;
}

static bool is_method(const Request *request, Method method)
{
    return text_equal(request->method_name, text_of(method_names[method])) ||
           (method == METHOD_GET && text_equal(request->method_name, TEXT("HEAD")));
}

Status router_find(Request *request, const Route **ret_route, Text *ret_allowed, Error *err)
{
    Text allowed = {0};
    for (size_t t = 0; t < route_tables_count; t++) {
        for (size_t i = 0; i < route_tables[t]->count; i++) {
            const Route *route = &route_tables[t]->items[i];
            NamedText found[PATH_PARAMETERS_MAX];
            size_t count;
            if (!matches(route->path, request->path, found, &count)) continue;
            if (is_method(request, route->method)) {
                memcpy(request->parameters, found, sizeof found);
                request->parameters_count = count;
                request->method = route->method;
                *ret_route = route;
                return decode_parameters(request, err);
            }
            allowed = arena_printf(request->arena, "%.*s%s%s", TEXT_FORMAT(allowed),
                                   allowed.size > 0 ? ", " : "", method_names[route->method]);
        }
    }
    *ret_allowed = allowed;
    return error_set(err, STATUS_NOT_FOUND, "there is nothing at this address");
}
