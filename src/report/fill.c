/* fill.c -- how complete, how fresh and how sound the properties of segments are: how many have a
 * value, whose value was not set for long, whose values cannot be true. */
#include "report/subjects.h"

enum { STALE_DAYS_USUAL = 365 };

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
    CustomerSet (*ages)[2]; /* by property: of those who have a value, who is dated, who is fresh */
    uint64_t stale_days;
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

/* How old the values are that there are. */
static Status find_ages(Fill *fill, Error *err)
{
    const ReportContext *context = fill->reporting->context;
    Date since = {fill->reporting->plan->as_of.day - (int32_t)fill->stale_days};
    fill->ages = arena_alloc(fill->reporting->arena, fill->properties_count * sizeof *fill->ages);
    for (size_t i = 0; i < fill->properties_count && context->value_days != NULL; i++) {
        TRY(context->value_days(context->value_days_source, fill->checks[i].property, since,
                                fill->ages[i], err));
        for (size_t kind = VALUES_DATED; kind <= VALUES_FRESH; kind++)
            customer_set_intersect(&fill->ages[i][kind], &fill->answers[i].set);
    }
    return STATUS_OK;
}

static uint64_t count_group(const Fill *fill, const CustomerSet *customers, size_t group)
{
    return customer_set_count_common(customers, subjects_set(&fill->reporting->subjects, group));
}

static uint64_t count_in(const Fill *fill, size_t check, size_t group)
{
    return count_group(fill, &fill->answers[check].set, group);
}

static const ReportColumnKind fill_columns[] = {
    COLUMN_OF_PROPERTY, COLUMN_OF_LABEL,    COLUMN_OF_DATA_GROUP, COLUMN_OF_GROUP,
    COLUMN_OF_FILLED,   COLUMN_OF_SHARE,    COLUMN_OF_STALE,      COLUMN_OF_STALE_SHARE,
    COLUMN_OF_UNDATED,  COLUMN_OF_CUSTOMERS};
static const ReportColumnKind contradiction_columns[] = {COLUMN_OF_CHECK, COLUMN_OF_GROUP,
                                                         COLUMN_OF_CUSTOMERS, COLUMN_OF_SHARE};

static void put_ages(const Fill *fill, ReportRow *row, size_t check, size_t group, uint64_t filled)
{
    uint64_t dated = count_group(fill, &fill->ages[check][VALUES_DATED], group);
    uint64_t stale = dated - count_group(fill, &fill->ages[check][VALUES_FRESH], group);
    row_count(row, stale);
    row_share(row, (Int128)stale, (Int128)dated);
    row_count(row, filled - dated);
}

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
    put_ages(fill, &row, check, group, filled);
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
    Text days = voice_count(reporting->voice, fill->stale_days);
    report_add_note(reporting->report, NOTE_STALE_IS, reporting->voice, &days, 1);
    report_add_note(reporting->report, NOTE_PROPERTIES_NOW, reporting->voice, NULL, 0);
    return STATUS_OK;
}

static void free_sets(Fill *fill)
{
    for (size_t i = 0; i < fill->count; i++)
        customer_set_free(&fill->answers[i].set);
    for (size_t i = 0; i < fill->properties_count && fill->ages != NULL; i++) {
        customer_set_free(&fill->ages[i][VALUES_DATED]);
        customer_set_free(&fill->ages[i][VALUES_FRESH]);
    }
}

Status report_fill(Reporting *reporting, Error *err)
{
    uint64_t stale_days = reporting->plan->stale_days;
    Fill fill = {.reporting = reporting,
                 .stale_days = stale_days > 0 ? stale_days : STALE_DAYS_USUAL};
    list_checks(&fill);
    fill.answers = ARENA_ARRAY(reporting->arena, EngineAnswer, fill.count);
    Status status = ask(&fill, err);
    if (status == STATUS_OK) status = find_ages(&fill, err);
    if (status == STATUS_OK) status = tell(&fill, err);
    free_sets(&fill);
    return status;
}
