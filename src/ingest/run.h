/* run.h -- the state of a running import, shared by its parts; rows come from another thread. */
#pragma once

#include "ingest/rejects.h"

typedef struct {
    Import *import;
    Rejects *rejects;
    const Progress *progress; /* of the caller; may be NULL */
    uint64_t bytes_done;      /* of the input, up to the rows taken */
    uint64_t line;            /* the last row taken */
    uint64_t rounded;         /* values, in rows that were taken and not refused */
    uint64_t customers_added; /* by create_customers; in the report once they are committed */
    uint64_t items_added;     /* likewise */
    /* Events. */
    EventWriter *writer;
    /* Rows of one order follow each other, so the customer found last is often the next one. */
    struct {
        char code[64];
        size_t code_size;
        CustomerId id; /* 0: none yet */
    } last_customer;
    /* Catalogues. */
    uint64_t rows_in_batch;
    ImportReport in_batch; /* counts that the next commit makes true */
    /* Text of the rows of the batch that could still be refused (see event_writer_conflicts). */
    Buffer kept;
    struct {
        struct KeptRow {
            uint64_t line;
            size_t begin, end;
        } * items;
        size_t count, capacity;
    } kept_rows;
} Run;

/* One way to store rows. `expect` (may be NULL) hears of a row some rows before it is taken, so
 * that what finding its customer needs is on its way from memory; `take` stores or refuses one row
 * without a fault; `commit` makes everything taken so far durable. */
typedef struct {
    Status (*open)(Run *run, Error *err);
    void (*expect)(const Run *run, const Row *row);
    Status (*take)(Run *run, const RecordList *list, Row *row, Error *err);
    bool (*is_full)(const Run *run);
    Status (*commit)(Run *run, Error *err);
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
