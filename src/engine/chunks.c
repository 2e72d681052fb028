/* chunks.c -- which rows a program looks at, in which pieces. */
#include "engine/program.h"

#include "engine/nodes.h"

/* Events of a piece, if it can be cut: enough to be worth opening, few enough to stay near. */
enum { CHUNK_EVENTS_MAX = 1 << 16, CHUNK_ROWS_MIN = 64 };

/* ---- rows ---- */

static const uint64_t *rows_of_set(EngineProgram *program, const Image *image,
                                   const CustomerSet *only, const uint64_t *visible)
{
    if (only == NULL) return visible;
    uint64_t *rows = ARENA_ARRAY(program->arena, uint64_t, image_row_words(image) + 1);
    FOR_EACH_CUSTOMER (id, only) {
        uint32_t row;
        if (image_find_row(image, id, &row) && bit_needed(visible, row))
            rows[row / 64] |= UINT64_C(1) << (row % 64);
    }
    return rows;
}

/* ---- pieces ---- */

typedef struct {
    EngineProgram *program;
    uint32_t binding;
    const bool *is_used; /* by stream */
} Cutter;

static uint64_t events_of(const Cutter *cutter, uint32_t row_begin, uint32_t rows_count)
{
    const Image *image = cutter->program->bindings[cutter->binding].image;
    uint64_t count = 0;
    for (size_t i = 0; i < image_streams_count(image); i++) {
        if (!cutter->is_used[i]) continue;
        const uint32_t *offsets = image_stream(image, i)->offsets;
        count += offsets[row_begin + rows_count] - offsets[row_begin];
    }
    return count;
}

/* Halves, at multiples of 64 rows, until there are few events or few customers. */
static void cut(const Cutter *cutter, uint32_t row_begin, uint32_t rows_count)
{
    if (rows_count > CHUNK_ROWS_MIN &&
        events_of(cutter, row_begin, rows_count) > CHUNK_EVENTS_MAX) {
        uint32_t half = (rows_count / 2 + CHUNK_ROWS_MIN - 1) / CHUNK_ROWS_MIN * CHUNK_ROWS_MIN;
        cut(cutter, row_begin, half);
        cut(cutter, row_begin + half, rows_count - half);
        return;
    }
    Chunk chunk = {.binding = cutter->binding, .row_begin = row_begin, .rows_count = rows_count};
    ARENA_PUSH(cutter->program->arena, &cutter->program->chunks, chunk);
}

static void mark_streams(const EngineProgram *program, bool *is_used)
{
    for (size_t i = 0; i < program->steps.count; i++)
        if (program->steps.items[i]->domain != DOMAIN_CUSTOMERS)
            is_used[program->steps.items[i]->domain] = true;
    for (size_t i = 0; i < program->steps.count; i++) {
        const Step *step = program->steps.items[i];
        if (step->node->kind == NODE_AGGREGATE) is_used[step->events.stream_index] = true;
        if (step->node->kind == NODE_CALL && step->node->as.call.stream != NULL)
            is_used[step->events.stream_index] = true;
        for (size_t j = 0; step->sequence != NULL && j < step->node->as.sequence.steps_count; j++)
            is_used[step->sequence[j].stream_index] = true;
    }
}

void program_plan_chunks(EngineProgram *program)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    bool *is_used = ARENA_ARRAY(scratch, bool, program->data.schema->streams_count);
    mark_streams(program, is_used);
    for (size_t i = 0; i < program->bindings_count; i++) {
        const Image *image = program->bindings[i].image;
        Cutter cutter = {.program = program, .binding = (uint32_t)i, .is_used = is_used};
        uint32_t count = image_customers_count(image);
        program->asked[i] = rows_of_set(program, image, program->options.only, program->visible[i]);
        for (uint32_t row = 0; row < count; row += IMAGE_BLOCK_ROWS)
            cut(&cutter, row, count - row < IMAGE_BLOCK_ROWS ? count - row : IMAGE_BLOCK_ROWS);
    }
}
