/* pack_table.c -- packs of one customer and stream in memory, and back where they change. */
#include "store/pack_table.h"

Status pack_table_open(Store *store, const Stream *stream, const char *stream_name,
                       PackTable *table, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text last = arena_printf(arena,
                             "SELECT " PACK_COLUMNS " FROM main.event_pack_%u "
                             "WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1",
                             stream->id);
    Text delete = arena_printf(arena, "DELETE FROM main.event_pack_%u WHERE id BETWEEN ?1 AND ?2",
                               stream->id);
    *table = (PackTable){.stream_name = stream_name};
    TRY(pack_rows_open(store, stream->id, &table->rows, err));
    TRY(pack_writer_open(store, stream, &table->writer, err));
    TRY(statement_prepare(store->database, last, &table->select_last, err));
    return statement_prepare(store->database, delete, &table->delete_packs, err);
}

void pack_table_done(PackTable *table)
{
    pack_rows_done(&table->rows);
    pack_writer_close(table->writer);
    statement_done(&table->select_last);
    statement_done(&table->delete_packs);
    *table = (PackTable){0};
}

/* ---- reading what is stored ---- */

static Status damaged(const PackTable *table, CustomerId customer, Error *err)
{
    return error_set(
        err, STATUS_CORRUPT,
        "the events of stream '%s' of customer number %u are damaged; restore a backup",
        table->stream_name, customer.value);
}

static Status take_pack(const PackTable *table, const PackRow *row, Packs *packs, Error *err)
{
    if (row->events_count < 1 || row->events_count > INT32_MAX - (int64_t)packs->events_count)
        return damaged(table, packs->customer, err);
    Pack pack = {
        .number = pack_number(row->id),
        .events_count = (uint32_t)row->events_count,
        .first_index = packs->events_count,
        .first = row->first_at,
        .last = row->last_at,
        .payload = arena_text(packs->arena, row->payload),
    };
    packs->events_count += pack.events_count;
    packs->main_count += pack_region(row->id) == PACKS_MAIN;
    ARENA_PUSH(packs->arena, packs, pack);
    return STATUS_OK;
}

/* `status` is that of seeking the first. */
static Status take_packs(PackTable *table, Status status, Packs *packs, Error *err)
{
    while (status == STATUS_OK && table->rows.has_row) {
        status = take_pack(table, &table->rows.row, packs, err);
        if (status == STATUS_OK) status = pack_rows_step(&table->rows, err);
    }
    pack_rows_end(&table->rows);
    return status;
}

Status pack_table_load_all(PackTable *table, Packs *packs, Error *err)
{
    Status status = pack_rows_seek(&table->rows, packs->customer, packs->customer, err);
    return take_packs(table, status, packs, err);
}

static Status load_last(PackTable *table, PackRegion region, Packs *packs, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = table->select_last;
    statement_bind_integer(statement, 1, pack_id(region, packs->customer, 0));
    statement_bind_integer(statement, 2, pack_id_last(region, packs->customer));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return STATUS_OK;
    PackRow row = pack_row_of(statement);
    return take_pack(table, &row, packs, err);
}

Status pack_table_load_end(PackTable *table, PackRegion region, Packs *packs, Error *err)
{
    TRY(load_last(table, region, packs, err));
    if (region == PACKS_RECENT) return STATUS_OK;
    CustomerId customer = packs->customer;
    Status status = pack_rows_seek_in(&table->rows, PACKS_RECENT, customer, customer, err);
    return take_packs(table, status, packs, err);
}

Status pack_table_walk(const PackTable *table, const Packs *packs, Pack *pack, Error *err)
{
    CustomerId customer = packs->customer;
    if (pack->events != NULL) return STATUS_OK;
    PackReader reader;
    if (!pack_open(&reader, pack->payload)) return damaged(table, customer, err);
    StoredEvent *events = ARENA_ARRAY(packs->arena, StoredEvent, pack->events_count);
    for (uint32_t i = 0; i < pack->events_count; i++) {
        if (pack_next(&reader, &events[i].event) != PACK_EVENT)
            return damaged(table, customer, err);
        events[i].is_kept = true;
    }
    PackedEvent beyond;
    if (pack_next(&reader, &beyond) != PACK_END) return damaged(table, customer, err);
    pack->events = events;
    return STATUS_OK;
}

/* ---- writing ---- */

/* From where on the packs are written anew: in one region, and what lies behind it. */
typedef struct {
    PackRegion region;
    size_t begin;           /* the first pack written anew; packs->count when new ones follow */
    uint32_t number;        /* of the first pack written */
    uint32_t numbers_count; /* of the region's packs as they are stored */
} Rewrite;

static bool has_dirty(const Packs *packs, size_t end)
{
    for (size_t p = 0; p < end; p++)
        if (packs->items[p].is_dirty) return true;
    return false;
}

bool packs_have_dirty(const Packs *packs)
{
    return has_dirty(packs, packs->count);
}

/* Of the packs of one region; `appends`: something is to be written behind them. */
static size_t rewrite_begin(const Packs *packs, size_t begin, size_t end, bool appends)
{
    bool has_room = end > begin && packs->items[end - 1].payload.size < PACK_BYTES_FULL;
    size_t last = appends && has_room ? end - 1 : end;
    for (size_t p = begin; p < last; p++)
        if (packs->items[p].is_dirty) return p;
    return last;
}

static Rewrite plan_rewrite(const Packs *packs, PackRegion region, bool has_additions)
{
    if (has_dirty(packs, packs->main_count)) region = PACKS_MAIN;
    size_t first = region == PACKS_MAIN ? 0 : packs->main_count;
    size_t end = region == PACKS_MAIN ? packs->main_count : packs->count;
    size_t begin = rewrite_begin(packs, first, end, has_additions || end < packs->count);
    uint32_t numbers_count = end > first ? packs->items[end - 1].number + 1 : 0;
    uint32_t number = begin < end ? packs->items[begin].number : numbers_count;
    return (Rewrite){region, begin, number, numbers_count};
}

/* Those of a region from a number on. */
static Status delete_from(PackTable *table, PackRegion region, CustomerId customer, uint32_t number,
                          Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = table->delete_packs;
    statement_bind_integer(statement, 1, pack_id(region, customer, number));
    statement_bind_integer(statement, 2, pack_id_last(region, customer));
    return statement_run(statement, err);
}

/* The events of a pack that are kept. */
static Status write_kept(PackTable *table, const Packs *packs, Pack *pack, int64_t *written_count,
                         Error *err)
{
    TRY(pack_table_walk(table, packs, pack, err));
    for (uint32_t i = 0; i < pack->events_count; i++) {
        if (!pack->events[i].is_kept) continue;
        TRY(pack_writer_add(table->writer, &pack->events[i].event, err));
        ++*written_count;
    }
    return STATUS_OK;
}

static Status delete_rest(PackTable *table, const Packs *packs, const Rewrite *rewrite,
                          uint32_t next_number, Error *err)
{
    if (rewrite->region == PACKS_MAIN && packs->main_count < packs->count)
        TRY(delete_from(table, PACKS_RECENT, packs->customer, 0, err));
    if (next_number >= rewrite->numbers_count) return STATUS_OK;
    return delete_from(table, rewrite->region, packs->customer, next_number, err);
}

Status pack_table_write(PackTable *table, PackRegion region, const Packs *packs,
                        const NewEvents *additions, int64_t *recent_count, Error *err)
{
    uint32_t next_number;
    int64_t written_count = (int64_t)additions->count;
    Rewrite rewrite = plan_rewrite(packs, region, additions->count > 0);
    pack_writer_begin(table->writer, rewrite.region, packs->customer, rewrite.number);
    for (size_t p = rewrite.begin; p < packs->count; p++) {
        TRY(write_kept(table, packs, &packs->items[p], &written_count, err));
        if (p >= packs->main_count) *recent_count -= packs->items[p].events_count;
    }
    for (size_t i = 0; i < additions->count; i++)
        TRY(pack_writer_add(table->writer, &additions->items[i], err));
    TRY(pack_writer_end(table->writer, &next_number, err));
    if (rewrite.region == PACKS_RECENT) *recent_count += written_count;
    return delete_rest(table, packs, &rewrite, next_number, err);
}
