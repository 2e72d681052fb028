/* run.h -- the state of a running import, shared by its parts; rows come from another thread. */
#pragma once

#include "ingest/rejects.h"
#include "store/code_table.h"

/* Values of a column of the file that had more decimals than are kept. */
typedef struct {
    uint64_t count, line; /* of the first one */
} RoundedColumn;

typedef struct {
    Import *import;
    Rejects *rejects;
    const Progress *progress; /* of the caller; may be NULL */
    Moment tomorrow;          /* from here on events are in the future */
    uint64_t bytes_done;      /* of the input, up to the rows taken */
    uint64_t line;            /* the last row taken */
    unsigned pieces_count;    /* since others were let write, or could have been */
    uint64_t changes_seen;    /* by others meanwhile: rows made ready before are made ready anew */
    uint64_t in_future;       /* events taken that are dated after today */
    uint64_t rounded;         /* values, in rows that were taken and not refused */
    RoundedColumn *rounded_columns;
    uint64_t customers_added; /* by create_customers; in the report once they are committed */
    uint64_t items_added;     /* likewise */
    /* Events. */
    EventWriter *writer;
    size_t contact_slot;   /* of the field that names a contact person; SIZE_MAX: there is none */
    const Buffer *encoded; /* what was encoded of the piece that is being taken */
    Error refusal;         /* what the writer said against one row */
    uint64_t foreign_contacts; /* events of one customer with a contact person of another */
    uint64_t foreign_lines[KEY_LINES_MAX][2]; /* the first few; the second is 0 */
    /* Catalogues. */
    CodeTable *code_lines; /* of each code the line it stood in first */
    Map *repeated_codes;   /* that came again */
    Buffer repeats;        /* "2 and 7; 3 and 9": the first of them */
    uint64_t rows_in_batch;
    ImportReport in_batch; /* counts that the next commit makes true */
    /* Text of the rows of the batch that could still be refused (see event_writer_conflicts). */
    Buffer kept;
    size_t kept_bytes_max; /* then the batch is written */
    struct {
        struct KeptRow {
            uint64_t line;
            size_t begin, end;
        } * items;
        size_t count, capacity;
    } kept_rows;
} Run;

/* One way to store rows. `take` stores or refuses one row without a fault; `commit` makes
 * everything taken so far durable. The three of `ahead` may be NULL: `encode_ahead` is called by
 * other threads, each with what `ahead_open` has given for it, and makes rows ready that `take`
 * will get later. */
typedef struct {
    Status (*open)(Run *run, Error *err);
    void *(*ahead_open)(Run *run);
    /* How many changes by others it has seen (Run.changes_seen). */
    uint64_t (*encode_ahead)(const Import *import, void *ahead, Row *rows, size_t count,
                             Buffer *encoded);
    void (*ahead_close)(void *ahead);
    Status (*take)(Run *run, const RecordList *list, Row *row, Error *err);
    void (*rest)(Run *run); /* after each piece: let the other threads go on; may be NULL */
    bool (*is_full)(const Run *run);
    Status (*commit)(Run *run, Error *err);
    Status (*finish)(Run *run, Error *err); /* after the last commit; may be NULL */
    /* Right after a commit: store_let_others_write. */
    Status (*let_others_write)(Run *run, Error *err);
    void (*close)(Run *run);
} Sink;

extern const Sink SINK_EVENTS;
extern const Sink SINK_CATALOGUE;

/* Why a row that is fine in itself cannot be stored. */
typedef struct {
    Fault fault;
    SlotKind kind; /* the part of the event it is about; SLOT_VALUE: of the row as a whole */
    Text value;
} Refusal;

MUST_CHECK Status run_refuse(Run *run, const RecordList *list, Row *row, Refusal refusal,
                             Error *err);
