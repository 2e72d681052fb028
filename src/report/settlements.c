/* settlements.c -- what customers of segments owe on a day, by how long it is overdue.
 *
 * Payments close the oldest charges first; the sums are those of debt() and overdue(). A charge
 * stands in the bucket of its own due date. What the charges do not tell (payments taken back) is
 * not due yet. */
#include "base/fold.h"
#include "engine/account.h"
#include "eval/exact.h"
#include "model/built_in.h"
#include "report/scan.h"

#include <stdlib.h>

/* Buckets: not due, then one per end of the plan's, then beyond the last. */
enum { NOT_DUE, BUCKETS_MAX = 34, DEBTORS_USUAL = 100 };

static const int64_t usual_ends[] = {30, 60, 90};

typedef struct {
    const int64_t *ends;
    size_t ends_count;
    size_t count; /* ends_count + 2 */
    Date as_of;
} Buckets;

/* What one customer owes; also the sum of many. */
typedef struct {
    Int128 debt, our_debt, overdue;
    Int128 amounts[BUCKETS_MAX];
    uint64_t debtors, creditors, overdue_customers;
    uint64_t customers[BUCKETS_MAX]; /* by the bucket of the oldest overdue charge */
} Owed;

typedef struct {
    CustomerId id;
    const Image *image;
    uint32_t row;
    Int128 debt, our_debt, overdue;
    int64_t overdue_days;
} Debtor;

typedef struct {
    const Buckets *buckets;
    uint64_t total_bit;
    Owed *groups; /* by group */
    Arena *arena; /* this thread's */
    struct {
        Debtor *items;
        size_t count, capacity;
    } debtors;
} OwedState;

static void owed_add(Owed *target, const Owed *owed, size_t buckets_count)
{
    target->debt += owed->debt;
    target->our_debt += owed->our_debt;
    target->overdue += owed->overdue;
    target->debtors += owed->debtors;
    target->creditors += owed->creditors;
    target->overdue_customers += owed->overdue_customers;
    for (size_t i = 0; i < buckets_count; i++) {
        target->amounts[i] += owed->amounts[i];
        target->customers[i] += owed->customers[i];
    }
}

/* ---- one customer ---- */

static size_t bucket_of(const Buckets *buckets, int64_t days)
{
    size_t i = 0;
    while (i < buckets->ends_count && days > buckets->ends[i])
        i++;
    return i + 1;
}

static Owed owed_of(const Buckets *buckets, const Settlement *settlements, size_t count,
                    int64_t *ret_days)
{
    Owed owed = {0};
    Balance balance = account_balance(settlements, count);
    Overdue overdue = account_overdue(settlements, count, balance.paid, buckets->as_of);
    Int128 left = balance.paid, told = 0, owing = balance.charged - balance.paid;
    for (size_t i = 0; i < count; i++) {
        const Settlement *charge = &settlements[i];
        if (charge->kind != SETTLEMENT_IS_CHARGE || charge->amount <= 0) continue;
        Int128 closed = left < charge->amount ? left : charge->amount;
        if (closed < 0) closed = 0;
        left -= closed;
        bool is_overdue = charge->has_due && charge->due.day < buckets->as_of.day;
        size_t bucket = is_overdue
                            ? bucket_of(buckets, (int64_t)buckets->as_of.day - charge->due.day)
                            : NOT_DUE;
        owed.amounts[bucket] += charge->amount - closed;
        told += charge->amount - closed;
    }
    if (owing > told) owed.amounts[NOT_DUE] += owing - told;
    owed.debt = owing > 0 ? owing : 0;
    owed.our_debt = owing < 0 ? -owing : 0;
    owed.overdue = overdue.amount;
    owed.debtors = owing > 0;
    owed.creditors = owing < 0;
    owed.overdue_customers = overdue.has_any;
    owed.customers[overdue.has_any ? bucket_of(buckets, overdue.days) : NOT_DUE] =
        overdue.has_any || owing > 0;
    *ret_days = overdue.days;
    return owed;
}

/* ---- a chunk ---- */

typedef struct {
    OwedState *state;
    const ScanRows *rows;
    ScanEvents events;
    ScanNumbers days, kinds, amounts, dues;
    const uint8_t *kind_of; /* by code */
    Settlement *settlements;
} OwedChunk;

static const uint8_t *kinds_of(const Dictionary *dictionary, Arena *scratch)
{
    uint8_t *kinds = ARENA_ARRAY(scratch, uint8_t, (size_t)dictionary->count + 1);
    for (uint32_t code = 1; code <= dictionary->count; code++)
        kinds[code] = (uint8_t)settlement_kind_of(dictionary_text(dictionary, code, scratch));
    return kinds;
}

static size_t read_customer(const OwedChunk *chunk, uint32_t row)
{
    const uint32_t *offsets = chunk->events.stream->offsets;
    uint64_t begin = offsets[row] - chunk->events.begin;
    uint64_t end = offsets[row + 1] - chunk->events.begin;
    size_t count = 0;
    for (uint64_t i = begin; i < end; i++) {
        if (chunk->days.values[i] > chunk->state->buckets->as_of.day) break;
        if (!scan_has(&chunk->amounts, i) || chunk->kinds.is_empty) continue;
        SettlementKind kind = (SettlementKind)chunk->kind_of[chunk->kinds.values[i]];
        if (kind == SETTLEMENT_OTHER) continue;
        bool has_due = scan_has(&chunk->dues, i);
        chunk->settlements[count++] =
            (Settlement){.kind = kind,
                         .has_due = has_due,
                         .due = {has_due ? (int32_t)chunk->dues.values[i] : 0},
                         .amount = chunk->amounts.values[i]};
    }
    return count;
}

static void add_customer(const OwedChunk *chunk, uint32_t row, uint64_t mask)
{
    OwedState *state = chunk->state;
    int64_t days;
    size_t count = read_customer(chunk, row);
    if (count == 0) return;
    Owed owed = owed_of(state->buckets, chunk->settlements, count, &days);
    for (uint64_t left = mask; left != 0; left &= left - 1)
        owed_add(&state->groups[__builtin_ctzll(left)], &owed, state->buckets->count);
    if ((mask & state->total_bit) == 0 || (owed.debt == 0 && owed.our_debt == 0)) return;
    const Image *image = chunk->rows->image;
    Debtor debtor = {
        image_customer_ids(image)[row], image, row, owed.debt, owed.our_debt, owed.overdue, days};
    ARENA_PUSH(state->arena, &state->debtors, debtor);
}

static void add_rows(void *context, const ScanRows *rows)
{
    OwedChunk chunk = {
        .state = context, .rows = rows, .events = scan_events(rows, STREAM_SETTLEMENT)};
    if (chunk.events.begin == chunk.events.end) return;
    const Column *fields = chunk.events.stream->fields;
    Arena *scratch = rows->scratch;
    chunk.days = scan_numbers(&chunk.events, &chunk.events.stream->day, scratch);
    chunk.kinds = scan_numbers(&chunk.events, &fields[SETTLEMENT_KIND], scratch);
    chunk.amounts = scan_numbers(&chunk.events, &fields[SETTLEMENT_AMOUNT], scratch);
    chunk.dues = scan_numbers(&chunk.events, &fields[SETTLEMENT_DUE_DATE], scratch);
    if (!chunk.kinds.is_empty)
        chunk.kind_of = kinds_of(fields[SETTLEMENT_KIND].dictionary, scratch);
    chunk.settlements =
        ARENA_ARRAY(scratch, Settlement, (size_t)(chunk.events.end - chunk.events.begin));
    for (uint32_t row = rows->row_begin; row < rows->row_end; row++)
        if (rows->masks[row - rows->row_begin] != 0)
            add_customer(&chunk, row, rows->masks[row - rows->row_begin]);
}

/* ---- the table of amounts ---- */

typedef struct {
    Reporting *reporting;
    const Buckets *buckets;
    ReportTable *table;
} OwedTable;

typedef struct {
    Text label;
    Int128 amount, whole;
    uint64_t customers;
    Text condition;
} OwedLine;

static Status add_line(const OwedTable *owed, const ReportGroup *group, const OwedLine *line,
                       Error *err)
{
    Arena *arena = owed->reporting->arena;
    ReportRow row = row_begin(owed->table, arena);
    row_text(&row, group->label);
    row_text(&row, line->label);
    row_money(&row, line->amount);
    row_share(&row, line->amount, line->whole);
    row_count(&row, line->customers);
    return row_end(&row, rule_and(group->rule, line->condition, arena), err);
}

static Text bucket_label(const OwedTable *owed, size_t bucket)
{
    Voice voice = owed->reporting->voice;
    const Buckets *buckets = owed->buckets;
    if (bucket == NOT_DUE) return report_word(WORD_NOT_DUE, voice.language);
    uint64_t after = bucket == 1 ? 0 : (uint64_t)buckets->ends[bucket - 2];
    Text parts[2] = {voice_count(voice, after)};
    if (bucket == buckets->count - 1) return report_say_word(WORD_DUE_OVER, voice, parts, 1);
    parts[0] = voice_count(voice, after + 1);
    parts[1] = voice_count(voice, (uint64_t)buckets->ends[bucket - 1]);
    return report_say_word(WORD_DUE_BETWEEN, voice, parts, 2);
}

static Text bucket_rule(const Buckets *buckets, size_t bucket, Arena *arena)
{
    if (bucket == NOT_DUE)
        return TEXT("debt(settlement) > 0 and overdue_days(settlement) is missing");
    long long after = bucket == 1 ? 0 : (long long)buckets->ends[bucket - 2];
    if (bucket == buckets->count - 1)
        return arena_printf(arena, "overdue_days(settlement) > %lld", after);
    return arena_printf(arena, "overdue_days(settlement) between %lld and %lld", after + 1,
                        (long long)buckets->ends[bucket - 1]);
}

static Status add_group(const OwedTable *owed, const ReportGroup *group, const Owed *sums,
                        Error *err)
{
    Language language = owed->reporting->voice.language;
    const OwedLine debt = {report_word(WORD_DEBT, language), sums->debt, sums->debt, sums->debtors,
                           TEXT("debt(settlement) > 0")};
    TRY(add_line(owed, group, &debt, err));
    for (size_t i = 0; i < owed->buckets->count; i++) {
        const OwedLine bucket = {bucket_label(owed, i), sums->amounts[i], sums->debt,
                                 sums->customers[i],
                                 bucket_rule(owed->buckets, i, owed->reporting->arena)};
        TRY(add_line(owed, group, &bucket, err));
    }
    const OwedLine overdue = {report_word(WORD_OVERDUE, language), sums->overdue, sums->debt,
                              sums->overdue_customers, TEXT("overdue(settlement) > 0")};
    TRY(add_line(owed, group, &overdue, err));
    const OwedLine ours = {report_word(WORD_OUR_DEBT, language), sums->our_debt, 0, sums->creditors,
                           TEXT("debt(settlement) < 0")};
    return add_line(owed, group, &ours, err);
}

static const ReportColumnKind columns[] = {COLUMN_OF_GROUP, COLUMN_OF_INDICATOR, COLUMN_OF_AMOUNT,
                                           COLUMN_OF_SHARE, COLUMN_OF_CUSTOMERS};

static Status make_table(Reporting *reporting, const Buckets *buckets, const Owed *groups,
                         Error *err)
{
    OwedTable owed = {.reporting = reporting, .buckets = buckets};
    owed.table = report_add_table(reporting->report, TABLE_OF_SETTLEMENTS, reporting->voice,
                                  columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < subjects_lines(&reporting->subjects); i++)
        TRY(add_group(&owed, &reporting->subjects.groups[i], &groups[i], err));
    report_add_note(reporting->report, NOTE_OLDEST_CHARGE, reporting->voice, NULL, 0);
    return STATUS_OK;
}

/* ---- the list of customers ---- */

static int by_debt(const void *a, const void *b)
{
    const Debtor *left = a, *right = b;
    if (left->overdue != right->overdue) return left->overdue > right->overdue ? -1 : 1;
    if (left->debt != right->debt) return left->debt > right->debt ? -1 : 1;
    if (left->our_debt != right->our_debt) return left->our_debt > right->our_debt ? -1 : 1;
    return left->id.value < right->id.value ? -1 : left->id.value > right->id.value;
}

static const ReportColumnKind debtor_columns[] = {COLUMN_OF_CODE,         COLUMN_OF_NAME,
                                                  COLUMN_OF_DEBT,         COLUMN_OF_OVERDUE,
                                                  COLUMN_OF_OVERDUE_DAYS, COLUMN_OF_OUR_DEBT};

static Status add_debtor(const Reporting *reporting, ReportTable *table, const Debtor *debtor,
                         Error *err)
{
    Arena *arena = reporting->arena;
    ReportRow row = row_begin(table, arena);
    Text code = scan_property(debtor->image, debtor->row, BUILT_IN_CODE, arena);
    row_text(&row, code);
    row_text(&row, scan_property(debtor->image, debtor->row, BUILT_IN_NAME, arena));
    row_money(&row, debtor->debt);
    row_money(&row, debtor->overdue);
    if (debtor->overdue > 0)
        row_count(&row, (uint64_t)debtor->overdue_days);
    else
        row_missing(&row);
    row_money(&row, debtor->our_debt);
    Text quoted = report_quote(code, arena);
    return row_end(&row, arena_printf(arena, "code = %.*s", TEXT_FORMAT(quoted)), err);
}

static Status list_debtors(Reporting *reporting, const OwedState *states, size_t count, Error *err)
{
    Arena *arena = reporting->arena;
    size_t all = 0, filled = 0;
    for (size_t i = 0; i < count; i++)
        all += states[i].debtors.count;
    Debtor *debtors = ARENA_ARRAY(arena, Debtor, all);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < states[i].debtors.count; j++)
            debtors[filled++] = states[i].debtors.items[j];
    qsort(debtors, all, sizeof *debtors, by_debt);
    ReportTable *table =
        report_add_table(reporting->report, TABLE_OF_DEBTORS, reporting->voice, debtor_columns,
                         sizeof debtor_columns / sizeof debtor_columns[0]);
    size_t most = reporting->plan->rows_max > 0 ? reporting->plan->rows_max : DEBTORS_USUAL;
    size_t shown = all < most ? all : most;
    for (size_t i = 0; i < shown; i++)
        TRY(add_debtor(reporting, table, &debtors[i], err));
    report_note_rows(reporting->report, reporting->voice, shown, all);
    return STATUS_OK;
}

/* ---- the report ---- */

static Status read_buckets(const ReportPlan *plan, Buckets *ret_buckets, Error *err)
{
    bool has_own = plan->ageing_days_count > 0;
    *ret_buckets = (Buckets){.ends = has_own ? plan->ageing_days : usual_ends,
                             .ends_count = has_own ? plan->ageing_days_count
                                                   : sizeof usual_ends / sizeof usual_ends[0],
                             .as_of = plan->as_of};
    ret_buckets->count = ret_buckets->ends_count + 2;
    if (ret_buckets->count > BUCKETS_MAX)
        return error_set(err, STATUS_LIMIT, "there can be at most %d ageing buckets",
                         BUCKETS_MAX - 2);
    for (size_t i = 0; i < ret_buckets->ends_count; i++)
        if (ret_buckets->ends[i] <= (i > 0 ? ret_buckets->ends[i - 1] : 0))
            return error_set(err, STATUS_INVALID,
                             "ageing buckets end at ascending days, such as 30,60,90");
    return STATUS_OK;
}

static Status count_owed(Reporting *reporting, const Buckets *buckets, OwedState *states,
                         size_t threads, Error *err)
{
    size_t groups = reporting->subjects.count + 1;
    void **pointers = ARENA_ARRAY(reporting->arena, void *, threads);
    for (size_t i = 0; i < threads; i++) {
        states[i].buckets = buckets;
        states[i].total_bit = UINT64_C(1) << subjects_total(&reporting->subjects);
        states[i].groups = ARENA_ARRAY(reporting->arena, Owed, groups);
        pointers[i] = &states[i];
    }
    ScanJob job = {add_rows, pointers, threads, (UINT64_C(1) << groups) - 1, "settlements"};
    TRY(scan_run(reporting, &job, err));
    for (size_t i = 1; i < threads; i++)
        for (size_t j = 0; j < groups; j++)
            owed_add(&states[0].groups[j], &states[i].groups[j], buckets->count);
    return STATUS_OK;
}

static Status make(Reporting *reporting, OwedState *states, size_t threads, Error *err)
{
    Buckets buckets;
    TRY(read_buckets(reporting->plan, &buckets, err));
    TRY(count_owed(reporting, &buckets, states, threads, err));
    TRY(make_table(reporting, &buckets, states[0].groups, err));
    return list_debtors(reporting, states, threads, err);
}

Status report_settlements(Reporting *reporting, Error *err)
{
    size_t threads = scan_threads(reporting->context);
    OwedState *states = ARENA_ARRAY(reporting->arena, OwedState, threads);
    for (size_t i = 0; i < threads; i++)
        states[i].arena = arena_new();
    Status status = make(reporting, states, threads, err);
    for (size_t i = 0; i < threads; i++)
        arena_free(states[i].arena);
    return status;
}
