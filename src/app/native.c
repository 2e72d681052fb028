/* native.c -- questions answered by the fast engine over the data set.
 *
 * A list takes two runs: one for who is in and what they are sorted by, one for all values of those
 * that are shown. */
#include "app/native.h"

void native_done(Native *native)
{
    if (native->view != NULL) dataset_release(native->dataset, native->view);
    native->view = NULL;
    joined_lookups_done(&native->lookups);
    customer_set_free(&native->only);
}

/* Who is there at all. */
static Status find_only(Native *native, const AskMode *mode, Error *err)
{
    if (mode->only == NULL) return STATUS_OK;
    EngineQuestion question = {mode->only, mode->as_of, ANSWER_SET};
    EngineAnswer answer;
    TRY(native_run(native, (NativeQuestions){&question, 1, NULL}, &answer, err));
    native->only = answer.set;
    native->has_only = true;
    return STATUS_OK;
}

Status native_open(App *app, const AskMode *mode, Arena *arena, Native *ret_native, Error *err)
{
    const DatasetView *view;
    Dataset *dataset;
    TRY(app_view(app, mode->progress, &dataset, &view, err));
    *ret_native = (Native){.dataset = dataset,
                           .view = view,
                           .progress = mode->progress,
                           .now_nanoseconds = mode->now_nanoseconds,
                           .arena = arena};
    Status status = app_lookups_open_formed(app, mode->formed, &ret_native->lookups, err);
    if (status == STATUS_OK) status = find_only(ret_native, mode, err);
    if (status != STATUS_OK) native_done(ret_native);
    return status;
}

uint64_t native_base_count(const Native *native)
{
    return native->has_only ? customer_set_count(&native->only)
                            : dataset_view_customers_count(native->view);
}

static void keep_steps(Native *native, const EngineProgram *program)
{
    EngineStep *steps;
    size_t count;
    engine_explain(program, native->arena, &steps, &count);
    for (size_t i = 0; i < count; i++)
        ARENA_PUSH(native->arena, &native->steps, steps[i]);
}

Status native_run(Native *native, NativeQuestions questions, EngineAnswer *answers, Error *err)
{
    for (size_t i = 0; i < questions.count; i++) {
        const EngineQuestion *question = &questions.items[i];
        TRY(joined_lookups_prepare(native->lookups, question->expression, question->as_of, err));
    }
    EngineOptions options = {.lookups = joined_lookups_get(native->lookups),
                             .only = questions.only == NULL && native->has_only ? &native->only
                                                                                : questions.only,
                             .progress = native->progress,
                             .now_nanoseconds = native->now_nanoseconds};
    AUTO(engine_done) EngineProgram *program = NULL;
    TRY(engine_prepare(dataset_view_data(native->view), questions.items, questions.count, &options,
                       &program, err));
    TRY(engine_run(program, native->arena, answers, err));
    if (native->now_nanoseconds != NULL) keep_steps(native, program);
    return STATUS_OK;
}

Value native_value(const EngineValues *values, size_t index, Arena *arena)
{
    Value value = engine_values_get(values, index);
    if (values->type.kind != TYPE_ITEM || value_is_missing(value)) return value;
    Item *item = ARENA_NEW(arena, Item);
    item->code = value.as.text;
    return value_item(item);
}

Value native_keep(Value value, Arena *arena)
{
    if (value.kind == VALUE_TEXT) value.as.text = arena_text(arena, value.as.text);
    if (value.kind == VALUE_ITEM) {
        Item *item = ARENA_NEW(arena, Item);
        item->code = arena_text(arena, value.as.item->code);
        return value_item(item);
    }
    if (value.kind != VALUE_SET) return value;
    Text *texts = ARENA_ARRAY(arena, Text, value.as.set.count);
    for (size_t i = 0; i < value.as.set.count; i++)
        texts[i] = arena_text(arena, value.as.set.items[i]);
    value.as.set.items = texts;
    return value;
}

void native_keep_summary(ValueSummary *summary, Arena *arena)
{
    summary->min = native_keep(summary->min, arena);
    summary->max = native_keep(summary->max, arena);
}

/* ---- a question ---- */

typedef struct {
    Native *native;
    const Question *question;
    const AskMode *mode;
    Answer *answer;
} Task;

static EngineQuestion ask_for(const Task *task, size_t expression, AnswerKind kind)
{
    return (EngineQuestion){.expression = task->question->expressions[expression],
                            .as_of = task->mode->as_of,
                            .kind = kind};
}

static Status count(const Task *task, Error *err)
{
    EngineQuestion question = ask_for(task, QUESTION_RULE, ANSWER_COUNT);
    EngineAnswer answer;
    TRY(native_run(task->native, (NativeQuestions){&question, 1, NULL}, &answer, err));
    task->answer->count = answer.count;
    return STATUS_OK;
}

static Status summarize(const Task *task, Error *err)
{
    EngineQuestion question = ask_for(task, QUESTION_RULE, ANSWER_VALUES);
    EngineAnswer answer;
    Summing summing = {0};
    Arena *arena = task->native->arena;
    TRY(native_run(task->native, (NativeQuestions){&question, 1, NULL}, &answer, err));
    for (size_t i = 0; i < answer.values.count; i++)
        summing_add(&summing, native_value(&answer.values, i, arena));
    TRY(summing_end(&summing, task->question->types[QUESTION_RULE], &task->answer->summary, err));
    native_keep_summary(&task->answer->summary, arena);
    task->answer->count = task->answer->summary.with_value;
    return STATUS_OK;
}

/* ---- a list ---- */

/* Those who are in, in order: their ids as indexes. */
static Status select_rows(const Task *task, const CustomerSet *members, Selection *selection,
                          Error *err)
{
    const Question *question = task->question;
    EngineQuestion questions[2] = {ask_for(task, QUESTION_CODE, ANSWER_VALUES)};
    EngineAnswer answers[2];
    size_t questions_count = 1;
    if (question->has_sort)
        questions[questions_count++] = ask_for(task, question->sort, ANSWER_VALUES);
    TRY(native_run(task->native, (NativeQuestions){questions, questions_count, members}, answers,
                   err));
    const EngineValues *codes = &answers[0].values;
    for (size_t i = 0; i < codes->count; i++) {
        Value key = question->has_sort ? native_value(&answers[1].values, i, task->native->arena)
                                       : value_missing();
        selection_add(selection, (SelectionEntry){codes->customers[i].value,
                                                  engine_values_get(codes, i).as.text, key});
    }
    selection_finish(selection);
    return STATUS_OK;
}

static size_t place_of(const EngineValues *values, size_t id)
{
    size_t low = 0, high = values->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (values->customers[middle].value <= id)
            low = middle;
        else
            high = middle;
    }
    ASSERT(values->count > 0 && values->customers[low].value == id);
    return low;
}

/* All expressions of those that are shown. */
static Status read_rows(const Task *task, const Selection *selection, Error *err)
{
    Arena *arena = task->native->arena;
    size_t width = task->question->expressions_count;
    AUTO(customer_set_free) CustomerSet shown = {0};
    EngineQuestion *questions = ARENA_ARRAY(arena, EngineQuestion, width);
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, width);
    Value *values = ARENA_ARRAY(arena, Value, selection->count * width);
    for (size_t row = 0; row < selection->count; row++)
        customer_set_add(&shown, (CustomerId){(uint32_t)selection->items[row].index});
    for (size_t e = 0; e < width; e++)
        questions[e] = ask_for(task, e, ANSWER_VALUES);
    TRY(native_run(task->native, (NativeQuestions){questions, width, &shown}, answers, err));
    for (size_t row = 0; row < selection->count; row++) {
        size_t place = place_of(&answers[0].values, selection->items[row].index);
        for (size_t e = 0; e < width; e++)
            values[row * width + e] =
                native_keep(native_value(&answers[e].values, place, arena), arena);
    }
    task->answer->values = values;
    task->answer->rows_count = selection->count;
    return STATUS_OK;
}

static Status list(const Task *task, Error *err)
{
    EngineQuestion question = ask_for(task, QUESTION_RULE, ANSWER_SET);
    EngineAnswer answer;
    TRY(native_run(task->native, (NativeQuestions){&question, 1, NULL}, &answer, err));
    AUTO(selection_done)
    Selection selection = {.count_max = task->mode->rows_max,
                           .after = task->mode->after,
                           .is_descending = task->question->is_descending};
    task->answer->count = answer.count;
    Status status = select_rows(task, &answer.set, &selection, err);
    customer_set_free(&answer.set);
    if (status != STATUS_OK) return status;
    task->answer->has_more = selection.is_cut;
    return read_rows(task, &selection, err);
}

Status native_answer(App *app, const Question *question, const AskMode *mode, Arena *arena,
                     Answer *answer, Error *err)
{
    AUTO(native_done) Native native = {0};
    TRY(native_open(app, mode, arena, &native, err));
    answer->base_count = native_base_count(&native);
    DatasetFacts facts = dataset_view_facts(native.view);
    if (facts.has_trouble)
        answer->image_trouble =
            arena_printf(arena, "%.*s; the image %s", TEXT_FORMAT(facts.made_because),
                         facts.is_in_memory ? "is kept in memory" : "was made again");
    Task task = {&native, question, mode, answer};
    switch (mode->want) {
    case WANT_COUNT: TRY(count(&task, err)); break;
    case WANT_SUMMARY: TRY(summarize(&task, err)); break;
    case WANT_LIST: TRY(list(&task, err)); break;
    }
    answer->steps = native.steps.items;
    answer->steps_count = native.steps.count;
    return STATUS_OK;
}
