/* event_rows.c -- events of one stream row by row.
 *
 * A condition or a column is checked as part of `count(STREAM where ...)`: so names, types and
 * messages are those of every condition on events. */
#include "eval/event_rows.h"

#include "base/buffer.h"
#include "eval/reference.h"

/* ---- preparing ---- */

typedef struct {
    const Catalog *catalog;
    const Stream *stream;
    Arena *arena;
} Preparation;

static Status find_stream(const Catalog *catalog, Text name, const Stream **ret_stream, Error *err)
{
    const Schema *schema = catalog->schema;
    *ret_stream = schema_find_stream(schema, name);
    if (*ret_stream != NULL) return STATUS_OK;
    AUTO(arena_done) Arena *arena = arena_new();
    Text *names = ARENA_ARRAY(arena, Text, schema->streams_count);
    for (size_t i = 0; i < schema->streams_count; i++)
        names[i] = schema->streams[i].name;
    Text near = suggest_name(name, names, schema->streams_count);
    if (near.size == 0)
        return error_set(err, STATUS_NOT_FOUND,
                         "there is no stream '%.*s'; kohorta streams lists them",
                         TEXT_FORMAT(name));
    return error_set(err, STATUS_NOT_FOUND, "there is no stream '%.*s'; did you mean '%.*s'?",
                     TEXT_FORMAT(name), TEXT_FORMAT(near));
}

/* `count(STREAM where condition)`, checked; the condition as it came out of the checker. */
static Status check_in_events(const Preparation *preparation, const Node *condition,
                              Expression **ret_expression, const Node **ret_condition,
                              Diagnostics *diagnostics)
{
    Node *count = ARENA_NEW(preparation->arena, Node);
    *count = (Node){.kind = NODE_AGGREGATE,
                    .as.aggregate = {.kind = AGGREGATE_COUNT,
                                     .stream_name = preparation->stream->name,
                                     .condition = condition}};
    TRY(expression_check(count, preparation->catalog, EXPECT_ANY_VALUE, preparation->arena,
                         ret_expression, diagnostics));
    *ret_condition = (*ret_expression)->root->as.aggregate.condition;
    return STATUS_OK;
}

static Status prepare_condition(const Preparation *preparation, Text source,
                                EventRowsQuestion *question, Diagnostics *diagnostics)
{
    const Node *root = NULL;
    Expression *expression = NULL;
    if (text_trim(source).size == 0) return STATUS_OK;
    TRY(expression_parse(source, preparation->arena, &root, diagnostics));
    TRY(check_in_events(preparation, root, &expression, &question->condition, diagnostics));
    question->condition_expression = expression;
    return STATUS_OK;
}

/* A value is checked as `VALUE is missing`, which takes any. */
static Status prepare_column(const Preparation *preparation, const ColumnExpression *written,
                             EventRowsColumn *ret_column, Diagnostics *diagnostics)
{
    Node *asked = ARENA_NEW(preparation->arena, Node);
    Expression *expression = NULL;
    const Node *condition = NULL;
    *asked = (Node){.kind = NODE_IS_MISSING,
                    .span = written->root->span,
                    .as.unary = {.operand = written->root}};
    TRY(check_in_events(preparation, asked, &expression, &condition, diagnostics));
    *ret_column = (EventRowsColumn){
        .name = written->name, .node = condition->as.unary.operand, .expression = expression};
    return STATUS_OK;
}

static Text plain_name(Text name, Arena *arena)
{
    return arena_printf(arena, "`%.*s`", TEXT_FORMAT(name));
}

/* The day and every field in use, as if somebody had written them. */
static Text usual_columns(const Preparation *preparation)
{
    AUTO(buffer_done) Buffer columns = {0};
    Arena *arena = preparation->arena;
    const Stream *stream = preparation->stream;
    if (stream_find_field(stream, TEXT("date")) == NULL) buffer_cstr(&columns, "date");
    for (size_t i = 0; i < stream->fields_count; i++) {
        if (stream->fields[i].is_retired) continue;
        if (columns.size > 0) buffer_cstr(&columns, ", ");
        buffer_text(&columns, plain_name(stream->fields[i].name, arena));
        buffer_cstr(&columns, " as ");
        buffer_text(&columns, plain_name(stream->fields[i].name, arena));
    }
    return arena_text(arena, buffer_view(&columns));
}

static Status prepare_columns(const Preparation *preparation, Text source,
                              EventRowsQuestion *question, Diagnostics *diagnostics)
{
    ColumnExpression *written = NULL;
    size_t count = 0;
    if (text_trim(source).size == 0) source = usual_columns(preparation);
    TRY(expression_parse_columns(source, preparation->arena, &written, &count, diagnostics));
    EventRowsColumn *columns = ARENA_ARRAY(preparation->arena, EventRowsColumn, count);
    Status status = STATUS_OK;
    for (size_t i = 0; i < count; i++) /* all that is wrong is told at once */
        if (prepare_column(preparation, &written[i], &columns[i], diagnostics) != STATUS_OK)
            status = STATUS_INVALID;
    question->columns = columns;
    question->columns_count = count;
    return status;
}

Status event_rows_prepare(const EventRowsText *text, const Catalog *catalog, Arena *arena,
                          EventRowsQuestion *ret_question, Diagnostics ret_diagnostics[2],
                          Error *err)
{
    EventRowsQuestion question = {0};
    ret_diagnostics[0] = diagnostics_new(arena);
    ret_diagnostics[1] = diagnostics_new(arena);
    TRY(find_stream(catalog, text->stream, &question.stream, err));
    Preparation preparation = {catalog, question.stream, arena};
    Status condition =
        prepare_condition(&preparation, text->condition, &question, &ret_diagnostics[0]);
    Status columns = prepare_columns(&preparation, text->columns, &question, &ret_diagnostics[1]);
    if (condition != STATUS_OK || columns != STATUS_OK) return STATUS_INVALID;
    *ret_question = question;
    return STATUS_OK;
}

/* ---- answering ---- */

typedef struct {
    const EventRowsQuestion *question;
    const EvalInput *input;
    Reference *condition; /* NULL: every event */
    Reference **columns;  /* one per column */
    Arena *arena;         /* of the rows */
    EventRowsList rows;
} Answering;

static Status open_references(Answering *answering, Error *err)
{
    const EventRowsQuestion *question = answering->question;
    if (question->condition != NULL)
        TRY(reference_open(answering->input, question->condition_expression, &answering->condition,
                           err));
    for (size_t i = 0; i < question->columns_count; i++)
        TRY(reference_open(answering->input, question->columns[i].expression,
                           &answering->columns[i], err));
    return STATUS_OK;
}

static void close_references(Answering *answering)
{
    reference_close(answering->condition);
    for (size_t i = 0; i < answering->question->columns_count; i++)
        reference_close(answering->columns[i]);
}

static Value kept_value(Value value, Arena *arena)
{
    if (value.kind == VALUE_ITEM) value = value_text(value.as.item->code);
    return reference_kept_value(value, arena);
}

static Status add_row(Answering *answering, Scope *scope, Error *err)
{
    size_t count = answering->question->columns_count;
    Value *values = ARENA_ARRAY(answering->arena, Value, count);
    for (size_t i = 0; i < count; i++) {
        scope->reference = answering->columns[i];
        TRY(reference_value(scope, answering->question->columns[i].node, &values[i], err));
        values[i] = kept_value(values[i], answering->arena);
    }
    EventRowsRow row = {scope->customer->id, arena_text(answering->arena, scope->event->key),
                        values};
    ARENA_PUSH(answering->arena, &answering->rows, row);
    return STATUS_OK;
}

static Status add_event(Answering *answering, Scope *scope, Error *err)
{
    bool meets = true;
    scope->reference = answering->condition;
    if (answering->condition != NULL)
        TRY(reference_condition(scope, answering->question->condition, &meets, err));
    return meets ? add_row(answering, scope, err) : STATUS_OK;
}

static EventList events_of(const Answering *answering, const CustomerRow *customer)
{
    const Schema *schema = answering->input->source->schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        if (schema->streams[i].id == answering->question->stream->id)
            return events_until(customer->events[i], answering->input->as_of);
    ASSERT(false);
    return (EventList){0};
}

static Status add_customer(Answering *answering, const CustomerRow *customer, Arena *scratch,
                           Error *err)
{
    EventList events = events_of(answering, customer);
    for (size_t i = 0; i < events.count; i++) {
        Scope scope = {.customer = customer, .event = &events.items[i], .arena = scratch};
        if (add_event(answering, &scope, err) != STATUS_OK)
            return error_prefix(err, "customer '%.*s'", TEXT_FORMAT(customer->code));
    }
    return STATUS_OK;
}

static Status add_all(Answering *answering, Error *err)
{
    AUTO(arena_done) Arena *row_arena = arena_new();
    CustomerSource *source = answering->input->source;
    TRY(open_references(answering, err));
    TRY(source->rewind(source, err));
    for (uint64_t done = 0;; done++) {
        CustomerRow customer;
        arena_reset(row_arena);
        TRY(source->next(source, row_arena, &customer, err));
        if (customer.id.value == 0) return STATUS_OK;
        TRY(add_customer(answering, &customer, row_arena, err));
        TRY(reference_report(answering->input, done + 1, err));
    }
}

Status event_rows_answer(const EventRowsQuestion *question, const EvalInput *input, Arena *arena,
                         EventRowsList *ret_rows, Error *err)
{
    Answering answering = {.question = question,
                           .input = input,
                           .columns = ARENA_ARRAY(arena, Reference *, question->columns_count),
                           .arena = arena};
    Status status = add_all(&answering, err);
    close_references(&answering);
    if (status == STATUS_OK) *ret_rows = answering.rows;
    return status;
}
