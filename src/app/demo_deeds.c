/* demo_deeds.c -- what the people of the demo company did besides segments. */
#include "app/demo_deeds.h"

#include "activation/may_ship.h"
#include "app/bulk.h"
#include "app/sets.h"
#include "demo/deeds.h"

/* ---- saved sets ---- */

/* The condition of a set, with the first day of its months before it. */
static Text condition_of(const DemoSet *set, Date last_day, Arena *arena)
{
    if (set->months == 0) return text_of(set->condition);
    char digits[DATE_TEXT_MAX];
    Text since =
        date_print_iso((Date){date_add(last_day, -set->months, UNIT_MONTH).day + 1}, digits);
    return arena_printf(arena, "date >= %.*s and %s", TEXT_FORMAT(since), set->condition);
}

static Status save(AppWork *work, const DemoSet *set, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Findings findings[SAVING_FINDINGS_COUNT];
    SetSaving saving = {.name = text_of(set->name),
                        .expression = text_of(set->expression),
                        .stream = text_of(set->stream),
                        .condition = condition_of(set, work->forming.today, arena),
                        .columns = text_of(set->columns),
                        .as_of = work->forming.today};
    return set_save(work, &saving, arena, findings, err);
}

static Status save_difference(AppWork *work, const DemoDifference *difference, Error *err)
{
    SetCombining combining = {.operation = SAVED_MINUS,
                              .a = text_of(difference->of),
                              .b = text_of(difference->without),
                              .name = text_of(difference->name)};
    return set_combine(work, &combining, err);
}

/* ---- acts ---- */

static Status change(AppWork *work, const DemoBulkChange *wanted, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Findings findings[2];
    BulkProposal proposal;
    uint64_t id;
    Text assignment = text_of(wanted->change);
    BulkOrder order = {.source = BULK_OF_SET,
                       .name = text_of(wanted->set),
                       .changes = &assignment,
                       .changes_count = 1,
                       .columns = TEXT(""),
                       .as_of = work->forming.today};
    TRY(bulk_propose(work->app, &order, arena, findings, &proposal, err));
    return bulk_carry_out(work, &proposal, &id, err);
}

static Status ship(AppWork *work, const DemoShipment *shipment, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    ShippingAnswer answer;
    ShippingException exception = {.order = text_of(shipment->order),
                                   .reason = text_of(shipment->reason)};
    uint64_t id;
    TRY(shipping_answer(&work->forming, text_of(shipment->customer), arena, &answer, err));
    return shipping_allow(&work->forming, &answer, &exception, &id, err);
}

Status app_add_demo_deeds(AppWork *work, Error *err)
{
    for (size_t i = 0; i < DEMO_SETS_COUNT; i++)
        TRY(save(work, &demo_sets[i], err));
    TRY(save_difference(work, &demo_difference, err));
    TRY(app_work_renew(work, err));
    TRY(change(work, &demo_bulk_change, err));
    TRY(app_work_renew(work, err));
    return ship(work, &demo_shipment, err);
}
