/* may_ship.c -- may a customer be shipped to, with reasons and facts. */
#include "activation/may_ship.h"

#include "base/buffer.h"
#include "eval/eval.h"
#include "lang/lang.h"
#include "lang/tree.h"
#include "model/built_in.h"
#include "segment/marks.h"

enum { REASON_BYTES_MAX = 2000 };

typedef struct {
    const FormingContext *context;
    Arena *arena;
    CustomerSource *source;
    const CustomerRow *customer;
    JoinedLookups *lookups;
    const Standing *standing; /* NULL: the store is asked */
    struct {
        bool is_known;
        Date as_of;
        ShippingFacts facts;
    } before; /* many bans were formed on one day */
} Asking;

/* ---- one expression of one customer ---- */

static Status evaluate(const Asking *asking, const Expression *expression, Date as_of,
                       Value *ret_value, Error *err)
{
    AUTO(reference_done) Reference *reference = NULL;
    TRY(joined_lookups_prepare(asking->lookups, expression, as_of, err));
    EvalInput input = {.source = asking->source,
                       .lookups = joined_lookups_get(asking->lookups),
                       .as_of = as_of,
                       .progress = asking->context->progress};
    TRY(reference_open(&input, expression, &reference, err));
    return reference_eval_customer(reference, asking->customer, expression->root, asking->arena,
                                   ret_value, err);
}

/* NULL when it does not fit the data. */
static const Expression *compile(const Asking *asking, Text source)
{
    const FormingContext *context = asking->context;
    if (context->kept != NULL)
        return kept_expressions_get(context->kept, source, context->catalog, EXPECT_ANY_VALUE);
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(asking->arena);
    Status status = expression_compile(source, context->catalog, EXPECT_ANY_VALUE, asking->arena,
                                       &expression, &diagnostics);
    return status == STATUS_OK ? expression : NULL;
}

/* ---- what he owes ---- */

static Status read_number(const Asking *asking, Text source, Date as_of, Value *ret_value,
                          Error *err)
{
    const Expression *expression = compile(asking, source);
    ASSERT(expression != NULL); /* settlements are built in */
    return evaluate(asking, expression, as_of, ret_value, err);
}

static const char *const fact_sources[] = {"debt(settlement)", "overdue(settlement)",
                                           "overdue_days(settlement)"};

static int64_t mantissa_of(Value value)
{
    return value.kind == VALUE_DECIMAL ? value.as.decimal : 0;
}

static Status read_facts(const Asking *asking, Date as_of, ShippingFacts *ret_facts, Error *err)
{
    Value debt, overdue, days;
    TRY(read_number(asking, text_of(fact_sources[0]), as_of, &debt, err));
    TRY(read_number(asking, text_of(fact_sources[1]), as_of, &overdue, err));
    TRY(read_number(asking, text_of(fact_sources[2]), as_of, &days, err));
    *ret_facts = (ShippingFacts){.debt = mantissa_of(debt),
                                 .overdue = mantissa_of(overdue),
                                 .has_overdue_days = !value_is_missing(days),
                                 .overdue_days = mantissa_of(days)};
    return STATUS_OK;
}

/* What he owed as of a day, as far as it is known now. */
static Status read_facts_before(Asking *asking, Date as_of, ShippingFacts *ret_facts, Error *err)
{
    if (!asking->before.is_known || asking->before.as_of.day != as_of.day)
        TRY(read_facts(asking, as_of, &asking->before.facts, err));
    asking->before.is_known = true;
    asking->before.as_of = as_of;
    *ret_facts = asking->before.facts;
    return STATUS_OK;
}

static bool facts_equal(const ShippingFacts *a, const ShippingFacts *b)
{
    return a->debt == b->debt && a->overdue == b->overdue &&
           a->has_overdue_days == b->has_overdue_days && a->overdue_days == b->overdue_days;
}

/* ---- bans ---- */

static bool is_ban(const Segment *segment)
{
    return segment->card.kind == SEGMENT_BAN && !segment->card.is_marked_for_deletion;
}

static Status read_today(const Asking *asking, ShippingBanLine *line, Error *err)
{
    Value value;
    Text rule = line->segment->card.rule;
    const Expression *expression = rule.size > 0 ? compile(asking, rule) : NULL;
    if (expression == NULL) return STATUS_OK;
    Status status = evaluate(asking, expression, asking->context->today, &value, err);
    if (status == STATUS_LIMIT || status == STATUS_INVALID) return STATUS_OK;
    line->has_holds_today = status == STATUS_OK;
    line->holds_today = status == STATUS_OK && value.kind == VALUE_BOOL && value.as.boolean;
    return status;
}

/* A pin or exclusion that holds decides, whatever the rule gives. */
static Status read_mark(const Asking *asking, ShippingBanLine *line, Error *err)
{
    MarkQuery query = {line->segment->id, asking->customer->id};
    TRY(store_find_mark(asking->context->store, query, asking->arena, &line->has_mark, &line->mark,
                        err));
    bool is_pin = line->mark.kind == MARK_PINNED;
    if (line->has_mark && line->is_in) mark_explain_merge(&line->mark, &line->since);
    if (line->has_mark) line->has_mark = is_pin || line->mark.kind == MARK_EXCLUDED;
    line->is_mark_over =
        line->has_mark && line->mark.has_until && line->mark.until.day < asking->context->today.day;
    bool decides = line->has_mark && !line->is_mark_over;
    line->has_forecast = decides || line->has_holds_today;
    line->will_be_in = decides ? is_pin : line->holds_today;
    return STATUS_OK;
}

/* A live ban that was not asked about this day yet; a pin or an exclusion that decided when its
 * segment was formed last, and is over. */
static bool is_rule_to_decide(const Asking *asking, const ShippingBanLine *line)
{
    const SegmentCard *card = &line->segment->card;
    if (card->mode != MODE_PERIODIC || line->last.id == 0 || !line->has_forecast) return false;
    Date asked = segment_last_asked(line->segment, &line->last);
    if (card->is_live && asked.day < asking->context->today.day) return true;
    bool is_as_marked = line->is_in == (line->mark.kind == MARK_PINNED);
    return line->is_mark_over && is_as_marked && mark_holds(&line->mark, asked);
}

/* The last move, put right by what is over. */
static Status find_move(const Asking *asking, const ShippingBanLine *line, CustomerMove *ret_move,
                        Error *err)
{
    Store *store = asking->context->store;
    MarkEndQuery end = {line->segment, asking->customer->id, asking->context->today};
    CustomerMoveQuery query = {line->segment->id, asking->customer->id, {DATE_DAY_MAX}};
    TRY(store_find_last_move(store, query, asking->arena, ret_move, err));
    return marks_pass_end(store, &end, asking->arena, ret_move, err);
}

/* What the day makes of him, when that is not what is stored. */
static Status answer_for_today(const Asking *asking, ShippingBanLine *line, Error *err)
{
    CustomerMove move = line->since;
    const SegmentCard *card = &line->segment->card;
    bool is_cleared = card->has_clearing && card->clearing.day <= asking->context->today.day;
    bool is_in = line->is_in;
    if (is_rule_to_decide(asking, line)) {
        is_in = line->will_be_in;
    } else if (line->is_mark_over || is_cleared) {
        TRY(find_move(asking, line, &move, err));
        is_in = move.is_joining;
    }
    line->is_by_today = line->is_in != is_in;
    line->is_in = is_in;
    line->since = is_in ? move : (CustomerMove){0};
    return STATUS_OK;
}

/* Whether he is in, since when, and how fresh that is: out of the store. */
static Status look_up_ban(const Asking *asking, ShippingBanLine *line, Error *err)
{
    Store *store = asking->context->store;
    /* present compositions are asked for, whatever day is taken for today */
    CustomerMoveQuery query = {line->segment->id, asking->customer->id, {DATE_DAY_MAX}};
    TRY(store_find_last_move(store, query, asking->arena, &line->since, err));
    TRY(store_last_forming(store, line->segment->id, asking->arena, &line->last, err));
    line->is_in = line->since.is_joining;
    if (!line->is_in) line->since = (CustomerMove){0};
    return STATUS_OK;
}

/* The same from memory, when it is known there. */
static Status recall_ban(const Asking *asking, ShippingBanLine *line, Error *err)
{
    StandingKind kind;
    StandingQuery query = {line->segment->id, asking->customer->id};
    TRY(standing_find(asking->standing, query, asking->arena, &kind, &line->since, err));
    bool is_known =
        kind != STANDING_UNKNOWN &&
        standing_last_forming(asking->standing, line->segment->id, asking->arena, &line->last);
    if (!is_known) return look_up_ban(asking, line, err);
    line->is_in = kind == STANDING_IN;
    return STATUS_OK;
}

static Status read_ban(Asking *asking, const Segment *segment, const ShippingFacts *now,
                       ShippingBanLine *ret_line, Error *err)
{
    ShippingBanLine line = {.segment = segment};
    TRY(recall_ban(asking, &line, err));
    line.then = *now;
    bool is_of_today = line.last.as_of.day == asking->context->today.day;
    if (line.last.id != 0 && !is_of_today)
        TRY(read_facts_before(asking, line.last.as_of, &line.then, err));
    line.differs = !facts_equal(&line.then, now);
    TRY(read_today(asking, &line, err));
    TRY(read_mark(asking, &line, err));
    TRY(answer_for_today(asking, &line, err));
    *ret_line = line;
    return STATUS_OK;
}

/* Those he is in first, each part by name as in the registry. */
static void put_first(ShippingBanLine *lines, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!lines[i].is_in) continue;
        ShippingBanLine line = lines[i];
        for (size_t j = i; j > kept; j--)
            lines[j] = lines[j - 1];
        lines[kept++] = line;
    }
}

static Status read_bans(Asking *asking, ShippingAnswer *answer, Error *err)
{
    const Registry *registry = asking->context->registry;
    ShippingBanLine *lines = ARENA_ARRAY(asking->arena, ShippingBanLine, registry->count);
    for (size_t i = 0; i < registry->count; i++) {
        const Segment *segment = &registry->items[i];
        if (!is_ban(segment)) continue;
        ShippingBanLine *line = &lines[answer->bans_count];
        TRY(read_ban(asking, segment, &answer->now, line, err));
        answer->may_ship &= !line->is_in;
        answer->bans_count++;
    }
    put_first(lines, answer->bans_count);
    answer->bans = lines;
    return STATUS_OK;
}

/* Of all he has done, only what the answer is made of is read. */
static const bool *find_streams(const Asking *asking)
{
    const FormingContext *context = asking->context;
    const Schema *schema = context->catalog->schema;
    bool *streams = ARENA_ARRAY(asking->arena, bool, schema->streams_count);
    for (size_t i = 0; i < sizeof fact_sources / sizeof fact_sources[0]; i++)
        node_streams(compile(asking, text_of(fact_sources[i]))->root, schema, streams);
    for (size_t i = 0; i < context->registry->count; i++) {
        const Segment *segment = &context->registry->items[i];
        if (!is_ban(segment) || segment->card.rule.size == 0) continue;
        const Expression *rule = compile(asking, segment->card.rule);
        if (rule != NULL) node_streams(rule->root, schema, streams);
    }
    return streams;
}

static Status read_answer(Asking *asking, Text code, ShippingAnswer *answer, Error *err)
{
    CustomerRow *customer = ARENA_NEW(asking->arena, CustomerRow);
    Store *store = asking->context->store;
    TRY(standings_acquire(asking->context->standings, store, &asking->standing, err));
    TRY(store_read_customer_streams(store, code, find_streams(asking), asking->arena, customer,
                                    err));
    TRY(store_customer_source(store, &asking->source, err));
    asking->customer = customer;
    Value name = customer->values[BUILT_IN_NAME];
    answer->customer = customer->id;
    answer->code = customer->code;
    answer->name = name.kind == VALUE_TEXT ? name.as.text : TEXT("");
    TRY(read_facts(asking, answer->as_of, &answer->now, err));
    return read_bans(asking, answer, err);
}

Status shipping_answer(const FormingContext *context, Text code, Arena *arena,
                       ShippingAnswer *ret_answer, Error *err)
{
    TRY(store_read_begin(context->store, err));
    JoinedLookups *lookups = forming_lookups(context);
    Asking asking = {.context = context, .arena = arena, .lookups = lookups};
    ShippingAnswer answer = {.may_ship = true, .as_of = context->today};
    Status status = read_answer(&asking, code, &answer, err);
    joined_lookups_free(lookups);
    standings_release(context->standings, asking.standing);
    store_read_end(context->store);
    if (status == STATUS_OK) *ret_answer = answer;
    return status;
}

/* ---- shipping all the same ---- */

static Text ban_names(const ShippingAnswer *answer, Arena *arena)
{
    AUTO(buffer_done) Buffer names = {0};
    for (size_t i = 0; i < answer->bans_count && answer->bans[i].is_in; i++) {
        if (i > 0) buffer_char(&names, '\n');
        buffer_text(&names, answer->bans[i].segment->card.name);
    }
    return arena_text(arena, buffer_view(&names));
}

Status shipping_allow(const FormingContext *context, const ShippingAnswer *answer,
                      const ShippingException *exception, uint64_t *ret_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text reason = text_trim(exception->reason), order = text_trim(exception->order);
    if (answer->may_ship)
        return error_set(err, STATUS_CONFLICT, "nothing forbids to ship to '%.*s'",
                         TEXT_FORMAT(answer->code));
    if (reason.size == 0)
        return error_set(err, STATUS_INVALID,
                         "say with --reason why he is shipped to all the same");
    if (reason.size > REASON_BYTES_MAX || order.size > REASON_BYTES_MAX)
        return error_set(err, STATUS_LIMIT, "a reason and an order have at most %d bytes",
                         REASON_BYTES_MAX);
    ShippingOverride override = {.at = context->now,
                                 .author = context->author,
                                 .customer = answer->customer,
                                 .order = order,
                                 .reason = reason,
                                 .bans = ban_names(answer, arena)};
    return store_add_shipping_override(context->store, &override, ret_id, err);
}
