/* store.h -- the truth: one SQLite file per data directory, one writer, acknowledged means durable.
 *
 * A Store handle belongs to one thread. Writers take the directory's lock for as long as they are
 * open; readers see a consistent snapshot from store_read_begin to store_read_end. Nothing outside
 * src/store includes sqlite3.h. */
#pragma once

#include "base/hash.h"
#include "base/progress.h"
#include "model/customer_parts.h"

typedef struct Store Store;

typedef enum { STORE_READ, STORE_WRITE } StoreMode;

/* ---- directory ---- */

/* Make a data directory: CONFLICT when `path` holds one already or is not empty. */
MUST_CHECK Status store_init(const char *path, Settings settings, Error *err);
/* Open; runs forward migrations when writing. Who writes waits for the one who does already, up to
 * STORE_LOCK_WAIT_MILLISECONDS. NOT_FOUND without a data directory, CONFLICT when another process
 * goes on writing (the sentence names it), CORRUPT when a migration's checksum differs or the
 * directory is of a newer version. */
enum { STORE_LOCK_WAIT_MILLISECONDS = 5000 };
MUST_CHECK Status store_open(const char *path, StoreMode mode, Store **ret_store, Error *err);
/* The same with another wait, which means nothing to readers. */
MUST_CHECK Status store_open_waiting(const char *path, StoreMode mode, unsigned wait_milliseconds,
                                     Store **ret_store, Error *err);
void store_close(Store *store); /* accepts NULL */
void store_done(Store **store);
const char *store_path(const Store *store);

/* Long work that writes batch by batch asks between two of them whether somebody waits to write,
 * and lets him: the lock is given away and taken again, however long that takes. *ret_has_changed:
 * others have committed meanwhile; what was looked up before may not be true. errors  CONFLICT when
 * the schema is another one now: the work cannot go on IO when the lock could not be had again:
 * nothing can be written any more */
bool store_is_wanted(const Store *store);
MUST_CHECK Status store_let_others_write(Store *store, const Progress *progress,
                                         bool *ret_has_changed, Error *err);
/* The two halves of it, for who reads long before he writes: the lock is lent while his snapshot is
 * open, and taken back, with the same errors, when that has ended. Until then nothing can be
 * written. Whether it can be lent: a writer has it, and is in no batch or snapshot. */
bool store_can_lend(const Store *store);
MUST_CHECK Status store_lend_lock(Store *store, Error *err);
MUST_CHECK Status store_take_lock_back(Store *store, const Progress *progress,
                                       bool *ret_has_changed, Error *err);

/* ---- schema ---- */

/* The present schema, constant until the next change through this handle; owned by the store. */
const Schema *store_schema(const Store *store);

/* Whoever changes them has checked them. */
MUST_CHECK Status store_change_settings(Store *store, Settings settings, Error *err);
MUST_CHECK Status store_add_property(Store *store, const Property *property, Error *err);
MUST_CHECK Status store_rename_property(Store *store, Text name, Text new_name, Error *err);
MUST_CHECK Status store_relabel_property(Store *store, Text name, const Labels *labels, Error *err);
MUST_CHECK Status store_regroup_property(Store *store, Text name, DataGroup group, Error *err);
/* Longer a list of allowed values of an enum; those listed before stay, in their order.
 * INVALID when one of them is missing, or the property takes any value */
MUST_CHECK Status store_allow_values(Store *store, Text name, const Text *values, size_t count,
                                     Error *err);
/* How many decimals a number keeps; its values, those that acts and merges remember too, stay what
 * they are.
 * errors  INVALID no number, or built in; LIMIT a value has too many digits for it; CONFLICT a
 * value has more decimals */
MUST_CHECK Status store_set_decimals(Store *store, Text name, int scale, Error *err);
MUST_CHECK Status store_retire_property(Store *store, Text name, bool is_retired, Error *err);
MUST_CHECK Status store_add_stream(Store *store, const Stream *stream, Error *err);
MUST_CHECK Status store_add_field(Store *store, Text stream_name, const Field *field, Error *err);

/* ---- metrics: named expressions, kept as text; whoever adds one has checked it ---- */

typedef struct {
    Text name, expression;
    Labels descriptions; /* what it means, for people */
} StoredMetric;

MUST_CHECK Status store_add_metric(Store *store, const StoredMetric *metric, Error *err);
MUST_CHECK Status store_remove_metric(Store *store, Text name, Error *err);
MUST_CHECK Status store_list_metrics(Store *store, Arena *arena, StoredMetric **ret_metrics,
                                     size_t *ret_count, Error *err);

/* ---- saved import mappings: a name and an opaque JSON text ---- */

MUST_CHECK Status store_save_mapping(Store *store, Text name, Text json, Error *err);
MUST_CHECK Status store_load_mapping(Store *store, Text name, Arena *arena, Text *ret_json,
                                     Error *err);
MUST_CHECK Status store_remove_mapping(Store *store, Text name, Error *err); /* NOT_FOUND */
typedef struct {
    Text name, json;
} StoredMapping;
/* By name. */
MUST_CHECK Status store_list_mappings(Store *store, Arena *arena, StoredMapping **ret_mappings,
                                      size_t *ret_count, Error *err);

/* ---- changes: for whoever keeps a copy of the data ---- */

/* Another number than before when anybody but this handle has committed anything since; cheap. */
MUST_CHECK Status store_commits_seen(Store *store, uint64_t *ret_number, Error *err);

/* Grows with every commit that changed customers, items, events or the schema. Versions of another
 * directory, of a backup too, do not come up in this one. */
MUST_CHECK Status store_data_version(Store *store, uint64_t *ret_version, Error *err);

typedef struct {
    uint64_t data_version; /* up to which these are the changes: of the open snapshot, or of now */
    /* Too much changed to be listed, an item or the schema did, or the version is not one of this
     * directory. New items alone change nothing for anybody. */
    bool is_everything;
    CustomerSet customers; /* added, changed or erased, perhaps some more; the caller's to free */
} StoreChanges;

MUST_CHECK Status store_changes_since(Store *store, uint64_t version, StoreChanges *ret_changes,
                                      Error *err);
/* And what of them: of everybody in `whole` (new, erased, merged) anything, of the others nothing
 * but the parts that they are in, or less. The caller's to free; nobody when everything changed. */
MUST_CHECK Status store_changed_parts_since(Store *store, uint64_t version,
                                            StoreChanges *ret_changes, CustomerParts *ret_parts,
                                            Error *err);

/* ---- how old values are ---- */

/* The local day on which whatever is written from now on is set; without one no days are noted. */
void store_set_day(Store *store, Date day);

typedef struct {
    CustomerSet dated; /* whose value has a day */
    CustomerSet fresh; /* those whose value was set on `since` or later */
    bool has_last;
    Date last; /* on which a value of the property was set */
} ValueDays;
/* Days count from when they were first noted: older values have none. A value that was written
 * again as it was keeps its day. */
MUST_CHECK Status store_value_days(Store *store, const Property *property, Date since,
                                   ValueDays *ret_days, Error *err);
void value_days_done(ValueDays *days); /* for AUTO */

/* ---- reading ---- */

/* One consistent snapshot for everything read until the matching end; within one that is open it
 * is that one. */
MUST_CHECK Status store_read_begin(Store *store, Error *err);
void store_read_end(Store *store);

typedef struct {
    uint64_t customers, items;
    uint64_t events_all;
    const uint64_t *events; /* per schema stream */
    bool has_event_dates;
    Date first_event, last_event; /* over all streams but contact */
} StoreCounts;

MUST_CHECK Status store_count(Store *store, Arena *arena, StoreCounts *ret_counts, Error *err);

/* All customers in id order with their events, one at a time in constant memory. The source is
 * owned by the store and ends with the snapshot; one at a time per handle. */
MUST_CHECK Status store_customer_source(Store *store, CustomerSource **ret_source, Error *err);
/* Only those with first <= id <= last, or those of a set that are there (it is borrowed until the
 * snapshot ends). Several handles whose snapshots have the same data_version see the same rows, so
 * several threads can read parts side by side. */
MUST_CHECK Status store_customer_source_range(Store *store, CustomerId first, CustomerId last,
                                              CustomerSource **ret_source, Error *err);
MUST_CHECK Status store_customer_source_set(Store *store, const CustomerSet *customers,
                                            CustomerSource **ret_source, Error *err);
/* Of each of a set only the parts that he is in, for whoever has the others: the values of a row
 * that is not read are NULL, and events that are not read are none. Whether somebody is there is
 * seen by his row alone. */
MUST_CHECK Status store_customer_source_parts(Store *store, const CustomerSet *customers,
                                              const CustomerParts *parts,
                                              CustomerSource **ret_source, Error *err);
/* Take out of a set those who are not there (any more). */
MUST_CHECK Status store_keep_existing(Store *store, CustomerSet *customers, Error *err);
/* Divide all ids into `parts_count` ranges with about as many events each: range i is ret_last[i -
 * 1]
 * + 1 .. ret_last[i], the first one begins with 1, the last one ends with the highest id possible.
 * An estimate from some hundred customers. */
MUST_CHECK Status store_divide_customers(Store *store, size_t parts_count, CustomerId *ret_last,
                                         Error *err);

/* Who has this code; id 0 when nobody has. */
MUST_CHECK Status store_find_customer(Store *store, Text code, CustomerId *ret_id, Error *err);
/* The same; NOT_FOUND names near codes. */
MUST_CHECK Status store_get_customer(Store *store, Text code, CustomerId *ret_id, Error *err);

/* One customer by his code; NOT_FOUND names near codes. */
MUST_CHECK Status store_read_customer(Store *store, Text code, Arena *arena, CustomerRow *ret_row,
                                      Error *err);
/* The same with the events of these streams alone, by their place in the schema; NULL: of all. */
MUST_CHECK Status store_read_customer_streams(Store *store, Text code, const bool *streams,
                                              Arena *arena, CustomerRow *ret_row, Error *err);

typedef struct {
    Text search; /* found in code or name, folded; empty: everything */
    Text after;  /* codes (customers, items) after this one; empty: from the start */
    size_t limit;
} ListQuery;

typedef struct {
    CustomerId id;
    Text code, name;
    bool has_kind;
    CustomerKind kind; /* meaningful when has_kind */
} CustomerSummary;

/* Code and name of each of some customers; an empty code where there is none (any more). */
MUST_CHECK Status store_describe_customers(Store *store, const CustomerId *customers, size_t count,
                                           Arena *arena, CustomerSummary *ret_list, Error *err);
MUST_CHECK Status store_list_customers(Store *store, const ListQuery *query, Arena *arena,
                                       CustomerSummary **ret_list, size_t *ret_count, Error *err);
MUST_CHECK Status store_list_items(Store *store, const ListQuery *query, Arena *arena,
                                   const Item ***ret_list, size_t *ret_count, Error *err);
MUST_CHECK Status store_find_item(Store *store, Text code_or_name, Arena *arena,
                                  const Item **ret_item, Error *err); /* NOT_FOUND */

/* All items in ascending id order, borrowed until the snapshot ends. */
MUST_CHECK Status store_items(Store *store, const Item *const **ret_items, size_t *ret_count,
                              Error *err);

/* How well a property is filled. */
typedef struct {
    uint64_t filled, distinct;
} PropertyFill;
MUST_CHECK Status store_property_fill(Store *store, const Property *property,
                                      PropertyFill *ret_fill, Error *err);

/* ---- SQL: the slow reference evaluator and analysts read through these ---- */

/* Read-only SQL over the views and tables that docs/data-model.md describes:
 *   customer(id, code, name, kind, <one column per property>), item(id, code, name, group_path,
 *   brand, price, cost), one table per stream (customer_id, seq, at, day, <one column per field>).
 * Values are as stored: decimals as scaled integers, dates as day numbers, sets joined by '|'.
 * Functions: fold(x), own_name(path), under(path, target), regex_match(pattern, x),
 * set_has(set, folded member), days arithmetic; see sql_functions.h. Anything but a single SELECT
 * is refused (DENIED). */
typedef struct {
    Text name;
    /* What the column holds when it is one of a table, selected as it is; TYPE_NONE: computed, or
     * not to be told apart from it, as behind a UNION. */
    Type type;
} SqlColumn;

typedef struct {
    void *context;
    /* `values` hold VALUE_MISSING, VALUE_DECIMAL (any integer), VALUE_RATIO or VALUE_TEXT. Return
     * anything but OK to stop. */
    Status (*row)(void *context, const Value *values, size_t count, Error *err);
    /* Called once before the rows, also when there is none; may be NULL. */
    Status (*heading)(void *context, const SqlColumn *columns, size_t count, Error *err);
    const Progress *progress; /* asked now and then whether to go on; may be NULL */
} SqlReceiver;

MUST_CHECK Status store_query(Store *store, Text sql, const Value *parameters,
                              size_t parameters_count, const SqlReceiver *receiver, Error *err);
/* A value of a row as one of the type of its column; as it is where that is not known. */
Value sql_column_value(Value stored, Type type);

/* ---- writing; each call is one transaction unless inside a batch ---- */

MUST_CHECK Status store_batch_begin(Store *store, Error *err);
MUST_CHECK Status store_batch_commit(Store *store, Error *err); /* durable when it returns */
void store_batch_rollback(Store *store);                        /* harmless when no batch is open */

typedef enum { WRITE_ADDED, WRITE_UPDATED, WRITE_UNCHANGED } WriteResult;

typedef enum {
    WRITE_UPSERT, /* add, or change the given properties */
    WRITE_INSERT, /* add; CONFLICT when it exists */
    WRITE_REPLACE /* add, or set every property: those not given become missing */
} WriteMode;

typedef struct {
    Text code;
    const Value *values;  /* one per schema property, slot order */
    const bool *is_given; /* which of them the caller has */
} CustomerWrite;

/* The code of one who was merged into another is his: there what is given fills only what is
 * missing; CONFLICT with WRITE_INSERT. */
MUST_CHECK Status store_write_customer(Store *store, const CustomerWrite *customer, WriteMode mode,
                                       WriteResult *ret_result, Error *err);

typedef struct {
    Item item; /* id ignored */
    bool is_given[ITEM_ATTRIBUTE_COUNT];
} ItemWrite;

MUST_CHECK Status store_write_item(Store *store, const ItemWrite *item, WriteMode mode,
                                   WriteResult *ret_result, Error *err);

/* A place where somebody wrote the code of a customer into a text. */
typedef struct {
    const char *kind; /* "segment", "metric", ...; a phrase in English */
    Text name;
} CodeQuote;

/* Remove a person everywhere: customer, contacts, events, texts nobody else uses, free pages, the
 * write-ahead log. The act says what was removed, without the data itself. */
typedef struct {
    Text code;         /* as given */
    const Text *codes; /* all that led to him: his own, and those of who was merged into him */
    size_t codes_count;
    uint64_t properties;    /* values removed */
    const uint64_t *events; /* per schema stream */
    uint64_t segments;      /* whose members he was; their past forgets him, too */
    uint64_t marks;         /* pins, exclusions and other edits by hand */
    uint64_t tests;         /* segments that had a test naming him; it is taken off the card */
    uint64_t sets;          /* saved ones that held him */
    uint64_t overrides;     /* shipments in spite of a ban */
    /* Texts of people that quote the code still: nobody but people can mend them. */
    const CodeQuote *quotes;
    size_t quotes_count;
    Moment at;         /* when, as told by the caller */
    Moment noted_at;   /* likewise, in the histories of segments */
    Digest act_digest; /* of the act's content, kept in the log of erasures */
} EraseAct;

typedef struct {
    Moment at;       /* as the clock shows it: of the act and of the log of erasures */
    Moment noted_at; /* of the histories of segments, whose days the caller may be told */
} ErasureMoments;
/* Both on one clock. */
static inline ErasureMoments erasure_at(Moment at)
{
    return (ErasureMoments){at, at};
}
MUST_CHECK Status store_erase_customer(Store *store, Text code, ErasureMoments moments,
                                       Arena *arena, EraseAct *ret_act, Error *err);

/* How many customers were ever erased: copies of the data made before hold one of them. */
MUST_CHECK Status store_count_erasures(Store *store, uint64_t *ret_count, Error *err);

/* ---- care ---- */

/* Verify every invariant; problems are sentences. OK with ret_problems_count 0 when sound. */
MUST_CHECK Status store_check(Store *store, const Progress *progress, Arena *arena,
                              Text **ret_problems, size_t *ret_problems_count, Error *err);
/* A consistent copy while others write; refuses to overwrite an existing file. */
MUST_CHECK Status store_backup(Store *store, const char *file, const Progress *progress,
                               Error *err);
/* The same in the directory itself, in place of the one before, for somebody to fetch; erasing a
 * customer removes it. */
MUST_CHECK Status store_make_own_backup(Store *store, const Progress *progress, Error *err);
const char *store_own_backup(const Store *store, Arena *arena); /* its path; it may not be there */

typedef struct {
    uint64_t database_bytes, log_bytes; /* what was written since it was folded into the database */
    uint64_t free_bytes;                /* of the disk */
    bool has_backup;                    /* of its own */
    uint64_t backup_bytes;
    int64_t backup_utc_second;
} StoreSizes;
StoreSizes store_sizes(const Store *store);
/* A copy as a data directory of its own, and its end: whatever lies in it is gone.
 * errors  CONFLICT when `directory` is not empty; when somebody has it open for writing */
MUST_CHECK Status store_copy(Store *store, const char *directory, const Progress *progress,
                             Error *err);
MUST_CHECK Status store_remove(const char *directory, Error *err);
/* Where this process may make such a copy, beside the data. */
const char *store_trial_path(const Store *store, Arena *arena);
/* Remove those that killed processes left there; who is at work keeps his. */
void store_remove_trials(const Store *store);
