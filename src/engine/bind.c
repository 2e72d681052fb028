/* bind.c -- the steps of a program against one image. */
#include "engine/bind.h"

#include "engine/events.h"
#include "engine/program.h"

static const Column *column_of(const Image *image, const Step *step)
{
    const Node *node = step->node;
    if (node->kind == NODE_PROPERTY) return image_property(image, node->as.property.slot);
    if (node->kind != NODE_FIELD || node->as.field.is_built_in || node->as.field.is_item_attribute)
        return NULL;
    return &image_stream(image, (size_t)step->domain)->fields[node->as.field.field->slot];
}

Status binding_make(const EngineProgram *program, const Image *image, Patience *patience,
                    Arena *arena, Binding *ret_binding, Error *err)
{
    size_t count = program->steps.count;
    BoundStep *steps = ARENA_ARRAY(arena, BoundStep, count);
    for (size_t i = 0; i < count; i++) {
        const Predicate *predicate = program->predicates[i];
        steps[i].column = column_of(image, program->steps.items[i]);
        steps[i].events = event_facts_make(image, program->steps.items[i], arena);
        if (predicate != NULL) steps[i].test = column_test_make(image, predicate, patience, arena);
        if (atomic_load(patience->is_over)) return patience_look(patience, err);
    }
    *ret_binding = (Binding){.program = program, .image = image, .steps = steps};
    return STATUS_OK;
}

const Column *binding_column(const Binding *binding, const Step *step)
{
    return binding->steps[step->index].column;
}
