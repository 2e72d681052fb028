/* migration.h -- who went from which class to which between two runs: customers and money, shares,
 * new and lost, how much the whole shifted; also within groups, such as those of a manager. */
#pragma once

#include "classification/run_table.h"

/* Groups of customers, by customer id; who is in none has 0, and is in the rest. */
typedef struct {
    const uint32_t *group_of; /* 1 .. count; NULL: no groups */
    size_t ids_count;
    const Text *names;
    size_t count;
} CustomerGroups;

typedef struct {
    uint64_t customers_count;
    double share;          /* of the class before; 0 .. 1 */
    int64_t before, after; /* amounts; 0 without */
} MigrationCell;

typedef struct {
    Text name;    /* of a group; empty: everybody, or the rest */
    bool is_rest; /* those who are in no group: the groups add up to everybody */
    /* Row after row: class before by class after; the last row are those who were in no class
     * (new), the last column those who are in none any more (lost). */
    const MigrationCell *cells; /* (from_count + 1) * (to_count + 1) */
    uint64_t stayed_count, moved_count, new_count, lost_count;
    /* Population stability index of the shares of classes: below 0.1 nothing to speak of, above
     * 0.25 much. A share of 0 counts as 0.0001. */
    double stability;
} MigrationPart;

typedef struct {
    RunRow from_run, to_run;
    const Text *from_names, *to_names;
    size_t from_count, to_count;
    bool has_amount;
    Type amount_type;
    const MigrationPart *parts; /* [0]: everybody; the groups; the rest, when somebody is in it */
    size_t parts_count;
} Migration;

/* His group, from 1; the one after the last is the rest. */
static inline uint32_t customer_group(const CustomerGroups *groups, size_t id)
{
    bool is_in_one = id < groups->ids_count && groups->group_of[id] != 0;
    return is_in_one ? groups->group_of[id] : (uint32_t)groups->count + 1;
}

/* errors  LIMIT when a cell's amount is beyond 18 digits, INVALID when the runs count in different
 *         units */
MUST_CHECK Status migration_read(RunSource source, const RunRow runs[2],
                                 const CustomerGroups *groups, Arena *arena,
                                 Migration *ret_migration, Error *err);

static inline const MigrationCell *migration_cell(const Migration *migration,
                                                  const MigrationPart *part, size_t from, size_t to)
{
    return &part->cells[from * (migration->to_count + 1) + to];
}

/* One customer behind a cell. */
typedef struct {
    CustomerId customer;
    uint16_t from, to; /* classes from 1; 0: none */
    int64_t before, after;
} Mover;

/* Those of a cell, the greatest change of amount first; `from` and `to` count from 0 as in cells.
 * SIZE_MAX: any class. */
typedef struct {
    size_t from, to;
} MoverQuery;
typedef struct {
    const Mover *items;
    size_t count;
} MoverList;
MUST_CHECK Status migration_movers(RunSource source, const Migration *migration, MoverQuery query,
                                   Arena *arena, MoverList *ret_movers, Error *err);
