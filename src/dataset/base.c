/* base.c -- the image that everything in a generation rests on: found in the directory, or made. */
#include "dataset/base.h"

#include "model/customer_set.h"

#include <stdio.h>
#include <string.h>

static const char nothing_yet[] = "there is no image of the data yet";
const char base_folding[] = "folding the changed customers into the image";
static const char too_much[] = "too much has changed since the image was made";

enum {
    CHANGED_KEPT_MIN = 10000, /* reading so many is never worth making an image */
    CHANGED_KEPT_SHARE = 8,   /* reading a customer by himself costs as much as two in turn, so */
                              /* reading the changed ones takes a quarter of a new image at most */
    BUILD_ATTEMPTS_MAX = 10,  /* each undone by the erasure of a person */
};

bool base_is_outgrown(const Image *image, uint64_t changed_count)
{
    return changed_count > CHANGED_KEPT_MIN &&
           changed_count > image_customers_count(image) / CHANGED_KEPT_SHARE;
}

void base_free(Base *base)
{
    if (base == NULL) return;
    image_close(base->image);
    arena_free(base->arena);
}

void base_done(Base **base)
{
    base_free(*base);
    *base = NULL;
}

static Base *base_new(Image *image, const Schema *schema, uint64_t erasures_count)
{
    Arena *arena = arena_new();
    Base *base = ARENA_NEW(arena, Base);
    *base = (Base){.image = image,
                   .arena = arena,
                   .schema = schema_copy(schema, arena),
                   .erasures_count = erasures_count};
    return base;
}

/* ---- making ---- */

static Status check_not_erased(const BasePlan *plan, uint64_t erasures_count, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    uint64_t count;
    TRY(store_open(plan->file.directory, STORE_READ, &store, err));
    TRY(store_count_erasures(store, &count, err));
    if (count == erasures_count) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "a customer was erased meanwhile");
}

/* An image holds everybody who was there when its snapshot began. Who is erased after that removes
 * the file, but before it has its name he cannot: so look again once it has. */
static Status build_file(const BasePlan *plan, const ImageInput *input, uint64_t erasures_count,
                         const Progress *progress, Image **ret_image, Error *err)
{
    AUTO(image_done) Image *image = NULL;
    TRY(image_file_build(&plan->file, input, progress, &image, err));
    Status status = check_not_erased(plan, erasures_count, err);
    if (status != STATUS_OK) {
        image_file_remove(&plan->file);
        return status;
    }
    *ret_image = image;
    image = NULL;
    return STATUS_OK;
}

static Status build_once(const BasePlan *plan, Readers *readers, bool is_in_memory,
                         const Progress *progress, Base **ret_base, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    ImageInput input;
    Image *image = NULL;
    uint64_t erasures_count;
    TRY(store_count_erasures(readers->items[0], &erasures_count, err));
    TRY(readers_input(readers, arena, &input, err));
    TRY(is_in_memory ? image_build_memory(&input, progress, &image, err)
                     : build_file(plan, &input, erasures_count, progress, &image, err));
    *ret_base = base_new(image, input.schema, erasures_count);
    (*ret_base)->is_in_memory = is_in_memory;
    return STATUS_OK;
}

static Status build(const BasePlan *plan, bool is_in_memory, const Progress *progress,
                    Base **ret_base, Error *err)
{
    AUTO(readers_done) Readers readers = {0};
    TRY(readers_open(plan->file.directory, plan->threads_count, &readers, err));
    Status status = STATUS_NOT_FOUND;
    for (int attempt = 0; status == STATUS_NOT_FOUND && attempt < BUILD_ATTEMPTS_MAX; attempt++) {
        TRY(readers_begin(&readers, err));
        status = build_once(plan, &readers, is_in_memory, progress, ret_base, err);
        readers_end(&readers);
    }
    return status;
}

/* ---- finding ---- */

/* Looking for a usable image in the directory, as `store` is in its snapshot. */
typedef struct {
    const BasePlan *plan;
    Store *store;
    Base *base;   /* found; NULL: none */
    Error reason; /* why none */
} Search;

static void give_up(Search *search, const char *reason)
{
    snprintf(search->reason.message, sizeof search->reason.message, "%s", reason);
}

static Status look_at_changes(Search *search, Image **image, Error *err)
{
    StoreChanges changes;
    uint64_t erasures_count;
    TRY(store_changes_since(search->store, image_data_version(*image), &changes, err));
    uint64_t changed_count = customer_set_count(&changes.customers);
    customer_set_free(&changes.customers);
    if (changes.is_everything || base_is_outgrown(*image, changed_count)) {
        give_up(search, too_much);
        return STATUS_OK;
    }
    TRY(store_count_erasures(search->store, &erasures_count, err));
    search->base = base_new(*image, store_schema(search->store), erasures_count);
    *image = NULL;
    return STATUS_OK;
}

static Status find(Search *search, Error *err)
{
    TRY(store_read_begin(search->store, err));
    AUTO(image_done) Image *image = NULL;
    Status status =
        image_file_open(&search->plan->file, store_schema(search->store), &image, &search->reason);
    if (status == STATUS_NOT_FOUND) give_up(search, nothing_yet);
    status = status == STATUS_OK ? look_at_changes(search, &image, err) : STATUS_OK;
    store_read_end(search->store);
    return status;
}

/* What another process has made since. */
static Status find_newer(const BasePlan *plan, uint64_t data_version, Base **ret_base, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    TRY(store_open(plan->file.directory, STORE_READ, &store, err));
    Search search = {.plan = plan, .store = store};
    TRY(find(&search, err));
    if (search.base != NULL && image_data_version(search.base->image) <= data_version)
        base_done(&search.base);
    *ret_base = search.base;
    return STATUS_OK;
}

/* ---- the whole ---- */

static Status build_locked(const BasePlan *plan, uint64_t data_version, const Progress *progress,
                           Base **ret_base, Error *err)
{
    AUTO(image_file_unlock) int lock = -1;
    TRY(image_file_lock(&plan->file, progress, &lock, err));
    Base *base = NULL;
    TRY(find_newer(plan, data_version, &base, err));
    if (base == NULL) TRY(build(plan, false, progress, &base, err));
    *ret_base = base;
    return STATUS_OK;
}

static Status tell(const Progress *progress, Arena *arena, const char *why, const char *what,
                   Error *err)
{
    return progress_report(
        progress, arena_printf(arena, "%s; %s", error_phrase(why), error_phrase(what)).data, 0, 0,
        err);
}

Status base_build(const BasePlan *plan, const BaseNeed *need, const Progress *progress,
                  Base **ret_base, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *reason = need->reason != NULL ? need->reason : too_much;
    TRY(tell(progress, arena, reason, "making it", err));
    Error failure;
    Base *base = NULL;
    Status status = build_locked(plan, need->data_version, progress, &base, &failure);
    bool takes_no_file =
        status == STATUS_IO || status == STATUS_DENIED || status == STATUS_NOT_FOUND;
    if (takes_no_file) {
        reason = failure.message;
        TRY(tell(progress, arena, reason, "keeping the image in memory", err));
        TRY(build(plan, true, progress, &base, err));
    } else if (status != STATUS_OK) {
        return error_set(err, status, "%s", failure.message);
    }
    base->made_because = arena_text(base->arena, text_of(reason));
    base->has_trouble = strcmp(reason, nothing_yet) != 0 && strcmp(reason, too_much) != 0 &&
                        strcmp(reason, IMAGE_OF_ANOTHER_SCHEMA) != 0 &&
                        need->reason != base_folding;
    *ret_base = base;
    return STATUS_OK;
}

Status base_open(const BasePlan *plan, Store *store, const Progress *progress, Base **ret_base,
                 Error *err)
{
    Search search = {.plan = plan, .store = store};
    TRY(find(&search, err));
    *ret_base = search.base;
    if (search.base != NULL) return STATUS_OK;
    BaseNeed need = {.reason = search.reason.message};
    return base_build(plan, &need, progress, ret_base, err);
}
