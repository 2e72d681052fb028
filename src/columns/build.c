/* build.c -- the order of building: learn, plan, write, derive; into memory or a file. */
#include "columns/build.h"

#include "base/memory.h"
#include "columns/attach.h"
#include "columns/tasks.h"

#include <stdlib.h>

/* ---- the parts ---- */

static void open_part(Build *build, Part *part, CustomerSource *source)
{
    size_t count = build->specs.count;
    *part = (Part){.build = build, .source = source, .rows = arena_new()};
    part->columns = ARENA_ARRAY(build->arena, Learned, count);
    part->events_counts = ARENA_ARRAY(build->arena, uint64_t, build->input->schema->streams_count);
    for (size_t i = 0; i < count; i++)
        learned_init(&part->columns[i], &build->specs.items[i]);
    for (size_t i = 0; build->input->has_own_items_only && i < count; i++)
        if (build->specs.items[i].kind == COLUMN_ITEM)
            part->columns[i].own_items =
                ARENA_ARRAY(build->arena, uint64_t, (build->input->items_count + 63) / 64);
}

static Status build_open(Build *build, Error *err)
{
    const ImageInput *input = build->input;
    if (input->items_count > UINT32_MAX - 1)
        return error_set(err, STATUS_LIMIT, "too many items: %zu", input->items_count);
    build->items = input->items;
    build->items_count = input->items_count;
    TRY(column_specs_of(input->schema, build->arena, &build->specs, err));
    build->columns = ARENA_ARRAY(build->arena, Learned, build->specs.count);
    for (size_t i = 0; i < build->specs.count; i++)
        learned_init(&build->columns[i], &build->specs.items[i]);
    build->parts = ARENA_ARRAY(build->arena, Part, input->sources_count);
    for (size_t i = 0; i < input->sources_count; i++)
        open_part(build, &build->parts[build->parts_count++], input->sources[i]);
    return STATUS_OK;
}

static void build_close(Build *build)
{
    for (size_t i = 0; build->columns != NULL && i < build->specs.count; i++)
        learned_done(&build->columns[i]);
    for (size_t i = 0; i < build->parts_count; i++) {
        Part *part = &build->parts[i];
        for (size_t j = 0; j < build->specs.count; j++)
            learned_done(&part->columns[j]);
        arena_free(part->rows);
        free(part->numbers);
    }
    arena_free(build->arena);
}

/* ---- the order ---- */

static Status learn(Build *build, Error *err)
{
    TRY(build_open(build, err));
    TRY(parts_run(build, "reading customers", learn_part, err));
    return learn_items(build, err);
}

typedef struct {
    const Build *build;
    const Image *image;
} Derivation;

static void derive_column(void *context, size_t column)
{
    const Derivation *derivation = context;
    const Build *build = derivation->build;
    const Image *image = derivation->image;
    ColumnZone *zones = build_section(build, column, SECTION_ZONES);
    uint64_t *words = build_section(build, column, SECTION_VALUE_BITS);
    DeriveInput input = {.column = &image->columns[column],
                         .customers_count = image_customers_count(image)};
    for (size_t i = 0; i < image_streams_count(image); i++)
        if (build->specs.stream_firsts[i] == column) input.stream = image_stream(image, i);
    if (zones != NULL) derive_zones(&input, zones);
    if (words != NULL) derive_value_bits(&input, words);
}

/* Zones and bitmaps of an image whose other sections are written. */
static void derive(const Build *build, const Image *image)
{
    Derivation derivation = {build, image};
    const uint64_t *weights = column_weights(&build->layout, build->arena);
    tasks_run(derive_column, &derivation, weights, build->specs.count);
}

/* Fill and seal an image whose places are planned. */
static Status fill(Build *build, const SortedTexts *dictionaries, Image *image, Error *err)
{
    build->total = image_customers_count(image);
    write_dictionaries(build, dictionaries);
    TRY(write_items(build, err));
    TRY(parts_run(build, "writing customers", write_part, err));
    derive(build, image);
    image_seal(image);
    return STATUS_OK;
}

static void note_item_ids(const Build *build, Image *image)
{
    uint32_t *ids = ARENA_ARRAY(image->arena, uint32_t, build->items_count);
    for (size_t i = 0; i < build->items_count; i++)
        ids[i] = build->items[i]->id;
    image->items.ids = ids;
}

static Status make_in_memory(Build *build, Image **ret_image, Error *err)
{
    SortedTexts *dictionaries = NULL;
    TRY(learn(build, err));
    TRY(plan_columns(build, &dictionaries, err));
    size_t size_bytes = build->layout.header.file_size;
    TRY(image_memory(size_bytes, &build->bytes, err));
    AUTO(image_done) Image *image = image_bind(&build->layout, build->bytes, size_bytes);
    TRY(fill(build, dictionaries, image, err));
    if (build->input->has_own_items_only) note_item_ids(build, image);
    *ret_image = image;
    image = NULL;
    return STATUS_OK;
}

static Status make_file(Build *build, const char *path, Error *err)
{
    SortedTexts *dictionaries = NULL;
    ASSERT(!build->input->has_own_items_only);
    AUTO(new_file_discard) NewFile file = {.descriptor = -1};
    TRY(learn(build, err));
    TRY(plan_columns(build, &dictionaries, err));
    size_t size_bytes = build->layout.header.file_size;
    TRY(new_file_open(path, size_bytes, build->arena, &file, err));
    build->bytes = file.bytes;
    AUTO(image_done) Image *image = image_bind(&build->layout, file.bytes, size_bytes);
    TRY(fill(build, dictionaries, image, err));
    return new_file_commit(&file, err);
}

Status build_in_memory(const ImageInput *input, BuildLimits limits, const Progress *progress,
                       Image **ret_image, Error *err)
{
    Build build = {.input = input, .limits = limits, .progress = progress, .arena = arena_new()};
    Status status = make_in_memory(&build, ret_image, err);
    build_close(&build);
    return status;
}

Status image_build(const char *path, const ImageInput *input, const Progress *progress, Error *err)
{
    Build build = {
        .input = input, .limits = BUILD_LIMITS, .progress = progress, .arena = arena_new()};
    Status status = make_file(&build, path, err);
    build_close(&build);
    return status;
}

Status image_build_memory(const ImageInput *input, const Progress *progress, Image **ret_image,
                          Error *err)
{
    return build_in_memory(input, BUILD_LIMITS, progress, ret_image, err);
}
