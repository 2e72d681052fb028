/* feature.c -- routes of segmentation, which a setting switches off. */
#include "server/feature.h"

#include "server/route.h"
#include "server/server_internal.h"

static bool is_of_segments(Text path)
{
    static const char *const begins[] = {
        "/api/v1/segments",
        "/api/v1/agreements",
        "/api/v1/ban-templates",
        "/api/v1/bans",
        "/api/v1/bands",
        "/api/v1/coverage",
        "/api/v1/feed",
        "/api/v1/health",
        "/api/v1/overlap",
        "/api/v1/schedules",
        "/api/v1/shipping-overrides",
    };
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (text_starts_with(path, text_of(begins[i]))) return true;
    return text_ends_with(path, TEXT("/terms")) || text_ends_with(path, TEXT("/segment")) ||
           text_contains(path, TEXT("/may-ship"));
}

Status feature_admit(Request *request, Error *err)
{
    const Route *route = request->route;
    if (route->weight == RUN_INLINE || !is_of_segments(text_of(route->path))) return STATUS_OK;
    return app_require_segments(request_app(request), err);
}
