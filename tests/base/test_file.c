/* test_file.c -- whole files, byte sources with gzip, atomic writing under faults. */
#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/thread.h"
#include "harness/harness.h"

#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* "Привет, gzip\n" as packed by gzip. */
static const char greeting_gzip[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xbb\x30\xff\x62\xc3\x85\x1d\x17\x36\x5d\xd8\x7a\xb1"
    "\x49\x47\x21\xbd\x2a\xb3\x80\x0b\x00\xe9\x1f\xdc\x74\x13\x00\x00\x00";
static const char greeting[] = "Привет, gzip\n";

#define GREETING_GZIP ((Text){greeting_gzip, sizeof greeting_gzip - 1})

typedef struct {
    char bytes[512];
} Path;

static Path path_of(const char *name)
{
    Path path;
    snprintf(path.bytes, sizeof path.bytes, "%s/%s", harness_temporary_dir(), name);
    return path;
}

static Path written(const char *name, Text content)
{
    Path path = path_of(name);
    FILE *file = fopen(path.bytes, "wb");
    if (file == NULL || fwrite(content.data, 1, content.size, file) != content.size)
        harness_fail(__FILE__, __LINE__, "cannot write %s", path.bytes);
    if (file != NULL) fclose(file);
    return path;
}

static size_t files_count(void)
{
    size_t count = 0;
    DIR *directory = opendir(harness_temporary_dir());
    for (const struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    if (directory != NULL) closedir(directory);
    return count;
}

TEST(file_read_gives_the_whole_content)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err = {0};
    Text content;
    EXPECT_OK(file_read(written("a", TEXT("x\0y\n")).bytes, 4, arena, &content, &err), &err);
    EXPECT(text_equal(content, TEXT("x\0y\n")));
    EXPECT_OK(file_read(written("b", TEXT("")).bytes, 0, arena, &content, &err), &err);
    EXPECT_INT(content.size, 0);
    /* Files under /proc tell no size. */
    EXPECT_OK(file_read("/proc/self/maps", 10u << 20, arena, &content, &err), &err);
    EXPECT(content.size > 100);
    static char large[300000];
    memset(large, 'q', sizeof large);
    Path path = written("c", (Text){large, sizeof large});
    EXPECT_OK(file_read(path.bytes, sizeof large, arena, &content, &err), &err);
    EXPECT(text_equal(content, (Text){large, sizeof large}));
    EXPECT_STATUS(file_read(path.bytes, sizeof large - 1, arena, &content, &err), STATUS_LIMIT,
                  &err);
}

TEST(file_read_tells_what_is_wrong)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err = {0};
    Text content;
    EXPECT_STATUS(file_read(path_of("no").bytes, 9, arena, &content, &err), STATUS_NOT_FOUND, &err);
    EXPECT(strstr(err.message, "/no': no such file or directory") != NULL);
    EXPECT_STATUS(file_read(harness_temporary_dir(), 9, arena, &content, &err), STATUS_INVALID,
                  &err);
    EXPECT(strstr(err.message, "is a directory") != NULL);
}

TEST(file_kinds)
{
    Path path = written("a", TEXT("x"));
    EXPECT(file_exists(path.bytes) && !file_is_directory(path.bytes));
    EXPECT(file_exists(harness_temporary_dir()) && file_is_directory(harness_temporary_dir()));
    EXPECT(!file_exists(path_of("no").bytes) && !file_is_directory(path_of("no").bytes));
}

static void expect_content(int line, const char *path, Text expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err = {0};
    Text content = {NULL, 0};
    harness_expect_status(__FILE__, line, path, file_read(path, 1 << 20, arena, &content, &err),
                          STATUS_OK, &err);
    if (!text_equal(content, expected)) harness_fail(__FILE__, line, "%s has other content", path);
}

TEST(file_write_atomic_writes_and_replaces)
{
    Error err = {0};
    Path path = path_of("out.csv");
    EXPECT_OK(file_write_atomic(path.bytes, TEXT("one"), &err), &err);
    expect_content(__LINE__, path.bytes, TEXT("one"));
    struct stat facts;
    EXPECT(stat(path.bytes, &facts) == 0);
    EXPECT_INT(facts.st_mode & 0777, FILE_MODE_OWN);
    EXPECT(chmod(path.bytes, 0640) == 0);
    EXPECT_OK(file_write_atomic(path.bytes, TEXT(""), &err), &err);
    expect_content(__LINE__, path.bytes, TEXT(""));
    EXPECT(stat(path.bytes, &facts) == 0);
    EXPECT_INT(facts.st_mode & 0777, 0640);
    EXPECT_INT(files_count(), 1);
}

TEST(file_write_atomic_takes_a_name_alone)
{
    Error err = {0};
    char before[512];
    REQUIRE(getcwd(before, sizeof before) != NULL && chdir(harness_temporary_dir()) == 0);
    Status status = file_write_atomic("name-alone", TEXT("x"), &err);
    EXPECT(chdir(before) == 0);
    EXPECT_INT(status, STATUS_OK);
    expect_content(__LINE__, path_of("name-alone").bytes, TEXT("x"));
}

TEST(file_write_atomic_leaves_nothing_behind_when_it_fails)
{
    Error err = {0};
    Path missing = path_of("no/out.csv");
    EXPECT_STATUS(file_write_atomic(missing.bytes, TEXT("x"), &err), STATUS_NOT_FOUND, &err);
    Path directory = path_of("folder");
    EXPECT(mkdir(directory.bytes, 0777) == 0);
    EXPECT_STATUS(file_write_atomic(directory.bytes, TEXT("x"), &err), STATUS_IO, &err);
    EXPECT(file_is_directory(directory.bytes));
    EXPECT_INT(files_count(), 1);
}

/* Goal: running out of room keeps the old content. Method: a limit on the size of files stands in
 * for a full disk. */
TEST(file_write_atomic_keeps_the_old_file_when_there_is_no_room)
{
    static char large[100000];
    Error err = {0};
    Path path = path_of("out.csv");
    EXPECT_OK(file_write_atomic(path.bytes, TEXT("old"), &err), &err);
    struct rlimit before;
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, handler;
    REQUIRE(sigaction(SIGXFSZ, &ignore, &handler) == 0);
    struct rlimit small = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    Status status = file_write_atomic(path.bytes, (Text){large, sizeof large}, &err);
    EXPECT(setrlimit(RLIMIT_FSIZE, &before) == 0);
    sigaction(SIGXFSZ, &handler, NULL);
    EXPECT_INT(status, STATUS_IO);
    EXPECT(strstr(err.message, "too large") != NULL);
    expect_content(__LINE__, path.bytes, TEXT("old"));
    EXPECT_INT(files_count(), 1);
}

typedef struct {
    Path path;
    atomic_bool is_over;
    int wrong_count, reads_count;
} Reader;

static void read_again_and_again(void *context)
{
    Reader *reader = context;
    AUTO(arena_done) Arena *arena = arena_new();
    while (!atomic_load(&reader->is_over)) {
        Text content = {NULL, 0};
        Status status = file_read(reader->path.bytes, 1 << 20, arena, &content, NULL);
        bool is_whole =
            status == STATUS_OK && content.size == 60000 && content.data[0] == content.data[59999];
        reader->wrong_count += !is_whole;
        reader->reads_count++;
        arena_reset(arena);
    }
}

TEST(file_write_atomic_never_shows_a_half)
{
    static char content[60000];
    Reader reader = {.path = path_of("state")};
    Error err = {0};
    memset(content, 'A', sizeof content);
    EXPECT_OK(file_write_atomic(reader.path.bytes, (Text){content, sizeof content}, &err), &err);
    Thread thread;
    REQUIRE(thread_start(read_again_and_again, &reader, &thread, &err) == STATUS_OK);
    for (int i = 0; i < 50; i++) {
        memset(content, 'A' + i % 26, sizeof content);
        EXPECT_OK(file_write_atomic(reader.path.bytes, (Text){content, sizeof content}, &err),
                  &err);
    }
    atomic_store(&reader.is_over, true);
    thread_join(thread);
    EXPECT(reader.reads_count > 0);
    EXPECT_INT(reader.wrong_count, 0);
}

/* Read a source to its end, `step` bytes at a time. */
static Status read_all(const char *path, size_t step, Buffer *out, Error *err)
{
    AUTO(byte_source_done) ByteSource *source = NULL;
    TRY(byte_source_open(path, &source, err));
    for (size_t size = 1; size != 0;) {
        buffer_reserve(out, step);
        TRY(byte_source_read(source, out->data + out->size, step, &size, err));
        out->size += size;
    }
    bool is_known = byte_source_total_bytes(source) != 0;
    EXPECT(!is_known || byte_source_consumed_bytes(source) == byte_source_total_bytes(source));
    return STATUS_OK;
}

static void expect_source(int line, Text file, Text expected)
{
    Path path = written("source", file);
    size_t steps[] = {1, 3, 4096, 1 << 18};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        AUTO(buffer_done) Buffer out = {0};
        Error err = {0};
        harness_expect_status(__FILE__, line, "read", read_all(path.bytes, steps[i], &out, &err),
                              STATUS_OK, &err);
        if (!text_equal(buffer_view(&out), expected))
            harness_fail(__FILE__, line, "%zu bytes, expected %zu", out.size, expected.size);
    }
}

TEST(byte_source_reads_plain_files)
{
    expect_source(__LINE__, TEXT(""), TEXT(""));
    expect_source(__LINE__, TEXT("a"), TEXT("a"));
    expect_source(__LINE__, TEXT("\x1f"), TEXT("\x1f"));
    expect_source(__LINE__, TEXT("a\0b\r\n"), TEXT("a\0b\r\n"));
    static char large[400000];
    Random random = random_seeded(harness_seed());
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)random_next(&random);
    large[0] = 'x';
    expect_source(__LINE__, (Text){large, sizeof large}, (Text){large, sizeof large});
}

TEST(byte_source_unpacks_gzip)
{
    expect_source(__LINE__, GREETING_GZIP, text_of(greeting));
    /* Several packed files in a row, over the size of the buffer, are one text. */
    AUTO(buffer_done) Buffer packed = {0}, plain = {0};
    for (int i = 0; i < 5000; i++) {
        buffer_text(&packed, GREETING_GZIP);
        buffer_cstr(&plain, greeting);
    }
    expect_source(__LINE__, buffer_view(&packed), buffer_view(&plain));
}

TEST(byte_source_truncated_gzip_is_corrupt)
{
    for (size_t size = 2; size < GREETING_GZIP.size; size++) {
        AUTO(buffer_done) Buffer out = {0};
        Error err = {0};
        Path path = written("cut.gz", text_slice(GREETING_GZIP, 0, size));
        EXPECT_STATUS(read_all(path.bytes, 4096, &out, &err), STATUS_CORRUPT, &err);
        EXPECT(strstr(err.message, "ends too early") != NULL);
    }
}

/* Goal: a damaged file never gives other content as if it were good. */
TEST(byte_source_damaged_gzip_is_never_wrong)
{
    int corrupt_count = 0;
    for (size_t bit = 16; bit < GREETING_GZIP.size * 8; bit++) {
        char bytes[sizeof greeting_gzip];
        memcpy(bytes, greeting_gzip, sizeof bytes);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        AUTO(buffer_done) Buffer out = {0};
        Error err = {0};
        Path path = written("bad.gz", (Text){bytes, GREETING_GZIP.size});
        Status status = read_all(path.bytes, 4096, &out, &err);
        EXPECT(status == STATUS_CORRUPT ||
               (status == STATUS_OK && text_equal(buffer_view(&out), text_of(greeting))));
        corrupt_count += status == STATUS_CORRUPT;
    }
    EXPECT(corrupt_count > 200);
    AUTO(buffer_done) Buffer out = {0}, trailing = {0};
    Error err = {0};
    buffer_text(&trailing, GREETING_GZIP);
    buffer_cstr(&trailing, "something else");
    Path path = written("tail.gz", buffer_view(&trailing));
    EXPECT_STATUS(read_all(path.bytes, 4096, &out, &err), STATUS_CORRUPT, &err);
}

typedef struct {
    int descriptor;
    Text content;
} Writer;

/* One byte at a time, as slow pipes do. */
static void write_slowly(void *context)
{
    Writer *writer = context;
    for (size_t i = 0; i < writer->content.size; i++)
        if (write(writer->descriptor, writer->content.data + i, 1) != 1) break;
    close(writer->descriptor);
}

static void expect_standard_input(int line, Text input, Text expected)
{
    int ends[2], saved = dup(STDIN_FILENO);
    Error err = {0};
    Thread thread;
    REQUIRE(pipe(ends) == 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
    close(ends[0]);
    Writer writer = {ends[1], input};
    REQUIRE(thread_start(write_slowly, &writer, &thread, &err) == STATUS_OK);
    AUTO(buffer_done) Buffer out = {0};
    harness_expect_status(__FILE__, line, "read", read_all("-", 100, &out, &err), STATUS_OK, &err);
    thread_join(thread);
    if (!text_equal(buffer_view(&out), expected)) harness_fail(__FILE__, line, "other content");
    if (saved >= 0) dup2(saved, STDIN_FILENO);
    if (saved >= 0) close(saved);
}

TEST(byte_source_reads_pipes)
{
    expect_standard_input(__LINE__, TEXT("a;b\n1;2\n"), TEXT("a;b\n1;2\n"));
    expect_standard_input(__LINE__, TEXT(""), TEXT(""));
    expect_standard_input(__LINE__, GREETING_GZIP, text_of(greeting));
}

TEST(byte_source_tells_what_is_wrong)
{
    ByteSource *source = NULL;
    Error err = {0};
    EXPECT_STATUS(byte_source_open(path_of("no").bytes, &source, &err), STATUS_NOT_FOUND, &err);
    EXPECT_STATUS(byte_source_open(harness_temporary_dir(), &source, &err), STATUS_INVALID, &err);
    EXPECT(source == NULL);
    byte_source_close(source);
}

TEST(byte_source_tells_how_far_it_is)
{
    AUTO(byte_source_done) ByteSource *source = NULL;
    Error err = {0};
    static char content[500000];
    memset(content, 'x', sizeof content);
    Path path = written("big", (Text){content, sizeof content});
    REQUIRE(byte_source_open(path.bytes, &source, &err) == STATUS_OK);
    EXPECT_INT(byte_source_total_bytes(source), sizeof content);
    uint64_t before = byte_source_consumed_bytes(source);
    char out[1000];
    for (size_t size = 1; size != 0;) {
        EXPECT_OK(byte_source_read(source, out, sizeof out, &size, &err), &err);
        EXPECT(byte_source_consumed_bytes(source) >= before);
        before = byte_source_consumed_bytes(source);
    }
    EXPECT_INT(before, sizeof content);
}
