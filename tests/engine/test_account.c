/* test_account.c -- debts of one customer. */
#include "engine/account.h"
#include "harness/harness.h"

static Settlement charge(int64_t amount, int32_t due)
{
    return (Settlement){
        .kind = SETTLEMENT_IS_CHARGE, .amount = amount, .has_due = true, .due = {due}};
}

static Settlement payment(int64_t amount)
{
    return (Settlement){.kind = SETTLEMENT_IS_PAYMENT, .amount = amount};
}

TEST(payments_close_the_oldest_charges_first)
{
    Settlement settlements[] = {charge(100, 10), payment(130), charge(50, 5), charge(70, 20)};
    Balance balance = account_balance(settlements, 4);
    EXPECT_INT(balance.charged, 220);
    EXPECT_INT(balance.paid, 130);
    Overdue overdue = account_overdue(settlements, 4, balance.paid, (Date){21});
    EXPECT_INT(overdue.amount, 20 + 70);
    EXPECT_INT(overdue.days, 16);
    overdue = account_overdue(settlements, 4, balance.paid, (Date){20});
    EXPECT_INT(overdue.amount, 20);
    EXPECT_INT(overdue.days, 15);
    EXPECT(!account_overdue(settlements, 4, balance.paid, (Date){5}).has_any);
}

TEST(credit_notes_pay_and_refunds_take_back)
{
    Settlement settlements[] = {charge(100, 1), charge(-30, 1), payment(20), payment(-15)};
    Balance balance = account_balance(settlements, 4);
    EXPECT_INT(balance.charged, 100);
    EXPECT_INT(balance.paid, 35);
    EXPECT_INT(account_overdue(settlements, 4, balance.paid, (Date){3}).amount, 65);
    /* more taken back than was ever paid closes nothing, and owes no more than was charged */
    EXPECT_INT(account_overdue(settlements, 4, -500, (Date){3}).amount, 100);
}

TEST(a_charge_without_due_date_is_never_overdue)
{
    Settlement settlements[] = {{.kind = SETTLEMENT_IS_CHARGE, .amount = 40}, charge(60, 7)};
    Overdue overdue = account_overdue(settlements, 2, 50, (Date){9});
    EXPECT_INT(overdue.amount, 50);
    EXPECT_INT(overdue.days, 2);
}
