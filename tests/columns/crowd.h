/* crowd.h -- a data set in memory for the tests of images: schema, items, customers, sources over
 * them, and the comparison of an image with it. */
#pragma once

#include "base/random.h"
#include "columns/image.h"

typedef struct {
    Arena *arena;
    Schema *schema;
    Item *items;
    const Item **item_pointers;
    size_t items_count;
    CustomerRow *rows;
    size_t rows_count;
} Crowd;

/* What a random crowd is like. */
typedef struct {
    size_t customers_count, items_count;
    size_t events_max;     /* per customer and stream */
    double missing;        /* share of values */
    size_t texts_count;    /* different texts of a column, about */
    bool has_long_numbers; /* some texts have too many digits to become numbers */
} CrowdPlan;

/* One property of every type and two streams with a field of every type. */
Schema *crowd_schema(Arena *arena);
Crowd crowd_random(Random *random, const CrowdPlan *plan, Arena *arena);
/* Rows without values and events, ids 1 .. count, to be filled by the test. */
Crowd crowd_blank(Schema *schema, size_t customers_count, Arena *arena);
Value *crowd_value(Crowd *crowd, size_t row, const char *property);
/* Give a customer events of a stream with all fields missing, a day apart from day 0 on. */
EventRow *crowd_events(Crowd *crowd, size_t row, size_t stream, size_t count);
Value *crowd_field(Crowd *crowd, EventRow *event, size_t stream, size_t slot);

/* The rows begin .. end-1; every row is copied into the arena it is asked for, so that it is gone
 * with it. */
CustomerSource *crowd_source(const Crowd *crowd, size_t begin, size_t end, Arena *arena);
/* An input of `sources_count` sources that share the customers evenly. */
ImageInput crowd_input(const Crowd *crowd, size_t sources_count, Arena *arena);

/* Fails the running test unless the image holds exactly the crowd. */
void crowd_expect_image(const Crowd *crowd, const Image *image);
