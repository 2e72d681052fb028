/* test_names.c -- a new name is written wherever the old one stands; what is used is not removed.
 */
#include "app/names.h"

#include "app/classify.h"
#include "app/segments.h"
#include "app/sets.h"
#include "app/shop.h"
#include "harness/harness.h"

static void add_dynamic(Shop *shop, const char *name, const char *rule)
{
    shop_add_segment(shop, (SegmentCard){.name = text_of(name),
                                         .mode = MODE_DYNAMIC,
                                         .rule = text_of(rule),
                                         .columns = text_of(rule)});
}

static void add_metric(Shop *shop, const char *name, const char *expression)
{
    StoredMetric metric = {.name = text_of(name), .expression = text_of(expression)};
    EXPECT_OK(store_add_metric(shop->fixture.store, &metric, &shop->fixture.err),
              &shop->fixture.err);
    shop_renew(shop);
}

static Text metric_expression(Shop *shop, const char *name)
{
    const Catalog *catalog = app_catalog(shop->app);
    for (size_t i = 0; i < catalog->metrics_count; i++)
        if (text_equal(catalog->metrics[i].name, text_of(name)))
            return catalog->metrics[i].expression;
    return TEXT("no such metric");
}

static void save_set(Shop *shop, const char *name)
{
    Findings findings[SAVING_FINDINGS_COUNT];
    SetSaving saving = {
        .name = text_of(name), .expression = TEXT("name = \"name\""), .as_of = shop->today};
    EXPECT_OK(set_save(&shop->work, &saving, shop->fixture.arena, findings, &shop->fixture.err),
              &shop->fixture.err);
}

/* A classification of two rules; it is run, so that its classes are known. */
static void add_rules(Shop *shop, const char *name, const char *first, const char *second)
{
    Error *err = &shop->fixture.err;
    Arena *arena = shop->fixture.arena;
    RunSummary *summaries;
    const Classification *added = NULL;
    const ClassDefinition classes[] = {{.name = TEXT("one"), .rule = text_of(first)},
                                       {.name = TEXT("two"), .rule = text_of(second)}};
    Definition definition = definition_customary(KIND_RULES, LANGUAGE_EN, arena);
    definition.classes = classes;
    definition.classes_count = 2;
    EXPECT_OK(app_add_classification(&shop->work, text_of(name), &definition, err), err);
    EXPECT_OK(classifications_get(app_classifications(shop->app), text_of(name), &added, err), err);
    EXPECT_OK(app_run_classification(&shop->work, added, (RunDays){&shop->today, 1}, arena,
                                     &summaries, err),
              err);
    shop_renew(shop);
}

static const Classification *classification(Shop *shop, const char *name)
{
    const Classification *found = NULL;
    EXPECT_OK(classifications_get(app_classifications(shop->app), text_of(name), &found,
                                  &shop->fixture.err),
              &shop->fixture.err);
    return found;
}

TEST(a_set_in_use_takes_another_name_everywhere)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    save_set(shop, "promo");
    add_metric(shop, "won", "saved(\"promo\")");
    add_dynamic(shop, "S", "saved(\"Promo\") or won");
    add_rules(shop, "R", "saved(\"promo\")", "not saved(\"promo\")");
    EXPECT_STATUS(set_remove(&shop->work, TEXT("promo"), err), STATUS_CONFLICT, err);
    EXPECT_TEXT(text_of(err->message), "'promo' is used by metric 'won', segment 'S', "
                                       "classification 'R'; change or remove these first");
    EXPECT_OK(set_rename(&shop->work, TEXT("promo"), TEXT("spring \"2026\""), err), err);
    EXPECT_TEXT(metric_expression(shop, "won"), "saved(\"spring \\\"2026\\\"\")");
    const Segment *segment = shop_segment(shop, "S");
    EXPECT_TEXT(segment->card.rule, "saved(\"spring \\\"2026\\\"\") or won");
    EXPECT_TEXT(segment->card.columns, "saved(\"spring \\\"2026\\\"\") or won");
    EXPECT_TEXT(classification(shop, "R")->definition.classes[1].rule,
                "not saved(\"spring \\\"2026\\\"\")");
}

TEST(a_set_keeps_its_name_when_the_new_one_is_taken)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    save_set(shop, "promo");
    save_set(shop, "other");
    add_dynamic(shop, "S", "saved(\"promo\")");
    EXPECT_STATUS(set_rename(&shop->work, TEXT("promo"), TEXT("OTHER"), err), STATUS_CONFLICT, err);
    EXPECT_TEXT(shop_segment(shop, "S")->card.rule, "saved(\"promo\")");
    EXPECT_INT(shop_segment(shop, "S")->version, 1);
}

TEST(a_classification_in_use_takes_another_name_everywhere)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    add_rules(shop, "K", "code = \"C1\"", "code = \"C2\"");
    add_metric(shop, "first", "class_on(\"K\", 2026-03-31) = \"one\"");
    add_dynamic(shop, "S",
                "class(\"K\") = \"one\" or class_changed(\"K\", \"one\", \"two\", last 1 year)");
    add_rules(shop, "R", "class(\"K\") = \"two\"", "first");
    const Classification *renamed = classification(shop, "K");
    EXPECT_OK(
        app_change_classification(&shop->work, renamed, TEXT("new K"), &renamed->definition, err),
        err);
    EXPECT_TEXT(metric_expression(shop, "first"), "class_on(\"new K\", 2026-03-31) = \"one\"");
    EXPECT_TEXT(shop_segment(shop, "S")->card.rule,
                "class(\"new K\") = \"one\" or class_changed(\"new K\", \"one\", \"two\", "
                "last 1 year)");
    EXPECT_TEXT(classification(shop, "R")->definition.classes[0].rule,
                "class(\"new K\") = \"two\"");
    RemovalConsent consent = {.is_confirmed = true};
    EXPECT_STATUS(
        app_remove_classification(shop->app, classification(shop, "new K"), &consent, err),
        STATUS_CONFLICT, err);
}

TEST(a_segment_takes_another_name_in_a_classification_too)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    add_dynamic(shop, "A", "code = \"C1\"");
    add_rules(shop, "R", "member(\"A\")", "not member(\"A\")");
    const Segment *segment = shop_segment(shop, "A");
    SegmentCard card = segment->card;
    card.name = TEXT("B");
    DefinitionChange change = {.card = &card, .note = TEXT("")};
    EXPECT_OK(segment_change(&shop->work, segment, &change, err), err);
    EXPECT_TEXT(classification(shop, "R")->definition.classes[0].rule, "member(\"B\")");
    EXPECT_STATUS(segment_remove(&shop->work, shop_segment(shop, "B"), true, err), STATUS_CONFLICT,
                  err);
}

/* What reads its own past does not stand in the way of its removal. */
TEST(a_segment_that_reads_its_own_past_can_be_renamed_and_removed)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    shop_add_segment(
        shop,
        (SegmentCard){.name = TEXT("A"), .mode = MODE_PERIODIC, .rule = TEXT("code = \"C1\"")});
    const Segment *segment = shop_segment(shop, "A");
    SegmentCard card = segment->card;
    card.rule = TEXT("not was_member(\"A\", 2026-01-01)");
    DefinitionChange change = {.card = &card, .note = TEXT("")};
    EXPECT_OK(segment_change(&shop->work, segment, &change, err), err);
    segment = shop_segment(shop, "A");
    card = segment->card;
    card.name = TEXT("B");
    EXPECT_OK(segment_change(&shop->work, segment, &change, err), err);
    segment = shop_segment(shop, "B");
    EXPECT_TEXT(segment->card.rule, "not was_member(\"B\", 2026-01-01)");
    EXPECT_OK(segment_remove(&shop->work, segment, true, err), err);
}

TEST(a_property_in_a_classification_takes_another_name)
{
    AUTO(shop_done) Shop *shop = shop_open(3);
    Error *err = &shop->fixture.err;
    Property property = {.name = TEXT("colour"), .type = PROPERTY_TEXT};
    EXPECT_OK(store_add_property(shop->fixture.store, &property, err), err);
    shop_renew(shop);
    add_rules(shop, "R", "colour = \"red\"", "colour is missing");
    EXPECT_STATUS(app_retire_property(shop->app, TEXT("colour"), err), STATUS_CONFLICT, err);
    EXPECT_OK(app_rename_property(shop->app, TEXT("colour"), TEXT("paint"), err), err);
    EXPECT_TEXT(classification(shop, "R")->definition.classes[1].rule, "paint is missing");
}
