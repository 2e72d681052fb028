/* merge_members.c -- members of segments who were one: who stays takes the place of the other.
 *
 * Forming and live segments ask about both right after, as the log of changes names them; this is
 * what holds until then, and for good where customers were chosen by hand. */
#include "store/change_log.h"
#include "store/merge_parts.h"
#include "store/segments.h"

static const char record_member[] =
    "INSERT INTO main.customer_merge_row (merge_id, part, object_id, position, is_moved, word) "
    "VALUES (?1, 'segment', ?2, 0, ?3, ?4)";
static const char select_members[] =
    "SELECT object_id, is_moved, word, s.name FROM main.customer_merge_row r JOIN main.segment s "
    "ON s.id = r.object_id WHERE merge_id = ?1 AND part = 'segment' AND s.removed_code IS NULL "
    "ORDER BY s.name_folded";

#define WORD_MEMBER   "member"   /* he was in */
#define WORD_EXCLUDED "excluded" /* his exclusion took the other one out */

/* One segment during a merge. */
typedef struct {
    Merging *merging;
    uint32_t segment_id;
    CustomerSet before, after;
} Place;

static void place_free(Place *place)
{
    customer_set_free(&place->before);
    customer_set_free(&place->after);
}

static Status open_place(Merging *merging, uint32_t segment_id, Place *ret_place, Error *err)
{
    *ret_place = (Place){.merging = merging, .segment_id = segment_id};
    TRY(store_read_composition(merging->store, segment_id, UINT64_MAX, &ret_place->before, err));
    ret_place->after = customer_set_copy(&ret_place->before);
    return STATUS_OK;
}

/* Keep what became of the members, when anything did. */
static Status close_place(const Place *place, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet joined = customer_set_copy(&place->after);
    AUTO(customer_set_free) CustomerSet left = customer_set_copy(&place->before);
    const Merging *merging = place->merging;
    FormingRow last;
    uint64_t ignored;
    if (customer_set_equal(&place->before, &place->after)) return STATUS_OK;
    customer_set_subtract(&joined, &place->before);
    customer_set_subtract(&left, &place->after);
    TRY(store_last_forming(merging->store, place->segment_id, arena, &last, err));
    const FormingChange changes[] = {{true, CAUSE_MERGE, &joined}, {false, CAUSE_MERGE, &left}};
    FormingWrite forming = {.row = {.segment_id = place->segment_id,
                                    .at = merging->at,
                                    .as_of = moment_date(merging->at),
                                    .reason = FORMING_MERGE,
                                    .author = merging->author,
                                    .note = TEXT(""),
                                    .version = last.version},
                            .changes = changes,
                            .changes_count = 2,
                            .composition = &place->after};
    return store_add_forming(merging->store, &forming, &ignored, err);
}

/* ---- merging ---- */

static Status record(const Place *place, bool is_moved, const char *word, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(place->merging->store, record_member, &statement, err));
    statement_bind_integer(statement, 1, place->merging->id);
    statement_bind_integer(statement, 2, place->segment_id);
    statement_bind_integer(statement, 3, is_moved);
    statement_bind_text(statement, 4, text_of(word));
    return statement_run(statement, err);
}

static Status find_mark(const Place *place, CustomerId customer, bool *ret_has_mark,
                        SegmentMarkKind *ret_kind, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentMark mark = {0};
    TRY(store_find_mark(place->merging->store, (MarkQuery){place->segment_id, customer}, arena,
                        ret_has_mark, &mark, err));
    *ret_kind = mark.kind;
    return STATUS_OK;
}

/* Marks say more than membership: INTO's own, then the one that comes over to him. */
static Status take_place(Place *place, Text name, Error *err)
{
    Merging *merging = place->merging;
    bool is_from_in = customer_set_has(&place->before, merging->from);
    bool is_into_in = customer_set_has(&place->before, merging->into);
    bool has_own, has_from;
    SegmentMarkKind own, from;
    TRY(find_mark(place, merging->into, &has_own, &own, err));
    TRY(find_mark(place, merging->from, &has_from, &from, err));
    bool is_kept_out = has_own && (own == MARK_EXCLUDED || own == MARK_REMOVED);
    bool is_put_out = !has_own && has_from && from == MARK_EXCLUDED && is_into_in;
    if (is_from_in) {
        bool joins = !is_into_in && !is_kept_out;
        customer_set_remove(&place->after, merging->from);
        if (joins) customer_set_add(&place->after, merging->into);
        merging_note_part(merging, MERGED_SEGMENT, name, joins ? MERGE_MOVED : MERGE_OWN);
        return record(place, joins, WORD_MEMBER, err);
    }
    if (!is_put_out) return STATUS_OK;
    customer_set_remove(&place->after, merging->into);
    return record(place, true, WORD_EXCLUDED, err);
}

Status merge_members(Merging *merging, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentRow *segments = NULL;
    size_t count = 0;
    TRY(store_list_segments(merging->store, arena, &segments, &count, err));
    for (size_t i = 0; i < count; i++) {
        Place place;
        Status status = open_place(merging, segments[i].id, &place, err);
        if (status == STATUS_OK) status = take_place(&place, segments[i].name, err);
        if (status == STATUS_OK) status = close_place(&place, err);
        place_free(&place);
        TRY(status);
    }
    return STATUS_OK;
}

/* ---- taking it back ---- */

/* Whether INTO is where the merge put him, and nobody said otherwise since. */
static Status is_as_merged(const Place *place, bool *ret_is_as_merged, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    CustomerMove move;
    CustomerMoveQuery query = {place->segment_id, place->merging->into, {DATE_DAY_MAX}};
    TRY(store_find_last_move(place->merging->store, query, arena, &move, err));
    *ret_is_as_merged = move.forming.id != 0 && move.cause == CAUSE_MERGE;
    return STATUS_OK;
}

static Status give_place(Place *place, bool is_moved, bool is_member, Error *err)
{
    const Merging *merging = place->merging;
    bool is_ours;
    if (is_member) customer_set_add(&place->after, merging->from);
    TRY(is_as_merged(place, &is_ours, err));
    if (!is_moved || !is_ours) return STATUS_OK;
    if (is_member)
        customer_set_remove(&place->after, merging->into);
    else
        customer_set_add(&place->after, merging->into);
    return STATUS_OK;
}

static Status unmerge_place(Merging *merging, sqlite3_stmt *row, Error *err)
{
    Place place;
    bool is_member = text_equal(statement_text(row, 2), TEXT(WORD_MEMBER));
    Status status = open_place(merging, (uint32_t)statement_integer(row, 0), &place, err);
    if (status == STATUS_OK)
        status = give_place(&place, statement_integer(row, 1) != 0, is_member, err);
    if (status == STATUS_OK) status = close_place(&place, err);
    place_free(&place);
    if (is_member) merging_note_part(merging, MERGED_SEGMENT, statement_text(row, 3), MERGE_MOVED);
    return status;
}

Status unmerge_members(Merging *merging, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(merging->store->database, text_of(select_members), &row, err));
    statement_bind_integer(row, 1, merging->id);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        TRY(unmerge_place(merging, row, err));
    }
}
