/* standing.c -- who is in which stored segment, since when and why, held in memory.
 *
 * 1. `mutex` guards which state is the newest and the uses of states. Compositions and joinings are
 *    shared by states and counted by themselves. All else is constant once a state is the newest.
 * 2. A member came in by the newest joining that names him: so the journal's joinings are held as
 *    they are, the newer ones before the older ones, and those who left again do no harm. */
#include "segment/standing.h"

#include "base/bitmap.h"
#include "base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    JOININGS_BYTES_MAX = 8 << 20, /* of a segment when it is read anew; what came since is whole */
    CHAIN_MAX = 32                /* so many reads of the journal; then it is read anew */
};

/* What one reading of the journal gave. */
typedef struct Joinings Joinings;
struct Joinings {
    atomic_uint uses;
    Arena *arena;
    const StoredJoining *items; /* the newest first */
    size_t count;
    size_t chain; /* itself and those before it */
    Joinings *older;
};

typedef struct {
    atomic_uint uses;
    Arena *arena;
    uint32_t segment_id;
    FormingRow last;
    bool is_held; /* else it needs too much room, and there is nothing below */
    Text members; /* bitmap.h */
    Joinings *newest;
} Composition;

struct Standing {
    unsigned uses;
    uint64_t newest_forming;
    Composition **items; /* by segment id */
    size_t count;
};

struct Standings {
    pthread_mutex_t mutex;
    size_t bytes_max;
    Standing *newest; /* NULL before the first */
};

/* ---- life ---- */

Standings *standings_new(size_t bytes_max)
{
    Standings *standings = MEMORY_NEW(Standings);
    standings->bytes_max = bytes_max;
    ASSERT(pthread_mutex_init(&standings->mutex, NULL) == 0);
    return standings;
}

static void drop_joinings(Joinings *joinings)
{
    while (joinings != NULL && atomic_fetch_sub(&joinings->uses, 1) == 1) {
        Joinings *older = joinings->older;
        arena_free(joinings->arena);
        free(joinings);
        joinings = older;
    }
}

static void drop_composition(Composition *composition)
{
    if (atomic_fetch_sub(&composition->uses, 1) > 1) return;
    drop_joinings(composition->newest);
    arena_free(composition->arena);
    free(composition);
}

static void drop_state(Standing *state)
{
    if (state == NULL || --state->uses > 0) return;
    for (size_t i = 0; i < state->count; i++)
        drop_composition(state->items[i]);
    free(state->items);
    free(state);
}

void standings_free(Standings *standings)
{
    if (standings == NULL) return;
    drop_state(standings->newest);
    pthread_mutex_destroy(&standings->mutex);
    free(standings);
}

void standings_done(Standings **standings)
{
    standings_free(*standings);
    *standings = NULL;
}

/* ---- following ---- */

static size_t composition_bytes(const Composition *composition)
{
    size_t bytes = arena_used_bytes(composition->arena);
    for (const Joinings *j = composition->newest; j != NULL; j = j->older)
        bytes += arena_used_bytes(j->arena);
    return bytes;
}

static Composition *find(const Standing *state, uint32_t segment_id)
{
    size_t low = 0, high = state == NULL ? 0 : state->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (state->items[middle]->segment_id < segment_id)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = state != NULL && low < state->count;
    return is_found && state->items[low]->segment_id == segment_id ? state->items[low] : NULL;
}

static const Composition *find_held(const Standing *state, uint32_t segment_id)
{
    const Composition *composition = find(state, segment_id);
    return composition != NULL && composition->is_held ? composition : NULL;
}

static Status read_joinings(Store *store, JoiningsQuery query, Joinings *older,
                            Joinings **ret_joinings, Error *err)
{
    Joinings *joinings = MEMORY_NEW(Joinings);
    StoredJoining *items = NULL;
    *joinings = (Joinings){.uses = 1, .arena = arena_new(), .chain = 1};
    Status status =
        store_list_joinings(store, query, joinings->arena, &items, &joinings->count, err);
    joinings->items = items;
    *ret_joinings = joinings;
    if (older == NULL || status != STATUS_OK) return status;
    joinings->older = older;
    joinings->chain += older->chain;
    atomic_fetch_add(&older->uses, 1);
    return STATUS_OK;
}

static Status read_members(Store *store, Composition *composition, Error *err)
{
    AUTO(customer_set_free) CustomerSet members = {0};
    TRY(store_read_composition(store, composition->segment_id, composition->last.id, &members,
                               err));
    composition->members = bitmap_encode(members.words, members.words_count, composition->arena);
    return STATUS_OK;
}

/* `before` is what was held of the segment; NULL: nothing. */
static Status read_composition(Store *store, const Composition *before, Composition *composition,
                               Error *err)
{
    JoiningsQuery query = {composition->segment_id, 0, JOININGS_BYTES_MAX};
    Joinings *older = NULL;
    if (before != NULL && before->is_held && before->newest->chain < CHAIN_MAX) {
        query.after = before->last.id;
        query.bytes_max = SIZE_MAX; /* keeps (2): a gap would make an older joining the newest */
        older = before->newest;
    }
    TRY(read_members(store, composition, err));
    return read_joinings(store, query, older, &composition->newest, err);
}

static Status read_segment(Store *store, const Composition *before, uint32_t segment_id,
                           Composition **ret_composition, Error *err)
{
    Composition *composition = MEMORY_NEW(Composition);
    *composition =
        (Composition){.uses = 1, .arena = arena_new(), .segment_id = segment_id, .is_held = true};
    Status status =
        store_last_forming(store, segment_id, composition->arena, &composition->last, err);
    if (status == STATUS_OK) status = read_composition(store, before, composition, err);
    if (status == STATUS_OK)
        *ret_composition = composition;
    else
        drop_composition(composition);
    return status;
}

static int compare_ids(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The segments that have a composition, ascending. */
static uint32_t *list_stored(const Registry *registry, size_t *ret_count)
{
    uint32_t *ids = memory_alloc(memory_product(registry->count + 1, sizeof *ids));
    *ret_count = 0;
    for (size_t i = 0; i < registry->count; i++)
        if (registry->items[i].card.mode != MODE_DYNAMIC)
            ids[(*ret_count)++] = registry->items[i].id;
    qsort(ids, *ret_count, sizeof *ids, compare_ids);
    return ids;
}

/* What the next state is made of. */
typedef struct {
    Store *store;
    const Standing *before; /* NULL: nothing is held yet */
    uint32_t *formed;       /* segments formed since then, ascending */
    size_t formed_count;
} Following;

/* As it was held, unless it was formed since. */
static Status follow_segment(const Following *following, uint32_t segment_id,
                             Composition **ret_composition, Error *err)
{
    Composition *known = find(following->before, segment_id);
    bool is_formed = segment_ids_have(following->formed, following->formed_count, segment_id);
    if (known == NULL || is_formed)
        return read_segment(following->store, known, segment_id, ret_composition, err);
    atomic_fetch_add(&known->uses, 1);
    *ret_composition = known;
    return STATUS_OK;
}

/* The room goes to others; that it was too large is remembered, or it would be read each time. */
static Composition *forget_content(Composition *composition)
{
    Composition *empty = MEMORY_NEW(Composition);
    *empty = (Composition){.uses = 1, .arena = arena_new(), .segment_id = composition->segment_id};
    drop_composition(composition);
    return empty;
}

static Status add_segments(const Standings *standings, const Following *following,
                           const Registry *registry, Standing *state, Error *err)
{
    size_t count, bytes = 0;
    uint32_t *ids = list_stored(registry, &count);
    state->items = memory_alloc(memory_product(count + 1, sizeof(Composition *)));
    Status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        Composition *composition = NULL;
        status = follow_segment(following, ids[i], &composition, err);
        if (status != STATUS_OK) break;
        if (bytes + composition_bytes(composition) > standings->bytes_max)
            composition = forget_content(composition);
        bytes += composition_bytes(composition);
        state->items[state->count++] = composition;
    }
    free(ids);
    return status;
}

static void replace(Standings *standings, Standing *state)
{
    pthread_mutex_lock(&standings->mutex);
    Standing *before = standings->newest;
    standings->newest = state;
    drop_state(before);
    pthread_mutex_unlock(&standings->mutex);
}

/* In a snapshot. */
static Status follow_to(Standings *standings, Store *store, const Registry *registry,
                        uint64_t newest_forming, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Following following = {.store = store, .before = standings->newest};
    if (following.before != NULL)
        TRY(store_segments_formed_since(store, following.before->newest_forming, arena,
                                        &following.formed, &following.formed_count, err));
    Standing *state = MEMORY_NEW(Standing);
    *state = (Standing){.uses = 1, .newest_forming = newest_forming};
    Status status = add_segments(standings, &following, registry, state, err);
    if (status == STATUS_OK)
        replace(standings, state);
    else
        drop_state(state);
    return status;
}

Status standings_follow(Standings *standings, Store *store, const Registry *registry, Error *err)
{
    uint64_t newest_forming;
    TRY(store_read_begin(store, err));
    Status status = store_newest_forming(store, &newest_forming, err);
    /* numbers of formings are not used twice; a segment never formed may stay unknown */
    bool is_known = standings->newest != NULL;
    if (status == STATUS_OK && !(is_known && standings->newest->newest_forming == newest_forming))
        status = follow_to(standings, store, registry, newest_forming, err);
    store_read_end(store);
    return status;
}

/* ---- looking ---- */

Status standings_acquire(Standings *standings, Store *store, const Standing **ret_standing,
                         Error *err)
{
    uint64_t newest_forming;
    *ret_standing = NULL;
    if (standings == NULL) return STATUS_OK;
    TRY(store_newest_forming(store, &newest_forming, err));
    pthread_mutex_lock(&standings->mutex);
    Standing *newest = standings->newest;
    if (newest != NULL && newest->newest_forming == newest_forming) {
        newest->uses++;
        *ret_standing = newest;
    }
    pthread_mutex_unlock(&standings->mutex);
    return STATUS_OK;
}

void standings_release(Standings *standings, const Standing *standing)
{
    if (standing == NULL) return;
    pthread_mutex_lock(&standings->mutex);
    drop_state((Standing *)(uintptr_t)standing);
    pthread_mutex_unlock(&standings->mutex);
}

static Status find_joining(const Composition *composition, CustomerId customer,
                           const StoredJoining **ret_joining, Error *err)
{
    *ret_joining = NULL;
    for (const Joinings *j = composition->newest; j != NULL; j = j->older) {
        for (size_t i = 0; i < j->count; i++) {
            bool has;
            TRY(bitmap_has(j->items[i].customers, customer.value, &has, err));
            if (!has) continue;
            *ret_joining = &j->items[i];
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}

static FormingRow copy_forming(const FormingRow *forming, Arena *arena)
{
    FormingRow copy = *forming;
    copy.author = arena_text(arena, forming->author);
    copy.note = arena_text(arena, forming->note);
    return copy;
}

Status standing_find(const Standing *standing, StandingQuery query, Arena *arena,
                     StandingKind *ret_kind, CustomerMove *ret_since, Error *err)
{
    const Composition *composition = find_held(standing, query.segment_id);
    const StoredJoining *joining = NULL;
    bool is_in;
    *ret_kind = STANDING_UNKNOWN;
    if (composition == NULL) return STATUS_OK;
    TRY(bitmap_has(composition->members, query.customer.value, &is_in, err));
    if (is_in) TRY(find_joining(composition, query.customer, &joining, err));
    if (!is_in) *ret_kind = STANDING_OUT;
    if (joining == NULL) return STATUS_OK; /* that far back nothing is held */
    *ret_kind = STANDING_IN;
    *ret_since = (CustomerMove){.forming = copy_forming(&joining->forming, arena),
                                .is_joining = true,
                                .cause = joining->cause};
    return STATUS_OK;
}

bool standing_last_forming(const Standing *standing, uint32_t segment_id, Arena *arena,
                           FormingRow *ret_forming)
{
    const Composition *composition = find_held(standing, segment_id);
    if (composition == NULL) return false;
    *ret_forming = copy_forming(&composition->last, arena);
    return true;
}
