/* view.c -- one generation: a base, the customers changed since, and whom of each image to see. */
#include "dataset/view.h"

#include "base/memory.h"
#include "dataset/patch_source.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Parts that are so many times more than what is new become one beside it: what is asked about
     * few customers is asked of a part of a few. */
    OLDER_PARTS_RATIO = 16
};

/* ---- parts ---- */

static void part_release(ViewPart *part)
{
    if (atomic_fetch_sub(&part->uses, 1) > 1) return;
    image_close(part->image);
    free(part);
}

static ViewPart *part_new(Image *image)
{
    ViewPart *part = MEMORY_NEW(ViewPart);
    part->image = image;
    atomic_init(&part->uses, 1);
    return part;
}

void view_free(DatasetView *view)
{
    if (view == NULL) return;
    for (size_t i = 0; i < view->parts_count; i++)
        part_release(view->parts[i]);
    for (size_t i = 0; i < ENGINE_LAYERS_MAX; i++)
        free(view->visible[i]);
    free(view);
}

static void view_done(DatasetView **view)
{
    view_free(*view);
}

/* ---- layers ---- */

static const Image *layer_image(const DatasetView *view, size_t layer)
{
    return layer == 0 ? view->base->image : view->parts[layer - 1]->image;
}

static bool is_visible_row(const uint64_t *visible, uint32_t row)
{
    return visible == NULL || (visible[row / 64] >> (row % 64) & 1) != 0;
}

uint64_t view_layer_count(const DatasetView *view, size_t layer)
{
    const Image *image = layer_image(view, layer);
    const uint64_t *visible = view->visible[layer];
    if (visible == NULL) return image_customers_count(image);
    uint64_t count = 0;
    for (size_t i = 0; i < image_row_words(image); i++)
        count += (uint64_t)__builtin_popcountll(visible[i]);
    return count;
}

CustomerSet view_layer_ids(const DatasetView *view, size_t layer, bool is_visible)
{
    CustomerSet ids = {0};
    const Image *image = layer_image(view, layer);
    for (uint32_t row = 0; row < image_customers_count(image); row++)
        if (is_visible_row(view->visible[layer], row) == is_visible)
            customer_set_add(&ids, image_customer_ids(image)[row]);
    return ids;
}

static uint64_t *all_rows(const Image *image)
{
    uint32_t count = image_customers_count(image);
    uint64_t *rows = memory_alloc(memory_product(image_row_words(image) + 1, sizeof *rows));
    memset(rows, 0xff, count / 64 * sizeof *rows);
    if (count % 64 != 0) rows[count / 64] = (UINT64_C(1) << (count % 64)) - 1;
    return rows;
}

static uint64_t *copy_rows(const uint64_t *rows, const Image *image)
{
    if (rows == NULL) return NULL;
    size_t size_bytes = memory_product(image_row_words(image) + 1, sizeof *rows);
    return memcpy(memory_alloc(size_bytes), rows, size_bytes);
}

/* ---- making ---- */

/* What to make: up to which changes. Who changed is also a list: going through the bits of millions
 * for a few takes longer than all else. */
typedef struct {
    const ViewInput *input;
    uint64_t data_version;
    const CustomerId *changed;
    size_t changed_count;
    CustomerSet fresh;        /* the same, and whom they take along; owned */
    CustomerParts parts;      /* what of those changed, or is to be read of them; owned */
    const EngineData *before; /* where everything else is */
} Task;

static void task_done(Task *task)
{
    customer_set_free(&task->fresh);
    customer_parts_free(&task->parts);
}

/* Take those who changed out of a layer. */
static void hide(DatasetView *view, size_t layer, const Task *task)
{
    const Image *image = layer_image(view, layer);
    uint64_t **visible = &view->visible[layer];
    for (size_t i = 0; i < task->changed_count; i++) {
        uint32_t row;
        if (!image_find_row(image, task->changed[i], &row)) continue;
        if (*visible == NULL) *visible = all_rows(image);
        (*visible)[row / 64] &= ~(UINT64_C(1) << (row % 64));
    }
}

/* The layers of the view before, without those who changed. */
static void take_layers(DatasetView *view, const Task *task)
{
    const DatasetView *before = task->input->before;
    if (before != NULL) {
        view->visible[0] = copy_rows(before->visible[0], view->base->image);
        for (size_t i = 0; i < before->parts_count; i++) {
            ViewPart *part = before->parts[i];
            atomic_fetch_add(&part->uses, 1);
            view->parts[view->parts_count++] = part;
            view->visible[i + 1] = copy_rows(before->visible[i + 1], part->image);
        }
    }
    for (size_t layer = 0; layer <= view->parts_count; layer++)
        hide(view, layer, task);
}

static void drop_last_part(DatasetView *view)
{
    free(view->visible[view->parts_count]);
    view->visible[view->parts_count] = NULL;
    part_release(view->parts[--view->parts_count]);
}

/* Take out the last parts as long as those before are no more, with what is new; and one when there
 * is no place for two more. So each customer is written again only when his part grows to twice its
 * size. Whoever is to be seen of them goes into `older`. */
static void absorb_parts(DatasetView *view, uint64_t fresh_count, CustomerSet *older)
{
    uint64_t absorbed_count = fresh_count;
    for (; view->parts_count > 0; drop_last_part(view)) {
        uint64_t count = view_layer_count(view, view->parts_count);
        bool has_room = view->parts_count < VIEW_PARTS_MAX - 1 || fresh_count == 0;
        if (count > absorbed_count && has_room) return;
        AUTO(customer_set_free) CustomerSet ids = view_layer_ids(view, view->parts_count, true);
        customer_set_unite(older, &ids);
        absorbed_count += count;
    }
}

/* What reading a customer costs: a little for himself, some for his events. */
static uint64_t reading_cost(const Image *base, CustomerId id)
{
    enum { COST_OF_CUSTOMER = 16 };
    uint64_t cost = COST_OF_CUSTOMER;
    uint32_t row;
    if (!image_find_row(base, id, &row)) return cost;
    for (size_t i = 0; i < image_streams_count(base); i++) {
        const uint32_t *offsets = image_stream(base, i)->offsets;
        cost += offsets[row + 1] - offsets[row];
    }
    return cost;
}

/* Neighbours together, each part with about as much to read. */
static void divide(const CustomerSet *customers, const Image *base, CustomerSet *parts,
                   size_t parts_count)
{
    uint64_t total = 0, passed = 0;
    FOR_EACH_CUSTOMER (id, customers)
        total += reading_cost(base, id);
    FOR_EACH_CUSTOMER (id, customers) {
        customer_set_add(&parts[passed * parts_count / total], id);
        passed += reading_cost(base, id);
    }
}

/* Handles to read with: the view's own and, when there is much to read, others beside it. */
static Status count_readers(const Task *task, uint64_t customers_count, uint64_t data_version,
                            size_t *ret_count, Error *err)
{
    enum { CUSTOMERS_WORTH_A_THREAD = 2000 };
    const ViewInput *input = task->input;
    size_t helpers_count = customers_count / CUSTOMERS_WORTH_A_THREAD;
    if (helpers_count >= input->threads_count) helpers_count = input->threads_count - 1;
    *ret_count = 1;
    if (helpers_count == 0) return STATUS_OK;
    TRY(readers_follow(input->helpers, input->path, helpers_count, data_version, &helpers_count,
                       err));
    *ret_count += helpers_count;
    return STATUS_OK;
}

static Status build_part(DatasetView *view, const Task *task, const CustomerSet *parts,
                         size_t parts_count, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const ViewInput *from = task->input;
    CustomerSource **sources = ARENA_ARRAY(arena, CustomerSource *, parts_count);
    Image *image;
    ImageInput input = {.schema = view->base->schema,
                        .sources = sources,
                        .sources_count = parts_count,
                        .has_own_items_only = true,
                        .data_version = view->data_version};
    TRY(store_items(from->store, &input.items, &input.items_count, err));
    PatchInput patch = {.parts = &task->parts,
                        .before = task->before,
                        .items = input.items,
                        .items_count = input.items_count};
    for (size_t i = 0; i < parts_count; i++) {
        Store *store = i == 0 ? from->store : from->helpers->items[i - 1];
        TRY(store_customer_source_parts(store, &parts[i], &task->parts, &patch.changed, err));
        sources[i] = patch_source_new(&patch, arena);
    }
    TRY(image_build_memory(&input, from->progress, &image, err));
    if (image_customers_count(image) > 0)
        view->parts[view->parts_count++] = part_new(image);
    else
        image_close(image); /* all of them were erased or merged into others */
    return STATUS_OK;
}

static Status build_divided(DatasetView *view, const CustomerSet *customers, const Task *task,
                            size_t parts_count, Error *err)
{
    CustomerSet *parts = memory_alloc(memory_product(parts_count, sizeof *parts));
    divide(customers, view->base->image, parts, parts_count);
    Status status = build_part(view, task, parts, parts_count, err);
    for (size_t i = 0; i < parts_count; i++)
        customer_set_free(&parts[i]);
    free(parts);
    return status;
}

static Status add_part(DatasetView *view, const CustomerSet *customers, const Task *task,
                       Error *err)
{
    uint64_t count = customer_set_count(customers);
    size_t parts_count = 1;
    if (count == 0) return STATUS_OK;
    Status status = count_readers(task, count, view->data_version, &parts_count, err);
    if (status == STATUS_OK)
        status = parts_count == 1 ? build_part(view, task, customers, 1, err)
                                  : build_divided(view, customers, task, parts_count, err);
    readers_end(task->input->helpers);
    return status;
}

static Status add_parts(DatasetView *view, Task *task, Error *err)
{
    AUTO(customer_set_free) CustomerSet older = {0};
    absorb_parts(view, task->changed_count, &older);
    if (customer_set_count(&older) >= OLDER_PARTS_RATIO * task->changed_count)
        TRY(add_part(view, &older, task, err));
    else
        customer_set_unite(&task->fresh, &older);
    return add_part(view, &task->fresh, task, err);
}

static Status fill(DatasetView *view, Task *task, Error *err)
{
    take_layers(view, task);
    TRY(add_parts(view, task, err));
    view->data = (EngineData){.schema = view->base->schema, .layers_count = view->parts_count + 1};
    for (size_t layer = 0; layer <= view->parts_count; layer++)
        view->data.layers[layer] = (EngineLayer){layer_image(view, layer), view->visible[layer]};
    return STATUS_OK;
}

/* How many changed for the first time since the base was made. Who is seen nowhere (or not any
 * more) is to be read whole. */
static uint64_t look_before(Task *task)
{
    uint64_t first_count = 0;
    for (size_t i = 0; i < task->changed_count; i++) {
        size_t layer = 0;
        uint32_t row;
        if (!patch_find(task->before, task->changed[i], &layer, &row))
            customer_set_add(&task->parts.whole, task->changed[i]);
        if (layer == 0) first_count++;
    }
    return first_count;
}

static Status make(Task *task, DatasetView **ret_view, Error *err)
{
    AUTO(view_done) DatasetView *view = MEMORY_NEW(DatasetView);
    const ViewInput *input = task->input;
    view->base = input->base;
    view->data_version = task->data_version;
    view->changed_count = look_before(task);
    if (input->before != NULL) view->changed_count += input->before->changed_count;
    if (base_is_outgrown(view->base->image, view->changed_count)) return STATUS_OK;
    TRY(store_count_erasures(input->store, &view->erasures_count, err));
    TRY(fill(view, task, err));
    *ret_view = view;
    view = NULL;
    return STATUS_OK;
}

Status view_make(const ViewInput *input, DatasetView **ret_view, Error *err)
{
    *ret_view = NULL;
    StoreChanges changes;
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(task_done) Task task = {.input = input};
    const DatasetView *before = input->before;
    uint64_t since = before != NULL ? before->data_version : image_data_version(input->base->image);
    TRY(store_changed_parts_since(input->store, since, &changes, &task.parts, err));
    if (changes.is_everything) return STATUS_OK;
    EngineData base = {
        .schema = input->base->schema, .layers[0].image = input->base->image, .layers_count = 1};
    task.data_version = changes.data_version;
    task.before = before != NULL ? &before->data : &base;
    task.changed = customer_set_list(&changes.customers, arena);
    task.changed_count = customer_set_count(&changes.customers);
    task.fresh = changes.customers;
    return make(&task, ret_view, err);
}
