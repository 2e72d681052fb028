/* check.c -- a view against the truth, customer by customer. */
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

/* Newest layer first, each giving the customers of those before it in between. */
CustomerSource *dataset_view_source(const DatasetView *view, Arena *arena)
{
    ImageSourceInput input = {.schema = view->base->schema};
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

static Status compare_all(const DatasetView *view, CustomerSource *truth, const Progress *progress,
                          ViewProblems *problems, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(arena_done) Arena *row_arena = arena_new();
    CustomerSource *seen = dataset_view_source(view, arena);
    uint64_t total = dataset_view_customers_count(view);
    for (uint64_t done = 0;; done++) {
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
        if (done % PROGRESS_EVERY == 0)
            TRY(progress_report(progress, "comparing the image with the store", done, total, err));
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

static Status compare_with_store(const DatasetView *view, Store *store, const Progress *progress,
                                 ViewProblems *problems, Error *err)
{
    CustomerSource *truth;
    uint64_t version;
    TRY(store_data_version(store, &version, err));
    if (version != view->data_version)
        return error_set(err, STATUS_CONFLICT, "the data has changed meanwhile; try again");
    TRY(store_customer_source(store, &truth, err));
    return compare_all(view, truth, progress, problems, err);
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
