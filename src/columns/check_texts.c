/* check_texts.c -- dictionaries and codes: order, classes, whose they are, that every one is used.
 */
#include "base/fold.h"
#include "columns/check.h"
#include "columns/shapes.h"

#include <string.h>

/* Order of two neighbouring entries: <0 as it must be and of different folded forms, 0 as it must
 * be and of one, >0 wrong. */
static int neighbours_order(const Dictionary *dictionary, uint32_t code, Arena *scratch)
{
    arena_reset(scratch);
    Text a = dictionary_text(dictionary, code - 1, scratch);
    Text b = dictionary_text(dictionary, code, scratch);
    int order = text_compare(text_fold(a, scratch), text_fold(b, scratch));
    if (order != 0) return order;
    return text_compare(a, b) < 0 ? 0 : 1;
}

static bool are_texts_valid(const Dictionary *dictionary, Arena *scratch)
{
    for (uint32_t code = 1; code <= dictionary->count; code++) {
        arena_reset(scratch);
        Text text = dictionary_text(dictionary, code, scratch);
        if (text.size == 0 || !utf8_is_valid(text)) return false;
    }
    return true;
}

/* ---- sorted ---- */

static bool is_sorted_right(const Dictionary *dictionary, Arena *scratch)
{
    for (uint32_t code = 2; code <= dictionary->count; code++) {
        int order = neighbours_order(dictionary, code, scratch);
        uint32_t step = dictionary_class(dictionary, code) - dictionary_class(dictionary, code - 1);
        if (order > 0 || step != (order < 0 ? 1u : 0u)) return false;
    }
    return dictionary_class(dictionary, 1) == 1 &&
           dictionary_class(dictionary, dictionary->count) == dictionary->classes_count;
}

static bool is_every_code_used(const Column *column, uint64_t codes_count)
{
    AUTO(arena_done) Arena *arena = arena_new();
    bool *is_used = ARENA_ARRAY(arena, bool, codes_count + 1);
    for (uint64_t i = 0; i < column->count; i++)
        is_used[column_integer(column, i)] = true;
    for (uint64_t code = 1; code <= codes_count; code++)
        if (!is_used[code]) return false;
    return true;
}

/* ---- texts as numbers ---- */

static bool is_shape(Text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] >= '1' && text.data[i] <= '9') return false;
    return text.size > 0 && utf8_is_valid(text);
}

static bool are_shapes_ordered(const TextNumbers *numbers)
{
    uint64_t begin = 0;
    for (uint32_t i = 0; i < numbers->shapes_count; i++) {
        Text text = numbers_shape_text(numbers, i);
        if (!is_shape(text) || numbers->shapes[i].begin != begin) return false;
        if (i > 0 && text_compare(numbers_shape_text(numbers, i - 1), text) >= 0) return false;
        begin += text.size;
    }
    return true;
}

/* The least and the greatest value of every shape are those of texts. */
static void check_numbers(Check *check, const Dictionary *dictionary)
{
    const TextNumbers *numbers = dictionary->numbers;
    uint64_t least[SHAPES_MAX], greatest[SHAPES_MAX] = {0};
    memset(least, 0xff, sizeof least);
    for (uint64_t i = 0; i < dictionary->count; i++) {
        uint64_t value = numbers_value(numbers, i);
        uint32_t shape = numbers_shape_of(numbers, value);
        if (value < least[shape]) least[shape] = value;
        if (value > greatest[shape]) greatest[shape] = value;
    }
    bool is_tight = true;
    for (uint32_t i = 0; i < numbers->shapes_count; i++)
        is_tight = is_tight && least[i] == numbers->shapes[i].first &&
                   greatest[i] + 1 == numbers_shape_end(numbers, i);
    if (!is_tight || !are_shapes_ordered(numbers))
        check_problem(check, "the shapes of the texts differ");
}

/* ---- not sorted ---- */

/* The codes of a customer: those after `last`, each used and in order. */
typedef struct {
    const Seat *seat;
    Arena *scratch, *marks;
    uint32_t last; /* code of the customers before */
    uint32_t joined_count;
    bool is_right;
} OwnCheck;

static bool is_joined(const Dictionary *dictionary, uint32_t code)
{
    return dictionary->joined != NULL &&
           (dictionary->joined[(code - 1) / 64] >> ((code - 1) % 64) & 1) != 0;
}

/* What is stored beside the numbers of one customer must say the same. */
static bool is_stored_right(const Column *column, uint64_t position, uint32_t number)
{
    uint32_t byte = number < OWN_TEXTS_NARROW_MAX ? number : OWN_TEXTS_NARROW_MAX;
    const uint8_t *bytes = column->data;
    return column->width_bytes == 0 ? number == 1 : bytes[position] == byte;
}

/* The greatest of a customer's codes; marks those that are used. */
static uint32_t mark_used(OwnCheck *own, uint32_t row, bool *is_used, size_t count)
{
    const Column *column = own->seat->column;
    uint32_t greatest = own->last;
    uint64_t begin = seat_begin(own->seat, row);
    for (uint64_t i = begin; i < begin + count; i++) {
        uint32_t code = column_code(column, row, i);
        if (code == 0) continue;
        own->is_right =
            code > own->last && code - own->last <= count &&
            (column->kind != COLUMN_OWN_CODE || is_stored_right(column, i, code - own->last));
        if (!own->is_right) break;
        is_used[code - own->last] = true;
        if (code > greatest) greatest = code;
    }
    return greatest;
}

static void check_own_of_row(OwnCheck *own, uint32_t row)
{
    const Dictionary *dictionary = own->seat->column->dictionary;
    size_t count = (size_t)(seat_end(own->seat, row) - seat_begin(own->seat, row));
    arena_reset(own->marks);
    bool *is_used = ARENA_ARRAY(own->marks, bool, count + 1);
    uint32_t greatest = mark_used(own, row, is_used, count);
    for (uint32_t code = own->last + 1; own->is_right && code <= greatest; code++) {
        bool is_first = code == own->last + 1;
        int order = is_first ? -1 : neighbours_order(dictionary, code, own->scratch);
        own->is_right =
            is_used[code - own->last] && order <= 0 && is_joined(dictionary, code) == (order == 0);
        own->joined_count += order == 0;
    }
    own->last = greatest;
}

/* Customers with many texts, and they alone, have numbers of four bytes. */
static bool are_wide_rows_right(const Seat *seat)
{
    const Column *column = seat->column;
    uint32_t wide = 0;
    for (uint32_t row = 0; row < seat->rows_count; row++) {
        bool is_wide = column_own_count(column, row) > OWN_TEXTS_NARROW_MAX;
        bool is_listed = wide < column->wide_rows_count && column->wide_rows[wide].row == row;
        if (is_wide != is_listed) return false;
        wide += is_listed;
    }
    return true;
}

static void check_unsorted(Check *check, const Seat *seat, Arena *scratch)
{
    const Column *column = seat->column;
    AUTO(arena_done) Arena *marks = arena_new();
    OwnCheck own = {.seat = seat, .scratch = scratch, .marks = marks, .is_right = true};
    bool is_own = column->kind == COLUMN_OWN_CODE;
    for (uint32_t row = 0; row < seat->rows_count && own.is_right; row++) {
        own.is_right = !is_own || column_own_first(column, row) == own.last;
        if (own.is_right) check_own_of_row(&own, row);
    }
    const Dictionary *dictionary = column->dictionary;
    if (!own.is_right || own.last != dictionary->count)
        check_problem(check, "the texts of a customer are out of order");
    else if (own.joined_count != dictionary->count - dictionary->classes_count)
        check_problem(check, "the classes are not counted right");
    if (is_own && !are_wide_rows_right(seat))
        check_problem(check, "the customers with many texts are not told right");
}

void check_codes(Check *check, const Seat *seat)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    const Dictionary *dictionary = seat->column->dictionary;
    if (!are_texts_valid(dictionary, scratch)) check_problem(check, "a text is empty or no UTF-8");
    if (dictionary->numbers != NULL) check_numbers(check, dictionary);
    if (!dictionary->is_sorted) {
        check_unsorted(check, seat, scratch);
        return;
    }
    if (!is_sorted_right(dictionary, scratch))
        check_problem(check, "the dictionary is out of order");
    if (!is_every_code_used(seat->column, dictionary->count))
        check_problem(check, "a text that no customer has");
}
