/* running.c -- running a classification as of any days. */
#include "classification/running.h"

#include "base/fold.h"
#include "classification/classifying.h"

#include <string.h>

/* Values of the days of one scan wait in memory: so many bytes of them at most. */
enum { SCAN_BYTES_MAX = 1 << 30, VALUE_BYTES = 9 };

typedef struct {
    const ClassificationContext *context;
    const Classification *classification;
    RunDays days;
    Arena *arena; /* of the summaries */
    Plan plan;
    const Expression *everybody; /* gives a value for each customer */
    ClassPin *pins;              /* ascending by customer */
    size_t pins_count;
    bool is_preview; /* nothing is kept */
    RunSummary *summaries;
} Run;

/* ---- classes given by hand ---- */

static bool holds_on(const ClassPin *pin, Date day)
{
    return moment_date(pin->at).day <= day.day && (!pin->has_until || pin->until.day >= day.day);
}

/* Its number; 0 when the classification has no such class any more. */
static uint16_t class_of(const ClassPin *pin, const Classified *classified)
{
    for (size_t c = 0; c < classified->classes_count; c++)
        if (text_equal_folded(classified->names[c], pin->class_name)) return (uint16_t)(c + 1);
    return 0;
}

/* Both are in the order of the customers. */
static void apply_pins(const Run *run, Date day, Classified *classified, Arena *arena)
{
    if (run->pins_count == 0) return;
    size_t count = classified->customers_count;
    uint16_t *classes = ARENA_ARRAY(arena, uint16_t, count);
    memcpy(classes, classified->classes, count * sizeof *classes);
    size_t place = 0;
    for (size_t i = 0; i < run->pins_count; i++) {
        const ClassPin *pin = &run->pins[i];
        while (place < count && classified->customers[place].value < pin->customer.value)
            place++;
        if (place == count || classified->customers[place].value != pin->customer.value) continue;
        uint16_t class = class_of(pin, classified);
        if (class != 0 && holds_on(pin, day)) classes[place] = class;
    }
    classified->classes = classes;
}

/* ---- who may be seen ---- */

/* A preview classifies everybody and tells of some: the others have no class in it. */
static void hide_others(const CustomerSet *visible, Classified *classified, Arena *arena)
{
    uint16_t *classes = ARENA_ARRAY(arena, uint16_t, classified->customers_count);
    for (size_t i = 0; i < classified->customers_count; i++)
        if (customer_set_has(visible, classified->customers[i]))
            classes[i] = classified->classes[i];
    classified->classes = classes;
}

static const CustomerSet *visible_to(const Run *run)
{
    return run->is_preview ? run->context->visible : NULL;
}

/* ---- into the store ---- */

/* Who has a number: all classified ones who do, and others whose number is not 0. */
static CustomerSet who_has(const Classified *classified, const ClassifiedColumn *column,
                           int64_t *numbers)
{
    size_t count = 0;
    size_t customers_count = classified->customers_count;
    CustomerId last =
        customers_count > 0 ? classified->customers[customers_count - 1] : (CustomerId){0};
    CustomerSet set = customer_set_new(last);
    for (size_t i = 0; i < customers_count; i++) {
        int64_t number = column->numbers.values[i];
        if (!column_has(&column->numbers, i) || (classified->classes[i] == 0 && number == 0))
            continue;
        customer_set_add(&set, classified->customers[i]);
        numbers[count++] = number;
    }
    return set;
}

typedef struct {
    CustomerSet *sets;
    size_t count;
} SetList;

static void free_sets(SetList *list)
{
    for (size_t i = 0; i < list->count; i++)
        customer_set_free(&list->sets[i]);
}

static RunColumnWrite *write_columns(const Classified *classified, Arena *arena, SetList *sets)
{
    RunColumnWrite *columns = ARENA_ARRAY(arena, RunColumnWrite, classified->columns_count);
    for (size_t i = 0; i < classified->columns_count; i++) {
        const ClassifiedColumn *column = &classified->columns[i];
        int64_t *numbers = ARENA_ARRAY(arena, int64_t, classified->customers_count);
        CustomerSet *set = &sets->sets[sets->count++];
        *set = who_has(classified, column, numbers);
        columns[i] = (RunColumnWrite){.name = column->name,
                                      .scale = column->scale,
                                      .is_money = column->is_money,
                                      .is_amount = column->is_amount,
                                      .customers = set,
                                      .numbers = numbers};
    }
    return columns;
}

static const ClassifiedColumn *amount_of(const Classified *classified)
{
    for (size_t i = 0; i < classified->columns_count; i++)
        if (classified->columns[i].is_amount) return &classified->columns[i];
    return NULL;
}

/* Sums by class; beyond 18 digits there is none. */
static void sum_classes(const Classified *classified, RunClassWrite *classes, Arena *arena)
{
    const ClassifiedColumn *amount = amount_of(classified);
    Int128 *sums = ARENA_ARRAY(arena, Int128, classified->classes_count + 1);
    if (amount == NULL) return;
    for (size_t i = 0; i < classified->customers_count; i++)
        if (column_has(&amount->numbers, i))
            sums[classified->classes[i]] += amount->numbers.values[i];
    for (size_t c = 0; c < classified->classes_count; c++) {
        classes[c].has_amount = decimal_fits(sums[c + 1]);
        if (classes[c].has_amount) classes[c].amount = (int64_t)sums[c + 1];
    }
}

static RunClassWrite *write_classes(const Classified *classified, Arena *arena, SetList *sets)
{
    RunClassWrite *classes = ARENA_ARRAY(arena, RunClassWrite, classified->classes_count);
    CustomerSet *first = sets->sets + sets->count;
    for (size_t c = 0; c < classified->classes_count; c++) {
        classes[c].name = classified->names[c];
        classes[c].customers = &sets->sets[sets->count++];
    }
    for (size_t i = classified->customers_count; i > 0; i--) {
        uint16_t class = classified->classes[i - 1];
        if (class != 0) customer_set_add(&first[class - 1], classified->customers[i - 1]);
    }
    sum_classes(classified, classes, arena);
    return classes;
}

/* The classes as they were written; without their sets. */
static void tell(const Run *run, const Classified *classified, const RunWrite *write,
                 RunSummary *summary)
{
    RunClass *classes = ARENA_ARRAY(run->arena, RunClass, write->classes_count);
    const ClassifiedColumn *amount = amount_of(classified);
    *summary = (RunSummary){.run = write->row,
                            .classes = classes,
                            .classes_count = write->classes_count,
                            .unclassified_count = write->row.customers_count,
                            .has_amount = amount != NULL};
    for (size_t c = 0; c < write->classes_count; c++) {
        const RunClassWrite *class = &write->classes[c];
        classes[c] = (RunClass){.name = arena_text(run->arena, class->name),
                                .customers_count = customer_set_count(class->customers),
                                .has_amount = class->has_amount,
                                .amount = class->amount};
        summary->unclassified_count -= classes[c].customers_count;
    }
    if (amount != NULL)
        summary->amount_type =
            (Type){.kind = TYPE_DECIMAL, .scale = amount->scale, .is_money = amount->is_money};
}

static Status publish(const Run *run, const Classified *classified, Date as_of, RunSummary *summary,
                      Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SetList sets = {.sets = ARENA_ARRAY(arena, CustomerSet,
                                        classified->classes_count + classified->columns_count)};
    RunWrite write = {.row = {.classification_id = run->classification->id,
                              .version = run->classification->version,
                              .as_of = as_of,
                              .at = run->context->now,
                              .author = run->context->author,
                              .customers_count = classified->customers_count},
                      .columns_count = classified->columns_count,
                      .classes_count = classified->classes_count};
    write.columns = write_columns(classified, arena, &sets);
    write.classes = write_classes(classified, arena, &sets);
    if (visible_to(run) != NULL) write.row.customers_count = customer_set_count(visible_to(run));
    tell(run, classified, &write, summary);
    Status status = STATUS_OK;
    if (!run->is_preview)
        status = store_add_run(run->context->store, &write, &summary->run.id, err);
    free_sets(&sets);
    return status;
}

/* ---- asking ---- */

/* Days first .. end - 1 in one scan. */
typedef struct {
    size_t first, end;
    DayQuestions *days;
    Questions questions;
    size_t everybody;
    Arena *arena;
} Scan;

static Status prepare_lookups(const Scan *scan, JoinedLookups *lookups, Error *err)
{
    for (size_t i = 0; i < scan->questions.count; i++) {
        const EngineQuestion *question = &scan->questions.items[i];
        TRY(joined_lookups_prepare(lookups, question->expression, question->as_of, err));
    }
    return STATUS_OK;
}

static Status classify_days(const Run *run, const Scan *scan, const EngineAnswer *answers,
                            Error *err)
{
    const EngineValues *everybody = &answers[scan->everybody].values;
    DayAnswers given = {answers, everybody->customers, everybody->count, run->context->language};
    for (size_t i = scan->first; i < scan->end; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Classified classified;
        TRY(progress_report(run->context->progress, "classifying", i, run->days.count, err));
        TRY(classify_day(&run->plan, &scan->days[i - scan->first], &given, arena, &classified,
                         err));
        apply_pins(run, run->days.days[i], &classified, arena);
        if (visible_to(run) != NULL) hide_others(visible_to(run), &classified, arena);
        TRY(publish(run, &classified, run->days.days[i], &run->summaries[i], err));
    }
    return STATUS_OK;
}

static Status answer(const Run *run, const Scan *scan, Error *err)
{
    AUTO(joined_lookups_done)
    JoinedLookups *lookups =
        joined_lookups_new(run->context->store, run->context->lookup_providers);
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineAnswer *answers = ARENA_ARRAY(scan->arena, EngineAnswer, scan->questions.count);
    TRY(prepare_lookups(scan, lookups, err));
    EngineOptions options = {.lookups = joined_lookups_get(lookups),
                             .progress = run->context->progress};
    TRY(engine_prepare(run->context->data, scan->questions.items, scan->questions.count, &options,
                       &program, err));
    TRY(engine_run(program, scan->arena, answers, err));
    Status status = classify_days(run, scan, answers, err);
    for (size_t i = 0; i < scan->questions.count; i++)
        customer_set_free(&answers[i].set);
    return status;
}

static size_t questions_at_once(const EngineData *data)
{
    size_t customers = 0;
    for (size_t i = 0; i < data->layers_count; i++)
        customers += image_customers_count(data->layers[i].image);
    size_t most = SCAN_BYTES_MAX / VALUE_BYTES / (customers + 1);
    return most > 0 ? most : 1;
}

/* As many days from `first` on as fit, one at least. */
static Status scan_from(const Run *run, size_t first, size_t *ret_end, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    size_t most = questions_at_once(run->context->data);
    Scan scan = {.first = first,
                 .end = first,
                 .days = ARENA_ARRAY(arena, DayQuestions, run->days.count - first),
                 .arena = arena};
    scan.everybody = questions_add(&scan.questions, arena, run->everybody, run->days.days[first]);
    while (scan.end < run->days.count && (scan.end == first || scan.questions.count < most)) {
        scan.days[scan.end - first] =
            questions_for_day(&scan.questions, arena, &run->plan, run->days.days[scan.end]);
        scan.end++;
    }
    *ret_end = scan.end;
    return answer(run, &scan, err);
}

static Status run_all(const Run *run, Error *err)
{
    for (size_t first = 0; first < run->days.count;)
        TRY(scan_from(run, first, &first, err));
    return STATUS_OK;
}

static Status compile_everybody(Run *run, Error *err)
{
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(run->arena);
    if (expression_compile(TEXT("today"), run->context->catalog, EXPECT_ANY_VALUE, run->arena,
                           &expression, &diagnostics) != STATUS_OK)
        return error_set(err, STATUS_CORRUPT, "the data set has no customers to ask about");
    run->everybody = expression;
    return STATUS_OK;
}

/* What is not over would stand as the newest for all who come before that day. */
static Status refuse_days_to_come(const Run *run, Error *err)
{
    char day[DATE_TEXT_MAX];
    for (size_t i = 0; i < run->days.count; i++)
        if (run->days.days[i].day > run->context->today.day)
            return error_set(err, STATUS_INVALID,
                             "'%.*s' has not come yet; classify as of today or a day before",
                             TEXT_FORMAT(date_print_iso(run->days.days[i], day)));
    return STATUS_OK;
}

static Status prepare(Run *run, Error *err)
{
    const ClassificationContext *context = run->context;
    PlanNames names = {context->catalog, run->classification->id, context->language};
    if (run->days.count == 0 || run->days.count > RUN_DAYS_MAX)
        return error_set(err, STATUS_INVALID, "a run has 1 to %d days", RUN_DAYS_MAX);
    TRY(refuse_days_to_come(run, err));
    TRY(plan_compile(&run->classification->definition, &names, run->arena, &run->plan, err));
    TRY(compile_everybody(run, err));
    TRY(store_list_class_pins(run->context->store, run->classification->id, run->arena, &run->pins,
                              &run->pins_count, err));
    run->summaries = ARENA_ARRAY(run->arena, RunSummary, run->days.count);
    return STATUS_OK;
}

Status classification_run(const ClassificationContext *context,
                          const Classification *classification, RunDays days, Arena *arena,
                          RunSummary **ret_summaries, Error *err)
{
    Run run = {.context = context, .classification = classification, .days = days, .arena = arena};
    TRY(prepare(&run, err));
    TRY(store_batch_begin(context->store, err));
    Status status = run_all(&run, err);
    if (status == STATUS_OK) status = store_batch_commit(context->store, err);
    store_batch_rollback(context->store);
    if (status == STATUS_OK) *ret_summaries = run.summaries;
    return status;
}

Status classification_preview(const ClassificationContext *context,
                              const Classification *classification, Date day, Arena *arena,
                              RunSummary *ret_summary, Error *err)
{
    Run run = {.context = context,
               .classification = classification,
               .days = {&day, 1},
               .arena = arena,
               .is_preview = true};
    TRY(prepare(&run, err));
    TRY(run_all(&run, err));
    *ret_summary = run.summaries[0];
    return STATUS_OK;
}
