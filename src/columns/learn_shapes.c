/* learn_shapes.c -- which shapes the texts of a column have, and which numbers those of each. */
#include "columns/build.h"
#include "columns/shapes.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The values of all shapes together must fit into what numbers_value can read at once. */
static const uint64_t VALUES_MAX = UINT64_C(1) << SHAPE_BITS_MAX;

LearnedShapes *learned_shapes_new(void)
{
    LearnedShapes *shapes = MEMORY_NEW(LearnedShapes);
    shapes->arena = arena_new();
    return shapes;
}

void learned_shapes_free(LearnedShapes *shapes)
{
    if (shapes == NULL) return;
    arena_free(shapes->arena);
    free(shapes);
}

static void widen(LearnedShape *shape, uint64_t min, uint64_t max)
{
    if (min < shape->min) shape->min = min;
    if (max > shape->max) shape->max = max;
}

/* The texts come in runs of one shape, so the last one is tried first. */
bool learned_shapes_find(LearnedShapes *shapes, Text text, uint32_t *ret_shape,
                         uint64_t *ret_number)
{
    for (uint32_t i = 0; i <= shapes->count; i++) {
        uint32_t shape = i == 0 ? shapes->last : i - 1;
        if (shape >= shapes->count || !shape_match(shapes->items[shape].text, text, ret_number))
            continue;
        *ret_shape = shapes->last = shape;
        return true;
    }
    return false;
}

/* The shape of a text, as yet without numbers. */
static LearnedShape *add_shape(LearnedShapes *shapes, Text text)
{
    char *data = arena_alloc(shapes->arena, text.size + 1);
    for (size_t i = 0; i < text.size; i++)
        data[i] = text.data[i] >= '0' && text.data[i] <= '9' ? '0' : text.data[i];
    LearnedShape *shape = &shapes->items[shapes->count++];
    *shape = (LearnedShape){.text = {data, text.size}, .min = UINT64_MAX};
    return shape;
}

void learned_shapes_add(LearnedShapes *shapes, Text text)
{
    uint32_t shape;
    uint64_t number;
    if (shapes->is_too_many) return;
    if (!learned_shapes_find(shapes, text, &shape, &number)) {
        shapes->is_too_many = shapes->count == SHAPES_MAX || shape_digits(text) > SHAPE_DIGITS_MAX;
        if (shapes->is_too_many) return;
        add_shape(shapes, text);
        bool is_found = learned_shapes_find(shapes, text, &shape, &number);
        ASSERT(is_found);
    }
    widen(&shapes->items[shape], number, number);
}

void learned_shapes_merge(LearnedShapes *all, const LearnedShapes *part)
{
    all->is_too_many = all->is_too_many || part->is_too_many;
    for (uint32_t i = 0; i < part->count && !all->is_too_many; i++) {
        const LearnedShape *from = &part->items[i];
        uint32_t shape;
        uint64_t zero;
        if (learned_shapes_find(all, from->text, &shape, &zero))
            widen(&all->items[shape], from->min, from->max);
        else if (all->count == SHAPES_MAX)
            all->is_too_many = true;
        else
            widen(add_shape(all, from->text), from->min, from->max);
    }
}

static int compare_shapes(const void *left, const void *right)
{
    const LearnedShape *a = left, *b = right;
    return text_compare(a->text, b->text);
}

/* In the order of their texts, whichever source had them first. */
void learned_shapes_settle(LearnedShapes *shapes)
{
    if (shapes->is_too_many || shapes->count == 0) return;
    qsort(shapes->items, shapes->count, sizeof shapes->items[0], compare_shapes);
    shapes->last = 0;
    shapes->total = shapes->bytes = 0;
    for (uint32_t i = 0; i < shapes->count; i++) {
        LearnedShape *shape = &shapes->items[i];
        uint64_t count = shape->max - shape->min + 1;
        if (count > VALUES_MAX - shapes->total) return;
        shape->first = shapes->total;
        shapes->total += count;
        shapes->bytes += shape->text.size;
    }
    shapes->is_settled = true;
}

void learned_shapes_share(LearnedShapes *part, const LearnedShapes *all)
{
    memcpy(part->items, all->items, sizeof part->items);
    part->count = all->count;
    part->last = 0;
}
