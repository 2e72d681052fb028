/* segment_show.c -- one segment on the screen. */
#include "cli/segment_show.h"

#include "base/buffer.h"
#include "cli/labels.h"
#include "reply/human.h"
#include "reply/segments.h"
#include "segment/marks.h"

/* ---- words ---- */

static const Label reasons[] = {
#define FORMING_REASON(name, code) [FORMING_##name] = LABEL_BY_##name,
#include "store/forming.def"
#undef FORMING_REASON
};
static const Label causes[] = {
#define CHANGE_CAUSE(name, code) [CAUSE_##name] = LABEL_THROUGH_##name,
#include "store/forming.def"
#undef CHANGE_CAUSE
};
static const Label marks[] = {
#define SEGMENT_MARK(name, code) [MARK_##name] = LABEL_MARK_##name,
#include "store/forming.def"
#undef SEGMENT_MARK
};

static Text word(Label label, const char *code, OutputOptions format)
{
    bool is_for_people = format.format == FORMAT_TABLE || format.is_for_excel;
    return is_for_people ? label_get(label, format.language) : text_of(code);
}

Text segment_reason_word(FormingReason reason, OutputOptions format)
{
    return word(reasons[reason], forming_reason_code(reason), format);
}

Text segment_cause_word(ChangeCause cause, OutputOptions format)
{
    return word(causes[cause], change_cause_code(cause), format);
}

Text segment_mark_word(SegmentMarkKind kind, OutputOptions format)
{
    return word(marks[kind], segment_mark_code(kind), format);
}

Text segment_note(FormingReason reason, Text note, OutputOptions format)
{
    bool is_by_person = reason == FORMING_HAND || reason == FORMING_MARK;
    return note.size == 0 && is_by_person ? word(LABEL_NO_REASON, "", format) : note;
}

Text segment_movement_word(bool is_joining, OutputOptions format)
{
    return word(is_joining ? LABEL_JOINED : LABEL_LEFT, is_joining ? "joined" : "left", format);
}

Text segment_mode_word(FormingMode mode, OutputOptions format)
{
    bool is_for_people = format.format == FORMAT_TABLE || format.is_for_excel;
    return is_for_people ? forming_mode_label(mode, format.language)
                         : text_of(forming_mode_code(mode));
}

Text segment_kind_word(SegmentKind kind, OutputOptions format)
{
    return word(kind == SEGMENT_BAN ? LABEL_BAN : LABEL_GENERAL, segment_kind_code(kind), format);
}

Text segment_nature_word(DataNature nature, OutputOptions format)
{
    switch (nature) {
    case NATURE_STATIC: return word(LABEL_NATURE_IS_STATIC, "static", format);
    case NATURE_DYNAMIC: return word(LABEL_NATURE_IS_DYNAMIC, "dynamic", format);
    case NATURE_MIXED: break;
    }
    return word(LABEL_NATURE_IS_MIXED, "mixed", format);
}

/* ---- the card ---- */

typedef struct {
    Invocation *invocation;
    Language language;
} Screen;

static void line(const Screen *screen, Label label, Text value)
{
    enum { WIDTH = 24 };
    if (value.size == 0) return;
    Text name = label_get(label, screen->language);
    size_t width = human_width(name);
    invocation_say(screen->invocation, "%.*s%*s  %.*s", TEXT_FORMAT(name),
                   width < WIDTH ? (int)(WIDTH - width) : 0, "", TEXT_FORMAT(value));
}

static void flag(const Screen *screen, Label label, bool is_set)
{
    const Type type = {.kind = TYPE_BOOL};
    if (!is_set) return;
    line(screen, label,
         human_value(value_bool(true), type, screen->language, screen->invocation->arena));
}

static Text moment_text(const Screen *screen, Moment moment)
{
    const Type type = {.kind = TYPE_MOMENT};
    return human_value(value_moment(moment), type, screen->language, screen->invocation->arena);
}

static void list(const Screen *screen, Label label, TextList texts)
{
    AUTO(buffer_done) Buffer joined = {0};
    for (size_t i = 0; i < texts.count; i++) {
        if (i > 0) buffer_cstr(&joined, ", ");
        buffer_text(&joined, texts.items[i]);
    }
    line(screen, label, buffer_view(&joined));
}

static void show_card(const Screen *screen, const SegmentCard *card)
{
    Arena *arena = screen->invocation->arena;
    line(screen, LABEL_CODE, card->code);
    line(screen, LABEL_FOLDER, card->folder);
    line(screen, LABEL_MODE, forming_mode_label(card->mode, screen->language));
    if (card->kind == SEGMENT_BAN) line(screen, LABEL_KIND, label_get(LABEL_BAN, screen->language));
    line(screen, LABEL_DESCRIPTION, card->description);
    line(screen, LABEL_GOAL, card->goal);
    line(screen, LABEL_VALUE_STATEMENT, card->value_statement);
    flag(screen, LABEL_IS_TARGET, card->is_target);
    line(screen, LABEL_RESPONSIBLE, card->responsible);
    line(screen, LABEL_CREATED, human_date(card->created, screen->language, arena));
    list(screen, LABEL_LABELS, card->labels);
    list(screen, LABEL_COMPETITORS, card->competitors);
    line(screen, LABEL_RULE, card->rule.size > 0 ? card->rule : card->sql);
}

static void show_work(const Screen *screen, const SegmentCard *card)
{
    Arena *arena = screen->invocation->arena;
    line(screen, LABEL_COLUMNS, card->columns);
    line(screen, LABEL_SCHEDULE,
         card->schedule.size > 0 && card->is_schedule_off
             ? LABEL_SAY(((Voice){arena, screen->language}), OFF_BESIDE, card->schedule)
             : card->schedule);
    flag(screen, LABEL_IS_LIVE, card->is_live);
    flag(screen, LABEL_CHECKS_NEW, card->checks_on_creation);
    if (card->has_clearing)
        line(screen, LABEL_CLEARING, human_date(card->clearing, screen->language, arena));
    flag(screen, LABEL_MARKED_FOR_DELETION, card->is_marked_for_deletion);
    for (size_t i = 0; i < card->tests_count; i++)
        line(screen, LABEL_TEST,
             arena_printf(arena, "%.*s %.*s",
                          TEXT_FORMAT(label_get(card->tests[i].must_be_in ? LABEL_IN : LABEL_OUT,
                                                screen->language)),
                          TEXT_FORMAT(card->tests[i].customer)));
}

static void show_numbers(const Screen *screen, const SegmentOverview *overview)
{
    Arena *arena = screen->invocation->arena;
    const FormingRow *last = &overview->last;
    if (overview->has_size)
        line(screen, LABEL_SIZE, human_count(overview->size, screen->language, arena));
    if (last->id != 0) {
        line(screen, LABEL_FORMED_AT, moment_text(screen, last->at));
        line(screen, LABEL_JOINED, human_count(last->joined_count, screen->language, arena));
        line(screen, LABEL_LEFT, human_count(last->left_count, screen->language, arena));
    }
    line(screen, LABEL_FAILURE, overview->trouble);
    if (overview->outdated.is_outdated)
        line(screen, LABEL_REMARK,
             LABEL_SAY(((Voice){arena, screen->language}), RULE_IS_NEWER,
                       moment_text(screen, overview->outdated.changed_at)));
}

static void show_next_runs(const Screen *screen, const SegmentDetails *details)
{
    for (size_t i = 0; i < details->next_runs_count; i++)
        line(screen, LABEL_NEXT_RUN, moment_text(screen, details->next_runs[i]));
}

/* "000002 pinned: why (who) -> 24.11.2026, over" */
static Text mark_line(const Screen *screen, const SegmentMark *mark, Text code, Date today)
{
    Arena *arena = screen->invocation->arena;
    Language language = screen->language;
    Text line = arena_printf(
        arena, "%.*s %.*s: %.*s (%.*s)", TEXT_FORMAT(code),
        TEXT_FORMAT(label_get(marks[mark->kind], language)),
        TEXT_FORMAT(mark->reason.size > 0 ? mark->reason : label_get(LABEL_NO_REASON, language)),
        TEXT_FORMAT(mark->author));
    if (!mark->has_until) return line;
    Text until = human_date(mark->until, language, arena);
    line = arena_printf(arena, "%.*s -> %.*s", TEXT_FORMAT(line), TEXT_FORMAT(until));
    if (mark_holds(mark, today)) return line;
    return arena_printf(arena, "%.*s, %.*s", TEXT_FORMAT(line),
                        TEXT_FORMAT(label_get(LABEL_IS_OVER, language)));
}

static void show_marks(const Screen *screen, const SegmentDetails *details)
{
    for (size_t i = 0; i < details->marks_count; i++)
        line(screen, LABEL_MARK,
             mark_line(screen, &details->marks[i], details->marked[i].code, details->today));
}

static void show(const Screen *screen, const SegmentDetails *details)
{
    const SegmentOverview *overview = &details->overview;
    invocation_say(screen->invocation, "%.*s", TEXT_FORMAT(overview->segment->card.name));
    show_card(screen, &overview->segment->card);
    line(screen, LABEL_MEANS, details->sentence);
    if (overview->has_nature)
        line(screen, LABEL_DATA_NATURE,
             segment_nature_word(overview->nature, (OutputOptions){.language = screen->language}));
    show_work(screen, &overview->segment->card);
    show_numbers(screen, overview);
    show_next_runs(screen, details);
    show_marks(screen, details);
    for (size_t i = 0; i < details->uses_count; i++)
        line(screen, LABEL_USED_BY,
             arena_printf(screen->invocation->arena, "%s '%.*s'",
                          error_phrase(details->uses[i].kind), TEXT_FORMAT(details->uses[i].name)));
}

Status segment_show(Invocation *invocation, App *app, const Segment *segment, size_t next_runs,
                    Error *err)
{
    SegmentDetails details;
    TRY(segment_details(app, segment, &invocation->progress, invocation->arena, &details, err));
    if (details.next_runs_count > next_runs) details.next_runs_count = next_runs;
    if (!invocation->common.is_json) {
        Screen screen = {invocation, app_language(app)};
        show(&screen, &details);
        return STATUS_OK;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_segment_details(&writer, &details);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

void segment_tell_outcome(Invocation *invocation, const FormingOutcome *outcome)
{
    Text name = outcome->segment->card.name;
    if (outcome->is_waiting)
        invocation_say(invocation,
                       "segment '%.*s': kept; it counts when the segment is formed first",
                       TEXT_FORMAT(name));
    else if (outcome->is_formed)
        invocation_say(invocation, "segment '%.*s': %llu members, %llu joined, %llu left",
                       TEXT_FORMAT(name), (unsigned long long)outcome->after_count,
                       (unsigned long long)outcome->joined_count,
                       (unsigned long long)outcome->left_count);
    else
        invocation_say(invocation, "segment '%.*s': not formed: %.*s", TEXT_FORMAT(name),
                       TEXT_FORMAT(outcome->failure));
    if (outcome->unknown_count > 0)
        invocation_note(invocation, "segment '%.*s': %llu codes that nobody has, such as '%.*s'",
                        TEXT_FORMAT(name), (unsigned long long)outcome->unknown_count,
                        TEXT_FORMAT(outcome->unknown_example));
}
