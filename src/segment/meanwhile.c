/* meanwhile.c -- whether others changed a segment while its members were looked for. */
#include "segment/meanwhile.h"

#include "base/buffer.h"

#include <string.h>

/* ---- what it stands on ---- */

static void add_mark(Buffer *text, const SegmentMark *mark)
{
    buffer_printf(text, "%u %d %lld %d %d ", mark->customer.value, (int)mark->kind,
                  (long long)mark->at.second, (int)mark->has_until, (int)mark->until.day);
}

Status footing_read(Store *store, uint32_t segment_id, Footing *ret_footing, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer text = {0};
    FormingRow last;
    SegmentMark *marks = NULL;
    size_t count = 0;
    TRY(store_last_forming(store, segment_id, arena, &last, err));
    TRY(store_list_marks(store, segment_id, arena, &marks, &count, err));
    for (size_t i = 0; i < count; i++)
        add_mark(&text, &marks[i]);
    *ret_footing = (Footing){last.id, hash_blake2b(text.data, text.size)};
    return STATUS_OK;
}

static bool is_same_footing(const Footing *a, const Footing *b)
{
    return a->last_forming == b->last_forming &&
           memcmp(a->marks.bytes, b->marks.bytes, sizeof a->marks.bytes) == 0;
}

/* ---- since then ---- */

Status meanwhile_read(const FormingContext *context, Arena *arena, Meanwhile *ret_meanwhile,
                      Error *err)
{
    SegmentRow *rows = NULL;
    *ret_meanwhile = (Meanwhile){.context = context};
    TRY(store_list_segments(context->store, arena, &rows, &ret_meanwhile->rows_count, err));
    ret_meanwhile->rows = rows;
    return store_changes_since(context->store, context->data_version, &ret_meanwhile->changes, err);
}

void meanwhile_done(Meanwhile *meanwhile)
{
    customer_set_free(&meanwhile->changes.customers);
}

bool meanwhile_has_card(const Meanwhile *meanwhile, const Segment *segment)
{
    for (size_t i = 0; i < meanwhile->rows_count; i++)
        if (meanwhile->rows[i].id == segment->id)
            return meanwhile->rows[i].version == segment->version;
    return false; /* it was removed */
}

/* Only those who changed may be gone. */
static Status are_all_there(const Meanwhile *meanwhile, const Publication *publication,
                            bool *ret_are_there, Error *err)
{
    AUTO(customer_set_free) CustomerSet concerned = customer_set_copy(&publication->before);
    const StoreChanges *changes = &meanwhile->changes;
    customer_set_unite(&concerned, &publication->after);
    if (!changes->is_everything) customer_set_intersect(&concerned, &changes->customers);
    uint64_t count = customer_set_count(&concerned);
    TRY(store_keep_existing(meanwhile->context->store, &concerned, err));
    *ret_are_there = customer_set_count(&concerned) == count;
    return STATUS_OK;
}

Status meanwhile_stands(const Meanwhile *meanwhile, const Publication *publication,
                        const Footing *footing, bool *ret_stands, Error *err)
{
    Footing now;
    const Segment *segment = publication->segment;
    *ret_stands = false;
    if (!meanwhile_has_card(meanwhile, segment)) return STATUS_OK;
    TRY(footing_read(meanwhile->context->store, segment->id, &now, err));
    if (!is_same_footing(footing, &now)) return STATUS_OK;
    return are_all_there(meanwhile, publication, ret_stands, err);
}
