/* sets.c -- saving results under a name, putting saved ones together, making segments of them. */
#include "app/sets.h"

#include "activation/code_book.h"
#include "app/names.h"
#include "app/warnings.h"
#include "eval/event_rows.h"
#include "segment/definition.h"

/* ---- finding ---- */

Status set_get(App *app, Text name, Arena *arena, const SavedSet **ret_set, Error *err)
{
    SavedSets sets;
    TRY(saved_sets_load(app_store(app), arena, &sets, err));
    return saved_sets_get(&sets, name, ret_set, err);
}

/* ---- saving ---- */

typedef struct {
    AppWork *work;
    const SetSaving *saving;
    Arena *arena;
    Findings *findings;
    SavedSet set;
    struct {
        SavedRow *items;
        size_t count, capacity;
    } rows;
    SavedColumn *columns;
} Saving;

static Status customer_of(const Saving *saving, Text code, CustomerId *ret_id, Error *err)
{
    TRY(store_find_customer(app_store(saving->work->app), code, ret_id, err));
    if (ret_id->value != 0) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "customers were removed while they were being saved; save again");
}

/* Who is meant, with the values of all columns. */
static Status ask_customers(Saving *saving, Text columns, Question *ret_question,
                            Answer *ret_answer, Error *err)
{
    const SetSaving *wanted = saving->saving;
    App *app = saving->work->app;
    AskOptions options = {.source = wanted->expression, .columns = columns};
    AskMode mode = {.as_of = wanted->as_of,
                    .engine = wanted->engine,
                    .want = WANT_LIST,
                    .rows_max = SIZE_MAX,
                    .progress = saving->work->forming.progress};
    TRY(ask_prepare(app, &options, saving->arena, ret_question, saving->findings, err));
    const Expression *expression = ret_question->expressions[QUESTION_RULE];
    saving->set.expression = expression_print(expression->root, saving->arena);
    TRY(ask_answer(app, ret_question, &mode, saving->arena, ret_answer, err));
    BreakdownMode asked = {.as_of = wanted->as_of};
    warn_of_question(app, ret_question, &asked, saving->arena, saving->findings);
    return STATUS_OK;
}

static void add_column(Saving *saving, Text name, Type type)
{
    if (type.kind == TYPE_ITEM) type.kind = TYPE_TEXT;
    saving->columns[saving->set.columns_count++] = (SavedColumn){name, type};
}

/* The name, the value of what is no rule, the written columns: indexes of their expressions. */
static const size_t *choose_columns(Saving *saving, const Question *question)
{
    size_t count_max = QUESTION_COLUMNS + question->columns_count;
    size_t *chosen = ARENA_ARRAY(saving->arena, size_t, count_max);
    size_t count = 0;
    saving->columns = ARENA_ARRAY(saving->arena, SavedColumn, count_max);
    chosen[count++] = QUESTION_NAME;
    add_column(saving, TEXT("name"), question->types[QUESTION_NAME]);
    if (!question->is_rule) {
        chosen[count++] = QUESTION_RULE;
        add_column(saving, TEXT("value"), question->types[QUESTION_RULE]);
    }
    for (size_t i = 0; i < question->columns_count; i++) {
        chosen[count++] = QUESTION_COLUMNS + i;
        add_column(saving, question->columns[i].name, question->types[QUESTION_COLUMNS + i]);
    }
    return chosen;
}

static Status save_customers(Saving *saving, Error *err)
{
    Question question;
    Answer answer;
    if (text_trim(saving->saving->expression).size == 0)
        return error_set(err, STATUS_INVALID, "say which customers: a rule is missing");
    TRY(ask_customers(saving, saving->saving->columns, &question, &answer, err));
    const size_t *chosen = choose_columns(saving, &question);
    size_t count = saving->set.columns_count;
    for (size_t row = 0; row < answer.rows_count; row++) {
        Value *values = ARENA_ARRAY(saving->arena, Value, count);
        for (size_t c = 0; c < count; c++)
            values[c] = answer_value(&answer, &question, row, chosen[c]);
        SavedRow saved = {.values = values};
        Text code = answer_value(&answer, &question, row, QUESTION_CODE).as.text;
        TRY(customer_of(saving, code, &saved.customer, err));
        ARENA_PUSH(saving->arena, &saving->rows, saved);
    }
    return STATUS_OK;
}

/* ---- saving events ---- */

static Status choose_customers(Saving *saving, CustomerSet *customers, Error *err)
{
    Question question;
    Answer answer;
    TRY(ask_customers(saving, TEXT(""), &question, &answer, err));
    for (size_t row = 0; row < answer.rows_count; row++) {
        CustomerId id;
        Text code = answer_value(&answer, &question, row, QUESTION_CODE).as.text;
        TRY(customer_of(saving, code, &id, err));
        customer_set_add(customers, id);
    }
    return STATUS_OK;
}

/* Within a snapshot. */
static Status read_events(Saving *saving, const EventRowsQuestion *question,
                          const CustomerSet *customers, EventRowsList *ret_rows, Error *err)
{
    CustomerSource *source = NULL;
    Store *store = app_store(saving->work->app);
    if (customers != NULL)
        TRY(store_customer_source_set(store, customers, &source, err));
    else
        TRY(store_customer_source(store, &source, err));
    EvalInput input = {.source = source,
                       .as_of = saving->saving->as_of,
                       .progress = saving->work->forming.progress};
    return event_rows_answer(question, &input, saving->arena, ret_rows, err);
}

static Status answer_events(Saving *saving, const EventRowsQuestion *question,
                            const CustomerSet *customers, Error *err)
{
    EventRowsList rows;
    Store *store = app_store(saving->work->app);
    TRY(store_read_begin(store, err));
    Status status = read_events(saving, question, customers, &rows, err);
    store_read_end(store);
    if (status != STATUS_OK) return status;
    for (size_t i = 0; i < rows.count; i++) {
        SavedRow saved = {rows.items[i].customer, rows.items[i].values, rows.items[i].key};
        ARENA_PUSH(saving->arena, &saving->rows, saved);
    }
    return STATUS_OK;
}

static Status prepare_events(Saving *saving, EventRowsQuestion *ret_question, Error *err)
{
    const SetSaving *wanted = saving->saving;
    Diagnostics diagnostics[2];
    EventRowsText text = {wanted->stream, wanted->condition, wanted->columns};
    diagnostics[0] = diagnostics_new(saving->arena);
    diagnostics[1] = diagnostics_new(saving->arena);
    Status status = event_rows_prepare(&text, app_catalog(saving->work->app), saving->arena,
                                       ret_question, diagnostics, err);
    saving->findings[SAVING_CONDITION] = (Findings){wanted->condition, diagnostics[0]};
    saving->findings[SAVING_COLUMNS] = (Findings){wanted->columns, diagnostics[1]};
    return status;
}

static void tell_events(Saving *saving, const EventRowsQuestion *question)
{
    saving->set.stream = question->stream->name;
    if (question->condition != NULL)
        saving->set.condition = expression_print(question->condition, saving->arena);
    saving->columns = ARENA_ARRAY(saving->arena, SavedColumn, question->columns_count);
    for (size_t i = 0; i < question->columns_count; i++)
        add_column(saving, question->columns[i].name, question->columns[i].node->type);
}

static Status save_events(Saving *saving, Error *err)
{
    EventRowsQuestion question;
    AUTO(customer_set_free) CustomerSet customers = {0};
    bool is_of_all = text_trim(saving->saving->expression).size == 0;
    TRY(prepare_events(saving, &question, err));
    tell_events(saving, &question);
    if (!is_of_all) {
        Findings columns = saving->findings[SAVING_COLUMNS];
        Status status = choose_customers(saving, &customers, err);
        saving->findings[SAVING_COLUMNS] = columns; /* there were none in that question */
        if (status != STATUS_OK) return status;
    }
    return answer_events(saving, &question, is_of_all ? NULL : &customers, err);
}

Status set_check_until(const AppWork *work, Date until, Error *err)
{
    if (until.day >= work->forming.today.day) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "the last day of a saved set is over already");
}

Status set_save(AppWork *work, const SetSaving *saving, Arena *arena,
                Findings ret_findings[SAVING_FINDINGS_COUNT], Error *err)
{
    const FormingContext *forming = &work->forming;
    Saving whole = {.work = work,
                    .saving = saving,
                    .arena = arena,
                    .findings = ret_findings,
                    .set = {.name = saving->name,
                            .stream = TEXT(""),
                            .origin = SAVED_RULE,
                            .expression = TEXT(""),
                            .condition = TEXT(""),
                            .has_as_of = true,
                            .as_of = saving->as_of,
                            .at = forming->now,
                            .author = forming->author,
                            .has_until = saving->has_until,
                            .until = saving->until}};
    for (size_t i = 0; i < SAVING_FINDINGS_COUNT; i++)
        ret_findings[i] = (Findings){TEXT(""), diagnostics_new(arena)};
    if (saving->has_until) TRY(set_check_until(work, saving->until, err));
    if (saving->stream.size > 0)
        TRY(save_events(&whole, err));
    else
        TRY(save_customers(&whole, err));
    whole.set.columns = whole.columns;
    uint32_t id;
    TRY(store_add_saved_set(forming->store, &whole.set, whole.rows.items, whole.rows.count, &id,
                            err));
    return app_refresh(work->app, err);
}

/* ---- putting together ---- */

Status set_combine(AppWork *work, const SetCombining *combining, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const FormingContext *forming = &work->forming;
    SavedCombination combination = {.operation = combining->operation,
                                    .name = combining->name,
                                    .at = forming->now,
                                    .author = forming->author};
    uint32_t id;
    SavedSets sets;
    TRY(saved_sets_load(forming->store, arena, &sets, err));
    TRY(saved_sets_get(&sets, combining->a, &combination.a, err));
    TRY(saved_sets_get(&sets, combining->b, &combination.b, err));
    TRY(saved_sets_combine(forming->store, &combination, &id, err));
    return app_refresh(work->app, err);
}

static Status save_codes(AppWork *work, Text name, const CodeList *list, Error *err)
{
    const FormingContext *forming = &work->forming;
    SavedSet set = {.name = name,
                    .origin = SAVED_CODES,
                    .expression = TEXT(""),
                    .condition = TEXT(""),
                    .at = forming->now,
                    .author = forming->author};
    uint32_t id;
    if (customer_set_count(&list->customers) == 0)
        return error_set(err, STATUS_CONFLICT, "the list holds no code that a customer has");
    TRY(saved_set_add_customers(forming->store, &set, &list->customers, &id, err));
    return app_refresh(work->app, err);
}

Status set_from_codes(AppWork *work, Text name, Text codes, Arena *arena, CodeList *ret_list,
                      Error *err)
{
    CodeList list;
    TRY(code_list_read(work->forming.store, codes, arena, &list, err));
    Status status = save_codes(work, name, &list, err);
    if (status == STATUS_OK)
        *ret_list = list;
    else
        customer_set_free(&list.customers);
    return status;
}

/* ---- changing ---- */

static Status rename_at_once(AppWork *work, uint32_t id, Text new_name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Store *store = work->forming.store;
    StoredRenaming renaming = {.stored = {STORED_SET, id}, .name = new_name};
    TRY(store_batch_begin(store, err));
    Status status = app_write_stored_name(work->app, &renaming, arena, err);
    if (status == STATUS_OK) status = store_rename_saved_set(store, id, new_name, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

Status set_rename(AppWork *work, Text name, Text new_name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const SavedSet *set = NULL;
    TRY(set_get(work->app, name, arena, &set, err));
    TRY(rename_at_once(work, set->id, text_trim(new_name), err));
    return app_refresh(work->app, err);
}

Status set_remove(AppWork *work, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const SavedSet *set = NULL;
    TRY(set_get(work->app, name, arena, &set, err));
    TRY(app_refuse_uses(work->app, (StoredName){STORED_SET, set->id}, set->name, err));
    TRY(store_remove_saved_set(work->forming.store, set->id, err));
    return app_refresh(work->app, err);
}

Status set_keep(AppWork *work, Text name, const Date *until, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const SavedSet *set = NULL;
    TRY(set_get(work->app, name, arena, &set, err));
    if (until != NULL) TRY(set_check_until(work, *until, err));
    return store_keep_saved_set(work->forming.store, set->id, until, err);
}

Status sets_drop_expired(AppWork *work, Arena *arena, Text **ret_names, size_t *ret_count,
                         Error *err)
{
    SavedSets sets;
    TRY(saved_sets_load(work->forming.store, arena, &sets, err));
    *ret_names = ARENA_ARRAY(arena, Text, sets.count);
    *ret_count = 0;
    for (size_t i = 0; i < sets.count; i++) {
        Use *uses = NULL;
        size_t uses_count = 0;
        const SavedSet *set = &sets.items[i];
        if (!set->has_until || set->until.day >= work->forming.today.day) continue;
        TRY(app_uses_of(work->app, (StoredName){STORED_SET, set->id}, arena, &uses, &uses_count,
                        err));
        if (uses_count > 0) continue;
        TRY(store_remove_saved_set(work->forming.store, set->id, err));
        (*ret_names)[(*ret_count)++] = set->name;
    }
    return *ret_count > 0 ? app_refresh(work->app, err) : STATUS_OK;
}

/* ---- looking ---- */

static Status read_view(Store *store, SetView *view, SavedRowQuery query, Arena *arena, Error *err)
{
    AUTO(customer_set_free) CustomerSet shown = {0};
    CodeBook book;
    TRY(store_read_saved_rows(store, view->set, query, arena, &view->rows, err));
    for (size_t i = 0; i < view->rows.count; i++)
        customer_set_add(&shown, view->rows.items[i].customer);
    TRY(code_book_read(store, &shown, arena, &book, err));
    Text *codes = ARENA_ARRAY(arena, Text, view->rows.count);
    for (size_t i = 0; i < view->rows.count; i++)
        codes[i] = code_book_find(&book, view->rows.items[i].customer);
    view->codes = codes;
    return STATUS_OK;
}

Status set_view(App *app, Text name, SavedRowQuery query, Arena *arena, SetView *ret_view,
                Error *err)
{
    SetView view = {.schema = app_schema(app)};
    TRY(set_get(app, name, arena, &view.set, err));
    TRY(read_view(app_store(app), &view, query, arena, err));
    *ret_view = view;
    return STATUS_OK;
}

/* ---- into a segment ---- */

/* All of them added by hand, with the set as the cause. */
static Status put_into(AppWork *work, const SavedSet *set, uint32_t segment_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet customers = {0};
    FormingOutcome ignored;
    HandEdit edit = {
        .act = HAND_ADD, .source = HAND_FROM_SET, .source_name = set->name, .reason = TEXT("")};
    TRY(store_read_saved_customers(work->forming.store, set->id, &customers, err));
    edit.customers = customer_set_list(&customers, arena);
    edit.count = customer_set_count(&customers);
    if (edit.count == 0) return STATUS_OK;
    return segment_edit(&work->forming, registry_find(app_registry(work->app), segment_id), &edit,
                        &ignored, err);
}

Status set_to_segment(AppWork *work, Text name, Text segment, uint32_t *ret_segment_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const SavedSet *set = NULL;
    CardFindings findings;
    SegmentCard card = {.name = segment, .mode = MODE_MANUAL};
    uint32_t id;
    TRY(set_get(work->app, name, arena, &set, err));
    TRY(definition_understand(&work->forming, NULL, &card, arena, &findings, err));
    TRY(definition_add(&work->forming, &card, TEXT(""), &id, err));
    TRY(app_refresh(work->app, err));
    TRY(put_into(work, set, id, err));
    *ret_segment_id = id;
    return STATUS_OK;
}
