/* evidence.h -- what the cells of one column say about how its values are written and what they
 * are; counted over the sample, or over the whole file while a question is open. */
#pragma once

#include "base/map.h"
#include "ingest/convert.h"
#include "ingest/say.h"

enum { ENUM_VALUES_MAX = 40 };

/* A cell that is unlike most of its column. */
enum { ODD_CELL_BYTES_MAX = 40 };
typedef struct {
    uint64_t line; /* 0: there is none */
    size_t size;
    char bytes[ODD_CELL_BYTES_MAX]; /* the beginning of it */
} OddCell;

typedef struct {
    uint64_t filled;
    /* Numbers. "1,234" says nothing, "1,5" and "1.234,5" tell a decimal comma, "1,234,567" tells a
     * comma between thousands. */
    uint64_t numbers;      /* cells that are numbers in some reading */
    uint64_t whole;        /* of them without any mark */
    uint64_t decimal[2];   /* tell that '.', ',' is the decimal mark */
    uint64_t group[2];     /* tell that '.', ',' separates thousands */
    uint64_t either[2];    /* one '.', ',' that may be both */
    uint64_t mark_line[2]; /* of the first cell that tells so */
    uint64_t amounts;      /* of them beside the sign of a currency */
    uint64_t codes;        /* digits that are no quantity: leading zeros, more than 18 digits */
    int decimals_max;
    /* Dates. */
    uint64_t dates, year_first, day_first, month_first, either_first, with_dots;
    uint64_t day_first_line, month_first_line; /* of the first such date */
    char day_separator, month_separator;       /* likewise */
    /* Others. */
    uint64_t words_yes_no; /* yes and no in words, while all cells are; 1 and 0 are numbers */
    uint64_t sets, hierarchies;
    size_t size_max;
    OddCell no_number, no_date; /* the first of them */
    Map *distinct;              /* folded values, up to ENUM_VALUES_MAX + 1; NULL when not wanted */
} Evidence;

void evidence_add(Evidence *evidence, Cell cell, uint64_t line, Arena *scratch);
void evidence_done(Evidence *evidence);

/* Decimal mark of a column; ties and silence fall to `fallback`. */
typedef struct {
    NumberStyle style;
    bool is_certain;
    Text why;
} NumberVerdict;
NumberVerdict evidence_number(const Evidence *evidence, DecimalMark told, char fallback,
                              Voice voice);
/* The mark that most columns have; 0 when none of them tells. */
char evidence_common_mark(const Evidence *columns, size_t count);

typedef struct {
    DateOrder order;
    bool is_certain;
    Text why;
} DateVerdict;
DateVerdict evidence_date(const Evidence *evidence, DateOrder told, DateOrder fallback,
                          Voice voice);
/* Whether some dates fit only day first and others only month first, by more than a slip: another
 * separator, or more than one in a hundred. Either reading would make false dates of some. */
bool evidence_dates_disagree(const Evidence *evidence);
/* Whether some cells tell a decimal point and nearly as many a comma. */
bool evidence_marks_disagree(const Evidence *evidence);
/* Whether some date seen tells the order of its parts. */
bool evidence_date_tells(const Evidence *evidence);
/* Whether reading on could still settle the order of dates, or the decimal mark. */
bool evidence_date_is_open(const Evidence *evidence);
bool evidence_number_is_open(const Evidence *evidence);

/* Of the filled cells, how many certainly do not fit a field of this type. */
uint64_t evidence_misfits(const Evidence *evidence, PropertyType type);

/* The type that all values seen have. */
typedef struct {
    PropertyType type;
    uint8_t scale;
    FieldRole role; /* texts that hardly repeat: FIELD_IDENTIFIER */
} TypeVerdict;
TypeVerdict evidence_type(const Evidence *evidence);
/* The first cell that kept a column of this type from being one of numbers or of dates, as most of
 * its cells are; NULL when there is none. */
const OddCell *evidence_odd_cell(const Evidence *evidence, PropertyType type,
                                 PropertyType *ret_usual);
