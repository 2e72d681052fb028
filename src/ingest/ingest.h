/* ingest.h -- files of customers, items and events into the store, every row accounted for.
 *
 * Three steps: import_open reads the beginning of the file, finds out what it is and how its
 * columns meet the schema; import_plan shows what was found, why, and how the first rows would be
 * stored; import_run writes. Nothing is printed here. Every detection is data in the plan and has
 * an override in ImportOptions; the zero of each option means "find out" or the usual choice. */
#pragma once

#include "base/progress.h"
#include "store/event_writer.h"

typedef enum { IMPORT_CUSTOMERS, IMPORT_ITEMS, IMPORT_EVENTS } ImportTarget;

typedef enum {
    IMPORT_UPSERT, /* add what is new, change what is there */
    IMPORT_INSERT, /* add; what is there is rejected */
    IMPORT_REPLACE /* customers, items: columns not given become missing; events: at the end those
                    * stored between the first and last day of the file that it does not hold are
                    * removed, unless a row was rejected */
} ImportMode;

typedef enum { IMPORT_FORMAT_DETECT, IMPORT_CSV, IMPORT_NDJSON } ImportFormat;

typedef enum {
    ENCODING_DETECT,
#define ENCODING(name, code, description) ENCODING_##name,
#include "ingest/encoding.def"
#undef ENCODING
    ENCODING_COUNT
} Encoding;

typedef enum { DECIMAL_MARK_DETECT, DECIMAL_MARK_POINT, DECIMAL_MARK_COMMA } DecimalMark;

/* Order of the parts of a date; any of '.', '/' and '-' separates them. */
typedef enum {
    DATE_ORDER_DETECT,
    DATE_ORDER_YMD, /* 2026-03-31 */
    DATE_ORDER_DMY, /* 31.03.2026 */
    DATE_ORDER_MDY  /* 03/31/2026 */
} DateOrder;

typedef enum { HEADER_DETECT, HEADER_PRESENT, HEADER_ABSENT } HeaderMode;

/* Codes of the options and saved mappings: "csv", "windows-1251", "comma", "dmy", "upsert", ...
 * False when there is none such. */
bool import_target_parse(Text code, ImportTarget *ret_target);
bool import_mode_parse(Text code, ImportMode *ret_mode);
bool import_format_parse(Text code, ImportFormat *ret_format);
bool import_encoding_parse(Text code, Encoding *ret_encoding); /* many spellings: cp1251, UTF8 */
bool import_delimiter_parse(Text code, char *ret_delimiter);   /* one of , ; | or "tab" */
bool import_decimal_mark_parse(Text code, DecimalMark *ret_mark);
bool import_date_order_parse(Text code, DateOrder *ret_order);
bool import_header_parse(Text code, HeaderMode *ret_header); /* "yes", "no" */
bool import_values_sign_parse(Text sign, Text *ret_sign);    /* a sign, neither letter nor digit */
const char *import_target_code(ImportTarget target);
const char *import_mode_code(ImportMode mode);
const char *import_format_code(ImportFormat format);
const char *import_encoding_code(Encoding encoding);
const char *import_decimal_mark_code(DecimalMark mark);
const char *import_date_order_code(DateOrder order);
const char *import_header_code(HeaderMode header);
const char *import_delimiter_code(char delimiter); /* ";", "tab" */

/* --map COLUMN=FIELD. A column may fill several fields; several columns of one hierarchy, set or
 * text are its levels, members or words, in the order told. The column is a name of the header
 * (folded) or a number from 1; the field is a property, item attribute or field of the stream, by
 * name or label; `customer`, `date`, `time` and `key` are the event's own; "-" leaves the column
 * out. */
typedef struct {
    Text column, field;
} ImportMapping;

/* --default FIELD=VALUE for empty cells and absent columns; the value is read like a cell. */
typedef struct {
    Text field, value;
} ImportDefault;

typedef struct {
    ImportTarget target;
    Text stream; /* IMPORT_EVENTS */
    ImportMode mode;
    bool has_mode; /* false: the mapping's, else upsert */

    ImportFormat format;
    Encoding encoding;
    char delimiter; /* 0: find out */
    HeaderMode header;
    bool has_skipped_lines; /* false: titles above the header are found out */
    uint64_t skipped_lines; /* of CSV, above the header */
    DecimalMark decimal_mark;
    DateOrder date_order;

    const ImportMapping *mappings;
    size_t mappings_count;
    const ImportDefault *defaults;
    size_t defaults_count;

    bool create_properties; /* customers: make properties of unknown columns */
    bool create_fields;     /* events: make fields of unknown columns */
    bool create_customers;  /* events: add customers that are not known */

    /* Events: keys are numbered within this field ("customer", or one of the stream): the stored
     * key is its text, '/', and the key of the row. Contact persons without a key column have the
     * name within the customer. */
    Text key_within;
    bool moves_keys;          /* events: a row may take its key over from another customer */
    Text values_separated_by; /* a sign between several values of a cell, besides '|' */
    Text levels_separated_by; /* a sign between the levels of a path, besides " / " */

    Text use_mapping;  /* start from this saved mapping; what is given above wins over it */
    Text save_mapping; /* keep the mapping in use under this name once the import succeeds */

    Text name; /* what the file is called to people; empty: as its path says, without the folder */

    bool is_dry_run;          /* do everything, keep nothing */
    bool tells_rows;          /* all in one batch, with what became of each row; for few rows */
    bool is_look;             /* a plan is made even where something is lacking: see ImportPlan */
    const char *rejects_path; /* NULL: beside the input, see import_rejects_path */
    size_t preview_rows;      /* 0: 5 */
    bool has_today;           /* later events are then noted in the report */
    Date today;
    bool has_language;      /* false: that of the data directory */
    Language language;      /* of everything that the plan and the report say */
    size_t batch_bytes_max; /* of one committed batch of events; 0: by the machine's memory */
} ImportOptions;

/* One thing that was found out, or told. */
typedef struct {
    Text what;   /* "encoding", "delimiter", ...: the same in every language */
    Text label;  /* the same for people */
    Text value;  /* "windows-1251" */
    Text why;    /* a sentence: "..." or "as told" */
    Text option; /* how to say otherwise: "--encoding" */
    bool is_certain;
} ImportDecision;

typedef enum {
    COLUMN_MAPPED,  /* goes to a field that exists */
    COLUMN_CREATED, /* goes to a property or field that the import makes */
    COLUMN_IGNORED, /* told to leave out, or a column of a rejects file */
    COLUMN_UNKNOWN  /* nothing fits: left out, and said so */
} ColumnUse;

typedef struct {
    Text name; /* as in the file; its number without a header */
    ColumnUse use;
    Text field; /* COLUMN_MAPPED, COLUMN_CREATED: name of the field, or names joined with ", " */
    PropertyType type;   /* of the field; of a look also the one a new field would have */
    const Text *samples; /* of a look: the first cells that are filled, as written */
    size_t samples_count;
    Text why;                 /* "same name", "same as the label 'Код'", "as told", ... */
    DecimalMark decimal_mark; /* columns of numbers and money */
    DateOrder date_order;     /* columns of dates */
    Text evidence;            /* for dates and numbers: what decided, in words */
    bool is_certain;          /* false: both readings fit everything seen; `evidence` says so */
} ImportColumn;

/* What can be filled. */
typedef struct {
    Text name, label;
    PropertyType type;
} ImportField;

typedef struct {
    Text *cells; /* one per plan field, as they would be stored; NULL when rejected */
    Text reason; /* of a rejected row */
    uint64_t line;
} ImportPreviewRow;

typedef struct {
    Text name; /* of the file, for people; "-" is standard input, empty: there is no file */
    ImportTarget target;
    Text stream;
    ImportMode mode;
    ImportFormat format;
    Encoding encoding;
    char delimiter; /* IMPORT_CSV */
    bool has_header;
    const ImportDecision *decisions;
    size_t decisions_count;
    const ImportColumn *columns; /* in the order of the file */
    size_t columns_count;
    const Text *fields; /* what a row fills: mapped columns, defaults, derived ones */
    size_t fields_count;
    const ImportPreviewRow *preview;
    size_t preview_count;
    const Text *warnings; /* sentences: what is ambiguous, what was left out */
    size_t warnings_count;
    const char *rejects_path;   /* where rejected rows will go */
    const ImportField *targets; /* of a look: everything that a column could go to */
    size_t targets_count;
    Text lack; /* of a look: why this cannot be imported yet; empty: it can */
} ImportPlan;

/* Rejected rows of one kind. */
typedef struct {
    Text reason;  /* without the value, so that equal ones count together */
    Text column;  /* of the file; may be empty */
    Text example; /* a value, never of a personal property */
    uint64_t count;
    uint64_t line; /* of the first one */
} ImportRejection;

typedef struct {
    uint64_t read; /* == added + updated + unchanged + rejected, also when cancelled */
    uint64_t added, updated, unchanged, rejected;
    uint64_t removed;         /* events that IMPORT_REPLACE took away */
    uint64_t rounded;         /* values with more decimals than their field keeps */
    uint64_t customers_added; /* by create_customers */
    uint64_t items_added;     /* met in events, with their code only */
    uint64_t bytes_done;      /* of the input */
    uint64_t line_done;       /* the last line that is safely stored or rejected */
    bool is_finished;         /* false: cancelled or failed, whole batches only are stored */
    bool is_dry_run;
    const ImportRejection *rejections; /* most frequent first */
    size_t rejections_count;
    const Text *notes; /* sentences: what was rounded, made, left out */
    size_t notes_count;
    const char *rejects_path; /* NULL when nothing was rejected */
    /* How dates and numbers were read in all columns that tell it; DETECT: not alike. With the
     * options told these import the mended rows as this file was. */
    DateOrder date_order;
    DecimalMark decimal_mark;
} ImportReport;

/* What became of a row. */
typedef enum { ROW_ADDED, ROW_UPDATED, ROW_UNCHANGED, ROW_REJECTED } RowOutcome;
typedef struct {
    uint64_t line;
    RowOutcome outcome;
    Text reason, column; /* of a rejected one; the column may be empty */
} ImportRow;

typedef struct Import Import;

/* Read the beginning of `path` ("-" is standard input, gzip is unpacked) and make the plan. The
 * store must outlive the import and be open for writing; the options are copied.
 * errors  NOT_FOUND no such file, stream or saved mapping; INVALID not text (a workbook, an
 *         archive), empty, no column for what every row needs, options that contradict the file;
 *         IO, CORRUPT of the file */
MUST_CHECK Status import_open(Store *store, const char *path, const ImportOptions *options,
                              Import **ret_import, Error *err);
/* The same of a text that is there already; refused rows go to no file. */
MUST_CHECK Status import_open_text(Store *store, Text content, const ImportOptions *options,
                                   Import **ret_import, Error *err);
void import_close(Import *import); /* accepts NULL */
void import_done(Import **import);

const ImportPlan *import_plan(const Import *import); /* valid until import_close */

/* Import everything, once. Whole batches are committed as they come, and between them whoever waits
 * to write is let write; on CANCELLED and on errors those stay, and running the import again ends
 * the same as if it had not been interrupted. Not of a look that lacks something.
 * Progress reports bytes. Rejected rows are no error: see the report. */
MUST_CHECK Status import_run(Import *import, const Progress *progress, Error *err);
/* Rows taken or refused so far, for whoever gets the progress, in whose thread it is asked. */
uint64_t import_rows_done(const Import *import);
/* With tells_rows: every row that was read, in the order of the file. */
const ImportRow *import_rows(const Import *import, size_t *ret_count);
/* How far it came; valid until import_close, meaningful after import_run whatever it returned. */
const ImportReport *import_report(const Import *import);

/* Where rejected rows go unless told: "<path>.rejects.csv" (".rejects.ndjson"), for standard input
 * "import.rejects.csv" in the current directory. A file that is there may hold somebody's mending,
 * so the first free one of "<path>.rejects-2.csv", "-3", ... is taken then. */
Text import_rejects_path(const char *path, ImportFormat format, Arena *arena);

/* A saved mapping, read without a file: its content as options. */
MUST_CHECK Status import_mapping_read(Store *store, Text name, Arena *arena,
                                      ImportOptions *ret_options, Error *err);
