/* matrix.c -- two classifications across each other. */
#include "classification/matrix.h"

#include "analysis/order.h"
#include "base/buffer.h"
#include "classification/numbered_run.h"

typedef struct {
    NumberedRun rows, columns;
    Arena *arena;
    Matrix *matrix;
} Crossing;

static const NumberedRun *amounts_of(const Crossing *crossing)
{
    if (crossing->rows.has_amount) return &crossing->rows;
    return crossing->columns.has_amount ? &crossing->columns : NULL;
}

/* The last row and column are those without a class. */
static size_t cell_of(const Crossing *crossing, size_t id)
{
    const Matrix *matrix = crossing->matrix;
    size_t row = numbered_class(&crossing->rows, id),
           column = numbered_class(&crossing->columns, id);
    if (row == 0) row = matrix->rows_count + 1;
    if (column == 0) column = matrix->columns_count + 1;
    return (row - 1) * (matrix->columns_count + 1) + column - 1;
}

static Status fill(const Crossing *crossing, size_t ids_count, Error *err)
{
    Matrix *matrix = crossing->matrix;
    size_t count = (matrix->rows_count + 1) * (matrix->columns_count + 1);
    MatrixCell *cells = ARENA_ARRAY(crossing->arena, MatrixCell, count);
    Int128 *sums = ARENA_ARRAY(crossing->arena, Int128, count);
    const NumberedRun *amounts = amounts_of(crossing);
    uint64_t classified = 0;
    for (size_t id = 1; id < ids_count; id++) {
        size_t cell = cell_of(crossing, id);
        if (amounts != NULL) sums[cell] += numbered_amount(amounts, id);
        if (cell + 1 == count) continue; /* of the rest not all are in the runs */
        cells[cell].customers_count++;
        classified++;
    }
    cells[count - 1].customers_count =
        matrix->customers_count > classified ? matrix->customers_count - classified : 0;
    for (size_t i = 0; i < count; i++) {
        if (!decimal_fits(sums[i]))
            return error_set(err, STATUS_LIMIT, "a cell adds up to more than 18 digits");
        cells[i].amount = (int64_t)sums[i];
        matrix->amount += sums[i];
    }
    matrix->cells = cells;
    return STATUS_OK;
}

/* ---- dependence on the greatest ---- */

static void concentrate(const Crossing *crossing, const NumberedRun *amounts)
{
    static const uint32_t counts[CONCENTRATIONS] = {1, 5, 10, 20};
    Matrix *matrix = crossing->matrix;
    uint32_t *order = ARENA_ARRAY(crossing->arena, uint32_t, amounts->ids_count);
    size_t count = 0;
    Int128 total = 0, sum = 0;
    for (size_t id = 1; id < amounts->ids_count; id++) {
        if (amounts->amounts[id] <= 0) continue;
        order[count++] = (uint32_t)id;
        total += amounts->amounts[id];
    }
    order_descending(amounts->amounts, order, count);
    for (size_t i = 0; i < count; i++) {
        sum += amounts->amounts[order[i]];
        for (size_t c = 0; c < CONCENTRATIONS; c++)
            if (i + 1 == counts[c])
                matrix->concentrations[c] = (Concentration){counts[c], (double)sum / (double)total};
        if (matrix->half_count == 0 && sum * 2 >= total) matrix->half_count = i + 1;
        if (matrix->most_count == 0 && sum * 5 >= total * 4) matrix->most_count = i + 1;
    }
}

Status matrix_read(RunSource source, const RunRow *row_run, const RunRow *column_run, Arena *arena,
                   Matrix *ret_matrix, Error *err)
{
    Matrix matrix = {.row_run = run_source_row(source, row_run),
                     .column_run = run_source_row(source, column_run)};
    Crossing crossing = {.arena = arena, .matrix = &matrix};
    TRY(numbered_run_read(source, row_run, arena, &crossing.rows, err));
    TRY(numbered_run_read(source, column_run, arena, &crossing.columns, err));
    matrix.row_names = crossing.rows.names;
    matrix.rows_count = crossing.rows.classes_count;
    matrix.column_names = crossing.columns.names;
    matrix.columns_count = crossing.columns.classes_count;
    uint64_t row_base = matrix.row_run.customers_count;
    uint64_t column_base = matrix.column_run.customers_count;
    matrix.customers_count = row_base > column_base ? row_base : column_base;
    size_t ids_count = crossing.rows.ids_count > crossing.columns.ids_count
                           ? crossing.rows.ids_count
                           : crossing.columns.ids_count;
    TRY(fill(&crossing, ids_count, err));
    const NumberedRun *amounts = amounts_of(&crossing);
    if (amounts != NULL) {
        matrix.has_amount = true;
        matrix.amount_type = amounts->amount_type;
        concentrate(&crossing, amounts);
    }
    *ret_matrix = matrix;
    return STATUS_OK;
}

/* ---- names and rules ---- */

Text matrix_cell_name(Text row, Text column, Arena *arena)
{
    Text first = row.size > 0 ? row : TEXT("-"), second = column.size > 0 ? column : TEXT("-");
    bool are_letters = utf8_length(first) == 1 && utf8_length(second) == 1;
    return arena_printf(arena, are_letters ? "%.*s%.*s" : "%.*s/%.*s", TEXT_FORMAT(first),
                        TEXT_FORMAT(second));
}

static void put_quoted(Buffer *out, Text text)
{
    buffer_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') buffer_char(out, '\\');
        buffer_char(out, text.data[i]);
    }
    buffer_char(out, '"');
}

Text class_rule(const ClassRule *rule, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    char day[DATE_TEXT_MAX];
    buffer_cstr(&out, rule->has_day ? "class_on(" : "class(");
    put_quoted(&out, rule->classification);
    if (rule->has_day) {
        buffer_cstr(&out, ", ");
        buffer_text(&out, date_print_iso(rule->day, day));
    }
    buffer_cstr(&out, rule->class_name.size > 0 ? ") = " : ") is missing");
    if (rule->class_name.size > 0) put_quoted(&out, rule->class_name);
    return arena_text(arena, buffer_view(&out));
}
