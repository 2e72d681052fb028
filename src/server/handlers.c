/* handlers.c -- what handlers of routes share. */
#include "server/handlers.h"

#include "app/segments.h"
#include "app/warnings.h"
#include "model/built_in.h"
#include "reply/origins.h"
#include "reply/rule.h"

/* ---- the body ---- */

Status read_body(Request *request, const char *const *keys, size_t keys_count,
                 const json_t **ret_body, Error *err)
{
    TRY(request_json(request, ret_body, err));
    return json_only(*ret_body, keys, keys_count, err);
}

Status read_as_of(Request *request, const json_t *body, Date *ret_as_of, Error *err)
{
    bool has_date = false;
    *ret_as_of = app_today(request_app(request));
    return json_get_date(body, "as_of", &has_date, ret_as_of, err);
}

Status read_language(Request *request, const json_t *body, Language *ret_language, Error *err)
{
    Text code = {0};
    *ret_language = request_language(request);
    TRY(json_get_text(body, "language", &code, err));
    if (code.data == NULL || language_parse(code, ret_language)) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'language' is ru, uk or en, not '%.*s'",
                     TEXT_FORMAT(code));
}

bool json_to_text(const json_t *json, Arena *arena, Text *ret_text)
{
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);
    size_t size_bytes = json_dumpb(json, NULL, 0, flags);
    if (size_bytes == 0) return false;
    char *text = arena_alloc(arena, size_bytes);
    *ret_text = (Text){text, json_dumpb(json, text, size_bytes, flags)};
    return true;
}

/* ---- expressions ---- */

/* The tree goes to the reader of the language as text: it knows the form and its limits. */
static Status read_tree(Request *request, const json_t *tree, Text *ret_tree, Error *err)
{
    if (!json_is_object(tree)) return error_set(err, STATUS_INVALID, "'tree' wants an object");
    if (json_to_text(tree, request_arena(request), ret_tree)) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'tree' goes too deep");
}

Status read_rule_source(Request *request, const json_t *body, RuleSource *ret_source, Error *err)
{
    *ret_source = (RuleSource){0};
    const json_t *tree = json_object_get(body, "tree");
    TRY(json_get_text(body, "text", &ret_source->text, err));
    if ((ret_source->text.data != NULL) == (tree != NULL && !json_is_null(tree)))
        return error_set(err, STATUS_INVALID, "give the expression as 'text' or as 'tree'");
    if (ret_source->text.data != NULL) return STATUS_OK;
    return read_tree(request, tree, &ret_source->tree, err);
}

static void put_findings(Request *request, Response *response, const char *key,
                         const Diagnostics *diagnostics)
{
    JsonWriter *writer = response_problem(response);
    json_key(writer, key);
    reply_diagnostics(writer, diagnostics, request_language(request), request_arena(request));
}

static const Diagnostic *first_error(const Diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->count; i++)
        if (diagnostic_severity(diagnostics->items[i].kind) == SEVERITY_ERROR)
            return &diagnostics->items[i];
    return NULL;
}

Status fail_with_findings(Request *request, Response *response, const Findings findings[2],
                          Error *err)
{
    const Diagnostic *first = first_error(&findings[0].diagnostics);
    if (first == NULL) first = first_error(&findings[1].diagnostics);
    if (first == NULL) return STATUS_INVALID; /* err says it */
    put_findings(request, response, "diagnostics", &findings[0].diagnostics);
    put_findings(request, response, "column_diagnostics", &findings[1].diagnostics);
    Text sentence = diagnostic_sentence(first, request_language(request), request_arena(request));
    return error_set(err, STATUS_INVALID, "%.*s", TEXT_FORMAT(sentence));
}

Status read_rule(Request *request, Response *response, const json_t *body, Rule *ret_rule,
                 Error *err)
{
    RuleSource source;
    Arena *arena = request_arena(request);
    TRY(read_rule_source(request, body, &source, err));
    if (rule_read(request_app(request), source, EXPECT_ANY_VALUE, arena, ret_rule) == STATUS_OK)
        return STATUS_OK;
    const Findings findings[2] = {{ret_rule->source, ret_rule->diagnostics},
                                  {TEXT(""), diagnostics_new(arena)}};
    return fail_with_findings(request, response, findings, err);
}

Status read_only(Request *request, Text search, const Expression **ret_only, Error *err)
{
    Arena *arena = request_arena(request);
    Text rule = request_narrow(request, ask_search_rule(search, arena));
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(arena);
    *ret_only = NULL;
    if (rule.size == 0) return STATUS_OK;
    if (app_compile(request_app(request), rule, EXPECT_RULE, arena, &expression, &diagnostics) !=
        STATUS_OK)
        return error_set(err, STATUS_INVALID, "'search' has signs that no code or name has");
    *ret_only = expression;
    return STATUS_OK;
}

Status read_visible(Request *request, const Expression **ret_visible, Error *err)
{
    return read_only(request, TEXT(""), ret_visible, err);
}

Status read_bounds(Request *request, App *app, Bounds *ret_bounds, Error *err)
{
    const Expression *visible;
    TRY(read_visible(request, &visible, err));
    return app_bounds(app, visible, ret_bounds, err);
}

/* ---- lists ---- */

void read_sort(Text sort, AskOptions *options)
{
    options->is_descending = text_starts_with(sort, TEXT("-"));
    options->sort = options->is_descending ? text_slice(sort, 1, sort.size) : sort;
}

Status read_list_form(Text format, ListForm *ret_form, Error *err)
{
    static const char *const forms[] = {"", "csv", "excel-csv", "xlsx"};
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (!text_equal(format, text_of(forms[i]))) continue;
        *ret_form = (ListForm)i;
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID, "'format' is csv, excel-csv or xlsx, not '%.*s'",
                     TEXT_FORMAT(format));
}

Status begin_list_file(Request *request, Response *response, ListForm form, Text name,
                       OutputOptions *ret_options, Error *err)
{
    static const char workbook[] =
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    FILE *file = NULL;
    bool is_workbook = form == LIST_XLSX;
    Text full = arena_printf(request_arena(request), "%.*s.%s", TEXT_FORMAT(name),
                             is_workbook ? "xlsx" : "csv");
    TRY(response_file(response, is_workbook ? workbook : "text/csv; charset=utf-8", full, &file,
                      err));
    *ret_options = (OutputOptions){.format = is_workbook ? FORMAT_XLSX : FORMAT_CSV,
                                   .is_for_excel = form == LIST_EXCEL_CSV,
                                   .language = request_language(request),
                                   .file = file,
                                   .title = name,
                                   .utc_second = request_utc_second(request)};
    return STATUS_OK;
}

static AnswerLabels labels_of(Request *request, ListForm form)
{
    const Schema *schema = app_schema(request_app(request));
    Language language = request_language(request);
    return (AnswerLabels){.code = labels_get(&schema->properties[BUILT_IN_CODE].labels, language),
                          .name = labels_get(&schema->properties[BUILT_IN_NAME].labels, language),
                          .has_properties = form == LIST_EXCEL_CSV,
                          .language = language};
}

typedef struct {
    const ListWish *wish;
    ListForm form;
    Question question;
    const Expression *only; /* a rule: nobody else is seen; NULL: everybody is */
    Answer answer;
    AnswerColumns columns;
} Listing;

static Status write_list_file(Request *request, Response *response, const Listing *listing,
                              Error *err)
{
    OutputOptions options;
    TRY(begin_list_file(request, response, listing->form, listing->wish->name, &options, err));
    AUTO(output_done)
    Output *output = output_open(options, listing->columns.columns, listing->columns.count);
    answer_output(&listing->columns, &listing->question, &listing->answer, output,
                  request_arena(request));
    return output_close(output, err);
}

/* What looks wrong in the question and in its columns. */
static void write_warnings(Request *request, JsonWriter *writer, const Listing *listing)
{
    Arena *arena = request_arena(request);
    Findings findings[2] = {{.diagnostics = diagnostics_new(arena)},
                            {.diagnostics = diagnostics_new(arena)}};
    BreakdownMode mode = {.as_of = listing->wish->as_of, .only = listing->only};
    warn_of_question(request_app(request), &listing->question, &mode, arena, findings);
    reply_warnings(writer, (Warnings){&findings[0].diagnostics, request_language(request), arena});
    json_key(writer, "column_warnings");
    reply_diagnostics(writer, &findings[1].diagnostics, request_language(request), arena);
}

static void write_list_page(Request *request, Response *response, const Listing *listing)
{
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "as_of");
    json_date(writer, listing->wish->as_of);
    json_key(writer, "base");
    json_count(writer, listing->answer.base_count);
    json_key(writer, "count");
    json_count(writer, listing->answer.count);
    reply_answer_page(writer, &listing->columns, &listing->question, &listing->answer,
                      request_arena(request));
    write_warnings(request, writer, listing);
    json_end(writer, '}');
}

static Status ask_list(Request *request, Listing *listing, Error *err)
{
    Arena *arena = request_arena(request);
    const ListWish *wish = listing->wish;
    SelectionEntry after;
    AskMode mode = {.as_of = wish->as_of,
                    .formed = wish->formed,
                    .want = WANT_LIST,
                    .rows_max = listing->form == LIST_PAGE ? (size_t)wish->limit : SIZE_MAX,
                    .progress = request_progress(request)};
    TRY(read_only(request, wish->search, &mode.only, err));
    listing->only = mode.only;
    if (wish->after.size > 0) {
        TRY(ask_cursor_read(&listing->question, wish->after, arena, &after, err));
        mode.after = &after;
    }
    TRY(ask_answer(request_app(request), &listing->question, &mode, arena, &listing->answer, err));
    if (wish->origins_in == NULL) return STATUS_OK;
    const MembersShown shown = {wish->origins_in, &mode, &listing->question};
    return segment_members_origins(request_app(request), &shown, &listing->answer, arena, err);
}

Status answer_question_list(Request *request, Response *response, const ListWish *wish,
                            const Question *question, Error *err)
{
    Listing listing = {.wish = wish, .question = *question};
    if (wish->limit == 0 || wish->limit > LIST_LIMIT_MAX)
        return error_set(err, STATUS_INVALID, "'limit' wants a number from 1 to %d",
                         LIST_LIMIT_MAX);
    TRY(read_list_form(wish->format, &listing.form, err));
    TRY(ask_list(request, &listing, err));
    listing.columns =
        answer_columns(&listing.question, labels_of(request, listing.form), request_arena(request));
    answer_columns_add_origins(&listing.columns, &listing.answer,
                               (OutputOptions){.language = request_language(request)}, NULL,
                               request_arena(request));
    if (listing.form != LIST_PAGE) return write_list_file(request, response, &listing, err);
    write_list_page(request, response, &listing);
    return STATUS_OK;
}

Status answer_list(Request *request, Response *response, const ListWish *wish, Error *err)
{
    Findings findings[2];
    Question question;
    if (ask_prepare(request_app(request), &wish->ask, request_arena(request), &question, findings,
                    err) != STATUS_OK)
        return fail_with_findings(request, response, findings, err);
    return answer_question_list(request, response, wish, &question, err);
}

Status read_warning_mode(Request *request, BreakdownMode *ret_mode, Error *err)
{
    *ret_mode = (BreakdownMode){.as_of = app_today(request_app(request))};
    return read_visible(request, &ret_mode->only, err);
}

void answer_warnings(Request *request, Response *response, const char *key,
                     const Findings *findings, size_t count)
{
    Arena *arena = request_arena(request);
    JsonWriter *writer = response_json(response);
    Diagnostics all = diagnostics_new(arena);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < findings[i].diagnostics.count; j++)
            ARENA_PUSH(arena, &all, findings[i].diagnostics.items[j]);
    json_resume(writer);
    json_key(writer, key);
    reply_diagnostics(writer, &all, request_language(request), arena);
    json_end(writer, '}');
}

Status read_unit(Text word, Unit *ret_unit, Error *err)
{
    static const struct {
        const char *word;
        Unit unit;
    } units[] = {{"month", UNIT_MONTH},
                 {"day", UNIT_DAY},
                 {"week", UNIT_WEEK},
                 {"quarter", UNIT_QUARTER},
                 {"year", UNIT_YEAR}};
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        if (word.size > 0 && !text_equal(word, text_of(units[i].word))) continue;
        *ret_unit = units[i].unit;
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID, "'step' is day, week, month, quarter or year, not '%.*s'",
                     TEXT_FORMAT(word));
}
