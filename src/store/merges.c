/* merges.c -- two customers who were one: the act, the codes that lead on, the list of merges. */
#include "store/merge_parts.h"

#include "model/built_in.h"
#include "store/cell.h"
#include "store/change_log.h"
#include "store/customers.h"

static const char insert_merge[] =
    "INSERT INTO main.customer_merge (at, author, reason, from_id, from_code, into_id) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char delete_merge[] = "DELETE FROM main.customer_merge WHERE id = ?1";
static const char delete_from[] = "DELETE FROM main.customer WHERE id = ?2";
static const char select_code[] = "SELECT code FROM main.customer WHERE id = ?1";
static const char select_merge[] =
    "SELECT id, from_id, from_code, into_id FROM main.customer_merge WHERE from_code = ?1";
static const char select_follower[] =
    "SELECT from_code FROM main.customer_merge WHERE from_id = ?1";
static const char select_any[] = "SELECT 1 FROM main.customer_merge LIMIT 1";
static const char select_has_code[] = "SELECT 1 FROM main.customer_merge WHERE from_code = ?1";
/* From the one who is gone to the one who stayed, who may be gone since. */
static const char select_owner[] =
    "WITH RECURSIVE way (id) AS (SELECT into_id FROM main.customer_merge WHERE from_code = ?1 "
    "UNION SELECT m.into_id FROM way JOIN main.customer_merge m ON m.from_id = way.id) "
    "SELECT c.id FROM way JOIN main.customer c ON c.id = way.id";
#define SOURCES                                                                           \
    "WITH RECURSIVE source (id, from_id) AS ("                                            \
    "SELECT id, from_id FROM main.customer_merge WHERE into_id = ?1 "                     \
    "UNION SELECT m.id, m.from_id FROM source JOIN main.customer_merge m ON m.into_id = " \
    "source.from_id) "
static const char select_merges_into[] =
    SOURCES "SELECT id, at, author, reason, from_id, into_id, from_code FROM main.customer_merge "
            "WHERE id IN (SELECT id FROM source) ORDER BY id";
static const char select_all_merges[] =
    "SELECT id, at, author, reason, from_id, into_id, from_code FROM main.customer_merge "
    "ORDER BY id";
static const char select_former[] = SOURCES "SELECT from_id FROM source";
static const char delete_sources[] =
    SOURCES "DELETE FROM main.customer_merge WHERE id IN (SELECT id FROM source)";

const char *merge_fate_code(MergeFate fate)
{
    static const char *const codes[] = {
        [MERGE_MOVED] = "moved", [MERGE_OWN] = "own", [MERGE_LEFT] = "left"};
    return codes[fate];
}

const char *merged_part_code(MergedPartKind kind)
{
    static const char *const codes[] = {[MERGED_SEGMENT] = "segment",
                                        [MERGED_MARK] = "mark",
                                        [MERGED_PIN] = "pin",
                                        [MERGED_SET] = "set",
                                        [MERGED_AGREEMENT] = "agreement",
                                        [MERGED_OVERRIDE] = "override"};
    ASSERT(kind < MERGED_PART_COUNT);
    return codes[kind];
}

/* ---- what the parts share ---- */

void merging_note_part(Merging *merging, MergedPartKind kind, Text name, MergeFate fate)
{
    MergedPart part = {kind, arena_text(merging->arena, name), fate};
    ARENA_PUSH(merging->arena, &merging->parts, part);
}

/* Acts on single customers are rare: their statements are not kept. */
Status merging_run(const Merging *merging, const char *sql, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(merging->store->database, text_of(sql), &statement, err));
    const int64_t values[] = {merging->id, merging->from.value, merging->into.value};
    for (int i = 0; i < sqlite3_bind_parameter_count(statement); i++)
        statement_bind_integer(statement, i + 1, values[i]);
    return statement_run(statement, err);
}

static Status read_code(Store *store, CustomerId id, Arena *arena, Text *ret_code, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_code, &statement, err));
    statement_bind_integer(statement, 1, id.value);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_code = arena_text(arena, statement_text(statement, 0));
    return STATUS_OK;
}

static MergeOutcome outcome_of(const Merging *merging, Text from_code, Text into_code)
{
    return (MergeOutcome){.id = (uint64_t)merging->id,
                          .from = merging->from,
                          .into = merging->into,
                          .from_code = from_code,
                          .into_code = into_code,
                          .values = merging->values.items,
                          .values_count = merging->values.count,
                          .events = merging->events.items,
                          .events_count = merging->events.count,
                          .parts = merging->parts.items,
                          .parts_count = merging->parts.count};
}

/* ---- merging ---- */

static Status write_merge(Merging *merging, const MergeOrder *order, Text from_code, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(merging->store, insert_merge, &statement, err));
    statement_bind_integer(statement, 1, order->at.second);
    statement_bind_text(statement, 2, order->author);
    statement_bind_text(statement, 3, order->reason);
    statement_bind_integer(statement, 4, merging->from.value);
    statement_bind_text(statement, 5, from_code);
    statement_bind_integer(statement, 6, merging->into.value);
    TRY(statement_run(statement, err));
    merging->store->merges_known = SOME_MERGES;
    merging->id = sqlite3_last_insert_rowid(merging->store->database);
    return STATUS_OK;
}

static Status check_order(const MergeOrder *order, const Merging *merging, Error *err)
{
    if (merging->from.value == merging->into.value)
        return error_set(err, STATUS_CONFLICT, "'%.*s' and '%.*s' are one customer already",
                         TEXT_FORMAT(order->from), TEXT_FORMAT(order->into));
    for (size_t i = 0; i < order->taken_count; i++)
        if (order->taken[i] == &merging->store->schema->properties[BUILT_IN_CODE])
            return error_set(err, STATUS_INVALID,
                             "the code cannot be taken over; merge the other way round");
    return STATUS_OK;
}

static Status merge_all(Merging *merging, const MergeOrder *order, Error *err)
{
    change_log_note(merging->store, merging->from);
    change_log_note(merging->store, merging->into);
    TRY(merge_values(merging, order, err));
    TRY(merge_events(merging, order->keeps_identical, err));
    TRY(merge_members(merging, err));
    TRY(merge_rows(merging, err));
    /* the highest id ever given must be remembered when its row goes */
    TRY(setting_raise_number(merging->store, SETTING_CUSTOMER_ID_TAKEN, merging->from.value, err));
    return merging_run(merging, delete_from, err);
}

Status store_merge_customers(Store *store, const MergeOrder *order, Arena *arena,
                             MergeOutcome *ret_outcome, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    Merging merging = {.store = store, .at = order->at, .author = order->author, .arena = arena};
    Text from_code, into_code;
    TRY(change_begin(store, &change, err));
    TRY(customer_get(store, order->from, &merging.from, err));
    TRY(customer_get(store, order->into, &merging.into, err));
    TRY(check_order(order, &merging, err));
    TRY(read_code(store, merging.from, arena, &from_code, err));
    TRY(read_code(store, merging.into, arena, &into_code, err));
    TRY(write_merge(&merging, order, from_code, err));
    TRY(merge_all(&merging, order, err));
    TRY(change_commit(&change, err));
    *ret_outcome = outcome_of(&merging, from_code, into_code);
    return STATUS_OK;
}

/* ---- taking it back ---- */

static Status find_merge(Merging *merging, Text code, Text *ret_from_code, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(merging->store, select_merge, &statement, err));
    statement_bind_text(statement, 1, code);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row)
        return error_set(err, STATUS_NOT_FOUND, "no customer '%.*s' was merged into another",
                         TEXT_FORMAT(code));
    merging->id = statement_integer(statement, 0);
    merging->from.value = (uint32_t)statement_integer(statement, 1);
    *ret_from_code = arena_text(merging->arena, statement_text(statement, 2));
    merging->into.value = (uint32_t)statement_integer(statement, 3);
    return STATUS_OK;
}

static Status check_is_last(const Merging *merging, Text from_code, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(merging->store, select_follower, &statement, err));
    statement_bind_integer(statement, 1, merging->into.value);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return STATUS_OK;
    Text follower = statement_text(statement, 0);
    return error_set(err, STATUS_CONFLICT,
                     "'%.*s', into whom '%.*s' was merged, was merged himself since; "
                     "unmerge that one first",
                     TEXT_FORMAT(follower), TEXT_FORMAT(from_code));
}

static Status unmerge_all(Merging *merging, Text from_code, Error *err)
{
    change_log_note(merging->store, merging->into);
    TRY(customer_insert_code(merging->store, merging->from, from_code, err));
    TRY(unmerge_values(merging, err));
    TRY(unmerge_events(merging, err));
    TRY(unmerge_rows(merging, err));
    TRY(unmerge_members(merging, err));
    return merging_run(merging, delete_merge, err);
}

Status store_unmerge_customers(Store *store, const UnmergeOrder *order, Arena *arena,
                               MergeOutcome *ret_outcome, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    Merging merging = {.store = store, .at = order->at, .author = order->author, .arena = arena};
    Text code, from_code, into_code;
    TRY(change_begin(store, &change, err));
    TRY(code_of_text("customer", order->from, arena, &code, err));
    TRY(find_merge(&merging, code, &from_code, err));
    TRY(check_is_last(&merging, from_code, err));
    TRY(read_code(store, merging.into, arena, &into_code, err));
    TRY(unmerge_all(&merging, from_code, err));
    TRY(change_commit(&change, err));
    *ret_outcome = outcome_of(&merging, from_code, into_code);
    return STATUS_OK;
}

/* ---- codes that lead on ---- */

/* Of the thousands of codes of a batch each is asked about, and mostly nobody was ever merged. */
static Status are_any_merged(Store *store, bool *ret_are_any, Error *err)
{
    *ret_are_any = true;
    if (!store->is_in_batch) return STATUS_OK;
    if (store->merges_known == MERGES_NOT_KNOWN) {
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(store, select_any, &statement, err));
        TRY(statement_step(statement, ret_are_any, err));
        store->merges_known = *ret_are_any ? SOME_MERGES : NO_MERGES;
    }
    *ret_are_any = store->merges_known == SOME_MERGES;
    return STATUS_OK;
}

Status merge_has_code(Store *store, Text code, bool *ret_has_code, Error *err)
{
    TRY(are_any_merged(store, ret_has_code, err));
    if (!*ret_has_code) return STATUS_OK;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_has_code, &statement, err));
    statement_bind_text(statement, 1, code);
    return statement_step(statement, ret_has_code, err);
}

/* Nearly no code is one of those: following the way of one makes a table each time. */
Status merge_find_code(Store *store, Text code, CustomerId *ret_id, Error *err)
{
    bool has_row;
    ret_id->value = 0;
    TRY(merge_has_code(store, code, &has_row, err));
    if (!has_row) return STATUS_OK;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_owner, &statement, err));
    statement_bind_text(statement, 1, code);
    TRY(statement_step(statement, &has_row, err));
    ret_id->value = has_row ? (uint32_t)statement_integer(statement, 0) : 0;
    return STATUS_OK;
}

Status merge_list_former(Store *store, CustomerId into, Arena *arena, CustomerId **ret_ids,
                         size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_former, &statement, err));
    statement_bind_integer(statement, 1, into.value);
    struct {
        CustomerId *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        CustomerId id = {(uint32_t)statement_integer(statement, 0)};
        ARENA_PUSH(arena, &list, id);
    }
    *ret_ids = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status merges_forget_customer(Store *store, CustomerId customer, Error *err)
{
    return store_run_for_customer(store, delete_sources, customer, err);
}

Status store_list_merges(Store *store, CustomerId into, Arena *arena, MergeRow **ret_merges,
                         size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, into.value != 0 ? select_merges_into : select_all_merges, &row,
                        err));
    if (into.value != 0) statement_bind_integer(row, 1, into.value);
    struct {
        MergeRow *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        MergeRow merge = {.id = (uint64_t)statement_integer(row, 0),
                          .at = {statement_integer(row, 1)},
                          .author = arena_text(arena, statement_text(row, 2)),
                          .reason = arena_text(arena, statement_text(row, 3)),
                          .from = {(uint32_t)statement_integer(row, 4)},
                          .into = {(uint32_t)statement_integer(row, 5)},
                          .from_code = arena_text(arena, statement_text(row, 6))};
        ARENA_PUSH(arena, &list, merge);
    }
    *ret_merges = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
