/* file.c -- whole files, byte sources with gzip, and writing that is never half done. */
#include "base/file.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    SOURCE_BUFFER_SIZE = 1 << 17,
    NEIGHBOURS_MAX = 100,
};

static void close_descriptor(const int *descriptor)
{
    if (*descriptor > STDIN_FILENO) close(*descriptor);
}

/* read() that is not disturbed by signals; -1 with errno. */
static ssize_t read_some(int descriptor, void *out, size_t capacity)
{
    ssize_t size;
    do {
        size = read(descriptor, out, capacity);
    } while (size < 0 && errno == EINTR);
    return size;
}

/* Open for reading what is not a directory. */
static Status open_to_read(const char *path, int *ret_descriptor, struct stat *ret_facts,
                           Error *err)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return error_set_system(err, errno, "cannot open '%s'", path);
    Status status = STATUS_OK;
    if (fstat(descriptor, ret_facts) != 0)
        status = error_set_system(err, errno, "cannot open '%s'", path);
    else if (S_ISDIR(ret_facts->st_mode))
        status = error_set(err, STATUS_INVALID, "'%s' is a directory, not a file", path);
    if (status != STATUS_OK)
        close(descriptor);
    else
        *ret_descriptor = descriptor;
    return status;
}

Status file_read(const char *path, size_t size_max, Arena *arena, Text *ret_content, Error *err)
{
    AUTO(close_descriptor) int descriptor = -1;
    AUTO(buffer_done) Buffer buffer = {0};
    struct stat facts;
    TRY(open_to_read(path, &descriptor, &facts, err));
    /* The size told by the system is only a hint: it is 0 for pipes, and files grow. */
    if (facts.st_size > 0 && (uintmax_t)facts.st_size <= size_max)
        buffer_reserve(&buffer, (size_t)facts.st_size + 1);
    for (;;) {
        buffer_reserve(&buffer, 1);
        ssize_t size =
            read_some(descriptor, buffer.data + buffer.size, buffer.capacity - buffer.size);
        if (size < 0) return error_set_system(err, errno, "cannot read '%s'", path);
        if (size == 0) break;
        buffer.size += (size_t)size;
        if (buffer.size > size_max)
            return error_set(err, STATUS_LIMIT, "'%s' is larger than %zu bytes", path, size_max);
    }
    *ret_content = arena_text(arena, buffer_view(&buffer));
    return STATUS_OK;
}

/* Make a new file beside `path`; its name comes back in `neighbour`. */
static Status open_neighbour(const char *path, mode_t permissions, Buffer *neighbour,
                             int *ret_descriptor, Error *err)
{
    int descriptor = -1;
    for (int attempt = 0; attempt < NEIGHBOURS_MAX && descriptor < 0; attempt++) {
        buffer_clear(neighbour);
        buffer_printf(neighbour, "%s.new-%ld-%d", path, (long)getpid(), attempt);
        descriptor = open(neighbour->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
        if (descriptor < 0 && errno != EEXIST) break;
    }
    if (descriptor < 0) return error_set_system(err, errno, "cannot write '%s'", path);
    *ret_descriptor = descriptor;
    return STATUS_OK;
}

/* A file that stood there hands on its permissions. */
static bool take_permissions(int descriptor, const char *path_replaced)
{
    struct stat facts;
    return stat(path_replaced, &facts) != 0 || fchmod(descriptor, facts.st_mode & 07777) == 0;
}

/* Write all and see it on the disk. */
static bool fill_file(int descriptor, const char *path_replaced, Text content)
{
    if (!take_permissions(descriptor, path_replaced)) return false;
    while (content.size > 0) {
        ssize_t size = write(descriptor, content.data, content.size);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return false;
        content = text_slice(content, (size_t)size, content.size);
    }
    return fsync(descriptor) == 0;
}

/* A rename survives a power cut once its directory is on the disk. */
static bool sync_directory_of(const char *path)
{
    AUTO(buffer_done) Buffer directory = {0};
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        buffer_cstr(&directory, ".");
    else
        buffer_add(&directory, path, (size_t)(slash - path) + 1);
    AUTO(close_descriptor)
    int descriptor = open(directory.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* EINVAL: a file system that does not sync directories, and has no need to. */
    return descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL);
}

Status file_replace(const char *path, const char *with, Error *err)
{
    if (rename(with, path) != 0) {
        int system_error = errno;
        unlink(with);
        return error_set_system(err, system_error, "cannot write '%s'", path);
    }
    if (!sync_directory_of(path))
        return error_set_system(err, errno, "cannot write the directory of '%s'", path);
    return STATUS_OK;
}

Status file_write_atomic(const char *path, Text content, Error *err)
{
    AUTO(buffer_done) Buffer neighbour = {0};
    int descriptor = -1;
    TRY(open_neighbour(path, FILE_MODE_OWN, &neighbour, &descriptor, err));
    bool is_filled = fill_file(descriptor, path, content);
    int system_error = is_filled ? 0 : errno;
    if (close(descriptor) != 0 && is_filled) system_error = errno;
    if (system_error != 0) {
        unlink(neighbour.data);
        return error_set_system(err, system_error, "cannot write '%s'", path);
    }
    return file_replace(path, neighbour.data, err);
}

struct Replacement {
    Arena *arena; /* this structure */
    const char *path;
    Buffer neighbour; /* its name until it is kept */
    FILE *stream;
};

static Status open_stream(Replacement *file, Error *err)
{
    struct stat facts;
    int descriptor;
    /* A device or a directory must not be replaced by a file. */
    if (stat(file->path, &facts) == 0 && !S_ISREG(facts.st_mode))
        return error_set(err, STATUS_INVALID, "'%s' is not a file that can be written", file->path);
    TRY(open_neighbour(file->path, FILE_MODE_OWN, &file->neighbour, &descriptor, err));
    file->stream = take_permissions(descriptor, file->path) ? fdopen(descriptor, "wb") : NULL;
    if (file->stream != NULL) return STATUS_OK;
    int system_error = errno;
    close(descriptor);
    unlink(file->neighbour.data);
    return error_set_system(err, system_error, "cannot write '%s'", file->path);
}

Status replacement_open(const char *path, Replacement **ret_file, Error *err)
{
    Arena *arena = arena_new();
    Replacement *file = ARENA_NEW(arena, Replacement);
    *file = (Replacement){.arena = arena, .path = arena_cstr(arena, text_of(path))};
    Status status = open_stream(file, err);
    if (status == STATUS_OK)
        *ret_file = file;
    else
        replacement_done(&file);
    return status;
}

FILE *replacement_stream(Replacement *file)
{
    return file->stream;
}

Status replacement_keep(Replacement *file, Error *err)
{
    bool is_whole =
        fflush(file->stream) == 0 && ferror(file->stream) == 0 && fsync(fileno(file->stream)) == 0;
    int system_error = is_whole ? 0 : errno;
    if (fclose(file->stream) != 0 && is_whole) system_error = errno;
    file->stream = NULL;
    if (system_error == 0) return file_replace(file->path, file->neighbour.data, err);
    unlink(file->neighbour.data);
    return error_set_system(err, system_error, "cannot write '%s'", file->path);
}

void replacement_done(Replacement **file)
{
    if (*file == NULL) return;
    if ((*file)->stream != NULL) {
        fclose((*file)->stream);
        unlink((*file)->neighbour.data);
    }
    buffer_done(&(*file)->neighbour);
    arena_free((*file)->arena);
    *file = NULL;
}

bool file_exists(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0;
}

bool file_is_directory(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

struct ByteSource {
    int descriptor;
    char *name; /* for messages */
    bool is_gzip;
    bool is_at_end;    /* the file has no more bytes; the buffer may */
    bool is_in_member; /* a gzip member has begun and not ended */
    uint64_t consumed_bytes, total_bytes;
    z_stream inflater; /* used when is_gzip */
    size_t begin, end; /* what of the buffer is read and not handed out */
    unsigned char buffer[SOURCE_BUFFER_SIZE];
};

/* Read once more behind what the buffer holds. */
static Status fill_buffer(ByteSource *source, Error *err)
{
    if (source->begin == source->end) source->begin = source->end = 0;
    ssize_t size = read_some(source->descriptor, source->buffer + source->end,
                             sizeof source->buffer - source->end);
    if (size < 0) return error_set_system(err, errno, "cannot read '%s'", source->name);
    source->is_at_end = size == 0;
    source->end += (size_t)size;
    source->consumed_bytes += (uint64_t)size;
    return STATUS_OK;
}

/* Look at the first two bytes, which a pipe may give one by one. */
static Status detect_gzip(ByteSource *source, Error *err)
{
    while (source->end < 2 && !source->is_at_end)
        TRY(fill_buffer(source, err));
    bool is_gzip = source->end >= 2 && source->buffer[0] == 0x1F && source->buffer[1] == 0x8B;
    if (!is_gzip) return STATUS_OK;
    enum { GZIP_ONLY = 16 };
    ASSERT(inflateInit2(&source->inflater, MAX_WBITS + GZIP_ONLY) == Z_OK);
    source->is_gzip = true;
    source->is_in_member = true;
    return STATUS_OK;
}

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

Status byte_source_open(const char *path, ByteSource **ret_source, Error *err)
{
    struct stat facts;
    int descriptor = STDIN_FILENO;
    if (!is_standard_input(path)) {
        TRY(open_to_read(path, &descriptor, &facts, err));
    } else if (fstat(descriptor, &facts) != 0) {
        return error_set_system(err, errno, "cannot read standard input");
    }
    ByteSource *source = MEMORY_NEW(ByteSource);
    source->descriptor = descriptor;
    source->name = strdup(is_standard_input(path) ? "standard input" : path);
    source->total_bytes = S_ISREG(facts.st_mode) ? (uint64_t)facts.st_size : 0;
    Status status = detect_gzip(source, err);
    if (status != STATUS_OK)
        byte_source_close(source);
    else
        *ret_source = source;
    return status;
}

void byte_source_close(ByteSource *source)
{
    if (source == NULL) return;
    if (source->is_gzip) inflateEnd(&source->inflater);
    close_descriptor(&source->descriptor);
    free(source->name);
    free(source);
}

void byte_source_done(ByteSource **source)
{
    byte_source_close(*source);
    *source = NULL;
}

static Status read_plain(ByteSource *source, void *out, size_t capacity, size_t *ret_size,
                         Error *err)
{
    if (source->begin == source->end && !source->is_at_end) TRY(fill_buffer(source, err));
    size_t left = source->end - source->begin;
    size_t size = left < capacity ? left : capacity;
    memcpy(out, source->buffer + source->begin, size);
    source->begin += size;
    *ret_size = size;
    return STATUS_OK;
}

/* Unpack what the buffer holds into `out`; *ret_size may be 0 when more input is needed. */
static Status inflate_buffer(ByteSource *source, void *out, size_t capacity, size_t *ret_size,
                             Error *err)
{
    z_stream *inflater = &source->inflater;
    if (!source->is_in_member) ASSERT(inflateReset(inflater) == Z_OK);
    source->is_in_member = true;
    uInt room = capacity > INT32_MAX ? INT32_MAX : (uInt)capacity;
    inflater->next_in = source->buffer + source->begin;
    inflater->avail_in = (uInt)(source->end - source->begin);
    inflater->next_out = out;
    inflater->avail_out = room;
    int result = inflate(inflater, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END)
        return error_set(err, STATUS_CORRUPT, "'%s' is damaged: its gzip data cannot be unpacked",
                         source->name);
    source->is_in_member = result != Z_STREAM_END;
    source->begin = source->end - inflater->avail_in;
    *ret_size = room - inflater->avail_out;
    return STATUS_OK;
}

static Status read_gzip(ByteSource *source, void *out, size_t capacity, size_t *ret_size,
                        Error *err)
{
    size_t size = 0;
    while (size == 0) {
        if (source->begin == source->end && !source->is_at_end) TRY(fill_buffer(source, err));
        if (source->begin == source->end && source->is_in_member)
            return error_set(err, STATUS_CORRUPT, "'%s' is damaged: its gzip data ends too early",
                             source->name);
        if (source->begin == source->end) break;
        TRY(inflate_buffer(source, out, capacity, &size, err));
    }
    *ret_size = size;
    return STATUS_OK;
}

Status byte_source_read(ByteSource *source, void *out, size_t capacity, size_t *ret_size,
                        Error *err)
{
    ASSERT(capacity > 0);
    return source->is_gzip ? read_gzip(source, out, capacity, ret_size, err)
                           : read_plain(source, out, capacity, ret_size, err);
}

uint64_t byte_source_consumed_bytes(const ByteSource *source)
{
    return source->consumed_bytes;
}

uint64_t byte_source_total_bytes(const ByteSource *source)
{
    return source->total_bytes;
}
