/* amount.h -- an amount as people write it: "1 000,50 ₽", "руб. 5", "-$5". */
#pragma once

#include "base/text.h"

typedef struct {
    Text number;      /* digits, marks and a minus that stands before the digits */
    Text currency;    /* the sign or word before or behind it */
    bool is_negative; /* the minus stands before the sign of the currency */
} WrittenAmount;

/* False when the text is not one number with one word or sign at one end. */
bool amount_split(Text text, WrittenAmount *ret_amount);
