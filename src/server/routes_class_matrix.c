/* routes_class_matrix.c -- classifications across each other, and from day to day. */
#include "server/routes.h"

#include "reply/class_matrix.h"
#include "server/class_handlers.h"

static Voice voice_of(Request *request)
{
    return (Voice){request_arena(request), request_language(request)};
}

/* ---- matrix ---- */

static Status get_matrix(Request *request, Response *response, Error *err)
{
    MatrixAnswer answer;
    ListForm form;
    OutputOptions options;
    Text set = request_query(request, "set");
    MatrixQuestion question = {.rows = request_query(request, "rows"),
                               .columns = request_query(request, "columns"),
                               .has_at = request_query(request, "at").size > 0,
                               .set = set.data != NULL ? set : TEXT("training")};
    if (question.rows.size == 0 || question.columns.size == 0)
        return error_set(err, STATUS_INVALID, "name the classifications of 'rows' and 'columns'");
    TRY(request_query_date(request, "at", app_today(request_app(request)), &question.at, err));
    TRY(read_list_form(request_query(request, "format"), &form, err));
    TRY(read_visible(request, &question.visible, err));
    TRY(app_matrix(request_app(request), &question, request_arena(request), &answer, err));
    if (form != LIST_PAGE) {
        Text name = arena_printf(request_arena(request), "%.*s - %.*s", TEXT_FORMAT(answer.rows),
                                 TEXT_FORMAT(answer.columns));
        TRY(begin_list_file(request, response, form, name, &options, err));
        return reply_matrix_table(&answer, options, err);
    }
    reply_matrix(response_json(response), &answer, voice_of(request));
    return STATUS_OK;
}

static Status answer_actions(Request *request, Response *response, App *app, Error *err)
{
    MatrixActions actions;
    TRY(actions_load(app_store(app), request_arena(request), &actions, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_matrix_actions(writer, &actions);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status list_actions(Request *request, Response *response, Error *err)
{
    return answer_actions(request, response, request_app(request), err);
}

static Status set_action(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"set", "cell", "language", "text"};
    const json_t *body;
    ActionText action = {0};
    App *app;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "set", &action.set, err));
    TRY(json_need_text(body, "cell", &action.cell, err));
    TRY(json_get_text(body, "text", &action.text, err));
    TRY(read_language(request, body, &action.language, err));
    action.set = text_trim(action.set);
    action.cell = text_trim(action.cell);
    action.text = text_trim(action.text);
    TRY(request_writer(request, &app, err));
    TRY(app_set_action(app, &action, err));
    return answer_actions(request, response, app, err);
}

/* ---- migration ---- */

static Status read_runs(Request *request, MigrationQuestion *question, Error *err)
{
    Date today = app_today(request_app(request));
    TRY(request_query_number(request, "from_run", 0, UINT64_MAX, &question->from_run, err));
    TRY(request_query_number(request, "to_run", 0, UINT64_MAX, &question->to_run, err));
    if (request_query(request, "from").size == 0 && question->from_run == 0)
        return error_set(err, STATUS_INVALID, "'from' is missing: the day to compare with");
    TRY(request_query_date(request, "from", today, &question->from, err));
    return request_query_date(request, "to", today, &question->to, err);
}

static Status read_migration(Request *request, MigrationAnswer *ret_answer, Error *err)
{
    MigrationQuestion question = {.classification = request_path(request, "name"),
                                  .by = request_query(request, "by")};
    TRY(read_runs(request, &question, err));
    TRY(read_visible(request, &question.visible, err));
    return app_migration(request_app(request), &question, request_arena(request), ret_answer, err);
}

static Status get_migration(Request *request, Response *response, Error *err)
{
    MigrationAnswer answer;
    ListForm form;
    OutputOptions options;
    TRY(read_list_form(request_query(request, "format"), &form, err));
    TRY(read_migration(request, &answer, err));
    if (form != LIST_PAGE) {
        TRY(begin_list_file(request, response, form, answer.classification, &options, err));
        return reply_migration_table(&answer, options, err);
    }
    reply_migration(response_json(response), &answer, voice_of(request));
    return STATUS_OK;
}

static Status read_cell(Request *request, const Migration *migration, MoverQuery *ret_cell,
                        Error *err)
{
    Text from = request_query(request, "from_class"), to = request_query(request, "to_class");
    *ret_cell = (MoverQuery){SIZE_MAX, SIZE_MAX};
    if (from.size > 0) TRY(migration_find_class(migration, false, from, &ret_cell->from, err));
    if (to.size > 0) TRY(migration_find_class(migration, true, to, &ret_cell->to, err));
    return STATUS_OK;
}

static Status list_movers(Request *request, Response *response, Error *err)
{
    MigrationAnswer answer;
    MoversAnswer movers;
    PageOfRun page;
    OutputOptions options;
    Arena *arena = request_arena(request);
    TRY(read_place(request, &page, err));
    TRY(read_migration(request, &answer, err));
    MoversQuestion question = {.run_id = page.run_id, .skipped = page.skipped, .limit = page.limit};
    TRY(read_cell(request, &answer.migration, &question.cell, err));
    TRY(migration_find_group(&answer.migration, request_query(request, "group"), &question.group,
                             err));
    TRY(read_only(request, request_query(request, "search"), &question.only, err));
    TRY(app_movers(request_app(request), &answer, &question, arena, &movers, err));
    if (page.form != LIST_PAGE) {
        TRY(begin_list_file(request, response, page.form, answer.classification, &options, err));
        return reply_movers_table(&answer, &movers, arena, options, err);
    }
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    reply_movers_page(writer, &answer, &movers, arena, request_language(request));
    put_next(request, writer, &page, answer.migration.to_run.id,
             (PageEnd){movers.movers.count, movers.found_count});
    json_end(writer, '}');
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/matrix", RIGHT_READ, RUN_HEAVY, BODY_NONE, get_matrix},
    {METHOD_GET, "/api/v1/matrix/actions", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_actions},
    {METHOD_PUT, "/api/v1/matrix/actions", RIGHT_WRITE, RUN_LIGHT, BODY_JSON, set_action},
    {METHOD_GET, "/api/v1/classifications/{name}/migration", RIGHT_READ, RUN_HEAVY, BODY_NONE,
     get_migration},
    {METHOD_GET, "/api/v1/classifications/{name}/movers", RIGHT_READ, RUN_HEAVY, BODY_NONE,
     list_movers},
};

const RouteTable routes_class_matrix = {items, COUNT_OF(items)};
