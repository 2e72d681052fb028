/* routes_sets.c -- saved sets, and changes of many customers at once. */
#include "server/routes.h"

#include "app/bulk.h"
#include "app/sets.h"
#include "base/fold.h"
#include "reply/bulk.h"
#include "reply/fields.h"
#include "reply/sets.h"
#include "server/segment_handlers.h"

/* ---- sets ---- */

static Status list_sets(Request *request, Response *response, Error *err)
{
    SavedSets sets;
    Page page;
    size_t first = 0, i, shown = 0;
    Text last = {0};
    Arena *arena = request_arena(request);
    Text search_folded = text_fold(request_query(request, "search"), arena);
    TRY(request_page(request, LIST_LIMIT_MAX, LIST_LIMIT_MAX, &page, err));
    TRY(saved_sets_load(app_store(request_app(request)), arena, &sets, err));
    for (size_t k = 0; page.after.size > 0 && k < sets.count; k++)
        if (text_equal(sets.items[k].name, page.after)) first = k + 1;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (i = first; i < sets.count; i++) {
        if (!text_contains(text_fold(sets.items[i].name, arena), search_folded)) continue;
        if (shown == page.limit) break;
        reply_saved_set(writer, &sets.items[i]);
        last = sets.items[i].name;
        shown++;
    }
    json_end(writer, ']');
    response_next(writer, i < sets.count, last);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status answer_set(Request *request, JsonWriter *writer, App *app, Text name, Error *err)
{
    const SavedSet *set;
    TRY(set_get(app, name, request_arena(request), &set, err));
    reply_saved_set(writer, set);
    return STATUS_OK;
}

static Status get_set(Request *request, Response *response, Error *err)
{
    return answer_set(request, response_json(response), request_app(request),
                      request_path(request, "name"), err);
}

/* ?after= is how many rows were seen. */
static Status read_row_query(Request *request, ListForm form, SavedRowQuery *ret_query, Error *err)
{
    Page page;
    uint64_t seen;
    *ret_query = (SavedRowQuery){.limit = SIZE_MAX};
    if (form != LIST_PAGE) return STATUS_OK;
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    TRY(request_query_number(request, "after", 0, UINT32_MAX, &seen, err));
    *ret_query = (SavedRowQuery){(size_t)seen, page.limit};
    return STATUS_OK;
}

static void put_row_page(Request *request, Response *response, const SetView *view, size_t skipped)
{
    JsonWriter *writer = response_json(response);
    uint64_t seen = skipped + view->rows.count;
    json_begin(writer, '{');
    reply_set_page(writer, view, request_language(request), request_arena(request));
    response_next(writer, seen < view->set->rows_count,
                  arena_printf(request_arena(request), "%llu", (unsigned long long)seen));
    json_end(writer, '}');
}

static Status list_set_rows(Request *request, Response *response, Error *err)
{
    SetView view;
    ListForm form;
    SavedRowQuery query;
    OutputOptions options;
    TRY(read_list_form(request_query(request, "format"), &form, err));
    TRY(read_row_query(request, form, &query, err));
    TRY(set_view(request_app(request), request_path(request, "name"), query, request_arena(request),
                 &view, err));
    if (form == LIST_PAGE) {
        put_row_page(request, response, &view, query.skip);
        return STATUS_OK;
    }
    TRY(begin_list_file(request, response, form, view.set->name, &options, err));
    return reply_set_rows(&view, TEXT("code"), options, request_arena(request), err);
}

static Status combine(AppWork *work, const json_t *body, Text name, Text operation, Error *err)
{
    static const struct {
        const char *word;
        SavedOrigin origin;
    } words[] = {{"union", SAVED_UNION}, {"intersect", SAVED_INTERSECT}, {"minus", SAVED_MINUS}};
    SetCombining combining = {.name = name};
    size_t i = 0;
    TRY(json_need_text(body, "left", &combining.a, err));
    TRY(json_need_text(body, "right", &combining.b, err));
    while (i < COUNT_OF(words) && !text_equal(operation, text_of(words[i].word)))
        i++;
    if (i == COUNT_OF(words))
        return error_set(err, STATUS_INVALID,
                         "'operation' is union, intersect or minus, not '%.*s'",
                         TEXT_FORMAT(operation));
    combining.operation = words[i].origin;
    return set_combine(work, &combining, err);
}

/* What is to be saved, and what was found in its expressions. */
typedef struct {
    SetSaving saving;
    Findings findings[SAVING_FINDINGS_COUNT];
    size_t findings_count;
} SavingWish;

static Status save_result(Request *request, Response *response, AppWork *work, const json_t *body,
                          SavingWish *wish, Error *err)
{
    SetSaving *saving = &wish->saving;
    Findings *findings = wish->findings;
    TRY(json_get_text(body, "rule", &saving->expression, err));
    TRY(json_get_text(body, "stream", &saving->stream, err));
    TRY(json_get_text(body, "where", &saving->condition, err));
    TRY(json_get_text(body, "columns", &saving->columns, err));
    TRY(read_as_of(request, body, &saving->as_of, err));
    Status status = set_save(work, saving, request_arena(request), findings, err);
    bool is_condition = findings[SAVING_CONDITION].diagnostics.errors_count > 0;
    const Findings told[2] = {findings[is_condition ? SAVING_CONDITION : SAVING_EXPRESSION],
                              findings[SAVING_COLUMNS]};
    if (status == STATUS_INVALID) return fail_with_findings(request, response, told, err);
    return status;
}

/* Codes as the verb reads them: one on a line. */
static Status save_codes(Request *request, AppWork *work, const json_t *body, Text name,
                         CodeList *ret_list, Error *err)
{
    Text *codes = NULL;
    size_t count = 0;
    AUTO(buffer_done) Buffer lines = {0};
    TRY(json_get_texts(body, "codes", request_arena(request), &codes, &count, err));
    for (size_t i = 0; i < count; i++) {
        buffer_text(&lines, codes[i]);
        buffer_char(&lines, '\n');
    }
    return set_from_codes(work, name, buffer_view(&lines), request_arena(request), ret_list, err);
}

/* A set put together of others, or of codes: the day up to which it is kept comes after it. */
static Status keep_up_to(AppWork *work, const SetSaving *saving, Error *err)
{
    return saving->has_until ? set_keep(work, text_trim(saving->name), &saving->until, err)
                             : STATUS_OK;
}

static Status save_set(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name",      "rule", "stream", "where", "columns", "as_of",
                                       "operation", "left", "right",  "codes", "until"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    SavingWish wish = {0};
    SetSaving *saving = &wish.saving;
    Text operation = {0};
    CodeList list = {0};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "name", &saving->name, err));
    TRY(json_get_text(body, "operation", &operation, err));
    TRY(json_get_date(body, "until", &saving->has_until, &saving->until, err));
    TRY(begin_work(request, &work, err));
    if (saving->has_until) TRY(set_check_until(&work, saving->until, err));
    if (operation.data != NULL) {
        TRY(combine(&work, body, saving->name, operation, err));
        TRY(keep_up_to(&work, saving, err));
    } else if (json_has(body, "codes")) {
        TRY(save_codes(request, &work, body, saving->name, &list, err));
        customer_set_free(&list.customers);
        TRY(keep_up_to(&work, saving, err));
    } else {
        TRY(save_result(request, response, &work, body, &wish, err));
        wish.findings_count = SAVING_FINDINGS_COUNT;
    }
    response_code(response, 201);
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "set");
    TRY(answer_set(request, writer, work.app, text_trim(saving->name), err));
    field_texts(writer, "unknown_codes", list.unknown, list.unknown_kept);
    json_end(writer, '}');
    answer_warnings(request, response, "warnings", wish.findings, wish.findings_count);
    return STATUS_OK;
}

static Status change_set(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name", "until"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    Text old = request_path(request, "name"), name = old;
    bool has_until = false;
    Date until;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_text(body, "name", &name, err));
    TRY(json_get_date(body, "until", &has_until, &until, err));
    TRY(begin_work(request, &work, err));
    /* what may be refused comes first, so that all of it is done or nothing */
    if (has_until) TRY(set_check_until(&work, until, err));
    if (!text_equal(name, old)) TRY(set_rename(&work, old, name, err));
    name = text_trim(name);
    if (json_object_get(body, "until") != NULL)
        TRY(set_keep(&work, name, has_until ? &until : NULL, err));
    return answer_set(request, response_json(response), work.app, name, err);
}

static Status drop_set(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    TRY(begin_work(request, &work, err));
    TRY(set_remove(&work, request_path(request, "name"), err));
    response_nothing(response);
    return STATUS_OK;
}

static Status make_segment(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    Text name;
    uint32_t id;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "name", &name, err));
    TRY(begin_work(request, &work, err));
    TRY(set_to_segment(&work, request_path(request, "name"), name, &id, err));
    TRY(app_refresh(work.app, err));
    response_code(response, 201);
    return answer_segment(request, response, work.app, registry_find(app_registry(work.app), id),
                          err);
}

/* ---- bulk changes ---- */

/* Of a preview people look at the most frequent changes. */
enum { BULK_GROUPS_SHOWN_MAX = 500 };

static Status read_order(Request *request, const json_t *body, BulkOrder *order, Error *err)
{
    static const struct {
        const char *key;
        BulkSource source;
    } sources[] = {{"segment", BULK_OF_SEGMENT}, {"set", BULK_OF_SET}, {"rule", BULK_OF_RULE}};
    Text *changes = NULL;
    size_t given = 0;
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        if (!json_has(body, sources[i].key)) continue;
        TRY(json_need_text(body, sources[i].key, &order->name, err));
        order->source = sources[i].source;
        given++;
    }
    if (given != 1)
        return error_set(err, STATUS_INVALID, "give the customers as 'segment', 'set' or 'rule'");
    TRY(json_get_texts(body, "changes", request_arena(request), &changes, &order->changes_count,
                       err));
    TRY(json_get_text(body, "columns", &order->columns, err));
    order->changes = changes;
    order->progress = request_progress(request);
    order->as_of = app_today(request_app(request));
    if (order->changes_count > 0) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'changes' is missing");
}

static Status propose(Request *request, Response *response, App *app, const BulkOrder *order,
                      BulkProposal *ret_proposal, Error *err)
{
    Findings findings[2];
    Status status = bulk_propose(app, order, request_arena(request), findings, ret_proposal, err);
    if (status == STATUS_INVALID) return fail_with_findings(request, response, findings, err);
    return status;
}

/* `id` 0: a preview. */
static void put_proposal(Request *request, Response *response, const BulkProposal *proposal,
                         uint64_t id)
{
    reply_bulk_proposal(response_json(response), proposal, id, BULK_GROUPS_SHOWN_MAX,
                        request_language(request));
}

static Status change_in_bulk(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"segment", "set",     "rule",
                                       "changes", "columns", "is_preview"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    BulkOrder order = {0};
    BulkProposal proposal;
    bool is_preview = false;
    uint64_t id = 0;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_bool(body, "is_preview", &is_preview, err));
    TRY(read_order(request, body, &order, err));
    if (is_preview) {
        TRY(propose(request, response, request_app(request), &order, &proposal, err));
    } else {
        TRY(begin_work(request, &work, err));
        TRY(propose(request, response, work.app, &order, &proposal, err));
        TRY(bulk_carry_out(&work, &proposal, &id, err));
    }
    put_proposal(request, response, &proposal, id);
    return STATUS_OK;
}

static Status undo_bulk_change(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"is_preview"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    bool is_preview = false;
    BulkProposal proposal;
    Arena *arena = request_arena(request);
    uint64_t number, id = 0;
    TRY(request_path_number(request, "id", &number, err));
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_bool(body, "is_preview", &is_preview, err));
    if (is_preview) {
        TRY(bulk_propose_undo(request_app(request), number, arena, &proposal, err));
    } else {
        TRY(begin_work(request, &work, err));
        TRY(bulk_propose_undo(work.app, number, arena, &proposal, err));
        TRY(bulk_carry_out(&work, &proposal, &id, err));
    }
    put_proposal(request, response, &proposal, id);
    return STATUS_OK;
}

/* Newest first; ?after= is the number of the last one seen. */
static Status list_bulk_changes(Request *request, Response *response, Error *err)
{
    BulkAct *acts;
    size_t count, shown = 0;
    uint64_t before;
    Page page;
    Arena *arena = request_arena(request);
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    TRY(request_query_number(request, "after", UINT64_MAX, UINT64_MAX, &before, err));
    TRY(store_list_bulk_acts(app_store(request_app(request)), arena, &acts, &count, err));
    while (count > 0 && acts[count - 1].id >= before)
        count--;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (; count > 0 && shown < page.limit; count--, shown++)
        reply_bulk_act(writer, &acts[count - 1], request_language(request));
    json_end(writer, ']');
    uint64_t last = shown > 0 ? acts[count].id : 0;
    response_next(writer, count > 0, arena_printf(arena, "%llu", (unsigned long long)last));
    json_end(writer, '}');
    return STATUS_OK;
}

static Status get_bulk_change(Request *request, Response *response, Error *err)
{
    uint64_t number, seen;
    Page page;
    BulkView view;
    TRY(request_path_number(request, "id", &number, err));
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    TRY(request_query_number(request, "after", 0, UINT32_MAX, &seen, err));
    TRY(bulk_view(request_app(request), number, request_arena(request), &view, err));
    BulkRows rows = {.skip = (size_t)seen,
                     .limit = page.limit,
                     .groups_max = BULK_GROUPS_SHOWN_MAX,
                     .customers_max = LIST_LIMIT_MAX};
    reply_bulk_view(response_json(response), &view, rows, request_language(request));
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/sets", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE, list_sets},
    {METHOD_POST, "/api/v1/sets", RIGHT_WRITE_ALL, RUN_HEAVY, BODY_JSON, save_set},
    {METHOD_GET, "/api/v1/sets/{name}", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE, get_set},
    {METHOD_PATCH, "/api/v1/sets/{name}", RIGHT_WRITE_ALL, RUN_LIGHT, BODY_JSON, change_set},
    {METHOD_DELETE, "/api/v1/sets/{name}", RIGHT_WRITE_ALL, RUN_LIGHT, BODY_NONE, drop_set},
    {METHOD_GET, "/api/v1/sets/{name}/rows", RIGHT_READ_ALL, RUN_HEAVY, BODY_NONE, list_set_rows},
    {METHOD_POST, "/api/v1/sets/{name}/segment", RIGHT_WRITE_ALL, RUN_HEAVY, BODY_JSON,
     make_segment},
    {METHOD_GET, "/api/v1/bulk-changes", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE, list_bulk_changes},
    {METHOD_POST, "/api/v1/bulk-changes", RIGHT_WRITE_ALL, RUN_HEAVY, BODY_JSON, change_in_bulk},
    {METHOD_GET, "/api/v1/bulk-changes/{id}", RIGHT_READ_ALL, RUN_HEAVY, BODY_NONE,
     get_bulk_change},
    {METHOD_POST, "/api/v1/bulk-changes/{id}/undo", RIGHT_WRITE_ALL, RUN_HEAVY, BODY_JSON,
     undo_bulk_change},
};

const RouteTable routes_sets = {items, COUNT_OF(items)};
