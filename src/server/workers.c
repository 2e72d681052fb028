/* workers.c -- threads with a desk each that answer what an answer needs the data for. */
#include "server/server_internal.h"

static void work(void *context)
{
    Worker *worker = context;
    void *item;
    while (queue_pop(worker->queue, &item))
        exchange_work(item, &worker->desk);
}

static Status start_worker(Server *server, Worker *worker, Error *err)
{
    TRY(desk_open(server, &worker->desk, err));
    TRY(thread_start(work, worker, &worker->thread, err));
    worker->is_started = true;
    return STATUS_OK;
}

Status workers_start(Server *server, Error *err)
{
    unsigned light = server->options.light_workers, heavy = server->options.heavy_workers;
    server->workers = ARENA_ARRAY(server->arena, Worker, light + heavy);
    for (unsigned i = 0; i < light + heavy; i++) {
        Worker *worker = &server->workers[server->workers_count++];
        *worker = (Worker){.server = server, .queue = i < light ? server->light : server->heavy};
        TRY(start_worker(server, worker, err));
    }
    return STATUS_OK;
}

void workers_stop(Server *server)
{
    queue_close(server->light);
    queue_close(server->heavy);
    for (size_t i = 0; i < server->workers_count; i++) {
        if (server->workers[i].is_started) thread_join(server->workers[i].thread);
        desk_close(&server->workers[i].desk);
    }
    server->workers_count = 0;
}
