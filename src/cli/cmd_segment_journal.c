/* cmd_segment_journal.c -- kohorta segment journal, changes, feed. */
#include "cli/commands.h"

#include "app/segments.h"
#include "base/buffer.h"
#include "cli/labels.h"
#include "cli/segment_show.h"
#include "reply/human.h"
#include "reply/segments.h"

typedef struct {
    Invocation *invocation;
    App *app;
    const Segment *segment;
    int format;
} Telling;

static Status open_segment(Telling *telling, Error *err)
{
    TRY(invocation_open(telling->invocation, STORE_READ, &telling->app, err));
    return registry_get(app_registry(telling->app), invocation_argument(telling->invocation, 0),
                        &telling->segment, err);
}

static void telling_done(Telling *telling)
{
    app_close(telling->app);
}

static OutputOptions format_of(const Telling *telling)
{
    return invocation_output(telling->invocation, (OutputFormat)telling->format,
                             app_language(telling->app));
}

static const Type text_type = {.kind = TYPE_TEXT}, count_type = {.kind = TYPE_DECIMAL},
                  moment_type = {.kind = TYPE_MOMENT}, ratio_type = {.kind = TYPE_RATIO},
                  date_type = {.kind = TYPE_DATE};

static Value count_value(uint64_t count)
{
    return value_decimal((int64_t)count);
}

/* ---- formings ---- */

/* "data +3 -1, hand +1" */
static Text causes_text(const JournalEntry *entry, OutputOptions format, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    for (size_t cause = 0; cause < CHANGE_CAUSE_COUNT; cause++) {
        if (entry->joined[cause] + entry->left[cause] == 0) continue;
        buffer_cstr(&out, out.size > 0 ? ", " : "");
        buffer_text(&out, segment_cause_word((ChangeCause)cause, format));
        if (entry->joined[cause] > 0)
            buffer_printf(&out, " +%llu", (unsigned long long)entry->joined[cause]);
        if (entry->left[cause] > 0)
            buffer_printf(&out, " -%llu", (unsigned long long)entry->left[cause]);
    }
    return arena_text(arena, buffer_view(&out));
}

static void put_entry(Output *output, const JournalEntry *entry, OutputOptions format, Arena *arena)
{
    const FormingRow *forming = &entry->forming;
    const Value values[] = {
        count_value(forming->id),
        value_moment(forming->at),
        value_text(segment_reason_word(forming->reason, format)),
        count_value(forming->members_count + forming->left_count - forming->joined_count),
        count_value(forming->joined_count),
        count_value(forming->left_count),
        count_value(forming->members_count),
        value_text(causes_text(entry, format, arena)),
        value_text(forming->author),
        value_text(segment_note(forming->reason, forming->note, format)),
    };
    output_row(output, values);
}

static Status tell_journal(const Telling *telling, const JournalEntry *entries, size_t count,
                           Error *err)
{
    OutputOptions format = format_of(telling);
    const OutputColumn columns[] = {
        {TEXT("id"), label_get(LABEL_FORMING, format.language), count_type},
        {TEXT("at"), label_get(LABEL_MOMENT, format.language), moment_type},
        {TEXT("reason"), label_get(LABEL_OCCASION, format.language), text_type},
        {TEXT("before"), label_get(LABEL_BEFORE, format.language), count_type},
        {TEXT("joined"), label_get(LABEL_JOINED, format.language), count_type},
        {TEXT("left"), label_get(LABEL_LEFT, format.language), count_type},
        {TEXT("after"), label_get(LABEL_AFTER, format.language), count_type},
        {TEXT("causes"), label_get(LABEL_CAUSES, format.language), text_type},
        {TEXT("author"), label_get(LABEL_AUTHOR, format.language), text_type},
        {TEXT("note"), label_get(LABEL_REMARK, format.language), text_type},
    };
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++)
        put_entry(output, &entries[i], format, telling->invocation->arena);
    return output_close(output, err);
}

static Status journal(const Telling *telling, size_t newest, Error *err)
{
    JournalEntry *entries = NULL;
    size_t count = 0;
    FormingQuery query = {telling->segment->id, newest};
    TRY(history_journal(app_store(telling->app), query, telling->invocation->arena, &entries,
                        &count, err));
    if (format_of(telling).format != FORMAT_JSON) return tell_journal(telling, entries, count, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_journal_entry(&writer, &entries[i]);
    json_end(&writer, ']');
    invocation_json(telling->invocation, &buffer);
    return STATUS_OK;
}

/* ---- customers who joined and left ---- */

static Status tell_movements(const Telling *telling, const Movement *movements, size_t count,
                             Error *err)
{
    OutputOptions format = format_of(telling);
    const OutputColumn columns[] = {
        {TEXT("at"), label_get(LABEL_MOMENT, format.language), moment_type},
        {TEXT("movement"), label_get(LABEL_MOVEMENT, format.language), text_type},
        {TEXT("code"), label_get(LABEL_CODE, format.language), text_type},
        {TEXT("name"), label_get(LABEL_NAME, format.language), text_type},
        {TEXT("cause"), label_get(LABEL_CAUSE, format.language), text_type},
        {TEXT("reason"), label_get(LABEL_OCCASION, format.language), text_type},
        {TEXT("author"), label_get(LABEL_AUTHOR, format.language), text_type},
        {TEXT("note"), label_get(LABEL_REMARK, format.language), text_type},
    };
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        const Movement *movement = &movements[i];
        const Value values[] = {
            value_moment(movement->at),
            value_text(segment_movement_word(movement->is_joining, format)),
            value_text(movement->code),
            value_text(movement->name),
            value_text(segment_cause_word(movement->cause, format)),
            value_text(segment_reason_word(movement->reason, format)),
            value_text(movement->author),
            value_text(segment_note(movement->reason, movement->note, format)),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status customer_history(const Telling *telling, Text code, Error *err)
{
    CustomerHistory history;
    TRY(history_of_customer(app_store(telling->app), telling->segment->id, code,
                            telling->invocation->arena, &history, err));
    if (format_of(telling).format != FORMAT_JSON)
        return tell_movements(telling, history.movements, history.movements_count, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_customer_history(&writer, telling->segment, &history);
    invocation_json(telling->invocation, &buffer);
    return STATUS_OK;
}

/* ---- two days ---- */

/* Before it was formed nobody was in it: the numbers speak of that, not of a movement. */
static Status note_begin(const Telling *telling, Date from, Error *err)
{
    FormingRow *formings = NULL;
    size_t count = 0;
    Arena *arena = telling->invocation->arena;
    Voice voice = {arena, format_of(telling).language};
    FormingQuery all = {telling->segment->id, SIZE_MAX};
    TRY(store_list_formings(app_store(telling->app), all, arena, &formings, &count, err));
    if (count == 0 || moment_date(formings[0].at).day <= from.day) return STATUS_OK;
    Date first = moment_date(formings[0].at);
    Text note = LABEL_SAY(voice, FORMED_FIRST, telling->segment->card.name,
                          human_date(first, voice.language, arena));
    invocation_note(telling->invocation, "%.*s", TEXT_FORMAT(note));
    return STATUS_OK;
}

static Status compare(const Telling *telling, TwoDays days, Error *err)
{
    Comparison found;
    TRY(note_begin(telling, days.from, err));
    TRY(history_compare(app_store(telling->app), telling->segment->id, days, &found, err));
    OutputOptions format = format_of(telling);
    if (format.format == FORMAT_JSON) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_comparison(&writer, &found);
        invocation_json(telling->invocation, &buffer);
        return STATUS_OK;
    }
    const OutputColumn columns[] = {
        {TEXT("from"), label_get(LABEL_FROM, format.language), date_type},
        {TEXT("to"), label_get(LABEL_TO, format.language), date_type},
        {TEXT("stayed"), label_get(LABEL_STAYED, format.language), count_type},
        {TEXT("left"), label_get(LABEL_LEFT, format.language), count_type},
        {TEXT("joined"), label_get(LABEL_JOINED, format.language), count_type},
        {TEXT("outside"), label_get(LABEL_OUTSIDE, format.language), count_type},
        {TEXT("jaccard"), label_get(LABEL_JACCARD, format.language), ratio_type},
        {TEXT("psi"), label_get(LABEL_PSI, format.language), ratio_type},
    };
    const Value values[] = {
        value_date(found.from),
        value_date(found.to),
        count_value(found.stayed),
        count_value(found.left),
        count_value(found.joined),
        count_value(found.outside),
        found.has_jaccard ? value_ratio(found.jaccard) : value_missing(),
        value_ratio(found.stability_index),
    };
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    output_row(output, values);
    return output_close(output, err);
}

/* ---- the series ---- */

static Status tell_series(const Telling *telling, const SeriesQuery *query, Error *err)
{
    SeriesPoint *points = NULL;
    size_t count = 0;
    TRY(history_series(app_store(telling->app), *query, telling->invocation->arena, &points, &count,
                       err));
    OutputOptions format = format_of(telling);
    if (format.format == FORMAT_JSON) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_series(&writer, points, count);
        invocation_json(telling->invocation, &buffer);
        return STATUS_OK;
    }
    const OutputColumn columns[] = {
        {TEXT("date"), label_get(LABEL_DATE, format.language), date_type},
        {TEXT("size"), label_get(LABEL_SIZE, format.language), count_type},
        {TEXT("joined"), label_get(LABEL_JOINED, format.language), count_type},
        {TEXT("left"), label_get(LABEL_LEFT, format.language), count_type},
    };
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        const Value values[] = {value_date(points[i].date), count_value(points[i].size),
                                count_value(points[i].joined), count_value(points[i].left)};
        output_row(output, values);
    }
    return output_close(output, err);
}

/* ---- the command ---- */

typedef struct {
    OptionCount limit;
    Text customer;
    OptionDate from, to;
    bool is_comparison, is_series;
    int step, format;
} JournalOptions;

static const Option journal_options[] = {
    OPTION(JournalOptions, limit, COUNT, "limit", "N", "so many newest formings (50; 0 is all)"),
    OPTION(JournalOptions, customer, TEXT, "customer", "CODE",
           "when and why one customer joined and left"),
    OPTION(JournalOptions, is_comparison, FLAG, "compare", NULL,
           "the compositions of two days beside each other: --from and --to"),
    OPTION(JournalOptions, is_series, FLAG, "series", NULL, "size, joined and left of each period"),
    OPTION(JournalOptions, from, DATE, "from", "DATE", "first day (a year ago)"),
    OPTION(JournalOptions, to, DATE, "to", "DATE", "last day (today)"),
    OPTION(JournalOptions, step, CHOICE, "step", "month|day|week|quarter|year",
           "length of its periods"),
    OPTION(JournalOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write it"),
};

static TwoDays days_of(const Telling *telling, const JournalOptions *chosen)
{
    Date today = app_today(telling->app);
    return (TwoDays){chosen->from.is_given ? chosen->from.value : date_add(today, -1, UNIT_YEAR),
                     chosen->to.is_given ? chosen->to.value : today};
}

static Status series(const Telling *telling, const JournalOptions *chosen, Error *err)
{
    static const Unit steps[] = {UNIT_MONTH, UNIT_DAY, UNIT_WEEK, UNIT_QUARTER, UNIT_YEAR};
    SeriesQuery query = {.segment_id = telling->segment->id,
                         .days = days_of(telling, chosen),
                         .step = steps[chosen->step]};
    return tell_series(telling, &query, err);
}

static Status run_journal(Invocation *invocation, const void *given, Error *err)
{
    enum { FORMINGS_SHOWN = 50 };
    const JournalOptions *chosen = given;
    AUTO(telling_done) Telling telling = {.invocation = invocation, .format = chosen->format};
    TRY(open_segment(&telling, err));
    if (telling.segment->card.mode == MODE_DYNAMIC)
        return error_set(err, STATUS_CONFLICT,
                         "the segment '%.*s' is dynamic: nothing is kept of it; kohorta trend asks "
                         "its rule about past days",
                         TEXT_FORMAT(telling.segment->card.name));
    if (chosen->customer.data != NULL) return customer_history(&telling, chosen->customer, err);
    if (chosen->is_series) return series(&telling, chosen, err);
    if (chosen->is_comparison) return compare(&telling, days_of(&telling, chosen), err);
    return journal(&telling, rows_chosen(chosen->limit, FORMINGS_SHOWN), err);
}

const Command command_segment_journal = {
    .name = "segment journal",
    .arguments = "NAME",
    .summary = "formings of a segment: who joined and left, when and through what",
    .details =
        "Causes: rule (it was changed), data (what is known of the customer changed), time (days\n"
        "passed), hand, creation, undo, clear, expired (the last day of a pin or an exclusion is\n"
        "over), dropped (forming went over changes by hand), released (a mark was taken back),\n"
        "merge (two customers were one), removed (the segment was). Examples:\n"
        "  kohorta segment journal 'Крупные'\n"
        "  kohorta segment journal 'Крупные' --customer C0001\n"
        "  kohorta segment journal 'Крупные' --compare --from 2026-01-31\n"
        "  kohorta segment journal 'Крупные' --series --step week",
    .options = journal_options,
    .options_count = sizeof journal_options / sizeof journal_options[0],
    .options_size = sizeof(JournalOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_journal,
};

/* ---- changes ---- */

typedef struct {
    OptionCount forming;
    int format;
} ChangesOptions;

static const Option changes_options[] = {
    OPTION(ChangesOptions, forming, COUNT, "forming", "NUMBER",
           "of this forming of the journal (the newest that changed somebody)"),
    OPTION(ChangesOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write it"),
};

static Status run_changes(Invocation *invocation, const void *given, Error *err)
{
    const ChangesOptions *chosen = given;
    AUTO(telling_done) Telling telling = {.invocation = invocation, .format = chosen->format};
    Movement *movements = NULL;
    size_t count = 0;
    TRY(open_segment(&telling, err));
    MovementQuery query = {telling.segment->id,
                           chosen->forming.is_given ? chosen->forming.value : 0};
    TRY(history_movements(app_store(telling.app), query, invocation->arena, &movements, &count,
                          err));
    if (format_of(&telling).format != FORMAT_JSON)
        return tell_movements(&telling, movements, count, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_movement(&writer, &movements[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_segment_changes = {
    .name = "segment changes",
    .arguments = "NAME",
    .summary = "which customers joined and left in a forming, and through what",
    .options = changes_options,
    .options_count = sizeof changes_options / sizeof changes_options[0],
    .options_size = sizeof(ChangesOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_changes,
};

/* ---- the feed ---- */

typedef struct {
    OptionCount after, limit;
    int format;
} FeedOptions;

static const Option feed_options[] = {
    OPTION(FeedOptions, after, COUNT, "after", "NUMBER", "what came after this number (0)"),
    OPTION(FeedOptions, limit, COUNT, "limit", "N", "at most so many (1000; 0 is all)"),
    OPTION(FeedOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write it"),
};

static Status tell_feed(const Telling *telling, const FeedPage *page, Error *err)
{
    OutputOptions format = format_of(telling);
    const OutputColumn columns[] = {
        {TEXT("sequence"), label_get(LABEL_SEQUENCE, format.language), count_type},
        {TEXT("at"), label_get(LABEL_MOMENT, format.language), moment_type},
        {TEXT("segment"), label_get(LABEL_SEGMENT, format.language), text_type},
        {TEXT("movement"), label_get(LABEL_MOVEMENT, format.language), text_type},
        {TEXT("customer"), label_get(LABEL_CODE, format.language), text_type},
        {TEXT("cause"), label_get(LABEL_CAUSE, format.language), text_type},
    };
    AUTO(output_done)
    Output *output = output_open(format, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < page->count; i++) {
        const FeedEntry *entry = &page->lines[i].entry;
        const Value values[] = {
            count_value(entry->sequence),
            value_moment(entry->at),
            value_text(page->lines[i].entry.segment),
            value_text(segment_movement_word(entry->is_joining, format)),
            value_text(page->lines[i].code),
            value_text(segment_cause_word(entry->cause, format)),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status run_feed(Invocation *invocation, const void *given, Error *err)
{
    enum { ENTRIES_SHOWN = 1000 };
    const FeedOptions *chosen = given;
    AUTO(telling_done) Telling telling = {.invocation = invocation, .format = chosen->format};
    FeedPage page;
    FeedQuery query = {chosen->after.is_given ? chosen->after.value : 0,
                       rows_chosen(chosen->limit, ENTRIES_SHOWN)};
    TRY(invocation_open(invocation, STORE_READ, &telling.app, err));
    TRY(history_feed(app_store(telling.app), query, invocation->arena, &page, err));
    if (format_of(&telling).format != FORMAT_JSON) return tell_feed(&telling, &page, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < page.count; i++)
        reply_feed_line(&writer, &page.lines[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_segment_feed = {
    .name = "segment feed",
    .arguments = "",
    .summary = "who joined and left which segment, one after another",
    .details = "Numbers grow and are never given twice: keep the last one and ask for what came\n"
               "after it. Those of erased persons are left out.",
    .options = feed_options,
    .options_count = sizeof feed_options / sizeof feed_options[0],
    .options_size = sizeof(FeedOptions),
    .run = run_feed,
};
