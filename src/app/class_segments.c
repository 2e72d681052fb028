/* class_segments.c -- segments of the classes of a classification. */
#include "app/class_segments.h"

#include "app/classify.h"
#include "classification/matrix.h"
#include "segment/definition.h"

typedef struct {
    AppWork *work;
    Text classification;
    const ClassSegmentsOrder *order;
    Arena *arena;
    Text *names;
    size_t count;
} Making;

static SegmentCard card_of(const Making *making, Text class_name)
{
    Arena *arena = making->arena;
    ClassRule rule = {.classification = making->classification, .class_name = class_name};
    Text folder = making->order->folder;
    return (SegmentCard){.name =
                             arena_printf(arena, "%.*s: %.*s", TEXT_FORMAT(making->classification),
                                          TEXT_FORMAT(class_name)),
                         .folder = text_trim(folder).size > 0 ? folder : making->classification,
                         .mode = making->order->mode,
                         .rule = class_rule(&rule, arena)};
}

static Status make_segment(Making *making, Text class_name, Error *err)
{
    CardFindings findings;
    uint32_t id;
    const FormingContext *forming = &making->work->forming;
    SegmentCard card = card_of(making, class_name);
    TRY(definition_understand(forming, NULL, &card, making->arena, &findings, err));
    TRY(definition_add(forming, &card, TEXT(""), &id, err));
    making->names[making->count++] = card.name;
    /* the next code is free only when this one is known */
    return app_refresh(making->work->app, err);
}

static Status make_all(Making *making, const RunClassList *classes, Error *err)
{
    making->names = ARENA_ARRAY(making->arena, Text, classes->count);
    for (size_t i = 0; i < classes->count; i++)
        if (classes->items[i].customers_count > 0)
            TRY(make_segment(making, classes->items[i].name, err));
    return STATUS_OK;
}

static Status make_at_once(Making *making, const RunClassList *classes, Error *err)
{
    Error ignored;
    Store *store = app_store(making->work->app);
    TRY(store_batch_begin(store, err));
    Status status = make_all(making, classes, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    if (status == STATUS_OK) return STATUS_OK;
    Status refreshed = app_refresh(making->work->app, &ignored);
    return refreshed == STATUS_OK ? status : error_set(err, refreshed, "%s", ignored.message);
}

Status app_segments_of_classes(AppWork *work, const ClassSegmentsOrder *order, Arena *arena,
                               TextList *ret_names, Error *err)
{
    RunRow run;
    RunClassList classes;
    Making making = {.work = work,
                     .classification = arena_text(arena, order->classification->name),
                     .order = order,
                     .arena = arena};
    TRY(app_find_run(work->app, order->classification, app_today(work->app), arena, &run, err));
    TRY(store_read_run_classes(app_store(work->app), run.id, false, arena, &classes, err));
    TRY(make_at_once(&making, &classes, err));
    *ret_names = (TextList){making.names, making.count};
    return STATUS_OK;
}
