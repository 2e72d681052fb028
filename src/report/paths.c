/* paths.c -- groups of hierarchies as rules that mean exactly them. */
#include "report/paths.h"

#include "base/fold.h"
#include "base/map.h"

enum { LEVELS_MAX = 64 };

typedef struct {
    const PathNames *names;
    Text source;
    Arena *arena, *scratch;
    Map *known; /* folded prefix -> its index */
    Text *conditions;
} Excluding;

static size_t split_levels(Text path, Text levels[LEVELS_MAX])
{
    size_t count = 0;
    for (Text rest = path; count < LEVELS_MAX && rest.data != NULL;)
        levels[count++] = hierarchy_next_level(&rest);
    return count;
}

static Text join_levels(const Text *levels, size_t count, Arena *arena)
{
    Text joined = TEXT("");
    for (size_t i = 0; i < count; i++)
        joined = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(joined), i > 0 ? " / " : "",
                              TEXT_FORMAT(levels[i]));
    return joined;
}

static bool begins_with(const Excluding *excluding, Text path, Text prefix)
{
    Text whole = text_fold(path, excluding->scratch);
    Text begin = text_fold(prefix, excluding->scratch);
    if (!text_starts_with(whole, begin)) return false;
    return whole.size == begin.size ||
           text_starts_with(text_slice(whole, begin.size, whole.size), TEXT(" / "));
}

static Text condition_of(Text source, Text prefix, Arena *arena)
{
    Text quoted = report_quote(prefix, arena);
    return arena_printf(arena, "%.*s under %.*s", TEXT_FORMAT(source), TEXT_FORMAT(quoted));
}

static void exclude(const Excluding *excluding, size_t index, Text prefix)
{
    Text *condition = &excluding->conditions[index];
    Text own = condition_of(excluding->source, prefix, excluding->scratch);
    Text part = arena_printf(excluding->scratch, " and not (%.*s)", TEXT_FORMAT(own));
    if (text_contains(*condition, part)) return;
    *condition =
        arena_printf(excluding->arena, "%.*s%.*s", TEXT_FORMAT(*condition), TEXT_FORMAT(part));
}

/* Prefixes whose levels occur further down in a path. */
static void look_at(const Excluding *excluding, Text path)
{
    Text levels[LEVELS_MAX];
    size_t count = split_levels(path, levels);
    Text whole = join_levels(levels, count, excluding->scratch);
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j < count; j++) {
            uint64_t index;
            Text inner = join_levels(levels + i, j - i + 1, excluding->scratch);
            if (!map_find(excluding->known, text_fold(inner, excluding->scratch), &index) ||
                begins_with(excluding, whole, excluding->names->prefixes[index]))
                continue;
            exclude(excluding, index, join_levels(levels, j + 1, excluding->scratch));
        }
}

void paths_conditions(const PathNames *names, Text source, Arena *arena, Text *ret_conditions)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *known = map_new(names->prefixes_count);
    Excluding excluding = {names, source, arena, scratch, known, ret_conditions};
    for (size_t i = 0; i < names->prefixes_count; i++) {
        map_set(known, text_fold(names->prefixes[i], scratch), i);
        ret_conditions[i] = condition_of(source, names->prefixes[i], arena);
    }
    for (size_t i = 0; i < names->paths_count; i++) {
        arena_reset(scratch);
        look_at(&excluding, names->paths[i]);
    }
}
