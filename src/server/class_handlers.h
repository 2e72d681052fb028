/* class_handlers.h -- what the routes of classifications share. */
#pragma once

#include "app/classified.h"
#include "server/segment_handlers.h"

/* The classification of the path. */
MUST_CHECK Status read_classification(Request *request, const Classification **ret_classification,
                                      Error *err);

/* A page of a list over a run: runs never change, so a place in one is where the page before
 * ended. */
typedef struct {
    ListForm form;
    uint64_t run_id; /* of the page before; 0: this is the first */
    size_t skipped;
    size_t limit; /* SIZE_MAX for a file */
} PageOfRun;
MUST_CHECK Status read_place(Request *request, PageOfRun *ret_page, Error *err);
/* "next": where the page ended that showed so many of those that were found. */
typedef struct {
    size_t shown, found;
} PageEnd;
void put_next(Request *request, JsonWriter *writer, const PageOfRun *page, uint64_t run_id,
              PageEnd end);
