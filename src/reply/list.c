/* list.c -- the rows of an answer: which columns they have, as JSON, as CSV, as a table. */
#include "reply/list.h"

#include "base/fold.h"

static void add_column(AnswerColumns *list, OutputColumn column, size_t expression)
{
    list->columns[list->count] = column;
    list->expressions[list->count++] = expression;
}

static bool has_own_column(const Question *question, Text name)
{
    for (size_t i = 0; i < question->columns_count; i++)
        if (text_equal_folded(question->columns[i].name, name)) return true;
    return false;
}

/* How a column is called by people: a property that it shows under its own name goes by its label,
 * where that is wanted. */
static Text label_of(const AnswerLabels *labels, const Expression *expression, Text name,
                     Text usual)
{
    const Node *root = expression->root;
    if (!labels->has_properties || root->kind != NODE_PROPERTY) return usual;
    const Property *property = root->as.property.property;
    return text_equal_folded(name, property->name) ? labels_get(&property->labels, labels->language)
                                                   : usual;
}

/* Column `name` shows an expression of the question. */
static void add_answer_column(AnswerColumns *list, const Question *question,
                              const AnswerLabels *labels, OutputColumn column, size_t expression)
{
    column.label = label_of(labels, question->expressions[expression], column.key, column.label);
    column.type = question->types[expression];
    add_column(list, column, expression);
}

AnswerColumns answer_columns(const Question *question, AnswerLabels labels, Arena *arena)
{
    size_t count_max = 3 + question->columns_count;
    AnswerColumns list = {ARENA_ARRAY(arena, OutputColumn, count_max),
                          ARENA_ARRAY(arena, size_t, count_max), 0, NULL, 0};
    const struct {
        OutputColumn column;
        size_t expression;
    } own[] = {{{.key = TEXT("code"), .label = labels.code}, QUESTION_CODE},
               {{.key = TEXT("name"), .label = labels.name}, QUESTION_NAME},
               {{.key = TEXT("value"), .label = labels.value}, QUESTION_RULE}};
    size_t own_count = question->is_rule ? 2 : 3;
    for (size_t i = 0; i < own_count; i++)
        if (!has_own_column(question, own[i].column.key))
            add_answer_column(&list, question, &labels, own[i].column, own[i].expression);
    for (size_t i = 0; i < question->columns_count; i++)
        add_answer_column(&list, question, &labels,
                          (OutputColumn){.key = question->columns[i].name}, QUESTION_COLUMNS + i);
    return list;
}

void answer_columns_add(AnswerColumns *list, MoreColumns more, Arena *arena)
{
    OutputColumn *columns = ARENA_ARRAY(arena, OutputColumn, list->count + more.count);
    for (size_t i = 0; i < list->count; i++)
        columns[i] = list->columns[i];
    for (size_t i = 0; i < more.count; i++)
        columns[list->count + i] = more.columns[i];
    list->columns = columns;
    list->count += more.count;
    list->more = more.values;
    list->more_count = more.count;
}

static void take_row(const AnswerColumns *columns, const Question *question, const Answer *answer,
                     size_t row, Value *values)
{
    size_t asked_count = columns->count - columns->more_count;
    for (size_t c = 0; c < asked_count; c++)
        values[c] = answer_value(answer, question, row, columns->expressions[c]);
    for (size_t c = 0; c < columns->more_count; c++)
        values[asked_count + c] = columns->more[row * columns->more_count + c];
}

void answer_output(const AnswerColumns *columns, const Question *question, const Answer *answer,
                   Output *output, Arena *arena)
{
    Value *values = ARENA_ARRAY(arena, Value, columns->count);
    for (size_t row = 0; row < answer->rows_count; row++) {
        take_row(columns, question, answer, row, values);
        output_row(output, values);
    }
}

void reply_row(JsonWriter *writer, const OutputColumn *columns, size_t count, const Value *values)
{
    json_begin(writer, '{');
    for (size_t i = 0; i < count; i++) {
        json_key_text(writer, columns[i].key);
        json_value(writer, values[i], columns[i].type);
    }
    json_end(writer, '}');
}

void reply_columns(JsonWriter *writer, const OutputColumn *columns, size_t count)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(writer, '{');
        json_key(writer, "key");
        json_text(writer, columns[i].key);
        json_key(writer, "label");
        json_text(writer, columns[i].label.size > 0 ? columns[i].label : columns[i].key);
        json_key(writer, "type");
        json_cstr(writer, type_name(columns[i].type));
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_answer_rows(JsonWriter *writer, const AnswerColumns *columns, const Question *question,
                       const Answer *answer, Arena *arena)
{
    Value *values = ARENA_ARRAY(arena, Value, columns->count);
    json_begin(writer, '[');
    for (size_t row = 0; row < answer->rows_count; row++) {
        take_row(columns, question, answer, row, values);
        reply_row(writer, columns->columns, columns->count, values);
    }
    json_end(writer, ']');
}

void reply_answer_page(JsonWriter *writer, const AnswerColumns *columns, const Question *question,
                       const Answer *answer, Arena *arena)
{
    json_key(writer, "columns");
    reply_columns(writer, columns->columns, columns->count);
    json_key(writer, "items");
    reply_answer_rows(writer, columns, question, answer, arena);
    json_key(writer, "next");
    if (answer->has_more) {
        json_text(writer, ask_cursor(question, answer, arena));
    } else {
        json_nothing(writer);
    }
}
