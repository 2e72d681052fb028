/* file.c -- images as files: mapping an old one, making a new one. */
#include "columns/attach.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0) close(*descriptor);
}

/* ---- reading ---- */

static Status map_file(const char *path, unsigned char **ret_bytes, size_t *ret_size_bytes,
                       Error *err)
{
    AUTO(close_descriptor) int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat facts;
    if (descriptor < 0 || fstat(descriptor, &facts) != 0)
        return error_set_system(err, errno, "cannot read the image '%s'", path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, STATUS_INVALID, "the image '%s' is not a file", path);
    size_t size_bytes = (size_t)facts.st_size;
    if (size_bytes < sizeof(FormatHeader))
        return error_set(err, STATUS_CORRUPT, "the image is damaged: its file is too short");
    void *bytes = mmap(NULL, size_bytes, PROT_READ, MAP_SHARED, descriptor, 0);
    if (bytes == MAP_FAILED) return error_set_system(err, errno, "cannot map the image '%s'", path);
    *ret_bytes = bytes;
    *ret_size_bytes = size_bytes;
    return STATUS_OK;
}

Status image_attach(unsigned char *bytes, size_t size_bytes, bool is_trusted, Image **ret_image,
                    Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Layout layout;
    Status status = verify_tables(bytes, size_bytes, arena, &layout, err);
    if (status != STATUS_OK) {
        image_memory_release(bytes, size_bytes);
        return status;
    }
    AUTO(image_done) Image *image = image_bind(&layout, bytes, size_bytes);
    if (!is_trusted) TRY(verify_contents(image, err));
    *ret_image = image;
    image = NULL;
    return STATUS_OK;
}

Status image_open(const char *path, bool is_trusted, Image **ret_image, Error *err)
{
    unsigned char *bytes = NULL;
    size_t size_bytes = 0;
    TRY(map_file(path, &bytes, &size_bytes, err));
    return image_attach(bytes, size_bytes, is_trusted, ret_image, err);
}

/* ---- writing ---- */

static Status give_size(NewFile *file, size_t size_bytes, Error *err)
{
    /* Room first: writing to a mapped file on a full disk would be a signal, not an error. */
    int system_error = posix_fallocate(file->descriptor, 0, (off_t)size_bytes);
    if (system_error != 0)
        return error_set_system(err, system_error, "no room for the image '%s'", file->path);
    void *bytes = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file->descriptor, 0);
    if (bytes == MAP_FAILED)
        return error_set_system(err, errno, "cannot map the image '%s'", file->path);
    file->bytes = bytes;
    return STATUS_OK;
}

Status new_file_open(const char *path, size_t size_bytes, Arena *arena, NewFile *ret_file,
                     Error *err)
{
    /* One process at a time writes to a data directory, so one name is enough, and what a crash
     * left under it is overwritten. */
    NewFile file = {.path = path, .path_new = arena_printf(arena, "%s.new", path).data};
    file.descriptor = open(file.path_new, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE_OWN);
    if (file.descriptor < 0) return error_set_system(err, errno, "cannot write '%s'", path);
    Status status = give_size(&file, size_bytes, err);
    if (status != STATUS_OK) {
        new_file_discard(&file);
        return status;
    }
    *ret_file = file;
    return STATUS_OK;
}

Status new_file_commit(NewFile *file, Error *err)
{
    int system_error = fsync(file->descriptor) == 0 ? 0 : errno;
    if (close(file->descriptor) != 0 && system_error == 0) system_error = errno;
    file->descriptor = -1;
    if (system_error == 0) return file_replace(file->path, file->path_new, err);
    unlink(file->path_new);
    return error_set_system(err, system_error, "cannot write '%s'", file->path);
}

void new_file_discard(NewFile *file)
{
    if (file->descriptor < 0) return;
    close(file->descriptor);
    unlink(file->path_new);
    file->descriptor = -1;
}
