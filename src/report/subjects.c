/* subjects.c -- the groups a report is about, as sets of customers. */
#include "report/subjects.h"

#include "base/memory.h"
#include "lang/lang.h"

#include <stdlib.h>

Status reporting_compile(const Reporting *reporting, Text source, ExpectedResult expected,
                         Expression **ret_expression, Error *err)
{
    Diagnostics diagnostics = diagnostics_new(reporting->arena);
    Status status = expression_compile(source, reporting->context->catalog, expected,
                                       reporting->arena, ret_expression, &diagnostics);
    if (status == STATUS_OK) return STATUS_OK;
    for (size_t i = 0; i < diagnostics.count; i++) {
        if (diagnostic_severity(diagnostics.items[i].kind) != SEVERITY_ERROR) continue;
        Text sentence =
            diagnostic_sentence(&diagnostics.items[i], reporting->voice.language, reporting->arena);
        return error_set(err, STATUS_INVALID, "'%.*s': %.*s", TEXT_FORMAT(source),
                         TEXT_FORMAT(sentence));
    }
    return error_set(err, status, "'%.*s' cannot be understood", TEXT_FORMAT(source));
}

Status reporting_ask(const Reporting *reporting, ReportQuestions questions, Arena *arena,
                     EngineAnswer *answers, Error *err)
{
    const ReportContext *context = reporting->context;
    AUTO(engine_done) EngineProgram *program = NULL;
    const Subjects *subjects = &reporting->subjects;
    const CustomerSet *base = subjects->is_bounded ? &subjects->base : NULL;
    EngineOptions options = {.only = questions.only != NULL ? questions.only : base,
                             .threads_count = context->threads_count,
                             .progress = context->progress};
    if (context->lookups != NULL) {
        options.lookups = joined_lookups_get(context->lookups);
        for (size_t i = 0; i < questions.count; i++)
            TRY(joined_lookups_prepare(context->lookups, questions.items[i].expression,
                                       questions.items[i].as_of, err));
    }
    TRY(engine_prepare(context->data, questions.items, questions.count, &options, &program, err));
    return engine_run(program, arena, answers, err);
}

/* ---- the groups ---- */

/* Rules are kept in their canonical form: it can stand inside of another rule. */
static Status compile_subject(Reporting *reporting, size_t index, EngineQuestion *question,
                              Error *err)
{
    static const ReportSubject everybody = {.rule = {"true", 4}};
    const ReportPlan *plan = reporting->plan;
    const ReportSubject *subject = plan->subjects_count == 0 ? &everybody : &plan->subjects[index];
    Expression *expression;
    TRY(reporting_compile(reporting, subject->rule, EXPECT_RULE, &expression, err));
    ReportGroup *group = &reporting->subjects.groups[index];
    group->rule = expression_print(expression->root, reporting->arena);
    group->label = plan->subjects_count == 0
                       ? report_word(WORD_EVERYBODY, reporting->voice.language)
                   : subject->label.size > 0 ? subject->label
                                             : group->rule;
    *question = (EngineQuestion){expression, plan->as_of, ANSWER_SET};
    return STATUS_OK;
}

static void describe_total(Reporting *reporting)
{
    Subjects *subjects = &reporting->subjects;
    ReportGroup *total = &subjects->groups[subjects_total(subjects)];
    Language language = reporting->voice.language;
    total->label = report_word(WORD_TOTAL, language);
    total->rule = TEXT("");
    for (size_t i = 0; i < subjects->count; i++)
        total->rule = arena_printf(reporting->arena, "%.*s%s(%.*s)", TEXT_FORMAT(total->rule),
                                   i > 0 ? " or " : "", TEXT_FORMAT(subjects->groups[i].rule));
    total->customers_count = customer_set_count(&subjects->total);
    subjects->groups[subjects_base(subjects)] =
        (ReportGroup){.label = report_word(WORD_EVERYBODY, language),
                      .rule = reporting->plan->base.size > 0 ? reporting->plan->base : TEXT("true"),
                      .customers_count = reporting->report->base_count};
}

static void note_groups(Reporting *reporting)
{
    const Subjects *subjects = &reporting->subjects;
    uint64_t memberships = 0;
    for (size_t i = 0; i < subjects->count; i++) {
        memberships += subjects->groups[i].customers_count;
        if (subjects->groups[i].customers_count == 0)
            report_add_note(reporting->report, NOTE_EMPTY_GROUP, reporting->voice,
                            &subjects->groups[i].label, 1);
    }
    if (subjects->is_bounded)
        report_add_note(reporting->report, NOTE_BOUNDED, reporting->voice, &reporting->plan->base,
                        1);
    uint64_t distinct = subjects->groups[subjects_total(subjects)].customers_count;
    if (memberships == distinct) return;
    const Text parts[] = {voice_count(reporting->voice, distinct),
                          voice_count(reporting->voice, memberships)};
    report_add_note(reporting->report, NOTE_DISTINCT_TOTAL, reporting->voice, parts, 2);
}

static Status find_base(Reporting *reporting, Error *err)
{
    Expression *expression;
    EngineAnswer answer;
    if (reporting->plan->base.size == 0) return STATUS_OK;
    TRY(reporting_compile(reporting, reporting->plan->base, EXPECT_RULE, &expression, err));
    EngineQuestion question = {expression, reporting->plan->as_of, ANSWER_SET};
    TRY(reporting_ask(reporting, (ReportQuestions){&question, 1, NULL}, reporting->arena, &answer,
                      err));
    reporting->subjects.base = answer.set;
    reporting->subjects.is_bounded = true;
    return STATUS_OK;
}

static Status count_base(Reporting *reporting, EngineQuestion *question, Error *err)
{
    Expression *expression;
    TRY(reporting_compile(reporting, TEXT("true"), EXPECT_RULE, &expression, err));
    *question = (EngineQuestion){expression, reporting->plan->as_of, ANSWER_COUNT};
    return STATUS_OK;
}

Status subjects_open(Reporting *reporting, Error *err)
{
    const ReportPlan *plan = reporting->plan;
    Subjects *subjects = &reporting->subjects;
    size_t count = plan->subjects_count == 0 ? 1 : plan->subjects_count;
    if (count > REPORT_SUBJECTS_MAX)
        return error_set(err, STATUS_LIMIT, "a report compares at most %d segments",
                         REPORT_SUBJECTS_MAX);
    *subjects = (Subjects){.count = count,
                           .groups_count = count + 2,
                           .groups = ARENA_ARRAY(reporting->arena, ReportGroup, count + 2),
                           .sets = ARENA_ARRAY(reporting->arena, CustomerSet, count)};
    TRY(find_base(reporting, err));
    EngineQuestion *questions = ARENA_ARRAY(reporting->arena, EngineQuestion, count + 1);
    EngineAnswer *answers = ARENA_ARRAY(reporting->arena, EngineAnswer, count + 1);
    for (size_t i = 0; i < count; i++)
        TRY(compile_subject(reporting, i, &questions[i], err));
    TRY(count_base(reporting, &questions[count], err));
    TRY(reporting_ask(reporting, (ReportQuestions){questions, count + 1, NULL}, reporting->arena,
                      answers, err));
    for (size_t i = 0; i < count; i++) {
        subjects->sets[i] = answers[i].set;
        subjects->groups[i].customers_count = answers[i].count;
        customer_set_unite(&subjects->total, &subjects->sets[i]);
    }
    reporting->report->base_count = answers[count].count;
    describe_total(reporting);
    note_groups(reporting);
    reporting->report->groups = subjects->groups;
    reporting->report->groups_count = subjects_lines(subjects);
    return STATUS_OK;
}

void subjects_close(Subjects *subjects)
{
    for (size_t i = 0; i < subjects->count && subjects->sets != NULL; i++)
        customer_set_free(&subjects->sets[i]);
    customer_set_free(&subjects->total);
    customer_set_free(&subjects->base);
}

uint64_t subjects_mask(const Subjects *subjects, CustomerId id)
{
    if (subjects->is_bounded && !customer_set_has(&subjects->base, id)) return 0;
    uint64_t mask = UINT64_C(1) << subjects_base(subjects);
    if (!customer_set_has(&subjects->total, id)) return mask;
    mask |= UINT64_C(1) << subjects_total(subjects);
    for (size_t i = 0; i < subjects->count; i++)
        if (customer_set_has(&subjects->sets[i], id)) mask |= UINT64_C(1) << i;
    return mask;
}
