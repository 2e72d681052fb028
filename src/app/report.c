/* report.c -- reports on segments over the data set of a directory. */
#include "app/report.h"

#include "app/native.h"
#include "base/fold.h"

static ReportSubject class_subject(Text classification, Text class_name, Arena *arena)
{
    Text call = report_call("class", classification, arena);
    Text quoted = report_quote(class_name, arena);
    return (ReportSubject){
        arena_printf(arena, "%.*s: %.*s", TEXT_FORMAT(classification), TEXT_FORMAT(class_name)),
        arena_printf(arena, "%.*s = %.*s", TEXT_FORMAT(call), TEXT_FORMAT(quoted))};
}

Status app_report_subject(App *app, SubjectKind kind, Text name, Arena *arena,
                          ReportSubject *ret_subject, Error *err)
{
    const Segment *segment;
    Text class_name, classification;
    switch (kind) {
    case SUBJECT_SEGMENT:
        TRY(registry_get(app_registry(app), name, &segment, err));
        *ret_subject =
            (ReportSubject){segment->card.name, report_call("member", segment->card.name, arena)};
        return STATUS_OK;
    case SUBJECT_SET:
        *ret_subject = (ReportSubject){name, report_call("saved", name, arena)};
        return STATUS_OK;
    case SUBJECT_CLASS:
        classification = text_split(name, '=', &class_name);
        if (class_name.data == NULL)
            return error_set(err, STATUS_INVALID,
                             "a class is written as CLASSIFICATION=CLASS, not '%.*s'",
                             TEXT_FORMAT(name));
        *ret_subject = class_subject(text_trim(classification), text_trim(class_name), arena);
        return STATUS_OK;
    case SUBJECT_RULE: *ret_subject = (ReportSubject){.rule = name}; return STATUS_OK;
    }
    ASSERT(false && "a subject is of one of the kinds above");
    return STATUS_INVALID;
}

Status app_report_classes(App *app, Text classification, Arena *arena, ReportSubject **ret_subjects,
                          size_t *ret_count, Error *err)
{
    const Catalog *catalog = app_catalog(app);
    for (size_t i = 0; i < catalog->classifications_count; i++) {
        const NamedClassification *named = &catalog->classifications[i];
        if (!text_equal_folded(named->name, classification)) continue;
        ReportSubject *subjects = ARENA_ARRAY(arena, ReportSubject, named->classes_count + 1);
        for (size_t j = 0; j < named->classes_count; j++)
            subjects[j] = class_subject(named->name, named->classes[j], arena);
        Text call = report_call("class", named->name, arena);
        subjects[named->classes_count] =
            (ReportSubject){.rule = arena_printf(arena, "%.*s is missing", TEXT_FORMAT(call))};
        *ret_subjects = subjects;
        *ret_count = named->classes_count + 1;
        return STATUS_OK;
    }
    return error_set(err, STATUS_NOT_FOUND, "no classification '%.*s'",
                     TEXT_FORMAT(classification));
}

static Status read_value_days(void *source, const Property *property, Date since,
                              CustomerSet ret_sets[2], Error *err)
{
    ValueDays days;
    TRY(store_value_days(source, property, since, &days, err));
    ret_sets[VALUES_DATED] = days.dated;
    ret_sets[VALUES_FRESH] = days.fresh;
    return STATUS_OK;
}

Status app_report(App *app, const ReportPlan *plan, const Progress *progress, Arena *arena,
                  Report *ret_report, Error *err)
{
    AUTO(native_done) Native native = {0};
    AskMode mode = {.progress = progress};
    TRY(native_open(app, &mode, arena, &native, err));
    ReportContext context = {.data = dataset_view_data(native.view),
                             .catalog = app_catalog(app),
                             .lookups = native.lookups,
                             .progress = progress,
                             .value_days = read_value_days,
                             .value_days_source = app_store(app)};
    return report_run(&context, plan, arena, ret_report, err);
}
