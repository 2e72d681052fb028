/* account.c -- one customer's settlements: what is owed, what of it is overdue, for how long. */
#include "engine/account.h"

#include "base/fold.h"
#include "model/built_in.h"

SettlementKind settlement_kind_of(Text kind)
{
    if (text_equal_folded(kind, TEXT(SETTLEMENT_KIND_CHARGE))) return SETTLEMENT_IS_CHARGE;
    if (text_equal_folded(kind, TEXT(SETTLEMENT_KIND_PAYMENT))) return SETTLEMENT_IS_PAYMENT;
    return SETTLEMENT_OTHER;
}

Balance account_balance(const Settlement *settlements, size_t count)
{
    Balance balance = {0};
    for (size_t i = 0; i < count; i++) {
        int64_t amount = settlements[i].amount;
        bool is_charge = settlements[i].kind == SETTLEMENT_IS_CHARGE;
        if (is_charge && amount > 0)
            balance.charged += amount;
        else if (is_charge)
            balance.paid -= amount;
        else if (settlements[i].kind == SETTLEMENT_IS_PAYMENT)
            balance.paid += amount;
    }
    return balance;
}

Overdue account_overdue(const Settlement *settlements, size_t count, Int128 paid, Date as_of)
{
    Overdue result = {0};
    for (size_t i = 0; i < count; i++) {
        const Settlement *charge = &settlements[i];
        if (charge->kind != SETTLEMENT_IS_CHARGE || charge->amount <= 0) continue;
        Int128 closed = paid < charge->amount ? paid : charge->amount;
        if (closed < 0) closed = 0;
        paid -= closed;
        bool is_due = charge->has_due && charge->due.day < as_of.day;
        if (!is_due || closed == charge->amount) continue;
        result.amount += charge->amount - closed;
        int64_t days = (int64_t)as_of.day - charge->due.day;
        if (days > result.days) result.days = days;
        result.has_any = true;
    }
    return result;
}
