/* numbered_run.h -- a run by customer id: class and amount of each in one access. Inside of
 * src/classification. */
#pragma once

#include "classification/run_source.h"

typedef struct {
    RunRow run;
    const Text *names;
    size_t classes_count;
    size_t ids_count;        /* below this */
    const uint16_t *classes; /* by customer id; 0: not classified */
    bool has_amount;
    Type amount_type;
    const int64_t *amounts; /* by customer id; 0 when he has none; NULL without amounts */
} NumberedRun;

/* memory  2 or 10 bytes per customer id, in the arena */
MUST_CHECK Status numbered_run_read(RunSource source, const RunRow *run, Arena *arena,
                                    NumberedRun *ret_run, Error *err);

/* Classes by customer id: number and name of each, in the arena. */
typedef struct {
    const Text *names;       /* by number - 1 */
    size_t ids_count;        /* below this */
    const uint16_t *numbers; /* by customer id; 0: not classified */
} NumberedClasses;

/* At least `ids_min` ids have a place. */
NumberedClasses number_classes(const RunClassList *classes, size_t ids_min, Arena *arena);

static inline size_t numbered_class(const NumberedRun *run, size_t id)
{
    return id < run->ids_count ? run->classes[id] : 0;
}
static inline int64_t numbered_amount(const NumberedRun *run, size_t id)
{
    return run->amounts != NULL && id < run->ids_count ? run->amounts[id] : 0;
}
