/* build.h -- inside of the builder: what the passes over the sources learn, plan and share.
 *
 *   learn.c   pass 1, a thread per source: range, step and presence of numbers, different texts
 *   learn_shapes.c  texts that may become numbers
 *   plan.c    what was learned becomes the column table and the sorted dictionaries
 *   write.c   pass 2, a thread per source: the numbers and codes, straight to their places
 *   write_texts.c  the texts of pass 2
 *   derive.c  zones and bitmaps, from what was written
 *   build.c   the order of these, the file
 *
 * The places of a source's rows, events, members and texts within every section follow from what
 * pass 1 counted, so the threads of pass 2 write side by side and share nothing but the words of
 * bitmaps where their rows meet. */
#pragma once

#include "base/thread.h"
#include "columns/format.h"
#include "columns/vocabulary.h"

#include <stdatomic.h>

/* When a column of texts gets one sorted dictionary: while it has at most `sorted_texts_always`
 * different texts, and then while a text stands there `repeats_min` times on average, up to
 * `sorted_texts_max`. */
typedef struct {
    uint32_t sorted_texts_always, sorted_texts_max, repeats_min;
} BuildLimits;
extern const BuildLimits BUILD_LIMITS;

/* The vocabulary of an unsorted column forgets when it holds more than this: enough to find a
 * customer's own repeats, small enough to cost nothing. */
enum { LATE_TEXTS_MAX = 1024 };

typedef enum {
    ROLE_NONE, /* a total of what is no decimal */
    ROLE_VALUE,
    ROLE_FIRST_DAY,
    ROLE_LAST_DAY,
    ROLE_TOTAL
} ColumnRole;

/* A column as the schema has it. */
typedef struct {
    Text owner; /* name of the stream; empty for properties; "item" */
    Text name;
    ColumnKind kind;
    ValueKind value_kind;
    ColumnRole role;
    size_t slot; /* ROLE_TOTAL: of the field */
} ColumnSpec;

typedef struct {
    const ColumnSpec *items;
    size_t count;
    const size_t *stream_firsts; /* streams_count + 1: the last is the first of the items */
} ColumnSpecs;

typedef struct {
    size_t begin, end;
} ColumnRange;

/* The shapes of a column's texts (shapes.h). */
typedef struct {
    Text text;
    uint64_t min, max; /* numbers that its texts spell */
    uint64_t first;    /* value of the least; by learned_shapes_settle */
} LearnedShape;

typedef struct {
    LearnedShape items[SHAPES_MAX];
    uint32_t count;
    uint32_t last;    /* found last */
    bool is_too_many; /* or too many digits: texts are kept as they are */
    bool is_settled;  /* texts become numbers, as the shapes say */
    uint64_t total, bytes;
    Arena *arena;
} LearnedShapes;

/* What an unsorted dictionary takes. */
typedef struct {
    uint64_t texts, classes, bytes;
    uint64_t wide_rows, wide_positions; /* customers whose numbers need more than a byte */
} TextCounts;

/* A number to divide by without dividing: multiples are told and divided by one multiplication
 * with the inverse of its odd part modulo 2^64. */
typedef struct {
    uint64_t number; /* 0: nothing is known */
    uint64_t inverse, largest_quotient;
    uint8_t shift; /* zeros at its end */
} Divisor;

/* What one pass over one source, or all of them together, found in a column. */
typedef struct {
    uint64_t values_count; /* with a value; of sets: members */
    uint64_t missing_count;
    int64_t min, max; /* COLUMN_INTEGER with a value */
    Divisor step;     /* greatest common divisor of the differences, 0 when all are equal */
    Vocabulary *set;  /* codes: all texts while sorted is possible, then those of late */
    bool is_sorted;   /* the set holds all texts */
    bool is_too_long; /* a summary of somebody leaves 18 digits */
    LearnedShapes *shapes;
    uint32_t shaped_count; /* ids of the set below it are in the shapes */
    /* Sums over the customers of what each has: the size of an unsorted dictionary and of what
     * belongs to it. */
    TextCounts own;
    uint32_t own_texts_max; /* of one customer */
    /* COLUMN_ITEM, when the image is to hold these only: a bit per place among the input's items.
     */
    uint64_t *own_items;
} Learned;

/* Where the next of a source goes in a column. */
typedef struct {
    uint64_t position;
    uint64_t position_end;       /* where those of the next source begin */
    TextCounts texts, texts_end; /* the same for the parts of an unsorted dictionary */
} Cursor;

typedef struct Build Build;
typedef struct Part Part;

/* One source with what is known of it; its thread's own during a pass. */
struct Part {
    Build *build;
    CustomerSource *source;
    Arena *rows; /* the present customer */
    Learned *columns;
    uint64_t *events_counts; /* per stream */
    uint32_t customers_count;
    CustomerId first, last;
    /* Pass 2. */
    uint32_t row, row_end;
    Cursor *cursors;
    uint64_t *numbers; /* scratch: as many as a customer's longest run; owned */
    size_t numbers_capacity;
    /* parts.c */
    Status (*work)(Part *part, Error *err);
    Status status;
    Error err;
    uint64_t untold_count; /* customers not reported yet */
};

struct Build {
    const ImageInput *input;
    BuildLimits limits;
    const Progress *progress;
    const char *step; /* name of the pass, for the progress */
    uint64_t total;   /* customers of the pass, 0 unknown */
    Arena *arena;
    ColumnSpecs specs;
    const Item *const *items; /* of the image; those of the input until the customers were read */
    size_t items_count;
    const uint32_t *item_rows; /* by place among the input's items; NULL: place + 1 */
    Part *parts;
    size_t parts_count;
    Learned *columns; /* of all parts together */
    Layout layout;
    unsigned char *bytes; /* the image being written */
    /* parts.c: messages from the threads to the caller's. NULL when there is only one. */
    Queue *queue;
    _Atomic uint64_t done;
};

/* specs.c */
MUST_CHECK Status column_specs_of(const Schema *schema, Arena *arena, ColumnSpecs *ret_specs,
                                  Error *err);
/* The columns of a stream's fields; those of its summaries. */
ColumnRange specs_fields(const ColumnSpecs *specs, size_t stream_index);
ColumnRange specs_summaries(const ColumnSpecs *specs, size_t stream_index);
/* "purchase.amount", for messages. */
Text column_spec_name(const ColumnSpec *spec, Arena *arena);
/* A value as its column stores it: numbers, days, yes/no. CORRUPT for a value of another type. */
MUST_CHECK Status value_fits(const ColumnSpec *spec, Value value, Error *err);
int64_t value_number(Value value);
/* Place of an item among the input's, from 1; 0 when it is not among them. */
uint32_t item_place(const ImageInput *input, const Item *item);
/* Its row in the image, from 1; 0 when the image does not have it. */
uint32_t item_row(const Build *build, const Item *item);

/* parts.c */
/* Run `work` for every part, each in a thread of its own when there are several; report progress.
 * The first failure stops the others. */
MUST_CHECK Status parts_run(Build *build, const char *step, Status (*work)(Part *, Error *),
                            Error *err);
/* A customer is done: now and then report it. CANCELLED when the work is to stop. */
MUST_CHECK Status part_tick(Part *part, Error *err);

/* learn.c */
MUST_CHECK Status learn_part(Part *part, Error *err);
/* Once the customers were read: which items the image holds, and what is known of them. */
MUST_CHECK Status learn_items(Build *build, Error *err);
/* Count a number: range and step. */
void learn_number(Learned *learned, int64_t number);
void learned_init(Learned *learned, const ColumnSpec *spec);
void learned_done(Learned *learned);
/* Whether that many different texts of so many values get a sorted dictionary. */
bool limits_allow_sorted(const BuildLimits *limits, uint64_t texts_count, uint64_t values_count);

/* learn_shapes.c */
LearnedShapes *learned_shapes_new(void);
void learned_shapes_free(LearnedShapes *shapes); /* accepts NULL */
void learned_shapes_add(LearnedShapes *shapes, Text text);
void learned_shapes_merge(LearnedShapes *all, const LearnedShapes *part);
/* Give the shapes their order and values, if the texts are to become numbers. */
void learned_shapes_settle(LearnedShapes *shapes);
/* Settled shapes for a thread of its own; the texts stay those of `all`. */
void learned_shapes_share(LearnedShapes *part, const LearnedShapes *all);
/* Shape of a text and the number that it spells; false when it has none of these. */
bool learned_shapes_find(LearnedShapes *shapes, Text text, uint32_t *ret_shape,
                         uint64_t *ret_number);

/* divisor.c */
uint64_t greatest_common_divisor(uint64_t a, uint64_t b); /* of a and 0: a */
Divisor divisor_of(uint64_t number);
/* The quotient of a multiple; of anything else some number above largest_quotient. */
static inline uint64_t divisor_quotient(const Divisor *divisor, uint64_t number)
{
    uint64_t product = number * divisor->inverse;
    /* rotated, so that bits that should be zero make it large */
    return divisor->shift == 0 ? product
                               : product >> divisor->shift | product << (64 - divisor->shift);
}
static inline bool divisor_divides(const Divisor *divisor, uint64_t number)
{
    return divisor_quotient(divisor, number) <= divisor->largest_quotient;
}

/* summaries.c */
void learn_summaries(Part *part, size_t stream_index, EventList events);
/* Whether a summary is worth its room beside the column of events that it spares. */
bool summary_is_kept(const Build *build, size_t column, const ColumnRecord *summary,
                     const ColumnRecord *of_events);
MUST_CHECK Status write_summaries(Part *part, size_t stream_index, EventList events, Error *err);

/* plan.c */
/* The texts of a sorted dictionary; none for other columns. */
typedef struct {
    const Text *texts; /* by code - 1 */
    const uint32_t *classes;
    uint32_t count;
} SortedTexts;
/* Fill build->layout, the cursors of the parts and the codes of their sets. One of
 * ret_dictionaries per column; the texts live as long as the sets. */
MUST_CHECK Status plan_columns(Build *build, SortedTexts **ret_dictionaries, Error *err);

/* ordered_texts.c */
/* A text with what it is ordered by. */
typedef struct {
    Text folded, text;
    uint32_t id;
    uint32_t class; /* counted from 1 by ordered_texts_sort */
} OrderedText;
/* By folded form, then by bytes; returns the number of classes. */
uint32_t ordered_texts_sort(OrderedText *texts, size_t count);

/* write.c */
/* The values of one column that one customer has: of his row, or of his events in order. */
typedef struct {
    const Value *values;    /* NULL for events */
    const EventRow *events; /* NULL for a row */
    size_t slot;
    size_t count;
} Run;

static inline Value run_value(const Run *run, size_t index)
{
    return run->events != NULL ? run->events[index].values[run->slot] : run->values[run->slot];
}

/* CORRUPT: the second reading of a source is not the first one again. */
MUST_CHECK Status write_changed(Error *err);
/* Scratch of a part. */
uint64_t *write_numbers_for(Part *part, size_t count);
void write_numbers(void *data, uint8_t width_bytes, uint64_t position, const uint64_t *numbers,
                   size_t count);
/* Set bits of a word that two threads may share. */
void write_bits(uint64_t *words, uint64_t word, uint64_t bits);
/* What a column stores for a number; false when pass 1 has not seen such a number. */
MUST_CHECK bool write_stored(const ColumnRecord *record, const Divisor *step, int64_t number,
                             uint64_t *ret_stored);
MUST_CHECK Status write_part(Part *part, Error *err);
MUST_CHECK Status write_items(Build *build, Error *err);
/* A section being written; NULL when the column has none. */
void *build_section(const Build *build, size_t column, SectionKind kind);

/* write_texts.c */
MUST_CHECK Status write_texts(Part *part, size_t column, const Run *run, Error *err);
MUST_CHECK Status write_set(Part *part, size_t column, Value value, Error *err);
/* Where the texts of the next customer begin, after those of the present one. */
void write_own_firsts(const Part *part, size_t column);
/* Whether everything that pass 1 counted of an unsorted dictionary was written. */
bool write_texts_complete(const Cursor *cursor);
void write_dictionaries(const Build *build, const SortedTexts *dictionaries);

/* derive.c */
/* Zones and bitmaps of a column into their sections, which are zero; NULL for those it has not.
 * `stream` is not NULL for the day of a stream. */
typedef struct {
    const Column *column;
    const StreamColumns *stream;
    uint32_t customers_count;
} DeriveInput;
void derive_zones(const DeriveInput *input, ColumnZone *ret_zones);
void derive_value_bits(const DeriveInput *input, uint64_t *ret_words);

/* build.c */
MUST_CHECK Status build_in_memory(const ImageInput *input, BuildLimits limits,
                                  const Progress *progress, Image **ret_image, Error *err);
