/* class_matrix.h -- classifications across each other and from day to day: matrix and migration. */
#pragma once

#include "app/classified.h"
#include "classification/actions.h"
#include "classification/matrix.h"
#include "classification/migration.h"

typedef struct {
    Text rows, columns; /* classifications */
    bool has_at;
    Date at;                   /* the newest runs not after this day; else not after today */
    Text set;                  /* of recommended actions */
    const Expression *visible; /* a rule: totals are of them; NULL: of all */
} MatrixQuestion;

typedef struct {
    Text rows, columns; /* their names as they are written */
    Matrix matrix;
    MatrixActions actions;
    Text set; /* that applies; empty: none */
    bool has_at;
    Date at;
} MatrixAnswer;

/* errors  NOT_FOUND without a classification, a run, or the set */
MUST_CHECK Status app_matrix(App *app, const MatrixQuestion *question, Arena *arena,
                             MatrixAnswer *ret_answer, Error *err);
/* The rule for a cell, rows and columns counted from 0; the last ones are those without a class. */
Text matrix_cell_rule(const MatrixAnswer *answer, size_t row, size_t column, Arena *arena);
/* "AX", "A/X": row and column of a cell. NOT_FOUND. */
MUST_CHECK Status matrix_find_cell(const MatrixAnswer *answer, Text name, size_t *ret_row,
                                   size_t *ret_column, Error *err);

/* Write what is recommended for a cell in a language; an empty text takes back what somebody wrote.
 * errors  INVALID without a set or a cell */
MUST_CHECK Status app_set_action(App *app, const ActionText *action, Error *err);

typedef struct {
    Text classification;
    Date from, to;             /* the newest runs not after these days */
    uint64_t from_run, to_run; /* these runs instead, by number; 0: by day */
    Text by;                   /* an expression that gives groups, such as manager; empty: none */
    const Expression *visible; /* a rule: totals are of them; NULL: of all */
} MigrationQuestion;

typedef struct {
    Text classification;
    Migration migration;
    CustomerGroups groups; /* whom parts 1 .. are of */
    bool has_groups;
    bool has_other_parameters; /* the classification was changed between the runs */
    bool has_rules;            /* both runs are the ones that rules ask as of their days */
} MigrationAnswer;

/* errors  NOT_FOUND without a run as of each day or before, or with that number; INVALID when the
 *         later one is as of a day before, or when `by` gives no texts */
MUST_CHECK Status app_migration(App *app, const MigrationQuestion *question, Arena *arena,
                                MigrationAnswer *ret_answer, Error *err);
/* Place of a class before, or after; "-" and the number of classes: none. NOT_FOUND. */
MUST_CHECK Status migration_find_class(const Migration *migration, bool is_after, Text name,
                                       size_t *ret_place, Error *err);
/* Number of a group, from 1; 0 for an empty name: everybody; "-": the rest. NOT_FOUND. */
MUST_CHECK Status migration_find_group(const Migration *migration, Text name, uint32_t *ret_number,
                                       Error *err);
/* The rule that means the customers of a cell; empty when rules cannot ask one of the runs. */
Text migration_cell_rule(const MigrationAnswer *answer, MoverQuery cell, Arena *arena);

/* ---- who is behind a cell of a migration ---- */

typedef struct {
    MoverQuery cell;
    uint64_t run_id;        /* the later run, as a page before had it; 0: this is the first page */
    uint32_t group;         /* only of this one, from 1; 0: of all */
    const Expression *only; /* a rule: nobody else is there; NULL: everybody is */
    size_t skipped;         /* those of pages before */
    size_t limit;           /* SIZE_MAX: all */
} MoversQuestion;

/* The greatest change of amount first; what changed stands in the numbers of both runs.
 * errors  NOT_FOUND when there is a later run than that of the page before */
typedef struct {
    MoverList movers; /* the shown ones */
    size_t found_count;
    CustomerNames names;
    RunValues before, after;
} MoversAnswer;
MUST_CHECK Status app_movers(App *app, const MigrationAnswer *answer,
                             const MoversQuestion *question, Arena *arena, MoversAnswer *ret_movers,
                             Error *err);
