/* forming_journal.c -- compositions as the sum of who joined and who left. */
#include "store/forming_journal.h"

#include "base/bitmap.h"

static const char insert_forming[] =
    "INSERT INTO main.forming (segment_id, at, as_of, reason, author, note, version, "
    "members_count, joined_count, left_count, composition) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
static const char insert_change[] =
    "INSERT INTO main.forming_change (forming_id, is_joining, cause, customers, customers_count, "
    "sequence, erased) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char select_whole[] =
    "SELECT id, composition FROM main.forming WHERE segment_id = ?1 AND id <= ?2 "
    "AND composition IS NOT NULL ORDER BY id DESC LIMIT 1";
static const char select_changes_between[] =
    "SELECT c.is_joining, c.customers FROM main.forming f "
    "JOIN main.forming_change c ON c.forming_id = f.id "
    "WHERE f.segment_id = ?1 AND f.id > ?2 AND f.id <= ?3 ORDER BY f.id";
/* What a composition is read from: the last whole one, or the first forming, which began with
 * nobody; and what came after it. */
static const char select_base[] =
    "SELECT id, LENGTH(composition) FROM main.forming WHERE segment_id = ?1 "
    "AND composition IS NOT NULL ORDER BY id DESC LIMIT 1";
static const char select_first[] =
    "SELECT f.id, (SELECT SUM(LENGTH(c.customers)) FROM main.forming_change c "
    "WHERE c.forming_id = f.id) FROM main.forming f WHERE f.segment_id = ?1 ORDER BY f.id LIMIT 1";
static const char select_after[] =
    "SELECT COUNT(*), COALESCE(SUM(LENGTH(c.customers)), 0) FROM main.forming f "
    "JOIN main.forming_change c ON c.forming_id = f.id WHERE f.segment_id = ?1 AND f.id > ?2";
static const char select_formings[] =
    "SELECT * FROM (SELECT " FORMING_COLUMNS " FROM main.forming f WHERE f.segment_id = ?1 "
    "ORDER BY f.id DESC LIMIT ?2) ORDER BY id";
static const char select_rule_forming[] =
    "SELECT " FORMING_COLUMNS " FROM main.forming f WHERE f.segment_id = ?1 AND f.id < ?2 "
    "AND f.reason IN ('form', 'schedule', 'live', 'undo', 'clear') ORDER BY f.id DESC LIMIT 1";
static const char select_changes[] =
    "SELECT is_joining, cause, customers_count, customers FROM main.forming_change "
    "WHERE forming_id = ?1 ORDER BY is_joining DESC, sequence";
/* ---- codes ---- */

static const char *const reason_codes[] = {
#define FORMING_REASON(name, code) [FORMING_##name] = code,
#include "store/forming.def"
#undef FORMING_REASON
};
static const char *const cause_codes[] = {
#define CHANGE_CAUSE(name, code) [CAUSE_##name] = code,
#include "store/forming.def"
#undef CHANGE_CAUSE
};

const char *forming_reason_code(FormingReason reason)
{
    ASSERT(reason < FORMING_REASON_COUNT);
    return reason_codes[reason];
}

const char *change_cause_code(ChangeCause cause)
{
    ASSERT(cause < CHANGE_CAUSE_COUNT);
    return cause_codes[cause];
}

static Status place_of_code(Text code, const char *const *codes, size_t count, size_t *ret_place,
                            Error *err)
{
    for (size_t i = 0; i < count; i++) {
        *ret_place = i;
        if (text_equal(code, text_of(codes[i]))) return STATUS_OK;
    }
    return error_set(err, STATUS_CORRUPT, "the journal of segments has the unknown word '%.*s'",
                     TEXT_FORMAT(code));
}

Status journal_read_cause(sqlite3_stmt *row, int column, ChangeCause *ret_cause, Error *err)
{
    size_t place;
    TRY(place_of_code(statement_text(row, column), cause_codes, CHANGE_CAUSE_COUNT, &place, err));
    *ret_cause = (ChangeCause)place;
    return STATUS_OK;
}

/* ---- reading compositions ---- */

Status journal_read_set(Text bytes, CustomerSet *ret_set, Error *err)
{
    enum { IDS = 1 }; /* any id of 32 bits */
    return bitmap_decode(bytes, (uint64_t)UINT32_MAX + IDS, &ret_set->words, &ret_set->words_count,
                         err);
}

static Status read_whole(Store *store, uint32_t segment_id, int64_t up_to, int64_t *ret_forming_id,
                         CustomerSet *ret_set, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_whole, &statement, err));
    statement_bind_integer(statement, 1, segment_id);
    statement_bind_integer(statement, 2, up_to);
    bool has_row;
    *ret_forming_id = 0;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return STATUS_OK;
    *ret_forming_id = statement_integer(statement, 0);
    return journal_read_set(statement_blob(statement, 1), ret_set, err);
}

static Status apply_change(sqlite3_stmt *row, CustomerSet *set, Error *err)
{
    CustomerSet changed = {0};
    TRY(journal_read_set(statement_blob(row, 1), &changed, err));
    if (statement_integer(row, 0) != 0)
        customer_set_unite(set, &changed);
    else
        customer_set_subtract(set, &changed);
    customer_set_free(&changed);
    return STATUS_OK;
}

static Status apply_changes(Store *store, uint32_t segment_id, int64_t after, int64_t up_to,
                            CustomerSet *set, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_changes_between, &statement, err));
    statement_bind_integer(statement, 1, segment_id);
    statement_bind_integer(statement, 2, after);
    statement_bind_integer(statement, 3, up_to);
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        TRY(apply_change(statement, set, err));
    }
}

Status journal_read_ids(sqlite3_stmt *row, Arena *arena, uint32_t **ret_ids, size_t *ret_count,
                        Error *err)
{
    struct {
        uint32_t *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        ARENA_PUSH(arena, &list, (uint32_t)statement_integer(row, 0));
    }
    *ret_ids = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_read_composition(Store *store, uint32_t segment_id, uint64_t forming_id,
                              CustomerSet *ret_composition, Error *err)
{
    CustomerSet set = {0};
    int64_t up_to = forming_id > INT64_MAX ? INT64_MAX : (int64_t)forming_id, whole_id;
    Status status = read_whole(store, segment_id, up_to, &whole_id, &set, err);
    if (status == STATUS_OK) status = apply_changes(store, segment_id, whole_id, up_to, &set, err);
    if (status != STATUS_OK) {
        customer_set_free(&set);
        return status;
    }
    *ret_composition = set;
    return STATUS_OK;
}

/* ---- adding ---- */

static Status check_follows(Store *store, const FormingRow *forming, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow before;
    TRY(store_last_forming(store, forming->segment_id, arena, &before, err));
    if (before.members_count + forming->joined_count ==
        forming->members_count + forming->left_count)
        return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "the segment was formed by somebody else meanwhile; try again");
}

typedef struct {
    int64_t id; /* of its forming; 0: the segment was never formed */
    size_t bytes;
} Base;

static Status find_base_by(Store *store, const char *sql, uint32_t segment_id, Base *ret_base,
                           Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    bool has_row;
    TRY(store_statement(store, sql, &statement, err));
    statement_bind_integer(statement, 1, segment_id);
    TRY(statement_step(statement, &has_row, err));
    *ret_base = (Base){0};
    if (has_row)
        *ret_base =
            (Base){statement_integer(statement, 0), (size_t)statement_integer(statement, 1)};
    return STATUS_OK;
}

/* What reading goes over. */
typedef struct {
    size_t rows, bytes;
} Changes;

static Status find_changes(Store *store, uint32_t segment_id, const Base *base,
                           Changes *ret_changes, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    bool has_row;
    TRY(store_statement(store, select_after, &statement, err));
    statement_bind_integer(statement, 1, segment_id);
    statement_bind_integer(statement, 2, base->id);
    TRY(statement_step(statement, &has_row, err));
    *ret_changes =
        (Changes){(size_t)statement_integer(statement, 0), (size_t)statement_integer(statement, 1)};
    return STATUS_OK;
}

/* In bytes, or in rows, each of which costs as much as BYTES_PER_ROW of a whole. */
static bool are_dearer(const Changes *changes, size_t whole_bytes)
{
    enum { ROWS_ALWAYS = 16, BYTES_PER_ROW = 1024 };
    return changes->bytes > whole_bytes ||
           changes->rows >= ROWS_ALWAYS + whole_bytes / BYTES_PER_ROW;
}

/* Whether the whole composition may have to be kept, because going on from an older one costs more
 * to read: it is not even encoded while the changes are small beside what they begin from. */
static Status find_due(Store *store, uint32_t segment_id, size_t changes_bytes,
                       Changes *ret_changes, bool *ret_may_be_due, Error *err)
{
    enum { SMALL_SHARE = 2 };
    Base base;
    *ret_may_be_due = false;
    TRY(find_base_by(store, select_base, segment_id, &base, err));
    if (base.id == 0) TRY(find_base_by(store, select_first, segment_id, &base, err));
    if (base.id == 0) return STATUS_OK;
    TRY(find_changes(store, segment_id, &base, ret_changes, err));
    ret_changes->bytes += changes_bytes;
    *ret_may_be_due = are_dearer(ret_changes, base.bytes / SMALL_SHARE);
    return STATUS_OK;
}

/* Empty when the changes are less than the whole. */
static Text whole_when_due(const Changes *changes, const CustomerSet *composition, Arena *arena)
{
    Text whole = bitmap_encode(composition->words, composition->words_count, arena);
    return are_dearer(changes, whole.size) ? whole : (Text){0};
}

static Status add_row(Store *store, const FormingRow *forming, Text whole, int64_t *ret_id,
                      Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_forming, &statement, err));
    statement_bind_integer(statement, 1, forming->segment_id);
    statement_bind_integer(statement, 2, forming->at.second);
    statement_bind_integer(statement, 3, forming->as_of.day);
    statement_bind_text(statement, 4, text_of(forming_reason_code(forming->reason)));
    statement_bind_text(statement, 5, forming->author);
    statement_bind_text(statement, 6, forming->note);
    statement_bind_integer(statement, 7, forming->version);
    statement_bind_integer(statement, 8, (int64_t)forming->members_count);
    statement_bind_integer(statement, 9, (int64_t)forming->joined_count);
    statement_bind_integer(statement, 10, (int64_t)forming->left_count);
    if (whole.size > 0)
        statement_bind_blob(statement, 11, whole);
    else
        statement_bind_null(statement, 11);
    TRY(statement_run(statement, err));
    *ret_id = sqlite3_last_insert_rowid(store->database);
    return STATUS_OK;
}

/* One change as it is written. */
typedef struct {
    bool is_joining;
    ChangeCause cause;
    uint64_t customers_count;
    Text customers, erased; /* erased: empty when there is none */
} ChangeWrite;

/* Numbers of the feed are never given twice, also when segments with the last ones are removed. */
static Status take_sequence(Store *store, uint64_t count, int64_t *ret_first, Error *err)
{
    int64_t taken;
    TRY(setting_read_number(store, SETTING_FEED_NUMBER_TAKEN, &taken, err));
    *ret_first = taken + 1;
    return setting_write_number(store, SETTING_FEED_NUMBER_TAKEN, taken + (int64_t)count, err);
}

static Status add_change(Store *store, int64_t forming_id, const ChangeWrite *change, Error *err)
{
    int64_t sequence;
    TRY(take_sequence(store, change->customers_count, &sequence, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_change, &statement, err));
    statement_bind_integer(statement, 1, forming_id);
    statement_bind_integer(statement, 2, change->is_joining);
    statement_bind_text(statement, 3, text_of(change_cause_code(change->cause)));
    statement_bind_blob(statement, 4, change->customers);
    statement_bind_integer(statement, 5, (int64_t)change->customers_count);
    statement_bind_integer(statement, 6, sequence);
    if (change->erased.size > 0)
        statement_bind_blob(statement, 7, change->erased);
    else
        statement_bind_null(statement, 7);
    return statement_run(statement, err);
}

typedef struct {
    ChangeWrite *items;
    size_t count, capacity;
    size_t bytes;
} ChangeWriteList;

/* Changes that concern nobody are not written. */
static ChangeWriteList encode_changes(const FormingChange *changes, size_t count, FormingRow *row,
                                      Arena *arena)
{
    ChangeWriteList list = {0};
    for (size_t i = 0; i < count; i++) {
        const FormingChange *change = &changes[i];
        ChangeWrite written = {.is_joining = change->is_joining,
                               .cause = change->cause,
                               .customers_count = customer_set_count(change->customers)};
        if (written.customers_count == 0) continue;
        written.customers =
            bitmap_encode(change->customers->words, change->customers->words_count, arena);
        if (change->is_joining)
            row->joined_count += written.customers_count;
        else
            row->left_count += written.customers_count;
        list.bytes += written.customers.size;
        ARENA_PUSH(arena, &list, written);
    }
    return list;
}

Status store_add_forming(Store *store, const FormingWrite *forming, uint64_t *ret_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(change_abandon) Change transaction = {0};
    FormingRow row = forming->row;
    row.joined_count = row.left_count = 0;
    row.members_count = customer_set_count(forming->composition);
    ChangeWriteList list = encode_changes(forming->changes, forming->changes_count, &row, arena);
    Text whole = {0};
    Changes before;
    bool may_be_due;
    int64_t id;
    TRY(change_begin(store, &transaction, err));
    TRY(check_follows(store, &row, err));
    TRY(find_due(store, row.segment_id, list.bytes, &before, &may_be_due, err));
    if (may_be_due) whole = whole_when_due(&before, forming->composition, arena);
    TRY(add_row(store, &row, whole, &id, err));
    for (size_t i = 0; i < list.count; i++)
        TRY(add_change(store, id, &list.items[i], err));
    TRY(change_commit(&transaction, err));
    *ret_id = (uint64_t)id;
    return STATUS_OK;
}

/* ---- a few customers moved ---- */

static void add_few(ChangeWriteList *list, const FormingMove *move, bool is_joining, Arena *arena)
{
    size_t count = is_joining ? move->joined_count : move->left_count;
    if (count == 0) return;
    ChangeWrite written = {
        .is_joining = is_joining,
        .cause = move->cause,
        .customers_count = count,
        .customers = bitmap_encode_few(is_joining ? move->joined : move->left, count, arena)};
    list->bytes += written.customers.size;
    ARENA_PUSH(arena, list, written);
}

static Status moved_whole(Store *store, const FormingMove *move, const Changes *changes,
                          Arena *arena, Text *ret_whole, Error *err)
{
    AUTO(customer_set_free) CustomerSet set = {0};
    TRY(store_read_composition(store, move->row.segment_id, UINT64_MAX, &set, err));
    for (size_t i = 0; i < move->joined_count; i++)
        customer_set_add(&set, (CustomerId){move->joined[i]});
    for (size_t i = 0; i < move->left_count; i++)
        customer_set_remove(&set, (CustomerId){move->left[i]});
    *ret_whole = whole_when_due(changes, &set, arena);
    return STATUS_OK;
}

static FormingRow moved_row(const FormingMove *move, const FormingRow *before)
{
    FormingRow row = move->row;
    row.joined_count = move->joined_count;
    row.left_count = move->left_count;
    row.members_count = before->members_count + row.joined_count - row.left_count;
    return row;
}

Status store_add_forming_move(Store *store, const FormingMove *move, const FormingRow *before,
                              Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow row = moved_row(move, before);
    ChangeWriteList list = {0};
    Text whole = {0};
    Changes changes;
    bool may_be_due;
    int64_t id;
    ASSERT(store->is_in_batch);
    add_few(&list, move, true, arena);
    add_few(&list, move, false, arena);
    TRY(find_due(store, row.segment_id, list.bytes, &changes, &may_be_due, err));
    if (may_be_due) TRY(moved_whole(store, move, &changes, arena, &whole, err));
    TRY(add_row(store, &row, whole, &id, err));
    for (size_t i = 0; i < list.count; i++)
        TRY(add_change(store, id, &list.items[i], err));
    return STATUS_OK;
}

Status journal_add_erasure(Store *store, uint32_t segment_id, Moment at, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow before;
    TRY(store_last_forming(store, segment_id, arena, &before, err));
    FormingRow row = {.segment_id = segment_id,
                      .at = at,
                      .as_of = before.as_of, /* nothing was asked anew */
                      .reason = FORMING_ERASURE,
                      .version = before.version,
                      .members_count = before.members_count - 1,
                      .left_count = 1};
    const uint64_t first_place = 1 << 1;
    ChangeWrite change = {.cause = CAUSE_DATA,
                          .customers_count = 1,
                          .customers = bitmap_encode(NULL, 0, arena),
                          .erased = bitmap_encode(&first_place, 1, arena)};
    int64_t id;
    TRY(add_row(store, &row, (Text){0}, &id, err));
    return add_change(store, id, &change, err);
}

/* ---- reading the journal ---- */

Status journal_read_forming(sqlite3_stmt *row, Arena *arena, FormingRow *ret_forming, Error *err)
{
    size_t reason;
    TRY(place_of_code(statement_text(row, 4), reason_codes, FORMING_REASON_COUNT, &reason, err));
    *ret_forming = (FormingRow){.id = (uint64_t)statement_integer(row, 0),
                                .segment_id = (uint32_t)statement_integer(row, 1),
                                .at = {statement_integer(row, 2)},
                                .as_of = {(int32_t)statement_integer(row, 3)},
                                .reason = (FormingReason)reason,
                                .author = arena_text(arena, statement_text(row, 5)),
                                .note = arena_text(arena, statement_text(row, 6)),
                                .version = (uint32_t)statement_integer(row, 7),
                                .members_count = (uint64_t)statement_integer(row, 8),
                                .joined_count = (uint64_t)statement_integer(row, 9),
                                .left_count = (uint64_t)statement_integer(row, 10)};
    return STATUS_OK;
}

Status store_list_formings(Store *store, FormingQuery query, Arena *arena,
                           FormingRow **ret_formings, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_formings, &statement, err));
    statement_bind_integer(statement, 1, query.segment_id);
    statement_bind_integer(statement, 2,
                           query.newest > INT64_MAX ? INT64_MAX : (int64_t)query.newest);
    struct {
        FormingRow *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        FormingRow forming;
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        TRY(journal_read_forming(statement, arena, &forming, err));
        ARENA_PUSH(arena, &list, forming);
    }
    *ret_formings = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_last_forming(Store *store, uint32_t segment_id, Arena *arena, FormingRow *ret_forming,
                          Error *err)
{
    FormingRow *formings = NULL;
    size_t count = 0;
    TRY(store_list_formings(store, (FormingQuery){segment_id, 1}, arena, &formings, &count, err));
    *ret_forming = count > 0 ? formings[0] : (FormingRow){0};
    return STATUS_OK;
}

Status store_last_rule_forming(Store *store, uint32_t segment_id, uint64_t before, Arena *arena,
                               FormingRow *ret_forming, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_rule_forming, &statement, err));
    statement_bind_integer(statement, 1, segment_id);
    statement_bind_integer(statement, 2, before > INT64_MAX ? INT64_MAX : (int64_t)before);
    bool has_row;
    *ret_forming = (FormingRow){0};
    TRY(statement_step(statement, &has_row, err));
    return has_row ? journal_read_forming(statement, arena, ret_forming, err) : STATUS_OK;
}

Status store_read_changes(Store *store, uint64_t forming_id, Arena *arena,
                          StoredChange **ret_changes, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_changes, &statement, err));
    statement_bind_integer(statement, 1, (int64_t)forming_id);
    StoredChange *changes = ARENA_ARRAY(arena, StoredChange, 2 * CHANGE_CAUSE_COUNT);
    size_t count = 0;
    Status status = STATUS_OK;
    for (bool has_row = true; status == STATUS_OK;) {
        status = statement_step(statement, &has_row, err);
        if (status != STATUS_OK || !has_row) break;
        ASSERT(count < 2 * CHANGE_CAUSE_COUNT);
        StoredChange *change = &changes[count];
        status = journal_read_cause(statement, 1, &change->cause, err);
        if (status == STATUS_OK)
            status = journal_read_set(statement_blob(statement, 3), &change->customers, err);
        if (status != STATUS_OK) break;
        change->is_joining = statement_integer(statement, 0) != 0;
        change->customers_count = (uint64_t)statement_integer(statement, 2);
        count++;
    }
    for (size_t i = 0; i < count && status != STATUS_OK; i++)
        customer_set_free(&changes[i].customers);
    *ret_changes = changes;
    *ret_count = status == STATUS_OK ? count : 0;
    return status;
}
