/* movement.c -- how segments changed: how many were in them at the end of each period, who joined
 * and who left since the end of the one before. */
#include "lang/lang.h"
#include "report/periods.h"

enum { SETS_MAX = 4000 };

static const ReportColumnKind columns[] = {
    COLUMN_OF_GROUP,  COLUMN_OF_FROM, COLUMN_OF_TO,     COLUMN_OF_CUSTOMERS,
    COLUMN_OF_JOINED, COLUMN_OF_LEFT, COLUMN_OF_GROWTH, COLUMN_OF_STABILITY,
};

typedef struct {
    Reporting *reporting;
    const Periods *periods;
    const Expression **rules; /* by subject */
    EngineAnswer *answers;    /* by subject: before the first period, then at the end of each */
    ReportTable *table;
} Movement;

static CustomerSet *set_at(const Movement *movement, size_t subject, size_t point)
{
    return &movement->answers[subject * (movement->periods->count + 1) + point].set;
}

/* A stored segment can be asked for any past day; other rules only as of the day itself. */
static Text rule_at(const Movement *movement, size_t subject, Date day)
{
    char date[DATE_TEXT_MAX];
    const Reporting *reporting = movement->reporting;
    if (day.day == reporting->plan->as_of.day) return reporting->subjects.groups[subject].rule;
    if (subject >= reporting->subjects.count) return TEXT("");
    const Node *root = movement->rules[subject]->root;
    bool is_stored = root->kind == NODE_CALL && root->as.call.function == FUNCTION_MEMBER &&
                     root->as.call.definition == NULL;
    if (!is_stored) return TEXT("");
    Text name =
        report_quote(root->as.call.arguments.items[0]->as.literal.value.as.text, reporting->arena);
    Text on = date_print_iso(day, date);
    return arena_printf(reporting->arena, "was_member(%.*s, %.*s)", TEXT_FORMAT(name),
                        TEXT_FORMAT(on));
}

/* What became of a set between two days. */
static Status add_row(const Movement *movement, size_t group, size_t period,
                      const CustomerSet sets[2], Error *err)
{
    const Reporting *reporting = movement->reporting;
    const Period *days = &movement->periods->items[period];
    uint64_t before = customer_set_count(&sets[0]), after = customer_set_count(&sets[1]);
    uint64_t common = customer_set_count_common(&sets[0], &sets[1]);
    ReportRow row = row_begin(movement->table, reporting->arena);
    row_text(&row, reporting->subjects.groups[group].label);
    row_date(&row, days->from);
    row_date(&row, days->to);
    row_count(&row, after);
    row_count(&row, after - common);
    row_count(&row, before - common);
    row_share(&row, (Int128)after - (Int128)before, (Int128)before);
    row_share(&row, (Int128)common, (Int128)(before + after - common));
    return row_end(&row, rule_at(movement, group, days->to), err);
}

static Status add_subject(const Movement *movement, size_t subject, Error *err)
{
    for (size_t i = 0; i < movement->periods->count; i++) {
        const CustomerSet sets[] = {*set_at(movement, subject, i),
                                    *set_at(movement, subject, i + 1)};
        TRY(add_row(movement, subject, i, sets, err));
    }
    return STATUS_OK;
}

static CustomerSet unite_at(const Movement *movement, size_t point)
{
    CustomerSet set = {0};
    for (size_t i = 0; i < movement->reporting->subjects.count; i++)
        customer_set_unite(&set, set_at(movement, i, point));
    return set;
}

static Status add_total(const Movement *movement, Error *err)
{
    Status status = STATUS_OK;
    CustomerSet before = unite_at(movement, 0);
    for (size_t i = 0; status == STATUS_OK && i < movement->periods->count; i++) {
        CustomerSet after = unite_at(movement, i + 1);
        const CustomerSet sets[] = {before, after};
        status = add_row(movement, subjects_total(&movement->reporting->subjects), i, sets, err);
        customer_set_free(&before);
        before = after;
    }
    customer_set_free(&before);
    return status;
}

static Status ask(Movement *movement, EngineQuestion *questions, size_t count, Error *err)
{
    const Reporting *reporting = movement->reporting;
    size_t points = movement->periods->count + 1;
    for (size_t i = 0; i < reporting->subjects.count; i++) {
        Expression *rule;
        TRY(reporting_compile(reporting, reporting->subjects.groups[i].rule, EXPECT_RULE, &rule,
                              err));
        movement->rules[i] = rule;
        for (size_t point = 0; point < points; point++) {
            Date day = point == 0 ? (Date){movement->periods->items[0].from.day - 1}
                                  : movement->periods->items[point - 1].to;
            questions[i * points + point] = (EngineQuestion){rule, day, ANSWER_SET};
        }
    }
    return reporting_ask(reporting, (ReportQuestions){questions, count, NULL}, reporting->arena,
                         movement->answers, err);
}

static Status tell(Movement *movement, Error *err)
{
    Reporting *reporting = movement->reporting;
    movement->table = report_add_table(reporting->report, TABLE_OF_MOVEMENT, reporting->voice,
                                       columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < reporting->subjects.count; i++)
        TRY(add_subject(movement, i, err));
    if (reporting->subjects.count > 1) TRY(add_total(movement, err));
    report_add_note(reporting->report, NOTE_PROPERTIES_NOW, reporting->voice, NULL, 0);
    return STATUS_OK;
}

Status report_movement(Reporting *reporting, Error *err)
{
    Periods periods;
    TRY(periods_of_plan(reporting, UNIT_MONTH, &periods, err));
    size_t subjects = reporting->subjects.count, count = subjects * (periods.count + 1);
    if (count > SETS_MAX)
        return error_set(err, STATUS_LIMIT,
                         "%zu segments by %zu periods are too many; take longer periods", subjects,
                         periods.count);
    Movement movement = {.reporting = reporting,
                         .periods = &periods,
                         .rules = ARENA_ARRAY(reporting->arena, const Expression *, subjects),
                         .answers = ARENA_ARRAY(reporting->arena, EngineAnswer, count)};
    EngineQuestion *questions = ARENA_ARRAY(reporting->arena, EngineQuestion, count);
    Status status = ask(&movement, questions, count, err);
    if (status == STATUS_OK) status = tell(&movement, err);
    for (size_t i = 0; i < count; i++)
        customer_set_free(&movement.answers[i].set);
    return status;
}
