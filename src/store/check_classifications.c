/* check_classifications.c -- verifying the runs of classifications: sets, counts, sums, numbers. */
#include "store/check_parts.h"
#include "store/classification_runs.h"

#include <inttypes.h>

/* A run is of its day: it goes on to name who was merged into another since. */
static const char select_customers[] =
    "SELECT id FROM main.customer UNION ALL SELECT from_id FROM main.customer_merge";
static const char select_lost_pins[] =
    "SELECT count(*) FROM main.class_pin WHERE customer_id NOT IN (SELECT id FROM main.customer)";
static const char select_all_runs[] = "SELECT id FROM main.classification_run";

/* What a run is verified with. */
typedef struct {
    Problems *problems;
    uint64_t run_id;
    CustomerSet existing; /* all customers there are */
} RunCheck;

/* A person who is not there any more must not be known to any run. */
static void check_existing(const RunCheck *check, const CustomerSet *set)
{
    if (customer_set_count_common(set, &check->existing) != customer_set_count(set))
        problem_add(check->problems,
                    "run %" PRIu64 " of a classification knows customers who are not there",
                    check->run_id);
}

static void check_class(const RunCheck *check, const RunClass *class, CustomerSet *seen)
{
    if (customer_set_count(&class->customers) != class->customers_count)
        problem_add(check->problems, "class '%.*s' of run %" PRIu64 " has a wrong count",
                    TEXT_FORMAT(class->name), check->run_id);
    if (customer_set_count_common(&class->customers, seen) > 0)
        problem_add(check->problems,
                    "class '%.*s' of run %" PRIu64 " shares customers with another",
                    TEXT_FORMAT(class->name), check->run_id);
    customer_set_unite(seen, &class->customers);
    check_existing(check, &class->customers);
}

/* The sums of classes are those of their members' numbers. */
static void check_amounts(const RunCheck *check, const RunClass *class, const RunColumn *column)
{
    Int128 sum = 0;
    size_t place = 0;
    FOR_EACH_CUSTOMER (id, &column->customers) {
        int64_t number = column->numbers[place++];
        if (customer_set_has(&class->customers, id)) sum += number;
    }
    if (class->has_amount && sum != class->amount)
        problem_add(check->problems, "class '%.*s' of run %" PRIu64 " has a wrong sum",
                    TEXT_FORMAT(class->name), check->run_id);
}

static void check_columns(const RunCheck *check, const RunClassList *classes)
{
    AUTO(arena_done) Arena *arena = arena_new();
    RunColumnList columns;
    Error found;
    if (store_read_run_columns(check->problems->store, check->run_id, true, arena, &columns,
                               &found) != STATUS_OK) {
        problem_add(check->problems, "run %" PRIu64 " of a classification: %s", check->run_id,
                    found.message);
        return;
    }
    for (size_t i = 0; i < columns.count; i++) {
        check_existing(check, &columns.items[i].customers);
        for (size_t c = 0; c < classes->count && columns.items[i].is_amount; c++)
            check_amounts(check, &classes->items[c], &columns.items[i]);
    }
    run_columns_free(&columns);
}

static void check_run(const RunCheck *check)
{
    AUTO(arena_done) Arena *arena = arena_new();
    RunClassList classes;
    Error found;
    if (store_read_run_classes(check->problems->store, check->run_id, true, arena, &classes,
                               &found) != STATUS_OK) {
        problem_add(check->problems, "run %" PRIu64 " of a classification: %s", check->run_id,
                    found.message);
        return;
    }
    CustomerSet seen = {0};
    for (size_t i = 0; i < classes.count; i++)
        check_class(check, &classes.items[i], &seen);
    customer_set_free(&seen);
    check_columns(check, &classes);
    run_classes_free(&classes);
}

static Status read_existing(RunCheck *check, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    sqlite3 *database = check->problems->store->database;
    TRY(statement_prepare(database, text_of(select_customers), &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        int64_t id = statement_integer(statement, 0);
        if (id > 0 && id <= INT32_MAX)
            customer_set_add(&check->existing, (CustomerId){(uint32_t)id});
    }
}

static Status check_runs(RunCheck *check, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    sqlite3 *database = check->problems->store->database;
    TRY(read_existing(check, err));
    TRY(statement_prepare(database, text_of(select_all_runs), &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        TRY(progress_report(check->problems->progress, "checking classifications", 0, 0, err));
        check->run_id = (uint64_t)statement_integer(statement, 0);
        check_run(check);
    }
}

static Status check_pins(Problems *problems, Error *err)
{
    int64_t count;
    TRY(database_number(problems->store->database, select_lost_pins, &count, err));
    if (count > 0)
        problem_add(problems, "%" PRId64 " classes are given to customers who are not there",
                    count);
    return STATUS_OK;
}

Status check_classifications(Problems *problems, Error *err)
{
    RunCheck check = {.problems = problems};
    Status status = check_runs(&check, err);
    if (status == STATUS_OK) status = check_pins(problems, err);
    customer_set_free(&check.existing);
    return status;
}
