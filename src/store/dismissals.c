/* dismissals.c -- customers who look like one and are not: somebody looked and said so. */
#include "store/dismissals.h"

#include "store/check_parts.h"

#include <stdlib.h>

static const char select_all[] =
    "SELECT c.customer_id, d.id, d.at, d.author FROM main.dismissal_customer c "
    "JOIN main.dismissal d ON d.id = c.dismissal_id ORDER BY c.customer_id, d.id";
static const char insert_dismissal[] = "INSERT INTO main.dismissal (at, author) VALUES (?1, ?2)";
static const char insert_customer[] =
    "INSERT INTO main.dismissal_customer (dismissal_id, customer_id) VALUES (?1, ?2)";
static const char delete_dismissal[] = "DELETE FROM main.dismissal WHERE id = ?1";
static const char delete_customer[] = "DELETE FROM main.dismissal_customer WHERE customer_id = ?1";
static const char delete_of_one[] =
    "DELETE FROM main.dismissal WHERE (SELECT count(*) FROM main.dismissal_customer c "
    "WHERE c.dismissal_id = dismissal.id) < 2";
static const char select_small[] =
    "SELECT d.id FROM main.dismissal d WHERE (SELECT count(*) FROM main.dismissal_customer c "
    "WHERE c.dismissal_id = d.id) < 2";
static const char select_lost[] =
    "SELECT DISTINCT c.dismissal_id FROM main.dismissal_customer c "
    "WHERE NOT EXISTS (SELECT 1 FROM main.customer x WHERE x.id = c.customer_id) "
    "AND NOT EXISTS (SELECT 1 FROM main.customer_merge m WHERE m.from_id = c.customer_id)";

/* ---- what was said ---- */

/* One customer in one dismissal. */
typedef struct {
    uint32_t customer;
    int64_t dismissal;
    Moment at;
    Text author;
} Word;

typedef struct {
    Word *items; /* by customer and dismissal */
    size_t count, capacity;
} Words;

static Status read_words(Store *store, Arena *arena, Words *words, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_all, &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        Word word = {.customer = (uint32_t)statement_integer(row, 0),
                     .dismissal = statement_integer(row, 1),
                     .at = {statement_integer(row, 2)},
                     .author = arena_text(arena, statement_text(row, 3))};
        ARENA_PUSH(arena, words, word);
    }
}

static int compare_words(const void *a, const void *b)
{
    const Word *left = a, *right = b;
    if (left->customer != right->customer) return left->customer < right->customer ? -1 : 1;
    return left->dismissal < right->dismissal ? -1 : left->dismissal > right->dismissal;
}

static bool is_said_of(const Words *words, int64_t dismissal, CustomerId customer)
{
    const Word wanted = {.customer = customer.value, .dismissal = dismissal};
    return bsearch(&wanted, words->items, words->count, sizeof wanted, compare_words) != NULL;
}

/* Where the words of a customer begin. */
static size_t first_of(const Words *words, CustomerId customer)
{
    size_t begin = 0, end = words->count;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (words->items[middle].customer < customer.value)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* The next word from `place` on that was said of all of them; NULL: no more. */
static const Word *next_common(const Words *words, const CustomerId *customers, size_t count,
                               size_t *place)
{
    while (*place < words->count && words->items[*place].customer == customers[0].value) {
        const Word *word = &words->items[(*place)++];
        size_t i = 1;
        while (i < count && is_said_of(words, word->dismissal, customers[i]))
            i++;
        if (i == count) return word;
    }
    return NULL;
}

Status dismissals_mark(Store *store, Arena *arena, DuplicateGroup *groups, size_t count, Error *err)
{
    Words words = {0};
    TRY(read_words(store, arena, &words, err));
    for (size_t i = 0; i < count && words.count > 0; i++) {
        size_t place = first_of(&words, groups[i].customers[0]);
        const Word *word =
            next_common(&words, groups[i].customers, groups[i].customers_count, &place);
        if (word == NULL) continue;
        groups[i].is_dismissed = true;
        groups[i].dismissed_at = word->at;
        groups[i].dismissed_by = word->author;
    }
    return STATUS_OK;
}

/* ---- saying it ---- */

static int compare_ids(const void *a, const void *b)
{
    const CustomerId *left = a, *right = b;
    return left->value < right->value ? -1 : left->value > right->value;
}

static Status different(const CustomerId *customers, size_t count, Arena *arena,
                        CustomerId **ret_customers, size_t *ret_count, Error *err)
{
    CustomerId *sorted = ARENA_ARRAY(arena, CustomerId, count);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        sorted[i] = customers[i];
    if (count > 1) qsort(sorted, count, sizeof *sorted, compare_ids);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || sorted[kept - 1].value != sorted[i].value) sorted[kept++] = sorted[i];
    *ret_customers = sorted;
    *ret_count = kept;
    if (kept > 1) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "name two or more customers who are not one");
}

static Status write_dismissal(Store *store, const Dismissal *dismissal, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *said = NULL;
    TRY(store_statement(store, insert_dismissal, &said, err));
    statement_bind_integer(said, 1, dismissal->at.second);
    statement_bind_text(said, 2, dismissal->author);
    TRY(statement_run(said, err));
    int64_t id = sqlite3_last_insert_rowid(store->database);
    for (size_t i = 0; i < dismissal->count; i++) {
        AUTO(statement_release) sqlite3_stmt *customer = NULL;
        TRY(store_statement(store, insert_customer, &customer, err));
        statement_bind_integer(customer, 1, id);
        statement_bind_integer(customer, 2, dismissal->customers[i].value);
        TRY(statement_run(customer, err));
    }
    return STATUS_OK;
}

Status store_dismiss(Store *store, const Dismissal *dismissal, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(change_abandon) Change change = {0};
    Dismissal sorted = *dismissal;
    CustomerId *customers;
    Words words = {0};
    TRY(different(dismissal->customers, dismissal->count, arena, &customers, &sorted.count, err));
    sorted.customers = customers;
    TRY(change_begin(store, &change, err));
    TRY(read_words(store, arena, &words, err));
    size_t place = first_of(&words, customers[0]);
    if (next_common(&words, customers, sorted.count, &place) == NULL)
        TRY(write_dismissal(store, &sorted, err));
    return change_commit(&change, err);
}

Status store_undismiss(Store *store, const CustomerId *customers, size_t count, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(change_abandon) Change change = {0};
    CustomerId *sorted;
    Words words = {0};
    size_t removed = 0;
    TRY(different(customers, count, arena, &sorted, &count, err));
    TRY(change_begin(store, &change, err));
    TRY(read_words(store, arena, &words, err));
    size_t place = first_of(&words, sorted[0]);
    for (const Word *word; (word = next_common(&words, sorted, count, &place)) != NULL; removed++) {
        AUTO(statement_release) sqlite3_stmt *row = NULL;
        TRY(store_statement(store, delete_dismissal, &row, err));
        statement_bind_integer(row, 1, word->dismissal);
        TRY(statement_run(row, err));
    }
    if (removed == 0)
        return error_set(err, STATUS_NOT_FOUND, "nobody said that these customers are not one");
    return change_commit(&change, err);
}

Status dismissals_forget_customer(Store *store, CustomerId customer, Error *err)
{
    TRY(store_run_for_customer(store, delete_customer, customer, err));
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, delete_of_one, &row, err));
    return statement_run(row, err);
}

/* ---- verifying ---- */

static Status list(Problems *problems, const char *sql, const char *what, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, text_of(sql), &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        problem_add(problems, "dismissal number %lld: %s", (long long)statement_integer(row, 0),
                    what);
    }
}

Status check_dismissals(Problems *problems, Error *err)
{
    TRY(list(problems, select_small, "it is of fewer than two customers", err));
    return list(problems, select_lost, "it names nobody", err);
}
