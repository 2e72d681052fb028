/* live.c -- which live segments a change has not moved, found out from memory.
 *
 * 1. An entry holds for the rule as the card has it, compiled for a schema of the memory's own.
 * 2. Members are those after the forming `newest_forming`; what was formed since is read again.
 * They are a bitmap and whom the moves since turned: a set of ten million is not written anew for
 * one.
 * 3. A segment is true for all who did not change since a version of the data: as the store notes
 * it (segment->asked), or later as it was found out here. Changes by hand, undo and the like make
 * the store's note unknown: then nothing here counts until the segment was formed again. */
#include "segment/live.h"

#include "base/bitmap.h"
#include "base/memory.h"
#include "engine/turning.h"
#include "eval/eval.h"
#include "lang/lang.h"
#include "segment/mode.h"
#include "segment/refresh.h"

#include <stdlib.h>
#include <string.h>

enum {
    CUSTOMERS_MAX = 16, /* of more the engine is faster */
    TURNED_MAX = 16384, /* then the members are read anew */
    UNNOTED_MAX = 1000, /* customers; then the store shall note up to what it is true */
    MEMBERS_SHARE = 16  /* of the machine's memory; what goes beyond is not held */
};

typedef struct {
    Text source;            /* data NULL: nothing is known */
    const Expression *rule; /* NULL: it asks more than a customer and his events */
    int64_t digest;
    char *members; /* bitmap.h; NULL: not read */
    size_t members_size;
    uint32_t *turned; /* customers of whom the opposite holds, ascending */
    size_t turned_count, turned_bytes;
    bool is_known;
    Date as_of;
    uint64_t data_version;
    uint64_t noted_version, unnoted_count; /* the store's note, and who changed since */
} Entry;

struct LiveMemory {
    Arena *arena; /* of the schema and the rules */
    const Schema *schema;
    Entry *entries; /* by segment id */
    size_t count;
    size_t members_bytes, members_bytes_max;
    uint64_t newest_forming;
};

/* ---- life ---- */

LiveMemory *live_memory_new(void)
{
    LiveMemory *memory = MEMORY_NEW(LiveMemory);
    memory->arena = arena_new();
    memory->members_bytes_max = memory_of_machine_bytes() / MEMBERS_SHARE;
    return memory;
}

static void forget_members(LiveMemory *memory, Entry *entry)
{
    memory->members_bytes -= entry->members_size + entry->turned_bytes;
    free(entry->members);
    free(entry->turned);
    entry->members = NULL;
    entry->members_size = 0;
    entry->turned = NULL;
    entry->turned_bytes = entry->turned_count = 0;
}

static void forget_everything(LiveMemory *memory)
{
    for (size_t i = 0; i < memory->count; i++)
        forget_members(memory, &memory->entries[i]);
    free(memory->entries);
    memory->entries = NULL;
    memory->count = 0;
    memory->schema = NULL;
    arena_reset(memory->arena);
}

void live_forget(const FormingContext *context)
{
    if (context->live != NULL) forget_everything(context->live);
}

void live_memory_free(LiveMemory *memory)
{
    if (memory == NULL) return;
    forget_everything(memory);
    arena_free(memory->arena);
    free(memory);
}

static Entry *entry_of(LiveMemory *memory, uint32_t segment_id)
{
    if (segment_id >= memory->count) {
        size_t count = segment_id + (size_t)1 + memory->count / 2;
        memory->entries = memory_resize(memory->entries, memory_product(count, sizeof(Entry)));
        memset(memory->entries + memory->count, 0, (count - memory->count) * sizeof(Entry));
        memory->count = count;
    }
    return &memory->entries[segment_id];
}

/* ---- following the store ---- */

static void follow_schema(LiveMemory *memory, const Schema *schema)
{
    enum { RULES_BYTES_MAX = 64 << 20 }; /* those that were changed stay in the arena */
    bool is_same = memory->schema != NULL && memory->schema->generation == schema->generation;
    if (is_same && arena_used_bytes(memory->arena) <= RULES_BYTES_MAX) return;
    forget_everything(memory);
    memory->schema = schema_copy(schema, memory->arena);
}

static Status follow_formings(LiveMemory *memory, Store *store, Arena *arena, Error *err)
{
    uint64_t newest;
    uint32_t *ids = NULL;
    size_t count = 0;
    TRY(store_newest_forming(store, &newest, err));
    if (newest == memory->newest_forming) return STATUS_OK;
    bool is_older = newest < memory->newest_forming;
    if (!is_older)
        TRY(store_segments_formed_since(store, memory->newest_forming, arena, &ids, &count, err));
    for (size_t i = 0; i < count; i++)
        if (ids[i] < memory->count) forget_members(memory, &memory->entries[ids[i]]);
    for (size_t i = 0; is_older && i < memory->count; i++) {
        forget_members(memory, &memory->entries[i]);
        memory->entries[i].is_known = false;
    }
    memory->newest_forming = newest;
    return STATUS_OK;
}

/* A catalog without names of its own: what compiles asks nothing but the customer. */
static void follow_rule(LiveMemory *memory, const FormingContext *context, const Segment *segment)
{
    Entry *entry = entry_of(memory, segment->id);
    const Text rule = segment->card.rule;
    if (entry->source.data != NULL && text_equal(entry->source, rule)) return;
    forget_members(memory, entry);
    *entry = (Entry){.source = arena_text(memory->arena, rule)};
    Catalog plain = {.schema = memory->schema};
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(memory->arena);
    if (expression_compile(entry->source, &plain, EXPECT_RULE, memory->arena, &expression,
                           &diagnostics) != STATUS_OK)
        return;
    if (expression->uses_ranks || expression->uses_sets) return;
    entry->rule = expression;
    entry->digest = refresh_asked(context, expression).rule_digest;
}

static void hold_members(LiveMemory *memory, Entry *entry, const CustomerSet *members)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text bytes = bitmap_encode(members->words, members->words_count, arena);
    forget_members(memory, entry);
    if (memory->members_bytes + bytes.size > memory->members_bytes_max) return;
    entry->members = memory_alloc(bytes.size + 1);
    memcpy(entry->members, bytes.data, bytes.size);
    entry->members_size = bytes.size;
    memory->members_bytes += bytes.size;
}

static Status follow_members(LiveMemory *memory, Store *store, uint32_t segment_id, Error *err)
{
    AUTO(customer_set_free) CustomerSet members = {0};
    Entry *entry = entry_of(memory, segment_id);
    if (entry->members != NULL) return STATUS_OK;
    TRY(store_read_composition(store, segment_id, UINT64_MAX, &members, err));
    hold_members(memory, entry, &members);
    return STATUS_OK;
}

static bool is_turned(const Entry *entry, uint32_t id)
{
    size_t low = 0, high = entry->turned_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (entry->turned[middle] == id) return true;
        if (entry->turned[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static Status is_member(const Entry *entry, CustomerId id, bool *ret_is_member, Error *err)
{
    const Text members = {entry->members, entry->members_size};
    TRY(bitmap_has(members, id.value, ret_is_member, err));
    if (is_turned(entry, id.value)) *ret_is_member = !*ret_is_member;
    return STATUS_OK;
}

/* Those in one of two ascending lists, not in both; returns how many. */
static size_t in_one_of(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
                        uint32_t *ret_ids)
{
    size_t i = 0, k = 0, count = 0;
    while (i < a_count || k < b_count) {
        bool is_in_both = i < a_count && k < b_count && a[i] == b[k];
        bool is_of_a = k == b_count || (i < a_count && a[i] < b[k]);
        if (is_in_both) {
            i++;
            k++;
        } else {
            ret_ids[count++] = is_of_a ? a[i++] : b[k++];
        }
    }
    return count;
}

/* They joined, or left; ids ascending. */
static void turn(LiveMemory *memory, Entry *entry, const uint32_t *ids, size_t count)
{
    if (entry->members == NULL || count == 0) return;
    size_t most = entry->turned_count + count;
    uint32_t *turned = memory_alloc(memory_product(most, sizeof *turned));
    size_t turned_count = in_one_of(entry->turned, entry->turned_count, ids, count, turned);
    free(entry->turned);
    entry->turned = turned;
    memory->members_bytes += most * sizeof *turned - entry->turned_bytes;
    entry->turned_bytes = most * sizeof *turned;
    entry->turned_count = turned_count;
    if (turned_count > TURNED_MAX || memory->members_bytes > memory->members_bytes_max)
        forget_members(memory, entry);
}

/* ---- who changed ---- */

typedef struct {
    const FormingContext *context;
    LiveMemory *memory;
    Arena *arena;
    LiveMoves *moves;
    uint32_t *ids;
    size_t count;
    bool *is_candidate; /* by place in ids */
    uint64_t since;     /* the earliest version that a candidate is true for */
    StoreChanges changes;
    CustomerRow *rows; /* of those who changed */
    size_t rows_count;
    uint32_t *marking; /* segments with a mark on one of them */
    size_t marking_count;
    uint32_t *marked; /* segments with any mark */
    size_t marked_count;
} Choice;

static bool is_candidate(const Choice *choice, const Segment *segment, Entry *entry)
{
    const SegmentAsked *asked = &segment->asked;
    if (entry->rule == NULL || segment->card.sql.size > 0 || segment->card.tests_count > 0)
        return false;
    if (!segment->was_attempted || segment->failure.size > 0) return false;
    if (!asked->is_known || asked->rule_digest != entry->digest) return false;
    if (entry->noted_version != asked->data_version) {
        entry->noted_version = asked->data_version;
        entry->unnoted_count = 0;
    }
    return asked->as_of.day == choice->context->today.day && entry->unnoted_count <= UNNOTED_MAX;
}

static uint64_t known_version(const Choice *choice, const Segment *segment, const Entry *entry)
{
    bool is_of_today = entry->is_known && entry->as_of.day == choice->context->today.day;
    uint64_t noted = segment->asked.data_version;
    return is_of_today && entry->data_version > noted ? entry->data_version : noted;
}

static size_t choose_candidates(Choice *choice)
{
    size_t count = 0;
    const Segment *segment = choice->context->registry->items;
    choice->is_candidate = ARENA_ARRAY(choice->arena, bool, choice->count);
    choice->since = UINT64_MAX;
    for (size_t i = 0; i < choice->count; i++) {
        while (segment->id != choice->ids[i]) /* both are in the order of the registry */
            segment++;
        follow_rule(choice->memory, choice->context, segment);
        Entry *entry = entry_of(choice->memory, segment->id);
        choice->is_candidate[i] = is_candidate(choice, segment, entry);
        if (!choice->is_candidate[i]) continue;
        uint64_t version = known_version(choice, segment, entry);
        if (version < choice->since) choice->since = version;
        count++;
    }
    return count;
}

static Status read_rows(Choice *choice, size_t wanted, Error *err)
{
    CustomerSource *source = NULL;
    Store *store = choice->context->store;
    choice->rows = ARENA_ARRAY(choice->arena, CustomerRow, wanted);
    TRY(store_customer_source_set(store, &choice->changes.customers, &source, err));
    TRY(source->rewind(source, err));
    while (choice->rows_count < wanted) {
        TRY(source->next(source, choice->arena, &choice->rows[choice->rows_count], err));
        if (choice->rows[choice->rows_count].id.value == 0) break;
        choice->rows_count++;
    }
    return STATUS_OK;
}

static Status read_marking(Choice *choice, Error *err)
{
    struct {
        uint32_t *items;
        size_t count, capacity;
    } list = {0};
    for (size_t i = 0; i < choice->rows_count; i++) {
        uint32_t *ids = NULL;
        size_t count = 0;
        TRY(store_segments_marking(choice->context->store, choice->rows[i].id, choice->arena, &ids,
                                   &count, err));
        for (size_t k = 0; k < count; k++)
            ARENA_PUSH(choice->arena, &list, ids[k]);
    }
    choice->marking = list.items;
    choice->marking_count = list.count;
    return store_segments_with_marks(choice->context->store, choice->arena, &choice->marked,
                                     &choice->marked_count, err);
}

/* False when there are too many, or not all of them are there any more. */
static Status read_changed(Choice *choice, bool *ret_is_few, Error *err)
{
    *ret_is_few = false;
    TRY(store_changes_since(choice->context->store, choice->since, &choice->changes, err));
    if (choice->changes.is_everything) return STATUS_OK;
    size_t count = (size_t)customer_set_count(&choice->changes.customers);
    if (count > CUSTOMERS_MAX) return STATUS_OK;
    TRY(read_rows(choice, count, err));
    TRY(read_marking(choice, err));
    *ret_is_few = choice->rows_count == count;
    return STATUS_OK;
}

/* ---- whom a rule wants ---- */

typedef struct {
    bool is_known; /* the rule could be asked */
    LiveMove move;
} Finding;

static Status compare_row(const Reference *reference, const Entry *entry, const CustomerRow *row,
                          Arena *arena, LiveMove *move, Error *err)
{
    Value value;
    bool is_in;
    TRY(reference_eval_customer(reference, row, entry->rule->root, arena, &value, err));
    TRY(is_member(entry, row->id, &is_in, err));
    bool is_wanted = value.kind == VALUE_BOOL && value.as.boolean;
    if (is_wanted && !is_in) move->joined[move->joined_count++] = row->id.value;
    if (!is_wanted && is_in) move->left[move->left_count++] = row->id.value;
    return STATUS_OK;
}

static Status compare_rows(const Choice *choice, const Entry *entry, Arena *arena,
                           Finding *ret_finding, Error *err)
{
    AUTO(reference_done) Reference *reference = NULL;
    CustomerSource nobody = customer_source_of_nobody(choice->memory->schema);
    EvalInput input = {.source = &nobody, .as_of = choice->context->today};
    TRY(reference_open(&input, entry->rule, &reference, err));
    for (size_t i = 0; i < choice->rows_count; i++)
        TRY(compare_row(reference, entry, &choice->rows[i], arena, &ret_finding->move, err));
    ret_finding->is_known = true;
    return STATUS_OK;
}

/* The run that forms it tells what is wrong with a rule. */
static Status compare_members(const Choice *choice, const Entry *entry, Arena *arena,
                              Finding *ret_finding, Error *err)
{
    *ret_finding = (Finding){.move = {.joined = ARENA_ARRAY(arena, uint32_t, choice->rows_count),
                                      .left = ARENA_ARRAY(arena, uint32_t, choice->rows_count)}};
    Status status = compare_rows(choice, entry, arena, ret_finding, err);
    return status == STATUS_LIMIT || status == STATUS_INVALID ? STATUS_OK : status;
}

static bool is_marking(const Choice *choice, uint32_t segment_id)
{
    for (size_t i = 0; i < choice->marking_count; i++)
        if (choice->marking[i] == segment_id) return true;
    return false;
}

static void note_known(const FormingContext *context, Entry *entry)
{
    entry->is_known = true;
    entry->as_of = context->today;
    entry->data_version = context->data_version;
}

static void note_true(const Choice *choice, Entry *entry)
{
    note_known(choice->context, entry);
    entry->unnoted_count += choice->rows_count;
}

/* Whether a move is all that forming would do: no marks that it would apply or forget, and through
 * the data alone, not because of another rule or day than those of the last forming. */
static Status is_plain(const Choice *choice, const Segment *segment, LiveMove *move, Error *err)
{
    move->segment = segment;
    move->is_plain = false;
    if (segment_ids_have(choice->marked, choice->marked_count, segment->id)) return STATUS_OK;
    if (!mode_allows(segment->card.mode, ACT_FORM)) return STATUS_OK;
    TRY(store_last_forming(choice->context->store, segment->id, choice->arena, &move->before, err));
    move->is_plain = move->before.id != 0 && move->before.version == segment->version &&
                     move->before.as_of.day <= choice->context->today.day;
    return STATUS_OK;
}

static uint32_t *kept_ids(const uint32_t *ids, size_t count, Arena *arena)
{
    uint32_t *kept = ARENA_ARRAY(arena, uint32_t, count);
    if (count > 0) memcpy(kept, ids, count * sizeof *ids);
    return kept;
}

/* The finding is in memory that is used for the next segment. */
static void keep_move(const Choice *choice, const LiveMove *move)
{
    LiveMove kept = *move;
    kept.cause = CAUSE_DATA;
    kept.joined = kept_ids(move->joined, move->joined_count, choice->arena);
    kept.left = kept_ids(move->left, move->left_count, choice->arena);
    ARENA_PUSH(choice->arena, choice->moves, kept);
}

/* True as it is, moved by those who changed, or to be asked. */
static Status look_at(const Choice *choice, const Segment *segment, Arena *arena,
                      bool *ret_is_settled, Error *err)
{
    Finding finding = {.is_known = true};
    LiveMove *move = &finding.move;
    Entry *entry = entry_of(choice->memory, segment->id);
    *ret_is_settled = false;
    if (choice->rows_count > 0) {
        TRY(follow_members(choice->memory, choice->context->store, segment->id, err));
        if (entry->members == NULL) return STATUS_OK;
        TRY(compare_members(choice, entry, arena, &finding, err));
    }
    if (!finding.is_known) return STATUS_OK;
    bool is_moved = move->joined_count + move->left_count > 0;
    if (is_moved) TRY(is_plain(choice, segment, move, err));
    *ret_is_settled = !is_moved || move->is_plain;
    if (!is_moved) note_true(choice, entry);
    if (is_moved && move->is_plain) keep_move(choice, move);
    return STATUS_OK;
}

static Status leave_out(Choice *choice, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    size_t kept = 0;
    const Segment *segment = choice->context->registry->items;
    for (size_t i = 0; i < choice->count; i++) {
        uint32_t id = choice->ids[i];
        bool is_settled = false;
        while (segment->id != id)
            segment++;
        if (choice->is_candidate[i] && !is_marking(choice, id)) {
            TRY(look_at(choice, segment, scratch, &is_settled, err));
            arena_reset(scratch);
        }
        if (!is_settled) choice->ids[kept++] = id;
    }
    choice->count = kept;
    return STATUS_OK;
}

/* ---- the day became another one, and nobody changed ---- */

/* Segments that the day alone may move. */
typedef struct {
    LiveMove *moves;
    TurningRule *rules;
    size_t *places; /* in the choice's ids */
    size_t count;
    uint64_t since; /* the earliest version that one of them is true for */
} DayTurn;

/* The version that a segment was true for on the day it was asked last. */
static uint64_t version_of_that_day(const Segment *segment, const Entry *entry)
{
    const SegmentAsked *asked = &segment->asked;
    bool is_later = entry->is_known && entry->as_of.day == asked->as_of.day &&
                    entry->data_version > asked->data_version;
    return is_later ? entry->data_version : asked->data_version;
}

/* Whether forming it would do nothing but move whom the day turns. */
static Status is_of_that_day(const Choice *choice, const Segment *segment, const Entry *entry,
                             LiveMove *move, Error *err)
{
    const SegmentAsked *asked = &segment->asked;
    *move = (LiveMove){.segment = segment, .cause = CAUSE_TIME};
    bool is_simple = entry->rule != NULL && segment->card.sql.size == 0 &&
                     segment->card.tests_count == 0 && segment->was_attempted &&
                     segment->failure.size == 0 && mode_allows(segment->card.mode, ACT_FORM) &&
                     !segment_ids_have(choice->marked, choice->marked_count, segment->id);
    bool is_known = asked->is_known && asked->rule_digest == entry->digest &&
                    asked->as_of.day < choice->context->today.day;
    if (!is_simple || !is_known) return STATUS_OK;
    TRY(store_last_forming(choice->context->store, segment->id, choice->arena, &move->before, err));
    move->is_plain = move->before.id != 0 && move->before.version == segment->version &&
                     segment_last_asked(segment, &move->before).day == asked->as_of.day;
    return STATUS_OK;
}

static Status list_of_that_day(Choice *choice, DayTurn *turn, Error *err)
{
    const Segment *segment = choice->context->registry->items;
    turn->moves = ARENA_ARRAY(choice->arena, LiveMove, choice->count);
    turn->rules = ARENA_ARRAY(choice->arena, TurningRule, choice->count);
    turn->places = ARENA_ARRAY(choice->arena, size_t, choice->count);
    turn->since = UINT64_MAX;
    for (size_t i = 0; i < choice->count; i++) {
        LiveMove *move = &turn->moves[turn->count];
        while (segment->id != choice->ids[i]) /* both are in the order of the registry */
            segment++;
        follow_rule(choice->memory, choice->context, segment);
        const Entry *entry = entry_of(choice->memory, segment->id);
        TRY(is_of_that_day(choice, segment, entry, move, err));
        if (!move->is_plain) continue;
        uint64_t version = version_of_that_day(segment, entry);
        if (version < turn->since) turn->since = version;
        turn->rules[turn->count] =
            (TurningRule){entry->rule, segment->asked.as_of, choice->context->today};
        turn->places[turn->count++] = i;
    }
    return STATUS_OK;
}

static Status has_anybody_changed(const Choice *choice, uint64_t since, bool *ret_has, Error *err)
{
    StoreChanges changes = {0};
    TRY(store_changes_since(choice->context->store, since, &changes, err));
    *ret_has = changes.is_everything || !customer_set_is_empty(&changes.customers);
    customer_set_free(&changes.customers);
    return STATUS_OK;
}

static int compare_customers(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

/* Of all threads, ascending, each once. */
static uint32_t *list_turned(const Turning *turning, size_t rule, bool is_joining, Arena *arena,
                             size_t *ret_count)
{
    size_t all = 0, count = 0;
    for (size_t part = 0; part < turning_parts(turning); part++) {
        Turned turned = turning_of(turning, rule, part);
        all += is_joining ? turned.joined_count : turned.left_count;
    }
    uint32_t *ids = ARENA_ARRAY(arena, uint32_t, all);
    for (size_t part = 0; part < turning_parts(turning); part++) {
        Turned turned = turning_of(turning, rule, part);
        size_t part_count = is_joining ? turned.joined_count : turned.left_count;
        for (size_t i = 0; i < part_count; i++)
            ids[count++] = (is_joining ? turned.joined : turned.left)[i].value;
    }
    qsort(ids, all, sizeof *ids, compare_customers);
    count = 0;
    for (size_t i = 0; i < all; i++)
        if (count == 0 || ids[count - 1] != ids[i]) ids[count++] = ids[i];
    *ret_count = count;
    return ids;
}

/* Those of which it is known whom the day turns are moves; the others stay to be formed. */
static void take_turned(Choice *choice, DayTurn *turn, const Turning *turning)
{
    size_t next = 0, kept = 0;
    for (size_t i = 0; i < choice->count; i++) {
        bool is_asked = next < turn->count && turn->places[next] == i;
        if (!is_asked || !turning_knows(turning, next)) {
            choice->ids[kept++] = choice->ids[i];
        } else {
            LiveMove move = turn->moves[next];
            move.joined = list_turned(turning, next, true, choice->arena, &move.joined_count);
            move.left = list_turned(turning, next, false, choice->arena, &move.left_count);
            ARENA_PUSH(choice->arena, choice->moves, move);
        }
        next += is_asked;
    }
    choice->count = kept;
}

static Status turn_day(Choice *choice, Error *err)
{
    AUTO(turning_done) Turning *turning = NULL;
    const FormingContext *context = choice->context;
    DayTurn turn = {0};
    bool has_changed = false;
    TRY(store_segments_with_marks(context->store, choice->arena, &choice->marked,
                                  &choice->marked_count, err));
    TRY(list_of_that_day(choice, &turn, err));
    if (turn.count == 0) return STATUS_OK;
    TRY(has_anybody_changed(choice, turn.since, &has_changed, err));
    if (has_changed) return STATUS_OK;
    EngineOptions options = {.progress = context->progress};
    Status status = turning_ask(context->data, turn.rules, turn.count, &options, &turning, err);
    /* the run that forms it tells what is wrong with a rule */
    if (status == STATUS_LIMIT || status == STATUS_INVALID) return STATUS_OK;
    if (status == STATUS_OK) take_turned(choice, &turn, turning);
    return status;
}

static Status choose(Choice *choice, Error *err)
{
    bool is_few;
    LiveMemory *memory = choice->memory;
    Store *store = choice->context->store;
    follow_schema(memory, choice->context->catalog->schema);
    TRY(follow_formings(memory, store, choice->arena, err));
    TRY(turn_day(choice, err));
    if (choose_candidates(choice) == 0) return STATUS_OK;
    TRY(read_changed(choice, &is_few, err));
    return is_few ? leave_out(choice, err) : STATUS_OK;
}

Status live_leave_out(const FormingContext *context, SegmentIds *ids, Arena *arena,
                      LiveMoves *ret_moves, Error *err)
{
    *ret_moves = (LiveMoves){0};
    if (context->live == NULL) return STATUS_OK;
    Choice choice = {.context = context,
                     .memory = context->live,
                     .arena = arena,
                     .moves = ret_moves,
                     .ids = ids->items,
                     .count = ids->count};
    TRY(store_read_begin(context->store, err));
    Status status = choose(&choice, err);
    store_read_end(context->store);
    customer_set_free(&choice.changes.customers);
    ids->count = choice.count;
    return status;
}

/* ---- those that are moved ---- */

static Status publish_move(const FormingContext *context, const LiveMove *move, Error *err)
{
    const Segment *segment = move->segment;
    Store *store = context->store;
    SegmentAsked asked = segment->asked;
    asked.as_of = context->today;
    asked.data_version = context->data_version;
    FormingMove forming = {.row = {.segment_id = segment->id,
                                   .at = context->now,
                                   .as_of = context->today,
                                   .reason = FORMING_LIVE,
                                   .author = context->author,
                                   .note = TEXT(""),
                                   .version = segment->version},
                           .cause = move->cause,
                           .joined = move->joined,
                           .joined_count = move->joined_count,
                           .left = move->left,
                           .left_count = move->left_count};
    if (move->joined_count + move->left_count > 0)
        TRY(store_add_forming_move(store, &forming, &move->before, err));
    TRY(store_note_asked(store, segment->id, &asked, err));
    return store_note_attempt(store, segment->id, context->now, TEXT(""), err);
}

Status live_publish(const FormingContext *context, const LiveMoves *moves, Error *err)
{
    for (size_t i = 0; i < moves->count; i++)
        TRY(publish_move(context, &moves->items[i], err));
    return STATUS_OK;
}

FormingOutcome live_outcome(const LiveMove *move)
{
    uint64_t before = move->before.members_count;
    return (FormingOutcome){.segment = move->segment,
                            .is_formed = true,
                            .before_count = before,
                            .after_count = before + move->joined_count - move->left_count,
                            .joined_count = move->joined_count,
                            .left_count = move->left_count};
}

Status live_settle(const FormingContext *context, const LiveMoves *moves, Error *err)
{
    LiveMemory *memory = context->live;
    for (size_t i = 0; i < moves->count; i++) {
        const LiveMove *move = &moves->items[i];
        Entry *entry = entry_of(memory, move->segment->id);
        turn(memory, entry, move->joined, move->joined_count);
        turn(memory, entry, move->left, move->left_count);
        note_known(context, entry);
    }
    return live_catch_up(context, err);
}

void live_learn(const FormingContext *context, uint32_t segment_id, const CustomerSet *members,
                bool has_moved)
{
    LiveMemory *memory = context->live;
    if (memory == NULL || segment_id >= memory->count) return;
    Entry *entry = &memory->entries[segment_id];
    note_known(context, entry);
    bool is_held = entry->members != NULL && !has_moved;
    if (!is_held && entry->rule != NULL) hold_members(memory, entry, members);
}

Status live_catch_up(const FormingContext *context, Error *err)
{
    if (context->live == NULL) return STATUS_OK;
    return store_newest_forming(context->store, &context->live->newest_forming, err);
}
