/* reference_debt.c -- the balance of settlements, what of it is overdue and for how long.
 *
 * Up to the as-of day: debt = charges - payments. What was paid closes the oldest charges first, by
 * the time of the charge, whatever its due date. A negative charge (a credit note) counts as
 * paid; a negative payment (a refund) takes from what was paid. A charge without due date is never
 * overdue; one with a due date is from the day after it. An event without an amount or of another
 * kind than charge and payment counts for nothing. Overdue days are those of the charge that is
 * overdue the longest. What was charged in all, and paid in all, have 18 digits each. */
#include "base/fold.h"
#include "eval/exact.h"
#include "eval/reference.h"
#include "model/built_in.h"

typedef struct {
    Int128 charged; /* by positive charges */
    Int128 paid;    /* by payments and negative charges */
} Balance;

typedef struct {
    OpenCharge *items;
    size_t count, capacity;
} ChargeList;

static void settle(const EventRow *event, Arena *arena, Balance *balance, ChargeList *charges)
{
    Value kind = event->values[SETTLEMENT_KIND], amount = event->values[SETTLEMENT_AMOUNT];
    if (value_is_missing(kind) || value_is_missing(amount)) return;
    bool is_charge = text_equal_folded(kind.as.text, TEXT(SETTLEMENT_KIND_CHARGE));
    if (is_charge && amount.as.decimal > 0) {
        OpenCharge charge = {.event = event, .rest = amount.as.decimal};
        ARENA_PUSH(arena, charges, charge);
        balance->charged += charge.rest;
    } else if (is_charge) {
        balance->paid -= amount.as.decimal;
    } else if (text_equal_folded(kind.as.text, TEXT(SETTLEMENT_KIND_PAYMENT))) {
        balance->paid += amount.as.decimal;
    }
}

/* Charges in the order of time, closed by what was paid; those that are closed go. */
static void close_oldest(ChargeList *charges, Int128 paid)
{
    size_t kept = 0;
    for (size_t i = 0; i < charges->count; i++) {
        OpenCharge charge = charges->items[i];
        Int128 closed = paid < charge.rest ? paid : charge.rest;
        if (closed < 0) closed = 0;
        paid -= closed;
        charge.rest -= (int64_t)closed;
        if (charge.rest > 0) charges->items[kept++] = charge;
    }
    charges->count = kept;
}

static Status read_balance(const Scope *scope, const Node *node, Balance *ret_balance,
                           ChargeList *ret_charges, Error *err)
{
    EventPattern pattern = {.stream = node->as.call.stream};
    EventSelection selection;
    TRY(select_events(scope, &pattern, (DaySpan){.last = scope->reference->as_of}, &selection,
                      err));
    for (size_t i = 0; i < selection.count; i++)
        settle(selection.items[i], scope->arena, ret_balance, ret_charges);
    if (!decimal_fits(ret_balance->charged) || !decimal_fits(ret_balance->paid))
        return exact_overflow(err);
    close_oldest(ret_charges, ret_balance->paid);
    return STATUS_OK;
}

bool open_charge_is_overdue(const OpenCharge *charge, Date as_of)
{
    Value due = charge->event->values[SETTLEMENT_DUE_DATE];
    return !value_is_missing(due) && due.as.date.day < as_of.day;
}

Status reference_open_charges(const Scope *scope, const Node *node, const OpenCharge **ret_charges,
                              size_t *ret_count, Error *err)
{
    Balance balance = {0};
    ChargeList charges = {0};
    TRY(read_balance(scope, node, &balance, &charges, err));
    *ret_charges = charges.items;
    *ret_count = charges.count;
    return STATUS_OK;
}

typedef struct {
    Int128 overdue;
    bool has_overdue;
    int64_t days;
} Overdue;

static Overdue overdue_of(const ChargeList *charges, Date as_of)
{
    Overdue result = {0};
    for (size_t i = 0; i < charges->count; i++) {
        const OpenCharge *charge = &charges->items[i];
        if (!open_charge_is_overdue(charge, as_of)) continue;
        result.overdue += charge->rest;
        int64_t days = as_of.day - charge->event->values[SETTLEMENT_DUE_DATE].as.date.day;
        if (days > result.days) result.days = days;
        result.has_overdue = true;
    }
    return result;
}

Status reference_debt(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    Balance balance = {0};
    ChargeList charges = {0};
    TRY(read_balance(scope, node, &balance, &charges, err));
    if (node->as.call.function == FUNCTION_DEBT)
        return exact_result(balance.charged - balance.paid, ret_value, err);
    Overdue overdue = overdue_of(&charges, scope->reference->as_of);
    if (node->as.call.function == FUNCTION_OVERDUE)
        return exact_result(overdue.overdue, ret_value, err);
    *ret_value = overdue.has_overdue ? value_decimal(overdue.days) : value_missing();
    return STATUS_OK;
}
