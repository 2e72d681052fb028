/* record.h -- rows of a file before anything is known of their columns. */
#pragma once

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "model/language.h"

enum {
    RECORD_BYTES_MAX = 1 << 20, /* one row */
    CELLS_MAX = 4096,           /* columns of a file */
    CELL_TEXT_BYTES_MAX = 65536 /* a text that is stored */
};

typedef enum {
#define FAULT(name, en, ru, uk) FAULT_##name,
#include "ingest/fault.def"
#undef FAULT
    FAULT_COUNT
} Fault;

const char *fault_sentence(Fault fault, Language language);

typedef struct {
    const char *data;
    uint32_t size;
    bool is_machine; /* a JSON number: always a decimal point, never a grouping sign */
} Cell;

typedef struct {
    uint64_t line;        /* its first line in the file, from 1 */
    size_t first_cell;    /* index into RecordList.cells */
    uint32_t cells_count; /* 0 when the fault is one of the row itself */
    Fault fault;
    Text raw; /* the row as it stands in the file (decoded), without its line end */
} Record;

/* Rows of one piece of a file; views of the text they were split from. */
typedef struct {
    struct {
        Record *items;
        size_t count, capacity;
    } records;
    struct {
        Cell *items;
        size_t count, capacity;
    } cells;
    Buffer scratch;      /* unescaped JSON; reserved beforehand, so that views stay valid */
    uint32_t *positions; /* scratch of csv_split */
    size_t positions_capacity;
} RecordList;

/* Where splitting stands between two pieces of a file; begins as {1, false}. */
typedef struct {
    uint64_t line;           /* number of the next line */
    bool is_in_refused_line; /* the rest of a line that was too long is still to come */
} SplitState;

void record_list_done(RecordList *list);
void record_list_clear(RecordList *list);
Record *record_list_add(RecordList *list); /* zeroed, first_cell set */
void record_list_add_cell(RecordList *list, Cell cell);
/* Room for so many more cells, which may then be written behind the last one. */
void record_list_reserve_cells(RecordList *list, size_t count);
static inline Text cell_text(Cell cell)
{
    return (Text){cell.data, cell.size};
}
