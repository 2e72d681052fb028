/* routes_rules.c -- expressions: in all their forms, completed, counted, listed, explained. */
#include "server/routes.h"

#include "app/reason.h"
#include "app/trend.h"
#include "app/warnings.h"
#include "reply/rule.h"
#include "server/handlers.h"

/* ---- forms ---- */

static Status parse_rule(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"text", "tree", "columns", "as_of", "language"};
    const json_t *body;
    RuleSource source;
    Text columns_text = {0};
    RuleShown shown;
    Arena *arena = request_arena(request);
    App *app = request_app(request);
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_rule_source(request, body, &source, err));
    TRY(json_get_text(body, "columns", &columns_text, err));
    TRY(read_as_of(request, body, &shown.as_of, err));
    TRY(read_language(request, body, &shown.language, err));
    Rule rule;
    RuleColumns columns;
    Status is_read = rule_read(app, source, EXPECT_ANY_VALUE, arena, &rule);
    Status are_read = rule_read_columns(app, columns_text, arena, &columns);
    (void)is_read, (void)are_read; /* what is wrong is the answer */
    shown.rule = &rule;
    shown.columns = &columns;
    reply_rule(response_json(response), &shown, arena);
    return STATUS_OK;
}

static Status complete_rule(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"text", "cursor", "limit", "language"};
    const json_t *body;
    uint64_t cursor = UINT64_MAX, limit = 50;
    CompletionQuestion question = {0};
    Completions completions;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_text(body, "text", &question.source, err));
    TRY(json_get_count(body, "cursor", LANG_SOURCE_BYTES_MAX, &cursor, err));
    TRY(json_get_count(body, "limit", 200, &limit, err));
    TRY(read_language(request, body, &question.language, err));
    if (question.source.data == NULL || cursor == UINT64_MAX)
        return error_set(err, STATUS_INVALID, "'text' and 'cursor' are needed");
    question.cursor = (size_t)cursor;
    question.limit = (size_t)limit;
    TRY(rule_complete(request_app(request), &question, request_narrow(request, TEXT("")),
                      request_arena(request), &completions, err));
    reply_completions(response_json(response), &completions);
    return STATUS_OK;
}

static Status lint_rule(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"text", "tree", "columns", "as_of", "language"};
    const json_t *body;
    Rule rule;
    BreakdownMode mode = {.progress = request_progress(request)};
    Language language;
    Arena *arena = request_arena(request);
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_rule(request, response, body, &rule, err));
    TRY(read_as_of(request, body, &mode.as_of, err));
    TRY(read_language(request, body, &language, err));
    TRY(read_only(request, TEXT(""), &mode.only, err));
    TRY(rule_lint(request_app(request), rule.expression, &mode, arena, &rule.diagnostics, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "text");
    json_text(writer, rule.source);
    json_key(writer, "diagnostics");
    reply_diagnostics(writer, &rule.diagnostics, language, arena);
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- count ---- */

typedef struct {
    Rule rule;
    Question question;
    Findings findings[2]; /* of the question */
    AskMode mode;
    Language language;
    bool wants_breakdown;
    uint64_t sample;
} Count;

static Status read_count(Request *request, Response *response, Count *count, Error *err)
{
    static const char *const keys[] = {"text", "tree", "as_of", "breakdown", "sample", "language"};
    const json_t *body;
    count->wants_breakdown = true;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_bool(body, "breakdown", &count->wants_breakdown, err));
    TRY(json_get_count(body, "sample", 20, &count->sample, err));
    TRY(read_as_of(request, body, &count->mode.as_of, err));
    TRY(read_language(request, body, &count->language, err));
    TRY(read_rule(request, response, body, &count->rule, err));
    AskOptions ask = {.source = count->rule.source};
    if (ask_prepare(request_app(request), &ask, request_arena(request), &count->question,
                    count->findings, err) != STATUS_OK)
        return fail_with_findings(request, response, count->findings, err);
    count->mode.want = count->question.is_rule ? WANT_COUNT : WANT_SUMMARY;
    count->mode.progress = request_progress(request);
    return read_only(request, TEXT(""), &count->mode.only, err);
}

static Status put_breakdown(Request *request, JsonWriter *writer, const Count *count, Error *err)
{
    Breakdown breakdown;
    BreakdownMode mode = {count->mode.as_of, count->mode.only, count->mode.progress};
    TRY(app_breakdown(request_app(request), count->rule.expression, &mode, request_arena(request),
                      &breakdown, err));
    json_key(writer, "breakdown");
    reply_breakdown(writer, &breakdown.root);
    return STATUS_OK;
}

static Status put_sample(Request *request, JsonWriter *writer, const Count *count, Error *err)
{
    AskMode mode = count->mode;
    Answer answer;
    Arena *arena = request_arena(request);
    mode.want = WANT_LIST;
    mode.rows_max = (size_t)count->sample;
    TRY(ask_answer(request_app(request), &count->question, &mode, arena, &answer, err));
    AnswerColumns columns = answer_columns(&count->question, (AnswerLabels){0}, arena);
    json_key(writer, "sample");
    reply_answer_rows(writer, &columns, &count->question, &answer, arena);
    return STATUS_OK;
}

static Status count_rule(Request *request, Response *response, Error *err)
{
    Count count = {0};
    Answer answer;
    Arena *arena = request_arena(request);
    TRY(read_count(request, response, &count, err));
    TRY(ask_answer(request_app(request), &count.question, &count.mode, arena, &answer, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    reply_count(writer, &count.question, &answer, count.mode.as_of, arena);
    if (count.wants_breakdown) TRY(put_breakdown(request, writer, &count, err));
    json_key(writer, "windows");
    reply_windows(writer, count.rule.expression, count.mode.as_of, arena);
    if (count.sample > 0) TRY(put_sample(request, writer, &count, err));
    BreakdownMode asked = {.as_of = count.mode.as_of, .only = count.mode.only};
    warn_of_question(request_app(request), &count.question, &asked, arena, count.findings);
    reply_warnings(writer, (Warnings){&count.findings[0].diagnostics, count.language, arena});
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- list, why, trend ---- */

/* What looks wrong in a rule that is answered so. */
static Warnings warnings_of(Request *request, Rule *rule, const BreakdownMode *mode)
{
    const Expression *const asked[] = {rule->expression};
    rule_lint_answer(request_app(request), asked, COUNT_OF(asked), mode, request_arena(request),
                     &rule->diagnostics);
    return (Warnings){&rule->diagnostics, request_language(request), request_arena(request)};
}

static Status list_rule(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"text",  "tree",  "columns", "sort",   "search",
                                       "as_of", "after", "limit",   "format", "language"};
    const json_t *body;
    Rule rule;
    Text sort = {0};
    ListWish wish = {.limit = LIST_LIMIT_USUAL, .name = TEXT("customers")};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_text(body, "columns", &wish.ask.columns, err));
    TRY(json_get_text(body, "sort", &sort, err));
    TRY(json_get_text(body, "search", &wish.search, err));
    TRY(json_get_text(body, "after", &wish.after, err));
    TRY(json_get_text(body, "format", &wish.format, err));
    TRY(json_get_count(body, "limit", LIST_LIMIT_MAX, &wish.limit, err));
    TRY(read_as_of(request, body, &wish.as_of, err));
    TRY(read_rule(request, response, body, &rule, err));
    read_sort(sort, &wish.ask);
    wish.ask.source = rule.source;
    return answer_list(request, response, &wish, err);
}

static Status explain_rule(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"customer", "text", "tree", "as_of"};
    const json_t *body;
    Rule rule;
    WhyQuestion question = {0};
    Why why;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "customer", &question.code, err));
    TRY(read_as_of(request, body, &question.as_of, err));
    TRY(read_rule(request, response, body, &rule, err));
    TRY(request_may_see(request, question.code, err));
    question.expression = rule.expression;
    TRY(app_why(request_app(request), &question, request_arena(request), &why, err));
    BreakdownMode mode = {.as_of = question.as_of};
    TRY(read_visible(request, &mode.only, err));
    reply_why(response_json(response), &why, question.as_of, warnings_of(request, &rule, &mode));
    return STATUS_OK;
}

static Status trend_rule(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"text", "tree", "from", "to", "step"};
    const json_t *body;
    Rule rule;
    bool has_from = false, has_to = false;
    Text step = {0};
    TrendAnswer answer;
    TrendPlan plan = {.to = app_today(request_app(request)), .progress = request_progress(request)};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_date(body, "from", &has_from, &plan.from, err));
    TRY(json_get_date(body, "to", &has_to, &plan.to, err));
    TRY(json_get_text(body, "step", &step, err));
    TRY(read_unit(step, &plan.step, err));
    if (!has_from) return error_set(err, STATUS_INVALID, "'from' is missing");
    TRY(read_rule(request, response, body, &rule, err));
    TRY(read_only(request, TEXT(""), &plan.only, err));
    TRY(app_trend(request_app(request), rule.expression, &plan, request_arena(request), &answer,
                  err));
    BreakdownMode mode = {.as_of = plan.from, .only = plan.only};
    reply_trend(response_json(response), &answer, rule.expression->root->type,
                warnings_of(request, &rule, &mode));
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_POST, "/api/v1/rules/parse", RIGHT_READ, RUN_LIGHT, BODY_JSON, parse_rule},
    {METHOD_POST, "/api/v1/rules/complete", RIGHT_READ, RUN_LIGHT, BODY_JSON, complete_rule},
    {METHOD_POST, "/api/v1/rules/count", RIGHT_READ, RUN_HEAVY, BODY_JSON, count_rule},
    {METHOD_POST, "/api/v1/rules/list", RIGHT_READ, RUN_HEAVY, BODY_JSON, list_rule},
    {METHOD_POST, "/api/v1/rules/why", RIGHT_READ, RUN_HEAVY, BODY_JSON, explain_rule},
    {METHOD_POST, "/api/v1/rules/lint", RIGHT_READ, RUN_HEAVY, BODY_JSON, lint_rule},
    {METHOD_POST, "/api/v1/rules/trend", RIGHT_READ, RUN_HEAVY, BODY_JSON, trend_rule},
};

const RouteTable routes_rules = {items, COUNT_OF(items)};
