/* account.h -- one customer's settlements: what is owed, what of it is overdue, for how long. Pure
 * functions; the meaning is in eval/reference_debt.c. */
#pragma once

#include "base/date.h"
#include "base/decimal.h"

typedef enum { SETTLEMENT_OTHER, SETTLEMENT_IS_CHARGE, SETTLEMENT_IS_PAYMENT } SettlementKind;

/* A settlement with an amount, in the order of time. */
typedef struct {
    SettlementKind kind;
    bool has_due;
    Date due;
    int64_t amount;
} Settlement;

/* What the kind of a settlement says; any spelling of the two words is theirs. */
SettlementKind settlement_kind_of(Text kind);

typedef struct {
    Int128 charged; /* by positive charges */
    Int128 paid;    /* by payments and negative charges */
} Balance;

typedef struct {
    Int128 amount;
    bool has_any;
    int64_t days; /* of the charge that is overdue the longest */
} Overdue;

Balance account_balance(const Settlement *settlements, size_t count);
/* What was paid closes the oldest charges first. */
Overdue account_overdue(const Settlement *settlements, size_t count, Int128 paid, Date as_of);
