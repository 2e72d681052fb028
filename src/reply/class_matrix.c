/* class_matrix.c -- matrix and migration of classifications as JSON and as tables. */
#include "reply/class_matrix.h"

#include "reply/classification_headings.h"
#include "reply/fields.h"

static const Type text_type = {.kind = TYPE_TEXT};
static const Type count_type = {.kind = TYPE_DECIMAL};
static const Type ratio_type = {.kind = TYPE_RATIO};

static void put_value(JsonWriter *writer, const char *key, Value value, Type type)
{
    json_key(writer, key);
    json_value(writer, value, type);
}

static Value share_of(Int128 part, Int128 whole)
{
    return whole == 0 ? value_missing() : value_ratio((double)part / (double)whole);
}

/* ---- matrix ---- */

static Text row_of(const Matrix *matrix, size_t row)
{
    return row < matrix->rows_count ? matrix->row_names[row] : TEXT("");
}

static Text column_of(const Matrix *matrix, size_t column)
{
    return column < matrix->columns_count ? matrix->column_names[column] : TEXT("");
}

static Text action_of(const MatrixAnswer *answer, size_t row, size_t column, Language language,
                      Arena *arena)
{
    const Matrix *matrix = &answer->matrix;
    Text name = matrix_cell_name(row_of(matrix, row), column_of(matrix, column), arena);
    return actions_find(&answer->actions, answer->set, name, language);
}

static void put_cell(JsonWriter *writer, const MatrixAnswer *answer, size_t row, size_t column,
                     Language language)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Matrix *matrix = &answer->matrix;
    Text name = matrix_cell_name(row_of(matrix, row), column_of(matrix, column), arena);
    const MatrixCell *cell = matrix_cell(matrix, row, column);
    Value amount = matrix->has_amount ? value_decimal(cell->amount) : value_missing();
    json_begin(writer, '{');
    field_text_or_null(writer, "cell", name);
    field_text_or_null(writer, "row", row_of(matrix, row));
    field_text_or_null(writer, "column", column_of(matrix, column));
    field_count(writer, "customers", cell->customers_count);
    put_value(writer, "customers_share",
              share_of((Int128)cell->customers_count, (Int128)matrix->customers_count), ratio_type);
    put_value(writer, "revenue", amount, matrix->amount_type);
    put_value(writer, "revenue_share",
              matrix->has_amount ? share_of(cell->amount, matrix->amount) : value_missing(),
              ratio_type);
    field_text_or_null(writer, "action", action_of(answer, row, column, language, arena));
    field_text_or_null(writer, "rule", matrix_cell_rule(answer, row, column, arena));
    json_end(writer, '}');
}

static void put_concentration(JsonWriter *writer, const Matrix *matrix)
{
    json_key(writer, "concentration");
    json_begin(writer, '[');
    for (size_t i = 0; i < CONCENTRATIONS; i++) {
        if (matrix->concentrations[i].customers_count == 0) continue;
        json_begin(writer, '{');
        field_count(writer, "greatest", matrix->concentrations[i].customers_count);
        put_value(writer, "share", value_ratio(matrix->concentrations[i].share), ratio_type);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    field_count(writer, "make_half", matrix->half_count);
    field_count(writer, "make_80_percent", matrix->most_count);
}

static void put_notes(JsonWriter *writer, ClassNotes notes)
{
    field_texts(writer, "notes", notes.items, notes.count);
}

void reply_matrix(JsonWriter *writer, const MatrixAnswer *answer, Voice voice)
{
    const Matrix *matrix = &answer->matrix;
    bool fits = matrix->has_amount && decimal_fits(matrix->amount);
    json_begin(writer, '{');
    field_text_or_null(writer, "rows", answer->rows);
    field_text_or_null(writer, "columns", answer->columns);
    field_date(writer, "at", answer->has_at, answer->at);
    field_date(writer, "rows_as_of", true, matrix->row_run.as_of);
    field_date(writer, "columns_as_of", true, matrix->column_run.as_of);
    field_count(writer, "customers", matrix->customers_count);
    put_value(writer, "revenue", fits ? value_decimal((int64_t)matrix->amount) : value_missing(),
              matrix->amount_type);
    field_text_or_null(writer, "set", answer->set);
    json_key(writer, "cells");
    json_begin(writer, '[');
    for (size_t row = 0; row <= matrix->rows_count; row++)
        for (size_t column = 0; column <= matrix->columns_count; column++)
            put_cell(writer, answer, row, column, voice.language);
    json_end(writer, ']');
    put_concentration(writer, matrix);
    put_notes(writer, reply_matrix_notes(answer, voice));
    json_end(writer, '}');
}

Status reply_matrix_table(const MatrixAnswer *answer, OutputOptions options, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Matrix *matrix = &answer->matrix;
    Language language = options.language;
    const OutputColumn columns[] = {
        heading_column(HEADING_CELL, text_type, language),
        heading_column(HEADING_CUSTOMERS, count_type, language),
        heading_column(HEADING_CUSTOMERS_SHARE, ratio_type, language),
        heading_column(HEADING_SUM, matrix->amount_type, language),
        heading_column(HEADING_SUM_SHARE, ratio_type, language),
        heading_column(HEADING_ACTION, text_type, language),
    };
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    static const bool is_share[COLUMNS] = {[2] = true, [4] = true};
    AUTO(output_done) Output *output = output_open(options, columns, COLUMNS);
    output_set_shares(output, is_share);
    for (size_t row = 0; row <= matrix->rows_count; row++)
        for (size_t column = 0; column <= matrix->columns_count; column++) {
            const MatrixCell *cell = matrix_cell(matrix, row, column);
            Value amount = matrix->has_amount ? value_decimal(cell->amount) : value_missing();
            Text name = matrix_cell_name(row_of(matrix, row), column_of(matrix, column), arena);
            const Value values[COLUMNS] = {
                value_text(name),
                value_decimal((int64_t)cell->customers_count),
                share_of((Int128)cell->customers_count, (Int128)matrix->customers_count),
                amount,
                matrix->has_amount ? share_of(cell->amount, matrix->amount) : value_missing(),
                value_text(action_of(answer, row, column, language, arena))};
            output_row(output, values);
        }
    return output_close(output, err);
}

void reply_matrix_actions(JsonWriter *writer, const MatrixActions *actions)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < actions->count; i++) {
        const MatrixAction *action = &actions->items[i];
        json_begin(writer, '{');
        field_text(writer, "set", action->set);
        field_text(writer, "cell", action->cell);
        json_key(writer, "texts");
        json_begin(writer, '{');
        for (Language language = 0; language < LANGUAGE_COUNT; language++)
            field_text(writer, language_code(language), action->texts.in[language]);
        json_end(writer, '}');
        field_flag(writer, "is_changed", action->is_changed);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

/* ---- migration ---- */

static Text from_of(const Migration *migration, size_t from)
{
    return from < migration->from_count ? migration->from_names[from] : TEXT("");
}

static Text to_of(const Migration *migration, size_t to)
{
    return to < migration->to_count ? migration->to_names[to] : TEXT("");
}

static Value amount_or_nothing(const Migration *migration, int64_t amount)
{
    return migration->has_amount ? value_decimal(amount) : value_missing();
}

/* Nobody can be in no class on both days: those are not counted. */
static bool is_outside(const Migration *migration, size_t from, size_t to)
{
    return from == migration->from_count && to == migration->to_count;
}

static void put_move(JsonWriter *writer, const MigrationAnswer *answer, const MigrationPart *part,
                     MoverQuery place)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Migration *migration = &answer->migration;
    const MigrationCell *cell = migration_cell(migration, part, place.from, place.to);
    json_begin(writer, '{');
    field_text_or_null(writer, "from", from_of(migration, place.from));
    field_text_or_null(writer, "to", to_of(migration, place.to));
    field_count(writer, "customers", cell->customers_count);
    put_value(writer, "share", value_ratio(cell->share), ratio_type);
    put_value(writer, "sum_before", amount_or_nothing(migration, cell->before),
              migration->amount_type);
    put_value(writer, "sum_after", amount_or_nothing(migration, cell->after),
              migration->amount_type);
    if (part == &migration->parts[0])
        field_text_or_null(writer, "rule", migration_cell_rule(answer, place, arena));
    json_end(writer, '}');
}

static void put_part(JsonWriter *writer, const MigrationAnswer *answer, const MigrationPart *part)
{
    const Migration *migration = &answer->migration;
    put_value(writer, "psi", value_ratio(part->stability), ratio_type);
    field_count(writer, "stayed", part->stayed_count);
    field_count(writer, "moved", part->moved_count);
    field_count(writer, "new", part->new_count);
    field_count(writer, "lost", part->lost_count);
    json_key(writer, "cells");
    json_begin(writer, '[');
    for (size_t from = 0; from <= migration->from_count; from++)
        for (size_t to = 0; to <= migration->to_count; to++)
            if (!is_outside(migration, from, to))
                put_move(writer, answer, part, (MoverQuery){from, to});
    json_end(writer, ']');
}

void reply_migration(JsonWriter *writer, const MigrationAnswer *answer, Voice voice)
{
    const Migration *migration = &answer->migration;
    json_begin(writer, '{');
    field_text_or_null(writer, "classification", answer->classification);
    field_date(writer, "from", true, migration->from_run.as_of);
    field_date(writer, "to", true, migration->to_run.as_of);
    field_count(writer, "from_run", migration->from_run.id);
    field_count(writer, "to_run", migration->to_run.id);
    field_flag(writer, "parameters_changed", answer->has_other_parameters);
    put_part(writer, answer, &migration->parts[0]);
    json_key(writer, "groups");
    json_begin(writer, '[');
    for (size_t i = 1; i < migration->parts_count; i++) {
        json_begin(writer, '{');
        field_text_or_null(writer, "group", migration->parts[i].name);
        put_part(writer, answer, &migration->parts[i]);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    put_notes(writer, reply_migration_notes(answer, voice));
    json_end(writer, '}');
}

/* For programs an empty group is everybody. */
static Text group_word(OutputOptions options)
{
    bool is_table = options.format == FORMAT_TABLE;
    return is_table ? heading_word(HEADING_NO_GROUP, options.language) : TEXT("-");
}

static void put_part_rows(Output *output, const Migration *migration, const MigrationPart *part,
                          OutputOptions options)
{
    for (size_t from = 0; from <= migration->from_count; from++)
        for (size_t to = 0; to <= migration->to_count; to++) {
            const MigrationCell *cell = migration_cell(migration, part, from, to);
            if (cell->customers_count == 0) continue;
            Text group = part->is_rest ? group_word(options) : part->name;
            const Value values[] = {
                value_text(group),
                value_text(heading_class(from_of(migration, from), HEADING_NEW, options)),
                value_text(heading_class(to_of(migration, to), HEADING_LOST, options)),
                value_decimal((int64_t)cell->customers_count),
                value_ratio(cell->share),
                amount_or_nothing(migration, cell->before),
                amount_or_nothing(migration, cell->after),
                amount_or_nothing(migration, cell->after - cell->before)};
            output_row(output, values + (migration->parts_count == 1));
        }
}

Status reply_migration_table(const MigrationAnswer *answer, OutputOptions options, Error *err)
{
    const Migration *migration = &answer->migration;
    Language language = options.language;
    const OutputColumn columns[] = {
        heading_column(HEADING_GROUP, text_type, language),
        heading_column(HEADING_FROM, text_type, language),
        heading_column(HEADING_TO, text_type, language),
        heading_column(HEADING_CUSTOMERS, count_type, language),
        heading_column(HEADING_OF_CLASS, ratio_type, language),
        heading_column(HEADING_SUM_BEFORE, migration->amount_type, language),
        heading_column(HEADING_SUM_AFTER, migration->amount_type, language),
        heading_column(HEADING_DIFFERENCE, migration->amount_type, language),
    };
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    static const bool is_share[COLUMNS] = {[4] = true};
    size_t left_out = migration->parts_count == 1; /* without groups, the column of groups */
    AUTO(output_done) Output *output = output_open(options, columns + left_out, COLUMNS - left_out);
    output_set_shares(output, is_share + left_out);
    for (size_t i = 0; i < migration->parts_count; i++)
        put_part_rows(output, migration, &migration->parts[i], options);
    return output_close(output, err);
}
