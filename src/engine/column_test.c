/* column_test.c -- conditions on one column, bound to the numbers and codes of an image. */
#include "engine/column_test.h"

#include "engine/kernels.h"
#include "engine/vector.h"

typedef struct {
    const Image *image;
    const Predicate *predicate;
    Patience *patience;
    Arena *arena;
} TestMaker;

static ColumnTest *new_test(TestMaker *maker, ColumnTestKind kind, const Column *column)
{
    ColumnTest *test = ARENA_NEW(maker->arena, ColumnTest);
    *test = (ColumnTest){.kind = kind,
                         .column = column,
                         .value_words = image_row_words(maker->image),
                         .is_opposite = maker->predicate->kind == PREDICATE_MISSING};
    return test;
}

/* ---- numbers ---- */

static uint64_t largest_stored(const Column *column)
{
    return column->width_bytes == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * column->width_bytes)) - 1;
}

/* The stored numbers that stand for low .. high; false when there is none. */
static bool stored_range(const Column *column, NumberRange range, StoredRange *ret_range)
{
    Int128 factor = column->factor, largest = largest_stored(column);
    Int128 low = (Int128)range.low - column->base, high = (Int128)range.high - column->base;
    if (high < 0) return false;
    low = low <= 0 ? 0 : (low + factor - 1) / factor;
    high = high / factor;
    if (high > largest) high = largest;
    *ret_range = (StoredRange){(uint64_t)low, (uint64_t)high};
    return low <= high;
}

static const ColumnTest *make_numbers(TestMaker *maker, const Column *column)
{
    const Predicate *predicate = maker->predicate;
    if (column->width_bytes == 0)
        return new_test(maker, numbers_meet(predicate, column->base) ? TEST_PRESENT : TEST_NOBODY,
                        column);
    StoredRange *ranges = ARENA_ARRAY(maker->arena, StoredRange, predicate->numbers_count);
    size_t count = 0;
    for (size_t i = 0; i < predicate->numbers_count; i++)
        if (stored_range(column, predicate->numbers[i], &ranges[count])) count++;
    if (count == 0) return new_test(maker, TEST_NOBODY, column);
    ColumnTest *test = new_test(maker, TEST_RANGES, column);
    test->ranges = ranges;
    test->ranges_count = count;
    test->has_zones = column->zones != NULL && predicate->operand->node->kind == NODE_PROPERTY;
    test->least = predicate->numbers[0].low;
    test->greatest = predicate->numbers[predicate->numbers_count - 1].high;
    return test;
}

/* The hour of an event, looked for in the second of its day. */
static const ColumnTest *make_hours(TestMaker *maker, const Column *seconds)
{
    enum { HOURS = 24, SECONDS_PER_HOUR = 3600 };
    Predicate in_seconds = *maker->predicate;
    NumberRange *ranges = ARENA_ARRAY(maker->arena, NumberRange, in_seconds.numbers_count);
    size_t count = 0;
    for (size_t i = 0; i < in_seconds.numbers_count; i++) {
        NumberRange hours = in_seconds.numbers[i];
        if (hours.low < 0) hours.low = 0;
        if (hours.high >= HOURS) hours.high = HOURS - 1;
        if (hours.low > hours.high) continue;
        ranges[count++] = (NumberRange){hours.low * SECONDS_PER_HOUR,
                                        hours.high * SECONDS_PER_HOUR + SECONDS_PER_HOUR - 1};
    }
    in_seconds.numbers = ranges;
    in_seconds.numbers_count = count;
    TestMaker inner = *maker;
    inner.predicate = &in_seconds;
    return make_numbers(&inner, seconds);
}

/* ---- ages and days since a date, looked for in the date ---- */

/* The later the date, the less its number. */
static int64_t number_since(FunctionKind function, int64_t day, Date as_of)
{
    if (function == FUNCTION_DAYS_SINCE) return as_of.day - day;
    return date_full_years((Date){(int32_t)day}, as_of);
}

/* Of the days min .. max the first one whose number is not above a bound; max + 1: none. */
static int64_t first_day_not_above(const Step *call, const Column *column, int64_t bound)
{
    int64_t first = column->min, end = column->max + 1;
    while (first < end) {
        int64_t middle = first + (end - first) / 2;
        if (number_since(call->node->as.call.function, middle, call->as_of) <= bound)
            end = middle;
        else
            first = middle + 1;
    }
    return first;
}

/* Nobody has an age before his birth. */
static const ColumnTest *make_dates(TestMaker *maker, const Column *column)
{
    const Step *call = maker->predicate->operand;
    Predicate in_days = *maker->predicate;
    NumberRange *ranges = ARENA_ARRAY(maker->arena, NumberRange, in_days.numbers_count);
    bool is_age = call->node->as.call.function == FUNCTION_AGE;
    size_t count = 0;
    for (size_t i = in_days.numbers_count; i-- > 0;) {
        NumberRange numbers = in_days.numbers[i], days = {column->max + 1, column->max};
        days.low = first_day_not_above(call, column, numbers.high);
        if (numbers.low > INT64_MIN)
            days.high = first_day_not_above(call, column, numbers.low - 1) - 1;
        if (is_age && days.high > call->as_of.day) days.high = call->as_of.day;
        if (days.low <= days.high) ranges[count++] = days;
    }
    in_days.operand = call->inputs[0];
    in_days.numbers = ranges;
    in_days.numbers_count = count;
    TestMaker inner = *maker;
    inner.predicate = &in_days;
    return make_numbers(&inner, column);
}

/* The column of the dates that a call is about; NULL: it is something else. */
static const Column *dates_of_call(const TestMaker *maker)
{
    const Step *call = maker->predicate->operand;
    if (call->node->kind != NODE_CALL || maker->predicate->kind != PREDICATE_NUMBERS) return NULL;
    FunctionKind function = call->node->as.call.function;
    if (function != FUNCTION_AGE && function != FUNCTION_DAYS_SINCE) return NULL;
    if (call->inputs_count != 1) return NULL;
    const Node *operand = call->inputs[0]->node;
    if (operand->kind != NODE_PROPERTY || operand->type.kind != TYPE_DATE) return NULL;
    const Column *column = image_property(maker->image, operand->as.property.slot);
    return column->has_range ? column : NULL;
}

/* ---- codes of texts ---- */

/* Codes that meet a text test, and those on which the pattern fails. */
typedef struct {
    uint64_t *bits, *failing; /* failing: NULL until one does */
    Error *failure;
} Codes;

static void set_bit(uint64_t *bits, size_t position)
{
    bits[position / 64] |= UINT64_C(1) << (position % 64);
}

static void note_failure(TestMaker *maker, Codes *codes, size_t size, size_t code, const Error *why)
{
    if (codes->failing == NULL) {
        codes->failing = ARENA_ARRAY(maker->arena, uint64_t, bit_words(size));
        codes->failure = ARENA_NEW(maker->arena, Error);
        *codes->failure = *why;
    }
    set_bit(codes->failing, code);
}

/* Every text of the dictionary, one after another, while there is patience. */
static void test_all_texts(TestMaker *maker, const Dictionary *dictionary, const TextTest *test,
                           Codes *codes)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    for (uint32_t code = 1; code <= dictionary->count; code++) {
        bool meets = false;
        Error why;
        if (patience_spend(maker->patience, PATIENCE_TEXT, NULL) != STATUS_OK) return;
        arena_reset(scratch);
        Text text = dictionary_text(dictionary, code, scratch);
        if (text_test_meets(test, text, scratch, &meets, &why) != STATUS_OK)
            note_failure(maker, codes, (size_t)dictionary->count + 1, code, &why);
        else if (meets)
            set_bit(codes->bits, code);
    }
}

static void set_range(uint64_t *bits, uint32_t first, uint32_t last)
{
    for (uint32_t code = first; code <= last; code++)
        set_bit(bits, code);
}

/* Codes between two bounds are neighbours. */
static void find_between(const Dictionary *dictionary, const TextTest *test, uint64_t *bits)
{
    uint32_t first = 1, last = dictionary->count;
    if (test->low.is_set) {
        CodeRange equal = dictionary_find_folded(dictionary, test->low.text);
        first = test->low.is_included ? equal.first : equal.last + 1;
    }
    if (test->high.is_set) {
        CodeRange equal = dictionary_find_folded(dictionary, test->high.text);
        last = test->high.is_included ? equal.last : equal.first - 1;
    }
    set_range(bits, first, last);
}

/* In a sorted dictionary of whole texts most tests are a search; false: this one is not. */
static bool find_texts(const Dictionary *dictionary, const TextTest *test, uint64_t *bits)
{
    if (!dictionary->is_sorted || test->is_own_name) return false;
    if (test->kind == TEXT_LIES_IN) {
        find_between(dictionary, test, bits);
        return true;
    }
    if (test->kind != TEXT_IS_ONE_OF && test->kind != TEXT_BEGINS) return false;
    for (size_t i = 0; i < test->wanted_count; i++) {
        CodeRange found = test->kind == TEXT_BEGINS
                              ? dictionary_find_folded_prefix(dictionary, test->wanted[i])
                              : dictionary_find_folded(dictionary, test->wanted[i]);
        set_range(bits, found.first, found.last);
    }
    return true;
}

static Codes codes_of(TestMaker *maker, const Dictionary *dictionary, const TextTest *test)
{
    Codes codes = {
        .bits = ARENA_ARRAY(maker->arena, uint64_t, bit_words((size_t)dictionary->count + 1))};
    if (!find_texts(dictionary, test, codes.bits)) test_all_texts(maker, dictionary, test, &codes);
    return codes;
}

/* ---- tests of codes ---- */

static size_t count_codes(const uint64_t *bits, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < bit_words(size); i++)
        count += (size_t)__builtin_popcountll(bits[i]);
    return count;
}

static CodeGroup group_of(TestMaker *maker, const Column *column, const uint64_t *bits, size_t size)
{
    CodeGroup group = {.bits = bits};
    if (column != NULL && column->width_bytes == 2)
        group.sieve = code_sieve_of(bits, bit_words(size));
    if (column == NULL || column->value_bits == NULL) return group;
    uint32_t *members = ARENA_ARRAY(maker->arena, uint32_t, count_codes(bits, size));
    for (uint32_t code = 1; code < size; code++)
        if (bit_at(bits, code)) members[group.members_count++] = code;
    group.members = members;
    return group;
}

static bool first_and_last(const uint64_t *bits, size_t size, uint64_t *ret_first,
                           uint64_t *ret_last)
{
    bool is_found = false;
    for (size_t i = 0; i < bit_words(size); i++) {
        if (bits[i] == 0) continue;
        if (!is_found) *ret_first = i * 64 + (size_t)__builtin_ctzll(bits[i]);
        *ret_last = i * 64 + 63 - (size_t)__builtin_clzll(bits[i]);
        is_found = true;
    }
    return is_found;
}

/* A test of codes or item rows 0 .. size-1 of a column (NULL: of computed items). */
static const ColumnTest *make_codes(TestMaker *maker, const Column *column, const Codes *codes,
                                    size_t size)
{
    uint64_t first, last;
    bool is_any = first_and_last(codes->bits, size, &first, &last);
    ColumnTest *test = new_test(maker, TEST_CODES, column);
    test->failing = codes->failing;
    test->failure = codes->failure;
    if (codes->failing == NULL && !is_any) {
        test->kind = TEST_NOBODY;
        return test;
    }
    CodeGroup *group = ARENA_NEW(maker->arena, CodeGroup);
    *group = group_of(maker, column, codes->bits, size);
    test->groups = group;
    test->groups_count = 1;
    bool is_run = is_any && count_codes(codes->bits, size) == last - first + 1;
    if (column == NULL || codes->failing != NULL || !is_run || group->members != NULL) return test;
    if (column->width_bytes == 0) return test; /* one code: there is nothing to run through */
    StoredRange *range = ARENA_NEW(maker->arena, StoredRange);
    *range = (StoredRange){first, last};
    test->kind = TEST_RANGES;
    test->ranges = range;
    test->ranges_count = 1;
    return test;
}

static const ColumnTest *make_texts(TestMaker *maker, const Column *column)
{
    const Dictionary *dictionary = column->dictionary;
    if (column->kind == COLUMN_OWN_CODE) return NULL; /* each text is looked at in the block */
    Codes codes = codes_of(maker, dictionary, &maker->predicate->text);
    return make_codes(maker, column, &codes, (size_t)dictionary->count + 1);
}

/* A group per wanted text when all are wanted, else one of all codes that meet the test. */
static const ColumnTest *make_sets(TestMaker *maker, const Column *column)
{
    const Dictionary *dictionary = column->dictionary;
    const TextTest *text = &maker->predicate->text;
    if (!dictionary->is_sorted) return NULL;
    bool is_all = text->kind == TEXT_HAS_ALL;
    ColumnTest *test = new_test(maker, TEST_SETS, column);
    test->groups_count = is_all ? text->wanted_count : 1;
    CodeGroup *groups = ARENA_ARRAY(maker->arena, CodeGroup, test->groups_count);
    for (size_t i = 0; i < test->groups_count; i++) {
        TextTest one = *text;
        if (is_all) {
            one.kind = TEXT_IS_ONE_OF;
            one.wanted = &text->wanted[i];
            one.wanted_count = 1;
        }
        Codes codes = codes_of(maker, dictionary, &one);
        groups[i] = group_of(maker, column, codes.bits, (size_t)dictionary->count + 1);
    }
    test->groups = groups;
    return test;
}

static const ColumnTest *make_of_column(TestMaker *maker, const Column *column)
{
    PredicateKind kind = maker->predicate->kind;
    if (kind == PREDICATE_MISSING) return new_test(maker, TEST_PRESENT, column);
    if (kind == PREDICATE_NEVER || column->is_empty) return new_test(maker, TEST_NOBODY, column);
    if (kind == PREDICATE_NUMBERS) return make_numbers(maker, column);
    ASSERT(kind == PREDICATE_TEXTS && "no column holds ratios");
    return column->kind == COLUMN_CODE_SET ? make_sets(maker, column) : make_texts(maker, column);
}

/* ---- items ---- */

/* Rows count from 1, positions from 0: bits of positions become bits of rows. */
static void add_positions(uint64_t *rows, const uint64_t *positions, size_t words_count)
{
    for (size_t i = 0; i < words_count; i++) {
        rows[i] |= positions[i] << 1;
        if (positions[i] >> 63 != 0) rows[i + 1] |= 1;
    }
}

/* Rules name items by the hundred, so all items are looked through as fast as events are. */
static void add_items_by_codes(TestMaker *maker, const Column *column, const uint64_t *codes,
                               Codes *items)
{
    size_t words_count = bit_words(column->count);
    uint64_t *positions = ARENA_ARRAY(maker->arena, uint64_t, words_count);
    kernels_of(engine_level())
        ->test_codes(column->data, column->width_bytes, column->count, codes, NULL, positions);
    add_positions(items->bits, positions, words_count);
}

/* Items whose text in this column meets the test, as bits over item rows. */
static void add_items_by_text(TestMaker *maker, const Column *column, Codes *items)
{
    if (column->is_empty) return;
    size_t size = image_items(maker->image)->count + 1;
    Codes codes = codes_of(maker, column->dictionary, &maker->predicate->text);
    if (codes.failing == NULL && column->kind == COLUMN_CODE && column->width_bytes != 0) {
        add_items_by_codes(maker, column, codes.bits, items);
        return;
    }
    for (size_t row = 1; row < size; row++) {
        uint32_t code = column_code(column, (uint32_t)row - 1, row - 1);
        if (code == 0) continue;
        if (bit_at(codes.bits, code)) set_bit(items->bits, row);
        if (codes.failing != NULL && bit_at(codes.failing, code))
            note_failure(maker, items, size, row, codes.failure);
    }
}

static void add_items_by_number(TestMaker *maker, const Column *column, Codes *items)
{
    bool is_presence = maker->predicate->kind == PREDICATE_MISSING;
    for (size_t row = 1; row <= image_items(maker->image)->count; row++)
        if (column_is_present(column, row - 1) &&
            (is_presence || numbers_meet(maker->predicate, column_integer(column, row - 1))))
            set_bit(items->bits, row);
}

/* An item is meant by its code or its name, and lies under what its group lies under. */
static void add_meant_items(TestMaker *maker, Codes *items)
{
    const ItemColumns *columns = image_items(maker->image);
    if (maker->predicate->kind != PREDICATE_TEXTS) return;
    if (maker->predicate->text.kind == TEXT_IS_UNDER) {
        add_items_by_text(maker, &columns->group, items);
        return;
    }
    add_items_by_text(maker, &columns->code, items);
    add_items_by_text(maker, &columns->name, items);
}

static Codes no_items(TestMaker *maker)
{
    size_t size = image_items(maker->image)->count + 1;
    return (Codes){.bits = ARENA_ARRAY(maker->arena, uint64_t, bit_words(size))};
}

/* Of items in a column, or computed (NULL). */
static const ColumnTest *make_items(TestMaker *maker, const Column *column)
{
    if (maker->predicate->kind == PREDICATE_MISSING)
        return column == NULL ? NULL : new_test(maker, TEST_PRESENT, column);
    Codes items = no_items(maker);
    add_meant_items(maker, &items);
    return make_codes(maker, column, &items, image_items(maker->image)->count + 1);
}

static const ColumnTest *make_attribute(TestMaker *maker, const Column *column,
                                        ItemAttribute attribute)
{
    const Column *of_items = item_column(image_items(maker->image), attribute);
    Codes items = no_items(maker);
    PredicateKind kind = maker->predicate->kind;
    if (kind == PREDICATE_NUMBERS || kind == PREDICATE_MISSING)
        add_items_by_number(maker, of_items, &items);
    else if (kind == PREDICATE_TEXTS)
        add_items_by_text(maker, of_items, &items);
    return make_codes(maker, column, &items, image_items(maker->image)->count + 1);
}

/* ---- operands ---- */

static const ColumnTest *make_built_in(TestMaker *maker, const StreamColumns *stream,
                                       EventBuiltIn built_in)
{
    PredicateKind kind = maker->predicate->kind;
    if (kind == PREDICATE_MISSING) return new_test(maker, TEST_PRESENT, &stream->day);
    if (kind == PREDICATE_NEVER) return new_test(maker, TEST_NOBODY, &stream->day);
    if (built_in == EVENT_DATE) return make_numbers(maker, &stream->day);
    if (built_in == EVENT_HOUR) return make_hours(maker, &stream->second);
    return NULL;
}

static const ColumnTest *make_field(TestMaker *maker, const Node *field, size_t stream_index)
{
    const StreamColumns *stream = image_stream(maker->image, stream_index);
    if (field->as.field.is_built_in) return make_built_in(maker, stream, field->as.field.built_in);
    const Column *column = &stream->fields[field->as.field.field->slot];
    if (field->as.field.is_item_attribute)
        return make_attribute(maker, column, field->as.field.attribute);
    return field->type.kind == TYPE_ITEM ? make_items(maker, column)
                                         : make_of_column(maker, column);
}

const ColumnTest *column_test_make(const Image *image, const Predicate *predicate,
                                   Patience *patience, Arena *arena)
{
    TestMaker maker = {
        .image = image, .predicate = predicate, .patience = patience, .arena = arena};
    const Step *operand = predicate->operand;
    const Node *node = operand->node;
    if (node->kind == NODE_PROPERTY)
        return make_of_column(&maker, image_property(image, node->as.property.slot));
    if (node->kind == NODE_FIELD) return make_field(&maker, node, (size_t)operand->domain);
    const Column *dates = dates_of_call(&maker);
    if (dates != NULL) return make_dates(&maker, dates);
    return node->type.kind == TYPE_ITEM ? make_items(&maker, NULL) : NULL;
}
