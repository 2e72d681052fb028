/* migration.c -- who went from which class to which between two runs. */
#include "classification/migration.h"

#include "analysis/order.h"
#include "analysis/statistics.h"
#include "base/fold.h"
#include "classification/numbered_run.h"

typedef struct {
    NumberedRun from, to;
    const CustomerGroups *groups;
    Arena *arena;
    Migration *migration;
    size_t cells_count; /* of one part */
    MigrationPart *parts;
    MigrationCell *cells; /* of all parts */
    Int128 *before, *after;
} Work;

/* ---- counting ---- */

static size_t place_of(size_t class_number, size_t count)
{
    return class_number == 0 ? count : class_number - 1;
}

static void count_into(const Work *work, size_t part, size_t id)
{
    size_t from = numbered_class(&work->from, id), to = numbered_class(&work->to, id);
    const Migration *migration = work->migration;
    size_t cell = part * work->cells_count +
                  place_of(from, migration->from_count) * (migration->to_count + 1) +
                  place_of(to, migration->to_count);
    work->cells[cell].customers_count++;
    work->before[cell] += numbered_amount(&work->from, id);
    work->after[cell] += numbered_amount(&work->to, id);
    MigrationPart *counted = &work->parts[part];
    if (from == 0)
        counted->new_count++;
    else if (to == 0)
        counted->lost_count++;
    else if (text_equal_folded(migration->from_names[from - 1], migration->to_names[to - 1]))
        counted->stayed_count++;
    else
        counted->moved_count++;
}

static void count_all(const Work *work)
{
    size_t ids_count =
        work->from.ids_count > work->to.ids_count ? work->from.ids_count : work->to.ids_count;
    for (size_t id = 1; id < ids_count; id++) {
        if (numbered_class(&work->from, id) == 0 && numbered_class(&work->to, id) == 0) continue;
        count_into(work, 0, id);
        if (work->groups != NULL) count_into(work, customer_group(work->groups, id), id);
    }
}

/* ---- shares ---- */

static Status share_cells(const Work *work, size_t part, Error *err)
{
    const Migration *migration = work->migration;
    size_t width = migration->to_count + 1;
    for (size_t from = 0; from <= migration->from_count; from++) {
        size_t row = part * work->cells_count + from * width;
        uint64_t whole = 0;
        for (size_t to = 0; to < width; to++)
            whole += work->cells[row + to].customers_count;
        for (size_t to = 0; to < width; to++) {
            MigrationCell *cell = &work->cells[row + to];
            if (!decimal_fits(work->before[row + to]) || !decimal_fits(work->after[row + to]))
                return error_set(err, STATUS_LIMIT, "a cell adds up to more than 18 digits");
            cell->before = (int64_t)work->before[row + to];
            cell->after = (int64_t)work->after[row + to];
            cell->share = whole > 0 ? (double)cell->customers_count / (double)whole : 0;
        }
    }
    return STATUS_OK;
}

static uint64_t count_before(const Migration *migration, const MigrationPart *part, size_t from)
{
    uint64_t count = 0;
    for (size_t to = 0; to <= migration->to_count; to++)
        count += migration_cell(migration, part, from, to)->customers_count;
    return count;
}

static uint64_t count_after(const Migration *migration, const MigrationPart *part, size_t to)
{
    uint64_t count = 0;
    for (size_t from = 0; from <= migration->from_count; from++)
        count += migration_cell(migration, part, from, to)->customers_count;
    return count;
}

static size_t find_name(const Text *names, size_t count, Text name)
{
    size_t place = 0;
    while (place < count && !text_equal_folded(names[place], name))
        place++;
    return place;
}

static double part_of(uint64_t count, uint64_t whole)
{
    return whole > 0 ? (double)count / (double)whole : 0.0;
}

/* Classes are the same when their names are; one that is not there has a share of 0. */
static double stability_of(const Migration *migration, const MigrationPart *part, Arena *arena)
{
    size_t from_count = migration->from_count, to_count = migration->to_count, count = from_count;
    double *expected = ARENA_ARRAY(arena, double, from_count + to_count);
    double *actual = ARENA_ARRAY(arena, double, from_count + to_count);
    uint64_t before = 0, after = 0;
    for (size_t from = 0; from < from_count; from++)
        before += count_before(migration, part, from);
    for (size_t to = 0; to < to_count; to++)
        after += count_after(migration, part, to);
    for (size_t from = 0; from < from_count; from++)
        expected[from] = part_of(count_before(migration, part, from), before);
    for (size_t to = 0; to < to_count; to++) {
        size_t place = find_name(migration->from_names, from_count, migration->to_names[to]);
        if (place == from_count) place = count++;
        actual[place] = part_of(count_after(migration, part, to), after);
    }
    return stability_index(expected, actual, count);
}

/* ---- all together ---- */

static bool has_somebody(const MigrationPart *part)
{
    return part->stayed_count + part->moved_count + part->new_count + part->lost_count > 0;
}

static Status count_parts(Work *work, Error *err)
{
    Migration *migration = work->migration;
    size_t groups_count = work->groups != NULL ? work->groups->count : 0;
    size_t parts_count = work->groups != NULL ? groups_count + 2 : 1;
    work->cells_count = (migration->from_count + 1) * (migration->to_count + 1);
    work->parts = ARENA_ARRAY(work->arena, MigrationPart, parts_count);
    work->cells = ARENA_ARRAY(work->arena, MigrationCell, parts_count * work->cells_count);
    work->before = ARENA_ARRAY(work->arena, Int128, parts_count * work->cells_count);
    work->after = ARENA_ARRAY(work->arena, Int128, parts_count * work->cells_count);
    count_all(work);
    work->parts[parts_count - 1].is_rest = work->groups != NULL;
    if (work->groups != NULL && !has_somebody(&work->parts[parts_count - 1])) parts_count--;
    for (size_t i = 0; i < parts_count; i++) {
        TRY(share_cells(work, i, err));
        if (i > 0 && i <= groups_count) work->parts[i].name = work->groups->names[i - 1];
        work->parts[i].cells = work->cells + i * work->cells_count;
        work->parts[i].stability = stability_of(migration, &work->parts[i], work->arena);
    }
    migration->parts = work->parts;
    migration->parts_count = parts_count;
    return STATUS_OK;
}

Status migration_read(RunSource source, const RunRow runs[2], const CustomerGroups *groups,
                      Arena *arena, Migration *ret_migration, Error *err)
{
    Migration migration = {.from_run = run_source_row(source, &runs[0]),
                           .to_run = run_source_row(source, &runs[1])};
    Work work = {.groups = groups, .arena = arena, .migration = &migration};
    TRY(numbered_run_read(source, &runs[0], arena, &work.from, err));
    TRY(numbered_run_read(source, &runs[1], arena, &work.to, err));
    migration.from_names = work.from.names;
    migration.from_count = work.from.classes_count;
    migration.to_names = work.to.names;
    migration.to_count = work.to.classes_count;
    migration.has_amount = work.from.has_amount && work.to.has_amount;
    migration.amount_type = work.to.amount_type;
    if (migration.has_amount && work.from.amount_type.scale != work.to.amount_type.scale)
        return error_set(
            err, STATUS_INVALID,
            "the two runs count amounts in different units; run the earlier day again");
    TRY(count_parts(&work, err));
    *ret_migration = migration;
    return STATUS_OK;
}

/* ---- who is behind a cell ---- */

typedef struct {
    Mover *items;
    size_t count, capacity;
} GrowingMovers;

static bool is_wanted(size_t wanted, size_t class_number, size_t count)
{
    return wanted == SIZE_MAX || wanted == place_of(class_number, count);
}

static MoverList sort_movers(const GrowingMovers *movers, Arena *arena)
{
    int64_t *changes = ARENA_ARRAY(arena, int64_t, movers->count);
    uint32_t *order = ARENA_ARRAY(arena, uint32_t, movers->count);
    Mover *sorted = ARENA_ARRAY(arena, Mover, movers->count);
    for (size_t i = 0; i < movers->count; i++) {
        int64_t change = movers->items[i].after - movers->items[i].before;
        changes[i] = change < 0 ? -change : change;
        order[i] = (uint32_t)i;
    }
    order_descending(changes, order, movers->count);
    for (size_t i = 0; i < movers->count; i++)
        sorted[i] = movers->items[order[i]];
    return (MoverList){sorted, movers->count};
}

Status migration_movers(RunSource source, const Migration *migration, MoverQuery query,
                        Arena *arena, MoverList *ret_movers, Error *err)
{
    NumberedRun from, to;
    GrowingMovers movers = {0};
    TRY(numbered_run_read(source, &migration->from_run, arena, &from, err));
    TRY(numbered_run_read(source, &migration->to_run, arena, &to, err));
    size_t ids_count = from.ids_count > to.ids_count ? from.ids_count : to.ids_count;
    for (size_t id = 1; id < ids_count; id++) {
        Mover mover = {.customer = {(uint32_t)id},
                       .from = (uint16_t)numbered_class(&from, id),
                       .to = (uint16_t)numbered_class(&to, id),
                       .before = numbered_amount(&from, id),
                       .after = numbered_amount(&to, id)};
        if (mover.from == 0 && mover.to == 0) continue;
        if (is_wanted(query.from, mover.from, migration->from_count) &&
            is_wanted(query.to, mover.to, migration->to_count))
            ARENA_PUSH(arena, &movers, mover);
    }
    *ret_movers = sort_movers(&movers, arena);
    return STATUS_OK;
}
