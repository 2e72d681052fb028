/* ask.c -- a question to the data: checked, evaluated in one pass, put in order. */
#include "app/ask.h"

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
    size_t count = QUESTION_COLUMNS + columns_count;
    preparation->expressions = ARENA_ARRAY(preparation->arena, const Expression *, count);
    preparation->types = ARENA_ARRAY(preparation->arena, Type, count);
    preparation->columns = ARENA_ARRAY(preparation->arena, QuestionColumn, columns_count);
    preparation->question->expressions = preparation->expressions;
    preparation->question->types = preparation->types;
    preparation->question->expressions_count = count;
    preparation->question->columns = preparation->columns;
    preparation->question->columns_count = columns_count;
}

static Status prepare_columns(Preparation *preparation, Diagnostics *diagnostics)
{
    ColumnExpression *columns = NULL;
    size_t columns_count = 0;
    if (preparation->options->columns.size > 0)
        TRY(expression_parse_columns(preparation->options->columns, preparation->arena, &columns,
                                     &columns_count, diagnostics));
    make_room(preparation, columns_count);
    return check_columns(preparation, columns, columns_count, diagnostics);
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

static Status prepare_name(Preparation *preparation)
{
    Diagnostics diagnostics = diagnostics_new(preparation->arena);
    Expression *expression = NULL;
    TRY(app_compile(preparation->app, TEXT("`name`"), EXPECT_ANY_VALUE, preparation->arena,
                    &expression, &diagnostics));
    set_expression(preparation, QUESTION_NAME, expression);
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
    TRY(prepare_name(&preparation));
    return prepare_order(&preparation, err);
}

/* ---- the answer ---- */

static Status evaluate(App *app, const Question *question, const AskMode *mode, Arena *arena,
                       EvalResult *ret_result, Error *err)
{
    if (mode->engine == ENGINE_SQLITE) {
        SqliteInput input = {.store = app_store(app), .as_of = mode->as_of};
        return sqlite_eval(&input, question->expressions, question->expressions_count, arena,
                           ret_result, err);
    }
    CustomerSource *source = NULL;
    TRY(store_customer_source(app_store(app), &source, err));
    EvalInput input = {.source = source, .as_of = mode->as_of, .progress = mode->progress};
    return reference_eval(&input, question->expressions, question->expressions_count, arena,
                          ret_result, err);
}

Status ask_answer(App *app, const Question *question, const AskMode *mode, Arena *arena,
                  Answer *ret_answer, Error *err)
{
    TRY(store_read_begin(app_store(app), err));
    Status status = evaluate(app, question, mode, arena, &ret_answer->result, err);
    store_read_end(app_store(app));
    if (status != STATUS_OK) return status;
    CompositionQuery query = {.result = &ret_answer->result,
                              .types = question->types,
                              .chooser = QUESTION_RULE,
                              .has_sort = question->has_sort,
                              .sort = question->sort,
                              .is_descending = question->is_descending};
    ret_answer->composition = composition_of(&query, arena);
    return STATUS_OK;
}
