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
    int64_t amount;
    Value due;
} Charge;

typedef struct {
    Charge *items;
    size_t count, capacity;
} ChargeList;

static void settle(const EventRow *event, Arena *arena, Balance *balance, ChargeList *charges)
{
    Value kind = event->values[SETTLEMENT_KIND], amount = event->values[SETTLEMENT_AMOUNT];
    if (value_is_missing(kind) || value_is_missing(amount)) return;
    bool is_charge = text_equal_folded(kind.as.text, TEXT(SETTLEMENT_KIND_CHARGE));
    if (is_charge && amount.as.decimal > 0) {
        Charge charge = {.amount = amount.as.decimal, .due = event->values[SETTLEMENT_DUE_DATE]};
        ARENA_PUSH(arena, charges, charge);
        balance->charged += charge.amount;
    } else if (is_charge) {
        balance->paid -= amount.as.decimal;
    } else if (text_equal_folded(kind.as.text, TEXT(SETTLEMENT_KIND_PAYMENT))) {
        balance->paid += amount.as.decimal;
    }
}

typedef struct {
    Int128 overdue;
    bool has_overdue;
    int64_t days;
} Overdue;

/* Charges in the order of time, closed by what was paid. */
static Overdue close_oldest(const ChargeList *charges, Int128 paid, Date as_of)
{
    Overdue result = {0};
    for (size_t i = 0; i < charges->count; i++) {
        const Charge *charge = &charges->items[i];
        Int128 closed = paid < charge->amount ? paid : charge->amount;
        if (closed < 0) closed = 0;
        paid -= closed;
        bool is_due = !value_is_missing(charge->due) && charge->due.as.date.day < as_of.day;
        if (!is_due || closed == charge->amount) continue;
        result.overdue += charge->amount - closed;
        int64_t days = as_of.day - charge->due.as.date.day;
        if (days > result.days) result.days = days;
        result.has_overdue = true;
    }
    return result;
}

Status reference_debt(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    EventPattern pattern = {.stream = node->as.call.stream};
    Date as_of = scope->reference->as_of;
    EventSelection selection;
    TRY(select_events(scope, &pattern, (DaySpan){.last = as_of}, &selection, err));
    Balance balance = {0};
    ChargeList charges = {0};
    for (size_t i = 0; i < selection.count; i++)
        settle(selection.items[i], scope->arena, &balance, &charges);
    if (!decimal_fits(balance.charged) || !decimal_fits(balance.paid)) return exact_overflow(err);
    if (node->as.call.function == FUNCTION_DEBT)
        return exact_result(balance.charged - balance.paid, ret_value, err);
    Overdue overdue = close_oldest(&charges, balance.paid, as_of);
    if (node->as.call.function == FUNCTION_OVERDUE)
        return exact_result(overdue.overdue, ret_value, err);
    *ret_value = overdue.has_overdue ? value_decimal(overdue.days) : value_missing();
    return STATUS_OK;
}
