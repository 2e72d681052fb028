/* check.h -- inside of image_check: what is looked at, and what was found. */
#pragma once

#include "columns/attach.h"

enum { CHECK_PROBLEMS_MAX = 100 };

typedef struct {
    const Image *image;
    Arena *arena;
    Text *problems;
    size_t count;
    Text name; /* of the column being looked at */
} Check;

/* A column with what tells which of its positions belong to a customer. */
typedef struct {
    const Column *column;
    const uint32_t *offsets;     /* customers + 1; NULL: position is row */
    const StreamColumns *stream; /* of its day; else NULL */
    uint32_t rows_count;         /* customers; items for their columns */
} Seat;

void check_problem(Check *check, const char *what);
uint64_t seat_begin(const Seat *seat, uint32_t row);
uint64_t seat_end(const Seat *seat, uint32_t row);

/* check_texts.c: a column with a dictionary. */
void check_codes(Check *check, const Seat *seat);
