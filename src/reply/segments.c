/* segments.c -- segments, formings and the journal as JSON. */
#include "reply/segments.h"

#include "reply/fields.h"
#include "segment/marks.h"

/* ---- pieces ---- */

static void put_count_or_null(JsonWriter *writer, const char *key, bool has_count, uint64_t count)
{
    json_key(writer, key);
    if (has_count)
        json_count(writer, count);
    else
        json_nothing(writer);
}

/* ---- a segment ---- */

/* They name customers. */
static void put_tests(JsonWriter *writer, const SegmentCard *card, bool is_part)
{
    json_key(writer, "tests");
    json_begin(writer, '[');
    for (size_t i = 0; i < card->tests_count && !is_part; i++) {
        json_begin(writer, '{');
        field_text(writer, "customer", card->tests[i].customer);
        field_flag(writer, "must_be_in", card->tests[i].must_be_in);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_card(JsonWriter *writer, const SegmentCard *card, bool is_part)
{
#define CARD_TEXT(member) field_text(writer, #member, card->member);
#define CARD_FLAG(member) field_flag(writer, #member, card->member);
#define CARD_LIST(member) field_texts(writer, #member, card->member.items, card->member.count);
#include "segment/card_field.def"
#undef CARD_TEXT
#undef CARD_FLAG
#undef CARD_LIST
    field_code(writer, "mode", forming_mode_code(card->mode));
    field_code(writer, "kind", segment_kind_code(card->kind));
    field_date(writer, "created", true, card->created);
    field_date(writer, "clearing", card->has_clearing, card->clearing);
    put_tests(writer, card, is_part);
}

static const char *nature_code(DataNature nature)
{
    switch (nature) {
    case NATURE_STATIC: return "static";
    case NATURE_DYNAMIC: return "dynamic";
    case NATURE_MIXED: break;
    }
    return "mixed";
}

static void put_overview(JsonWriter *writer, const SegmentOverview *overview)
{
    const Segment *segment = overview->segment;
    const FormingRow *last = &overview->last;
    bool was_formed = last->id != 0, tells_moves = was_formed && !overview->is_part;
    bool is_dynamic = segment->card.mode == MODE_DYNAMIC;
    put_card(writer, &segment->card, overview->is_part);
    field_count(writer, "version", segment->version);
    put_count_or_null(writer, "size", overview->has_size && (was_formed || is_dynamic),
                      overview->size);
    put_count_or_null(writer, "joined", tells_moves, last->joined_count);
    put_count_or_null(writer, "left", tells_moves, last->left_count);
    field_moment(writer, "formed_at", was_formed, last->at);
    field_moment(writer, "attempted_at", segment->was_attempted, segment->attempted_at);
    field_text_or_null(writer, "failure", overview->trouble);
    field_moment(writer, "rule_changed_at", overview->outdated.is_outdated,
                 overview->outdated.changed_at);
    field_moment(writer, "next_run", overview->has_next, overview->next_run);
    field_text_or_null(writer, "nature",
                       overview->has_nature ? text_of(nature_code(overview->nature)) : TEXT(""));
}

void reply_segment(JsonWriter *writer, const SegmentOverview *overview)
{
    json_begin(writer, '{');
    put_overview(writer, overview);
    json_end(writer, '}');
}

static void put_mark(JsonWriter *writer, const SegmentMark *mark, const CustomerSummary *customer)
{
    field_text(writer, "customer", customer->code);
    field_text_or_null(writer, "name", customer->name);
    field_code(writer, "kind", segment_mark_code(mark->kind));
    field_moment(writer, "at", true, mark->at);
    field_text(writer, "author", mark->author);
    field_text(writer, "reason", mark->reason);
    field_date(writer, "until", mark->has_until, mark->until);
}

void reply_marks(JsonWriter *writer, const SegmentDetails *details)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < details->marks_count; i++) {
        json_begin(writer, '{');
        put_mark(writer, &details->marks[i], &details->marked[i]);
        field_flag(writer, "is_over", !mark_holds(&details->marks[i], details->today));
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_marks(JsonWriter *writer, const SegmentDetails *details)
{
    json_key(writer, "hand_edits");
    json_begin(writer, '{');
    field_count(writer, "added", details->edits.added);
    field_count(writer, "removed", details->edits.removed);
    json_end(writer, '}');
    json_key(writer, "marks");
    reply_marks(writer, details);
}

void reply_uses(JsonWriter *writer, const SegmentDetails *details)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < details->uses_count; i++) {
        json_begin(writer, '{');
        field_code(writer, "kind", details->uses[i].kind);
        field_text(writer, "name", details->uses[i].name);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_segment_details(JsonWriter *writer, const SegmentDetails *details)
{
    json_begin(writer, '{');
    put_overview(writer, &details->overview);
    field_text(writer, "sentence", details->sentence);
    json_key(writer, "next_runs");
    json_begin(writer, '[');
    for (size_t i = 0; i < details->next_runs_count; i++)
        json_moment(writer, details->next_runs[i]);
    json_end(writer, ']');
    json_key(writer, "sizes");
    json_begin(writer, '[');
    for (size_t i = 0; i < details->sizes_count; i++)
        json_count(writer, details->sizes[i]);
    json_end(writer, ']');
    put_marks(writer, details);
    json_key(writer, "used_by");
    reply_uses(writer, details);
    json_end(writer, '}');
}

void reply_test_outcome(JsonWriter *writer, const TestOutcome *outcome)
{
    json_begin(writer, '{');
    field_text(writer, "customer", outcome->test.customer);
    field_flag(writer, "must_be_in", outcome->test.must_be_in);
    field_flag_or_null(writer, "is_in", outcome->has_rule, outcome->is_in);
    field_flag_or_null(writer, "is_member", outcome->has_composition, outcome->is_member);
    field_flag(writer, "holds", test_holds(outcome));
    json_end(writer, '}');
}

/* ---- forming ---- */

void reply_forming_preview(JsonWriter *writer, const FormingOutcome *outcome)
{
    json_begin(writer, '{');
    field_text(writer, "segment", outcome->segment->card.code);
    field_text(writer, "name", outcome->segment->card.name);
    field_flag(writer, "is_preview", true);
    field_text_or_null(writer, "failure", outcome->failure);
    field_count(writer, "before", outcome->before_count);
    field_count(writer, "after", outcome->after_count);
    field_count(writer, "joined", outcome->joined_count);
    field_count(writer, "left", outcome->left_count);
    json_end(writer, '}');
}

void reply_forming_outcome(JsonWriter *writer, const FormingOutcome *outcome)
{
    json_begin(writer, '{');
    field_text(writer, "segment", outcome->segment->card.code);
    field_text(writer, "name", outcome->segment->card.name);
    field_flag(writer, "is_formed", outcome->is_formed);
    field_flag(writer, "is_waiting", outcome->is_waiting);
    field_text_or_null(writer, "failure", outcome->failure);
    field_count(writer, "before", outcome->before_count);
    field_count(writer, "after", outcome->after_count);
    field_count(writer, "joined", outcome->joined_count);
    field_count(writer, "left", outcome->left_count);
    field_count(writer, "unknown_codes", outcome->unknown_count);
    field_text_or_null(writer, "unknown_code", outcome->unknown_example);
    json_end(writer, '}');
}

void reply_forming_outcomes(JsonWriter *writer, const FormingOutcome *outcomes, size_t count)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_forming_outcome(writer, &outcomes[i]);
    json_end(writer, ']');
}

void reply_due(JsonWriter *writer, const DueReport *report)
{
    json_begin(writer, '{');
    json_key(writer, "formed");
    reply_forming_outcomes(writer, report->formed, report->formed_count);
    json_key(writer, "live");
    reply_forming_outcomes(writer, report->live, report->live_count);
    json_key(writer, "cleared");
    json_begin(writer, '[');
    for (size_t i = 0; i < report->cleared_count; i++)
        json_text(writer, report->cleared[i]->card.name);
    json_end(writer, ']');
    json_end(writer, '}');
}

/* ---- the journal ---- */

static void put_causes(JsonWriter *writer, const JournalEntry *entry)
{
    json_key(writer, "causes");
    json_begin(writer, '[');
    for (size_t cause = 0; cause < CHANGE_CAUSE_COUNT; cause++) {
        if (entry->joined[cause] + entry->left[cause] == 0) continue;
        json_begin(writer, '{');
        field_code(writer, "cause", change_cause_code((ChangeCause)cause));
        field_count(writer, "joined", entry->joined[cause]);
        field_count(writer, "left", entry->left[cause]);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_journal_entry(JsonWriter *writer, const JournalEntry *entry)
{
    const FormingRow *forming = &entry->forming;
    json_begin(writer, '{');
    field_count(writer, "id", forming->id);
    field_moment(writer, "at", true, forming->at);
    field_date(writer, "as_of", true, forming->as_of);
    field_code(writer, "reason", forming_reason_code(forming->reason));
    field_text(writer, "author", forming->author);
    field_text(writer, "note", forming->note);
    field_count(writer, "version", forming->version);
    field_count(writer, "before",
                forming->members_count + forming->left_count - forming->joined_count);
    field_count(writer, "joined", forming->joined_count);
    field_count(writer, "left", forming->left_count);
    field_count(writer, "after", forming->members_count);
    put_causes(writer, entry);
    json_end(writer, '}');
}

void reply_movement(JsonWriter *writer, const Movement *movement)
{
    json_begin(writer, '{');
    field_text(writer, "customer", movement->code);
    field_text_or_null(writer, "name", movement->name);
    field_moment(writer, "at", true, movement->at);
    field_count(writer, "forming", movement->forming_id);
    field_flag(writer, "is_joining", movement->is_joining);
    field_code(writer, "cause", change_cause_code(movement->cause));
    field_code(writer, "reason", forming_reason_code(movement->reason));
    field_text(writer, "author", movement->author);
    field_text(writer, "note", movement->note);
    json_end(writer, '}');
}

/* The last time he joined. */
static const Movement *last_joining(const CustomerHistory *history)
{
    for (size_t i = history->movements_count; i-- > 0;)
        if (history->movements[i].is_joining) return &history->movements[i];
    return NULL;
}

void reply_customer_history(JsonWriter *writer, const Segment *segment,
                            const CustomerHistory *history)
{
    const Movement *joining = history->is_member ? last_joining(history) : NULL;
    json_begin(writer, '{');
    field_text(writer, "segment", segment->card.code);
    field_text(writer, "customer", history->customer.code);
    field_text_or_null(writer, "name", history->customer.name);
    field_flag(writer, "is_in", history->is_member);
    field_moment(writer, "since", joining != NULL, joining != NULL ? joining->at : (Moment){0});
    field_text_or_null(writer, "cause",
                       joining != NULL ? text_of(change_cause_code(joining->cause)) : TEXT(""));
    json_key(writer, "mark");
    if (history->has_mark) {
        json_begin(writer, '{');
        put_mark(writer, &history->mark, &history->customer);
        json_end(writer, '}');
    } else {
        json_nothing(writer);
    }
    json_key(writer, "history");
    json_begin(writer, '[');
    for (size_t i = 0; i < history->movements_count; i++)
        reply_movement(writer, &history->movements[i]);
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_comparison(JsonWriter *writer, const Comparison *comparison)
{
    const Type ratio = {.kind = TYPE_RATIO};
    json_begin(writer, '{');
    field_date(writer, "from", true, comparison->from);
    field_date(writer, "to", true, comparison->to);
    field_count(writer, "stayed", comparison->stayed);
    field_count(writer, "left", comparison->left);
    field_count(writer, "joined", comparison->joined);
    field_count(writer, "outside", comparison->outside);
    json_key(writer, "jaccard");
    json_value(writer, comparison->has_jaccard ? value_ratio(comparison->jaccard) : value_missing(),
               ratio);
    json_key(writer, "psi");
    json_value(writer, value_ratio(comparison->stability_index), ratio);
    json_end(writer, '}');
}

void reply_series(JsonWriter *writer, const SeriesPoint *points, size_t count)
{
    json_begin(writer, '{');
    json_key(writer, "points");
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++) {
        json_begin(writer, '{');
        field_date(writer, "date", true, points[i].date);
        field_count(writer, "size", points[i].size);
        field_count(writer, "joined", points[i].joined);
        field_count(writer, "left", points[i].left);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_feed_line(JsonWriter *writer, const FeedLine *line)
{
    const FeedEntry *entry = &line->entry;
    json_begin(writer, '{');
    field_count(writer, "sequence", entry->sequence);
    field_text(writer, "segment", line->entry.segment_code);
    field_text(writer, "name", line->entry.segment);
    field_text(writer, "customer", line->code);
    field_moment(writer, "at", true, entry->at);
    field_flag(writer, "is_joining", entry->is_joining);
    field_code(writer, "cause", change_cause_code(entry->cause));
    json_end(writer, '}');
}

void reply_definition_version(JsonWriter *writer, const DefinitionVersion *version)
{
    json_begin(writer, '{');
    field_count(writer, "version", version->version.number);
    field_moment(writer, "at", true, version->version.at);
    field_text(writer, "author", version->version.author);
    field_text(writer, "note", version->version.note);
    json_key(writer, "changes");
    json_begin(writer, '[');
    for (size_t i = 0; i < version->differences_count; i++) {
        const CardDifference *difference = &version->differences[i];
        json_begin(writer, '{');
        field_code(writer, "field", difference->field);
        field_text(writer, "before", difference->before);
        field_text(writer, "after", difference->after);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    json_end(writer, '}');
}
