/* card.c -- which cards make sense, what a change of the forming mode takes, what differs. */
#include "segment/card.h"

#include "base/buffer.h"
#include "base/schedule.h"

static const char *const kind_codes[] = {[SEGMENT_GENERAL] = "general", [SEGMENT_BAN] = "ban"};

const char *segment_kind_code(SegmentKind kind)
{
    ASSERT(kind == SEGMENT_GENERAL || kind == SEGMENT_BAN);
    return kind_codes[kind];
}

bool segment_kind_parse(Text code, SegmentKind *ret_kind)
{
    for (size_t i = 0; i < sizeof kind_codes / sizeof kind_codes[0]; i++) {
        if (!text_equal(code, text_of(kind_codes[i]))) continue;
        *ret_kind = (SegmentKind)i;
        return true;
    }
    return false;
}

/* ---- checking ---- */

static Status check_sizes(const SegmentCard *card, Error *err)
{
    if (text_trim(card->name).size == 0)
        return error_set(err, STATUS_INVALID, "a segment has a name; give it one");
    if (text_has_control(card->name) || text_has_control(card->code) ||
        text_has_control(card->folder))
        return error_set(err, STATUS_INVALID,
                         "a name, code or folder holds a line break or a control character; leave "
                         "it out");
    if (card->name.size > CARD_NAME_BYTES_MAX || card->code.size > CARD_NAME_BYTES_MAX)
        return error_set(err, STATUS_INVALID, "names and codes have at most %d bytes",
                         CARD_NAME_BYTES_MAX);
    const Text texts[] = {card->folder, card->description, card->goal, card->value_statement};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].size > CARD_TEXT_BYTES_MAX)
            return error_set(err, STATUS_INVALID, "a text of a segment has at most %d bytes",
                             CARD_TEXT_BYTES_MAX);
    if (card->labels.count > CARD_LIST_MAX || card->competitors.count > CARD_LIST_MAX ||
        card->tests_count > CARD_LIST_MAX)
        return error_set(err, STATUS_INVALID,
                         "a segment has at most %d labels, competitors and tests each",
                         CARD_LIST_MAX);
    return STATUS_OK;
}

static Status check_question(const SegmentCard *card, Error *err)
{
    if (card->rule.size > 0 && card->sql.size > 0)
        return error_set(err, STATUS_INVALID, "a segment has a rule or SQL, not both");
    if (card->mode != MODE_MANUAL && card->rule.size == 0 && card->sql.size == 0)
        return error_set(err, STATUS_INVALID,
                         "a %s segment needs a rule; only a manual one can do without",
                         error_phrase(forming_mode_code(card->mode)));
    if (card->checks_on_creation && card->sql.size > 0)
        return error_set(err, STATUS_INVALID,
                         "a segment made by SQL cannot check a single new customer; use a rule");
    if (card->is_live && card->sql.size > 0)
        return error_set(err, STATUS_INVALID,
                         "a segment made by SQL cannot be kept true at every change; use a rule");
    return STATUS_OK;
}

Status card_check(const SegmentCard *card, Error *err)
{
    TRY(check_sizes(card, err));
    TRY(check_question(card, err));
    const struct {
        bool is_used;
        SegmentAct act;
    } uses[] = {
        {card->kind == SEGMENT_BAN, ACT_BAN},
        {card->checks_on_creation, ACT_CHECK_ON_CREATION},
        {card->is_live, ACT_LIVE},
        {card->schedule.size > 0, ACT_SCHEDULE},
        {card->has_clearing, ACT_CLEAR_ON_DATE},
        {card->sql.size > 0, ACT_SQL},
    };
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        if (uses[i].is_used) TRY(mode_check(card->mode, uses[i].act, card->name, err));
    return card->schedule.size > 0 ? schedule_check(card->schedule, err) : STATUS_OK;
}

/* ---- changing the mode ---- */

SegmentCard card_in_mode(const SegmentCard *card, FormingMode mode, ModeLosses *ret_losses)
{
    SegmentCard changed = *card;
    ModeLosses losses = {.composition = card->mode != mode && card->mode != MODE_DYNAMIC,
                         .schedule = card->schedule.size > 0 && !mode_allows(mode, ACT_SCHEDULE),
                         .check_on_creation =
                             card->checks_on_creation && !mode_allows(mode, ACT_CHECK_ON_CREATION),
                         .live = card->is_live && !mode_allows(mode, ACT_LIVE),
                         .clearing = card->has_clearing && !mode_allows(mode, ACT_CLEAR_ON_DATE),
                         .ban = card->kind == SEGMENT_BAN && !mode_allows(mode, ACT_BAN)};
    changed.mode = mode;
    if (losses.schedule) changed.schedule = (Text){0};
    if (losses.schedule) changed.is_schedule_off = false;
    if (losses.check_on_creation) changed.checks_on_creation = false;
    if (losses.live) changed.is_live = false;
    if (losses.clearing) changed.has_clearing = false;
    if (losses.ban) changed.kind = SEGMENT_GENERAL;
    *ret_losses = losses;
    return changed;
}

/* ---- comparing ---- */

typedef struct {
    CardDifference *items;
    size_t count, capacity;
    Arena *arena;
} DifferenceList;

static void compare_texts(DifferenceList *list, const char *field, Text before, Text after)
{
    if (text_equal(before, after)) return;
    CardDifference difference = {field, before, after};
    ARENA_PUSH(list->arena, list, difference);
}

static Text word_of(bool is_so)
{
    return is_so ? TEXT("yes") : TEXT("no");
}

static Text joined(TextList texts, Arena *arena)
{
    AUTO(buffer_done) Buffer buffer = {0};
    for (size_t i = 0; i < texts.count; i++) {
        if (i > 0) buffer_cstr(&buffer, ", ");
        buffer_text(&buffer, texts.items[i]);
    }
    return arena_text(arena, buffer_view(&buffer));
}

static Text tests_text(const SegmentCard *card, Arena *arena)
{
    AUTO(buffer_done) Buffer buffer = {0};
    for (size_t i = 0; i < card->tests_count; i++)
        buffer_printf(&buffer, "%s%.*s %s", i > 0 ? ", " : "", TEXT_FORMAT(card->tests[i].customer),
                      card->tests[i].must_be_in ? "in" : "out");
    return arena_text(arena, buffer_view(&buffer));
}

static Text clearing_text(const SegmentCard *card, Arena *arena)
{
    char text[DATE_TEXT_MAX];
    return card->has_clearing ? arena_text(arena, date_print_iso(card->clearing, text)) : TEXT("");
}

void card_compare(const SegmentCard *before, const SegmentCard *after, Arena *arena,
                  CardDifference **ret_differences, size_t *ret_count)
{
    DifferenceList list = {.arena = arena};
#define CARD_TEXT(member) compare_texts(&list, #member, before->member, after->member);
#define CARD_FLAG(member) \
    compare_texts(&list, #member, word_of(before->member), word_of(after->member));
#define CARD_LIST(member) \
    compare_texts(&list, #member, joined(before->member, arena), joined(after->member, arena));
#include "segment/card_field.def"
#undef CARD_TEXT
#undef CARD_FLAG
#undef CARD_LIST
    compare_texts(&list, "mode", text_of(forming_mode_code(before->mode)),
                  text_of(forming_mode_code(after->mode)));
    compare_texts(&list, "kind", text_of(segment_kind_code(before->kind)),
                  text_of(segment_kind_code(after->kind)));
    compare_texts(&list, "clearing", clearing_text(before, arena), clearing_text(after, arena));
    compare_texts(&list, "tests", tests_text(before, arena), tests_text(after, arena));
    *ret_differences = list.items;
    *ret_count = list.count;
}
