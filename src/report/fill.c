/* fill.c -- how complete and how sound the properties of segments are: how many have a value, whose
 * values cannot be true. */
#include "report/subjects.h"

static const struct {
    const char *rule;
    const char *in[LANGUAGE_COUNT];
} contradictions[] = {
#define CONTRADICTION(rule, en, ru, uk) \
    {rule, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "report/contradiction.def"
#undef CONTRADICTION
};
enum { CONTRADICTIONS_COUNT = sizeof contradictions / sizeof contradictions[0] };

/* A condition and those of all customers for whom it holds. */
typedef struct {
    const Property *property; /* NULL: a contradiction */
    Text label, condition;
} Check;

typedef struct {
    Reporting *reporting;
    Check *checks;
    size_t properties_count, count;
    EngineAnswer *answers;
} Fill;

static void list_checks(Fill *fill)
{
    const Reporting *reporting = fill->reporting;
    const Schema *schema = reporting->context->catalog->schema;
    Arena *arena = reporting->arena;
    fill->checks = ARENA_ARRAY(arena, Check, schema->properties_count + CONTRADICTIONS_COUNT);
    for (size_t i = 0; i < schema->properties_count; i++) {
        const Property *property = &schema->properties[i];
        if (property->is_retired) continue;
        fill->checks[fill->count++] =
            (Check){property, labels_get(&property->labels, reporting->voice.language),
                    arena_printf(arena, "%.*s is not missing",
                                 TEXT_FORMAT(report_name(property->name, arena)))};
    }
    fill->properties_count = fill->count;
    for (size_t i = 0; i < CONTRADICTIONS_COUNT; i++)
        fill->checks[fill->count++] =
            (Check){NULL, text_of(contradictions[i].in[reporting->voice.language]),
                    text_of(contradictions[i].rule)};
}

static Status ask(Fill *fill, Error *err)
{
    const Reporting *reporting = fill->reporting;
    EngineQuestion *questions = ARENA_ARRAY(reporting->arena, EngineQuestion, fill->count);
    for (size_t i = 0; i < fill->count; i++) {
        Expression *expression;
        TRY(reporting_compile(reporting, fill->checks[i].condition, EXPECT_RULE, &expression, err));
        questions[i] = (EngineQuestion){expression, reporting->plan->as_of, ANSWER_SET};
    }
    return reporting_ask(reporting,
                         (ReportQuestions){questions, fill->count, &reporting->subjects.total},
                         reporting->arena, fill->answers, err);
}

static uint64_t count_in(const Fill *fill, size_t check, size_t group)
{
    const Subjects *subjects = &fill->reporting->subjects;
    const CustomerSet *set =
        group == subjects_total(subjects) ? &subjects->total : &subjects->sets[group];
    return customer_set_count_common(&fill->answers[check].set, set);
}

static const ReportColumnKind fill_columns[] = {
    COLUMN_OF_PROPERTY, COLUMN_OF_LABEL, COLUMN_OF_DATA_GROUP, COLUMN_OF_GROUP,
    COLUMN_OF_FILLED,   COLUMN_OF_SHARE, COLUMN_OF_CUSTOMERS};
static const ReportColumnKind contradiction_columns[] = {COLUMN_OF_CHECK, COLUMN_OF_GROUP,
                                                         COLUMN_OF_CUSTOMERS, COLUMN_OF_SHARE};

static Status add_property(const Fill *fill, ReportTable *table, size_t check, size_t group,
                           Error *err)
{
    const Reporting *reporting = fill->reporting;
    const ReportGroup *about = &reporting->subjects.groups[group];
    const Check *asked = &fill->checks[check];
    uint64_t filled = count_in(fill, check, group);
    Text missing = arena_printf(reporting->arena, "not (%.*s)", TEXT_FORMAT(asked->condition));
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, asked->property->name);
    row_text(&row, asked->label);
    row_text(&row, data_group_label(asked->property->group, reporting->voice.language));
    row_text(&row, about->label);
    row_count(&row, filled);
    row_share(&row, (Int128)filled, (Int128)about->customers_count);
    row_count(&row, about->customers_count - filled);
    return row_end(&row, rule_and(about->rule, missing, reporting->arena), err);
}

static Status add_contradiction(const Fill *fill, ReportTable *table, size_t check, size_t group,
                                Error *err)
{
    const Reporting *reporting = fill->reporting;
    const ReportGroup *about = &reporting->subjects.groups[group];
    uint64_t count = count_in(fill, check, group);
    Text condition =
        arena_printf(reporting->arena, "(%.*s)", TEXT_FORMAT(fill->checks[check].condition));
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, fill->checks[check].label);
    row_text(&row, about->label);
    row_count(&row, count);
    row_share(&row, (Int128)count, (Int128)about->customers_count);
    return row_end(&row, rule_and(about->rule, condition, reporting->arena), err);
}

static Status tell(const Fill *fill, Error *err)
{
    Reporting *reporting = fill->reporting;
    ReportTable *properties =
        report_add_table(reporting->report, TABLE_OF_FILL, reporting->voice, fill_columns,
                         sizeof fill_columns / sizeof fill_columns[0]);
    ReportTable *wrong = report_add_table(
        reporting->report, TABLE_OF_CONTRADICTIONS, reporting->voice, contradiction_columns,
        sizeof contradiction_columns / sizeof contradiction_columns[0]);
    size_t lines = subjects_lines(&reporting->subjects);
    for (size_t i = 0; i < fill->properties_count; i++)
        for (size_t group = 0; group < lines; group++)
            TRY(add_property(fill, properties, i, group, err));
    for (size_t i = fill->properties_count; i < fill->count; i++)
        for (size_t group = 0; group < lines; group++)
            TRY(add_contradiction(fill, wrong, i, group, err));
    report_add_note(reporting->report, NOTE_PROPERTIES_NOW, reporting->voice, NULL, 0);
    return STATUS_OK;
}

Status report_fill(Reporting *reporting, Error *err)
{
    Fill fill = {.reporting = reporting};
    list_checks(&fill);
    fill.answers = ARENA_ARRAY(reporting->arena, EngineAnswer, fill.count);
    Status status = ask(&fill, err);
    if (status == STATUS_OK) status = tell(&fill, err);
    for (size_t i = 0; i < fill.count; i++)
        customer_set_free(&fill.answers[i].set);
    return status;
}
