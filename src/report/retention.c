/* retention.c -- cohorts of customers by their first purchase: who came again, and for how much.
 *
 * A cohort are the customers whose first purchase of all lies in a period; its ages are the
 * calendar periods from that one on, or stretches of so many days from each customer's first day
 * (then a cohort is a day, so that a rule can name them). */
#include "model/built_in.h"
#include "report/periods.h"
#include "report/scan.h"

typedef struct {
    Int128 revenue;
    uint64_t customers; /* who bought */
} Return;

/* What is asked, shared by the threads. */
typedef struct {
    const Periods *periods;
    size_t cohorts; /* as many as periods */
    size_t ages;
    int64_t age_days; /* 0: an age is a period */
    int64_t last_day; /* later events are invisible */
} RetentionPlan;

/* One thread's: by group and cohort its size, by age too who returned. */
typedef struct {
    const RetentionPlan *plan;
    uint64_t *sizes;
    Return *cells;
} RetentionState;

static size_t size_index(const RetentionPlan *plan, size_t group, size_t cohort)
{
    return group * plan->cohorts + cohort;
}

/* ---- a customer ---- */

typedef struct {
    RetentionState *state;
    ScanEvents events;
    ScanNumbers days, amounts;
} RetentionChunk;

/* The number of the age of a day, or the number of ages: beyond the last. */
static size_t age_of(const RetentionPlan *plan, size_t cohort, int64_t first, int64_t day)
{
    if (plan->age_days > 0) {
        size_t age = (size_t)((day - first) / plan->age_days);
        return age < plan->ages ? age : plan->ages;
    }
    int32_t period = periods_find(plan->periods, day);
    return period < 0 ? plan->ages : (size_t)period - cohort;
}

typedef struct {
    uint64_t mask;
    size_t cohort, age;
    Int128 revenue;
} Visit;

static void put(const RetentionState *state, const Visit *visit)
{
    const RetentionPlan *plan = state->plan;
    if (visit->age >= plan->ages) return;
    for (uint64_t left = visit->mask; left != 0; left &= left - 1) {
        size_t group = (size_t)__builtin_ctzll(left);
        Return *cell =
            &state->cells[size_index(plan, group, visit->cohort) * plan->ages + visit->age];
        cell->customers++;
        cell->revenue += visit->revenue;
    }
}

static void add_customer(const RetentionChunk *chunk, uint32_t row, uint64_t mask)
{
    const RetentionState *state = chunk->state;
    const RetentionPlan *plan = state->plan;
    const uint32_t *offsets = chunk->events.stream->offsets;
    uint64_t begin = offsets[row] - chunk->events.begin;
    uint64_t end = offsets[row + 1] - chunk->events.begin;
    if (begin == end) return;
    int64_t first = chunk->days.values[begin];
    int32_t cohort = periods_find(plan->periods, first);
    if (cohort < 0) return;
    for (uint64_t left = mask; left != 0; left &= left - 1)
        state->sizes[size_index(plan, (size_t)__builtin_ctzll(left), (size_t)cohort)]++;
    Visit visit = {.mask = mask, .cohort = (size_t)cohort};
    for (uint64_t i = begin; i < end && chunk->days.values[i] <= plan->last_day; i++) {
        size_t age = age_of(plan, (size_t)cohort, first, chunk->days.values[i]);
        if (age != visit.age) {
            put(state, &visit);
            visit.age = age;
            visit.revenue = 0;
        }
        if (scan_has(&chunk->amounts, i)) visit.revenue += chunk->amounts.values[i];
    }
    put(state, &visit);
}

static void add_rows(void *context, const ScanRows *rows)
{
    RetentionChunk chunk = {.state = context, .events = scan_events(rows, STREAM_PURCHASE)};
    if (chunk.events.begin == chunk.events.end) return;
    const StreamColumns *stream = chunk.events.stream;
    chunk.days = scan_numbers(&chunk.events, &stream->day, rows->scratch);
    chunk.amounts = scan_numbers(&chunk.events, &stream->fields[PURCHASE_AMOUNT], rows->scratch);
    for (uint32_t row = rows->row_begin; row < rows->row_end; row++)
        if (rows->masks[row - rows->row_begin] != 0)
            add_customer(&chunk, row, rows->masks[row - rows->row_begin]);
}

/* ---- everybody ---- */

static Status count_returns(const Reporting *reporting, const RetentionPlan *plan,
                            RetentionState *ret_state, Error *err)
{
    enum { CELLS_MAX = 1 << 22 };
    size_t groups = reporting->subjects.count + 1, sizes = groups * plan->cohorts;
    size_t threads = scan_threads(reporting->context);
    if (plan->ages > CELLS_MAX / threads / sizes)
        return error_set(err, STATUS_LIMIT,
                         "%zu cohorts of %zu segments with %zu ages are too many; take longer ones",
                         plan->cohorts, reporting->subjects.count, plan->ages);
    RetentionState *states = ARENA_ARRAY(reporting->arena, RetentionState, threads);
    void **pointers = ARENA_ARRAY(reporting->arena, void *, threads);
    for (size_t i = 0; i < threads; i++) {
        states[i] = (RetentionState){plan, ARENA_ARRAY(reporting->arena, uint64_t, sizes),
                                     ARENA_ARRAY(reporting->arena, Return, sizes * plan->ages)};
        pointers[i] = &states[i];
    }
    ScanJob job = {add_rows, pointers, threads, (UINT64_C(1) << groups) - 1, "cohorts"};
    TRY(scan_run(reporting, &job, err));
    for (size_t i = 1; i < threads; i++) {
        for (size_t j = 0; j < sizes; j++)
            states[0].sizes[j] += states[i].sizes[j];
        for (size_t j = 0; j < sizes * plan->ages; j++) {
            states[0].cells[j].customers += states[i].cells[j].customers;
            states[0].cells[j].revenue += states[i].cells[j].revenue;
        }
    }
    *ret_state = states[0];
    return STATUS_OK;
}

/* ---- the table ---- */

static const ReportColumnKind columns[] = {
    COLUMN_OF_GROUP,     COLUMN_OF_COHORT, COLUMN_OF_AGE,     COLUMN_OF_FROM,       COLUMN_OF_TO,
    COLUMN_OF_CUSTOMERS, COLUMN_OF_SHARE,  COLUMN_OF_REVENUE, COLUMN_OF_COHORT_SIZE};

/* The days of an age of a cohort; false when it begins after the last day. */
static bool days_of_age(const RetentionPlan *plan, size_t cohort, size_t age, Period *ret_days)
{
    const Period *periods = plan->periods->items;
    if (plan->age_days == 0) {
        if (cohort + age >= plan->periods->count) return false;
        *ret_days = periods[cohort + age];
        return true;
    }
    int64_t from = periods[cohort].from.day + (int64_t)age * plan->age_days;
    int64_t to = from + plan->age_days - 1;
    if (from > plan->last_day) return false;
    *ret_days = (Period){{(int32_t)from}, {(int32_t)(to < plan->last_day ? to : plan->last_day)}};
    return true;
}

static Text cell_rule(const Reporting *reporting, size_t group, Period cohort, Period age)
{
    char a[DATE_TEXT_MAX], b[DATE_TEXT_MAX];
    Text first = date_print_iso(cohort.from, a), last = date_print_iso(cohort.to, b);
    Text bought = rule_bought(age.from, age.to, reporting->arena);
    Text condition =
        arena_printf(reporting->arena, "min(purchase.date) between %.*s and %.*s and %.*s",
                     TEXT_FORMAT(first), TEXT_FORMAT(last), TEXT_FORMAT(bought));
    return rule_and(reporting->subjects.groups[group].rule, condition, reporting->arena);
}

typedef struct {
    Reporting *reporting;
    const RetentionState *state;
    ReportTable *table;
} RetentionTable;

static Status add_cohort(const RetentionTable *retention, size_t group, size_t cohort, Error *err)
{
    const RetentionPlan *plan = retention->state->plan;
    Reporting *reporting = retention->reporting;
    size_t index = size_index(plan, group, cohort);
    uint64_t size = retention->state->sizes[index];
    Period days, born = plan->periods->items[cohort];
    for (size_t age = 0; size > 0 && age < plan->ages; age++) {
        if (!days_of_age(plan, cohort, age, &days)) break;
        const Return *cell = &retention->state->cells[index * plan->ages + age];
        ReportRow row = row_begin(retention->table, reporting->arena);
        row_text(&row, reporting->subjects.groups[group].label);
        row_date(&row, born.from);
        row_count(&row, age);
        row_date(&row, days.from);
        row_date(&row, days.to);
        row_count(&row, cell->customers);
        row_share(&row, (Int128)cell->customers, (Int128)size);
        row_money(&row, cell->revenue);
        row_count(&row, size);
        TRY(row_end(&row, cell_rule(reporting, group, born, days), err));
    }
    return STATUS_OK;
}

static Status make_table(Reporting *reporting, const RetentionState *state, Error *err)
{
    RetentionTable retention = {.reporting = reporting, .state = state};
    retention.table = report_add_table(reporting->report, TABLE_OF_RETENTION, reporting->voice,
                                       columns, sizeof columns / sizeof columns[0]);
    for (size_t group = 0; group < subjects_lines(&reporting->subjects); group++)
        for (size_t cohort = 0; cohort < state->plan->cohorts; cohort++)
            TRY(add_cohort(&retention, group, cohort, err));
    return STATUS_OK;
}

Status report_retention(Reporting *reporting, Error *err)
{
    Periods periods;
    RetentionState state = {0};
    const ReportPlan *asked = reporting->plan;
    Unit usual = asked->age_days > 0 ? UNIT_DAY : UNIT_MONTH;
    if (asked->age_days > 0 && asked->has_step && asked->step != UNIT_DAY)
        return error_set(err, STATUS_INVALID,
                         "with ages in days a cohort is a day: leave the step out");
    TRY(periods_of_plan(reporting, usual, &periods, err));
    RetentionPlan plan = {.periods = &periods,
                          .cohorts = periods.count,
                          .ages = periods.count,
                          .last_day = reporting->report->to.day};
    if (asked->age_days > 0) {
        int64_t days = reporting->report->to.day - reporting->report->from.day + 1;
        plan.age_days = asked->age_days < (uint64_t)days ? (int64_t)asked->age_days : days;
        plan.ages = (size_t)((days + plan.age_days - 1) / plan.age_days);
    }
    TRY(count_returns(reporting, &plan, &state, err));
    return make_table(reporting, &state, err);
}
