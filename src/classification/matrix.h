/* matrix.h -- two classifications across each other as of a day: ABC by XYZ and any others. */
#pragma once

#include "classification/run_table.h"

typedef struct {
    uint64_t customers_count;
    int64_t amount; /* of the rows' classification, else of the columns' */
} MatrixCell;

/* How much of the amount few customers make. */
typedef struct {
    uint32_t customers_count; /* the greatest so many */
    double share;             /* of all amounts above 0 */
} Concentration;

enum { CONCENTRATIONS = 4 };

typedef struct {
    RunRow row_run, column_run;
    const Text *row_names, *column_names;
    size_t rows_count, columns_count;
    /* Row after row; after the last class of each come those who are in none. */
    const MatrixCell *cells; /* (rows_count + 1) * (columns_count + 1) */
    uint64_t customers_count;
    bool has_amount;
    Type amount_type;
    Int128 amount;                                /* of all cells */
    Concentration concentrations[CONCENTRATIONS]; /* 1, 5, 10, 20 customers; 0: fewer than that */
    uint64_t half_count, most_count;              /* customers who make 50 and 80 percent */
} Matrix;

/* Totals and dependence are of the source's customers.
 * errors  LIMIT when a cell's amount is beyond 18 digits */
MUST_CHECK Status matrix_read(RunSource source, const RunRow *row_run, const RunRow *column_run,
                              Arena *arena, Matrix *ret_matrix, Error *err);

static inline const MatrixCell *matrix_cell(const Matrix *matrix, size_t row, size_t column)
{
    return &matrix->cells[row * (matrix->columns_count + 1) + column];
}

/* "A" and "X" is "AX"; longer names are joined by a slash. Empty names: not classified, "-". */
Text matrix_cell_name(Text row, Text column, Arena *arena);
/* The rule that means the customers of a class: class("ABC") = "A", or class_on of a day; an empty
 * class is `is missing`. */
typedef struct {
    Text classification, class_name;
    bool has_day;
    Date day;
} ClassRule;
Text class_rule(const ClassRule *rule, Arena *arena);
