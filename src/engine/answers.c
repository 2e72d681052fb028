/* answers.c -- counts, sets and values of the questions, gathered chunk by chunk.
 *
 * Several threads write to one answer: counts are kept per worker; words of bitmaps, which chunks
 * may share at their ends, are written by atomic `or`; values have their places, which are known
 * before anybody is asked. */
#include "engine/answers.h"

#include "base/memory.h"
#include "engine/nodes.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* The values of a question, by place. */
typedef struct {
    uint64_t *present, *bits;
    int64_t *integers;
    double *ratios;
    Text *texts;
    TextSet *sets;
} ValuesAnswer;

struct Answers {
    EngineProgram *program;
    Arena *arena; /* of the run; under the lock while workers run */
    pthread_mutex_t lock;
    uint64_t *counts; /* by worker, then by question */
    CustomerSet *sets;
    ValuesAnswer *values;
    /* When values are asked for: who is asked about, and by image and row the place among them;
     * NULL: that of the row. */
    CustomerId *customers;
    size_t customers_count;
    uint32_t *places[BINDINGS_MAX];
};

/* ---- before the run ---- */

static bool has_values(const EngineProgram *program)
{
    for (size_t i = 0; i < program->questions_count; i++)
        if (program->questions[i].kind == ANSWER_VALUES) return true;
    return false;
}

static CustomerId largest_id(const EngineProgram *program)
{
    CustomerId largest = {0};
    for (size_t b = 0; b < program->bindings_count; b++) {
        const Image *image = program->bindings[b].image;
        uint32_t count = image_customers_count(image);
        if (count == 0) continue;
        CustomerId last = image_customer_ids(image)[count - 1];
        if (last.value > largest.value) largest = last;
    }
    return largest;
}

/* The next row from `row` on that is asked about; the number of rows when there is none. Few may be
 * asked among millions. */
static uint32_t next_asked(const EngineProgram *program, size_t binding, uint32_t row)
{
    const uint64_t *asked = program->asked[binding];
    uint32_t count = image_customers_count(program->bindings[binding].image);
    if (asked == NULL || row >= count) return row < count ? row : count;
    uint64_t word = asked[row / 64] & ~UINT64_C(0) << (row % 64);
    uint32_t next = row / 64;
    while (word == 0) {
        if (++next >= bit_words(count)) return count;
        word = asked[next];
    }
    return next * 64 + (uint32_t)__builtin_ctzll(word);
}

static size_t asked_count(const EngineProgram *program, size_t binding)
{
    const Image *image = program->bindings[binding].image;
    const uint64_t *asked = program->asked[binding];
    if (asked == NULL) return image_customers_count(image);
    size_t count = 0;
    for (size_t i = 0; i < bit_words(image_customers_count(image)); i++)
        count += (size_t)__builtin_popcountll(asked[i]);
    return count;
}

/* The next customer of one image. */
typedef struct {
    const Image *image;
    size_t binding;
    uint32_t row;
} Head;

static uint32_t head_id(const Head *head)
{
    return image_customer_ids(head->image)[head->row].value;
}

/* A customer goes to the images' common order; false when his image has no other. */
static bool place_head(Answers *answers, Head *head)
{
    answers->places[head->binding][head->row] = (uint32_t)answers->customers_count;
    answers->customers[answers->customers_count++].value = head_id(head);
    head->row = next_asked(answers->program, head->binding, head->row + 1);
    return head->row < image_customers_count(head->image);
}

/* All of the only image: each has the place of his row. */
static void place_everybody(Answers *answers)
{
    const Image *image = answers->program->bindings[0].image;
    size_t count = answers->customers_count = image_customers_count(image);
    answers->customers = ARENA_ARRAY(answers->arena, CustomerId, count);
    if (count > 0)
        memcpy(answers->customers, image_customer_ids(image), count * sizeof(CustomerId));
}

/* All images in ascending order of ids, which they never share. */
static void place_customers(Answers *answers)
{
    const EngineProgram *program = answers->program;
    if (program->bindings_count == 1 && program->asked[0] == NULL) {
        place_everybody(answers);
        return;
    }
    Head heads[BINDINGS_MAX];
    size_t heads_count = 0, all = 0;
    for (size_t b = 0; b < program->bindings_count; b++) {
        const Image *image = program->bindings[b].image;
        uint32_t count = image_customers_count(image);
        answers->places[b] = memory_alloc(memory_product(count, sizeof(uint32_t)));
        heads[heads_count] = (Head){image, b, next_asked(program, b, 0)};
        heads_count += heads[heads_count].row < count;
        all += asked_count(program, b);
    }
    answers->customers = ARENA_ARRAY(answers->arena, CustomerId, all);
    while (heads_count > 0) {
        size_t first = 0;
        for (size_t i = 1; i < heads_count; i++)
            if (head_id(&heads[i]) < head_id(&heads[first])) first = i;
        if (!place_head(answers, &heads[first])) heads[first] = heads[--heads_count];
    }
}

static void open_values(Answers *answers, size_t question)
{
    size_t count = answers->customers_count, words = bit_words(count);
    Arena *arena = answers->arena;
    ValuesAnswer *values = &answers->values[question];
    TypeKind type = answers->program->roots[question]->node->type.kind;
    if (type != TYPE_BOOL) values->present = ARENA_ARRAY(arena, uint64_t, words);
    if (type == TYPE_BOOL)
        values->bits = ARENA_ARRAY(arena, uint64_t, words);
    else if (type == TYPE_RATIO)
        values->ratios = ARENA_ARRAY(arena, double, count);
    else if (type == TYPE_TEXT || type == TYPE_HIERARCHY || type == TYPE_ITEM)
        values->texts = ARENA_ARRAY(arena, Text, count);
    else if (type == TYPE_TEXT_SET || type == TYPE_HIERARCHY_SET)
        values->sets = ARENA_ARRAY(arena, TextSet, count);
    else
        values->integers = ARENA_ARRAY(arena, int64_t, count);
}

Answers *answers_new(EngineProgram *program, Arena *arena)
{
    Answers *answers = MEMORY_NEW(Answers);
    size_t count = program->questions_count;
    *answers = (Answers){
        .program = program,
        .arena = arena,
        .counts = memory_alloc(
            memory_product(memory_product(program->workers_count, count), sizeof(uint64_t))),
        .sets = memory_alloc(memory_product(count, sizeof(CustomerSet))),
        .values = memory_alloc(memory_product(count, sizeof(ValuesAnswer))),
    };
    pthread_mutex_init(&answers->lock, NULL);
    if (has_values(program)) place_customers(answers);
    for (size_t i = 0; i < count; i++) {
        AnswerKind kind = program->questions[i].kind;
        if (kind == ANSWER_SET) answers->sets[i] = customer_set_new(largest_id(program));
        if (kind == ANSWER_VALUES) open_values(answers, i);
    }
    return answers;
}

void answers_free(Answers *answers)
{
    if (answers == NULL) return;
    for (size_t i = 0; i < answers->program->questions_count; i++)
        customer_set_free(&answers->sets[i]);
    for (size_t b = 0; b < BINDINGS_MAX; b++)
        free(answers->places[b]);
    pthread_mutex_destroy(&answers->lock);
    free(answers->counts);
    free(answers->sets);
    free(answers->values);
    free(answers);
}

void answers_done(Answers **answers)
{
    answers_free(*answers);
    *answers = NULL;
}

/* ---- bitmaps that threads share ---- */

/* Bits go to one word as long as they belong there, then to the next one. */
typedef struct {
    uint64_t *words;
    size_t word;
    uint64_t bits;
} BitWriter;

static void write_word(BitWriter *writer)
{
    if (writer->bits != 0)
        __atomic_fetch_or(&writer->words[writer->word], writer->bits, __ATOMIC_RELAXED);
    writer->bits = 0;
}

static void write_bit(BitWriter *writer, size_t position)
{
    if (position / 64 != writer->word) {
        write_word(writer);
        writer->word = position / 64;
    }
    writer->bits |= UINT64_C(1) << (position % 64);
}

/* `bits` moved so that bit 0 becomes bit `position`. */
static void or_moved(uint64_t *words, size_t position, const uint64_t *bits, size_t count)
{
    uint64_t *target = words + position / 64;
    unsigned shift = position % 64;
    uint64_t carried = 0;
    size_t i = 0;
    for (; i < bit_words(count); i++) {
        uint64_t word = bits[i] << shift | carried;
        carried = shift == 0 ? 0 : bits[i] >> (64 - shift);
        if (word != 0) __atomic_fetch_or(&target[i], word, __ATOMIC_RELAXED);
    }
    if (carried != 0) __atomic_fetch_or(&target[i], carried, __ATOMIC_RELAXED);
}

static void add_to_set(CustomerSet *set, const Binding *binding, const Chunk *chunk,
                       const uint64_t *who)
{
    const CustomerId *ids = image_customer_ids(binding->image) + chunk->row_begin;
    size_t count = chunk->rows_count;
    if (ids[count - 1].value - ids[0].value == count - 1) {
        or_moved(set->words, ids[0].value, who, count);
        return;
    }
    BitWriter writer = {.words = set->words};
    FOR_EACH_BIT (i, who, bit_words(count))
        write_bit(&writer, ids[i].value);
    write_word(&writer);
}

/* ---- values ---- */

_Static_assert(sizeof(int64_t) == 8 && sizeof(double) == 8, "numbers of place_numbers");

typedef struct {
    Answers *answers;
    ValuesAnswer *values;
    const Vector *vector;
    const uint32_t *places; /* of the rows of the chunk; NULL: one after another */
    size_t first;           /* then that of the first row */
    const uint64_t *who;    /* have a value; of a rule: for whom it holds */
    size_t words;
    const Scope *scope;
} Placing;

static size_t place_of(const Placing *placing, size_t row)
{
    return placing->places == NULL ? placing->first + row : placing->places[row];
}

static void place_bits(const Placing *placing, uint64_t *target)
{
    if (placing->places == NULL) {
        or_moved(target, placing->first, placing->who, placing->scope->count);
        return;
    }
    BitWriter writer = {.words = target};
    FOR_EACH_BIT (i, placing->who, placing->words)
        write_bit(&writer, place_of(placing, i));
    write_word(&writer);
}

/* Texts outlive their block in one piece of the run's memory. */
static char *room_for(Answers *answers, size_t size_bytes)
{
    pthread_mutex_lock(&answers->lock);
    char *room = arena_alloc(answers->arena, size_bytes);
    pthread_mutex_unlock(&answers->lock);
    return room;
}

static Text copied(Text text, char **room)
{
    Text copy = {*room, text.size};
    memcpy(*room, text.data, text.size);
    *room += text.size;
    return copy;
}

static void place_texts(const Placing *placing, const Text *texts)
{
    size_t size = 0;
    FOR_EACH_BIT (i, placing->who, placing->words)
        size += texts[i].size;
    char *room = room_for(placing->answers, size);
    FOR_EACH_BIT (i, placing->who, placing->words)
        placing->values->texts[place_of(placing, i)] = copied(texts[i], &room);
}

static void place_sets(const Placing *placing)
{
    const TextSet *sets = placing->vector->as.sets;
    size_t size = 0, members = 0;
    FOR_EACH_BIT (i, placing->who, placing->words) {
        members += sets[i].count;
        for (size_t j = 0; j < sets[i].count; j++)
            size += sets[i].items[j].size;
    }
    char *room = room_for(placing->answers, size + members * sizeof(Text));
    Text *items = (Text *)(void *)room;
    room += members * sizeof(Text);
    FOR_EACH_BIT (i, placing->who, placing->words) {
        placing->values->sets[place_of(placing, i)] = (TextSet){items, sets[i].count};
        for (size_t j = 0; j < sets[i].count; j++)
            *items++ = copied(sets[i].items[j], &room);
    }
}

/* Items come as their codes. */
static void place_items(const Placing *placing)
{
    const Column *codes = &image_items(placing->scope->image)->code;
    Arena *arena = placing->scope->arena;
    Text *texts = ARENA_ARRAY(arena, Text, placing->scope->count);
    FOR_EACH_BIT (i, placing->who, placing->words) {
        uint32_t item = placing->vector->as.items[i];
        texts[i] =
            dictionary_text(codes->dictionary, column_code(codes, item - 1, item - 1), arena);
    }
    place_texts(placing, texts);
}

/* Integers or ratios; those of 64 rows at once when all are there and follow each other. */
static void place_numbers(const Placing *placing, const void *numbers, void *ret_numbers)
{
    enum { NUMBER_BYTES = 8 };
    const char *from = numbers;
    char *target = ret_numbers;
    for (size_t row = 0; row < placing->words * 64; row += 64) {
        uint64_t bits = placing->who[row / 64];
        if (placing->places == NULL && bits == ~UINT64_C(0)) {
            memcpy(target + (placing->first + row) * NUMBER_BYTES, from + row * NUMBER_BYTES,
                   (size_t)64 * NUMBER_BYTES);
            continue;
        }
        for (; bits != 0; bits &= bits - 1) {
            size_t i = row + (size_t)__builtin_ctzll(bits);
            memcpy(target + place_of(placing, i) * NUMBER_BYTES, from + i * NUMBER_BYTES,
                   NUMBER_BYTES);
        }
    }
}

static void place_values(const Placing *placing)
{
    ValuesAnswer *values = placing->values;
    switch (placing->vector->kind) {
    case LANE_BITS: place_bits(placing, values->bits); return;
    case LANE_INTEGERS:
        place_numbers(placing, placing->vector->as.integers, values->integers);
        break;
    case LANE_RATIOS: place_numbers(placing, placing->vector->as.ratios, values->ratios); break;
    case LANE_TEXTS: place_texts(placing, placing->vector->as.texts); break;
    case LANE_SETS: place_sets(placing); break;
    case LANE_ITEMS: place_items(placing); break;
    }
    place_bits(placing, values->present);
}

void answers_add(Answers *answers, size_t question, Worker *worker, const Chunk *chunk,
                 const Vector *vector, const uint64_t *need)
{
    const Scope *scope = &worker->customers;
    const EngineProgram *program = answers->program;
    const Binding *binding = &program->bindings[chunk->binding];
    AnswerKind kind = program->questions[question].kind;
    const uint64_t *who =
        scope_both(scope, vector->kind == LANE_BITS ? vector->as.bits : vector->present, need);
    if (who == NULL) who = scope_all_bits(scope);
    size_t words = scope_words(scope);
    answers->counts[worker->number * program->questions_count + question] +=
        worker->kernels->count_bits(who, words);
    if (kind == ANSWER_SET) add_to_set(&answers->sets[question], binding, chunk, who);
    if (kind != ANSWER_VALUES) return;
    Placing placing = {.answers = answers,
                       .values = &answers->values[question],
                       .vector = vector,
                       .places = answers->places[chunk->binding],
                       .first = chunk->row_begin,
                       .who = who,
                       .words = words,
                       .scope = scope};
    if (placing.places != NULL) placing.places += chunk->row_begin;
    place_values(&placing);
}

/* ---- after the run ---- */

static EngineValues values_of(const Answers *answers, size_t question)
{
    const ValuesAnswer *from = &answers->values[question];
    EngineValues values = {.type = answers->program->roots[question]->node->type,
                           .count = answers->customers_count,
                           .customers = answers->customers,
                           .present = from->present};
    if (from->bits != NULL) values.as.bits = from->bits;
    if (from->integers != NULL) values.as.integers = from->integers;
    if (from->ratios != NULL) values.as.ratios = from->ratios;
    if (from->texts != NULL) values.as.texts = from->texts;
    if (from->sets != NULL) values.as.sets = from->sets;
    return values;
}

void answers_take(Answers *answers, EngineAnswer *ret_answers)
{
    const EngineProgram *program = answers->program;
    size_t count = program->questions_count;
    for (size_t i = 0; i < count; i++) {
        ret_answers[i] = (EngineAnswer){.set = answers->sets[i]};
        answers->sets[i] = (CustomerSet){0};
        for (size_t w = 0; w < program->workers_count; w++)
            ret_answers[i].count += answers->counts[w * count + i];
        if (program->questions[i].kind == ANSWER_VALUES)
            ret_answers[i].values = values_of(answers, i);
    }
}
