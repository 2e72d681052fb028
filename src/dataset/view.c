/* view.c -- one generation: a base, the customers changed since, and who of the base is hidden. */
#include "dataset/view.h"

#include "base/memory.h"
#include "dataset/image_source.h"

#include <stdlib.h>

void view_free(DatasetView *view)
{
    if (view == NULL) return;
    image_close(view->changed);
    customer_set_free(&view->overlay);
    free(view->hidden);
    free(view);
}

static void view_done(DatasetView **view)
{
    view_free(*view);
}

/* ---- the changed customers ---- */

static CustomerSet ids_of(const Image *image)
{
    CustomerSet ids = {0};
    for (uint32_t row = 0; row < image_customers_count(image); row++)
        customer_set_add(&ids, image_customer_ids(image)[row]);
    return ids;
}

/* Customers to be read from the store, and where the others are. */
typedef struct {
    const Image *before;      /* the changed customers of the view before; NULL: none */
    const CustomerSet *fresh; /* changed since that view, erased ones among them */
    CustomerSet existing;     /* those of them who are there */
} Sources;

/* The customers to read and those of the view before that stay as they were, as one source. */
static Status open_source(const Sources *sources, Store *store, Arena *arena,
                          CustomerSource **ret_source, Error *err)
{
    TRY(store_customer_source_set(store, &sources->existing, ret_source, err));
    if (sources->before == NULL) return STATUS_OK;
    ImageSourceInput input = {.image = sources->before,
                              .schema = store_schema(store),
                              .without = sources->fresh,
                              .other = *ret_source,
                              .others = &sources->existing};
    *ret_source = image_source_new(&input, arena);
    return STATUS_OK;
}

static bool is_empty(const Sources *sources)
{
    if (customer_set_count(&sources->existing) > 0) return false;
    if (sources->before == NULL) return true;
    AUTO(customer_set_free) CustomerSet left = ids_of(sources->before);
    customer_set_subtract(&left, sources->fresh);
    return customer_set_count(&left) == 0;
}

static Status build_changed(const Sources *sources, Store *store, const Progress *progress,
                            DatasetView *view, Error *err)
{
    if (is_empty(sources)) return STATUS_OK;
    AUTO(arena_done) Arena *arena = arena_new();
    CustomerSource *source;
    TRY(open_source(sources, store, arena, &source, err));
    ImageInput input = {.schema = view->base->schema,
                        .sources = &source,
                        .sources_count = 1,
                        .data_version = view->data_version};
    TRY(store_items(store, &input.items, &input.items_count, err));
    /* A changed item would have made a new base; new ones are not in this one. */
    const Image *base = view->base->image;
    if (input.items_count == image_items(base)->count) input.items_image = base;
    return image_build_memory(&input, progress, &view->changed, err);
}

/* ---- who is hidden ---- */

static void hide(DatasetView *view)
{
    size_t count = (size_t)customer_set_count(&view->overlay);
    view->hidden = memory_alloc(memory_product(count, sizeof(CustomerId)));
    CustomerId id = customer_set_next(&view->overlay, (CustomerId){1});
    for (; id.value != 0; id = customer_set_next(&view->overlay, (CustomerId){id.value + 1})) {
        uint32_t row;
        if (image_find_row(view->base->image, id, &row)) view->hidden[view->hidden_count++] = id;
    }
}

/* ---- making ---- */

/* What to make: over which base, from which view before, up to which changes. */
typedef struct {
    Base *base;
    const DatasetView *before; /* NULL: none */
    const StoreChanges *changes;
    Store *store;
    const Progress *progress;
} Task;

static Status fill(DatasetView *view, const Task *task, Error *err)
{
    const CustomerSet *fresh = &task->changes->customers;
    Sources sources = {.before = task->before != NULL ? task->before->changed : NULL,
                       .fresh = fresh,
                       .existing = customer_set_copy(fresh)};
    Status status = store_keep_existing(task->store, &sources.existing, err);
    if (status == STATUS_OK)
        status = build_changed(&sources, task->store, task->progress, view, err);
    customer_set_free(&sources.existing);
    if (status != STATUS_OK) return status;
    hide(view);
    view->data = (EngineData){.schema = view->base->schema,
                              .base = view->base->image,
                              .changed = view->changed,
                              .hidden = view->hidden,
                              .hidden_count = view->hidden_count};
    return STATUS_OK;
}

static Status make(const Task *task, DatasetView **ret_view, Error *err)
{
    AUTO(view_done) DatasetView *view = MEMORY_NEW(DatasetView);
    view->base = task->base;
    view->data_version = task->changes->data_version;
    if (task->before != NULL) view->overlay = customer_set_copy(&task->before->overlay);
    customer_set_unite(&view->overlay, &task->changes->customers);
    if (base_is_outgrown(view->base->image, customer_set_count(&view->overlay))) return STATUS_OK;
    TRY(store_count_erasures(task->store, &view->erasures_count, err));
    TRY(fill(view, task, err));
    *ret_view = view;
    view = NULL;
    return STATUS_OK;
}

Status view_make(Base *base, const DatasetView *before, Store *store, const Progress *progress,
                 DatasetView **ret_view, Error *err)
{
    *ret_view = NULL;
    StoreChanges changes;
    uint64_t since = before != NULL ? before->data_version : image_data_version(base->image);
    TRY(store_changes_since(store, since, &changes, err));
    if (changes.is_everything) return STATUS_OK;
    Task task = {base, before, &changes, store, progress};
    Status status = make(&task, ret_view, err);
    customer_set_free(&changes.customers);
    return status;
}
