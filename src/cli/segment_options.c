/* segment_options.c -- the options that make or change the card of a segment. */
#include "cli/segment_options.h"

#include "base/schedule.h"

const Option segment_options[SEGMENT_OPTIONS_COUNT] = {
    OPTION(SegmentOptions, mode, TEXT, "mode", "MODE",
           "dynamic: found anew at each look; periodic: formed by schedule and on demand; manual: "
           "by hand"),
    OPTION(SegmentOptions, rule, TEXT, "rule", "'RULE'", "who belongs to it"),
    OPTION(SegmentOptions, file, TEXT, "file", "FILE", "read the rule from a file; - is stdin"),
    OPTION(SegmentOptions, sql, TEXT, "sql", "'SELECT ...'", "codes by SQL instead of a rule"),
    OPTION(SegmentOptions, kind, TEXT, "kind", "general|ban",
           "ban: its members are not shipped to"),
    OPTION(SegmentOptions, columns, TEXT, "columns", "'EXPRESSION as name, ...'",
           "columns of its composition beside code and name"),
    OPTION(SegmentOptions, folder, TEXT, "folder", "'A / B'", "where it stands in the list"),
    OPTION(SegmentOptions, code, TEXT, "code", "CODE", "unique; S1, S2 ... when not given"),
    OPTION(SegmentOptions, description, TEXT, "description", "TEXT",
           "why it was made, how to work with its customers"),
    OPTION(SegmentOptions, goal, TEXT, "goal", "TEXT", "what is to be reached with it"),
    OPTION(SegmentOptions, responsible, TEXT, "responsible", "NAME", "who looks after it"),
    OPTION(SegmentOptions, value_statement, TEXT, "value", "TEXT",
           "what the company offers these customers"),
    OPTION(SegmentOptions, labels, LIST, "label", "TEXT", "may be given several times"),
    OPTION(SegmentOptions, competitors, LIST, "competitor", "NAME",
           "who else works with it; may be given several times"),
    OPTION(SegmentOptions, is_target, FLAG, "target", NULL, "the company aims at it"),
    OPTION(SegmentOptions, is_no_target, FLAG, "no-target", NULL, "it does not"),
    OPTION(SegmentOptions, schedule, TEXT, "schedule", "'M H D M W'",
           "when a periodic one is formed: five fields of cron"),
    OPTION(SegmentOptions, daily, TEXT, "daily", "HH:MM", "every day at this time"),
    OPTION(SegmentOptions, weekly, TEXT, "weekly", "'DAY HH:MM'",
           "every week: 1 or mon, ..., 7 or sun, and the time"),
    OPTION(SegmentOptions, monthly, TEXT, "monthly", "'DAY HH:MM'",
           "every month: 1 ... 31, the last day of shorter months"),
    OPTION(SegmentOptions, schedule_days.first, TEXT, "schedule-from", "DATE",
           "the first day of the schedule; '' for none"),
    OPTION(SegmentOptions, schedule_days.last, TEXT, "schedule-until", "DATE",
           "its last day; '' for none"),
    OPTION(SegmentOptions, schedule_off, FLAG, "schedule-off", NULL,
           "keep the schedule, but do not run it"),
    OPTION(SegmentOptions, schedule_on, FLAG, "schedule-on", NULL, "run it again"),
    OPTION(SegmentOptions, is_live, FLAG, "live", NULL, "keep a periodic one true at every change"),
    OPTION(SegmentOptions, is_not_live, FLAG, "no-live", NULL, "form it by schedule only"),
    OPTION(SegmentOptions, checks_on_creation, FLAG, "check-on-creation", NULL,
           "put new customers into a periodic one when its rule holds for them"),
    OPTION(SegmentOptions, checks_not, FLAG, "no-check-on-creation", NULL, "do not"),
    OPTION(SegmentOptions, clearing, DATE, "clear-on", "DATE", "empty a manual one on this day"),
    OPTION(SegmentOptions, has_no_clearing, FLAG, "no-clearing", NULL, "do not"),
    OPTION(SegmentOptions, tests, LIST, "test", "'in CODE'",
           "'in CODE' or 'not in CODE': looked at before each publishing; may be given several "
           "times"),
    OPTION(SegmentOptions, is_marked, FLAG, "mark-for-deletion", NULL,
           "neither formed nor used any more"),
    OPTION(SegmentOptions, is_unmarked, FLAG, "unmark", NULL, "take that mark off"),
    OPTION(SegmentOptions, note, TEXT, "note", "TEXT", "why, for the history"),
    OPTION(SegmentOptions, is_preview, FLAG, "preview", NULL,
           "with set: only say how many would join and leave"),
    OPTION(SegmentOptions, is_confirmed, FLAG, "yes", NULL, "go on though something is lost"),
};

/* ---- pieces ---- */

static void set_text(Text *field, Text given)
{
    if (given.data != NULL) *field = given;
}

/* The list that was typed in place of the old one; one empty text empties. */
static void set_list(TextList *field, const OptionList *given)
{
    if (given->count == 0) return;
    *field = (TextList){given->items, given->count};
    if (given->count == 1 && given->items[0].size == 0) *field = (TextList){0};
}

static Status set_flag(bool *field, bool is_on, bool is_off, const char *name, Error *err)
{
    if (is_on && is_off)
        return error_set(err, STATUS_INVALID, "--%s was given both ways; give one of them", name);
    if (is_on || is_off) *field = is_on;
    return STATUS_OK;
}

static Status read_word(Text text, const char *what, const char *words, bool is_known, Error *err)
{
    if (is_known) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "--%s is one of %s, not '%.*s'", what, words,
                     TEXT_FORMAT(text));
}

static Status apply_kinds(const SegmentOptions *chosen, SegmentCard *card, Error *err)
{
    if (chosen->mode.data != NULL)
        TRY(read_word(chosen->mode, "mode", "dynamic, periodic, manual",
                      forming_mode_parse(chosen->mode, &card->mode), err));
    if (chosen->kind.data != NULL)
        TRY(read_word(chosen->kind, "kind", "general, ban",
                      segment_kind_parse(chosen->kind, &card->kind), err));
    return STATUS_OK;
}

/* ---- who belongs to it ---- */

static Status apply_rule(Invocation *invocation, const SegmentOptions *chosen, SegmentCard *card,
                         Error *err)
{
    if (chosen->rule.data != NULL && chosen->file.data != NULL)
        return error_set(err, STATUS_INVALID, "--rule and --file were both given; give one");
    set_text(&card->rule, chosen->rule);
    if (chosen->file.data != NULL)
        TRY(invocation_expression(invocation, chosen->file, SIZE_MAX, &card->rule, err));
    set_text(&card->sql, chosen->sql);
    /* one takes the place of the other */
    if (chosen->sql.size > 0 && chosen->rule.data == NULL) card->rule = (Text){0};
    if (card->rule.size > 0 && chosen->sql.data == NULL) card->sql = (Text){0};
    set_text(&card->columns, chosen->columns);
    return STATUS_OK;
}

static Status read_test(Text text, CardTest *ret_test, Error *err)
{
    Text in = TEXT("in "), out = TEXT("not in ");
    ret_test->must_be_in = text_starts_with(text, in);
    if (!ret_test->must_be_in && !text_starts_with(text, out))
        return error_set(err, STATUS_INVALID, "--test is 'in CODE' or 'not in CODE', not '%.*s'",
                         TEXT_FORMAT(text));
    size_t begin = ret_test->must_be_in ? in.size : out.size;
    ret_test->customer = text_trim(text_slice(text, begin, text.size));
    return STATUS_OK;
}

static Status apply_tests(Invocation *invocation, const SegmentOptions *chosen, SegmentCard *card,
                          Error *err)
{
    const OptionList *given = &chosen->tests;
    if (given->count == 0) return STATUS_OK;
    CardTest *tests = ARENA_ARRAY(invocation->arena, CardTest, given->count);
    bool is_empty = given->count == 1 && given->items[0].size == 0;
    for (size_t i = 0; i < given->count && !is_empty; i++)
        TRY(read_test(given->items[i], &tests[i], err));
    card->tests = tests;
    card->tests_count = is_empty ? 0 : given->count;
    return STATUS_OK;
}

/* ---- when it is formed ---- */

static Status read_number_and_time(Text text, const char *what, int *ret_number, Text *ret_time,
                                   Error *err)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    Text word = text_split(text, ' ', ret_time);
    *ret_number = 0;
    for (size_t i = 0; i < word.size && word.size <= 2; i++) {
        char digit = word.data[i];
        *ret_number = digit >= '0' && digit <= '9' ? *ret_number * 10 + (digit - '0') : 100;
    }
    for (int day = 0; day < 7; day++)
        if (text_equal_ascii_case(word, text_of(days[day]))) *ret_number = day + 1;
    if (ret_time->data != NULL && *ret_number > 0) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "--%s wants a day and a time like '1 02:00', not '%.*s'",
                     what, TEXT_FORMAT(text));
}

static Status apply_times(Invocation *invocation, const SegmentOptions *chosen, SegmentCard *card,
                          Error *err)
{
    int number;
    Text time;
    Arena *arena = invocation->arena;
    if (chosen->daily.data != NULL) TRY(schedule_daily(chosen->daily, arena, &card->schedule, err));
    if (chosen->weekly.data != NULL) {
        TRY(read_number_and_time(chosen->weekly, "weekly", &number, &time, err));
        TRY(schedule_weekly(number, time, arena, &card->schedule, err));
    }
    if (chosen->monthly.data != NULL) {
        TRY(read_number_and_time(chosen->monthly, "monthly", &number, &time, err));
        TRY(schedule_monthly(number, time, arena, &card->schedule, err));
    }
    const ScheduleDays *days = &chosen->schedule_days;
    if (days->first.data == NULL && days->last.data == NULL) return STATUS_OK;
    return schedule_between(card->schedule, days, arena, &card->schedule, err);
}

static Status apply_schedule(Invocation *invocation, const SegmentOptions *chosen,
                             SegmentCard *card, Error *err)
{
    int ways = (chosen->schedule.data != NULL) + (chosen->daily.data != NULL) +
               (chosen->weekly.data != NULL) + (chosen->monthly.data != NULL);
    if (ways > 1)
        return error_set(err, STATUS_INVALID,
                         "of --schedule, --daily, --weekly and --monthly only one can be given");
    set_text(&card->schedule, chosen->schedule);
    TRY(apply_times(invocation, chosen, card, err));
    TRY(set_flag(&card->is_schedule_off, chosen->schedule_off, chosen->schedule_on, "schedule-off",
                 err));
    if (chosen->clearing.is_given) card->clearing = chosen->clearing.value;
    return set_flag(&card->has_clearing, chosen->clearing.is_given, chosen->has_no_clearing,
                    "clear-on", err);
}

/* ---- all of it ---- */

static Status apply_flags(const SegmentOptions *chosen, SegmentCard *card, Error *err)
{
    TRY(set_flag(&card->is_target, chosen->is_target, chosen->is_no_target, "target", err));
    TRY(set_flag(&card->is_live, chosen->is_live, chosen->is_not_live, "live", err));
    TRY(set_flag(&card->checks_on_creation, chosen->checks_on_creation, chosen->checks_not,
                 "check-on-creation", err));
    return set_flag(&card->is_marked_for_deletion, chosen->is_marked, chosen->is_unmarked,
                    "mark-for-deletion", err);
}

Status segment_options_apply(Invocation *invocation, const SegmentOptions *chosen,
                             SegmentCard *card, Error *err)
{
    set_text(&card->code, chosen->code);
    set_text(&card->folder, chosen->folder);
    set_text(&card->description, chosen->description);
    set_text(&card->goal, chosen->goal);
    set_text(&card->responsible, chosen->responsible);
    set_text(&card->value_statement, chosen->value_statement);
    set_list(&card->labels, &chosen->labels);
    set_list(&card->competitors, &chosen->competitors);
    TRY(apply_kinds(chosen, card, err));
    TRY(apply_rule(invocation, chosen, card, err));
    TRY(apply_tests(invocation, chosen, card, err));
    TRY(apply_schedule(invocation, chosen, card, err));
    return apply_flags(chosen, card, err);
}
