/* class_matrix.h -- matrix and migration of classifications as JSON and as tables. */
#pragma once

#include "app/class_matrix.h"
#include "reply/json_writer.h"
#include "reply/output.h"

/* {"rows","columns","at","row_run","column_run","customers","sum","set","cells":[{"row","column",
 * "customers","customers_share","revenue","revenue_share","action","rule"}],"concentration":[..]}
 */
void reply_matrix(JsonWriter *writer, const MatrixAnswer *answer, Language language);
MUST_CHECK Status reply_matrix_table(const MatrixAnswer *answer, OutputOptions options, Error *err);

/* {"classification","from","to","psi","stayed","moved","new","lost","cells":[{"from","to",
 * "customers","share","sum_before","sum_after","rule"}],"groups":[{"group",..the same..}]} */
void reply_migration(JsonWriter *writer, const MigrationAnswer *answer);
MUST_CHECK Status reply_migration_table(const MigrationAnswer *answer, OutputOptions options,
                                        Error *err);
typedef struct {
    const MigrationAnswer *answer;
    MoverList movers;
    CustomerNames names;
} MoversShown;
MUST_CHECK Status reply_movers_table(const MoversShown *shown, OutputOptions options, Error *err);
