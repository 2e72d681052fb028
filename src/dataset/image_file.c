/* image_file.c -- the file of an image in a data directory: found, trusted, made, removed. */
#include "dataset/image_file.h"

#include "base/file.h"
#include "store/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SEAL_BYTES_MAX = 1024, WAIT_MILLISECONDS = 20 };

ImageFile image_file_of(const char *directory, Arena *arena)
{
    return (ImageFile){
        .directory = arena_cstr(arena, text_of(directory)),
        .image = directory_file(directory, DIRECTORY_IMAGE_FILE, arena),
        .seal = directory_file(directory, DIRECTORY_IMAGE_FILE ".seal", arena),
        .lock = directory_file(directory, DIRECTORY_BUILDING_FILE, arena),
    };
}

/* ---- the seal ---- */

static int64_t nanoseconds(struct timespec moment)
{
    return (int64_t)moment.tv_sec * 1000000000 + moment.tv_nsec;
}

/* What the system says of the image now; empty when it says nothing. */
static Text describe(const ImageFile *file, Arena *arena, int64_t *ret_changed)
{
    struct stat facts;
    if (stat(file->image, &facts) != 0) return TEXT("");
    *ret_changed = nanoseconds(facts.st_ctim);
    return arena_printf(arena,
                        "kohorta image seal 1\ndevice %" PRIu64 "\nnumber %" PRIu64
                        "\nsize %" PRId64 "\ncontent changed %" PRId64 "\nfile changed %" PRId64
                        "\n",
                        (uint64_t)facts.st_dev, (uint64_t)facts.st_ino, (int64_t)facts.st_size,
                        nanoseconds(facts.st_mtim), *ret_changed);
}

/* A change within the same tick of the clock as the last one would not be seen, so a seal counts
 * only when it was written in a later tick than the image. */
static bool is_sealed(const ImageFile *file)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text seal;
    struct stat facts;
    int64_t changed = 0;
    Error ignored;
    if (stat(file->seal, &facts) != 0) return false;
    if (file_read(file->seal, SEAL_BYTES_MAX, arena, &seal, &ignored) != STATUS_OK) return false;
    Text now = describe(file, arena, &changed);
    return now.size > 0 && text_equal(now, seal) && nanoseconds(facts.st_mtim) > changed;
}

/* Without a seal the next opening reads the whole image: nothing worse. */
static void seal(const ImageFile *file)
{
    AUTO(arena_done) Arena *arena = arena_new();
    int64_t changed;
    Error ignored;
    Text now = describe(file, arena, &changed);
    if (file_write_atomic(file->seal, now, &ignored) != STATUS_OK) unlink(file->seal);
}

/* ---- opening ---- */

static bool fits(const Image *image, const Schema *schema)
{
    if (image_schema_generation(image) != schema->generation ||
        image_properties_count(image) != schema->properties_count ||
        image_streams_count(image) != schema->streams_count)
        return false;
    for (size_t i = 0; i < schema->streams_count; i++)
        if (image_stream(image, i)->fields_count != schema->streams[i].fields_count) return false;
    return true;
}

Status image_file_open(const ImageFile *file, const Schema *schema, Image **ret_image, Error *err)
{
    bool is_trusted = is_sealed(file);
    AUTO(image_done) Image *image = NULL;
    TRY(image_open(file->image, is_trusted, &image, err));
    if (!fits(image, schema)) return error_set(err, STATUS_CORRUPT, "%s", IMAGE_OF_ANOTHER_SCHEMA);
    if (!is_trusted) seal(file);
    *ret_image = image;
    image = NULL;
    return STATUS_OK;
}

Status image_file_build(const ImageFile *file, const ImageInput *input, const Progress *progress,
                        Image **ret_image, Error *err)
{
    TRY(image_build(file->image, input, progress, err));
    seal(file);
    return image_open(file->image, true, ret_image, err);
}

void image_file_remove(const ImageFile *file)
{
    unlink(file->image);
    unlink(file->seal);
}

/* ---- the lock ---- */

void image_file_unlock(const int *lock)
{
    if (*lock >= 0) close(*lock);
}

Status image_file_lock(const ImageFile *file, const Progress *progress, int *ret_lock, Error *err)
{
    AUTO(image_file_unlock)
    int lock = open(file->lock, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE_OWN);
    if (lock < 0) return error_set_system(err, errno, "cannot open '%s'", file->lock);
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_set_system(err, errno, "cannot lock '%s'", file->lock);
        TRY(progress_report(progress, "waiting for another process that builds the image", 0, 0,
                            err));
        nanosleep(&(struct timespec){.tv_nsec = WAIT_MILLISECONDS * 1000000L}, NULL);
    }
    *ret_lock = lock;
    lock = -1;
    return STATUS_OK;
}
