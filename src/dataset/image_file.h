/* image_file.h -- the file of an image in a data directory: found, trusted, made, removed.
 *
 *   kohorta.image        the image (columns/format.h)
 *   kohorta.image.new    one that is being made
 *   kohorta.image.seal   what the system said of the image when all of it was verified
 *   kohorta.building     the lock of who makes one; an erasure removes all files above, and
 *                        must not take the lock away
 *
 * An image is trusted without reading all of it when the system still says the same of its file as
 * in the seal: device, number, size, moments of the last change of content and of the file. Every
 * other one is verified to the last byte, and sealed. */
#pragma once

#include "columns/image.h"

typedef struct {
    const char *directory, *image, *seal, *lock;
} ImageFile;

ImageFile image_file_of(const char *directory, Arena *arena);

/* Why an image is refused after a property or a stream was added: nothing is wrong with it. */
#define IMAGE_OF_ANOTHER_SCHEMA "the image is of another schema"

/* NOT_FOUND, or CORRUPT for one that is damaged, of an older format or another schema. */
MUST_CHECK Status image_file_open(const ImageFile *file, const Schema *schema, Image **ret_image,
                                  Error *err);
/* Make it anew and open it. The caller holds the lock. As image_build; NOT_FOUND when somebody
 * removed it while it was being made. */
MUST_CHECK Status image_file_build(const ImageFile *file, const ImageInput *input,
                                   const Progress *progress, Image **ret_image, Error *err);
void image_file_remove(const ImageFile *file);

/* Be the only one who makes the file; waits for another process. CANCELLED, IO, DENIED. */
MUST_CHECK Status image_file_lock(const ImageFile *file, const Progress *progress, int *ret_lock,
                                  Error *err);
void image_file_unlock(const int *lock); /* accepts -1 */
