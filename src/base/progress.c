/* progress.c -- report progress and learn of cancellation. */
#include "base/progress.h"

Status progress_report(const Progress *progress, const char *step, uint64_t done, uint64_t total,
                       Error *err)
{
    if (progress == NULL || progress->report(progress->context, step, done, total))
        return STATUS_OK;
    return error_set(err, STATUS_CANCELLED, "%s was cancelled", error_phrase(step));
}
