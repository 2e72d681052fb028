/* chain.c -- chains of events in time.
 *
 * Of all earlier events that an event may follow, the latest is the best one: it is the least
 * likely to lie too far back, and to have something forbidden after it. So one look at each event
 * will do. */
#include "engine/chain.h"

static bool is_in_time(const SequenceStep *step, int64_t before, int64_t at)
{
    if (!step->has_within) return true;
    Date latest = date_add(moment_date((Moment){before}), step->within_count, step->within_unit);
    return moment_date((Moment){at}).day <= latest.day;
}

size_t chain_advance(Times before, Times events, Times forbidden, const SequenceStep *step,
                     bool is_one_enough, int64_t *ret_ends)
{
    size_t earlier = 0, forbidden_earlier = 0, count = 0;
    for (size_t i = 0; i < events.count; i++) {
        int64_t at = events.items[i];
        while (earlier < before.count && before.items[earlier] < at)
            earlier++;
        while (forbidden_earlier < forbidden.count && forbidden.items[forbidden_earlier] < at)
            forbidden_earlier++;
        if (earlier == 0) continue;
        int64_t latest = before.items[earlier - 1];
        bool is_forbidden =
            forbidden_earlier > 0 && forbidden.items[forbidden_earlier - 1] > latest;
        if (is_forbidden || !is_in_time(step, latest, at)) continue;
        ret_ends[count++] = at;
        if (is_one_enough) break;
    }
    return count;
}
