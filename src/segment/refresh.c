/* refresh.c -- which customers a live segment has to be asked about again. */
#include "segment/refresh.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "lang/lang.h"
#include "lang/tree.h"

#include <string.h>

/* ---- life ---- */

Status refresh_begin(const FormingContext *context, Arena *arena, Refresh *ret_refresh, Error *err)
{
    uint32_t *marked = NULL;
    *ret_refresh = (Refresh){.context = context};
    TRY(store_segments_with_marks(context->store, arena, &marked, &ret_refresh->marked_count, err));
    ret_refresh->marked = marked;
    return STATUS_OK;
}

void refresh_done(Refresh *refresh)
{
    customer_set_free(&refresh->asked);
    customer_set_free(&refresh->changes.customers);
}

/* ---- the rule and all it stands for ---- */

typedef struct {
    Buffer text;
    Arena *arena;
} Meaning;

/* Metrics and dynamic segments print as names: what the names stand for belongs to the rule. */
static void add_meaning(void *context, const Node *node)
{
    Meaning *meaning = context;
    const Node *definition = NULL;
    if (node->kind == NODE_METRIC) definition = node->as.metric.definition;
    if (node->kind == NODE_CALL) definition = node->as.call.definition;
    if (definition == NULL) return;
    buffer_char(&meaning->text, '\n');
    buffer_text(&meaning->text, expression_print(definition, meaning->arena));
}

static int64_t rule_digest(const Expression *rule)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Meaning meaning = {.arena = arena};
    int64_t start;
    buffer_text(&meaning.text, expression_print(rule->root, arena));
    node_walk(rule->root, add_meaning, &meaning);
    Digest digest = hash_blake2b(meaning.text.data, meaning.text.size);
    buffer_done(&meaning.text);
    memcpy(&start, digest.bytes, sizeof start);
    return start;
}

SegmentAsked refresh_asked(const FormingContext *context, const Expression *rule)
{
    return (SegmentAsked){.is_known = true,
                          .rule_digest = rule_digest(rule),
                          .as_of = context->today,
                          .data_version = context->data_version};
}

/* ---- whom to ask about ---- */

static Status read_changes(Refresh *refresh, uint64_t since, Error *err)
{
    /* who changed since an earlier version changed since this one, or is asked in vain */
    bool is_enough =
        refresh->since == since || (refresh->since < since && !refresh->changes.is_everything);
    if (refresh->has_changes && is_enough) return STATUS_OK;
    customer_set_free(&refresh->changes.customers);
    refresh->has_changes = false;
    TRY(store_changes_since(refresh->context->store, since, &refresh->changes, err));
    if (!refresh->changes.is_everything)
        customer_set_unite(&refresh->asked, &refresh->changes.customers);
    refresh->changes_count = customer_set_count(&refresh->changes.customers);
    refresh->has_changes = true;
    refresh->since = since;
    return STATUS_OK;
}

static bool has_marks(const Refresh *refresh, const Segment *segment)
{
    return segment_ids_have(refresh->marked, refresh->marked_count, segment->id);
}

/* The composition hides what the rule says of those marked. */
static Status add_marked(Refresh *refresh, const Segment *segment, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentMark *marks = NULL;
    size_t count = 0;
    if (!has_marks(refresh, segment)) return STATUS_OK;
    TRY(store_list_marks(refresh->context->store, segment->id, arena, &marks, &count, err));
    for (size_t i = 0; i < count; i++)
        customer_set_add(&refresh->asked, marks[i].customer);
    return STATUS_OK;
}

Status refresh_scope(Refresh *refresh, const Segment *segment, const Expression *rule,
                     RefreshScope *ret_scope, Error *err)
{
    const SegmentAsked *known = &segment->asked;
    SegmentAsked now = refresh_asked(refresh->context, rule);
    *ret_scope = REFRESH_EVERYBODY;
    if (!known->is_known || known->rule_digest != now.rule_digest || rule->uses_ranks ||
        rule->uses_sets)
        return STATUS_OK;
    TRY(read_changes(refresh, known->data_version, err));
    if (refresh->changes.is_everything) return STATUS_OK;
    bool is_same_day = known->as_of.day == now.as_of.day;
    *ret_scope = is_same_day && refresh->changes_count == 0 ? REFRESH_NOBODY : REFRESH_CHANGED;
    return *ret_scope == REFRESH_NOBODY ? STATUS_OK : add_marked(refresh, segment, err);
}
