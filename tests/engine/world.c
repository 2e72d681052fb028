/* world.c -- a population as images, and the engine's answers as those of the other evaluators. */
#include "engine/world.h"

#include "base/random.h"
#include "harness/harness.h"

/* ---- images ---- */

/* Which row stands for which customer. A stale one has somebody else's data. */
typedef struct {
    uint32_t id;
    size_t person;
} Seat;

typedef struct {
    Seat *items;
    size_t count, capacity;
} Seats;

typedef struct {
    CustomerSource source; /* first, so that a pointer to it is a pointer to this */
    const Population *population;
    const Seats *seats;
    size_t next;
} SeatSource;

static Status rewind_seats(CustomerSource *source, Error *err)
{
    (void)err;
    ((SeatSource *)(void *)source)->next = 0;
    return STATUS_OK;
}

static Status next_seat(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    (void)err;
    SeatSource *own = (SeatSource *)(void *)source;
    *ret_row = (CustomerRow){0};
    if (own->next == own->seats->count) return STATUS_OK;
    const Seat *seat = &own->seats->items[own->next++];
    *ret_row = population_row(own->population, seat->person, arena);
    ret_row->id.value = seat->id;
    return STATUS_OK;
}

static Image *image_of(const Population *population, const Seats *seats, bool has_own_items_only,
                       Arena *arena)
{
    SeatSource source = {
        .source = {rewind_seats, next_seat, population->schema},
        .population = population,
        .seats = seats,
    };
    CustomerSource *sources[] = {&source.source};
    const Item **items = ARENA_ARRAY(arena, const Item *, population->items.count);
    for (size_t i = 0; i < population->items.count; i++)
        items[i] = population->items.items[i];
    ImageInput input = {.schema = population->schema,
                        .sources = sources,
                        .sources_count = 1,
                        .items = items,
                        .items_count = population->items.count,
                        .has_own_items_only = has_own_items_only};
    Image *image = NULL;
    Error err;
    EXPECT_OK(image_build_memory(&input, NULL, &image, &err), &err);
    return image;
}

/* Of the layers: who sits in which, and who is to be seen there. */
typedef struct {
    Random random;
    size_t people_count;
    size_t layers_count;
    Seats layers[WORLD_LAYERS_MAX];
    bool *is_visible[WORLD_LAYERS_MAX]; /* by place among the seats */
    Arena *arena;
} Seating;

static void seat(Seating *seating, size_t layer, Seat seat, bool is_visible)
{
    Seats *seats = &seating->layers[layer];
    if (seating->is_visible[layer] == NULL)
        seating->is_visible[layer] = ARENA_ARRAY(seating->arena, bool, seating->people_count + 1);
    seating->is_visible[layer][seats->count] = is_visible;
    ARENA_PUSH(seating->arena, seats, seat);
}

static size_t anybody(Seating *seating)
{
    return (size_t)random_below(&seating->random, seating->people_count);
}

/* Put a customer into one layer, and something stale into some of those before it. */
static void seat_customer(Seating *seating, size_t person)
{
    uint32_t id = (uint32_t)person + 1;
    size_t layer = 0;
    while (layer + 1 < seating->layers_count && random_chance(&seating->random, 0.4))
        layer++;
    for (size_t i = 0; i < layer; i++)
        if (random_chance(&seating->random, 0.5))
            seat(seating, i, (Seat){.id = id, .person = anybody(seating)}, false);
    seat(seating, layer, (Seat){.id = id, .person = person}, true);
}

/* Somebody who is no more. */
static void seat_removed(Seating *seating, size_t layer)
{
    uint32_t id = (uint32_t)(seating->people_count + 1 + random_below(&seating->random, 300));
    seat(seating, layer, (Seat){.id = id, .person = anybody(seating)}, false);
}

static const uint64_t *visible_rows(const Seating *seating, size_t layer)
{
    size_t count = seating->layers[layer].count;
    uint64_t *rows = ARENA_ARRAY(seating->arena, uint64_t, count / 64 + 2);
    for (size_t i = 0; i < count; i++)
        if (seating->is_visible[layer][i]) rows[i / 64] |= UINT64_C(1) << (i % 64);
    return rows;
}

EngineWorld engine_world(const Population *population, uint64_t seed, Arena *arena)
{
    size_t count = population->people.count;
    Seating seating = {
        .random = random_seeded(seed), .people_count = count, .layers_count = 1, .arena = arena};
    EngineWorld world = {.population = population, .data = {.schema = population->schema}};
    bool is_divided = seed != 0 && random_chance(&seating.random, 0.7);
    if (is_divided) seating.layers_count = 1 + random_below(&seating.random, WORLD_LAYERS_MAX);
    for (size_t i = 0; i < count; i++)
        seat_customer(&seating, i);
    for (size_t layer = 0; layer < seating.layers_count; layer++) {
        if (layer > 0 && seating.layers[layer].count == 0) continue;
        if (is_divided && count > 0) seat_removed(&seating, layer);
        world.images[world.data.layers_count] =
            image_of(population, &seating.layers[layer], layer > 0, arena);
        world.data.layers[world.data.layers_count] =
            (EngineLayer){world.images[world.data.layers_count],
                          is_divided ? visible_rows(&seating, layer) : NULL};
        world.data.layers_count++;
    }
    return world;
}

EngineWorld engine_crowd(const Population *population, size_t customers_count, Arena *arena)
{
    Seats seats = {0};
    for (size_t i = 0; i < customers_count; i++) {
        Seat seat = {.id = (uint32_t)i + 1, .person = i % population->people.count};
        ARENA_PUSH(arena, &seats, seat);
    }
    EngineWorld world = {.population = population};
    world.images[0] = image_of(population, &seats, false, arena);
    world.data = (EngineData){
        .schema = population->schema, .layers = {{world.images[0], NULL}}, .layers_count = 1};
    return world;
}

Answer engine_crowd_answer(const Answer *answer, size_t customers_count, Arena *arena)
{
    size_t people = answer->result.customers_count;
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, customers_count);
    Text *codes = ARENA_ARRAY(arena, Text, customers_count);
    Value *values = ARENA_ARRAY(arena, Value, customers_count);
    const Value **columns = ARENA_NEW(arena, const Value *);
    for (size_t i = 0; i < customers_count; i++) {
        customers[i].value = (uint32_t)i + 1;
        codes[i] = answer->result.codes[i % people];
        values[i] = answer->result.values[0][i % people];
    }
    *columns = values;
    Answer crowd = *answer;
    crowd.result = (EvalResult){customers_count, customers, codes, columns};
    return crowd;
}

void engine_world_done(EngineWorld *world)
{
    for (size_t i = 0; i < WORLD_LAYERS_MAX; i++)
        image_close(world->images[i]);
}

/* ---- answers ---- */

static const Item *item_with_code(const Population *population, Text code)
{
    for (size_t i = 0; i < population->items.count; i++)
        if (text_equal(population->items.items[i]->code, code)) return population->items.items[i];
    return NULL;
}

static EvalResult result_of(const Population *population, const EngineValues *values, Arena *arena)
{
    Value *column = ARENA_ARRAY(arena, Value, values->count);
    Text *codes = ARENA_ARRAY(arena, Text, values->count);
    const Value **columns = ARENA_NEW(arena, const Value *);
    for (size_t i = 0; i < values->count; i++) {
        size_t person = (values->customers[i].value - 1) % population->people.count;
        codes[i] = population->people.items[person].code;
        column[i] = engine_values_get(values, i);
        if (values->type.kind == TYPE_ITEM && !value_is_missing(column[i]))
            column[i] = value_item(item_with_code(population, column[i].as.text));
    }
    *columns = column;
    return (EvalResult){.customers_count = values->count,
                        .customers = values->customers,
                        .codes = codes,
                        .values = columns};
}

static bool is_in(Value value, Type type)
{
    if (type.kind == TYPE_BOOL) return value.kind == VALUE_BOOL && value.as.boolean;
    return !value_is_missing(value);
}

/* A count and a set say of a result what they must. */
static bool agrees(const EvalResult *result, Type type, uint64_t count, const CustomerSet *set)
{
    uint64_t in_result = 0;
    for (size_t i = 0; i < result->customers_count; i++) {
        bool is_member = is_in(result->values[0][i], type);
        in_result += is_member;
        if (set != NULL && customer_set_has(set, result->customers[i]) != is_member) return false;
    }
    return count == in_result && (set == NULL || customer_set_count(set) == in_result);
}

Answer answer_of_engine(const EngineWorld *world, const Expression *expression, Date as_of,
                        Arena *arena)
{
    Answer answer = {0};
    EngineQuestion questions[] = {{expression, as_of, ANSWER_VALUES},
                                  {expression, as_of, ANSWER_SET},
                                  {expression, as_of, ANSWER_COUNT}};
    EngineAnswer answers[3];
    EngineOptions options = {.lookups = population_lookups(world->population), .threads_count = 1};
    AUTO(engine_done) EngineProgram *program = NULL;
    answer.status = engine_prepare(&world->data, questions, 3, &options, &program, &answer.err);
    if (answer.status == STATUS_OK)
        answer.status = engine_run(program, arena, answers, &answer.err);
    if (answer.status != STATUS_OK) return answer;
    answer.result = result_of(world->population, &answers[0].values, arena);
    Type type = expression->root->type;
    EXPECT(agrees(&answer.result, type, answers[0].count, NULL));
    EXPECT(agrees(&answer.result, type, answers[1].count, &answers[1].set));
    EXPECT(agrees(&answer.result, type, answers[2].count, NULL));
    customer_set_free(&answers[1].set);
    return answer;
}

/* ---- many at once ---- */

static const char *wrong_answer(const EngineWorld *world, const EngineCase *question,
                                AnswerKind kind, const EngineAnswer *answer, Arena *arena)
{
    Type type = question->expression->root->type;
    const CustomerSet *set = kind == ANSWER_SET ? &answer->set : NULL;
    if (!agrees(&question->expected.result, type, answer->count, set))
        return "its count or its members are others";
    if (kind != ANSWER_VALUES) return NULL;
    Answer given = {.result = result_of(world->population, &answer->values, arena)};
    return answers_differ(&question->expected, &given, type, arena);
}

size_t engine_wrong_case(const EngineWorld *world, const EngineCase *cases, size_t count,
                         unsigned threads_count, const char **ret_how, Arena *arena)
{
    EngineQuestion *questions = ARENA_ARRAY(arena, EngineQuestion, count);
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, count);
    for (size_t i = 0; i < count; i++)
        questions[i] = (EngineQuestion){cases[i].expression, cases[i].as_of,
                                        (AnswerKind)(i % (ANSWER_VALUES + 1))};
    EngineOptions options = {.lookups = population_lookups(world->population),
                             .threads_count = threads_count};
    AUTO(engine_done) EngineProgram *program = NULL;
    Error err;
    EXPECT_OK(engine_prepare(&world->data, questions, count, &options, &program, &err), &err);
    Status status = program == NULL ? STATUS_INVALID : engine_run(program, arena, answers, &err);
    if (status != STATUS_OK) {
        *ret_how = arena_printf(arena, "all at once are %s", err.message).data;
        return 0;
    }
    size_t wrong = count;
    for (size_t i = 0; i < count; i++) {
        const char *how = wrong_answer(world, &cases[i], questions[i].kind, &answers[i], arena);
        if (how != NULL && wrong == count) {
            *ret_how = how;
            wrong = i;
        }
        customer_set_free(&answers[i].set);
    }
    return wrong;
}
