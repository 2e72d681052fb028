/* overview.c -- all segments side by side. */
#include "app/overview.h"

void segments_view_done(SegmentsView *view)
{
    segment_sets_done(&view->sets);
}

static size_t general_ones(const Registry *registry, Arena *arena, const Segment ***ret_segments)
{
    const Segment **segments = NULL;
    size_t count = segments_in_use(registry, arena, &segments), kept = 0;
    for (size_t i = 0; i < count; i++)
        if (segments[i]->card.kind == SEGMENT_GENERAL) segments[kept++] = segments[i];
    *ret_segments = segments;
    return kept;
}

static Status named_ones(const Registry *registry, const SegmentsQuery *query, Arena *arena,
                         const Segment ***ret_segments, Error *err)
{
    const Segment **segments = ARENA_ARRAY(arena, const Segment *, query->count);
    for (size_t i = 0; i < query->count; i++) {
        TRY(registry_get(registry, query->names[i], &segments[i], err));
        for (size_t j = 0; j < i; j++)
            if (segments[j] == segments[i])
                return error_set(err, STATUS_INVALID, "the segment '%.*s' is named twice",
                                 TEXT_FORMAT(segments[i]->card.name));
    }
    *ret_segments = segments;
    return STATUS_OK;
}

Status app_view_segments(AppWork *work, const SegmentsQuery *query, Arena *arena,
                         SegmentsView *ret_view, Error *err)
{
    SegmentsView view = {.count = query->count};
    const Registry *registry = work->forming.registry;
    if (query->has_day && query->day.day > work->forming.today.day)
        return error_set(err, STATUS_INVALID,
                         "nobody knows yet who will be in segments on a day to come; ask for today "
                         "or a day before");
    if (query->count > 0)
        TRY(named_ones(registry, query, arena, &view.segments, err));
    else
        view.count = general_ones(registry, arena, &view.segments);
    SegmentSetsQuery sets = {view.segments, view.count, query->has_day, query->day};
    TRY(segment_sets_read(&work->forming, &sets, arena, &view.sets, err));
    *ret_view = view;
    return STATUS_OK;
}

Status app_list_customers_of(App *app, PageQuery query, Arena *arena, CustomerSummary **ret_list,
                             size_t *ret_count, Error *err)
{
    enum { PAGE = 1000 };
    struct {
        CustomerSummary *items;
        size_t count, capacity;
    } list = {0};
    Text after = query.after;
    for (size_t count = PAGE; count == PAGE && list.count < query.limit;) {
        CustomerSummary *page = NULL;
        ListQuery next = {.search = TEXT(""), .after = after, .limit = PAGE};
        TRY(store_list_customers(app_store(app), &next, arena, &page, &count, err));
        for (size_t i = 0; i < count && list.count < query.limit; i++)
            if (customer_set_has(query.customers, page[i].id)) ARENA_PUSH(arena, &list, page[i]);
        if (count > 0) after = page[count - 1].code;
    }
    *ret_list = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

/* ---- bands ---- */

/* Those with a rule that fits the data. */
static size_t ruled_ones(App *app, Arena *arena, const Segment **segments, BandedRule *rules)
{
    const Segment **all = NULL;
    size_t count = segments_in_use(app_registry(app), arena, &all), kept = 0;
    for (size_t i = 0; i < count; i++) {
        Expression *rule = NULL;
        Diagnostics ignored = diagnostics_new(arena);
        if (all[i]->card.rule.size == 0) continue;
        if (app_compile(app, all[i]->card.rule, EXPECT_RULE, arena, &rule, &ignored) != STATUS_OK)
            continue;
        segments[kept] = all[i];
        rules[kept++] = (BandedRule){all[i]->card.name, rule};
    }
    return kept;
}

Status app_segment_bands(App *app, Text expression, Arena *arena, SegmentBands *ret_bands,
                         Diagnostics *diagnostics, Error *err)
{
    Text wanted = TEXT("");
    (void)err;
    if (expression.size > 0) {
        Expression *compiled = NULL;
        TRY(app_compile(app, expression, EXPECT_ANY_VALUE, arena, &compiled, diagnostics));
        wanted = expression_print(compiled->root, arena);
    }
    size_t registered = app_registry(app)->count, kept = 0, count = 0;
    const Segment **segments = ARENA_ARRAY(arena, const Segment *, registered);
    BandedRule *rules = ARENA_ARRAY(arena, BandedRule, registered);
    BandedSubject *subjects = NULL;
    size_t rules_count = ruled_ones(app, arena, segments, rules);
    expression_bands(rules, rules_count, arena, &subjects, &count);
    for (size_t i = 0; i < count; i++)
        if (wanted.size == 0 || text_equal(subjects[i].expression, wanted))
            subjects[kept++] = subjects[i];
    *ret_bands = (SegmentBands){subjects, kept, segments};
    return STATUS_OK;
}
