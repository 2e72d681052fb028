/* report.h -- reports on segments: tables about groups of customers, as of a day.
 *
 * A group is a rule: a segment is member("..."), a saved set saved("..."), a class
 * class("...") = "A". What a row of a table says of customers is a rule too, so every row can list
 * them. Groups may overlap; the line of the total holds each customer once. Sums are exact.
 *
 *   ReportPlan ─ report_run ─> Report: tables of typed values, notes in the reader's language */
#pragma once

#include "engine/engine.h"
#include "eval/lookups.h"
#include "lang/catalog.h"
#include "model/language.h"

typedef enum {
#define REPORT_KIND(name, code, ...) REPORT_##name,
#include "report/report_kind.def"
#undef REPORT_KIND
    REPORT_KIND_COUNT
} ReportKind;

const char *report_kind_code(ReportKind kind); /* "sales" */
Text report_kind_label(ReportKind kind, Language language);
bool report_kind_parse(Text code, ReportKind *ret_kind);

/* Since when values of properties are what they are: whose value has a day at all, and whose was
 * set on `since` or later; the caller frees both sets. */
typedef Status ReportValueDays(void *source, const Property *property, Date since,
                               CustomerSet ret_sets[2], Error *err);
enum { VALUES_DATED, VALUES_FRESH };

/* What reports are made of; borrowed. */
typedef struct {
    const EngineData *data;
    const Catalog *catalog;
    JoinedLookups *lookups;      /* NULL: there are no stored sets */
    unsigned threads_count;      /* 0: one per processor */
    const Progress *progress;    /* may be NULL */
    ReportValueDays *value_days; /* NULL: nobody knows how old values are */
    void *value_days_source;
} ReportContext;

/* A group of customers: how it is called and which rule it is. */
typedef struct {
    Text label;
    Text rule;
} ReportSubject;

typedef enum { COMPARE_WITH_NOTHING, COMPARE_WITH_PREVIOUS, COMPARE_WITH_YEAR } SalesComparison;
typedef enum { PRODUCTS_BY_GROUP, PRODUCTS_BY_ITEM, PRODUCTS_BY_BRAND } ProductLevel;

/* A criterion of prospects whose weight, or rating from 1 to 5, is given by hand. */
typedef struct {
    Text criterion; /* "growth", "margin", ... */
    double number;
} ReportSetting;

/* What is asked. Zero is the usual everywhere. */
typedef struct {
    ReportKind kind;
    Language language;             /* of headings and notes */
    const ReportSubject *subjects; /* none: one, all customers */
    size_t subjects_count;
    Text base; /* a rule: nobody else is there, not even among "everybody"; empty: everybody is */
    Date as_of;
    bool has_from, has_to, has_step;
    Date from, to; /* both included; the usual: so many periods up to the as-of day */
    Unit step;
    uint64_t rows_max; /* of lists of customers, products, properties; 0: the usual */

    SalesComparison comparison;

    const int64_t *ageing_days; /* ends of buckets, ascending; none: 30, 60, 90 */
    size_t ageing_days_count;

    ProductLevel product_level;
    uint64_t depth;            /* levels of item groups; 0: 2 */
    double gap_high, gap_low;  /* penetrations that make a gap; 0: 0.4 and 0.02 */
    double candidates_minimum; /* penetration from which others are candidates; 0: 0.2 */

    uint64_t stale_days; /* fill: values that were not set for longer are stale; 0: 365 */

    uint64_t age_days; /* retention: ages of so many days instead of calendar periods; 0: not */

    Text wallet; /* what a customer buys of all suppliers in the period; empty: the usual */
    Text size;   /* what wallets are compared by where none is known; empty: nothing */
    double benchmark_percentile;  /* 0: 75 */
    double target_share;          /* of the wallet; 0: 0.8 */
    const ReportSetting *weights; /* percents that sum to 100; none: the usual */
    size_t weights_count;
    const ReportSetting *ratings; /* 1 .. 5, in place of what the data says */
    size_t ratings_count;
} ReportPlan;

enum { REPORT_SUBJECTS_MAX = 60, REPORT_TABLES_MAX = 8 };

typedef struct {
    const char *key; /* in JSON and CSV */
    Text label;
    Type type;
    bool is_share; /* a ratio that people read as a percentage */
} ReportColumn;

typedef struct {
    const char *key;
    Text label;
    ReportColumn *columns;
    size_t columns_count;
    struct {
        Value *items; /* row after row */
        size_t count, capacity;
    } values;
    /* By row: the rule of the customers it is about, as of the report's day; empty: none. */
    struct {
        Text *items;
        size_t count, capacity;
    } rules;
} ReportTable;

typedef struct {
    const char *key; /* "distinct-total" */
    Text sentence;
} ReportNote;

typedef struct {
    Text label, rule;
    uint64_t customers_count;
} ReportGroup;

typedef struct {
    ReportKind kind;
    Text label;
    Date as_of;
    bool has_period;
    Date from, to;
    uint64_t base_count;
    const ReportGroup *groups; /* the subjects; with two or more the total comes after them */
    size_t groups_count;
    ReportTable tables[REPORT_TABLES_MAX]; /* the first is what the report is mainly about */
    size_t tables_count;
    struct {
        ReportNote *items;
        size_t count, capacity;
    } notes;
} Report;

/* errors  INVALID a rule, a setting or a period that makes no sense, LIMIT too many cells or a sum
 *         beyond 18 digits, CANCELLED
 * memory  everything in the arena */
MUST_CHECK Status report_run(const ReportContext *context, const ReportPlan *plan, Arena *arena,
                             Report *ret_report, Error *err);

/* NULL when the report has no such table. */
const ReportTable *report_find_table(const Report *report, Text key);
size_t report_rows_count(const ReportTable *table);
/* The value of a column by its key; the column must exist. */
Value report_value(const ReportTable *table, size_t row, const char *key);

/* `member("Опт")`: a call of a function with a name as the language writes it. */
Text report_call(const char *function, Text name, Arena *arena);
/* A text literal of the language. */
Text report_quote(Text text, Arena *arena);
