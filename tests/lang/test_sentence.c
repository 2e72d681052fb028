/* test_sentence.c -- words of sentences: numbers, dates, labels, units, phrases. Whole sentences
 * are in sentence.case. */
#include "base/random.h"
#include "harness/harness.h"
#include "lang/sentence.h"
#include "sample_catalog.h"

#define NBSP "\xc2\xa0"

static Sentence sentence_in(Language language, Arena *arena)
{
    return (Sentence){.arena = arena, .language = language, .as_of = date_of(2026, 3, 31)};
}

TEST(numbers_are_written_as_readers_write_them)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Sentence en = sentence_in(LANGUAGE_EN, arena), ru = sentence_in(LANGUAGE_RU, arena);
    struct {
        int64_t mantissa;
        int scale;
        const char *en, *ru;
    } cases[] = {
        {0, 0, "0", "0"},
        {1000, 0, "1000", "1000"},
        {40000, 0, "40,000", "40" NBSP "000"},
        {1234567, 0, "1,234,567", "1" NBSP "234" NBSP "567"},
        {-12345678, 2,
         "\xe2\x88\x92"
         "123,456.78",
         "\xe2\x88\x92"
         "123" NBSP "456,78"},
        {700, 3, "0.7", "0,7"},
        {999999999999999999, 0, "999,999,999,999,999,999",
         "999" NBSP "999" NBSP "999" NBSP "999" NBSP "999" NBSP "999"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_TEXT(words_number(&en, cases[i].mantissa, cases[i].scale), cases[i].en);
        EXPECT_TEXT(words_number(&ru, cases[i].mantissa, cases[i].scale), cases[i].ru);
    }
}

TEST(dates_and_moments_are_written_as_readers_write_them)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Sentence en = sentence_in(LANGUAGE_EN, arena), uk = sentence_in(LANGUAGE_UK, arena);
    EXPECT_TEXT(words_date(&en, date_of(2026, 3, 1)), "2026-03-01");
    EXPECT_TEXT(words_date(&uk, date_of(2026, 3, 1)), "01.03.2026");
    Literal moment = {value_moment(moment_of(date_of(2026, 3, 1), 9, 5, 0)), {.kind = TYPE_MOMENT}};
    EXPECT_TEXT(words_literal(&uk, &moment), "01.03.2026 09:05");
    moment.value = value_moment(moment_of(date_of(2026, 3, 1), 9, 5, 7));
    EXPECT_TEXT(words_literal(&uk, &moment), "01.03.2026 09:05:07");
}

TEST(units_agree_with_their_number)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Sentence ru = sentence_in(LANGUAGE_RU, arena), en = sentence_in(LANGUAGE_EN, arena);
    Sentence uk = sentence_in(LANGUAGE_UK, arena);
    EXPECT_TEXT(words_units(&ru, 1, UNIT_DAY), "1 день");
    EXPECT_TEXT(words_units(&ru, 2, UNIT_WEEK), "2 недели");
    EXPECT_TEXT(words_units(&ru, 5, UNIT_MONTH), "5 месяцев");
    EXPECT_TEXT(words_units(&ru, 11, UNIT_DAY), "11 дней");
    EXPECT_TEXT(words_units(&ru, 12, UNIT_YEAR), "12 лет");
    EXPECT_TEXT(words_units(&ru, 21, UNIT_YEAR), "21 год");
    EXPECT_TEXT(words_units(&ru, 112, UNIT_QUARTER), "112 кварталов");
    EXPECT_TEXT(words_units(&ru, 0, UNIT_DAY), "0 дней");
    EXPECT_TEXT(words_units(&uk, 3, UNIT_DAY), "3 дні");
    EXPECT_TEXT(words_units(&uk, 7, UNIT_YEAR), "7 років");
    EXPECT_TEXT(words_units(&en, 1, UNIT_QUARTER), "1 quarter");
    EXPECT_TEXT(words_units(&en, 2, UNIT_DAY), "2 days");
}

static Text label_of(const char *label, Arena *arena)
{
    Sentence ru = sentence_in(LANGUAGE_RU, arena);
    Labels labels = {.in = {[LANGUAGE_RU] = text_of(label)}};
    return words_label(&ru, &labels, TEXT("name"));
}

TEST(labels_begin_small_unless_they_are_abbreviations)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(label_of("Город", arena), "город");
    EXPECT_TEXT(label_of("Ёмкость", arena), "ёмкость");
    EXPECT_TEXT(label_of("Їжа", arena), "їжа");
    EXPECT_TEXT(label_of("Ґрунт", arena), "ґрунт");
    EXPECT_TEXT(label_of("Єдність", arena), "єдність");
    EXPECT_TEXT(label_of("Ім'я", arena), "ім'я");
    EXPECT_TEXT(label_of("Є діти", arena), "є діти");
    EXPECT_TEXT(label_of("В отпуске", arena), "в отпуске");
    EXPECT_TEXT(label_of("П'ять зірок", arena), "п'ять зірок");
    EXPECT_TEXT(label_of("П’ять зірок", arena), "п’ять зірок");
    EXPECT_TEXT(label_of("А класс", arena), "А класс");
    EXPECT_TEXT(label_of("О'КЕЙ", arena), "О'КЕЙ");
    EXPECT_TEXT(label_of("City", arena), "city");
    EXPECT_TEXT(label_of("VIP-клиент", arena), "VIP-клиент");
    EXPECT_TEXT(label_of("E-mail", arena), "E-mail");
    EXPECT_TEXT(label_of("ФИО", arena), "ФИО");
    EXPECT_TEXT(label_of("Q", arena), "Q");
    EXPECT_TEXT(label_of("", arena), "name");
}

/* A translation that loses a place loses a value of the user's rule. */
TEST(every_phrase_has_the_same_places_in_three_languages)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *const marks[] = {"<a>", "<b>", "<c>"};
    for (Phrase phrase = 0; phrase < PHRASE_COUNT_OF_KINDS; phrase++) {
        Text in[LANGUAGE_COUNT];
        for (Language language = 0; language < LANGUAGE_COUNT; language++) {
            Sentence sentence = sentence_in(language, arena);
            in[language] = phrase_fill(&sentence, phrase, TEXT("<a>"), TEXT("<b>"), TEXT("<c>"));
            EXPECT(in[language].size > 0);
        }
        for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
            for (Language language = 0; language < LANGUAGE_COUNT; language++)
                if (text_contains(in[language], text_of(marks[i])) !=
                    text_contains(in[LANGUAGE_EN], text_of(marks[i])))
                    harness_fail(__FILE__, __LINE__, "place %zu differs: %.*s / %.*s", i,
                                 TEXT_FORMAT(in[LANGUAGE_EN]), TEXT_FORMAT(in[language]));
    }
}

TEST(every_stream_and_unit_has_all_its_forms)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *schema = sample_catalog(arena)->schema;
    for (Language language = 0; language < LANGUAGE_COUNT; language++) {
        Sentence sentence = sentence_in(language, arena);
        for (size_t i = 0; i < schema->streams_count; i++)
            for (StreamForm form = STREAM_ONE; form <= STREAM_OF_LAST; form++)
                EXPECT(words_stream(&sentence, &schema->streams[i], form).size > 0);
        for (Unit unit = 0; unit < UNIT_COUNT; unit++) {
            EXPECT(words_units_many(&sentence, unit).size > 0);
            EXPECT(words_units_by(&sentence, unit).size > 0);
        }
    }
}

static Text window_words(Window window, Language language, Arena *arena)
{
    Sentence sentence = sentence_in(language, arena);
    return words_window(&sentence, &window);
}

TEST(windows_are_written_as_days)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Window last = {.kind = WINDOW_LAST, .count = 1, .unit = UNIT_MONTH};
    EXPECT_TEXT(window_words(last, LANGUAGE_RU, arena), " с 01.03.2026 по 31.03.2026");
    EXPECT_TEXT(window_words(last, LANGUAGE_EN, arena), " from 2026-03-01 to 2026-03-31");
    Window day = {.kind = WINDOW_ON, .from = date_of(2026, 3, 1)};
    EXPECT_TEXT(window_words(day, LANGUAGE_RU, arena), " за 01.03.2026");
    Window future = {.kind = WINDOW_ON, .from = date_of(2027, 3, 1)};
    EXPECT_TEXT(window_words(future, LANGUAGE_RU, arena), " за пустой период");
    Window before = {.kind = WINDOW_BEFORE, .from = date_of(2026, 3, 1)};
    EXPECT_TEXT(window_words(before, LANGUAGE_UK, arena), " по 28.02.2026");
    EXPECT_TEXT(window_words((Window){0}, LANGUAGE_RU, arena), "");
}

TEST(long_lists_are_cut)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Literal items[25];
    for (int i = 0; i < 25; i++)
        items[i] = (Literal){value_decimal(i), {.kind = TYPE_DECIMAL}};
    Sentence ru = sentence_in(LANGUAGE_RU, arena);
    const Node subject = {.kind = NODE_METRIC};
    EXPECT_TEXT(sentence_list(&ru, &subject, &(LiteralList){items, 3}, TEXT(" или ")),
                "0, 1 или 2");
    EXPECT_TEXT(sentence_list(&ru, &subject, &(LiteralList){items, 25}, TEXT(" или ")),
                "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 и ещё 15");
}

static Text random_rule(Random *random, Arena *arena, int depth)
{
    static const char *const conditions[] = {
        "vip",
        "region != \"Москва\"",
        "children > 2",
        "activity has none (\"а\", \"б\")",
        "any(purchase where not (item = \"Дрель\"), last 2 weeks)",
        "sequence(visit, then purchase)",
        "top 5 by income",
        "member(\"Активные\")",
        "if(vip, opt_in, missing)",
        "income / 2 between 1 and children + 5",
        "class(\"ABC revenue\") = \"A\"",
        "birth_date >= 2000-01-01",
        "name > \"М\"",
        "region under \"А\"",
        "email is missing",
        "periods(visit by week) = 3",
    };
    if (depth == 0)
        return text_of(conditions[random_below(random, sizeof conditions / sizeof conditions[0])]);
    Text left = random_rule(random, arena, depth - 1),
         right = random_rule(random, arena, depth - 1);
    uint64_t form = random_below(random, 5);
    if (form == 4) return arena_printf(arena, "not (%.*s)", TEXT_FORMAT(left));
    if (form == 0)
        return arena_printf(arena, "(%.*s and %.*s)", TEXT_FORMAT(left), TEXT_FORMAT(right));
    if (form == 1)
        return arena_printf(arena, "(%.*s or %.*s)", TEXT_FORMAT(left), TEXT_FORMAT(right));
    if (form == 2)
        return arena_printf(arena, "at least 1 of (%.*s, %.*s)", TEXT_FORMAT(left),
                            TEXT_FORMAT(right));
    return arena_printf(arena, "if(%.*s, %.*s, vip)", TEXT_FORMAT(left), TEXT_FORMAT(right));
}

/* Whatever rules are put together, there is a sentence, no place is left open, and linting ends. */
TEST(every_rule_has_a_sentence)
{
    Random random = random_seeded(harness_seed());
    AUTO(arena_done) Arena *catalog_arena = arena_new();
    const Catalog *catalog = sample_catalog(catalog_arena);
    for (int round = 0; round < 500; round++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Text source = random_rule(&random, arena, 4);
        Diagnostics diagnostics = diagnostics_new(arena);
        Expression *expression = NULL;
        REQUIRE(expression_compile(source, catalog, EXPECT_RULE, arena, &expression,
                                   &diagnostics) == STATUS_OK);
        for (Language language = 0; language < LANGUAGE_COUNT; language++) {
            Text words = expression_sentence(expression, date_of(2026, 3, 31), language, arena);
            EXPECT(words.size > 0 && utf8_is_valid(words));
            EXPECT(!text_contains(words, TEXT("{")));
        }
        expression_lint(expression, catalog, NULL, date_of(2026, 3, 31), &diagnostics);
        EXPECT_INT(diagnostics.errors_count, 0);
    }
}
