/* routes_reports.c -- reports on groups of customers. */
#include "server/routes.h"

#include "app/report.h"
#include "reply/report.h"
#include "server/handlers.h"

typedef struct {
    ReportSubject *items;
    size_t count, capacity;
} SubjectList;

static Status add_classes(Request *request, Text classification, SubjectList *list, Error *err)
{
    ReportSubject *subjects;
    size_t count;
    Arena *arena = request_arena(request);
    TRY(app_report_classes(request_app(request), classification, arena, &subjects, &count, err));
    for (size_t i = 0; i < count; i++)
        ARENA_PUSH(arena, list, subjects[i]);
    return STATUS_OK;
}

/* The group, or each class of a classification. */
static Status add_subjects(Request *request, const json_t *group, SubjectList *list, Error *err)
{
    ReportSubject subject;
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
    SubjectKind kind = SUBJECT_CLASS;
    Text name = arena_printf(arena, "%.*s=%.*s", TEXT_FORMAT(classification), TEXT_FORMAT(class));
    if (segment.data != NULL) {
        kind = SUBJECT_SEGMENT;
        name = segment;
    } else if (set.data != NULL) {
        kind = SUBJECT_SET;
        name = set;
    } else if (rule.data != NULL) {
        kind = SUBJECT_RULE;
        name = rule;
    } else if (classification.data == NULL) {
        return error_set(
            err, STATUS_INVALID,
            "a group is a segment, a rule, a set, a classification or one class of it");
    } else if (class.data == NULL) {
        return add_classes(request, classification, list, err);
    }
    TRY(app_report_subject(app, kind, name, arena, &subject, err));
    ARENA_PUSH(arena, list, subject);
    return STATUS_OK;
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
    SubjectList list = {0};
    for (size_t i = 0; i < count; i++) {
        const json_t *group = json_array_get(groups, i);
        if (!json_is_object(group))
            return error_set(err, STATUS_INVALID, "'groups' wants an array of objects");
        TRY(add_subjects(request, group, &list, err));
    }
    if (list.count > REPORT_SUBJECTS_MAX)
        return error_set(err, STATUS_LIMIT, "at most %d groups", REPORT_SUBJECTS_MAX);
    plan->base = request_narrow(request, TEXT(""));
    plan->subjects = list.items;
    plan->subjects_count = list.count;
    return STATUS_OK;
}

/* A number, as it is; absent leaves the result as it was. */
static Status get_number(const json_t *object, const char *key, double *ret_number, Error *err)
{
    const json_t *given = json_object_get(object, key);
    if (given == NULL || json_is_null(given)) return STATUS_OK;
    if (!json_is_number(given)) return error_set(err, STATUS_INVALID, "'%s' wants a number", key);
    *ret_number = json_number_value(given);
    return STATUS_OK;
}

/* {"growth": 60, "margin": 40} */
static Status get_settings(const json_t *object, const char *key, Arena *arena,
                           const ReportSetting **ret_settings, size_t *ret_count, Error *err)
{
    json_t *given = json_object_get(object, key), *number;
    const char *criterion;
    if (given == NULL || json_is_null(given)) return STATUS_OK;
    if (!json_is_object(given))
        return error_set(err, STATUS_INVALID, "'%s' wants an object of numbers", key);
    ReportSetting *settings = ARENA_ARRAY(arena, ReportSetting, json_object_size(given));
    size_t count = 0;
    json_object_foreach(given, criterion, number)
    {
        if (!json_is_number(number))
            return error_set(err, STATUS_INVALID, "'%s' wants an object of numbers", key);
        settings[count++] = (ReportSetting){text_of(criterion), json_number_value(number)};
    }
    *ret_settings = settings;
    *ret_count = count;
    return STATUS_OK;
}

static Status get_ageing(const json_t *object, Arena *arena, ReportPlan *plan, Error *err)
{
    const json_t *given = json_object_get(object, "ageing_days");
    size_t count = json_array_size(given);
    if (given == NULL || json_is_null(given)) return STATUS_OK;
    int64_t *days = ARENA_ARRAY(arena, int64_t, count);
    bool is_list = json_is_array(given);
    for (size_t i = 0; i < count && is_list; i++) {
        const json_t *day = json_array_get(given, i);
        is_list = json_is_integer(day);
        days[i] = json_integer_value(day);
    }
    if (!is_list) return error_set(err, STATUS_INVALID, "'ageing_days' wants an array of days");
    plan->ageing_days = days;
    plan->ageing_days_count = count;
    return STATUS_OK;
}

/* One of the words; absent leaves the first. */
static Status get_choice(const json_t *object, const char *key, const char *const words[3],
                         size_t *ret_choice, Error *err)
{
    Text given = {0};
    TRY(json_get_text(object, key, &given, err));
    if (given.data == NULL) return STATUS_OK;
    for (size_t i = 0; i < 3; i++) {
        if (!text_equal(given, text_of(words[i]))) continue;
        *ret_choice = i;
        return STATUS_OK;
    }
    return error_set(err, STATUS_INVALID, "'%s' is %s, %s or %s, not '%.*s'", key, words[0],
                     words[1], words[2], TEXT_FORMAT(given));
}

static Status read_choices(const json_t *given, ReportPlan *plan, Error *err)
{
    static const char *const comparisons[] = {"nothing", "previous", "year"};
    static const char *const levels[] = {"group", "item", "brand"};
    size_t comparison = 0, level = 0;
    TRY(get_choice(given, "comparison", comparisons, &comparison, err));
    TRY(get_choice(given, "level", levels, &level, err));
    plan->comparison = (SalesComparison)comparison;
    plan->product_level = (ProductLevel)level;
    return STATUS_OK;
}

static Status read_parameters(const json_t *body, Arena *arena, ReportPlan *plan, Error *err)
{
    static const char *const keys[] = {"rows_max", "comparison",      "level",        "depth",
                                       "age_days", "wallet",          "size",         "gap_high",
                                       "gap_low",  "candidates_from", "ageing_days",  "percentile",
                                       "weights",  "ratings",         "target_share", "stale_days"};
    json_t *given;
    TRY(json_get_object(body, "parameters", &given, err));
    if (given == NULL) return STATUS_OK;
    TRY(json_only(given, keys, COUNT_OF(keys), err));
    TRY(json_get_count(given, "rows_max", 100000, &plan->rows_max, err));
    TRY(json_get_count(given, "depth", 20, &plan->depth, err));
    TRY(json_get_count(given, "age_days", 10000, &plan->age_days, err));
    TRY(json_get_count(given, "stale_days", 100000, &plan->stale_days, err));
    TRY(json_get_text(given, "wallet", &plan->wallet, err));
    TRY(json_get_text(given, "size", &plan->size, err));
    TRY(get_number(given, "gap_high", &plan->gap_high, err));
    TRY(get_number(given, "gap_low", &plan->gap_low, err));
    TRY(get_number(given, "candidates_from", &plan->candidates_minimum, err));
    TRY(get_number(given, "percentile", &plan->benchmark_percentile, err));
    TRY(get_number(given, "target_share", &plan->target_share, err));
    TRY(get_ageing(given, arena, plan, err));
    TRY(get_settings(given, "weights", arena, &plan->weights, &plan->weights_count, err));
    TRY(get_settings(given, "ratings", arena, &plan->ratings, &plan->ratings_count, err));
    return read_choices(given, plan, err);
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
    TRY(read_parameters(body, request_arena(request), plan, err));
    return read_subjects(request, body, plan, err);
}

/* A workbook has all tables unless one is named; another file has one, the first unless named. */
static Status write_file(Request *request, Response *response, ListForm form, Text table,
                         const Report *report, Error *err)
{
    OutputOptions options;
    const ReportTable *found =
        table.size > 0 ? report_find_table(report, table) : &report->tables[0];
    if (found == NULL)
        return error_set(err, STATUS_NOT_FOUND, "the report has no table '%.*s'",
                         TEXT_FORMAT(table));
    TRY(begin_list_file(request, response, form, report->label, &options, err));
    if (form == LIST_XLSX && table.size == 0)
        return reply_report_workbook(report, (ReportShown){0}, options, err);
    return reply_report_table(found, (ReportShown){0}, options, err);
}

static Status make_report(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"groups",     "as_of",  "from",  "to",      "step",
                                       "parameters", "format", "table", "language"};
    const json_t *body;
    ListForm form;
    Text format = {0}, table = {0};
    Report report;
    ReportPlan plan = {0};
    Text name = request_path(request, "report");
    if (!report_kind_parse(name, &plan.kind))
        return error_set(err, STATUS_NOT_FOUND, "no report '%.*s'", TEXT_FORMAT(name));
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_plan(request, body, &plan, err));
    TRY(json_get_text(body, "format", &format, err));
    TRY(json_get_text(body, "table", &table, err));
    TRY(read_list_form(format, &form, err));
    TRY(app_report(request_app(request), &plan, request_progress(request), request_arena(request),
                   &report, err));
    if (form != LIST_PAGE) return write_file(request, response, form, table, &report, err);
    reply_report(response_json(response), &report);
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_POST, "/api/v1/reports/{report}", RIGHT_READ, RUN_HEAVY, BODY_JSON, make_report},
};

const RouteTable routes_reports = {items, COUNT_OF(items)};
