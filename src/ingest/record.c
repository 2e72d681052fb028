/* record.c -- lists of rows that grow and are used again. */
#include "ingest/record.h"

#include "base/memory.h"

#include <stdlib.h>

const char *fault_sentence(Fault fault, Language language)
{
    static const char *const sentences[FAULT_COUNT][LANGUAGE_COUNT] = {
#define FAULT(name, en, ru, uk) \
    [FAULT_##name] = {[LANGUAGE_EN] = (en), [LANGUAGE_RU] = (ru), [LANGUAGE_UK] = (uk)},
#include "ingest/fault.def"
#undef FAULT
    };
    ASSERT(fault < FAULT_COUNT);
    return sentences[fault][language];
}

void record_list_done(RecordList *list)
{
    free(list->records.items);
    free(list->cells.items);
    free(list->positions);
    buffer_done(&list->scratch);
    *list = (RecordList){0};
}

void record_list_clear(RecordList *list)
{
    list->records.count = 0;
    list->cells.count = 0;
    buffer_clear(&list->scratch);
}

Record *record_list_add(RecordList *list)
{
    if (list->records.count == list->records.capacity) {
        size_t capacity = list->records.capacity == 0 ? 64 : list->records.capacity * 2;
        list->records.items =
            memory_resize(list->records.items, memory_product(capacity, sizeof(Record)));
        list->records.capacity = capacity;
    }
    Record *record = &list->records.items[list->records.count++];
    *record = (Record){.first_cell = list->cells.count};
    return record;
}

void record_list_reserve_cells(RecordList *list, size_t count)
{
    if (list->cells.capacity - list->cells.count >= count) return;
    size_t capacity = list->cells.capacity == 0 ? 256 : list->cells.capacity * 2;
    if (capacity < list->cells.count + count) capacity = list->cells.count + count;
    list->cells.items = memory_resize(list->cells.items, memory_product(capacity, sizeof(Cell)));
    list->cells.capacity = capacity;
}

void record_list_add_cell(RecordList *list, Cell cell)
{
    if (list->cells.count == list->cells.capacity) record_list_reserve_cells(list, 1);
    list->cells.items[list->cells.count++] = cell;
}
