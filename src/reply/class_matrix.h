/* class_matrix.h -- matrix and migration of classifications as JSON and as tables, with what people
 * are told below them. */
#pragma once

#include "app/class_matrix.h"
#include "model/voice.h"
#include "reply/json_writer.h"
#include "reply/output.h"

/* Sentences in the language of the voice. */
typedef struct {
    const Text *items;
    size_t count;
} ClassNotes;
/* How much the greatest customers make; none without amounts. */
ClassNotes reply_matrix_notes(const MatrixAnswer *answer, Voice voice);
/* Of which days the runs are, whether they can be compared, who stayed, moved, came and went, and
 * what the index of stability means. */
ClassNotes reply_migration_notes(const MigrationAnswer *answer, Voice voice);

/* {"rows","columns","at","rows_as_of","columns_as_of","customers","revenue","set","cells":[{"cell",
 * "row","column","customers","customers_share","revenue","revenue_share","action","rule"}],
 * "concentration":[..],"make_half","make_80_percent","notes"}
 */
void reply_matrix(JsonWriter *writer, const MatrixAnswer *answer, Voice voice);
MUST_CHECK Status reply_matrix_table(const MatrixAnswer *answer, OutputOptions options, Error *err);
/* [{"set","cell","texts":{"en","ru","uk"},"is_changed"}] */
void reply_matrix_actions(JsonWriter *writer, const MatrixActions *actions);

/* {"classification","from","to","from_run","to_run","parameters_changed","psi","stayed","moved",
 * "new","lost","cells":[{"from","to","customers","share","sum_before","sum_after","rule"}],
 * "groups":[{"group",..the same..}],"notes"}; the group of those who are in none is null. */
void reply_migration(JsonWriter *writer, const MigrationAnswer *answer, Voice voice);
MUST_CHECK Status reply_migration_table(const MigrationAnswer *answer, OutputOptions options,
                                        Error *err);

/* code, name, the classes, the sums and their difference, the other numbers before and after. */
MUST_CHECK Status reply_movers_table(const MigrationAnswer *answer, const MoversAnswer *movers,
                                     Arena *arena, OutputOptions options, Error *err);
/* "count", "columns" and "items": members of an object that the caller has begun. */
void reply_movers_page(JsonWriter *writer, const MigrationAnswer *answer,
                       const MoversAnswer *movers, Arena *arena, Language language);
