/* ask.c -- a question to the data: checked; evaluated row by row by the slow engines. */
#include "app/ask.h"

#include "app/native.h"

#include "base/fold.h"
#include "eval/sql.h"

typedef struct {
    App *app;
    const AskOptions *options;
    Arena *arena;
    Question *question;
    const Expression **expressions;
    Type *types;
    QuestionColumn *columns;
} Preparation;

static void set_expression(Preparation *preparation, size_t index, const Expression *expression)
{
    preparation->expressions[index] = expression;
    preparation->types[index] = expression->root->type;
}

/* ---- the columns ---- */

/* A yes/no property that a column shows as it is: as a condition it is "no" where it is missing, in
 * a list it is missing. */
static const Property *shown_property(const QuestionColumn *column)
{
    const Node *root = column->expression->root;
    bool is_shown = root->kind == NODE_PROPERTY && root->type.kind == TYPE_BOOL && !root->negated;
    return is_shown ? root->as.property.property : NULL;
}

static Status check_columns(Preparation *preparation, const ColumnExpression *columns,
                            size_t columns_count, Diagnostics *diagnostics)
{
    Status status = STATUS_OK;
    for (size_t i = 0; i < columns_count; i++) {
        Expression *expression = NULL;
        if (expression_check(columns[i].root, app_catalog(preparation->app), EXPECT_ANY_VALUE,
                             preparation->arena, &expression, diagnostics) != STATUS_OK) {
            status = STATUS_INVALID; /* go on: all that is wrong is told at once */
            continue;
        }
        preparation->columns[i] = (QuestionColumn){columns[i].name, expression};
        set_expression(preparation, QUESTION_COLUMNS + i, expression);
    }
    return status;
}

static void make_room(Preparation *preparation, size_t columns_count)
{
    size_t count = QUESTION_COLUMNS + 2 * columns_count;
    preparation->expressions = ARENA_ARRAY(preparation->arena, const Expression *, count);
    preparation->types = ARENA_ARRAY(preparation->arena, Type, count);
    preparation->columns = ARENA_ARRAY(preparation->arena, QuestionColumn, columns_count);
    preparation->question->expressions = preparation->expressions;
    preparation->question->types = preparation->types;
    preparation->question->expressions_count = QUESTION_COLUMNS + columns_count;
    preparation->question->columns = preparation->columns;
    preparation->question->columns_count = columns_count;
}

static Status prepare_columns(Preparation *preparation, Diagnostics *diagnostics)
{
    ColumnExpression *columns = NULL;
    size_t columns_count = 0;
    if (preparation->options->columns.size > 0)
        TRY(expression_parse_customer_columns(preparation->options->columns, preparation->arena,
                                              &columns, &columns_count, diagnostics));
    make_room(preparation, columns_count);
    return check_columns(preparation, columns, columns_count, diagnostics);
}

static Status prepare_own(Preparation *preparation, size_t index, Text source)
{
    Diagnostics diagnostics = diagnostics_new(preparation->arena);
    Expression *expression = NULL;
    TRY(app_compile(preparation->app, source, EXPECT_ANY_VALUE, preparation->arena, &expression,
                    &diagnostics));
    set_expression(preparation, index, expression);
    return STATUS_OK;
}

/* Behind the columns stands for each of these whether it is missing. */
static Status prepare_missing(Preparation *preparation)
{
    Question *question = preparation->question;
    question->expressions_count = QUESTION_COLUMNS + question->columns_count;
    for (size_t i = 0; i < question->columns_count; i++) {
        const Property *property = shown_property(&question->columns[i]);
        if (property == NULL) continue;
        Text source =
            arena_printf(preparation->arena, "`%.*s` is missing", TEXT_FORMAT(property->name));
        TRY(prepare_own(preparation, question->expressions_count++, source));
    }
    return STATUS_OK;
}

/* ---- the question itself, the name, the order ---- */

static Status prepare_question(Preparation *preparation, Diagnostics *diagnostics)
{
    Expression *expression = NULL;
    TRY(app_compile(preparation->app, preparation->options->source, EXPECT_ANY_VALUE,
                    preparation->arena, &expression, diagnostics));
    set_expression(preparation, QUESTION_RULE, expression);
    preparation->question->is_rule = expression->root->type.kind == TYPE_BOOL;
    return STATUS_OK;
}

static Status prepare_order(Preparation *preparation, Error *err)
{
    Question *question = preparation->question;
    Text sort = preparation->options->sort;
    question->is_descending = preparation->options->is_descending;
    if (sort.size == 0 || text_equal_folded(sort, TEXT("code"))) return STATUS_OK;
    question->has_sort = true;
    for (size_t i = 0; i < question->columns_count; i++) {
        if (!text_equal_folded(question->columns[i].name, sort)) continue;
        question->sort = QUESTION_COLUMNS + i;
        return STATUS_OK;
    }
    question->sort = text_equal_folded(sort, TEXT("name")) ? QUESTION_NAME : QUESTION_RULE;
    if (question->sort == QUESTION_NAME) return STATUS_OK;
    if (!question->is_rule && text_equal_folded(sort, TEXT("value"))) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "no column '%.*s' to sort by; give --columns one of this name, or sort by "
                     "code%s or name",
                     TEXT_FORMAT(sort), question->is_rule ? "" : ", value");
}

Status ask_prepare(App *app, const AskOptions *options, Arena *arena, Question *ret_question,
                   Findings ret_findings[2], Error *err)
{
    *ret_question = (Question){0};
    ret_findings[0] = (Findings){options->source, diagnostics_new(arena)};
    ret_findings[1] = (Findings){options->columns, diagnostics_new(arena)};
    Preparation preparation = {
        .app = app, .options = options, .arena = arena, .question = ret_question};
    if (prepare_columns(&preparation, &ret_findings[1].diagnostics) != STATUS_OK) {
        make_room(&preparation, 0);
        (void)prepare_question(&preparation, &ret_findings[0].diagnostics);
        return STATUS_INVALID;
    }
    TRY(prepare_question(&preparation, &ret_findings[0].diagnostics));
    TRY(prepare_own(&preparation, QUESTION_CODE, TEXT("`code`")));
    TRY(prepare_own(&preparation, QUESTION_NAME, TEXT("`name`")));
    TRY(prepare_missing(&preparation));
    return prepare_order(&preparation, err);
}

/* ---- the answer of the slow engines ---- */

static Status evaluate(App *app, const Question *question, const AskMode *mode, Arena *arena,
                       EvalResult *ret_result, Error *err)
{
    /* only a list needs more than the question itself */
    size_t count = mode->want == WANT_LIST ? question->expressions_count : 1;
    AUTO(joined_lookups_done) JoinedLookups *joined = NULL;
    TRY(app_lookups_open_formed(app, mode->formed, &joined, err));
    for (size_t i = 0; i < count; i++)
        TRY(joined_lookups_prepare(joined, question->expressions[i], mode->as_of, err));
    const Lookups *lookups = joined_lookups_get(joined);
    if (mode->engine == ENGINE_SQLITE) {
        SqliteInput input = {.store = app_store(app), .lookups = lookups, .as_of = mode->as_of};
        return sqlite_eval(&input, question->expressions, count, arena, ret_result, err);
    }
    CustomerSource *source = NULL;
    TRY(store_customer_source(app_store(app), &source, err));
    EvalInput input = {
        .source = source, .lookups = lookups, .as_of = mode->as_of, .progress = mode->progress};
    return reference_eval(&input, question->expressions, count, arena, ret_result, err);
}

static bool is_in(const Question *question, Value value)
{
    return question->is_rule ? value.kind == VALUE_BOOL && value.as.boolean
                             : !value_is_missing(value);
}

static void put_rows(const EvalResult *result, const Question *question, const Selection *selection,
                     Arena *arena, Answer *answer)
{
    size_t width = question->expressions_count;
    Value *values = ARENA_ARRAY(arena, Value, selection->count * width);
    for (size_t row = 0; row < selection->count; row++)
        for (size_t e = 0; e < width; e++)
            values[row * width + e] = result->values[e][selection->items[row].index];
    answer->values = values;
    answer->rows_count = selection->count;
}

static Status tell(const EvalResult *result, const Question *question, const AskMode *mode,
                   Arena *arena, Answer *answer, Error *err)
{
    AUTO(selection_done)
    Selection selection = {.count_max = mode->rows_max,
                           .is_descending = question->is_descending,
                           .after = mode->after};
    Summing summing = {0};
    bool is_list = mode->want == WANT_LIST;
    answer->base_count = result->customers_count;
    for (size_t i = 0; i < result->customers_count; i++) {
        Value value = result->values[QUESTION_RULE][i];
        summing_add(&summing, value);
        if (!is_in(question, value)) continue;
        answer->count++;
        Value key =
            is_list && question->has_sort ? result->values[question->sort][i] : value_missing();
        if (is_list) selection_add(&selection, (SelectionEntry){i, result->codes[i], key});
    }
    selection_finish(&selection);
    answer->has_more = selection.is_cut;
    if (is_list) put_rows(result, question, &selection, arena, answer);
    if (mode->want != WANT_SUMMARY) return STATUS_OK;
    return summing_end(&summing, question->types[QUESTION_RULE], &answer->summary, err);
}

static Status answer_slowly(App *app, const Question *question, const AskMode *mode, Arena *arena,
                            Answer *ret_answer, Error *err)
{
    EvalResult result;
    TRY(store_read_begin(app_store(app), err));
    Status status = evaluate(app, question, mode, arena, &result, err);
    store_read_end(app_store(app));
    return status == STATUS_OK ? tell(&result, question, mode, arena, ret_answer, err) : status;
}

static void show_missing(const Question *question, Answer *answer)
{
    size_t width = question->expressions_count, known = QUESTION_COLUMNS + question->columns_count;
    for (size_t i = 0; i < question->columns_count; i++) {
        if (shown_property(&question->columns[i]) == NULL) continue;
        for (size_t row = 0; row < answer->rows_count; row++) {
            Value *values = answer->values + row * width;
            if (values[known].as.boolean) values[QUESTION_COLUMNS + i] = value_missing();
        }
        known++;
    }
}

Status ask_answer(App *app, const Question *question, const AskMode *mode, Arena *arena,
                  Answer *ret_answer, Error *err)
{
    *ret_answer = (Answer){0};
    if (mode->engine == ENGINE_NATIVE)
        TRY(native_answer(app, question, mode, arena, ret_answer, err));
    else
        TRY(answer_slowly(app, question, mode, arena, ret_answer, err));
    show_missing(question, ret_answer);
    return STATUS_OK;
}
