/* report.c -- one way to run every report. */
#include "report/subjects.h"

static const struct {
    const char *code;
    const char *labels[LANGUAGE_COUNT];
    Status (*make)(Reporting *reporting, Error *err);
} kinds[] = {
#define REPORT_KIND(name, code, en, ru, uk, function) \
    {code, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}, function},
#include "report/report_kind.def"
#undef REPORT_KIND
};

const char *report_kind_code(ReportKind kind)
{
    return kinds[kind].code;
}

Text report_kind_label(ReportKind kind, Language language)
{
    return text_of(kinds[kind].labels[language]);
}

bool report_kind_parse(Text code, ReportKind *ret_kind)
{
    for (int i = 0; i < REPORT_KIND_COUNT; i++) {
        if (!text_equal(code, text_of(kinds[i].code))) continue;
        *ret_kind = (ReportKind)i;
        return true;
    }
    return false;
}

Status report_run(const ReportContext *context, const ReportPlan *plan, Arena *arena,
                  Report *ret_report, Error *err)
{
    Report report = {.kind = plan->kind,
                     .label = report_kind_label(plan->kind, plan->language),
                     .as_of = plan->as_of};
    Reporting reporting = {.context = context,
                           .plan = plan,
                           .voice = {arena, plan->language},
                           .arena = arena,
                           .report = &report};
    Status status = subjects_open(&reporting, err);
    if (status == STATUS_OK) status = kinds[plan->kind].make(&reporting, err);
    subjects_close(&reporting.subjects);
    if (status == STATUS_OK) *ret_report = report;
    return status;
}
