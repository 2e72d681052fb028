/* test_stored.c -- the same random questions asked of a data directory: the customers that come out
 * of the store, and the SQL over its virtual tables, give what the data in memory gives. */
#include "differential/random_rule.h"
#include "eval/answers.h"
#include "eval/stored.h"
#include "harness/harness.h"

enum { ROUNDS = 4, RULES = 60 };

typedef struct {
    Population *population;
    Population stored; /* the same names over the store's schema */
    Store *store;
    uint64_t seed;
} Both;

static Answer answer_of_store_source(const Both *both, const Expression *expression, Date as_of,
                                     Arena *arena)
{
    Answer answer = {0};
    CustomerSource *source;
    answer.status = store_customer_source(both->store, &source, &answer.err);
    if (answer.status != STATUS_OK) return answer;
    EvalInput input = {
        .source = source, .lookups = population_lookups(both->population), .as_of = as_of};
    answer.status = reference_eval(&input, &expression, 1, arena, &answer.result, &answer.err);
    return answer;
}

static Answer answer_of_store_sql(const Both *both, const Expression *expression, Date as_of,
                                  Arena *arena)
{
    Answer answer = {0};
    SqliteInput input = {
        .store = both->store, .lookups = population_lookups(both->population), .as_of = as_of};
    answer.status = sqlite_eval(&input, &expression, 1, arena, &answer.result, &answer.err);
    return answer;
}

static void compare(const Both *both, const Answer *expected, const Answer *actual, Type type,
                    const char *who, Text source)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *how = answers_differ(expected, actual, type, arena);
    if (how != NULL)
        harness_fail(__FILE__, __LINE__, "%s: %s (--seed %llu)\n%.*s", who, how,
                     (unsigned long long)both->seed, TEXT_FORMAT(source));
}

static void compare_events(const Stream *stream, Text code, EventList expected, EventList actual)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_INT(actual.count, expected.count);
    for (size_t i = 0; i < expected.count && i < actual.count; i++) {
        EXPECT_INT(actual.items[i].at.second, expected.items[i].at.second);
        for (size_t f = 0; f < stream->fields_count; f++) {
            Value left = expected.items[i].values[f], right = actual.items[i].values[f];
            Type type = field_value_type(&stream->fields[f]);
            if (value_equal(left, right)) continue;
            harness_fail(__FILE__, __LINE__, "%.*s of '%.*s', event %zu: '%.*s' became '%.*s'",
                         TEXT_FORMAT(stream->fields[f].name), TEXT_FORMAT(code), i,
                         TEXT_FORMAT(value_print(left, type, arena)),
                         TEXT_FORMAT(value_print(right, type, arena)));
        }
    }
}

/* Every customer comes out of the store as he went in. */
static void compare_customers(const Both *both)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    CustomerSource *source;
    const Schema *schema = both->population->schema;
    EXPECT_OK(store_read_begin(both->store, &err), &err);
    EXPECT_OK(store_customer_source(both->store, &source, &err), &err);
    for (size_t i = 0; i < both->population->people.count; i++) {
        CustomerRow expected = population_row(both->population, i, arena), actual;
        EXPECT_OK(source->next(source, arena, &actual, &err), &err);
        EXPECT(text_equal(actual.code, expected.code));
        for (size_t p = 0; p < schema->properties_count; p++)
            EXPECT(value_equal(expected.values[p], actual.values[p]));
        for (size_t s = 0; s < schema->streams_count; s++)
            compare_events(&schema->streams[s], expected.code, expected.events[s],
                           actual.events[s]);
    }
    store_read_end(both->store);
}

static void ask(const Both *both, Text source, Date as_of)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text problem;
    Error err;
    const Expression *expression = population_compile(both->population, source, arena, &problem);
    if (expression == NULL) return;
    const Expression *stored = population_compile(&both->stored, source, arena, &problem);
    if (stored == NULL) {
        harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problem));
        return;
    }
    Type type = expression->root->type;
    EXPECT_OK(store_read_begin(both->store, &err), &err);
    Answer expected = answer_of_reference(both->population, expression, as_of, arena);
    Answer actual = answer_of_store_source(both, stored, as_of, arena);
    compare(both, &expected, &actual, type, "customers of the store", source);
    actual = answer_of_store_sql(both, stored, as_of, arena);
    compare(both, &expected, &actual, type, "SQL of the store", source);
    store_read_end(both->store);
}

/* ---- texts as the store keeps them: without white space around them ---- */

static void trim_value(Value *value, Arena *arena)
{
    if (value->kind == VALUE_TEXT) value->as.text = text_trim(value->as.text);
    if (value->kind != VALUE_SET) return;
    Text *members = ARENA_ARRAY(arena, Text, value->as.set.count);
    for (size_t i = 0; i < value->as.set.count; i++)
        members[i] = text_trim(value->as.set.items[i]);
    value->as.set.items = members;
}

static void trim_person(const Schema *schema, Person *person, Arena *arena)
{
    for (size_t p = 0; p < schema->properties_count; p++)
        trim_value(&person->values[p], arena);
    for (size_t s = 0; s < schema->streams_count; s++) {
        for (size_t i = 0; i < person->events[s].count; i++) {
            size_t count = schema->streams[s].fields_count;
            Value *values = ARENA_ARRAY(arena, Value, count);
            for (size_t f = 0; f < count; f++) {
                values[f] = person->events[s].items[i].values[f];
                trim_value(&values[f], arena);
            }
            person->events[s].items[i].values = values;
        }
    }
}

static void trim_population(Population *population, Arena *arena)
{
    for (size_t i = 0; i < population->people.count; i++)
        trim_person(population->schema, &population->people.items[i], arena);
    for (size_t i = 0; i < population->items.count; i++) {
        Item *item = population->items.items[i];
        item->name = text_trim(item->name);
        item->brand = text_trim(item->brand);
    }
}

TEST(the_store_gives_what_the_data_gives)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Both both = {.seed = harness_seed() + round};
        Random random = random_seeded(both.seed);
        Population *population = random_population(&random, arena);
        trim_population(population, arena);
        both.population = population;
        const char *path = arena_printf(arena, "%s/%d", harness_temporary_dir(), (int)round).data;
        both.store = stored_open(both.population, path);
        both.stored = *both.population;
        both.stored.catalog.schema = store_schema(both.store);
        compare_customers(&both);
        for (size_t i = 0; i < RULES; i++)
            ask(&both, random_expression(&random, both.population, arena), random_as_of(&random));
        store_close(both.store);
    }
}
