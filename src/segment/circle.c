/* circle.c -- rules that read themselves by way of other segments.
 *
 * Walks from a rule to the segments it reads, to those that their rules read, and so on; each
 * segment once, so diamonds cost nothing. Rules that are broken read nothing.
 *
 * Days that are over are no part of a circle: forming cannot change them any more. Whoever asks his
 * own history of this day gets another answer after every forming. */
#include "segment/circle.h"

#include "base/buffer.h"
#include "lang/lang.h"
#include "lang/tree.h"
#include "lang/window.h"

typedef struct {
    const FormingContext *context;
    uint32_t own_id;
    Arena *arena;
    bool *was_visited; /* by place in the registry */
    struct {
        const Segment **items;
        size_t count, capacity;
    } way;
} Search;

typedef struct {
    uint32_t *items;
    size_t count, capacity;
    Arena *arena;
    Date today;
} IdList;

/* Whether the call asks who is in a segment on a day that forming can still change. */
static bool reads_today(const Node *node, Date today)
{
    FunctionKind function = node->as.call.function;
    if (function == FUNCTION_WAS_MEMBER)
        return node->as.call.arguments.items[1]->as.literal.value.as.date.day >= today.day;
    if (function == FUNCTION_ENTERED || function == FUNCTION_LEFT)
        return window_days(&node->as.call.window, today).last.day >= today.day;
    return function == FUNCTION_MEMBER;
}

static void note_segment(void *context, const Node *node)
{
    IdList *list = context;
    if (node->kind == NODE_CALL && reads_today(node, list->today))
        ARENA_PUSH(list->arena, list, node->as.call.set_id);
}

static IdList segments_read(const Search *search, Text rule)
{
    IdList list = {.arena = search->arena, .today = search->context->today};
    Diagnostics diagnostics = diagnostics_new(search->arena);
    Expression *expression = NULL;
    if (rule.size > 0 && expression_compile(rule, search->context->catalog, EXPECT_RULE,
                                            search->arena, &expression, &diagnostics) == STATUS_OK)
        node_walk(expression->root, note_segment, &list);
    return list;
}

/* Whether the rule leads back; then the way stands in `way`. */
static bool leads_back(Search *search, Text rule)
{
    const Registry *registry = search->context->registry;
    IdList list = segments_read(search, rule);
    for (size_t i = 0; i < list.count; i++) {
        const Segment *segment = registry_find(registry, list.items[i]);
        if (segment == NULL) continue;
        size_t place = (size_t)(segment - registry->items);
        bool is_own = segment->id == search->own_id;
        if (!is_own && search->was_visited[place]) continue;
        search->was_visited[place] = true;
        ARENA_PUSH(search->arena, &search->way, segment);
        if (is_own || leads_back(search, segment->card.rule)) return true;
        search->way.count--;
    }
    return false;
}

Status circle_check(const FormingContext *context, const Segment *segment, Text rule, Arena *arena,
                    Error *err)
{
    Search search = {.context = context,
                     .own_id = segment->id,
                     .arena = arena,
                     .was_visited = ARENA_ARRAY(arena, bool, context->registry->count)};
    if (!leads_back(&search, rule)) return STATUS_OK;
    AUTO(buffer_done) Buffer way = {0};
    buffer_printf(&way, "'%.*s'", TEXT_FORMAT(segment->card.name));
    for (size_t i = 0; i < search.way.count; i++)
        buffer_printf(&way, " -> '%.*s'", TEXT_FORMAT(search.way.items[i]->card.name));
    return error_set(err, STATUS_CONFLICT, "the rule would read itself: %s; leave one of them out",
                     way.data);
}
