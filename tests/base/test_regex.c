/* test_regex.c -- regular expressions: folding of patterns, bad patterns, hostile ones. */
#include "base/fold.h"
#include "base/regex.h"
#include "base/thread.h"
#include "harness/harness.h"

#include <string.h>
#include <time.h>

static void expect_search(int line, const char *pattern, const char *text, bool expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(regex_done) Regex *regex = NULL;
    Error err = {0};
    bool is_found = !expected;
    Status status = regex_open(text_of(pattern), &regex, &err);
    if (status == STATUS_OK)
        status = regex_search(regex, text_fold(text_of(text), arena), &is_found, &err);
    harness_expect_status(__FILE__, line, pattern, status, STATUS_OK, &err);
    if (is_found != expected) harness_fail(__FILE__, line, "'%s' in '%s'", pattern, text);
}

TEST(regex_searches_folded_text)
{
    expect_search(__LINE__, "иван", "ИВАНОВ", true);
    expect_search(__LINE__, "ИВАН", "иванов", true);
    expect_search(__LINE__, "^иванов$", " Иванов ", true);
    expect_search(__LINE__, "^иван$", "иванов", false);
    expect_search(__LINE__, "^\\w+ \\w+$", "Пётр\u00A0 Иванов", true);
    expect_search(__LINE__, "(?<year>\\d{4})-\\k<year>", "2024-2024", true);
    expect_search(__LINE__, "", "", true);
    expect_search(__LINE__, "^$", "", true);
    expect_search(__LINE__, "^.$", "Ж", true);
    expect_search(__LINE__, "\\bдрель\\b", "супер дрель!", true);
    expect_search(__LINE__, "\\bдрель\\b", "дрельный", false);
}

TEST(regex_treats_io_and_composition_as_folding_does)
{
    expect_search(__LINE__, "пётр", "ПЕТР", true);
    expect_search(__LINE__, "Ё", "ёлка", true);
    expect_search(__LINE__, "^[а-яё]+$", "Ёжик", true);
    expect_search(__LINE__, "е\u0308лка", "Ёлка", true);
    expect_search(__LINE__, "и\u0306од", "Йод", true);
    expect_search(__LINE__, "^и", "йод", false);
}

static void expect_refused(int line, Text pattern, const char *part_of_message)
{
    Regex *regex = NULL;
    Error err = {0};
    Status status = regex_open(pattern, &regex, &err);
    harness_expect_status(__FILE__, line, pattern.data, status, STATUS_INVALID, &err);
    if (status == STATUS_INVALID && strstr(err.message, part_of_message) == NULL)
        harness_fail(__FILE__, line, "message is '%s'", err.message);
    regex_close(regex);
}

TEST(regex_refuses_bad_patterns_with_a_reason)
{
    expect_refused(__LINE__, TEXT("имя("), "missing closing parenthesis at character 5");
    expect_refused(__LINE__, TEXT("*a"), "'*a'");
    expect_refused(__LINE__, TEXT("[z-a]"), "range out of order");
    expect_refused(__LINE__, TEXT("a\\"), "at character 3");
    expect_refused(__LINE__, TEXT("\\Ca"), "'\\Ca'");
    expect_refused(__LINE__, TEXT("(?<=a*)b"), "lookbehind");
    expect_refused(__LINE__, TEXT("\xCF\xF0"), "UTF-8");
    /* Small, but over the size that a compiled pattern may have. */
    expect_refused(__LINE__, TEXT("((a{1000}){1000}){1000}"), "too large");
}

TEST(regex_refuses_patterns_over_the_limit)
{
    static char pattern[10001];
    memset(pattern, 'a', sizeof pattern);
    expect_refused(__LINE__, (Text){pattern, sizeof pattern}, "over the limit of 10000");
    memset(pattern, '(', sizeof pattern);
    expect_refused(__LINE__, (Text){pattern, 10000}, "too deep");
    for (size_t i = 0; i < 10000; i++)
        pattern[i] = "ж"[i % 2];
    Regex *regex = NULL;
    Error err;
    EXPECT_OK(regex_open((Text){pattern, 10000}, &regex, &err), &err);
    regex_close(regex);
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The status of searching `size` letters a and one ! after them; fails when it takes long. */
static Status search_letters(const char *pattern, size_t size)
{
    static char text[65536];
    for (size_t i = 0; i < size; i++)
        text[i] = 'a';
    text[size] = '!';
    AUTO(regex_done) Regex *regex = NULL;
    Error err = {0};
    bool is_found = false;
    EXPECT_OK(regex_open(text_of(pattern), &regex, &err), &err);
    double begin = seconds_now();
    Status status = regex_search(regex, (Text){text, size + 1}, &is_found, &err);
    double seconds = seconds_now() - begin;
    /* A tenth of that is usual; sanitizers and a busy machine take the rest. */
    if (seconds > 30) harness_fail(__FILE__, __LINE__, "%s took %f s", pattern, seconds);
    EXPECT(!is_found);
    return status;
}

/* Goal: patterns known to explode end with LIMIT, soon. */
TEST(regex_hostile_patterns_hit_the_limit)
{
    static const char *const exponential[] = {
        "^(a+)+$",
        "(a|a)*$",
        "(a|aa)+$",
        "^(([a-z])+.)+[A-Z]?b?([a-z])+$",
        "(\\w+\\s?)+$",
        "^(a(?1)?a?)+$",
        "(*COMMIT)(a+)+$",
        "(?:a?){30}a{60}\\d",
        "(a*)(?:\\1a?)*x?$(?=!)",
    };
    for (size_t i = 0; i < sizeof exponential / sizeof *exponential; i++) {
        Status status = search_letters(exponential[i], 80);
        harness_expect_status(__FILE__, __LINE__, exponential[i], status, STATUS_LIMIT, NULL);
    }
    /* Polynomial: harmless on short texts, hostile on long ones. */
    static const char *const polynomial[] = {"a*a*a*\\d", "(.*)(.*)(.*)(.*)[^a!]",
                                             "a.*a.*a.*b?$(?=!)"};
    for (size_t i = 0; i < sizeof polynomial / sizeof *polynomial; i++) {
        EXPECT_INT(search_letters(polynomial[i], 20), STATUS_OK);
        EXPECT_INT(search_letters(polynomial[i], 5000), STATUS_LIMIT);
        EXPECT_INT(search_letters(polynomial[i], 65000), STATUS_LIMIT);
    }
}

/* Goal: cost that the library's own limit does not see is counted: letters run over without a
 * choice, from every place anew; recursion; comparing with an earlier group. */
TEST(regex_hidden_cost_is_counted)
{
    static const char *const hidden[] = {"\\w++!!", "^(a(?1)?a?)+$", "(a*)\\1\\1!!"};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        harness_expect_status(__FILE__, __LINE__, hidden[i], search_letters(hidden[i], 65000),
                              STATUS_LIMIT, NULL);
}

/* Goal: honest patterns on long texts do not meet the limit. */
TEST(regex_honest_patterns_on_long_texts)
{
    static const Text sentence = {"клиент просит счёт и договор на поставку, оплата до пятницы. ",
                                  109};
    AUTO(arena_done) Arena *arena = arena_new();
    char *text = arena_alloc(arena, 200 * sentence.size);
    static const struct {
        const char *pattern;
        size_t sentences_count;
    } honest[] = {
        {"договор.*оплат.*акт", 40}, {"^.*договор.*отказ", 60}, {"(счёт|акт) не", 200},
        {"\\w+ \\w+ (нет|да)", 200}, {"отказ$", 200},           {"о.*о.*о.*ы!", 10},
    };
    for (size_t i = 0; i < sizeof honest / sizeof *honest; i++) {
        size_t size = honest[i].sentences_count * sentence.size;
        for (size_t j = 0; j < honest[i].sentences_count; j++)
            memcpy(text + j * sentence.size, sentence.data, sentence.size);
        AUTO(regex_done) Regex *regex = NULL;
        Error err = {0};
        bool is_found = true;
        EXPECT_OK(regex_open(text_of(honest[i].pattern), &regex, &err), &err);
        Text folded = text_fold((Text){text, size}, arena);
        harness_expect_status(__FILE__, __LINE__, honest[i].pattern,
                              regex_search(regex, folded, &is_found, &err), STATUS_OK, &err);
        EXPECT(!is_found);
    }
}

TEST(regex_refuses_texts_too_long_or_malformed)
{
    static char text[70000];
    memset(text, 'a', sizeof text);
    AUTO(regex_done) Regex *regex = NULL;
    Error err;
    bool is_found;
    EXPECT_OK(regex_open(TEXT("b"), &regex, &err), &err);
    EXPECT_OK(regex_search(regex, (Text){text, 65536}, &is_found, &err), &err);
    EXPECT_STATUS(regex_search(regex, (Text){text, 65537}, &is_found, &err), STATUS_LIMIT, &err);
    EXPECT_STATUS(regex_search(regex, TEXT("\xCF\xF0"), &is_found, &err), STATUS_CORRUPT, &err);
    EXPECT_OK(regex_search(regex, (Text){NULL, 0}, &is_found, &err), &err);
}

typedef struct {
    const Regex *regex;
    int found_count;
} Searcher;

static void search_many(void *context)
{
    Searcher *searcher = context;
    for (int i = 0; i < 2000; i++) {
        bool is_found = false;
        Text text = i % 2 ? TEXT("заказ 12345 оплачен") : TEXT("заказ оплачен");
        if (regex_search(searcher->regex, text, &is_found, NULL) == STATUS_OK)
            searcher->found_count += is_found;
    }
}

TEST(regex_is_shared_between_threads)
{
    AUTO(regex_done) Regex *regex = NULL;
    Error err;
    REQUIRE(regex_open(TEXT("(\\d+) оплачен"), &regex, &err) == STATUS_OK);
    Searcher searchers[3] = {{regex, 0}, {regex, 0}, {regex, 0}};
    Thread threads[3];
    for (int i = 0; i < 3; i++)
        EXPECT_OK(thread_start(search_many, &searchers[i], &threads[i], &err), &err);
    for (int i = 0; i < 3; i++) {
        thread_join(threads[i]);
        EXPECT_INT(searchers[i].found_count, 1000);
    }
}
