/* ndjson.h -- one JSON object per line, flattened into the cells of columns.
 *
 * Keys of nested objects join with dots, lists of texts and numbers become sets joined with '|',
 * numbers keep their digits. Everything stays text: nothing goes through a double. */
#pragma once

#include "base/map.h"
#include "ingest/record.h"

enum { JSON_DEPTH_MAX = 16, LATE_KEYS_MAX = 100 };

/* A key that came after the columns were fixed. */
typedef struct {
    Text name;
    uint64_t line; /* where it came first */
    uint64_t count;
} LateKey;

/* The keys seen so far, in order of appearance: the columns of the file. */
typedef struct {
    Arena *arena; /* borrowed */
    Map *index;   /* name to number */
    struct {
        Text *items;
        size_t count, capacity;
    } names;
    bool is_fixed; /* new keys are noted in `late` instead of becoming columns */
    struct {
        LateKey *items;
        size_t count, capacity;
    } late;
} JsonColumns;

JsonColumns json_columns_new(Arena *arena);
void json_columns_done(JsonColumns *columns);
size_t json_columns_add(JsonColumns *columns, Text name); /* its number, old or new */

/* Split and parse the whole lines at the beginning of `text`; returns the bytes they take. As
 * csv_split: blank lines are left out, a line that is no object is a row with a fault. */
size_t ndjson_split(Text text, bool is_end, JsonColumns *columns, SplitState *state,
                    RecordList *list);
