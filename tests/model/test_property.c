/* test_property.c -- codes and labels of languages, types, data groups and event fields. */
#include "harness/harness.h"
#include "model/stream.h"

TEST(every_property_type_has_a_code_that_reads_back_and_labels)
{
    for (PropertyType type = 0; type < PROPERTY_TYPE_COUNT; type++) {
        PropertyType parsed = PROPERTY_TYPE_COUNT;
        EXPECT(property_type_parse(text_of(property_type_code(type)), &parsed));
        EXPECT_INT(parsed, type);
        for (Language language = 0; language < LANGUAGE_COUNT; language++)
            EXPECT(property_type_label(type, language).size > 0);
    }
    PropertyType none;
    EXPECT(!property_type_parse(TEXT("varchar"), &none));
}

TEST(every_data_group_has_a_code_that_reads_back_and_labels)
{
    for (DataGroup group = 0; group < DATA_GROUP_COUNT; group++) {
        DataGroup parsed = DATA_GROUP_COUNT;
        EXPECT(data_group_parse(text_of(data_group_code(group)), &parsed));
        EXPECT_INT(parsed, group);
        for (Language language = 0; language < LANGUAGE_COUNT; language++)
            EXPECT(data_group_label(group, language).size > 0);
    }
    DataGroup none;
    EXPECT(!data_group_parse(TEXT("other"), &none));
}

TEST(languages_read_back_without_case)
{
    Language language = LANGUAGE_COUNT;
    EXPECT(language_parse(TEXT("UK"), &language));
    EXPECT_INT(language, LANGUAGE_UK);
    EXPECT(!language_parse(TEXT("de"), &language));
    EXPECT_TEXT(text_of(language_code(LANGUAGE_RU)), "ru");
}

TEST(a_missing_label_falls_back_to_english_then_to_any)
{
    Labels only_english = {.in = {[LANGUAGE_EN] = TEXT("Shop area")}};
    Labels only_russian = {.in = {[LANGUAGE_RU] = TEXT("Площадь")}};
    EXPECT_TEXT(labels_get(&only_english, LANGUAGE_UK), "Shop area");
    EXPECT_TEXT(labels_get(&only_russian, LANGUAGE_UK), "Площадь");
    EXPECT_TEXT(labels_get(&(Labels){0}, LANGUAGE_UK), "");
    EXPECT_TEXT(labels_or(&only_russian, LANGUAGE_UK, TEXT("shop_area")), "Площадь");
    EXPECT_TEXT(labels_or(&(Labels){0}, LANGUAGE_UK, TEXT("shop_area")), "shop_area");
}

TEST(types_of_values_follow_types_of_properties)
{
    Property number = {.type = PROPERTY_NUMBER, .scale = 3};
    EXPECT_INT(property_value_type(&number).kind, TYPE_DECIMAL);
    EXPECT_INT(property_value_type(&number).scale, 3);
    EXPECT(!property_value_type(&number).is_money);
    Property text = {.type = PROPERTY_TEXT, .scale = 3};
    EXPECT_INT(property_value_type(&text).scale, 0);
    Field money = {.type = PROPERTY_MONEY};
    EXPECT_INT(field_value_type(&money).scale, MONEY_SCALE);
    Field item = {.type = PROPERTY_TEXT, .role = FIELD_ITEM};
    EXPECT_INT(field_value_type(&item).kind, TYPE_ITEM);
}

TEST(event_fields_are_found_without_case)
{
    EventBuiltIn built_in = EVENT_BUILT_IN_COUNT;
    EXPECT(event_built_in_find(TEXT("WeekDay"), &built_in));
    EXPECT_INT(built_in, EVENT_WEEKDAY);
    EXPECT(!event_built_in_find(TEXT("minute"), &built_in));
    EXPECT_TEXT(text_of(event_built_in_name(EVENT_HOUR)), "hour");
}
