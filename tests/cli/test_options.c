/* test_options.c -- command lines against tables of options. */
#include "cli/options.h"
#include "harness/harness.h"

typedef struct {
    bool is_loud;
    Text name;
    OptionList words;
    OptionCount count;
    OptionDate date;
    int choice;
} Sample;

static const Option sample_options[] = {
    {OPTION_FLAG, "loud", 'l', NULL, "", offsetof(Sample, is_loud)},
    {OPTION_TEXT, "name", 'n', "TEXT", "", offsetof(Sample, name)},
    OPTION(Sample, words, LIST, "word", "TEXT", ""),
    OPTION(Sample, count, COUNT, "count", "N", ""),
    OPTION(Sample, date, DATE, "date", "DATE", ""),
    OPTION(Sample, choice, CHOICE, "choice", "one|two|three", ""),
};

typedef struct {
    Sample sample;
    const char **arguments;
    size_t arguments_count;
    Error err;
} Parsed;

static Status parse(const char *const *words, size_t count, Arena *arena, Parsed *parsed)
{
    OptionTable table = {sample_options, sizeof sample_options / sizeof sample_options[0],
                         &parsed->sample};
    OptionInput input = {.words = words, .count = count, .tables = &table, .tables_count = 1};
    return options_parse(&input, arena, &parsed->arguments, &parsed->arguments_count, &parsed->err);
}
#define PARSE(words, parsed) parse((words), sizeof(words) / sizeof((words)[0]), arena, (parsed))

TEST(every_kind_of_option_is_read)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Parsed parsed = {0};
    const char *words[] = {"first",      "--loud",   "--name=Ель", "--word", "a",
                           "--word",     "b",        "--count",    "1_000",  "--date",
                           "2026-03-31", "--choice", "TWO",        "last"};
    EXPECT_OK(PARSE(words, &parsed), &parsed.err);
    EXPECT(parsed.sample.is_loud);
    EXPECT_TEXT(parsed.sample.name, "Ель");
    EXPECT_INT(parsed.sample.words.count, 2);
    EXPECT(parsed.sample.count.is_given && parsed.sample.count.value == 1000);
    EXPECT_INT(parsed.sample.date.value.day, date_of(2026, 3, 31).day);
    EXPECT_INT(parsed.sample.choice, 1);
    EXPECT_INT(parsed.arguments_count, 2);
    EXPECT_TEXT(text_of(parsed.arguments[1]), "last");
}

TEST(letters_and_ends_of_options)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Parsed parsed = {0};
    const char *words[] = {"-l", "-nabc", "-", "--", "--loud", "-x"};
    EXPECT_OK(PARSE(words, &parsed), &parsed.err);
    EXPECT_TEXT(parsed.sample.name, "abc");
    EXPECT_INT(parsed.arguments_count, 3);
    EXPECT_TEXT(text_of(parsed.arguments[0]), "-");
    EXPECT_TEXT(text_of(parsed.arguments[2]), "-x");
}

static void expect_refused(const char *word, const char *sentence)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Parsed parsed = {0};
    const char *words[] = {word};
    EXPECT_STATUS(PARSE(words, &parsed), STATUS_INVALID, &parsed.err);
    EXPECT_TEXT(text_of(parsed.err.message), sentence);
}

TEST(what_is_wrong_is_said)
{
    expect_refused("--nmae", "no option '--nmae'; did you mean '--name'?");
    expect_refused("--name", "--name wants a value: TEXT");
    expect_refused("--loud=yes", "--loud takes no value");
    expect_refused("--count=-1", "--count wants a whole number, not '-1'");
    expect_refused("--count=1.5", "--count wants a whole number, not '1.5'");
    expect_refused("--date=31.03.2026", "--date wants a date like 2026-03-31, not '31.03.2026'");
    expect_refused("--choice=four", "--choice is one of one|two|three, not 'four'");
    expect_refused("--name=\xff", "the value of --name is not UTF-8");
    expect_refused("\xff", "argument 1 is not UTF-8");
}
