/* import_marks.c -- which of the events stored before an import have come again in it. */
#include "store/import_marks.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t old_count_plus_one; /* 0: not looked at */
    uint32_t first_byte;         /* of his bits */
} Mark;

struct ImportMarks {
    Mark *marks; /* index is the customer's id */
    size_t marks_count;
    uint8_t *bits;
    size_t bits_size, bits_capacity;
};

ImportMarks *import_marks_new(void)
{
    return MEMORY_NEW(ImportMarks);
}

void import_marks_free(ImportMarks *marks)
{
    if (marks == NULL) return;
    free(marks->marks);
    free(marks->bits);
    free(marks);
}

bool import_marks_find(const ImportMarks *marks, CustomerId customer, uint32_t *ret_old_count)
{
    if (customer.value >= marks->marks_count) return false;
    const Mark *mark = &marks->marks[customer.value];
    if (mark->old_count_plus_one == 0) return false;
    *ret_old_count = mark->old_count_plus_one - 1;
    return true;
}

static void make_room_for_customer(ImportMarks *marks, uint32_t id)
{
    if (id < marks->marks_count) return;
    size_t count = id < 512 ? 1024 : (size_t)id * 2;
    marks->marks = memory_resize(marks->marks, memory_product(count, sizeof *marks->marks));
    memset(marks->marks + marks->marks_count, 0,
           (count - marks->marks_count) * sizeof *marks->marks);
    marks->marks_count = count;
}

/* Zeroed bytes; returns the place of the first. */
static uint32_t take_bytes(ImportMarks *marks, size_t size)
{
    size_t first = marks->bits_size;
    ASSERT(first + size <= UINT32_MAX); /* 34 thousand million events */
    if (first + size > marks->bits_capacity) {
        marks->bits_capacity = (first + size) * 2 + 4096;
        marks->bits = memory_resize(marks->bits, marks->bits_capacity);
    }
    memset(marks->bits + first, 0, size);
    marks->bits_size = first + size;
    return (uint32_t)first;
}

void import_marks_set(ImportMarks *marks, CustomerId customer, uint32_t old_count)
{
    make_room_for_customer(marks, customer.value);
    uint32_t first = old_count == 0 ? 0 : take_bytes(marks, ((size_t)old_count + 7) / 8);
    marks->marks[customer.value] = (Mark){old_count + 1, first};
}

bool import_marks_is_met(const ImportMarks *marks, CustomerId customer, uint32_t index)
{
    const Mark *mark = &marks->marks[customer.value];
    return (marks->bits[mark->first_byte + index / 8] >> (index % 8) & 1) != 0;
}

static void put_bit(ImportMarks *marks, const Mark *mark, uint32_t index, bool is_met)
{
    uint8_t *byte = &marks->bits[mark->first_byte + index / 8];
    uint8_t bit = (uint8_t)(1U << (index % 8));
    *byte = (uint8_t)(is_met ? *byte | bit : *byte & ~bit);
}

void import_marks_meet(ImportMarks *marks, CustomerId customer, uint32_t index)
{
    put_bit(marks, &marks->marks[customer.value], index, true);
}

void import_marks_forget(ImportMarks *marks, CustomerId customer)
{
    if (customer.value < marks->marks_count) marks->marks[customer.value] = (Mark){0};
}

void import_marks_forget_all(ImportMarks *marks)
{
    if (marks->marks_count > 0) memset(marks->marks, 0, marks->marks_count * sizeof *marks->marks);
    marks->bits_size = 0;
}

void import_marks_shrink(ImportMarks *marks, CustomerId customer, const bool *is_kept)
{
    Mark *mark = &marks->marks[customer.value];
    uint32_t old_count = mark->old_count_plus_one - 1, kept_count = 0;
    for (uint32_t i = 0; i < old_count; i++)
        if (is_kept[i]) put_bit(marks, mark, kept_count++, import_marks_is_met(marks, customer, i));
    mark->old_count_plus_one = kept_count + 1;
}
