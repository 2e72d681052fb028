/* routes_reports.c -- reports on groups of customers. */
#include "server/routes.h"

#include "app/report.h"
#include "reply/report.h"
#include "server/handlers.h"

static Status read_subject(Request *request, const json_t *group, ReportSubject *ret_subject,
                           Error *err)
{
    static const char *const keys[] = {"segment", "rule", "set", "classification", "class"};
    Text segment = {0}, rule = {0}, set = {0}, classification = {0}, class = {0};
    Arena *arena = request_arena(request);
    App *app = request_app(request);
    TRY(json_only(group, keys, COUNT_OF(keys), err));
    TRY(json_get_text(group, "segment", &segment, err));
    TRY(json_get_text(group, "rule", &rule, err));
    TRY(json_get_text(group, "set", &set, err));
    TRY(json_get_text(group, "classification", &classification, err));
    TRY(json_get_text(group, "class", &class, err));
    if (segment.data != NULL)
        return app_report_subject(app, SUBJECT_SEGMENT, segment, arena, ret_subject, err);
    if (set.data != NULL) return app_report_subject(app, SUBJECT_SET, set, arena, ret_subject, err);
    if (rule.data != NULL)
        return app_report_subject(app, SUBJECT_RULE, rule, arena, ret_subject, err);
    if (classification.data == NULL || class.data == NULL)
        return error_set(err, STATUS_INVALID,
                         "a group is a segment, a rule, a set, or a classification and a class");
    Text name = arena_printf(arena, "%.*s=%.*s", TEXT_FORMAT(classification), TEXT_FORMAT(class));
    return app_report_subject(app, SUBJECT_CLASS, name, arena, ret_subject, err);
}

/* A manager's report is about his own customers. */
static Status read_subjects(Request *request, const json_t *body, ReportPlan *plan, Error *err)
{
    const json_t *groups = json_object_get(body, "groups");
    size_t count = json_array_size(groups);
    if (groups != NULL && !json_is_array(groups))
        return error_set(err, STATUS_INVALID, "'groups' wants an array");
    if (count > REPORT_SUBJECTS_MAX)
        return error_set(err, STATUS_LIMIT, "at most %d groups", REPORT_SUBJECTS_MAX);
    Text own = request_narrow(request, TEXT(""));
    ReportSubject *subjects = ARENA_ARRAY(request_arena(request), ReportSubject, count + 1);
    for (size_t i = 0; i < count; i++) {
        const json_t *group = json_array_get(groups, i);
        if (!json_is_object(group))
            return error_set(err, STATUS_INVALID, "'groups' wants an array of objects");
        TRY(read_subject(request, group, &subjects[i], err));
        subjects[i].rule = request_narrow(request, subjects[i].rule);
    }
    if (count == 0 && own.size > 0) subjects[count++] = (ReportSubject){own, own};
    plan->subjects = subjects;
    plan->subjects_count = count;
    return STATUS_OK;
}

static Status read_parameters(const json_t *body, ReportPlan *plan, Error *err)
{
    static const char *const keys[] = {"rows_max", "comparison", "level", "depth",
                                       "age_days", "wallet",     "size"};
    static const char *const comparisons[] = {"nothing", "previous", "year"};
    static const char *const levels[] = {"group", "item", "brand"};
    const json_t *given = json_object_get(body, "parameters");
    Text comparison = {0}, level = {0};
    if (given == NULL || json_is_null(given)) return STATUS_OK;
    if (!json_is_object(given))
        return error_set(err, STATUS_INVALID, "'parameters' wants an object");
    TRY(json_only(given, keys, COUNT_OF(keys), err));
    TRY(json_get_count(given, "rows_max", 100000, &plan->rows_max, err));
    TRY(json_get_count(given, "depth", 20, &plan->depth, err));
    TRY(json_get_count(given, "age_days", 10000, &plan->age_days, err));
    TRY(json_get_text(given, "wallet", &plan->wallet, err));
    TRY(json_get_text(given, "size", &plan->size, err));
    TRY(json_get_text(given, "comparison", &comparison, err));
    TRY(json_get_text(given, "level", &level, err));
    for (size_t i = 0; i < 3; i++) {
        if (text_equal(comparison, text_of(comparisons[i]))) plan->comparison = (SalesComparison)i;
        if (text_equal(level, text_of(levels[i]))) plan->product_level = (ProductLevel)i;
    }
    return STATUS_OK;
}

static Status read_plan(Request *request, const json_t *body, ReportPlan *plan, Error *err)
{
    Text step = {0};
    TRY(read_as_of(request, body, &plan->as_of, err));
    TRY(json_get_date(body, "from", &plan->has_from, &plan->from, err));
    TRY(json_get_date(body, "to", &plan->has_to, &plan->to, err));
    TRY(json_get_text(body, "step", &step, err));
    TRY(read_language(request, body, &plan->language, err));
    plan->has_step = step.data != NULL;
    if (plan->has_step) TRY(read_unit(step, &plan->step, err));
    TRY(read_parameters(body, plan, err));
    return read_subjects(request, body, plan, err);
}

static Status write_file(Request *request, Response *response, ListForm form, const Report *report,
                         Error *err)
{
    OutputOptions options;
    TRY(begin_list_file(request, response, form, text_of(report_kind_code(report->kind)), &options,
                        err));
    return reply_report_table(&report->tables[0], (ReportShown){0}, options, err);
}

static Status make_report(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"groups", "as_of",      "from",   "to",
                                       "step",   "parameters", "format", "language"};
    const json_t *body;
    ListForm form;
    Text format = {0};
    Report report;
    ReportPlan plan = {0};
    Text name = request_path(request, "report");
    if (!report_kind_parse(name, &plan.kind))
        return error_set(err, STATUS_NOT_FOUND, "no report '%.*s'", TEXT_FORMAT(name));
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_plan(request, body, &plan, err));
    TRY(json_get_text(body, "format", &format, err));
    TRY(read_list_form(format, &form, err));
    TRY(app_report(request_app(request), &plan, request_progress(request), request_arena(request),
                   &report, err));
    if (form != LIST_PAGE) return write_file(request, response, form, &report, err);
    reply_report(response_json(response), &report);
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_POST, "/api/v1/reports/{report}", RIGHT_READ, RUN_HEAVY, BODY_JSON, make_report},
};

const RouteTable routes_reports = {items, COUNT_OF(items)};
