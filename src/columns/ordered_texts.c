/* ordered_texts.c -- the order of texts in a dictionary. */
#include "columns/build.h"

#include <stdlib.h>

static int compare(const void *left, const void *right)
{
    const OrderedText *a = left, *b = right;
    int order = text_compare(a->folded, b->folded);
    return order != 0 ? order : text_compare(a->text, b->text);
}

uint32_t ordered_texts_sort(OrderedText *texts, size_t count)
{
    if (count > 1) qsort(texts, count, sizeof *texts, compare);
    uint32_t class = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_same_class = i > 0 && text_equal(texts[i].folded, texts[i - 1].folded);
        class += !is_same_class;
        texts[i].class = class;
    }
    return class;
}
