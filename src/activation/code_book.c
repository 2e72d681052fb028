/* code_book.c -- codes of customers by their ids. */
#include "activation/code_book.h"

Status code_book_read(Store *store, const CustomerSet *customers, Arena *arena, CodeBook *ret_book,
                      Error *err)
{
    return store_read_customer_values(store, customers, NULL, arena, &ret_book->customers, err);
}

Text code_book_find(const CodeBook *book, CustomerId customer)
{
    size_t low = 0, high = book->customers.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (book->customers.items[middle].id.value < customer.value)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there =
        low < book->customers.count && book->customers.items[low].id.value == customer.value;
    return is_there ? book->customers.items[low].code : TEXT("");
}
