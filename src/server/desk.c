/* desk.c -- where requests are answered: in workers, and in the threads of the HTTP library. */
#include "server/desk.h"

#include "base/memory.h"
#include "server/server_internal.h"

#include <stdlib.h>

/* ---- any desk ---- */

Status desk_open(Server *server, Desk *desk, Error *err)
{
    TRY(app_open_shared(server->dataset, STORE_READ, server_clock(server), &desk->app, err));
    app_set_standings(desk->app, server->standings);
    desk->admissions = admissions_new();
    return STATUS_OK;
}

void desk_close(Desk *desk)
{
    app_close(desk->app);
    admissions_free(desk->admissions);
    *desk = (Desk){0};
}

/* ---- quick desks ---- */

typedef struct {
    Desk desk; /* first: a pointer to it is a pointer to this */
    pthread_mutex_t mutex;
} QuickDesk;

struct QuickDesks {
    Server *server;
    QuickDesk *items;
    size_t count;
    bool is_followed;
};

Status quick_desks_open(Server *server, size_t count, QuickDesks **ret_desks, Error *err)
{
    QuickDesks *desks = MEMORY_NEW(QuickDesks);
    *desks = (QuickDesks){.server = server, .count = count};
    desks->items = memory_alloc(memory_product(count, sizeof(QuickDesk)));
    for (size_t i = 0; i < count; i++)
        ASSERT(pthread_mutex_init(&desks->items[i].mutex, NULL) == 0);
    *ret_desks = desks;
    for (size_t i = 0; i < count; i++)
        TRY(desk_open(server, &desks->items[i].desk, err));
    return quick_desks_follow(desks, err);
}

void quick_desks_close(QuickDesks *desks)
{
    if (desks == NULL) return;
    for (size_t i = 0; i < desks->count; i++) {
        desk_close(&desks->items[i].desk);
        pthread_mutex_destroy(&desks->items[i].mutex);
    }
    free(desks->items);
    free(desks);
}

/* Begin a snapshot for all that the request will read; no, when names would have to be read anew.
 * Failures are met again by a worker, who tells. */
static bool begin_in_step(const QuickDesk *quick)
{
    Error ignored;
    App *app = quick->desk.app;
    bool is_current = false;
    if (store_read_begin(app_store(app), &ignored) != STATUS_OK) return false;
    if (app_is_current(app, &is_current, &ignored) == STATUS_OK && is_current) return true;
    store_read_end(app_store(app));
    return false;
}

Desk *quick_desk_take(QuickDesks *desks)
{
    for (size_t i = 0; i < desks->count; i++) {
        QuickDesk *quick = &desks->items[i];
        if (pthread_mutex_trylock(&quick->mutex) != 0) continue;
        if (begin_in_step(quick)) return &quick->desk;
        pthread_mutex_unlock(&quick->mutex);
    }
    return NULL;
}

void quick_desk_give(QuickDesks *desks, Desk *desk)
{
    (void)desks;
    QuickDesk *quick = (QuickDesk *)desk;
    store_read_end(app_store(desk->app));
    pthread_mutex_unlock(&quick->mutex);
}

static Status follow(QuickDesks *desks, QuickDesk *quick, bool is_first, Error *err)
{
    Server *server = desks->server;
    App *app = quick->desk.app;
    bool is_current;
    TRY(app_is_current(app, &is_current, err));
    if (is_current && desks->is_followed) return STATUS_OK;
    TRY(app_sync(app, server_clock(server), err));
    app_rest(app);
    if (!is_first) return STATUS_OK;
    TRY(standings_follow(server->standings, app_store(app), app_registry(app), err));
    desks->is_followed = true;
    return STATUS_OK;
}

Status quick_desks_follow(QuickDesks *desks, Error *err)
{
    for (size_t i = 0; i < desks->count; i++) {
        QuickDesk *quick = &desks->items[i];
        pthread_mutex_lock(&quick->mutex);
        Status status = follow(desks, quick, i == 0, err);
        pthread_mutex_unlock(&quick->mutex);
        TRY(status);
    }
    return STATUS_OK;
}
