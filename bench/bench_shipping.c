/* bench_shipping.c -- how fast it is answered whether a customer may be shipped to, from memory.
 *
 * usage: bench_shipping [BANS [CUSTOMERS]]
 *
 * Each ban segment has one customer of a hundred. A data directory is made below $TMPDIR and
 * removed. */
#include "base/random.h"
#include "segment/standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { CHECKS = 1000 * 1000 };

static double now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static Status add_ban(Store *store, unsigned number, uint32_t customers_count, Arena *arena,
                      Error *err)
{
    Random random = random_seeded(number);
    CustomerSet members = customer_set_new((CustomerId){customers_count});
    uint32_t id = 0;
    uint64_t forming_id;
    for (uint32_t i = 0; i < customers_count / 100; i++)
        customer_set_add(&members,
                         (CustomerId){1 + (uint32_t)random_below(&random, customers_count)});
    Text name = arena_printf(arena, "ban %u", number);
    SegmentCard card = {.code = name, .name = name, .mode = MODE_MANUAL, .kind = SEGMENT_BAN};
    SegmentWrite write = {.code = name, .name = name, .card = card_to_json(&card, arena)};
    FormingChange change = {true, CAUSE_HAND, &members};
    FormingWrite forming = {.row = {.reason = FORMING_HAND, .version = 1},
                            .changes = &change,
                            .changes_count = 1,
                            .composition = &members};
    TRY(store_add_segment(store, &write, &id, err));
    forming.row.segment_id = id;
    Status status = store_add_forming(store, &forming, &forming_id, err);
    customer_set_free(&members);
    return status;
}

/* How many of some customers are in any of the bans. */
static Status check(const Standing *standing, const Registry *registry, uint32_t customers_count,
                    size_t *ret_forbidden, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(7);
    for (size_t i = 0; i < CHECKS; i++) {
        CustomerId customer = {1 + (uint32_t)random_below(&random, customers_count)};
        bool is_in_any = false;
        for (size_t k = 0; k < registry->count; k++) {
            StandingKind kind;
            CustomerMove since;
            TRY(standing_find(standing, (StandingQuery){registry->items[k].id, customer}, arena,
                              &kind, &since, err));
            is_in_any = is_in_any || kind == STANDING_IN;
        }
        *ret_forbidden += is_in_any;
        arena_reset(arena);
    }
    return STATUS_OK;
}

static Status measure(Store *store, unsigned bans_count, uint32_t customers_count, Arena *arena,
                      Error *err)
{
    AUTO(standings_done) Standings *standings = standings_new((size_t)1 << 30);
    const Standing *standing = NULL;
    Registry registry;
    size_t forbidden = 0;
    for (unsigned i = 0; i < bans_count; i++)
        TRY(add_ban(store, i, customers_count, arena, err));
    TRY(registry_load(store, NULL, arena, &registry, err));
    double begin = now_seconds();
    TRY(standings_follow(standings, store, &registry, err));
    double first = now_seconds() - begin;
    begin = now_seconds();
    TRY(standings_follow(standings, store, &registry, err));
    double again = now_seconds() - begin;
    TRY(standings_acquire(standings, store, &standing, err));
    begin = now_seconds();
    Status status = check(standing, &registry, customers_count, &forbidden, err);
    double checks = now_seconds() - begin;
    standings_release(standings, standing);
    printf("%u bans of %u customers: first reading %.1f ms, nothing new %.2f ms, a check of all "
           "%.0f ns (%.1f %% forbidden)\n",
           bans_count, customers_count, first * 1e3, again * 1e3, checks / CHECKS * 1e9,
           (double)forbidden * 100 / CHECKS);
    return status;
}

int main(int argc, char **argv)
{
    Error err = {0};
    AUTO(arena_done) Arena *arena = arena_new();
    unsigned bans_count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 10;
    uint32_t customers_count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000000;
    const char *temporary = getenv("TMPDIR");
    Text path = arena_printf(arena, "%s/bench_shipping.%ld", temporary != NULL ? temporary : "/tmp",
                             (long)getpid());
    Settings settings = {.time_zone = TEXT("UTC"), .currency = TEXT("EUR")};
    AUTO(store_done) Store *store = NULL;
    Status status = store_init(path.data, settings, &err);
    if (status == STATUS_OK) status = store_open(path.data, STORE_WRITE, &store, &err);
    if (status == STATUS_OK) status = measure(store, bans_count, customers_count, arena, &err);
    if (status != STATUS_OK) fprintf(stderr, "%s\n", err.message);
    store_done(&store);
    static const char *const files[] = {"kohorta.db", "kohorta.db-wal", "kohorta.db-shm",
                                        "kohorta.lock"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        unlink(arena_printf(arena, "%s/%s", path.data, files[i]).data);
    rmdir(path.data);
    return status == STATUS_OK ? 0 : 1;
}
