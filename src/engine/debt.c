/* debt.c -- debt, overdue and overdue_days of a block's customers. */
#include "engine/account.h"
#include "engine/events.h"
#include "model/built_in.h"

typedef struct {
    const Step *step;
    Chosen chosen;
    const Column *kind, *amount, *due;
    const uint8_t *kinds; /* by code of the kind */
    uint32_t *positions;
    Settlement *settlements; /* of one row */
    Lane lane;
} DebtRun;

static SettlementKind kind_of_event(const DebtRun *run, size_t row, uint64_t event)
{
    if (!column_is_present(run->kind, event)) return SETTLEMENT_OTHER;
    uint32_t image_row = (uint32_t)(run->chosen.customers->begin + run->chosen.row + row);
    return (SettlementKind)run->kinds[column_code(run->kind, image_row, event)];
}

static size_t read_settlements(const DebtRun *run, size_t row)
{
    const Chosen *chosen = &run->chosen;
    size_t chosen_count = chosen_positions(chosen, row, run->positions), count = 0;
    for (size_t i = 0; i < chosen_count; i++) {
        uint64_t event = chosen->begin + run->positions[i];
        if (!column_is_present(run->amount, event)) continue;
        SettlementKind kind = kind_of_event(run, row, event);
        if (kind == SETTLEMENT_OTHER) continue;
        bool has_due = column_is_present(run->due, event);
        run->settlements[count++] = (Settlement){
            .kind = kind,
            .has_due = has_due,
            .due = {has_due ? (int32_t)column_integer(run->due, event) : 0},
            .amount = column_integer(run->amount, event),
        };
    }
    return count;
}

static Status row_number(const DebtRun *run, size_t place, Int128 number)
{
    if (!decimal_fits(number)) return STATUS_LIMIT;
    run->lane.as.integers[place] = (int64_t)number;
    lane_set_present(&run->lane, place);
    return STATUS_OK;
}

static Status debt_row(const DebtRun *run, size_t row)
{
    size_t place = run->chosen.row + row, count = read_settlements(run, row);
    FunctionKind function = run->step->node->as.call.function;
    Balance balance = account_balance(run->settlements, count);
    if (!decimal_fits(balance.charged) || !decimal_fits(balance.paid)) return STATUS_LIMIT;
    if (function == FUNCTION_DEBT) return row_number(run, place, balance.charged - balance.paid);
    Overdue overdue = account_overdue(run->settlements, count, balance.paid, run->step->as_of);
    if (function == FUNCTION_OVERDUE) return row_number(run, place, overdue.amount);
    return overdue.has_any ? row_number(run, place, overdue.days) : STATUS_OK;
}

static Status debt_run(DebtRun *run, Error *err)
{
    const Chosen *chosen = &run->chosen;
    Arena *scratch = chosen->customers->worker->scratch;
    size_t most = chosen_row_events_max(chosen);
    arena_reset(scratch);
    run->positions = ARENA_ARRAY(scratch, uint32_t, most);
    run->settlements = ARENA_ARRAY(scratch, Settlement, most);
    FOR_EACH_NEEDED_ROW (row, chosen)
        if (debt_row(run, row) != STATUS_OK)
            return scope_overflow(chosen->customers,
                                  (uint32_t)(chosen->customers->begin + chosen->row + row), err);
    return STATUS_OK;
}

Status debt_value(Scope *customers, const Step *step, const uint64_t *need, Vector *ret_vector,
                  Error *err)
{
    const Column *fields = image_stream(customers->image, step->events.stream_index)->fields;
    DebtRun run = {
        .step = step,
        .kind = &fields[SETTLEMENT_KIND],
        .amount = &fields[SETTLEMENT_AMOUNT],
        .due = &fields[SETTLEMENT_DUE_DATE],
        .kinds = customers->binding->steps[step->index].events->kinds,
        .lane = lane_new(step->node->type, customers->count, customers->arena),
    };
    EventRunList runs = event_runs(customers, step->events.stream_index, need);
    for (size_t i = 0; i < runs.count; i++) {
        TRY(chosen_open(customers, runs.items[i], &step->events, need, &run.chosen, err));
        Status status = debt_run(&run, err);
        chosen_close(&run.chosen);
        if (status != STATUS_OK) return status;
    }
    *ret_vector = lane_vector(&run.lane);
    return STATUS_OK;
}
