/* sweep_plan.c -- how a sweep is done: buckets of time, classes of keys, moves through time. */
#include "engine/sweep_inside.h"
#include "engine/vector.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* What is known of the members while the plan is made. */
typedef struct {
    const SweepTask *task;
    Arena *arena;
    SweepPlan *plan;
    int64_t first_day, last_day; /* of all events */
    int64_t *bounds;             /* first days of buckets, ascending, and the end of the last */
    size_t bounds_count;
    BucketRange *ranges; /* by member */
    bool *is_listed;     /* by class, for a moment */
} Planner;

typedef struct {
    uint16_t *items;
    size_t count, capacity;
} ClassList;

/* ---- buckets ---- */

/* The days of a member that have events; first > last: none. */
static void days_of(const Planner *planner, const SweepMember *member, int64_t *ret_first,
                    int64_t *ret_last)
{
    *ret_first = planner->first_day;
    *ret_last = member->span.last.day;
    if (member->span.has_begin && member->span.first.day > *ret_first)
        *ret_first = member->span.first.day;
    if (*ret_last > planner->last_day) *ret_last = planner->last_day;
}

static int compare_days(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void find_bounds(Planner *planner)
{
    const SweepTask *task = planner->task;
    planner->bounds = ARENA_ARRAY(planner->arena, int64_t, 2 * task->members_count);
    size_t count = 0;
    for (size_t i = 0; i < task->members_count; i++) {
        int64_t first, last;
        days_of(planner, &task->members[i], &first, &last);
        if (first > last) continue;
        planner->bounds[count++] = first;
        planner->bounds[count++] = last + 1;
    }
    qsort(planner->bounds, count, sizeof *planner->bounds, compare_days);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || planner->bounds[i] != planner->bounds[planner->bounds_count - 1])
            planner->bounds[planner->bounds_count++] = planner->bounds[i];
    planner->plan->buckets_count = planner->bounds_count == 0 ? 0 : planner->bounds_count - 1;
}

static uint16_t bound_at(const Planner *planner, int64_t day)
{
    const int64_t *found =
        bsearch(&day, planner->bounds, planner->bounds_count, sizeof day, compare_days);
    return (uint16_t)(found - planner->bounds);
}

static void find_ranges(Planner *planner)
{
    const SweepTask *task = planner->task;
    planner->ranges = ARENA_ARRAY(planner->arena, BucketRange, task->members_count);
    for (size_t i = 0; i < task->members_count; i++) {
        int64_t first, last;
        days_of(planner, &task->members[i], &first, &last);
        if (first > last) continue;
        planner->ranges[i] = (BucketRange){bound_at(planner, first), bound_at(planner, last + 1)};
    }
}

static void fill_buckets(Planner *planner)
{
    const Column *day = &planner->task->stream->day;
    size_t stored_count = (size_t)((planner->last_day - day->base) / day->factor) + 1;
    uint16_t *buckets = ARENA_ARRAY(planner->arena, uint16_t, stored_count);
    size_t bound = 0; /* the first one after the day */
    for (size_t stored = 0; stored < stored_count; stored++) {
        int64_t at = day->base + day->factor * (int64_t)stored;
        while (bound < planner->bounds_count && planner->bounds[bound] <= at)
            bound++;
        bool is_inside = bound > 0 && bound < planner->bounds_count;
        buckets[stored] = (uint16_t)(is_inside ? bound - 1 : planner->plan->buckets_count);
    }
    planner->plan->bucket_of_day = buckets;
}

/* ---- classes: each set of keys splits every class that it holds a part of ---- */

typedef struct {
    size_t keys_count;
    uint32_t *class_of; /* by key; class 0: in no set */
    uint32_t *next;     /* by class, for a moment: what becomes of it; 0: nothing yet */
    uint32_t *touched;
    uint32_t count; /* classes are 0 .. count - 1, some without keys */
} Splitter;

static void split_by(Splitter *splitter, const uint64_t *keys)
{
    size_t touched_count = 0;
    for (size_t word = 0; word < bit_words(splitter->keys_count); word++)
        for (uint64_t rest = keys[word]; rest != 0; rest &= rest - 1) {
            uint32_t *class_of = &splitter->class_of[word * 64 + (size_t)__builtin_ctzll(rest)];
            if (splitter->next[*class_of] == 0) {
                splitter->next[*class_of] = splitter->count++;
                splitter->touched[touched_count++] = *class_of;
            }
            *class_of = splitter->next[*class_of];
        }
    for (size_t i = 0; i < touched_count; i++)
        splitter->next[splitter->touched[i]] = 0;
}

/* Numbers classes anew, without gaps. */
static void renumber(Splitter *splitter)
{
    uint32_t count = 1;
    for (size_t key = 0; key < splitter->keys_count; key++) {
        uint32_t *class_of = &splitter->class_of[key];
        if (*class_of == 0) continue;
        if (splitter->next[*class_of] == 0) splitter->next[*class_of] = count++;
        *class_of = splitter->next[*class_of];
    }
    memset(splitter->next, 0, splitter->count * sizeof *splitter->next);
    splitter->count = count;
}

/* Whether `member` is the first with its set of keys. */
static bool is_new_set(const SweepTask *task, size_t member)
{
    const uint64_t *keys = task->members[member].keys;
    for (size_t i = 0; keys != NULL && i < member; i++)
        if (task->members[i].keys == keys) return false;
    return keys != NULL;
}

static void split_by_all(const SweepTask *task, Splitter *splitter)
{
    for (size_t i = 0; i < task->members_count; i++) {
        if (!is_new_set(task, i)) continue;
        split_by(splitter, task->members[i].keys);
        if (splitter->count > splitter->keys_count + 1) renumber(splitter);
    }
    renumber(splitter);
}

/* False when there are too many classes. */
static bool find_classes(Planner *planner)
{
    const SweepTask *task = planner->task;
    if (task->key == NULL) return true;
    Splitter splitter = {.keys_count = (size_t)task->keys_count + 1, .count = 1};
    size_t classes_max = 2 * splitter.keys_count + 2; /* before they are numbered anew */
    splitter.class_of = memory_alloc(memory_product(splitter.keys_count, sizeof(uint32_t)));
    splitter.next = memory_alloc(memory_product(classes_max, sizeof(uint32_t)));
    splitter.touched = memory_alloc(memory_product(classes_max, sizeof(uint32_t)));
    split_by_all(task, &splitter);
    uint16_t *class_of_key = ARENA_ARRAY(planner->arena, uint16_t, splitter.keys_count);
    for (size_t key = 0; key < splitter.keys_count; key++)
        class_of_key[key] = (uint16_t)splitter.class_of[key];
    planner->plan->class_of_key = class_of_key;
    planner->plan->classes_count = splitter.count - 1;
    free(splitter.class_of);
    free(splitter.next);
    free(splitter.touched);
    return planner->plan->classes_count < UINT16_MAX;
}

/* ---- measures ---- */

static SweepMeasure *measure_of(Planner *planner, const Column *field)
{
    SweepPlan *plan = planner->plan;
    for (size_t i = 0; i < plan->measures_count; i++)
        if (plan->measures[i].field == field) return &plan->measures[i];
    SweepMeasure *measure = &plan->measures[plan->measures_count++];
    measure->field = field;
    return measure;
}

static SweepUse use_of(const Planner *planner, size_t member)
{
    const SweepMember *asked = &planner->task->members[member];
    return (SweepUse){.member = (uint32_t)member,
                      .is_test = asked->is_test,
                      .is_opposite = asked->is_opposite,
                      .low = asked->low,
                      .high = asked->high};
}

/* ---- members with keys ---- */

/* The classes whose keys are in the set, at the end of the list of all members'. */
static void add_classes(Planner *planner, const uint64_t *keys, ClassList *list)
{
    const SweepPlan *plan = planner->plan;
    memset(planner->is_listed, 0, plan->classes_count + 1);
    for (size_t word = 0; word < bit_words((size_t)planner->task->keys_count + 1); word++)
        for (uint64_t rest = keys[word]; rest != 0; rest &= rest - 1) {
            uint16_t found = plan->class_of_key[word * 64 + (size_t)__builtin_ctzll(rest)];
            if (planner->is_listed[found]) continue;
            planner->is_listed[found] = true;
            ARENA_PUSH(planner->arena, list, found);
        }
}

static void add_keyed(Planner *planner, size_t member, ClassList *list)
{
    const SweepMember *asked = &planner->task->members[member];
    SweepKeyed keyed = {.use = use_of(planner, member),
                        .buckets = planner->ranges[member],
                        .first_class = (uint32_t)list->count};
    if (keyed.buckets.begin < keyed.buckets.end) add_classes(planner, asked->keys, list);
    keyed.classes_count = (uint32_t)list->count - keyed.first_class;
    ARENA_PUSH(planner->arena, &measure_of(planner, asked->field)->keyed, keyed);
}

/* Members with keys, and those whose window holds no day: they have no classes. */
static void plan_keyed(Planner *planner)
{
    const SweepTask *task = planner->task;
    ClassList list = {0};
    planner->is_listed = ARENA_ARRAY(planner->arena, bool, planner->plan->classes_count + 1);
    for (size_t i = 0; i < task->members_count; i++) {
        bool is_empty = planner->ranges[i].begin == planner->ranges[i].end;
        if (is_empty || task->members[i].keys != NULL) add_keyed(planner, i, &list);
    }
    planner->plan->classes = list.items;
}

/* ---- members of all events ---- */

typedef struct {
    size_t measure;
    BucketRange buckets;
    SweepUse use;
} Windowed;

/* Of one measure by the end, then the begin of windows. */
static int compare_windowed(const void *left, const void *right)
{
    const Windowed *a = left, *b = right;
    if (a->measure != b->measure) return a->measure < b->measure ? -1 : 1;
    if (a->buckets.end != b->buckets.end) return a->buckets.end - b->buckets.end;
    if (a->buckets.begin != b->buckets.begin) return a->buckets.begin - b->buckets.begin;
    return (a->use.member > b->use.member) - (a->use.member < b->use.member);
}

static bool is_same_window(const Windowed *a, const Windowed *b)
{
    return a->buckets.begin == b->buckets.begin && a->buckets.end == b->buckets.end;
}

/* Places to remember totals in, and who still needs them. */
typedef struct {
    uint32_t *windows_left; /* by bound: windows that begin there and have no answer yet */
    uint32_t *place;        /* by bound */
    uint32_t *free_places;
    size_t free_count;
    size_t places_count;
} Places;

static uint32_t take_place(Places *places)
{
    if (places->free_count > 0) return places->free_places[--places->free_count];
    return (uint32_t)places->places_count++;
}

/* One measure's windows, members first .. end - 1 of a sorted list. */
typedef struct {
    Planner *planner;
    SweepMeasure *measure;
    const Windowed *members;
    size_t first, end;
    Places *places;
} Journey;

static void begin_journey(Journey *journey, uint16_t *ret_first, uint16_t *ret_last)
{
    *ret_first = UINT16_MAX;
    *ret_last = 0;
    for (size_t i = journey->first; i < journey->end; i++) {
        const Windowed *at = &journey->members[i];
        if (at->buckets.begin < *ret_first) *ret_first = at->buckets.begin;
        if (at->buckets.end > *ret_last) *ret_last = at->buckets.end;
        bool is_new = i == journey->first || !is_same_window(at - 1, at);
        journey->places->windows_left[at->buckets.begin] += is_new;
    }
}

/* Answers of all windows that end at a bound. */
static void answer_at(Journey *journey, uint16_t bound)
{
    const Windowed *members = journey->members;
    Places *places = journey->places;
    size_t first = journey->first;
    while (first < journey->end && members[first].buckets.end == bound) {
        size_t end = first + 1;
        while (end < journey->end && is_same_window(&members[first], &members[end]))
            end++;
        uint16_t begin = members[first].buckets.begin;
        SweepMove move = {.kind = SWEEP_ANSWER,
                          .place = places->place[begin],
                          .first_use = (uint32_t)first,
                          .uses_count = (uint32_t)(end - first)};
        ARENA_PUSH(journey->planner->arena, &journey->measure->moves, move);
        bool is_last = --places->windows_left[begin] == 0;
        if (is_last && move.place != SWEEP_NO_PLACE)
            places->free_places[places->free_count++] = move.place;
        first = end;
    }
    journey->first = first;
}

static void plan_journey(Journey *journey)
{
    Arena *arena = journey->planner->arena;
    Places *places = journey->places;
    uint16_t first, last;
    begin_journey(journey, &first, &last);
    uint16_t added = first; /* buckets before it are in the totals */
    for (uint16_t bound = first; bound <= last; bound++) {
        bool has_end = journey->members[journey->first].buckets.end == bound;
        bool has_begin = places->windows_left[bound] > 0 && bound < last;
        if (!has_end && !has_begin) continue;
        if (added < bound) {
            SweepMove move = {.kind = SWEEP_ADD, .buckets = {added, bound}};
            ARENA_PUSH(arena, &journey->measure->moves, move);
            added = bound;
        }
        if (has_end) answer_at(journey, bound);
        if (!has_begin) continue;
        places->place[bound] = bound == first ? SWEEP_NO_PLACE : take_place(places);
        SweepMove move = {.kind = SWEEP_REMEMBER, .place = places->place[bound]};
        if (bound != first) ARENA_PUSH(arena, &journey->measure->moves, move);
    }
}

static size_t collect_windowed(Planner *planner, Windowed *ret_members)
{
    const SweepTask *task = planner->task;
    size_t count = 0;
    for (size_t i = 0; i < task->members_count; i++) {
        BucketRange buckets = planner->ranges[i];
        if (task->members[i].keys != NULL || buckets.begin == buckets.end) continue;
        SweepMeasure *measure = measure_of(planner, task->members[i].field);
        ret_members[count++] = (Windowed){.measure = (size_t)(measure - planner->plan->measures),
                                          .buckets = buckets,
                                          .use = use_of(planner, i)};
    }
    qsort(ret_members, count, sizeof *ret_members, compare_windowed);
    return count;
}

static void plan_windowed(Planner *planner)
{
    Arena *arena = planner->arena;
    Windowed *members = ARENA_ARRAY(arena, Windowed, planner->task->members_count);
    size_t count = collect_windowed(planner, members);
    SweepUse *uses = ARENA_ARRAY(arena, SweepUse, count);
    for (size_t i = 0; i < count; i++)
        uses[i] = members[i].use;
    planner->plan->uses = uses;
    for (size_t first = 0, end = 0; first < count; first = end) {
        while (end < count && members[end].measure == members[first].measure)
            end++;
        Places places = {
            .windows_left = ARENA_ARRAY(arena, uint32_t, planner->bounds_count),
            .place = ARENA_ARRAY(arena, uint32_t, planner->bounds_count),
            .free_places = ARENA_ARRAY(arena, uint32_t, planner->bounds_count),
        };
        Journey journey = {.planner = planner,
                           .measure = &planner->plan->measures[members[first].measure],
                           .members = members,
                           .first = first,
                           .end = end,
                           .places = &places};
        plan_journey(&journey);
        if (places.places_count > planner->plan->places_count)
            planner->plan->places_count = places.places_count;
    }
}

const SweepPlan *sweep_plan(const SweepTask *task, Arena *arena)
{
    if (task->members_count > SWEEP_MEMBERS_MAX) return NULL;
    const Column *day = &task->stream->day;
    Planner planner = {.task = task, .arena = arena, .plan = ARENA_NEW(arena, SweepPlan)};
    SweepPlan *plan = planner.plan;
    *plan = (SweepPlan){.stream = task->stream, .key = task->key};
    plan->measures = ARENA_ARRAY(arena, SweepMeasure, task->members_count);
    planner.first_day = day->has_range ? day->min : 0;
    planner.last_day = day->has_range ? day->max : -1;
    if (!find_classes(&planner)) return NULL;
    find_bounds(&planner);
    find_ranges(&planner);
    if (plan->buckets_count > 0) fill_buckets(&planner);
    plan_keyed(&planner);
    plan_windowed(&planner);
    return plan;
}
