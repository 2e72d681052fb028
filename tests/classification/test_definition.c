/* test_definition.c -- definitions as documents, and what no classification can be. */
#include "classification/definition.h"
#include "harness/harness.h"

static void expect_back(const Definition *definition, Arena *arena)
{
    Error err;
    Definition back, empty = {0};
    Text json = definition_to_json(definition, arena);
    EXPECT_OK(definition_from_json(json, &empty, arena, &back, &err), &err);
    EXPECT(text_equal(definition_to_json(&back, arena), json));
}

TEST(documents_come_back)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (int kind = 0; kind < CLASSIFICATION_KIND_COUNT; kind++)
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            Definition definition =
                definition_customary((ClassificationKind)kind, (Language)language, arena);
            expect_back(&definition, arena);
        }
    const Number borders[] = {{-25, 1}, {0, 0}, {2974, 1}};
    const Metric metric = {.expression = TEXT("a \"quoted\" name"), .weight = 7};
    Definition full = {.kind = KIND_ABC,
                       .description = TEXT("о клиентах"),
                       .schedule = TEXT("0 3 1 * *"),
                       .is_schedule_off = true,
                       .metrics = &metric,
                       .metrics_count = 1,
                       .borders = {borders, 3},
                       .abc_method = ABC_THRESHOLDS,
                       .is_strict = true,
                       .abc_rest = ABC_REST_LAST_CLASS};
    EXPECT_TEXT(definition_to_json(&full, arena),
                "{\"kind\":\"abc\",\"description\":\"о клиентах\",\"schedule\":\"0 3 1 * *\","
                "\"schedule_off\":true,\"parameters\":{\"metrics\":[{\"expression\":\"a "
                "\\\"quoted\\\" name\",\"weight\":7}],\"method\":\"thresholds\",\"strict\":true,"
                "\"nonpositive\":\"last\",\"borders\":[-2.5,0,297.4]}}");
    expect_back(&full, arena);
}

static void expect_invalid(const Definition *definition, const char *sentence)
{
    Error err;
    EXPECT_STATUS(definition_check(definition, &err), STATUS_INVALID, &err);
    EXPECT_TEXT(text_of(err.message), sentence);
}

TEST(what_no_classification_can_be)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    Definition definition = definition_customary(KIND_RFM, LANGUAGE_EN, arena);
    EXPECT_OK(definition_check(&definition, &err), &err);
    definition.metrics_count = 2;
    expect_invalid(&definition, "the kind 'rfm' takes 3 expressions, not 2");
    definition = definition_customary(KIND_RFM, LANGUAGE_EN, arena);
    definition.classes_count = 9;
    expect_invalid(&definition, "the map has no segment for R 2, F 2, M 5");
    definition = definition_customary(KIND_XYZ, LANGUAGE_EN, arena);
    definition.periods_min = 13;
    expect_invalid(&definition, "more sub-periods are asked for than the window has");
    definition = definition_customary(KIND_STAGE, LANGUAGE_EN, arena);
    definition.rest = definition.classes[0].name;
    expect_invalid(&definition, "there are two classes 'Potential'");
    definition = definition_customary(KIND_ABC, LANGUAGE_EN, arena);
    definition.schedule = TEXT("at noon");
    EXPECT_STATUS(definition_check(&definition, &err), STATUS_INVALID, &err);
}

/* Turnovers of billions beside a tenth of a kopek: no scale of 64 bits holds all of them. */
TEST(borders_of_any_size_ascend)
{
    Error err;
    Number borders[] = {
        {1, 9}, {2, 9}, {10000000000, 0}, {20000000000, 0}, {DECIMAL_MANTISSA_MAX, 0}};
    const Metric metric = {.expression = TEXT("sum(purchase.amount)")};
    Definition definition = {
        .kind = KIND_BANDS, .metrics = &metric, .metrics_count = 1, .borders = {borders, 5}};
    EXPECT_OK(definition_check(&definition, &err), &err);
    borders[3] = (Number){100000000000, 1}; /* the same as the one before, written with a decimal */
    expect_invalid(&definition, "borders of bands ascend, each only once");
    AUTO(arena_done) Arena *arena = arena_new();
    definition = definition_customary(KIND_RFM, LANGUAGE_EN, arena);
    Metric metrics[RFM_METRICS] = {definition.metrics[0], definition.metrics[1],
                                   definition.metrics[2]};
    borders[3] = (Number){20000000000, 0};
    metrics[2].borders = (NumberList){borders + 1, 4};
    definition.metrics = metrics;
    EXPECT_OK(definition_check(&definition, &err), &err);
    const Number thresholds[] = {
        {DECIMAL_MANTISSA_MAX, 0}, {DECIMAL_MANTISSA_MAX - 1, 0}, {2, 9}, {1, 9}};
    definition = (Definition){.kind = KIND_ABC,
                              .metrics = &metric,
                              .metrics_count = 1,
                              .abc_method = ABC_THRESHOLDS,
                              .borders = {thresholds, 4}};
    EXPECT_OK(definition_check(&definition, &err), &err);
}

TEST(wrong_documents_are_told)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Definition base = definition_customary(KIND_ABC, LANGUAGE_EN, arena), result;
    static const char *const documents[] = {
        "{\"metrics\":1}",
        "{\"metrics\":[1]}",
        "{\"borders\":[true]}",
        "{\"method\":\"magic\"}",
        "{\"strict\":1}",
        "{\"borders\":[\"a\"]}",
        "{\"classes\":[{\"name\":5}]}",
        "[]",
        "",
        "{\"nonpositive\":\"x\"}",
        "{\"metrics\":[{\"expression\":\"a\",\"weight\":-1}]}",
        "{\"classes\":[{\"name\":\"a\",\"from\":[1,2]}]}",
    };
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        Error err;
        EXPECT_STATUS(
            definition_parameters_from_json(text_of(documents[i]), &base, arena, &result, &err),
            STATUS_INVALID, &err);
    }
}

TEST(numbers_at_another_scale_never_fall_below)
{
    EXPECT_INT(number_at((Number){2974, 1}, 0), 298);
    EXPECT_INT(number_at((Number){-2974, 1}, 0), -297);
    EXPECT_INT(number_at((Number){2970, 1}, 0), 297);
    EXPECT_INT(number_at((Number){297, 0}, 4), 2970000);
    EXPECT_INT(number_at((Number){DECIMAL_MANTISSA_MAX, 0}, 9), INT64_MAX);
}
