/* health.c -- what is wrong with segments: measuring all of them in one evaluation, then judging.
 */
#include "segment/health.h"

#include "lang/lang.h"
#include "lang/tree.h"
#include "segment/circle.h"
#include "segment/due.h"
#include "segment/outdated.h"
#include "segment/settings.h"
#include "store/agreements.h"

typedef struct {
    const char *code;
    Wording sentence;
    const char *advice[LANGUAGE_COUNT];
} HealthRow;

static const HealthRow rows[] = {
#define HEALTH(constant, code, en, ru, uk, advice_en, advice_ru, advice_uk) \
    [HEALTH_##constant] = {                                                 \
        code,                                                               \
        {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},     \
        {[LANGUAGE_EN] = advice_en, [LANGUAGE_RU] = advice_ru, [LANGUAGE_UK] = advice_uk}},
#include "segment/health.def"
#undef HEALTH
};

const char *health_code(HealthKind kind)
{
    ASSERT(kind < HEALTH_KIND_COUNT);
    return rows[kind].code;
}

Text health_advice(HealthKind kind, Language language)
{
    ASSERT(kind < HEALTH_KIND_COUNT && language < LANGUAGE_COUNT);
    return text_of(rows[kind].advice[language]);
}

Text health_sentence(const HealthFinding *finding, Voice voice)
{
    Text parts[4];
    size_t count = 0;
    if (finding->other != NULL) parts[count++] = finding->other->card.name;
    if (finding->failure.size > 0) parts[count++] = finding->failure;
    for (size_t i = 0; i < 3; i++)
        parts[count++] = voice_count(voice, finding->numbers[i]);
    return voice_say(voice, &rows[finding->kind].sentence, parts, count);
}

/* ---- measuring ---- */

/* What is known of one segment beside who is in it. */
typedef struct {
    const Expression *rule;      /* NULL: none, or it does not fit */
    bool has_agreement, is_read; /* by an agreement in force; by another rule */
    bool is_broken;
    FormingRow last;
    Outdated outdated;
    Text circle;            /* the way on which its rule reads itself; empty: it does not */
    uint64_t lacking_count; /* customers without a property of the rule */
    size_t lacking_place;   /* its question; SIZE_MAX: the rule reads no property */
} Measure;

typedef struct {
    const FormingContext *context;
    Arena *arena;
    SegmentSettings settings;
    const Segment **segments;
    size_t count;
    SegmentSets sets;
    Measure *measures;
    CustomerSet buyers; /* who bought within the days that results are awaited */
    struct {
        HealthFinding *items;
        size_t count, capacity;
    } findings;
    unsigned *likenesses; /* of each segment: how many near-duplicates were told of */
} Examination;

static uint64_t limit(const Examination *examination, SegmentSetting setting)
{
    return (uint64_t)examination->settings.values[setting];
}

/* ---- what rules read ---- */

typedef struct {
    Examination *examination;
    size_t own;             /* place of the segment whose rule it is */
    const Node *meant;      /* operand of `is missing`: there missing is the question */
    const Property **items; /* that the rule reads otherwise */
    size_t count, capacity;
} RuleReading;

static void note_property(RuleReading *reading, const Node *node)
{
    const Property *property = node->as.property.property;
    if (node == reading->meant) return;
    for (size_t i = 0; i < reading->count; i++)
        if (reading->items[i] == property) return;
    ARENA_PUSH(reading->examination->arena, reading, property);
}

static void note_segment(const RuleReading *reading, const Node *node)
{
    FunctionKind function = node->as.call.function;
    const Examination *examination = reading->examination;
    if (function != FUNCTION_MEMBER && function != FUNCTION_WAS_MEMBER &&
        function != FUNCTION_ENTERED && function != FUNCTION_LEFT)
        return;
    for (size_t i = 0; i < examination->count; i++)
        if (i != reading->own && examination->segments[i]->id == node->as.call.set_id)
            examination->measures[i].is_read = true;
}

static void note_node(void *context, const Node *node)
{
    RuleReading *reading = context;
    if (node->kind == NODE_IS_MISSING) reading->meant = node->as.unary.operand;
    if (node->kind == NODE_PROPERTY) note_property(reading, node);
    if (node->kind == NODE_CALL) note_segment(reading, node);
}

/* "a is missing or b is missing"; empty when the rule reads no property. */
static Text lacking_rule(const RuleReading *reading)
{
    Arena *arena = reading->examination->arena;
    Text rule = TEXT("");
    for (size_t i = 0; i < reading->count; i++) {
        Node node = {.kind = NODE_PROPERTY, .as.property.property = reading->items[i]};
        Text name = expression_print(&node, arena);
        rule = arena_printf(arena, "%.*s%s%.*s is missing", TEXT_FORMAT(rule), i > 0 ? " or " : "",
                            TEXT_FORMAT(name));
    }
    return rule;
}

static const Expression *compile(const Examination *examination, Text rule)
{
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(examination->arena);
    Status status = expression_compile(rule, examination->context->catalog, EXPECT_RULE,
                                       examination->arena, &expression, &diagnostics);
    return status == STATUS_OK ? expression : NULL;
}

/* ---- one evaluation for all ---- */

typedef struct {
    EngineQuestion *items;
    size_t count;
} Questions;

static size_t ask(const Examination *examination, Questions *questions, Text rule, AnswerKind kind)
{
    const Expression *expression = compile(examination, rule);
    if (expression == NULL) return SIZE_MAX;
    questions->items[questions->count] = (EngineQuestion){
        .expression = expression, .as_of = examination->context->today, .kind = kind};
    return questions->count++;
}

static void read_rule(Examination *examination, size_t place, Questions *questions)
{
    Text rule = examination->segments[place]->card.rule;
    Measure *measure = &examination->measures[place];
    measure->lacking_place = SIZE_MAX;
    if (rule.size == 0) return;
    measure->rule = compile(examination, rule);
    measure->is_broken = measure->rule == NULL;
    if (measure->is_broken) return;
    RuleReading reading = {.examination = examination, .own = place};
    node_walk(measure->rule->root, note_node, &reading);
    Text lacking = lacking_rule(&reading);
    if (lacking.size > 0)
        measure->lacking_place = ask(examination, questions, lacking, ANSWER_COUNT);
}

static Status evaluate(Examination *examination, Error *err)
{
    Arena *arena = examination->arena;
    Questions questions = {ARENA_ARRAY(arena, EngineQuestion, examination->count + 1), 0};
    Text bought = arena_printf(arena, "any(purchase, last %llu days)",
                               (unsigned long long)limit(examination, SETTING_RESULTS_DAYS));
    size_t buyers = ask(examination, &questions, bought, ANSWER_SET);
    ASSERT(buyers != SIZE_MAX); /* purchases are built in */
    for (size_t i = 0; i < examination->count; i++)
        read_rule(examination, i, &questions);
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, questions.count);
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineOptions options = {.progress = examination->context->progress};
    TRY(engine_prepare(examination->context->data, questions.items, questions.count, &options,
                       &program, err));
    TRY(engine_run(program, arena, answers, err));
    examination->buyers = answers[buyers].set;
    for (size_t i = 0; i < examination->count; i++)
        if (examination->measures[i].lacking_place != SIZE_MAX)
            examination->measures[i].lacking_count =
                answers[examination->measures[i].lacking_place].count;
    return STATUS_OK;
}

/* Rules are looked at when they are kept, but what is a circle was not always refused. */
static void find_circle(Examination *examination, size_t place)
{
    Error circle;
    const Segment *segment = examination->segments[place];
    if (circle_check(examination->context, segment, segment->card.rule, examination->arena,
                     &circle) == STATUS_CONFLICT)
        examination->measures[place].circle =
            arena_text(examination->arena, text_of(circle.message));
}

static Status read_stored(Examination *examination, Error *err)
{
    Store *store = examination->context->store;
    AgreementRow *agreements = NULL;
    size_t count = 0;
    TRY(store_list_agreements(store, (AgreementQuery){0}, examination->arena, &agreements, &count,
                              err));
    for (size_t i = 0; i < examination->count; i++) {
        Measure *measure = &examination->measures[i];
        uint32_t id = examination->segments[i]->id;
        TRY(store_last_forming(store, id, examination->arena, &measure->last, err));
        TRY(segment_is_outdated(store, examination->segments[i], &measure->outdated, err));
        find_circle(examination, i);
        for (size_t j = 0; j < count; j++)
            measure->has_agreement |=
                agreements[j].segment_id == id && agreements[j].terms.status == AGREEMENT_ACTIVE;
    }
    return STATUS_OK;
}

/* ---- judging ---- */

static void find(Examination *examination, HealthFinding finding)
{
    ARENA_PUSH(examination->arena, &examination->findings, finding);
}

static uint64_t percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : (uint64_t)((double)part * 100 / (double)whole + 0.5);
}

/* More than `most` percent, exactly. */
static bool is_over(uint64_t part, uint64_t whole, uint64_t most)
{
    return (Int128)part * 100 > (Int128)whole * (Int128)most;
}

/* When it was last made true; false: never. */
static bool made_true_at(const Segment *segment, const Measure *measure, Moment *ret_at)
{
    *ret_at = measure->last.at;
    bool has_succeeded = segment->was_attempted && segment->failure.size == 0;
    if (has_succeeded && segment->attempted_at.second > ret_at->second)
        *ret_at = segment->attempted_at;
    return measure->last.id != 0 || has_succeeded;
}

static uint64_t days_since(const Examination *examination, Moment at)
{
    int64_t days = examination->context->today.day - moment_date(at).day;
    return days > 0 ? (uint64_t)days : 0;
}

static void judge_freshness(Examination *examination, const Segment *segment,
                            const Measure *measure)
{
    const SegmentCard *card = &segment->card;
    Moment at;
    bool has_question = card->rule.size > 0 || card->sql.size > 0;
    if (card->mode == MODE_DYNAMIC) return;
    if (segment->failure.size > 0)
        find(examination, (HealthFinding){.kind = HEALTH_FAILING,
                                          .segment = segment,
                                          .failure = segment->failure});
    if (!made_true_at(segment, measure, &at)) {
        if (has_question)
            find(examination, (HealthFinding){.kind = HEALTH_NEVER_FORMED, .segment = segment});
    } else if (!card->is_live) {
        int64_t days = examination->context->today.day - moment_date(at).day;
        uint64_t most =
            limit(examination, card->mode == MODE_PERIODIC ? SETTING_STALE_DAYS_MAX
                                                           : SETTING_STALE_MANUAL_DAYS_MAX);
        if (days > (int64_t)most)
            find(examination, (HealthFinding){.kind = HEALTH_STALE,
                                              .segment = segment,
                                              .numbers = {(uint64_t)days, most}});
    }
    bool can_be_formed = segment->failure.size == 0 && !measure->is_broken;
    if (measure->outdated.is_outdated && card->mode == MODE_PERIODIC && can_be_formed)
        find(examination,
             (HealthFinding){.kind = HEALTH_RULE_CHANGED,
                             .segment = segment,
                             .numbers = {days_since(examination, measure->outdated.changed_at)}});
    Moment next;
    bool has_schedule = card->is_live || due_next_run(segment, examination->context->now, &next);
    if (card->mode == MODE_PERIODIC && !has_schedule)
        find(examination, (HealthFinding){.kind = HEALTH_NO_SCHEDULE, .segment = segment});
}

static bool can_be_measured(const Segment *segment, const Measure *measure)
{
    if (segment->card.kind == SEGMENT_BAN || measure->is_broken) return false;
    return segment->card.mode == MODE_DYNAMIC || measure->last.id != 0;
}

static void judge_size(Examination *examination, size_t place)
{
    const Segment *segment = examination->segments[place];
    uint64_t count = examination->sets.counts[place], base = examination->sets.base_count;
    uint64_t least = limit(examination, SETTING_SIZE_MIN);
    if (!can_be_measured(segment, &examination->measures[place])) return;
    if (count == 0)
        find(examination, (HealthFinding){.kind = HEALTH_EMPTY, .segment = segment});
    else if (count < least)
        find(examination, (HealthFinding){.kind = HEALTH_TOO_SMALL,
                                          .segment = segment,
                                          .numbers = {count, least}});
    if (is_over(count, base, limit(examination, SETTING_GENERAL_PERCENT_MAX)))
        find(examination, (HealthFinding){.kind = HEALTH_TOO_GENERAL,
                                          .segment = segment,
                                          .numbers = {count, base, percent(count, base)}});
}

static void judge_use(Examination *examination, size_t place)
{
    const Segment *segment = examination->segments[place];
    const Measure *measure = &examination->measures[place];
    uint64_t count = examination->sets.counts[place];
    if (segment->card.kind == SEGMENT_BAN) return;
    if (text_trim(segment->card.goal).size == 0)
        find(examination, (HealthFinding){.kind = HEALTH_NO_GOAL, .segment = segment});
    if (!measure->has_agreement && !measure->is_read)
        find(examination, (HealthFinding){.kind = HEALTH_NO_USE, .segment = segment});
    bool awaits_results = measure->has_agreement || segment->card.is_target;
    if (awaits_results && count > 0 &&
        customer_set_count_common(&examination->sets.sets[place], &examination->buyers) == 0)
        find(examination,
             (HealthFinding){.kind = HEALTH_NO_RESULTS,
                             .segment = segment,
                             .numbers = {count, limit(examination, SETTING_RESULTS_DAYS)}});
}

static void judge_data(Examination *examination, size_t place)
{
    const Segment *segment = examination->segments[place];
    const Measure *measure = &examination->measures[place];
    uint64_t base = examination->sets.base_count, lacking = measure->lacking_count;
    if (measure->circle.size > 0)
        find(
            examination,
            (HealthFinding){.kind = HEALTH_CIRCLE, .segment = segment, .failure = measure->circle});
    if (measure->is_broken)
        find(examination, (HealthFinding){.kind = HEALTH_BROKEN_RULE, .segment = segment});
    if (is_over(lacking, base, limit(examination, SETTING_MISSING_PERCENT_MAX)))
        find(examination, (HealthFinding){.kind = HEALTH_INCOMPLETE_DATA,
                                          .segment = segment,
                                          .numbers = {lacking, base, percent(lacking, base)}});
}

/* The pairs are told of the first of the two. A segment copied hundreds of times has as many
 * near-duplicates: a few are told of each, and of each at least one. */
enum { LIKENESSES_MAX = 3 };

static void judge_likeness(Examination *examination, size_t place, const SegmentOverlap *overlaps,
                           size_t count)
{
    double least = (double)limit(examination, SETTING_DUPLICATE_PERCENT_MIN) / 100;
    for (size_t i = 0; i < count; i++) {
        const SegmentOverlap *overlap = &overlaps[i];
        double jaccard = segment_overlap_jaccard(overlap);
        unsigned *told = examination->likenesses;
        if (overlap->first != place || jaccard < least) continue;
        if (told[place] >= LIKENESSES_MAX && told[overlap->second] > 0) continue;
        told[place]++;
        told[overlap->second]++;
        find(examination,
             (HealthFinding){.kind = HEALTH_NEAR_DUPLICATE,
                             .segment = examination->segments[overlap->first],
                             .other = examination->segments[overlap->second],
                             .numbers = {overlap->common_count, (uint64_t)(jaccard * 100 + 0.5)}});
    }
}

static Status judge_all(Examination *examination, Error *err)
{
    SegmentOverlap *overlaps = NULL;
    size_t overlaps_count = 0;
    uint64_t most = limit(examination, SETTING_SEGMENTS_MAX);
    TRY(segment_overlaps(&examination->sets, SIZE_MAX, examination->arena, &overlaps,
                         &overlaps_count, err));
    if (examination->count > most)
        find(examination,
             (HealthFinding){.kind = HEALTH_TOO_MANY, .numbers = {examination->count, most}});
    for (size_t i = 0; i < examination->count; i++) {
        judge_freshness(examination, examination->segments[i], &examination->measures[i]);
        judge_data(examination, i);
        judge_size(examination, i);
        judge_use(examination, i);
        judge_likeness(examination, i, overlaps, overlaps_count);
    }
    return STATUS_OK;
}

/* ---- the summary ---- */

static bool has_finding(const Examination *examination, const Segment *segment, HealthKind kind)
{
    for (size_t i = 0; i < examination->findings.count; i++) {
        const HealthFinding *finding = &examination->findings.items[i];
        bool is_its = finding->segment == segment || finding->other == segment;
        if (is_its && (kind == HEALTH_KIND_COUNT || finding->kind == kind)) return true;
    }
    return false;
}

static void count_segment(const Examination *examination, size_t place, HealthSummary *summary)
{
    const Segment *segment = examination->segments[place];
    const Measure *measure = &examination->measures[place];
    uint64_t count = examination->sets.counts[place];
    bool is_ban = segment->card.kind == SEGMENT_BAN;
    summary->ban_count += is_ban;
    summary->used_count += is_ban || measure->has_agreement || measure->is_read;
    summary->stale_count += has_finding(examination, segment, HEALTH_STALE) ||
                            has_finding(examination, segment, HEALTH_NEVER_FORMED);
    summary->healthy_count += !has_finding(examination, segment, HEALTH_KIND_COUNT);
    if (is_ban) return;
    if (summary->general_count++ == 0 || count < summary->smallest) summary->smallest = count;
    if (count > summary->largest) summary->largest = count;
}

/* Who is in how many of the general segments. */
static Status summarize_coverage(const Examination *examination, HealthSummary *summary, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentSets general = examination->sets;
    general.count = 0;
    general.sets = ARENA_ARRAY(arena, CustomerSet, examination->count);
    for (size_t i = 0; i < examination->count; i++)
        if (examination->segments[i]->card.kind == SEGMENT_GENERAL)
            general.sets[general.count++] = examination->sets.sets[i];
    SegmentCoverage coverage;
    TRY(segment_coverage(&general, arena, &coverage, err));
    customer_set_free(&coverage.in_none);
    summary->in_none = coverage.counts[0];
    summary->in_one = general.count > 0 ? coverage.counts[1] : 0;
    summary->in_several = summary->base_count - summary->in_none - summary->in_one;
    return STATUS_OK;
}

static Status examine(Examination *examination, HealthReport *report, Error *err)
{
    TRY(segment_settings_read(examination->context->store, &examination->settings, err));
    SegmentSetsQuery now = {.segments = examination->segments, .count = examination->count};
    TRY(segment_sets_read(examination->context, &now, examination->arena, &examination->sets, err));
    TRY(read_stored(examination, err));
    TRY(evaluate(examination, err));
    TRY(judge_all(examination, err));
    report->summary = (HealthSummary){.segments_count = examination->count,
                                      .base_count = examination->sets.base_count};
    for (size_t i = 0; i < examination->count; i++)
        count_segment(examination, i, &report->summary);
    TRY(summarize_coverage(examination, &report->summary, err));
    report->findings = examination->findings.items;
    report->findings_count = examination->findings.count;
    return STATUS_OK;
}

Status segments_health(const FormingContext *context, Arena *arena, HealthReport *ret_report,
                       Error *err)
{
    HealthReport report = {0};
    Examination examination = {.context = context, .arena = arena};
    examination.count = segments_in_use(context->registry, arena, &examination.segments);
    examination.measures = ARENA_ARRAY(arena, Measure, examination.count);
    examination.likenesses = ARENA_ARRAY(arena, unsigned, examination.count);
    Status status = examine(&examination, &report, err);
    segment_sets_done(&examination.sets);
    customer_set_free(&examination.buyers);
    if (status == STATUS_OK) *ret_report = report;
    return status;
}
