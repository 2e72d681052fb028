/* evidence.c -- counting what cells look like, and deciding from the counts. */
#include "ingest/evidence.h"

#include "base/decimal.h"
#include "base/fold.h"
#include "ingest/amount.h"
#include "model/currency.h"

#include <string.h>

enum {
    MARK_POINT,
    MARK_COMMA,
    DIGITS_MAX = 18,
    AMOUNT_TRIES = 200, /* cells; a column of codes is not asked for currencies to its end */
    SLIP_SHARE = 100,   /* of so many dates one in the other order may be a slip */
    CLEAR_SHARE = 2     /* a decimal mark this many times as frequent as the other one counts */
};

static const char MARKS[] = ".,";

void evidence_done(Evidence *evidence)
{
    map_free(evidence->distinct);
    evidence->distinct = NULL;
}

/* ---- counting ---- */

/* A text of digits, marks and signs between groups, taken apart. */
typedef struct {
    size_t digits;
    size_t marks[2];       /* how many '.' and ',' */
    size_t last_mark[2];   /* digits before the last of them */
    bool has_other_groups; /* spaces, apostrophes */
    bool is_number;
} Shape;

static Shape shape_of(Text text)
{
    Shape shape = {0};
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (byte >= '0' && byte <= '9') {
            shape.digits++;
        } else if (byte == '.' || byte == ',') {
            size_t mark = byte == '.' ? MARK_POINT : MARK_COMMA;
            shape.marks[mark]++;
            shape.last_mark[mark] = shape.digits;
        } else if (byte == 'e' || byte == 'E') {
            break; /* what follows moves the mark, it does not tell which one it is */
        } else if ((byte == '-' || byte == '+') && i == 0) {
            continue;
        } else {
            shape.has_other_groups = true;
        }
    }
    return shape;
}

static bool reads_as(Text text, NumberStyle style)
{
    int64_t mantissa;
    bool is_rounded;
    return convert_decimal(text, style, DECIMAL_SCALE_MAX, &mantissa, &is_rounded) == FAULT_NONE;
}

static void add_one_mark(Evidence *evidence, const Shape *shape, size_t mark, Text text)
{
    size_t after = shape->digits - shape->last_mark[mark];
    char other = MARKS[!mark];
    bool can_group = reads_as(text, (NumberStyle){other, MARKS[mark]});
    bool begins_with_zero = text.data[0] == '0' || text_starts_with(text, TEXT("-0"));
    if (can_group && after == 3 && !begins_with_zero && !shape->has_other_groups) {
        evidence->either[mark]++;
    } else {
        evidence->decimal[mark]++;
    }
    if ((int)after > evidence->decimals_max) evidence->decimals_max = (int)after;
}

/* JSON says how its numbers are written, so they are no evidence for texts beside them. */
static void add_machine_number(Evidence *evidence, Text text)
{
    Text fraction;
    text_split(text, '.', &fraction);
    evidence->numbers++;
    evidence->whole += fraction.size == 0;
    if ((int)fraction.size > evidence->decimals_max) evidence->decimals_max = (int)fraction.size;
    Shape shape = shape_of(text);
    evidence->codes += shape.digits - fraction.size > DIGITS_MAX;
}

static bool add_number(Evidence *evidence, Text text)
{
    bool as_point = reads_as(text, (NumberStyle){'.', ','});
    bool as_comma = reads_as(text, (NumberStyle){',', '.'});
    if (!as_point && !as_comma) {
        Shape shape = shape_of(text);
        evidence->codes += shape.digits == text.size;
        return false;
    }
    Shape shape = shape_of(text);
    size_t marks = shape.marks[MARK_POINT] + shape.marks[MARK_COMMA];
    evidence->numbers++;
    if (marks == 0) {
        evidence->whole++;
        evidence->codes += shape.digits > 1 && text.data[0] == '0';
        return true;
    }
    bool has_both = shape.marks[MARK_POINT] != 0 && shape.marks[MARK_COMMA] != 0;
    size_t mark = shape.marks[MARK_POINT] != 0 ? MARK_POINT : MARK_COMMA;
    if (has_both) {
        size_t decimal = as_point ? MARK_POINT : MARK_COMMA;
        evidence->decimal[decimal]++;
        evidence->group[!decimal]++;
        int after = (int)(shape.digits - shape.last_mark[decimal]);
        if (after > evidence->decimals_max) evidence->decimals_max = after;
    } else if (marks > 1) {
        evidence->group[mark]++;
    } else {
        add_one_mark(evidence, &shape, mark, text);
    }
    return true;
}

/* How many cells tell that the mark is the decimal one. */
static uint64_t votes_for(const Evidence *evidence, size_t mark)
{
    return evidence->decimal[mark] + evidence->group[!mark];
}

static void see_marks(Evidence *evidence, uint64_t line)
{
    for (size_t mark = 0; mark < 2; mark++)
        if (evidence->mark_line[mark] == 0 && votes_for(evidence, mark) != 0)
            evidence->mark_line[mark] = line;
}

/* "1 000,50 ₽": a number beside a currency, whichever it is. */
static bool add_amount(Evidence *evidence, Text text)
{
    WrittenAmount amount;
    bool is_hopeless = evidence->amounts == 0 && evidence->filled > AMOUNT_TRIES;
    if (is_hopeless) return false;
    bool is_amount = amount_split(text, &amount) &&
                     currency_meaning(amount.currency, (Text){0}) != CURRENCY_NONE &&
                     add_number(evidence, amount.number);
    evidence->amounts += is_amount;
    return is_amount;
}

/* One more date that fits only this order. */
static void see_order(uint64_t *count, uint64_t *first_line, char *separator, char written,
                      uint64_t line)
{
    if ((*count)++ != 0) return;
    *first_line = line;
    *separator = written;
}

static void add_date(Evidence *evidence, Text text, uint64_t line)
{
    DateParts parts;
    Text rest;
    WrittenMoment moment;
    if (!convert_date_parts(text, &parts, &rest) || parts.separator == 0) return;
    if (!parts.is_year_first && parts.third < 0) return;
    bool as_day_first =
        convert_moment(text, (DateStyle){DATE_ORDER_DMY, NULL}, &moment) != FAULT_NO_SUCH_DAY;
    bool as_month_first =
        convert_moment(text, (DateStyle){DATE_ORDER_MDY, NULL}, &moment) != FAULT_NO_SUCH_DAY;
    if (!as_day_first && !as_month_first) return;
    evidence->dates++;
    evidence->with_dots += parts.separator == '.';
    if (parts.is_year_first)
        evidence->year_first++;
    else if (parts.first == parts.second)
        return; /* the same day in either order */
    else if (!as_month_first)
        see_order(&evidence->day_first, &evidence->day_first_line, &evidence->day_separator,
                  parts.separator, line);
    else if (!as_day_first)
        see_order(&evidence->month_first, &evidence->month_first_line, &evidence->month_separator,
                  parts.separator, line);
    else
        evidence->either_first++;
}

static bool ends_with_digit(Text text)
{
    char last = text.data[text.size - 1];
    return last >= '0' && last <= '9';
}

static void add_distinct(Evidence *evidence, Text text, Arena *scratch)
{
    uint64_t ignored;
    if (evidence->distinct == NULL || map_count(evidence->distinct) > ENUM_VALUES_MAX) return;
    map_add(evidence->distinct, text_fold(text, scratch), 1, &ignored);
}

static void see_odd(OddCell *odd, bool is_odd, Text text, uint64_t line)
{
    if (!is_odd || odd->line != 0) return;
    odd->line = line;
    odd->size = text.size < ODD_CELL_BYTES_MAX ? text.size : ODD_CELL_BYTES_MAX;
    while (odd->size < text.size && ((unsigned char)text.data[odd->size] & 0xC0) == 0x80)
        odd->size--; /* no letter is cut */
    memcpy(odd->bytes, text.data, odd->size);
}

void evidence_add(Evidence *evidence, Cell cell, uint64_t line, Arena *scratch)
{
    Text text = text_trim(cell_text(cell));
    uint64_t numbers = evidence->numbers, dates = evidence->dates;
    bool yes;
    if (text.size == 0) return;
    evidence->filled++;
    if (text.size > evidence->size_max) evidence->size_max = text.size;
    char first = text.data[0];
    bool may_be_number = (first >= '0' && first <= '9') || first == '-' || first == '+' ||
                         first == '.' || first == ',' || first == '\xE2';
    if (cell.is_machine) {
        add_machine_number(evidence, text);
    } else if (may_be_number) {
        if (!add_number(evidence, text)) add_amount(evidence, text);
        see_marks(evidence, line);
        add_date(evidence, text, line);
    } else if (ends_with_digit(text) && add_amount(evidence, text)) {
        see_marks(evidence, line);                               /* "$5.20" */
    } else if (evidence->words_yes_no + 1 == evidence->filled) { /* all cells so far */
        evidence->words_yes_no += convert_bool(text, &yes) == FAULT_NONE;
    }
    see_odd(&evidence->no_number, evidence->numbers == numbers, text, line);
    see_odd(&evidence->no_date, evidence->dates == dates, text, line);
    evidence->sets += text_contains(text, TEXT("|"));
    evidence->hierarchies += text_contains(text, TEXT(" / "));
    add_distinct(evidence, text, scratch);
}

/* ---- numbers ---- */

static NumberStyle style_of(const Evidence *evidence, char mark, bool has_undecided_groups)
{
    size_t other = mark == '.' ? MARK_COMMA : MARK_POINT;
    bool has_groups =
        evidence->group[other] != 0 || (has_undecided_groups && evidence->either[other] != 0);
    return (NumberStyle){mark, has_groups ? MARKS[other] : 0};
}

char evidence_common_mark(const Evidence *columns, size_t count)
{
    uint64_t votes[2] = {0, 0};
    for (size_t i = 0; i < count; i++)
        for (size_t mark = 0; mark < 2; mark++)
            votes[mark] += votes_for(&columns[i], mark);
    if (votes[MARK_POINT] == votes[MARK_COMMA]) return 0;
    return votes[MARK_POINT] > votes[MARK_COMMA] ? '.' : ',';
}

bool evidence_marks_disagree(const Evidence *evidence)
{
    uint64_t point = votes_for(evidence, MARK_POINT), comma = votes_for(evidence, MARK_COMMA);
    uint64_t few = point < comma ? point : comma, many = point < comma ? comma : point;
    return few != 0 && few * CLEAR_SHARE > many;
}

bool evidence_number_is_open(const Evidence *evidence)
{
    return evidence->either[MARK_POINT] + evidence->either[MARK_COMMA] != 0 &&
           evidence_common_mark(evidence, 1) == 0;
}

static Text mark_word(char mark, Voice voice)
{
    return say(voice, mark == '.' ? MESSAGE_POINT : MESSAGE_COMMA);
}

NumberVerdict evidence_number(const Evidence *evidence, DecimalMark told, char fallback,
                              Voice voice)
{
    if (told != DECIMAL_MARK_DETECT) {
        char mark = told == DECIMAL_MARK_POINT ? '.' : ',';
        return (NumberVerdict){style_of(evidence, mark, true), true, say(voice, MESSAGE_AS_TOLD)};
    }
    char mark = evidence_common_mark(evidence, 1);
    uint64_t against = mark == '.'   ? evidence->decimal[MARK_COMMA]
                       : mark == ',' ? evidence->decimal[MARK_POINT]
                                     : 0;
    if (mark != 0 && against == 0)
        return (NumberVerdict){style_of(evidence, mark, true), true,
                               SAY(voice, DECIMAL_MARK_SEEN, mark_word(mark, voice))};
    if (mark != 0)
        return (NumberVerdict){
            style_of(evidence, mark, false), false,
            SAY(voice, MOST_HAVE_MARK, mark_word(mark, voice), voice_count(voice, against))};
    bool is_silent = !evidence_number_is_open(evidence);
    uint64_t open = evidence->either[MARK_POINT] + evidence->either[MARK_COMMA];
    Text why = is_silent ? say(voice, MESSAGE_NO_DECIMALS)
                         : SAY(voice, THOUSANDS_OR_DECIMALS, voice_count(voice, open),
                               mark_word(fallback, voice));
    return (NumberVerdict){style_of(evidence, fallback, true), is_silent, why};
}

/* ---- dates ---- */

bool evidence_date_tells(const Evidence *evidence)
{
    return evidence->year_first + evidence->day_first + evidence->month_first +
               evidence->with_dots !=
           0;
}

bool evidence_dates_disagree(const Evidence *evidence)
{
    uint64_t day = evidence->day_first, month = evidence->month_first;
    if (day == 0 || month == 0) return false;
    uint64_t few = day < month ? day : month, many = day < month ? month : day;
    return evidence->day_separator != evidence->month_separator || few * SLIP_SHARE > many;
}

bool evidence_date_is_open(const Evidence *evidence)
{
    return evidence->either_first != 0 && evidence->day_first == 0 && evidence->month_first == 0 &&
           evidence->with_dots == 0;
}

DateVerdict evidence_date(const Evidence *evidence, DateOrder told, DateOrder fallback, Voice voice)
{
    if (told != DATE_ORDER_DETECT) return (DateVerdict){told, true, say(voice, MESSAGE_AS_TOLD)};
    uint64_t day = evidence->day_first, month = evidence->month_first;
    if (evidence->year_first == evidence->dates)
        return (DateVerdict){DATE_ORDER_YMD, true, say(voice, MESSAGE_YEAR_FIRST)};
    if (day != 0 && month != 0) {
        Text why = SAY(voice, BOTH_ORDERS, voice_count(voice, day), voice_count(voice, month));
        return (DateVerdict){day >= month ? DATE_ORDER_DMY : DATE_ORDER_MDY, false, why};
    }
    /* Of dates that are spread over months most tell the order; a few that do may be slips. With
     * dots the day stands first nearly everywhere, so there slips do not count at all. */
    bool are_many = (day + month) * 10 >= evidence->dates;
    bool has_dots = evidence->with_dots == evidence->dates;
    bool are_slips = has_dots && month != 0 && (month < 3 || month * 4 < evidence->dates);
    if (day + month != 0 && !are_slips) {
        Text why = SAY(voice, ONLY_THIS_ORDER, voice_count(voice, day + month));
        return (DateVerdict){day != 0 ? DATE_ORDER_DMY : DATE_ORDER_MDY, are_many, why};
    }
    if (has_dots) return (DateVerdict){DATE_ORDER_DMY, true, say(voice, MESSAGE_DOTS)};
    if (evidence->either_first == 0)
        return (DateVerdict){fallback, true, say(voice, MESSAGE_SAME_IN_EITHER_ORDER)};
    return (DateVerdict){fallback, false, say(voice, MESSAGE_EITHER_ORDER)};
}

/* ---- types ---- */

uint64_t evidence_misfits(const Evidence *evidence, PropertyType type)
{
    bool is_number = type == PROPERTY_NUMBER || type == PROPERTY_MONEY;
    if (is_number) return evidence->filled - evidence->numbers;
    /* Dates of eight digits are numbers too. */
    if (type == PROPERTY_DATE) return evidence->filled - evidence->dates - evidence->whole;
    return 0;
}

TypeVerdict evidence_type(const Evidence *evidence)
{
    uint64_t filled = evidence->filled;
    size_t distinct = evidence->distinct == NULL ? 0 : map_count(evidence->distinct);
    TypeVerdict text = {PROPERTY_TEXT, 0, FIELD_PLAIN};
    if (filled == 0) return text;
    if (evidence->words_yes_no == filled) return (TypeVerdict){PROPERTY_BOOL, 0, FIELD_PLAIN};
    if (evidence->dates == filled) return (TypeVerdict){PROPERTY_DATE, 0, FIELD_PLAIN};
    if (evidence->numbers == filled && evidence->codes == 0) {
        int decimals = evidence->decimals_max;
        if (evidence->amounts != 0) return (TypeVerdict){PROPERTY_MONEY, MONEY_SCALE, FIELD_PLAIN};
        int kept = decimals > DECIMAL_SCALE_MAX ? DECIMAL_SCALE_MAX : decimals;
        return (TypeVerdict){PROPERTY_NUMBER, (uint8_t)kept, FIELD_PLAIN};
    }
    bool has_sets = evidence->sets != 0, has_levels = evidence->hierarchies != 0;
    if (has_sets)
        return (TypeVerdict){has_levels ? PROPERTY_HIERARCHY_SET : PROPERTY_SET, 0, FIELD_PLAIN};
    if (has_levels) return (TypeVerdict){PROPERTY_HIERARCHY, 0, FIELD_PLAIN};
    if (distinct <= ENUM_VALUES_MAX && distinct * 2 <= filled)
        return (TypeVerdict){PROPERTY_ENUM, 0, FIELD_PLAIN};
    text.role = FIELD_IDENTIFIER;
    return text;
}

const OddCell *evidence_odd_cell(const Evidence *evidence, PropertyType type,
                                 PropertyType *ret_usual)
{
    bool is_wordy = type == PROPERTY_TEXT || type == PROPERTY_ENUM;
    if (!is_wordy) return NULL;
    if (evidence->dates * 2 > evidence->filled && evidence->no_date.line != 0) {
        *ret_usual = PROPERTY_DATE;
        return &evidence->no_date;
    }
    *ret_usual = PROPERTY_NUMBER;
    bool are_numbers = evidence->numbers * 2 > evidence->filled && evidence->codes == 0;
    return are_numbers && evidence->no_number.line != 0 ? &evidence->no_number : NULL;
}
