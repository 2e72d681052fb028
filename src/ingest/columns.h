/* columns.h -- which column of a file fills which field, and how its cells are read. */
#pragma once

#include "ingest/evidence.h"
#include "ingest/row.h"

typedef struct {
    Text name;
    ColumnUse use;
    Evidence evidence;
    Text field; /* names of the fields it fills, joined with ", " */
    Text why;
    Text new_name; /* of the field to make for it, as told; empty: the column's own */
} Column;

/* A property or field that the import makes before its first row. */
typedef struct {
    uint32_t column;
    size_t field;      /* index into Target.fields */
    Property property; /* customers */
    Field event_field; /* events */
} Creation;

typedef struct {
    Target target;
    struct {
        Column *items;
        size_t count, capacity;
    } columns;
    uint32_t *field_columns; /* per target field: where from, or NO_COLUMN */
    struct MoreColumns {
        uint32_t *items;
        size_t count, capacity;
    } * more_columns;       /* per target field: joined to the first */
    Text *field_defaults;   /* per target field; empty: none */
    size_t fields_capacity; /* of the three lists */
    struct {
        Creation *items;
        size_t count, capacity;
    } creations;
    bool is_rejects_file;
    bool has_names_as_keys;
    size_t key_within; /* target field within which keys are numbered; SIZE_MAX: in the stream */
} Columns;

/* Names of the columns that only files of rejected rows have. */
#define REJECT_COLUMN_LINE   "_line"
#define REJECT_COLUMN_COLUMN "_column"
#define REJECT_COLUMN_VALUE  "_value"
#define REJECT_COLUMN_REASON "_reason"
#define REJECT_COLUMN_ROW    "_row" /* NDJSON: a line that was no object */

/* Begin with a target; columns are added with columns_add, then matched. */
Columns columns_new(Target target, Arena *arena);
void columns_done(Columns *columns);
void columns_add(Columns *columns, Text name, bool counts_distinct, Voice voice);
/* Count the cells of rows without faults. */
void columns_count_evidence(Columns *columns, const RecordList *list);

/* Fill in everything: told mappings and defaults, known names, new properties. */
MUST_CHECK Status columns_match(Columns *columns, const Schema *schema,
                                const ImportOptions *options, Voice voice, Error *err);
/* INVALID when no column is known to hold something that every row needs. */
MUST_CHECK Status columns_check_required(const Columns *columns, Error *err);

/* Whether the column fills the field, alone or with others. */
bool columns_fills(const Columns *columns, uint32_t column, size_t field);

/* Whether reading more of the file could settle how some used column is to be read. */
bool columns_are_open(const Columns *columns, const ImportOptions *options);

/* INVALID when the dates or the decimal marks of a used column contradict each other and nobody
 * told which counts. */
MUST_CHECK Status columns_check_readings(const Columns *columns, const ImportOptions *options,
                                         Error *err);

typedef struct {
    DecimalMark decimal_mark;
    DateOrder date_order;
    char delimiter; /* 0 for NDJSON; with ';' and tab an undecided comma is a decimal one */
    const Zone *zone;
    Text currency;                 /* of the data; lives as long as the bindings */
    Text values_sign, levels_sign; /* empty: the usual ones only */
} ReadingHints;

/* Decide how each used column is read; the bindings live in the arena. *ret_verdicts has per column
 * what to tell about it. */
typedef struct {
    DecimalMark decimal_mark; /* DETECT: no numbers */
    DateOrder date_order;     /* DETECT: no dates */
    Text evidence;
    bool is_certain;
} ColumnVerdict;
void columns_bind(const Columns *columns, ReadingHints hints, Voice voice, RowShape *ret_shape,
                  ColumnVerdict **ret_verdicts);
