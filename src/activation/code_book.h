/* code_book.h -- codes of customers by their ids, for lists that are shown. */
#pragma once

#include "store/bulk_acts.h"

typedef struct {
    CustomerValueList customers; /* ascending by id, without values */
} CodeBook;

/* Of the customers of a set; in the arena. */
MUST_CHECK Status code_book_read(Store *store, const CustomerSet *customers, Arena *arena,
                                 CodeBook *ret_book, Error *err);
/* Empty for one who is not in it. */
Text code_book_find(const CodeBook *book, CustomerId customer);
