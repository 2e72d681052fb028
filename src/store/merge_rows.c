/* merge_rows.c -- rows of other tables that belong to one of two customers who were one.
 *
 * Where both have what there can be but once (a mark in a segment, a class by hand, a row of a set
 * of customers), the row of the one who stays is the one that stays. The record has all of the
 * other's, so taking the merge back gives him those that are still as they were. */
#include "store/merge_parts.h"
#include "store/saved_erase.h"

/* ?1 the merge, ?2 FROM, ?3 INTO in all of them. */
typedef struct {
    MergedPartKind kind;
    const char *record;  /* his rows, and whether they go over */
    const char *move;    /* those that do */
    const char *remove;  /* what is left of them; NULL: nothing can be */
    const char *names;   /* of the objects, and whether the row is moved (or can be given back) */
    const char *give;    /* back what was moved and is still so */
    const char *restore; /* what INTO had of his own; NULL: cannot be */
    const char *given;   /* names, and whether it is or was given back; before `give` */
} RowTable;

#define RECORD(part)                                                                             \
    "INSERT INTO main.customer_merge_row (merge_id, part, object_id, position, is_moved, word, " \
    "at, author, reason, until, cells) SELECT ?1, '" part "', "
#define MOVED(part)                                                                             \
    "(SELECT object_id FROM main.customer_merge_row WHERE merge_id = ?1 AND part = '" part "' " \
    "AND is_moved = 1)"
/* A mark or a pin as the record has it. */
#define SAME_SAYING(word)                                                                      \
    "r.word = x." word " AND r.at = x.at AND r.author = x.author AND r.reason = x.reason AND " \
    "r.until IS x.until"

static const RowTable tables[] = {
    {
        .kind = MERGED_MARK,
        .record = RECORD("mark") "x.segment_id, 0, NOT EXISTS (SELECT 1 FROM main.segment_mark o "
                                 "WHERE o.segment_id = x.segment_id AND o.customer_id = ?3), "
                                 "x.kind, x.at, x.author, x.reason, x.until, NULL "
                                 "FROM main.segment_mark x WHERE x.customer_id = ?2",
        .move = "UPDATE main.segment_mark SET customer_id = ?3 WHERE customer_id = ?2 AND "
                "segment_id IN " MOVED("mark"),
        .remove = "DELETE FROM main.segment_mark WHERE customer_id = ?2",
        .names = "SELECT s.name, r.is_moved FROM main.customer_merge_row r JOIN main.segment s "
                 "ON s.id = r.object_id WHERE r.merge_id = ?1 AND r.part = 'mark' "
                 "AND s.removed_code IS NULL ORDER BY s.name",
        .give = "UPDATE main.segment_mark AS x SET customer_id = ?2 WHERE customer_id = ?3 AND "
                "EXISTS (SELECT 1 FROM main.customer_merge_row r WHERE r.merge_id = ?1 AND "
                "r.part = 'mark' AND r.is_moved = 1 AND r.object_id = x.segment_id "
                "AND " SAME_SAYING("kind") ")",
        .restore = "INSERT INTO main.segment_mark (segment_id, customer_id, kind, at, author, "
                   "reason, until) SELECT r.object_id, ?2, r.word, r.at, r.author, r.reason, "
                   "r.until FROM main.customer_merge_row r JOIN main.segment s ON s.id = "
                   "r.object_id WHERE r.merge_id = ?1 AND r.part = 'mark' AND r.is_moved = 0 "
                   "AND s.removed_code IS NULL",
        .given =
            "SELECT s.name, r.is_moved = 0 OR EXISTS (SELECT 1 FROM main.segment_mark x "
            "WHERE x.segment_id = r.object_id AND x.customer_id = ?3 "
            "AND " SAME_SAYING(
                "kind") ") "
                        "FROM main.customer_merge_row r JOIN main.segment s ON s.id = r.object_id "
                        "WHERE r.merge_id = ?1 AND r.part = 'mark' AND s.removed_code IS NULL "
                        "ORDER BY s.name",
    },
    {
        .kind = MERGED_PIN,
        .record = RECORD("pin") "x.classification_id, 0, NOT EXISTS (SELECT 1 FROM "
                                "main.class_pin o WHERE o.classification_id = "
                                "x.classification_id AND o.customer_id = ?3), x.class, x.at, "
                                "x.author, x.reason, x.until, NULL FROM main.class_pin x "
                                "WHERE x.customer_id = ?2",
        .move = "UPDATE main.class_pin SET customer_id = ?3 WHERE customer_id = ?2 AND "
                "classification_id IN " MOVED("pin"),
        .remove = "DELETE FROM main.class_pin WHERE customer_id = ?2",
        .names = "SELECT c.name, r.is_moved FROM main.customer_merge_row r JOIN "
                 "main.classification c ON c.id = r.object_id WHERE r.merge_id = ?1 AND "
                 "r.part = 'pin' ORDER BY c.name",
        .give = "UPDATE main.class_pin AS x SET customer_id = ?2 WHERE customer_id = ?3 AND "
                "EXISTS (SELECT 1 FROM main.customer_merge_row r WHERE r.merge_id = ?1 AND "
                "r.part = 'pin' AND r.is_moved = 1 AND r.object_id = x.classification_id "
                "AND " SAME_SAYING("class") ")",
        .restore = "INSERT INTO main.class_pin (classification_id, customer_id, class, at, "
                   "author, reason, until) SELECT r.object_id, ?2, r.word, r.at, r.author, "
                   "r.reason, r.until FROM main.customer_merge_row r JOIN main.classification c "
                   "ON c.id = r.object_id WHERE r.merge_id = ?1 AND r.part = 'pin' AND "
                   "r.is_moved = 0",
        .given =
            "SELECT c.name, r.is_moved = 0 OR EXISTS (SELECT 1 FROM main.class_pin x "
            "WHERE x.classification_id = r.object_id AND x.customer_id = ?3 "
            "AND " SAME_SAYING(
                "class") ") "
                         "FROM main.customer_merge_row r JOIN main.classification c ON c.id = "
                         "r.object_id WHERE r.merge_id = ?1 AND r.part = 'pin' ORDER BY c.name",
    },
    {
        .kind = MERGED_SET,
        .record = RECORD("set") "x.set_id, x.position, s.stream <> '' OR NOT EXISTS (SELECT 1 "
                                "FROM main.saved_set_row o WHERE o.set_id = x.set_id AND "
                                "o.customer_id = ?3), NULL, NULL, NULL, NULL, NULL, x.cells "
                                "FROM main.saved_set_row x JOIN main.saved_set s "
                                "ON s.id = x.set_id WHERE x.customer_id = ?2",
        .move = "UPDATE main.saved_set_row AS x SET customer_id = ?3 WHERE customer_id = ?2 AND "
                "EXISTS (SELECT 1 FROM main.customer_merge_row r WHERE r.merge_id = ?1 AND "
                "r.part = 'set' AND r.is_moved = 1 AND r.object_id = x.set_id AND r.position = "
                "x.position)",
        .remove = "DELETE FROM main.saved_set_row WHERE customer_id = ?2",
        .names = "SELECT s.name, max(r.is_moved) FROM main.customer_merge_row r JOIN "
                 "main.saved_set s ON s.id = r.object_id WHERE r.merge_id = ?1 AND "
                 "r.part = 'set' GROUP BY s.id ORDER BY s.name",
        .give = "UPDATE main.saved_set_row AS x SET customer_id = ?2 WHERE customer_id = ?3 AND "
                "EXISTS (SELECT 1 FROM main.customer_merge_row r WHERE r.merge_id = ?1 AND "
                "r.part = 'set' AND r.is_moved = 1 AND r.object_id = x.set_id AND r.position = "
                "x.position)",
        .restore = "INSERT INTO main.saved_set_row (set_id, position, customer_id, cells) SELECT "
                   "r.object_id, r.position, ?2, r.cells FROM main.customer_merge_row r JOIN "
                   "main.saved_set s ON s.id = r.object_id WHERE r.merge_id = ?1 AND r.part = "
                   "'set' AND r.is_moved = 0",
        /* nobody changes the rows of a set, so all of them can be given back */
        .given = "SELECT s.name, 1 FROM main.customer_merge_row r JOIN main.saved_set s ON s.id = "
                 "r.object_id WHERE r.merge_id = ?1 AND r.part = 'set' GROUP BY s.id ORDER BY "
                 "s.name",
    },
    {
        .kind = MERGED_AGREEMENT,
        .record = RECORD("agreement") "x.id, 0, 1, NULL, NULL, NULL, NULL, NULL, NULL FROM "
                                      "main.agreement x WHERE x.customer_id = ?2",
        .move = "UPDATE main.agreement SET customer_id = ?3 WHERE customer_id = ?2",
        .names = "SELECT a.name, 1 FROM main.customer_merge_row r JOIN main.agreement a ON a.id = "
                 "r.object_id WHERE r.merge_id = ?1 AND r.part = 'agreement' ORDER BY a.name",
        .give =
            "UPDATE main.agreement SET customer_id = ?2 WHERE customer_id = ?3 AND id IN " MOVED(
                "agreement"),
        .given = "SELECT a.name, a.customer_id = ?3 FROM main.customer_merge_row r JOIN "
                 "main.agreement a ON a.id = r.object_id WHERE r.merge_id = ?1 AND r.part = "
                 "'agreement' ORDER BY a.name",
    },
    {
        .kind = MERGED_OVERRIDE,
        .record = RECORD("override") "x.id, 0, 1, NULL, NULL, NULL, NULL, NULL, NULL FROM "
                                     "main.shipping_override x WHERE x.customer_id = ?2",
        .move = "UPDATE main.shipping_override SET customer_id = ?3 WHERE customer_id = ?2",
        .names = "SELECT o.order_number, 1 FROM main.customer_merge_row r JOIN "
                 "main.shipping_override o ON o.id = r.object_id WHERE r.merge_id = ?1 AND "
                 "r.part = 'override' ORDER BY o.id",
        .give = "UPDATE main.shipping_override SET customer_id = ?2 WHERE customer_id = ?3 AND id "
                "IN " MOVED("override"),
        .given = "SELECT o.order_number, 1 FROM main.customer_merge_row r JOIN "
                 "main.shipping_override o ON o.id = r.object_id WHERE r.merge_id = ?1 AND "
                 "r.part = 'override' ORDER BY o.id",
    },
};
enum { TABLES_COUNT = sizeof tables / sizeof tables[0] };

static const char select_sets[] = "SELECT DISTINCT object_id FROM main.customer_merge_row "
                                  "WHERE merge_id = ?1 AND part = 'set'";

/* What became of each object: its name and whether the row went (goes) over. */
static Status note_parts(Merging *merging, const RowTable *table, const char *sql,
                         MergeFate otherwise, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(merging->store->database, text_of(sql), &row, err));
    statement_bind_integer(row, 1, merging->id);
    if (sqlite3_bind_parameter_count(row) == 3) statement_bind_integer(row, 3, merging->into.value);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        merging_note_part(merging, table->kind, statement_text(row, 0),
                          statement_integer(row, 1) != 0 ? MERGE_MOVED : otherwise);
    }
}

/* The customers of the sets concerned are those of their rows. */
static Status recount_sets(const Merging *merging, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(merging->store->database, text_of(select_sets), &row, err));
    statement_bind_integer(row, 1, merging->id);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        TRY(saved_set_recount(merging->store, (uint32_t)statement_integer(row, 0), err));
    }
}

Status merge_rows(Merging *merging, Error *err)
{
    for (size_t i = 0; i < TABLES_COUNT; i++) {
        const RowTable *table = &tables[i];
        TRY(merging_run(merging, table->record, err));
        TRY(note_parts(merging, table, table->names, MERGE_OWN, err));
        TRY(merging_run(merging, table->move, err));
        if (table->remove != NULL) TRY(merging_run(merging, table->remove, err));
    }
    return recount_sets(merging, err);
}

Status unmerge_rows(Merging *merging, Error *err)
{
    for (size_t i = 0; i < TABLES_COUNT; i++) {
        const RowTable *table = &tables[i];
        TRY(note_parts(merging, table, table->given, MERGE_LEFT, err));
        TRY(merging_run(merging, table->give, err));
        if (table->restore != NULL) TRY(merging_run(merging, table->restore, err));
    }
    return recount_sets(merging, err);
}
