/* merges.h -- two customers who were one: merging them, and taking that back.
 *
 * Everything that was the one's (FROM) becomes the other's (INTO): values that INTO lacks, events,
 * memberships and marks, classes given by hand, rows of saved sets, agreements, shipments allowed.
 * FROM is gone; his code goes on to be known and leads to INTO. The record of the merge holds what
 * taking it back needs; erasing INTO removes it. docs/decisions/0014-merging-customers.md. */
#pragma once

#include "store/store.h"

typedef struct {
    Text from, into;              /* codes */
    const Property *const *taken; /* of the schema: here FROM's value goes over INTO's */
    size_t taken_count;
    bool keeps_identical; /* events that both have to the letter stay twice */
    Moment at;
    Text author, reason;
} MergeOrder;

/* What became of something. */
typedef enum {
    MERGE_MOVED, /* it went over */
    MERGE_OWN,   /* the other has his own, which stays */
    MERGE_LEFT   /* taking back: it was changed since, and stays as it is */
} MergeFate;
const char *merge_fate_code(MergeFate fate);

typedef struct {
    const Property *property;
    Value from;          /* FROM's */
    Value before, after; /* INTO's, by this act */
    MergeFate fate;
} MergedValue;

typedef struct {
    const Stream *stream;
    uint64_t moved;
    uint64_t identical; /* INTO has the same one; kept once, and given back with FROM */
    uint64_t left;      /* taking back: changed or removed since */
} MergedEvents;

typedef enum {
    MERGED_SEGMENT,
    MERGED_MARK,
    MERGED_PIN,
    MERGED_SET,
    MERGED_AGREEMENT,
    MERGED_OVERRIDE,
    MERGED_PART_COUNT
} MergedPartKind;
const char *merged_part_code(MergedPartKind kind);

typedef struct {
    MergedPartKind kind;
    Text name; /* of the segment, classification, set, agreement; number of the order */
    MergeFate fate;
} MergedPart;

/* What a merge did, or would do. */
typedef struct {
    uint64_t id; /* of the merge */
    CustomerId from, into;
    Text from_code, into_code;
    const MergedValue *values; /* where they differ, in the order of the schema */
    size_t values_count;
    const MergedEvents *events; /* streams in which FROM had any */
    size_t events_count;
    const MergedPart *parts;
    size_t parts_count;
} MergeOutcome;

/* Merge, in a change of its own or inside of a batch: whoever only wants to know takes the batch
 * back. FROM and INTO are noted as changed.
 * errors  NOT_FOUND names near codes; CONFLICT when both are one customer; INVALID for the code
 *         among those taken */
MUST_CHECK Status store_merge_customers(Store *store, const MergeOrder *order, Arena *arena,
                                        MergeOutcome *ret_outcome, Error *err);
/* Take it back: FROM gets back what the record holds, as far as nobody changed it since.
 * errors  NOT_FOUND when no merged customer had this code; CONFLICT when the one who stayed was
 *         merged himself since: that merge is to be taken back first */
typedef struct {
    Text from; /* code */
    Moment at;
    Text author;
} UnmergeOrder;
MUST_CHECK Status store_unmerge_customers(Store *store, const UnmergeOrder *order, Arena *arena,
                                          MergeOutcome *ret_outcome, Error *err);

/* A merge in force. */
typedef struct {
    uint64_t id;
    Moment at;
    Text author, reason;
    CustomerId from, into; /* who stayed then; he may be gone himself since */
    Text from_code;
} MergeRow;

/* The merges that led to a customer, also by way of others; the oldest first. Id 0: all merges. */
MUST_CHECK Status store_list_merges(Store *store, CustomerId into, Arena *arena,
                                    MergeRow **ret_merges, size_t *ret_count, Error *err);
