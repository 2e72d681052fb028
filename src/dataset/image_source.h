/* image_source.h -- customers out of images as the rows the store gives: the image read backwards.
 *
 * For what needs whole customers again: the changed ones that stay as they were, the check of an
 * image against the truth, the reference evaluator on a view. */
#pragma once

#include "columns/image.h"
#include "model/customer_set.h"

/* Parts of single customers; all that is given borrows from the image, the items or the arena. */
typedef struct {
    const Image *image;
    const Schema *schema; /* of the image */
    /* By ascending id, among them all that the image names. */
    const Item *const *items;
    size_t items_count;
} ImageReader;

/* One value per property of the schema. */
const Value *image_read_values(const ImageReader *reader, uint32_t row, Arena *arena);
/* The code among those values. */
Text image_read_code(const Value *values);
/* The sequence of an event is its place. */
EventList image_read_events(const ImageReader *reader, uint32_t row, size_t stream_index,
                            Arena *arena);

typedef struct {
    const Image *image;
    const Schema *schema;       /* of the image */
    const CustomerSet *without; /* customers not to be given; NULL: none */
    CustomerSource *other;      /* customers to be given in between, none of them of the image; */
    const CustomerSet *others;  /* exactly these. NULL: nobody */
    CustomerId first, last;     /* only those; the other source is of the same range. 0: no bound */
} ImageSourceInput;

/* All inputs are borrowed; the source lives in the arena and stands before its first customer, as
 * the other one must. The sequence of an event is its place. */
CustomerSource *image_source_new(const ImageSourceInput *input, Arena *arena);
