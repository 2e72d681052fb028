/* row.h -- from the cells of a row to typed values, by what the plan decided for each column. */
#pragma once

#include "model/customer.h"

#include "ingest/convert.h"
#include "ingest/record.h"
#include "ingest/target.h"

#define NO_COLUMN UINT32_MAX

/* One field that rows fill, and where from. */
typedef struct {
    TargetField field;
    uint32_t column;              /* number of the file's column, or NO_COLUMN */
    const uint32_t *more_columns; /* joined to the first: levels, members, words */
    size_t more_columns_count;
    Text default_text; /* for empty cells and absent columns */
    NumberStyle number;
    Text currency; /* of the data: its sign may stand beside amounts */
    DateStyle date;
    /* between several values, besides '|', or between levels, besides " / "; empty: none */
    Text parts_sign;
    bool is_key_within; /* keys are numbered within this field */
} Binding;

/* How rows of a file become rows of the store; constant during an import. */
typedef struct {
    ImportTarget target;
    const Binding *bindings;
    size_t bindings_count;
    size_t columns_count;
    bool has_ragged_rows; /* NDJSON: rows may lack columns */
    bool is_rejects_file; /* U+FFFD in it is damage that was not mended */
    bool has_key_within;  /* one of the bindings says so */
    bool knows_names;     /* contact persons without a key of their own are known by their names */
    bool has_names_only;  /* no contact person has one */
    size_t values_count;
} RowShape;

typedef struct {
    const Record *record;
    Fault fault;
    uint32_t fault_column; /* NO_COLUMN: of the whole row */
    Text fault_value;
    /* Events. */
    Text customer, key;
    Text key_within;        /* the text before the key's own; it is part of `key` already */
    CustomerId customer_id; /* when it was found ahead; 0: not yet, or unknown */
    uint32_t encoded_begin, encoded_size; /* in the piece's buffer; size 0: not encoded ahead */
    uint64_t line;                        /* of the record */
    Moment at;
    bool has_date;
    /* All. */
    Value *values;  /* by slot */
    bool *is_given; /* by slot; customers and items only */
    struct {
        uint32_t *items; /* columns of the values that were rounded, in the arena */
        size_t count, capacity;
    } rounded;
} Row;

/* Fill `row` from a record without a fault of its own; values live as long as the record's text and
 * the arena. `row->values` (and is_given) are the caller's, zeroed. */
void row_convert(const RowShape *shape, const RecordList *list, const Record *record, Arena *arena,
                 Row *row);
/* What stands between the parts of a value that come from several columns; NULL: this type takes
 * one column only. */
const char *row_join_sign(PropertyType type);

/* The text of a cell as it counts: trimmed, without the apostrophe that guards a formula. */
Text row_cell_text(Cell cell);
