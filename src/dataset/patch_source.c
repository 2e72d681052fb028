/* patch_source.c -- customers of whom only some parts changed. */
#include "dataset/patch_source.h"

typedef struct {
    CustomerSource source; /* first: a pointer to it is a pointer to this */
    CustomerSource *changed;
    const CustomerParts *parts;
    const EngineData *before;
    ImageReader readers[ENGINE_LAYERS_MAX];
} PatchSource;

bool patch_find(const EngineData *data, CustomerId id, size_t *ret_layer, uint32_t *ret_row)
{
    for (size_t i = data->layers_count; i-- > 0;) {
        const EngineLayer *layer = &data->layers[i];
        uint32_t row;
        if (!image_find_row(layer->image, id, &row)) continue;
        if (layer->visible != NULL && (layer->visible[row / 64] >> (row % 64) & 1) == 0) continue;
        *ret_layer = i;
        *ret_row = row;
        return true;
    }
    return false;
}

/* Everything that was not read, out of the image. */
static Status fill(const PatchSource *own, Arena *arena, CustomerRow *row, Error *err)
{
    const Schema *schema = own->source.schema;
    size_t layer;
    uint32_t image_row;
    if (!patch_find(own->before, row->id, &layer, &image_row))
        return error_set(err, STATUS_CORRUPT, "customer number %u was not given", row->id.value);
    const ImageReader *reader = &own->readers[layer];
    if (!customer_parts_has(own->parts, PART_ROW, row->id)) {
        row->values = image_read_values(reader, image_row, arena);
        row->code = image_read_code(row->values);
    }
    EventList *events = ARENA_ARRAY(arena, EventList, schema->streams_count);
    for (size_t i = 0; i < schema->streams_count; i++)
        events[i] = customer_parts_has(own->parts, schema->streams[i].id, row->id)
                        ? row->events[i]
                        : image_read_events(reader, image_row, i, arena);
    row->events = events;
    return STATUS_OK;
}

static Status next(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    const PatchSource *own = (const PatchSource *)source;
    TRY(own->changed->next(own->changed, arena, ret_row, err));
    if (ret_row->id.value == 0 || customer_set_has(&own->parts->whole, ret_row->id))
        return STATUS_OK;
    return fill(own, arena, ret_row, err);
}

static Status rewind_changed(CustomerSource *source, Error *err)
{
    PatchSource *own = (PatchSource *)source;
    return own->changed->rewind(own->changed, err);
}

CustomerSource *patch_source_new(const PatchInput *input, Arena *arena)
{
    PatchSource *source = ARENA_NEW(arena, PatchSource);
    *source = (PatchSource){.source = {rewind_changed, next, input->before->schema},
                            .changed = input->changed,
                            .parts = input->parts,
                            .before = input->before};
    for (size_t i = 0; i < input->before->layers_count; i++)
        source->readers[i] = (ImageReader){.image = input->before->layers[i].image,
                                           .schema = input->before->schema,
                                           .items = input->items,
                                           .items_count = input->items_count};
    return &source->source;
}
