/* shrink.c -- making a failing example small, one piece after another.
 *
 * Nodes of the rule are replaced by what stands below them or by a literal, windows and lines of
 * the data are left out; what still fails is kept. */
#include "differential/shrink.h"

#include "base/buffer.h"
#include "lang/lang.h"
#include "lang/tree.h"

typedef struct {
    Text *items;
    size_t count, capacity;
} Texts;

static Text replaced(Text source, Span span, const char *before, Text middle, const char *after,
                     Arena *arena)
{
    return arena_printf(arena, "%.*s%s%.*s%s%.*s", (int)span.begin_byte, source.data, before,
                        TEXT_FORMAT(middle), after, (int)(source.size - span.end_byte),
                        source.data + span.end_byte);
}

/* ---- the rule ---- */

typedef struct {
    Text source;
    Texts shorter;
    Arena *arena;
} Candidates;

static void add_without(Candidates *candidates, Span span, const char *word)
{
    Text source = candidates->source;
    while (span.begin_byte > 0 && source.data[span.begin_byte] != word[0])
        span.begin_byte--;
    ARENA_PUSH(candidates->arena, &candidates->shorter,
               replaced(source, span, "", TEXT(""), "", candidates->arena));
}

/* Without its window, or its `where` with the condition. */
static void add_without_parts(Candidates *candidates, const Node *node)
{
    if (node->kind != NODE_AGGREGATE) return;
    if (node->as.aggregate.window.kind != WINDOW_ALL)
        add_without(candidates, node->as.aggregate.window.span, ",");
    if (node->as.aggregate.condition != NULL)
        add_without(candidates, node->as.aggregate.condition->span, "w");
}

static void add_candidates(void *context, const Node *node)
{
    static const char *const literals[] = {"true", "false", "1", "0", "2025-03-31"};
    Candidates *candidates = context;
    Arena *arena = candidates->arena;
    Text source = candidates->source;
    const Node *child;
    for (size_t i = 0; (child = node_child(node, i)) != NULL; i++) {
        Text inner = text_slice(source, child->span.begin_byte, child->span.end_byte);
        ARENA_PUSH(arena, &candidates->shorter,
                   replaced(source, node->span, "(", inner, ")", arena));
        ARENA_PUSH(arena, &candidates->shorter, replaced(source, node->span, "", inner, "", arena));
    }
    for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++)
        ARENA_PUSH(arena, &candidates->shorter,
                   replaced(source, node->span, "", text_of(literals[i]), "", arena));
    add_without_parts(candidates, node);
}

static bool shrink_rule_once(Example *example, StillFails *still_fails, void *context, Arena *arena)
{
    const Node *root;
    Diagnostics diagnostics = diagnostics_new(arena);
    if (expression_parse(example->source, arena, &root, &diagnostics) != STATUS_OK) return false;
    Candidates candidates = {.source = example->source, .arena = arena};
    node_walk(root, add_candidates, &candidates);
    for (size_t i = 0; i < candidates.shorter.count; i++) {
        Example smaller = *example;
        smaller.source = candidates.shorter.items[i];
        if (smaller.source.size >= example->source.size) continue;
        if (!still_fails(context, &smaller)) continue;
        *example = smaller;
        return true;
    }
    return false;
}

/* ---- the data ---- */

static Texts split(Text text, char separator, Arena *arena)
{
    Texts pieces = {0};
    for (Text rest = text; rest.data != NULL;)
        ARENA_PUSH(arena, &pieces, text_split(rest, separator, &rest));
    return pieces;
}

static Text joined_without(const Texts *pieces, size_t begin, size_t count, char separator,
                           Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < pieces->count; i++) {
        if (i >= begin && i < begin + count) continue;
        if (out.size > 0) buffer_char(&out, separator);
        buffer_text(&out, pieces->items[i]);
    }
    return arena_text(arena, buffer_view(&out));
}

/* Leave out runs of `count` lines, from the end: events stand after their customers. */
static bool shrink_lines(Example *example, size_t count, StillFails *still_fails, void *context,
                         Arena *arena)
{
    bool is_smaller = false;
    Texts lines = split(example->data, '\n', arena);
    for (size_t end = lines.count; end > 0; end = end > count ? end - count : 0) {
        size_t begin = end > count ? end - count : 0;
        Example smaller = *example;
        smaller.data = joined_without(&lines, begin, end - begin, '\n', arena);
        if (!still_fails(context, &smaller)) continue;
        *example = smaller;
        lines = split(example->data, '\n', arena);
        is_smaller = true;
    }
    return is_smaller;
}

/* Leave out what is assigned to customers, items and events, one after another. */
static bool shrink_words(Example *example, StillFails *still_fails, void *context, Arena *arena)
{
    bool is_smaller = false;
    for (size_t at = 0; at + 2 < example->data.size; at++) {
        Text data = example->data;
        if (data.data[at] != ' ' || data.data[at + 1] != '"') continue;
        size_t end = at + 1;
        for (bool is_quoted = false; end < data.size; end++) {
            char byte = data.data[end];
            if (byte == '\\')
                end++;
            else if (byte == '"')
                is_quoted = !is_quoted;
            else if (!is_quoted && (byte == ' ' || byte == '\n'))
                break;
        }
        Span span = {(uint32_t)at, (uint32_t)end};
        Example smaller = *example;
        smaller.data = replaced(data, span, "", TEXT(""), "", arena);
        if (!still_fails(context, &smaller)) continue;
        *example = smaller;
        at--;
        is_smaller = true;
    }
    return is_smaller;
}

Example shrink(Example example, StillFails *still_fails, void *context, Arena *arena)
{
    bool is_smaller = true;
    while (is_smaller) {
        is_smaller = false;
        while (shrink_rule_once(&example, still_fails, context, arena))
            is_smaller = true;
        for (size_t count = 256; count > 0; count /= 2)
            if (shrink_lines(&example, count, still_fails, context, arena)) is_smaller = true;
        if (shrink_words(&example, still_fails, context, arena)) is_smaller = true;
    }
    return example;
}
