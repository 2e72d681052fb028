/* test_schema.c -- finding by name, attributes of items, names that are fit. */
#include "harness/harness.h"
#include "model/schema.h"

#include <string.h>

TEST(properties_and_streams_are_found_without_case)
{
    Property properties[] = {{.name = TEXT("code")}, {.name = TEXT("Площадь магазина")}};
    Stream streams[] = {{.name = TEXT("purchase")}};
    Schema schema = {
        .properties = properties, .properties_count = 2, .streams = streams, .streams_count = 1};
    const Property *area = schema_find_property(&schema, TEXT("площадь  МАГАЗИНА"));
    REQUIRE(area != NULL);
    EXPECT_INT(schema_property_slot(&schema, area), 1);
    EXPECT(schema_find_property(&schema, TEXT("площадь")) == NULL);
    EXPECT(schema_find_stream(&schema, TEXT("Purchase")) == &streams[0]);
    EXPECT(schema_find_stream(&schema, TEXT("code")) == NULL);
}

TEST(item_attributes_have_names_types_and_values)
{
    Item item = {.id = 7,
                 .code = TEXT("D-1"),
                 .name = TEXT("Супер дрель"),
                 .group = TEXT("Инструмент / Дрели"),
                 .price = value_decimal(99900000)};
    for (ItemAttribute attribute = 0; attribute < ITEM_ATTRIBUTE_COUNT; attribute++) {
        ItemAttribute found = ITEM_ATTRIBUTE_COUNT;
        EXPECT(item_attribute_find(text_of(item_attribute_name(attribute)), &found));
        EXPECT_INT(found, attribute);
        EXPECT(item_attribute_type(attribute).kind != TYPE_NONE);
    }
    EXPECT_TEXT(item_attribute_value(&item, ITEM_GROUP).as.text, "Инструмент / Дрели");
    EXPECT_INT(item_attribute_value(&item, ITEM_PRICE).as.decimal, 99900000);
    EXPECT(value_is_missing(item_attribute_value(&item, ITEM_BRAND)));
    EXPECT(item_attribute_type(ITEM_COST).is_money);
    ItemAttribute none;
    EXPECT(!item_attribute_find(TEXT("weight"), &none));
}

TEST(fit_names_pass)
{
    const char *fit[] = {"shop_area", "Площадь магазина, м²", "2024", "day", "count", "last",
                         "a.b"};
    Error err;
    for (size_t i = 0; i < sizeof fit / sizeof fit[0]; i++)
        EXPECT_OK(schema_check_name(text_of(fit[i]), &err), &err);
}

TEST(unfit_names_are_refused_with_a_reason)
{
    struct {
        const char *name, *reason;
    } unfit[] = {
        {"", "empty"},
        {" \xc2\xa0\t", "empty"},
        {"a`b", "backtick"},
        {"a\nb", "control"},
        {" a", "space"},
        {"a\xc2\xa0", "space"},
        {"NOT", "word of the rule language"},
        {"missing", "word"},
        {"\xff", "UTF-8"},
    };
    for (size_t i = 0; i < sizeof unfit / sizeof unfit[0]; i++) {
        Error err = {0};
        EXPECT_STATUS(schema_check_name(text_of(unfit[i].name), &err), STATUS_INVALID, &err);
        EXPECT(strstr(err.message, unfit[i].reason) != NULL);
    }
    char longest[300];
    memset(longest, 'a', sizeof longest);
    Error err;
    EXPECT_OK(schema_check_name((Text){longest, 256}, &err), &err);
    EXPECT_STATUS(schema_check_name((Text){longest, 257}, &err), STATUS_INVALID, &err);
}
