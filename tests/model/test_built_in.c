/* test_built_in.c -- what a fresh data directory holds is complete and consistent. */
#include "base/fold.h"
#include "harness/harness.h"
#include "model/built_in.h"

static Schema *fresh(Arena *arena)
{
    Settings settings = {TEXT("Europe/Moscow"), TEXT("RUB"), LANGUAGE_RU};
    return schema_built_in(settings, arena);
}

static bool has_all_labels(const Labels *labels)
{
    for (Language language = 0; language < LANGUAGE_COUNT; language++)
        if (labels->in[language].size == 0) return false;
    return true;
}

TEST(slots_of_constants_are_the_slots_of_the_schema)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *schema = fresh(arena);
    EXPECT_INT(BUILT_IN_CODE, 0);
    EXPECT_INT(BUILT_IN_NAME, 1);
    EXPECT_INT(BUILT_IN_KIND, 2);
    EXPECT_TEXT(schema->properties[BUILT_IN_CODE].name, "code");
    EXPECT_TEXT(schema->properties[BUILT_IN_NAME].name, "name");
    EXPECT_TEXT(schema->properties[BUILT_IN_KIND].name, "kind");
    EXPECT_TEXT(schema->properties[BUILT_IN_OPT_OUT_CALLS].name, "opt_out_calls");
    EXPECT_INT(schema->properties_count, BUILT_IN_PROPERTIES_COUNT);
    const Stream *purchase = &schema->streams[STREAM_PURCHASE];
    EXPECT_TEXT(purchase->fields[PURCHASE_AMOUNT].name, "amount");
    EXPECT_INT(purchase->fields_count, PURCHASE_FIELDS_COUNT);
    const Stream *settlement = &schema->streams[STREAM_SETTLEMENT];
    EXPECT_TEXT(settlement->fields[SETTLEMENT_DUE_DATE].name, "due_date");
    EXPECT(stream_is(settlement, STREAM_SETTLEMENT));
    EXPECT(!stream_is(purchase, STREAM_SETTLEMENT));
    EXPECT_INT(schema->streams[STREAM_CONTACT].fields_count, CONTACT_FIELDS_COUNT);
}

TEST(names_are_fit_unique_and_labelled_in_three_languages)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *schema = fresh(arena);
    Error err;
    for (size_t i = 0; i < schema->properties_count; i++) {
        const Property *property = &schema->properties[i];
        EXPECT_OK(schema_check_name(property->name, &err), &err);
        EXPECT(schema_find_property(schema, property->name) == property);
        EXPECT(schema_find_stream(schema, property->name) == NULL);
        EXPECT(has_all_labels(&property->labels));
        EXPECT(property->is_built_in && !property->is_retired);
        EXPECT_INT(property->id, i + 1);
    }
    for (size_t i = 0; i < schema->streams_count; i++) {
        const Stream *stream = &schema->streams[i];
        EXPECT(schema_find_stream(schema, stream->name) == stream);
        EXPECT(has_all_labels(&stream->labels));
        for (size_t j = 0; j < stream->fields_count; j++) {
            const Field *field = &stream->fields[j];
            EventBuiltIn reserved;
            EXPECT_OK(schema_check_name(field->name, &err), &err);
            EXPECT(stream_find_field(stream, field->name) == field);
            EXPECT(!event_built_in_find(field->name, &reserved));
            EXPECT(has_all_labels(&field->labels));
            EXPECT_INT(field->slot, j);
        }
    }
}

TEST(labels_of_properties_are_unique_so_that_columns_can_match_by_label)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *schema = fresh(arena);
    for (size_t i = 0; i < schema->properties_count; i++)
        for (size_t j = 0; j < i; j++)
            for (Language language = 0; language < LANGUAGE_COUNT; language++)
                EXPECT(!text_equal_folded(schema->properties[i].labels.in[language],
                                          schema->properties[j].labels.in[language]));
}

TEST(every_data_group_has_an_attribute)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *schema = fresh(arena);
    size_t counts[DATA_GROUP_COUNT] = {0};
    for (size_t i = 0; i < schema->properties_count; i++)
        counts[schema->properties[i].group]++;
    for (DataGroup group = 0; group < DATA_GROUP_COUNT; group++)
        EXPECT(counts[group] > 0);
}

TEST(marks_types_and_allowed_values_come_from_the_table)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *schema = fresh(arena);
    const Property *gender = &schema->properties[BUILT_IN_GENDER];
    EXPECT_INT(gender->allowed_count, 2);
    EXPECT_TEXT(gender->allowed[0], "male");
    EXPECT_TEXT(gender->allowed[1], "female");
    EXPECT_INT(schema->properties[BUILT_IN_CITY].allowed_count, 0);
    EXPECT(schema->properties[BUILT_IN_EMAIL].is_personal);
    EXPECT(!schema->properties[BUILT_IN_CITY].is_personal);
    EXPECT(schema->properties[BUILT_IN_NPS].is_dynamic);
    EXPECT(!schema->properties[BUILT_IN_REGION].is_dynamic);
    EXPECT_INT(schema->properties[BUILT_IN_INCOME].scale, MONEY_SCALE);
    EXPECT(property_value_type(&schema->properties[BUILT_IN_INCOME]).is_money);
    EXPECT_INT(schema->properties[BUILT_IN_USES_PER_MONTH].scale, 2);
    EXPECT_TEXT(schema->settings.currency, "RUB");
    const Stream *purchase = &schema->streams[STREAM_PURCHASE];
    EXPECT_INT(field_value_type(&purchase->fields[PURCHASE_QUANTITY]).scale, 4);
    EXPECT_INT(field_value_type(&purchase->fields[PURCHASE_ITEM]).kind, TYPE_ITEM);
    EXPECT_INT(purchase->fields[PURCHASE_ORDER].role, FIELD_IDENTIFIER);
    EXPECT_INT(schema->streams[STREAM_INTERACTION].fields[INTERACTION_CONTACT].role, FIELD_CONTACT);
}
