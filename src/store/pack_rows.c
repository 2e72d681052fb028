/* pack_rows.c -- packs as rows of a stream's table, read in the order of customers and arrival. */
#include "store/pack_rows.h"

PackRow pack_row_of(sqlite3_stmt *statement)
{
    return (PackRow){.id = statement_integer(statement, 0),
                     .events_count = statement_integer(statement, 1),
                     .first_at = statement_integer(statement, 2),
                     .last_at = statement_integer(statement, 3),
                     .payload = statement_blob(statement, 4)};
}

Status pack_rows_open(Store *store, uint32_t stream_id, PackRows *rows, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    pack_rows_done(rows);
    Text sql = arena_printf(arena,
                            "SELECT " PACK_COLUMNS " FROM main.event_pack_%u "
                            "WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
                            stream_id);
    TRY(statement_prepare(store->database, sql, &rows->regions[PACKS_MAIN].statement, err));
    return statement_prepare(store->database, sql, &rows->regions[PACKS_RECENT].statement, err);
}

void pack_rows_done(PackRows *rows)
{
    for (size_t i = 0; i < PACK_REGIONS_COUNT; i++)
        statement_done(&rows->regions[i].statement);
    *rows = (PackRows){0};
}

void pack_rows_end(PackRows *rows)
{
    for (size_t i = 0; i < PACK_REGIONS_COUNT; i++) {
        sqlite3_reset(rows->regions[i].statement);
        rows->regions[i].has_row = false;
    }
    rows->has_row = false;
}

static Status step_region(PackRows *rows, PackRegion region, Error *err)
{
    return statement_step(rows->regions[region].statement, &rows->regions[region].has_row, err);
}

static CustomerId customer_in(const PackRows *rows, PackRegion region)
{
    return pack_customer(statement_integer(rows->regions[region].statement, 0));
}

/* The next row is that of the customer who comes first, his main packs before his recent ones. */
static void choose_row(PackRows *rows)
{
    bool has_main = rows->regions[PACKS_MAIN].has_row;
    bool has_recent = rows->regions[PACKS_RECENT].has_row;
    rows->has_row = has_main || has_recent;
    if (!rows->has_row) return;
    bool is_recent = !has_main || (has_recent && customer_in(rows, PACKS_RECENT).value <
                                                     customer_in(rows, PACKS_MAIN).value);
    rows->row = pack_row_of(rows->regions[is_recent ? PACKS_RECENT : PACKS_MAIN].statement);
}

static Status begin_region(PackRows *rows, PackRegion region, CustomerId first, CustomerId last,
                           Error *err)
{
    sqlite3_stmt *statement = rows->regions[region].statement;
    statement_bind_integer(statement, 1, pack_id(region, first, 0));
    statement_bind_integer(statement, 2, pack_id_last(region, last));
    return step_region(rows, region, err);
}

Status pack_rows_seek(PackRows *rows, CustomerId first, CustomerId last, Error *err)
{
    pack_rows_end(rows);
    TRY(begin_region(rows, PACKS_MAIN, first, last, err));
    TRY(begin_region(rows, PACKS_RECENT, first, last, err));
    choose_row(rows);
    return STATUS_OK;
}

Status pack_rows_seek_in(PackRows *rows, PackRegion region, CustomerId first, CustomerId last,
                         Error *err)
{
    pack_rows_end(rows);
    TRY(begin_region(rows, region, first, last, err));
    choose_row(rows);
    return STATUS_OK;
}

Status pack_rows_step(PackRows *rows, Error *err)
{
    ASSERT(rows->has_row);
    TRY(step_region(rows, pack_region(rows->row.id), err));
    choose_row(rows);
    return STATUS_OK;
}

Status packs_delete(Store *store, const Stream *stream, PackRegion region, CustomerId customer,
                    uint32_t first_number, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    Text sql = arena_printf(arena, "DELETE FROM main.event_pack_%u WHERE id BETWEEN ?1 AND ?2",
                            stream->id);
    TRY(statement_prepare(store->database, sql, &statement, err));
    statement_bind_integer(statement, 1, pack_id(region, customer, first_number));
    statement_bind_integer(statement, 2, pack_id_last(region, customer));
    return statement_run(statement, err);
}
