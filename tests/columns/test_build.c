/* test_build.c -- what goes into an image comes out of it, in as little room as it needs. */
#include "base/fold.h"
#include "columns/build.h"
#include "columns/crowd.h"
#include "columns/shapes.h"
#include "harness/harness.h"

/* Makes columns of texts unsorted with a handful of texts. */
static const BuildLimits FEW_TEXTS = {
    .sorted_texts_always = 20, .sorted_texts_max = 60, .repeats_min = 4};

static Image *build(const Crowd *crowd, size_t sources_count, BuildLimits limits)
{
    Image *image = NULL;
    Error err = {0};
    ImageInput input = crowd_input(crowd, sources_count, crowd->arena);
    EXPECT_OK(build_in_memory(&input, limits, NULL, &image, &err), &err);
    return image;
}

static void expect_round_trip(const Crowd *crowd, size_t sources_count, BuildLimits limits)
{
    AUTO(image_done) Image *image = build(crowd, sources_count, limits);
    REQUIRE(image != NULL);
    crowd_expect_image(crowd, image);
}

TEST(random_data_sets_come_back)
{
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 60; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        CrowdPlan plan = {.customers_count = random_below(&random, 60),
                          .items_count = random_below(&random, 20),
                          .events_max = random_below(&random, 30),
                          .missing = random_chance(&random, 0.3) ? 0 : random_unit(&random),
                          .texts_count = 1 + random_below(&random, 60),
                          .has_long_numbers = i % 3 == 0};
        Crowd crowd = crowd_random(&random, &plan, arena);
        BuildLimits limits = i % 2 == 0 ? BUILD_LIMITS : FEW_TEXTS;
        expect_round_trip(&crowd, 1 + random_below(&random, 4), limits);
    }
}

TEST(no_customers_and_no_sources_make_an_image)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 0, arena);
    expect_round_trip(&crowd, 1, BUILD_LIMITS);
    expect_round_trip(&crowd, 3, BUILD_LIMITS);
    expect_round_trip(&crowd, 0, BUILD_LIMITS);
}

TEST(customers_without_values_take_no_room)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 5000, arena);
    AUTO(image_done) Image *image = build(&crowd, 2, BUILD_LIMITS);
    REQUIRE(image != NULL);
    crowd_expect_image(&crowd, image);
    for (size_t i = 0; i < crowd.schema->properties_count; i++) {
        const Column *column = image_property(image, i);
        EXPECT(column->is_empty && column->width_bytes == 0 && column->data == NULL);
        EXPECT(!column->has_range && column->present == NULL);
    }
    /* ids and the offsets of two streams */
    EXPECT(image_size_bytes(image) < 3 * 4 * 5001 + 3 * 4096 + 8192);
}

static const Column *only_numbers(Crowd *crowd, const int64_t *numbers, size_t count,
                                  Image **ret_image)
{
    for (size_t i = 0; i < count; i++)
        *crowd_value(crowd, i, "money") = value_decimal(numbers[i]);
    *ret_image = build(crowd, 2, BUILD_LIMITS);
    return image_property(*ret_image, PROPERTY_MONEY);
}

static void expect_width(const int64_t numbers[2], uint8_t width_bytes, int64_t factor)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 2, arena);
    AUTO(image_done) Image *image = NULL;
    const Column *column = only_numbers(&crowd, numbers, 2, &image);
    EXPECT_INT(column->width_bytes, width_bytes);
    EXPECT_INT(column->factor, factor);
    EXPECT(column->has_range && column->min <= column->max && column->present == NULL);
    crowd_expect_image(&crowd, image);
}

TEST(numbers_take_as_many_bytes_as_they_need)
{
    expect_width((int64_t[]){-7, -7}, 0, 1);
    expect_width((int64_t[]){0, 1}, 1, 1);
    expect_width((int64_t[]){5, 5 + 100 * 255}, 1, 25500);
    expect_width((int64_t[]){-DECIMAL_MANTISSA_MAX, DECIMAL_MANTISSA_MAX}, 1,
                 2 * DECIMAL_MANTISSA_MAX);
}

static void expect_width_with_step(int64_t largest, uint8_t width_bytes, int64_t step)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 3, arena);
    AUTO(image_done) Image *image = NULL;
    int64_t numbers[] = {-3 + step * largest, -3, -3 + step};
    const Column *column = only_numbers(&crowd, numbers, 3, &image);
    EXPECT_INT(column->width_bytes, width_bytes);
    EXPECT_INT(column->factor, step);
    EXPECT_INT(column->base, -3);
    EXPECT_INT(column->min, -3);
    EXPECT_INT(column->max, numbers[0]);
    crowd_expect_image(&crowd, image);
}

TEST(multiples_are_told_and_divided_by_multiplication)
{
    Random random = random_seeded(harness_seed());
    for (int i = 0; i < 20000; i++) {
        uint64_t number = 1 + (random_next(&random) >> random_below(&random, 64));
        Divisor divisor = divisor_of(number);
        uint64_t quotient = random_next(&random) % (UINT64_MAX / number + (number != 1));
        EXPECT(divisor_divides(&divisor, number * quotient));
        EXPECT(divisor_quotient(&divisor, number * quotient) == quotient);
        uint64_t any = random_next(&random) >> random_below(&random, 64);
        EXPECT(divisor_divides(&divisor, any) == (any % number == 0));
    }
}

TEST(widths_change_at_their_bounds)
{
    static const int64_t steps[] = {1, 2, 100};
    for (size_t i = 0; i < 3; i++) {
        expect_width_with_step(255, 1, steps[i]);
        expect_width_with_step(256, 2, steps[i]);
        expect_width_with_step(65535, 2, steps[i]);
        expect_width_with_step(65536, 4, steps[i]);
        expect_width_with_step(UINT32_MAX, 4, steps[i]);
        expect_width_with_step((int64_t)UINT32_MAX + 1, 8, steps[i]);
        expect_width_with_step(DECIMAL_MANTISSA_MAX / steps[i] - 3, 8, steps[i]);
    }
}

TEST(midnights_take_no_room_and_minutes_two_bytes)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 2, arena);
    EventRow *events = crowd_events(&crowd, 1, 0, 10);
    {
        AUTO(image_done) Image *image = build(&crowd, 1, BUILD_LIMITS);
        EXPECT_INT(image_stream(image, 0)->second.width_bytes, 0);
        EXPECT_INT(image_stream(image, 0)->day.width_bytes, 1);
        EXPECT(image_stream(image, 1)->day.is_empty);
        crowd_expect_image(&crowd, image);
    }
    events[9].at.second += 23 * 3600 + 59 * 60;
    events[8].at.second += 60;
    AUTO(image_done) Image *image = build(&crowd, 1, BUILD_LIMITS);
    EXPECT_INT(image_stream(image, 0)->second.width_bytes, 2);
    EXPECT_INT(image_stream(image, 0)->second.factor, 60);
    crowd_expect_image(&crowd, image);
}

TEST(number_beyond_18_digits_is_refused_by_name)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 2, arena);
    Error err = {0};
    Image *image = NULL;
    *crowd_value(&crowd, 1, "money") = value_decimal(DECIMAL_MANTISSA_MAX + 1);
    ImageInput input = crowd_input(&crowd, 2, arena);
    EXPECT_STATUS(image_build_memory(&input, NULL, &image, &err), STATUS_LIMIT, &err);
    EXPECT_TEXT(text_of(err.message), "'money' holds a number of more than 18 digits");
    *crowd_value(&crowd, 1, "money") = value_bool(true);
    EXPECT_STATUS(image_build_memory(&input, NULL, &image, &err), STATUS_CORRUPT, &err);
    EXPECT_TEXT(text_of(err.message), "'money' holds a value of another type");
}

/* ---- texts ---- */

static void give_texts(Crowd *crowd, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *crowd_value(crowd, i, "enum") = value_text(text_of(texts[i]));
}

TEST(dictionary_is_sorted_by_folded_form_then_bytes)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 7, arena);
    static const char *const texts[] = {"ель", "Ёлка", "елка", "", "ЕЛКА", "Ёлка", "Ежи"};
    static const char *const sorted[] = {"Ежи", "Ёлка", "ЕЛКА", "елка", "ель"};
    static const uint32_t classes[] = {1, 2, 2, 2, 3};
    give_texts(&crowd, texts, 7);
    AUTO(image_done) Image *image = build(&crowd, 2, BUILD_LIMITS);
    const Dictionary *dictionary = image_property(image, PROPERTY_ENUM)->dictionary;
    REQUIRE(dictionary->count == 5);
    EXPECT(dictionary->is_sorted);
    EXPECT_INT(dictionary->classes_count, 3);
    for (uint32_t code = 1; code <= 5; code++) {
        EXPECT_TEXT(dictionary_text(dictionary, code, NULL), sorted[code - 1]);
        EXPECT_INT(dictionary_class(dictionary, code), classes[code - 1]);
    }
    CodeRange range = dictionary_find_folded(dictionary, TEXT("елка"));
    EXPECT(range.first == 2 && range.last == 4);
    range = dictionary_find_folded(dictionary, TEXT("елк"));
    EXPECT(range.first > range.last);
    range = dictionary_find_folded_prefix(dictionary, TEXT("ел"));
    EXPECT(range.first == 2 && range.last == 5);
    range = dictionary_find_folded_prefix(dictionary, TEXT(""));
    EXPECT(range.first == 1 && range.last == 5);
    range = dictionary_find_folded(dictionary, TEXT("я"));
    EXPECT(range.first > range.last);
    crowd_expect_image(&crowd, image);
}

TEST(texts_with_folded_forms_of_their_own_need_no_classes)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 3, arena);
    give_texts(&crowd, (const char *const[]){"b", "A", "c"}, 3);
    AUTO(image_done) Image *image = build(&crowd, 1, BUILD_LIMITS);
    const Dictionary *dictionary = image_property(image, PROPERTY_ENUM)->dictionary;
    EXPECT(dictionary->classes == NULL && dictionary->classes_count == 3);
    EXPECT_INT(dictionary_class(dictionary, 3), 3);
}

/* In an unsorted dictionary a customer's codes are his own, one after another, ordered as texts. */
static void expect_order(const Dictionary *dictionary, uint32_t first, uint32_t last, Arena *arena)
{
    for (uint32_t code = first + 1; code <= last; code++) {
        Text a = dictionary_text(dictionary, code - 1, arena);
        Text b = dictionary_text(dictionary, code, arena);
        int order = text_compare_folded(a, b);
        bool is_joined = dictionary->joined != NULL &&
                         (dictionary->joined[(code - 1) / 64] >> ((code - 1) % 64) & 1) != 0;
        EXPECT(order < 0 || (order == 0 && text_compare(a, b) < 0));
        EXPECT(is_joined == (order == 0));
    }
}

/* Numbers and classes of one customer, as one call gives them and as each position says. */
static void expect_own_numbers(const StreamColumns *stream, const Column *column, uint32_t row,
                               Arena *arena)
{
    size_t count = stream->offsets[row + 1] - stream->offsets[row];
    uint32_t first = column_own_first(column, row);
    uint32_t *numbers = ARENA_ARRAY(arena, uint32_t, count + 16);
    uint32_t *classes = ARENA_ARRAY(arena, uint32_t, count + 16);
    column_own_codes(column, stream->offsets, row, row + 1, numbers);
    column_own_classes(column, stream->offsets, row, row + 1, classes);
    for (size_t i = 0; i < count; i++) {
        uint32_t code = column_code(column, row, stream->offsets[row] + i);
        EXPECT_INT(numbers[i] == 0 ? 0 : first + numbers[i], code);
        EXPECT(numbers[i] <= column_own_count(column, row));
        EXPECT((classes[i] == 0) == (numbers[i] == 0));
        for (size_t j = 0; j < i && j < 5; j++) {
            if (numbers[i] == 0 || numbers[j] == 0) continue;
            Text a = dictionary_text(column->dictionary, first + numbers[i], arena);
            Text b = dictionary_text(column->dictionary, first + numbers[j], arena);
            EXPECT((text_compare_folded(a, b) == 0) == (classes[i] == classes[j]));
        }
    }
}

static void expect_own_codes(const StreamColumns *stream, const Column *column, size_t rows_count)
{
    AUTO(arena_done) Arena *arena = arena_new();
    REQUIRE(column->kind == COLUMN_OWN_CODE && !column->dictionary->is_sorted);
    for (uint32_t row = 0; row < rows_count; row++) {
        arena_reset(arena);
        uint32_t first = column_own_first(column, row) + 1;
        uint32_t last = column_own_first(column, row + 1);
        expect_order(column->dictionary, first, last, arena);
        expect_own_numbers(stream, column, row, arena);
        for (uint32_t code = first; code <= last; code += 1 + (last - first) / 3)
            EXPECT_INT(column_own_row(column, (uint32_t)rows_count, code), row);
    }
    EXPECT_INT(column_own_first(column, (uint32_t)rows_count), column->dictionary->count);
    uint32_t *all = ARENA_ARRAY(arena, uint32_t, stream->count + 16);
    column_own_codes(column, stream->offsets, 0, (uint32_t)rows_count, all);
    for (uint32_t row = 0; row < rows_count; row++)
        for (uint32_t i = stream->offsets[row]; i < stream->offsets[row + 1]; i++)
            EXPECT_INT(all[i] == 0 ? 0 : all[i] + column_own_first(column, row),
                       column_code(column, row, i));
}

TEST(identifiers_get_codes_per_customer)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(harness_seed());
    CrowdPlan plan = {.customers_count = 50, .events_max = 20, .missing = 0.1, .texts_count = 90};
    plan.has_long_numbers = random_chance(&random, 0.5);
    Crowd crowd = crowd_random(&random, &plan, arena);
    AUTO(image_done) Image *image = build(&crowd, 3, FEW_TEXTS);
    const StreamColumns *stream = image_stream(image, 0);
    const Column *column = &stream->fields[PROPERTY_TEXT];
    EXPECT(!column->dictionary->is_sorted);
    expect_own_codes(stream, column, crowd.rows_count);
    crowd_expect_image(&crowd, image);
}

/* The image of customers who have these texts, each one, with an unsorted dictionary. */
static const Dictionary *dictionary_of(Crowd *crowd, const Text *texts, size_t count,
                                       Image **ret_image)
{
    static const BuildLimits never_sorted = {.sorted_texts_always = 1};
    for (size_t i = 0; i < count; i++)
        *crowd_value(crowd, i, "text") =
            texts[i].size == 0 ? value_missing() : value_text(texts[i]);
    *ret_image = build(crowd, 2, never_sorted);
    crowd_expect_image(crowd, *ret_image);
    const Column *column = image_property(*ret_image, PROPERTY_TEXT);
    EXPECT(column->kind == COLUMN_OWN_CODE && !column->dictionary->is_sorted);
    return column->dictionary;
}

TEST(texts_that_differ_in_digits_become_numbers)
{
    AUTO(arena_done) Arena *arena = arena_new();
    enum { ROWS = 100 };
    Crowd crowd = crowd_blank(crowd_schema(arena), ROWS, arena);
    Text texts[ROWS];
    for (unsigned i = 0; i < ROWS; i++)
        texts[i] = arena_printf(arena, i % 2 == 0 ? "Ёж-%04u" : "еж-%04u/7", i);
    AUTO(image_done) Image *image = NULL;
    const Dictionary *dictionary = dictionary_of(&crowd, texts, ROWS, &image);
    REQUIRE(dictionary->numbers != NULL);
    EXPECT(dictionary->offsets == NULL);
    /* 0 .. 98 of one shape and (1 .. 99) and a 7 of the other */
    EXPECT_INT(dictionary->numbers->shapes_count, 2);
    EXPECT_INT(dictionary->numbers->total, 99 + 981);
    EXPECT_INT(dictionary->numbers->bits, 11);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("еж-0004"), 0), 5);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("еж-0004"), 5), 0);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("еж-0005/7"), 0), 6);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("еж-0005/8"), 0), 0);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("еж-0100"), 0), 0);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("еж"), 0), 0);
    const Column *column = image_property(image, PROPERTY_TEXT);
    EXPECT(column->width_bytes == 0 && column->own_firsts == NULL);
    EXPECT_INT(column_own_row(column, ROWS, 7), 6);
}

TEST(digits_become_numbers_up_to_seventeen)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text texts[] = {TEXT("00000000000000000"), TEXT("99999999999999999"), TEXT(""), TEXT("no"),
                    TEXT("12345678901234567")};
    for (int i = 0; i < 2; i++) {
        Crowd crowd = crowd_blank(crowd_schema(arena), 5, arena);
        AUTO(image_done) Image *image = NULL;
        const Dictionary *dictionary = dictionary_of(&crowd, texts, 5, &image);
        EXPECT((dictionary->numbers != NULL) == (i == 0));
        EXPECT_INT(dictionary_next_folded(dictionary, TEXT("no"), 0), 3);
        EXPECT_INT(dictionary_next_folded(dictionary, texts[4], 0), 4);
        EXPECT_INT(dictionary_next_folded(dictionary, TEXT("yes"), 0), 0);
        texts[1] = TEXT("000000000000000000");
    }
}

TEST(too_many_shapes_leave_texts_as_they_are)
{
    AUTO(arena_done) Arena *arena = arena_new();
    enum { ROWS = SHAPES_MAX + 1 };
    Text texts[ROWS];
    for (unsigned i = 0; i < ROWS; i++)
        texts[i] =
            arena_printf(arena, "%c%c %u", 'a' + (char)(i / 26), 'a' + (char)(i % 26), i % 10);
    for (size_t count = ROWS - 1; count <= ROWS; count++) {
        Crowd crowd = crowd_blank(crowd_schema(arena), ROWS, arena);
        AUTO(image_done) Image *image = NULL;
        const Dictionary *dictionary = dictionary_of(&crowd, texts, count, &image);
        EXPECT((dictionary->numbers != NULL) == (count <= SHAPES_MAX));
    }
}

TEST(folded_texts_are_found_in_sorted_dictionaries_too)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 4, arena);
    give_texts(&crowd, (const char *const[]){"Ёлка", "b", "елка", "a"}, 4);
    AUTO(image_done) Image *image = build(&crowd, 1, BUILD_LIMITS);
    const Dictionary *dictionary = image_property(image, PROPERTY_ENUM)->dictionary;
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("елка"), 0), 3);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("елка"), 3), 4);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("елка"), 4), 0);
    EXPECT_INT(dictionary_next_folded(dictionary, TEXT("c"), 0), 0);
}

TEST(vocabularies_that_forget_give_the_same_codes)
{
    /* one customer with more texts of his own than a vocabulary keeps, then others */
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 3, arena);
    for (size_t row = 0; row < 3; row++) {
        size_t count = row == 1 ? 3 : 9000;
        EventRow *events = crowd_events(&crowd, row, 0, count);
        for (size_t i = 0; i < count; i++)
            *crowd_field(&crowd, &events[i], 0, PROPERTY_TEXT) =
                value_text(arena_printf(arena, "%s %zu", i % 2 == 0 ? "Ё" : "е", i / 2));
    }
    AUTO(image_done) Image *image = build(&crowd, 1, FEW_TEXTS);
    expect_own_codes(image_stream(image, 0), &image_stream(image, 0)->fields[PROPERTY_TEXT], 3);
    crowd_expect_image(&crowd, image);
}

/* ---- only the items of its customers ---- */

static bool crowd_has_item(const Crowd *crowd, const Item *item)
{
    const Schema *schema = crowd->schema;
    for (size_t row = 0; row < crowd->rows_count; row++)
        for (size_t stream = 0; stream < schema->streams_count; stream++) {
            EventList events = crowd->rows[row].events[stream];
            for (size_t i = 0; i < events.count; i++)
                for (size_t slot = 0; slot < schema->streams[stream].fields_count; slot++)
                    if (events.items[i].values[slot].kind == VALUE_ITEM &&
                        events.items[i].values[slot].as.item == item)
                        return true;
        }
    return false;
}

TEST(an_image_may_hold_only_the_items_of_its_customers)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(harness_seed());
    CrowdPlan plan = {.customers_count = 9, .items_count = 60, .events_max = 5, .texts_count = 5};
    Crowd crowd = crowd_random(&random, &plan, arena);
    ImageInput input = crowd_input(&crowd, 3, arena);
    AUTO(image_done) Image *image = NULL;
    Error err = {0};
    input.has_own_items_only = true;
    EXPECT_OK(image_build_memory(&input, NULL, &image, &err), &err);
    const Item **own = ARENA_ARRAY(arena, const Item *, crowd.items_count);
    size_t count = 0;
    for (size_t i = 0; i < crowd.items_count; i++)
        if (crowd_has_item(&crowd, crowd.item_pointers[i])) own[count++] = crowd.item_pointers[i];
    EXPECT(count > 0 && count < crowd.items_count);
    crowd.item_pointers = own;
    crowd.items_count = count;
    crowd_expect_image(&crowd, image);
    for (size_t i = 0; i < count; i++)
        EXPECT_INT(image_items(image)->ids[i], own[i]->id);
    Text *problems;
    size_t problems_count = 0;
    EXPECT_OK(image_check(image, NULL, arena, &problems, &problems_count, &err), &err);
    EXPECT_INT(problems_count, 0);
}

/* ---- summaries ---- */

/* Customers 1 .. 3 have this many events of the first stream each, with numbers 1, 2, .. */
static Crowd crowd_of_buyers(size_t events_count, Arena *arena)
{
    Crowd crowd = crowd_blank(crowd_schema(arena), 4, arena);
    for (size_t row = 1; row < 4; row++) {
        EventRow *events = crowd_events(&crowd, row, 0, events_count);
        for (size_t i = 0; i < events_count; i++)
            *crowd_field(&crowd, &events[i], 0, PROPERTY_NUMBER) =
                i == 1 ? value_missing() : value_decimal((int64_t)(i + 1) * (int64_t)row);
    }
    return crowd;
}

TEST(summaries_hold_first_and_last_day_and_totals)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_of_buyers(500, arena);
    for (size_t sources_count = 1; sources_count <= 3; sources_count++) {
        AUTO(image_done) Image *image = build(&crowd, sources_count, BUILD_LIMITS);
        const StreamColumns *stream = image_stream(image, 0);
        REQUIRE(stream->first_day != NULL && stream->last_day != NULL);
        EXPECT(!column_is_present(stream->first_day, 0));
        EXPECT_INT(column_integer(stream->first_day, 1), 0);
        EXPECT_INT(column_integer(stream->last_day, 3), 499);
        const Column *total = stream->totals[PROPERTY_NUMBER];
        REQUIRE(total != NULL);
        EXPECT(total->present == NULL && total->zones != NULL);
        EXPECT_INT(total->zones[0].min, 0);
        EXPECT_INT(column_integer(total, 0), 0);
        EXPECT_INT(column_integer(total, 3), 3 * (500 * 501 / 2 - 2));
        EXPECT(stream->totals[PROPERTY_DATE] == NULL && stream->totals[PROPERTY_TEXT] == NULL);
        crowd_expect_image(&crowd, image);
    }
}

TEST(summaries_that_spare_little_are_not_kept)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_of_buyers(2, arena);
    AUTO(image_done) Image *image = build(&crowd, 1, BUILD_LIMITS);
    const StreamColumns *stream = image_stream(image, 0);
    EXPECT(stream->first_day == NULL && stream->last_day == NULL);
    EXPECT(stream->totals[PROPERTY_NUMBER] == NULL);
    EXPECT(image_stream(image, 1)->first_day == NULL);
    EXPECT(image_stream(image, 1)->totals[PROPERTY_NUMBER] == NULL);
}

TEST(totals_of_too_many_digits_are_not_kept)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_of_buyers(500, arena);
    EventRow *events = crowd_events(&crowd, 2, 0, 500);
    for (size_t i = 0; i < 2; i++)
        *crowd_field(&crowd, &events[i], 0, PROPERTY_NUMBER) =
            value_decimal(DECIMAL_MANTISSA_MAX - 5 * (int64_t)i);
    for (int i = 0; i < 2; i++) {
        AUTO(image_done) Image *image = build(&crowd, 2, BUILD_LIMITS);
        EXPECT((image_stream(image, 0)->totals[PROPERTY_NUMBER] == NULL) == (i == 0));
        EXPECT(image_stream(image, 0)->last_day != NULL);
        crowd_expect_image(&crowd, image);
        /* a total of exactly 18 digits is one */
        *crowd_field(&crowd, &events[1], 0, PROPERTY_NUMBER) = value_decimal(0);
    }
}

/* ---- blocks ---- */

static Crowd large_crowd(Arena *arena)
{
    Random random = random_seeded(harness_seed());
    CrowdPlan plan = {.customers_count = 3 * IMAGE_BLOCK_ROWS + 17,
                      .items_count = 9,
                      .events_max = 3,
                      .missing = 0.2,
                      .texts_count = 3};
    return crowd_random(&random, &plan, arena);
}

static void expect_zone(const Crowd *crowd, const ColumnZone *zones, size_t block)
{
    int64_t min = INT64_MAX, max = INT64_MIN;
    for (size_t row = block * IMAGE_BLOCK_ROWS;
         row < crowd->rows_count && row < (block + 1) * IMAGE_BLOCK_ROWS; row++) {
        EventList events = crowd->rows[row].events[1];
        for (size_t i = 0; i < events.count; i++) {
            int64_t day = moment_date(events.items[i].at).day;
            if (day < min) min = day;
            if (day > max) max = day;
        }
    }
    EXPECT_INT(zones[block].min, min);
    EXPECT_INT(zones[block].max, max);
}

static bool has_member(Value value, Text text)
{
    for (size_t i = 0; value.kind == VALUE_SET && i < value.as.set.count; i++)
        if (text_equal(value.as.set.items[i], text)) return true;
    return value.kind == VALUE_TEXT && text_equal(value.as.text, text);
}

static void expect_value_bits(const Crowd *crowd, const Image *image, size_t slot)
{
    const Column *column = image_property(image, slot);
    REQUIRE(column->value_bits != NULL);
    for (uint32_t code = 1; code <= column->dictionary->count; code++) {
        const uint64_t *words = column->value_bits + (code - 1) * image_row_words(image);
        Text text = dictionary_text(column->dictionary, code, NULL);
        for (size_t row = 0; row < crowd->rows_count; row++) {
            bool is_set = (words[row / 64] >> (row % 64) & 1) != 0;
            if (is_set != has_member(crowd->rows[row].values[slot], text))
                harness_fail(__FILE__, __LINE__, "bit of row %zu code %u is wrong", row, code);
        }
    }
}

TEST(blocks_have_zones_and_values_have_bitmaps)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = large_crowd(arena);
    AUTO(image_done) Image *image = build(&crowd, 3, BUILD_LIMITS);
    EXPECT_INT(image_blocks_count(image), 4);
    EXPECT_INT(image_row_words(image), 4 * 32);
    REQUIRE(image_stream(image, 1)->day.zones != NULL);
    for (size_t block = 0; block < 4; block++)
        expect_zone(&crowd, image_stream(image, 1)->day.zones, block);
    EXPECT(image_property(image, PROPERTY_DATE)->zones != NULL);
    expect_value_bits(&crowd, image, PROPERTY_ENUM);
    expect_value_bits(&crowd, image, PROPERTY_SET);
    crowd_expect_image(&crowd, image);
    uint32_t row;
    EXPECT(image_find_row(image, crowd.rows[4000].id, &row) && row == 4000);
    EXPECT(!image_find_row(image, (CustomerId){0}, &row));
}

TEST(number_of_sources_changes_nothing)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = large_crowd(arena);
    AUTO(image_done) Image *one = build(&crowd, 1, BUILD_LIMITS);
    AUTO(image_done) Image *four = build(&crowd, 4, BUILD_LIMITS);
    REQUIRE(image_size_bytes(one) == image_size_bytes(four));
    for (size_t i = 0; i < crowd.schema->properties_count; i++) {
        const Column *a = image_property(one, i), *b = image_property(four, i);
        EXPECT_INT(checksum_of(a->data, a->width_bytes * a->count),
                   checksum_of(b->data, b->width_bytes * b->count));
    }
    crowd_expect_image(&crowd, four);
}

/* ---- sources that break their promises ---- */

static void expect_refused(const Crowd *crowd, const char *message)
{
    Error err = {0};
    Image *image = NULL;
    ImageInput input = crowd_input(crowd, 2, crowd->arena);
    EXPECT_STATUS(image_build_memory(&input, NULL, &image, &err), STATUS_CORRUPT, &err);
    EXPECT_TEXT(text_of(err.message), message);
}

TEST(disorder_is_refused)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = crowd_blank(crowd_schema(arena), 4, arena);
    crowd.rows[1].id.value = 1;
    expect_refused(&crowd, "the customers are not in ascending order");
    crowd.rows[1].id.value = 3;
    expect_refused(&crowd, "the sources yield customers out of order");
    crowd.rows[1].id.value = 2;
    crowd_events(&crowd, 2, 0, 2)[0].at.second = 1000000;
    expect_refused(&crowd, "the events of a customer are not in order");
}

/* Yields one data set in the first pass and another in the second. */
typedef struct {
    CustomerSource base;
    CustomerSource *faces[2];
    size_t passes_count;
} TwoFaced;

static Status two_faced_rewind(CustomerSource *source, Error *err)
{
    TwoFaced *own = (TwoFaced *)source;
    CustomerSource *face = own->faces[own->passes_count++];
    return face->rewind(face, err);
}

static Status two_faced_next(CustomerSource *source, Arena *arena, CustomerRow *ret_row, Error *err)
{
    TwoFaced *own = (TwoFaced *)source;
    CustomerSource *face = own->faces[own->passes_count - 1];
    return face->next(face, arena, ret_row, err);
}

static void expect_change_noticed(const Crowd *before, const Crowd *after, BuildLimits limits)
{
    Error err = {0};
    Image *image = NULL;
    ImageInput input = crowd_input(before, 1, before->arena);
    TwoFaced source = {
        .base = {two_faced_rewind, two_faced_next, before->schema},
        .faces = {input.sources[0], crowd_source(after, 0, after->rows_count, after->arena)}};
    input.sources[0] = &source.base;
    EXPECT_STATUS(build_in_memory(&input, limits, NULL, &image, &err), STATUS_CORRUPT, &err);
    image_close(image);
}

static Crowd three_customers(Arena *arena)
{
    Crowd crowd = crowd_blank(crowd_schema(arena), 3, arena);
    for (size_t i = 0; i < 3; i++) {
        *crowd_value(&crowd, i, "number") = value_decimal((int64_t)i);
        *crowd_value(&crowd, i, "text") = value_text(arena_printf(arena, "text %zu", i));
        Text members[] = {TEXT("a"), arena_printf(arena, "b%zu", i)};
        *crowd_value(&crowd, i, "set") = value_set(arena, members, 2);
        crowd_events(&crowd, i, 0, i + 1);
    }
    return crowd;
}

TEST(changes_between_the_passes_are_noticed)
{
    static const BuildLimits unsorted = {0, 0, 1};
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd before = three_customers(arena);
    for (int change = 0; change < 8; change++) {
        Crowd after = three_customers(arena);
        if (change == 0) after.rows_count = 2;
        if (change == 1) after = crowd_blank(after.schema, 4, arena);
        if (change == 2) crowd_events(&after, 2, 0, 4);
        if (change == 3) crowd_events(&after, 2, 0, 2);
        if (change == 4) *crowd_value(&after, 1, "number") = value_decimal(3);
        if (change == 5) *crowd_value(&after, 1, "text") = value_text(TEXT("a longer text"));
        if (change == 6) *crowd_value(&after, 1, "set") = value_missing();
        if (change == 7) *crowd_value(&after, 1, "text") = value_missing();
        if (change != 7) expect_change_noticed(&before, &after, BUILD_LIMITS);
        expect_change_noticed(&before, &after, unsorted);
    }
}

/* ---- progress ---- */

typedef struct {
    uint64_t done_max;
    size_t calls_count, calls_max;
} Watcher;

static bool watch(void *context, const char *step, uint64_t done, uint64_t total)
{
    Watcher *watcher = context;
    (void)step;
    (void)total;
    if (done > watcher->done_max) watcher->done_max = done;
    return ++watcher->calls_count < watcher->calls_max;
}

TEST(progress_counts_customers_and_cancels)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = large_crowd(arena);
    for (size_t sources_count = 1; sources_count <= 3; sources_count++) {
        Watcher watcher = {.calls_max = SIZE_MAX};
        Progress progress = {watch, &watcher};
        ImageInput input = crowd_input(&crowd, sources_count, arena);
        Error err = {0};
        AUTO(image_done) Image *image = NULL;
        EXPECT_OK(image_build_memory(&input, &progress, &image, &err), &err);
        EXPECT_INT(watcher.done_max, crowd.rows_count);
        size_t calls_count = watcher.calls_count;
        for (size_t i = 1; i < calls_count; i += 3) {
            watcher = (Watcher){.calls_max = i};
            Image *none = NULL;
            EXPECT_STATUS(image_build_memory(&input, &progress, &none, &err), STATUS_CANCELLED,
                          &err);
            EXPECT(none == NULL);
        }
    }
}

TEST(checking_tells_progress_and_cancels)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Crowd crowd = large_crowd(arena);
    AUTO(image_done) Image *image = build(&crowd, 2, BUILD_LIMITS);
    Error err = {0};
    Text *problems;
    size_t problems_count;
    Watcher watcher = {.calls_max = SIZE_MAX};
    Progress progress = {watch, &watcher};
    EXPECT_OK(image_check(image, &progress, arena, &problems, &problems_count, &err), &err);
    EXPECT_INT(problems_count, 0);
    EXPECT(watcher.calls_count >= 2 && watcher.done_max >= 1);
    for (size_t i = 1; i <= 2; i++) {
        watcher = (Watcher){.calls_max = i};
        EXPECT_STATUS(image_check(image, &progress, arena, &problems, &problems_count, &err),
                      STATUS_CANCELLED, &err);
    }
}
