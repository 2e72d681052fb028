/* test_schema.c -- properties, streams, fields, metrics and mappings: kept, checked, undone. */
#include "store/fixture.h"

#include <stdio.h>
#include <string.h>

static Property property_named(const char *name, PropertyType type)
{
    return (Property){.name = text_of(name), .type = type, .group = DATA_GROUP_BEHAVIOURAL};
}

TEST(own_property_is_kept)
{
    Fixture fixture = fixture_open();
    const Text allowed[] = {TEXT("Новый"), TEXT("Старый")};
    Property property = {.name = TEXT("Площадь магазина"),
                         .labels = {.in = {TEXT("Shop area"), TEXT("Площадь"), TEXT("Площа")}},
                         .type = PROPERTY_NUMBER,
                         .scale = 2,
                         .unit = TEXT("м²"),
                         .group = DATA_GROUP_SOCIO_DEMOGRAPHIC,
                         .is_dynamic = true,
                         .is_personal = true};
    EXPECT_OK(store_add_property(fixture.store, &property, &fixture.err), &fixture.err);
    Property state = property_named("state", PROPERTY_ENUM);
    state.allowed = allowed;
    state.allowed_count = 2;
    EXPECT_OK(store_add_property(fixture.store, &state, &fixture.err), &fixture.err);
    fixture_reopen(&fixture, STORE_READ);
    const Schema *schema = store_schema(fixture.store);
    const Property *found = schema_find_property(schema, TEXT("площадь магазина"));
    REQUIRE(found != NULL);
    EXPECT_TEXT(found->name, "Площадь магазина");
    EXPECT_TEXT(found->unit, "м²");
    EXPECT_TEXT(found->labels.in[LANGUAGE_UK], "Площа");
    EXPECT(found->scale == 2 && found->is_dynamic && found->is_personal && !found->is_built_in);
    EXPECT_INT(found->group, DATA_GROUP_SOCIO_DEMOGRAPHIC);
    const Property *list = schema_find_property(schema, TEXT("state"));
    REQUIRE(list != NULL && list->allowed_count == 2);
    EXPECT_TEXT(list->allowed[1], "Старый");
    EXPECT(list->id == found->id + 1);
    fixture_done(&fixture);
}

TEST(names_are_one_space)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    StoredMetric metric = {.name = TEXT("revenue_12m"), .expression = TEXT("1")};
    EXPECT_OK(store_add_metric(fixture.store, &metric, err), err);
    static const char *const taken[] = {"Region", "PURCHASE", "Revenue_12M"};
    for (size_t i = 0; i < 3; i++) {
        Property property = property_named(taken[i], PROPERTY_BOOL);
        EXPECT_STATUS(store_add_property(fixture.store, &property, err), STATUS_CONFLICT, err);
        EXPECT(strstr(err->message, "already") != NULL);
        Stream stream = {.name = text_of(taken[i])};
        EXPECT_STATUS(store_add_stream(fixture.store, &stream, err), STATUS_CONFLICT, err);
        metric.name = text_of(taken[i]);
        EXPECT_STATUS(store_add_metric(fixture.store, &metric, err), STATUS_CONFLICT, err);
    }
    static const char *const unfit[] = {"", "and", "a`b", "id", " x"};
    for (size_t i = 0; i < 5; i++) {
        Property property = property_named(unfit[i], PROPERTY_BOOL);
        EXPECT_STATUS(store_add_property(fixture.store, &property, err), STATUS_INVALID, err);
    }
    static const char *const views[] = {"customer", "item"};
    for (size_t i = 0; i < 2; i++) {
        Stream stream = {.name = text_of(views[i])};
        EXPECT_STATUS(store_add_stream(fixture.store, &stream, err), STATUS_INVALID, err);
    }
    fixture_done(&fixture);
}

TEST(bad_properties_are_refused)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    uint64_t generation = store_schema(fixture.store)->generation;
    Property property = property_named("a", PROPERTY_NUMBER);
    property.scale = DECIMAL_SCALE_MAX + 1;
    EXPECT_STATUS(store_add_property(fixture.store, &property, err), STATUS_INVALID, err);
    property = property_named("a", PROPERTY_TEXT);
    property.scale = 2;
    EXPECT_STATUS(store_add_property(fixture.store, &property, err), STATUS_INVALID, err);
    const Text twice[] = {TEXT("Ель"), TEXT("ЕЛЬ")};
    property = property_named("a", PROPERTY_ENUM);
    property.allowed = twice;
    property.allowed_count = 2;
    EXPECT_STATUS(store_add_property(fixture.store, &property, err), STATUS_INVALID, err);
    property.type = PROPERTY_TEXT;
    EXPECT_STATUS(store_add_property(fixture.store, &property, err), STATUS_INVALID, err);
    EXPECT(store_schema(fixture.store)->generation == generation);
    EXPECT(schema_find_property(store_schema(fixture.store), TEXT("a")) == NULL);
    fixture_done(&fixture);
}

TEST(renamed_relabelled_retired)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    Property property = property_named("Loyal", PROPERTY_BOOL);
    EXPECT_OK(store_add_property(fixture.store, &property, err), err);
    WriteResult result;
    EXPECT_OK(fixture_set(&fixture, "1", "loyal", value_bool(true), WRITE_UPSERT, &result), err);
    /* another case of its own name is no conflict */
    EXPECT_OK(store_rename_property(fixture.store, TEXT("loyal"), TEXT("LOYAL"), err), err);
    EXPECT_OK(store_rename_property(fixture.store, TEXT("loyal"), TEXT("Верный"), err), err);
    EXPECT_OK(fixture_set(&fixture, "1", "верный", value_bool(true), WRITE_UPSERT, &result), err);
    EXPECT_INT(result, WRITE_UNCHANGED);
    EXPECT_STATUS(store_rename_property(fixture.store, TEXT("верный"), TEXT("region"), err),
                  STATUS_CONFLICT, err);
    EXPECT_STATUS(store_rename_property(fixture.store, TEXT("region"), TEXT("x"), err),
                  STATUS_INVALID, err);
    EXPECT_STATUS(store_rename_property(fixture.store, TEXT("none"), TEXT("x"), err),
                  STATUS_NOT_FOUND, err);
    Labels labels = {.in = {TEXT("Faithful"), TEXT("Верный"), TEXT("")}};
    EXPECT_OK(store_relabel_property(fixture.store, TEXT("верный"), &labels, err), err);
    EXPECT_OK(store_relabel_property(fixture.store, TEXT("region"), &labels, err), err);
    EXPECT_OK(store_retire_property(fixture.store, TEXT("верный"), true, err), err);
    EXPECT_STATUS(store_retire_property(fixture.store, TEXT("region"), true, err), STATUS_INVALID,
                  err);
    fixture_reopen(&fixture, STORE_WRITE);
    const Property *found = schema_find_property(store_schema(fixture.store), TEXT("верный"));
    REQUIRE(found != NULL);
    EXPECT(found->is_retired);
    EXPECT_TEXT(found->labels.in[LANGUAGE_EN], "Faithful");
    EXPECT_OK(store_retire_property(fixture.store, TEXT("верный"), false, err), err);
    fixture_done(&fixture);
}

TEST(own_stream_and_field)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    Field fields[] = {{.name = TEXT("page"), .type = PROPERTY_TEXT, .role = FIELD_IDENTIFIER},
                      {.name = TEXT("what"), .type = PROPERTY_TEXT, .role = FIELD_ITEM},
                      {.name = TEXT("seconds"), .type = PROPERTY_NUMBER, .scale = 3}};
    Stream stream = {.name = TEXT("Визит"), .fields = fields, .fields_count = 3};
    EXPECT_OK(store_add_stream(fixture.store, &stream, err), err);
    Field more = {.name = TEXT("paid"), .type = PROPERTY_MONEY};
    EXPECT_OK(store_add_field(fixture.store, TEXT("визит"), &more, err), err);
    EXPECT_STATUS(store_add_field(fixture.store, TEXT("визит"), &more, err), STATUS_CONFLICT, err);
    EXPECT_STATUS(store_add_field(fixture.store, TEXT("none"), &more, err), STATUS_NOT_FOUND, err);
    static const char *const unfit[] = {"date", "Weekday", "seq", "customer_id", "day", "or"};
    for (size_t i = 0; i < 6; i++) {
        Field field = {.name = text_of(unfit[i]), .type = PROPERTY_BOOL};
        EXPECT_STATUS(store_add_field(fixture.store, TEXT("визит"), &field, err), STATUS_INVALID,
                      err);
    }
    Field set = {.name = TEXT("many"), .type = PROPERTY_SET};
    EXPECT_STATUS(store_add_field(fixture.store, TEXT("визит"), &set, err), STATUS_INVALID, err);
    Field item = {.name = TEXT("many"), .type = PROPERTY_NUMBER, .role = FIELD_ITEM};
    EXPECT_STATUS(store_add_field(fixture.store, TEXT("визит"), &item, err), STATUS_INVALID, err);
    fixture_reopen(&fixture, STORE_READ);
    const Stream *found = schema_find_stream(store_schema(fixture.store), TEXT("визит"));
    REQUIRE(found != NULL && found->fields_count == 4);
    EXPECT(!found->is_built_in);
    EXPECT_INT(found->fields[1].role, FIELD_ITEM);
    EXPECT_INT(found->fields[2].scale, 3);
    EXPECT_INT(found->fields[3].scale, MONEY_SCALE);
    EXPECT_INT(found->fields[3].slot, 3);
    fixture_done(&fixture);
}

TEST(rolled_back_batch_takes_the_schema_back)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    uint64_t generation = store_schema(fixture.store)->generation;
    EXPECT_OK(store_batch_begin(fixture.store, err), err);
    EXPECT_STATUS(store_batch_begin(fixture.store, err), STATUS_CONFLICT, err);
    Property property = property_named("a", PROPERTY_BOOL);
    EXPECT_OK(store_add_property(fixture.store, &property, err), err);
    /* a refused change inside the batch leaves the rest of it */
    EXPECT_STATUS(store_add_property(fixture.store, &property, err), STATUS_CONFLICT, err);
    EXPECT(schema_find_property(store_schema(fixture.store), TEXT("a")) != NULL);
    WriteResult result;
    EXPECT_OK(fixture_set(&fixture, "1", "a", value_bool(true), WRITE_UPSERT, &result), err);
    store_batch_rollback(fixture.store);
    store_batch_rollback(fixture.store);
    EXPECT(schema_find_property(store_schema(fixture.store), TEXT("a")) == NULL);
    EXPECT(store_schema(fixture.store)->generation == generation);
    EXPECT_OK(store_add_property(fixture.store, &property, err), err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM customer"), 0);
    EXPECT_STATUS(store_batch_commit(fixture.store, err), STATUS_CONFLICT, err);
    fixture_done(&fixture);
}

TEST(metrics_are_listed_and_removed)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    StoredMetric metric = {
        .name = TEXT("b"),
        .expression = TEXT("count(purchase)"),
        .descriptions = {
            .in = {[LANGUAGE_RU] = TEXT("как часто"), [LANGUAGE_UK] = TEXT("як часто")}}};
    EXPECT_OK(store_add_metric(fixture.store, &metric, err), err);
    metric.name = TEXT("A");
    EXPECT_OK(store_add_metric(fixture.store, &metric, err), err);
    StoredMetric *list;
    size_t count;
    EXPECT_OK(store_list_metrics(fixture.store, fixture.arena, &list, &count, err), err);
    REQUIRE(count == 2);
    EXPECT_TEXT(list[0].name, "A");
    EXPECT_TEXT(list[1].expression, "count(purchase)");
    EXPECT_TEXT(labels_get(&list[1].descriptions, LANGUAGE_EN), "как часто");
    EXPECT_TEXT(labels_get(&list[1].descriptions, LANGUAGE_UK), "як часто");
    EXPECT_OK(store_remove_metric(fixture.store, TEXT("a"), err), err);
    EXPECT_STATUS(store_remove_metric(fixture.store, TEXT("a"), err), STATUS_NOT_FOUND, err);
    fixture_done(&fixture);
}

TEST(mappings_are_kept_by_name)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    Text json;
    EXPECT_STATUS(store_load_mapping(fixture.store, TEXT("1C"), fixture.arena, &json, err),
                  STATUS_NOT_FOUND, err);
    EXPECT_OK(store_save_mapping(fixture.store, TEXT("1C"), TEXT("{}"), err), err);
    EXPECT_OK(store_save_mapping(fixture.store, TEXT("1c"), TEXT("{\"a\":1}"), err), err);
    EXPECT_OK(store_load_mapping(fixture.store, TEXT("1C"), fixture.arena, &json, err), err);
    EXPECT_TEXT(json, "{\"a\":1}");
    fixture_done(&fixture);
}
