/* check.c -- a view against the truth, customer by customer. */
#include "base/random.h"
#include "dataset/image_source.h"
#include "dataset/view.h"

#include <string.h>

enum { PROBLEMS_MAX = 100, PROGRESS_EVERY = 1 << 10 };

static CustomerSet *keep_in_arena(CustomerSet *set, Arena *arena)
{
    CustomerSet *kept = ARENA_NEW(arena, CustomerSet);
    kept->words_count = set->words_count;
    kept->words = ARENA_ARRAY(arena, uint64_t, set->words_count);
    if (set->words_count > 0) memcpy(kept->words, set->words, set->words_count * sizeof(uint64_t));
    customer_set_free(set);
    return kept;
}

typedef struct {
    CustomerId first, last; /* 0: no bound */
} CustomerRange;

/* Newest layer first, each giving the customers of those before it in between. */
static CustomerSource *source_of_range(const DatasetView *view, CustomerRange range, Arena *arena)
{
    ImageSourceInput input = {
        .schema = view->base->schema, .first = range.first, .last = range.last};
    for (size_t layer = view->parts_count + 1; layer-- > 0;) {
        CustomerSet without = view_layer_ids(view, layer, false);
        input.image = view->data.layers[layer].image;
        input.without = keep_in_arena(&without, arena);
        CustomerSource *source = image_source_new(&input, arena);
        if (layer == 0) return source;
        CustomerSet others = view_layer_ids(view, layer, true);
        if (input.others != NULL) customer_set_unite(&others, input.others);
        input.other = source;
        input.others = keep_in_arena(&others, arena);
    }
    return NULL;
}

CustomerSource *dataset_view_source(const DatasetView *view, Arena *arena)
{
    return source_of_range(view, (CustomerRange){0}, arena);
}

/* ---- comparing ---- */

static bool same_set(TextSet a, TextSet b)
{
    if (a.count != b.count) return false;
    for (size_t i = 0; i < a.count; i++)
        if (!text_equal(a.items[i], b.items[i])) return false;
    return true;
}

/* To the byte: texts are not folded, items are compared with all they have. */
static bool same_value(Value a, Value b)
{
    if (a.kind != b.kind) return false;
    if (a.kind == VALUE_TEXT) return text_equal(a.as.text, b.as.text);
    if (a.kind == VALUE_SET) return same_set(a.as.set, b.as.set);
    if (a.kind != VALUE_ITEM) return value_equal(a, b);
    const Item *left = a.as.item, *right = b.as.item;
    return left->id == right->id && text_equal(left->code, right->code) &&
           text_equal(left->name, right->name) && text_equal(left->group, right->group) &&
           text_equal(left->brand, right->brand) && value_equal(left->price, right->price) &&
           value_equal(left->cost, right->cost);
}

static bool same_event(const EventRow *a, const EventRow *b, size_t fields_count)
{
    if (a->at.second != b->at.second) return false;
    for (size_t slot = 0; slot < fields_count; slot++)
        if (!same_value(a->values[slot], b->values[slot])) return false;
    return true;
}

static bool same_events(EventList a, EventList b, size_t fields_count)
{
    if (a.count != b.count) return false;
    for (size_t i = 0; i < a.count; i++)
        if (!same_event(&a.items[i], &b.items[i], fields_count)) return false;
    return true;
}

static void problem_add(ViewProblems *problems, Text sentence)
{
    if (problems->count < PROBLEMS_MAX) ARENA_PUSH(problems->arena, problems, sentence);
}

static void compare_customers(ViewProblems *problems, const Schema *schema,
                              const CustomerRow *truth, const CustomerRow *seen)
{
    for (size_t slot = 0; slot < schema->properties_count; slot++)
        if (!same_value(truth->values[slot], seen->values[slot]))
            problem_add(problems,
                        arena_printf(problems->arena,
                                     "'%.*s' of customer number %u is not what the store "
                                     "holds",
                                     TEXT_FORMAT(schema->properties[slot].name), truth->id.value));
    for (size_t i = 0; i < schema->streams_count; i++)
        if (!same_events(truth->events[i], seen->events[i], schema->streams[i].fields_count))
            problem_add(problems,
                        arena_printf(problems->arena,
                                     "the events of stream '%.*s' of customer number %u "
                                     "are not what the store holds",
                                     TEXT_FORMAT(schema->streams[i].name), truth->id.value));
}

static Status compare_range(const DatasetView *view, CustomerRange range, CustomerSource *truth,
                            const Progress *progress, ViewProblems *problems, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(arena_done) Arena *row_arena = arena_new();
    CustomerSource *seen = source_of_range(view, range, arena);
    for (;; problems->customers_count++) {
        CustomerRow of_store, of_view;
        TRY(truth->next(truth, row_arena, &of_store, err));
        TRY(seen->next(seen, row_arena, &of_view, err));
        if (of_store.id.value != of_view.id.value) {
            problem_add(problems,
                        arena_printf(problems->arena,
                                     "customer number %u is expected where number %u stands",
                                     of_store.id.value, of_view.id.value));
            return STATUS_OK;
        }
        if (of_store.id.value == 0) return STATUS_OK;
        compare_customers(problems, view->base->schema, &of_store, &of_view);
        arena_reset(row_arena);
        if (problems->customers_count % PROGRESS_EVERY == 0)
            TRY(progress_report(progress, "comparing the image with the store",
                                problems->customers_count, problems->customers_wanted, err));
    }
}

/* ---- the check ---- */

static Status check_facts(const Image *image, const Progress *progress, ViewProblems *problems,
                          Error *err)
{
    Text *found;
    size_t found_count;
    TRY(image_check(image, progress, problems->arena, &found, &found_count, err));
    for (size_t i = 0; i < found_count; i++)
        problem_add(problems, found[i]);
    return STATUS_OK;
}

static Status check_version(const DatasetView *view, Store *store, Error *err)
{
    uint64_t version;
    TRY(store_data_version(store, &version, err));
    if (version == view->data_version) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT, "the data has changed meanwhile; try again");
}

static Status compare_with_store(const DatasetView *view, Store *store, const Progress *progress,
                                 ViewProblems *problems, Error *err)
{
    CustomerSource *truth;
    TRY(check_version(view, store, err));
    TRY(store_customer_source(store, &truth, err));
    problems->customers_wanted = dataset_view_customers_count(view);
    return compare_range(view, (CustomerRange){0}, truth, progress, problems, err);
}

Status view_check(const DatasetView *view, Store *store, const Progress *progress,
                  ViewProblems *problems, Error *err)
{
    for (size_t layer = 0; layer < view->data.layers_count; layer++)
        TRY(check_facts(view->data.layers[layer].image, progress, problems, err));
    TRY(store_read_begin(store, err));
    Status status = compare_with_store(view, store, progress, problems, err);
    store_read_end(store);
    return status;
}

/* ---- some blocks ---- */

/* All ids belong to a block: those between two, and those after the last one, to the one before. */
static CustomerRange range_of_block(const Image *image, size_t block, size_t blocks_count)
{
    const CustomerId *ids = image_customer_ids(image);
    CustomerRange range = {{1}, {CUSTOMER_ID_MAX}};
    if (block > 0) range.first = ids[block * IMAGE_BLOCK_ROWS];
    if (block + 1 < blocks_count) range.last.value = ids[(block + 1) * IMAGE_BLOCK_ROWS].value - 1;
    return range;
}

static Status compare_block(const DatasetView *view, Store *store, CustomerRange range,
                            const Progress *progress, ViewProblems *problems, Error *err)
{
    CustomerSource *truth;
    TRY(store_customer_source_range(store, range.first, range.last, &truth, err));
    problems->blocks_count++;
    return compare_range(view, range, truth, progress, problems, err);
}

static Status compare_blocks(const DatasetView *view, Store *store, const DatasetSample *sample,
                             ViewProblems *problems, Error *err)
{
    const Image *image = view->data.layers[0].image;
    Random random = random_seeded(sample->seed);
    size_t count = image_blocks_count(image);
    if (count == 0) count = 1; /* everybody came after it */
    size_t wanted = (count * sample->percent + 99) / 100;
    problems->customers_wanted = dataset_view_customers_count(view) * wanted / count;
    TRY(check_version(view, store, err));
    for (size_t block = 0; block < count && wanted > 0; block++) {
        if (random_below(&random, count - block) >= wanted) continue;
        wanted--;
        TRY(compare_block(view, store, range_of_block(image, block, count), sample->progress,
                          problems, err));
    }
    return STATUS_OK;
}

Status view_check_blocks(const DatasetView *view, Store *store, const DatasetSample *sample,
                         ViewProblems *problems, Error *err)
{
    TRY(store_read_begin(store, err));
    Status status = compare_blocks(view, store, sample, problems, err);
    store_read_end(store);
    return status;
}
