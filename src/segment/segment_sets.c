/* segment_sets.c -- who is in each of several segments, now or at the end of a day. */
#include "segment/segment_sets.h"

#include "lang/lang.h"
#include "segment/compositions.h"

size_t segments_in_use(const Registry *registry, Arena *arena, const Segment ***ret_segments)
{
    const Segment **segments = ARENA_ARRAY(arena, const Segment *, registry->count);
    size_t count = 0;
    for (size_t i = 0; i < registry->count; i++)
        if (!registry->items[i].card.is_marked_for_deletion)
            segments[count++] = &registry->items[i];
    *ret_segments = segments;
    return count;
}

void segment_sets_narrow(SegmentSets *sets, const CustomerSet *only)
{
    for (size_t i = 0; i < sets->count; i++) {
        customer_set_intersect(&sets->sets[i], only);
        sets->counts[i] = customer_set_count(&sets->sets[i]);
    }
    customer_set_intersect(&sets->base, only);
    sets->base_count = customer_set_count(&sets->base);
}

void segment_sets_done(SegmentSets *sets)
{
    for (size_t i = 0; i < sets->count; i++)
        customer_set_free(&sets->sets[i]);
    customer_set_free(&sets->base);
    sets->count = 0;
}

typedef struct {
    const FormingContext *context;
    const SegmentSetsQuery *query;
    Date as_of;
    Arena *arena;
    JoinedLookups *lookups;
    SegmentSets *sets;
    Text *failures;
    EngineQuestion *questions;
    size_t *places; /* of the segments asked about; SIZE_MAX: the base */
    size_t questions_count;
} Reading;

static Status ask(Reading *reading, Text rule, size_t place, Error *err)
{
    Expression *expression = NULL;
    const FormingContext *context = reading->context;
    Diagnostics diagnostics = diagnostics_new(reading->arena);
    if (expression_compile(rule, context->catalog, EXPECT_RULE, reading->arena, &expression,
                           &diagnostics) != STATUS_OK) {
        reading->failures[place] =
            text_of(error_phrase("the rule does not fit the data any more; open it and mend it"));
        return STATUS_OK;
    }
    TRY(joined_lookups_prepare(reading->lookups, expression, reading->as_of, err));
    reading->places[reading->questions_count] = place;
    reading->questions[reading->questions_count++] =
        (EngineQuestion){.expression = expression, .as_of = reading->as_of, .kind = ANSWER_SET};
    return STATUS_OK;
}

static Status run(Reading *reading, Error *err)
{
    AUTO(engine_done) EngineProgram *program = NULL;
    const FormingContext *context = reading->context;
    SegmentSets *sets = reading->sets;
    EngineAnswer *answers = ARENA_ARRAY(reading->arena, EngineAnswer, reading->questions_count);
    EngineOptions options = {.lookups = joined_lookups_get(reading->lookups),
                             .progress = context->progress};
    TRY(engine_prepare(context->data, reading->questions, reading->questions_count, &options,
                       &program, err));
    TRY(engine_run(program, reading->arena, answers, err));
    for (size_t i = 0; i < reading->questions_count; i++) {
        size_t place = reading->places[i];
        *(place == SIZE_MAX ? &sets->base : &sets->sets[place]) = answers[i].set;
    }
    return STATUS_OK;
}

static Status read_stored(Reading *reading, const Segment *segment, CustomerSet *set, Error *err)
{
    Store *store = reading->context->store;
    return reading->query->has_day
               ? composition_on(store, segment->id, reading->as_of, set, err)
               : store_read_composition(store, segment->id, UINT64_MAX, set, err);
}

static Status read_sets(Reading *reading, Error *err)
{
    SegmentSets *sets = reading->sets;
    TRY(ask(reading, TEXT("true"), SIZE_MAX, err));
    for (size_t i = 0; i < sets->count; i++) {
        const Segment *segment = sets->segments[i];
        if (segment->card.mode == MODE_DYNAMIC)
            TRY(ask(reading, segment->card.rule, i, err));
        else
            TRY(read_stored(reading, segment, &sets->sets[i], err));
    }
    TRY(run(reading, err));
    for (size_t i = 0; i < sets->count; i++)
        sets->counts[i] = customer_set_count(&sets->sets[i]);
    sets->base_count = customer_set_count(&sets->base);
    return STATUS_OK;
}

Status segment_sets_read(const FormingContext *context, const SegmentSetsQuery *query, Arena *arena,
                         SegmentSets *ret_sets, Error *err)
{
    size_t count = query->count;
    AUTO(joined_lookups_done) JoinedLookups *lookups = forming_lookups(context);
    Text *failures = ARENA_ARRAY(arena, Text, count);
    SegmentSets sets = {.segments = query->segments,
                        .sets = ARENA_ARRAY(arena, CustomerSet, count),
                        .counts = ARENA_ARRAY(arena, uint64_t, count),
                        .failures = failures,
                        .count = count};
    Reading reading = {.context = context,
                       .query = query,
                       .as_of = query->has_day ? query->day : context->today,
                       .arena = arena,
                       .lookups = lookups,
                       .sets = &sets,
                       .failures = failures,
                       .questions = ARENA_ARRAY(arena, EngineQuestion, count + 1),
                       .places = ARENA_ARRAY(arena, size_t, count + 1)};
    Status status = read_sets(&reading, err);
    if (status == STATUS_OK)
        *ret_sets = sets;
    else
        segment_sets_done(&sets);
    return status;
}
