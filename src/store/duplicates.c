/* duplicates.c -- customers who may be one: the same tax number, e-mail, phone or name. */
#include "store/duplicates.h"

#include "base/fold.h"
#include "model/built_in.h"
#include "store/cell.h"
#include "store/dismissals.h"
#include "store/schema_rows.h"
#include "store/store_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    PHONE_DIGITS_MIN = 7,
    PHONE_DIGITS_COMPARED = 10, /* without the code of the country: 8, +7, +38 0 are one */
    TAX_NUMBER_SIGNS_MIN = 6,
    NAME_BYTES_MIN = 3
};

static const struct {
    const char *code;
    const char *labels[LANGUAGE_COUNT];
} signs[] = {
#define DUPLICATE_SIGN(name, code, en, ru, uk) \
    [DUPLICATE_BY_##name] = {code, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "store/duplicate.def"
#undef DUPLICATE_SIGN
};
static const char *const tax_number_names[] = {
#define TAX_NUMBER_NAME(name) name,
#include "store/duplicate.def"
#undef TAX_NUMBER_NAME
};

const char *duplicate_sign_code(DuplicateSign sign)
{
    ASSERT(sign < DUPLICATE_SIGN_COUNT);
    return signs[sign].code;
}

Text duplicate_sign_label(DuplicateSign sign, Language language)
{
    ASSERT(sign < DUPLICATE_SIGN_COUNT && language < LANGUAGE_COUNT);
    return text_of(signs[sign].labels[language]);
}

/* ---- what is compared ---- */

/* Digits, and with letters those too; everything else is dropped. */
static Text keep_signs(Text text, bool keeps_letters, Arena *arena)
{
    char *kept = ARENA_ARRAY(arena, char, text.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char sign = (unsigned char)text.data[i];
        bool is_letter = (sign >= 'a' && sign <= 'z') || sign >= 0x80;
        if ((sign >= '0' && sign <= '9') || (keeps_letters && is_letter)) kept[size++] = (char)sign;
    }
    return (Text){kept, size};
}

/* What equal values have in common; empty when it tells nobody apart. */
static Text key_of(DuplicateSign sign, Text value, Arena *arena)
{
    const Text nothing = {0};
    Text folded = text_fold(value, arena), kept;
    switch (sign) {
    case DUPLICATE_BY_NAME: return folded.size >= NAME_BYTES_MIN ? folded : nothing;
    case DUPLICATE_BY_EMAIL: return text_contains(folded, TEXT("@")) ? folded : nothing;
    case DUPLICATE_BY_TAX_NUMBER:
        kept = keep_signs(folded, true, arena);
        return kept.size >= TAX_NUMBER_SIGNS_MIN ? kept : nothing;
    case DUPLICATE_BY_PHONE:
        kept = keep_signs(folded, false, arena);
        if (kept.size < PHONE_DIGITS_MIN) return nothing;
        if (kept.size <= PHONE_DIGITS_COMPARED) return kept;
        return text_slice(kept, kept.size - PHONE_DIGITS_COMPARED, kept.size);
    case DUPLICATE_SIGN_COUNT: break;
    }
    ASSERT(false);
    return nothing;
}

static bool is_tax_number(const Property *property, Arena *arena)
{
    Text name = text_fold(property->name, arena);
    for (size_t i = 0; i < sizeof tax_number_names / sizeof tax_number_names[0]; i++)
        if (text_equal(name, text_of(tax_number_names[i]))) return true;
    return false;
}

static bool is_property_of(const Schema *schema, size_t slot, DuplicateSign sign, Arena *arena)
{
    const Property *property = &schema->properties[slot];
    if (property->is_retired) return false;
    switch (sign) {
    case DUPLICATE_BY_NAME: return slot == BUILT_IN_NAME;
    case DUPLICATE_BY_EMAIL: return slot == BUILT_IN_EMAIL;
    case DUPLICATE_BY_PHONE: return slot == BUILT_IN_PHONE;
    case DUPLICATE_BY_TAX_NUMBER: return is_tax_number(property, arena);
    case DUPLICATE_SIGN_COUNT: break;
    }
    return false;
}

/* ---- finding ---- */

typedef struct {
    Text key, value;
    CustomerId customer;
} SignedCustomer;

typedef struct {
    Store *store;
    CustomerId only; /* nothing is looked for but who is like him; 0: everybody */
    Arena *arena;    /* of the groups */
    struct {
        DuplicateGroup *items;
        size_t count, capacity;
    } groups;
} Finding;

typedef struct {
    SignedCustomer *items;
    size_t count, capacity;
} SignedList;

static int compare_signed(const void *a, const void *b)
{
    const SignedCustomer *left = a, *right = b;
    int order = text_compare(left->key, right->key);
    if (order != 0) return order;
    return left->customer.value < right->customer.value
               ? -1
               : left->customer.value > right->customer.value;
}

/* Values of one property. */
typedef struct {
    const Property *property;
    DuplicateSign sign;
    CustomerId of;            /* 0: of everybody */
    const SignedList *wanted; /* those alone whose key is one of these; NULL: all */
} SignedQuery;

static bool is_wanted(const SignedQuery *query, Text key)
{
    if (query->wanted == NULL) return key.size > 0;
    for (size_t i = 0; i < query->wanted->count; i++)
        if (text_equal(query->wanted->items[i].key, key)) return true;
    return false;
}

static Status read_values(Store *store, const SignedQuery *query, Arena *arena, SignedList *list,
                          Error *err)
{
    AUTO(arena_done) Arena *row_arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    char column[COLUMN_NAME_MAX];
    property_column(query->property, column);
    /* numbers may keep a tax number as well as texts do */
    Text sql =
        arena_printf(arena, "SELECT id, CAST(%s AS TEXT) FROM main.customer WHERE %s IS NOT NULL%s",
                     column, column, query->of.value != 0 ? " AND id = ?1" : "");
    TRY(statement_prepare(store->database, sql, &row, err));
    if (query->of.value != 0) statement_bind_integer(row, 1, query->of.value);
    for (bool has_row;; arena_reset(row_arena)) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        Text value = statement_text(row, 1), key = key_of(query->sign, value, row_arena);
        if (!is_wanted(query, key)) continue;
        SignedCustomer customer = {.key = arena_text(arena, key),
                                   .value = arena_text(arena, value),
                                   .customer = {(uint32_t)statement_integer(row, 0)}};
        ARENA_PUSH(arena, list, customer);
    }
}

/* Of all properties that hold the sign. */
static Status read_all_values(const Finding *finding, SignedQuery query, Arena *arena,
                              SignedList *list, Error *err)
{
    const Schema *schema = finding->store->schema;
    for (size_t i = 0; i < schema->properties_count; i++) {
        query.property = &schema->properties[i];
        if (is_property_of(schema, i, query.sign, arena))
            TRY(read_values(finding->store, &query, arena, list, err));
    }
    return STATUS_OK;
}

/* One run of equal keys; a customer who has the value in two properties stands there twice. */
static void add_group(Finding *finding, DuplicateSign sign, const SignedCustomer *run, size_t count)
{
    CustomerId *customers = ARENA_ARRAY(finding->arena, CustomerId, count);
    size_t different = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || run[i].customer.value != run[i - 1].customer.value)
            customers[different++] = run[i].customer;
    if (different < 2) return;
    DuplicateGroup group = {.customers = customers, .customers_count = different};
    group.has_sign[sign] = true;
    group.values[sign] = arena_text(finding->arena, run[0].value);
    ARENA_PUSH(finding->arena, &finding->groups, group);
}

static Status find_by(Finding *finding, DuplicateSign sign, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SignedList his = {0}, list = {0};
    SignedQuery query = {.sign = sign, .of = finding->only};
    if (finding->only.value != 0) {
        TRY(read_all_values(finding, query, arena, &his, err));
        if (his.count == 0) return STATUS_OK;
        query = (SignedQuery){.sign = sign, .wanted = &his};
    }
    TRY(read_all_values(finding, query, arena, &list, err));
    if (list.count > 1) qsort(list.items, list.count, sizeof *list.items, compare_signed);
    for (size_t begin = 0, end; begin < list.count; begin = end) {
        for (end = begin + 1; end < list.count; end++)
            if (!text_equal(list.items[end].key, list.items[begin].key)) break;
        if (end - begin > 1) add_group(finding, sign, list.items + begin, end - begin);
    }
    return STATUS_OK;
}

/* ---- groups of the same customers are one ---- */

static int compare_customers(const DuplicateGroup *a, const DuplicateGroup *b)
{
    size_t count =
        a->customers_count < b->customers_count ? a->customers_count : b->customers_count;
    for (size_t i = 0; i < count; i++)
        if (a->customers[i].value != b->customers[i].value)
            return a->customers[i].value < b->customers[i].value ? -1 : 1;
    if (a->customers_count == b->customers_count) return 0;
    return a->customers_count < b->customers_count ? -1 : 1;
}

static int compare_members(const void *a, const void *b)
{
    return compare_customers(a, b);
}

static unsigned weight_of(const DuplicateGroup *group)
{
    unsigned weight = 0;
    for (unsigned i = 0; i < DUPLICATE_SIGN_COUNT; i++)
        if (group->has_sign[i]) weight |= 1u << (DUPLICATE_SIGN_COUNT - i);
    return weight;
}

static int compare_strength(const void *a, const void *b)
{
    unsigned left = weight_of(a), right = weight_of(b);
    if (left != right) return left > right ? -1 : 1;
    return compare_customers(a, b);
}

static size_t unite_equal(DuplicateGroup *groups, size_t count)
{
    size_t kept = 0;
    if (count > 1) qsort(groups, count, sizeof *groups, compare_members);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_customers(&groups[kept - 1], &groups[i]) != 0) {
            groups[kept++] = groups[i];
            continue;
        }
        for (size_t sign = 0; sign < DUPLICATE_SIGN_COUNT; sign++) {
            if (!groups[i].has_sign[sign]) continue;
            groups[kept - 1].has_sign[sign] = true;
            groups[kept - 1].values[sign] = groups[i].values[sign];
        }
    }
    return kept;
}

Status store_find_duplicates(Store *store, CustomerId only, Arena *arena,
                             DuplicateGroup **ret_groups, size_t *ret_count, Error *err)
{
    Finding finding = {.store = store, .only = only, .arena = arena};
    for (DuplicateSign sign = 0; sign < DUPLICATE_SIGN_COUNT; sign++)
        TRY(find_by(&finding, sign, err));
    DuplicateGroup *groups = finding.groups.items;
    size_t count = unite_equal(groups, finding.groups.count);
    if (count > 1) qsort(groups, count, sizeof *groups, compare_strength);
    TRY(dismissals_mark(store, arena, groups, count, err));
    *ret_groups = groups;
    *ret_count = count;
    return STATUS_OK;
}
