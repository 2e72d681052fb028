/* loyalty.c -- how loyal segments are: NPS, who is regular and who was, advocates and terrorists.
 *
 * NPS is the percentage of promoters less that of detractors among those who gave a score. */
#include "report/subjects.h"

enum { ANSWERS_ENOUGH = 30 };

typedef enum {
#define LOYALTY_LINE(name, ...) LINE_##name,
#include "report/loyalty.def"
#undef LOYALTY_LINE
    LINES_COUNT
} LoyaltyLine;

static const struct {
    const char *rule;
    const char *in[LANGUAGE_COUNT];
} lines[] = {
#define LOYALTY_LINE(name, rule, en, ru, uk) \
    {rule, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "report/loyalty.def"
#undef LOYALTY_LINE
};

typedef struct {
    Reporting *reporting;
    EngineAnswer answers[LINES_COUNT];
} Loyalty;

static Status ask(Loyalty *loyalty, Error *err)
{
    const Reporting *reporting = loyalty->reporting;
    EngineQuestion questions[LINES_COUNT];
    for (size_t i = 0; i < LINES_COUNT; i++) {
        Expression *expression;
        TRY(reporting_compile(reporting, text_of(lines[i].rule), EXPECT_RULE, &expression, err));
        questions[i] = (EngineQuestion){expression, reporting->plan->as_of, ANSWER_SET};
    }
    return reporting_ask(reporting,
                         (ReportQuestions){questions, LINES_COUNT, &reporting->subjects.total},
                         reporting->arena, loyalty->answers, err);
}

static uint64_t count_of(const Loyalty *loyalty, LoyaltyLine line, size_t group)
{
    return customer_set_count_common(&loyalty->answers[line].set,
                                     subjects_set(&loyalty->reporting->subjects, group));
}

/* ---- in figures ---- */

static const ReportColumnKind summary_columns[] = {
    COLUMN_OF_GROUP,     COLUMN_OF_CUSTOMERS,         COLUMN_OF_ANSWERED,
    COLUMN_OF_PROMOTERS, COLUMN_OF_PASSIVES,          COLUMN_OF_DETRACTORS,
    COLUMN_OF_NPS,       COLUMN_OF_ADVOCATES,         COLUMN_OF_TERRORISTS,
    COLUMN_OF_BALANCE,   COLUMN_OF_REGULAR_CUSTOMERS, COLUMN_OF_LAPSED_CUSTOMERS};

static void note_thin(const Loyalty *loyalty, const ReportGroup *about, uint64_t answered)
{
    Reporting *reporting = loyalty->reporting;
    if (answered == 0 || answered >= ANSWERS_ENOUGH) return;
    const Text parts[] = {about->label, voice_count(reporting->voice, answered)};
    report_add_note(reporting->report, NOTE_THIN, reporting->voice, parts, 2);
}

static Status add_summary(const Loyalty *loyalty, ReportTable *table, size_t group, Error *err)
{
    const Reporting *reporting = loyalty->reporting;
    const ReportGroup *about = &reporting->subjects.groups[group];
    Int128 answered = count_of(loyalty, LINE_ANSWERED, group);
    Int128 promoters = count_of(loyalty, LINE_PROMOTERS, group);
    Int128 detractors = count_of(loyalty, LINE_DETRACTORS, group);
    uint64_t advocates = count_of(loyalty, LINE_ADVOCATES, group);
    uint64_t terrorists = count_of(loyalty, LINE_TERRORISTS, group);
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, about->label);
    row_count(&row, about->customers_count);
    row_count(&row, (uint64_t)answered);
    row_share(&row, promoters, answered);
    row_share(&row, count_of(loyalty, LINE_PASSIVES, group), answered);
    row_share(&row, detractors, answered);
    row_share(&row, 100 * (promoters - detractors), answered);
    row_count(&row, advocates);
    row_count(&row, terrorists);
    row_value(&row, value_decimal((int64_t)advocates - (int64_t)terrorists));
    row_count(&row, count_of(loyalty, LINE_REGULAR, group));
    row_count(&row, count_of(loyalty, LINE_LAPSED, group));
    note_thin(loyalty, about, (uint64_t)answered);
    return row_end(&row, about->rule, err);
}

/* ---- by who ---- */

static const ReportColumnKind line_columns[] = {COLUMN_OF_GROUP, COLUMN_OF_INDICATOR,
                                                COLUMN_OF_CUSTOMERS, COLUMN_OF_SHARE};

static Status add_line(const Loyalty *loyalty, ReportTable *table, size_t group, LoyaltyLine line,
                       Error *err)
{
    const Reporting *reporting = loyalty->reporting;
    const ReportGroup *about = &reporting->subjects.groups[group];
    uint64_t count = count_of(loyalty, line, group);
    Text condition = arena_printf(reporting->arena, "(%s)", lines[line].rule);
    ReportRow row = row_begin(table, reporting->arena);
    row_text(&row, about->label);
    row_text(&row, text_of(lines[line].in[reporting->voice.language]));
    row_count(&row, count);
    row_share(&row, (Int128)count, (Int128)about->customers_count);
    return row_end(&row, rule_and(about->rule, condition, reporting->arena), err);
}

static Status tell(const Loyalty *loyalty, Error *err)
{
    Reporting *reporting = loyalty->reporting;
    ReportTable *summary =
        report_add_table(reporting->report, TABLE_OF_LOYALTY, reporting->voice, summary_columns,
                         sizeof summary_columns / sizeof summary_columns[0]);
    ReportTable *table =
        report_add_table(reporting->report, TABLE_OF_LOYALTY_LINES, reporting->voice, line_columns,
                         sizeof line_columns / sizeof line_columns[0]);
    size_t groups_count = subjects_lines(&reporting->subjects);
    for (size_t group = 0; group < groups_count; group++) {
        TRY(add_summary(loyalty, summary, group, err));
        for (size_t line = 0; line < LINES_COUNT; line++)
            TRY(add_line(loyalty, table, group, (LoyaltyLine)line, err));
    }
    report_add_note(reporting->report, NOTE_PROPERTIES_NOW, reporting->voice, NULL, 0);
    return STATUS_OK;
}

Status report_loyalty(Reporting *reporting, Error *err)
{
    Loyalty loyalty = {.reporting = reporting};
    Status status = ask(&loyalty, err);
    if (status == STATUS_OK) status = tell(&loyalty, err);
    for (size_t i = 0; i < LINES_COUNT; i++)
        customer_set_free(&loyalty.answers[i].set);
    return status;
}
