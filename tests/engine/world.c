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

static Image *image_of(const Population *population, const Seats *seats, Arena *arena)
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
                        .items_count = population->items.count};
    Image *image = NULL;
    Error err;
    EXPECT_OK(image_build_memory(&input, NULL, &image, &err), &err);
    return image;
}

typedef struct {
    CustomerId *items;
    size_t count, capacity;
} Hidden;

/* Put a customer into the base, or among those who changed, with something stale in the base. */
static void seat_customer(Random *random, size_t person, size_t people_count, Seats seats[2],
                          Hidden *hidden, Arena *arena)
{
    uint32_t id = (uint32_t)person + 1;
    Seat seat = {.id = id, .person = person};
    if (random == NULL || random_chance(random, 0.6)) {
        ARENA_PUSH(arena, &seats[0], seat);
        return;
    }
    ARENA_PUSH(arena, &seats[1], seat);
    if (random_chance(random, 0.5)) return; /* new since the base was built */
    Seat stale = {.id = id, .person = random_below(random, people_count)};
    ARENA_PUSH(arena, &seats[0], stale);
    ARENA_PUSH(arena, hidden, (CustomerId){id});
}

/* Somebody who is no more. */
static void seat_removed(Random *random, size_t people_count, Seats *base, Hidden *hidden,
                         Arena *arena)
{
    uint32_t id = (uint32_t)people_count + 1 + (uint32_t)random_below(random, 300);
    Seat gone = {.id = id, .person = random_below(random, people_count)};
    ARENA_PUSH(arena, base, gone);
    ARENA_PUSH(arena, hidden, (CustomerId){id});
}

EngineWorld engine_world(const Population *population, uint64_t seed, Arena *arena)
{
    Random random = random_seeded(seed);
    Seats seats[2] = {0};
    Hidden hidden = {0};
    size_t count = population->people.count;
    bool is_divided = seed != 0 && random_chance(&random, 0.7);
    for (size_t i = 0; i < count; i++)
        seat_customer(is_divided ? &random : NULL, i, count, seats, &hidden, arena);
    if (is_divided && count > 0) seat_removed(&random, count, &seats[0], &hidden, arena);
    EngineWorld world = {.population = population, .base = image_of(population, &seats[0], arena)};
    if (seats[1].count > 0) world.changed = image_of(population, &seats[1], arena);
    world.data = (EngineData){.schema = population->schema,
                              .base = world.base,
                              .changed = world.changed,
                              .hidden = hidden.items,
                              .hidden_count = hidden.count};
    return world;
}

EngineWorld engine_crowd(const Population *population, size_t customers_count, Arena *arena)
{
    Seats seats = {0};
    for (size_t i = 0; i < customers_count; i++) {
        Seat seat = {.id = (uint32_t)i + 1, .person = i % population->people.count};
        ARENA_PUSH(arena, &seats, seat);
    }
    EngineWorld world = {.population = population, .base = image_of(population, &seats, arena)};
    world.data = (EngineData){.schema = population->schema, .base = world.base};
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
    image_close(world->base);
    image_close(world->changed);
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
