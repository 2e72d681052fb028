/* harness.c -- registers and runs unit tests, prints what failed and one closing line. */
#include "harness/harness.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TESTS_MAX = 4096 };

typedef struct {
    const char *file;
    const char *name;
    TestFunction *function;
} Test;

static Test tests[TESTS_MAX];
static size_t tests_count;
static size_t failures_of_test;
static uint64_t run_seed = 20261122;
static bool is_accepting;
static char temporary_dir[256];

void harness_register(const char *file, const char *name, TestFunction *function)
{
    ASSERT(tests_count < TESTS_MAX);
    tests[tests_count++] = (Test){file, name, function};
}

void harness_fail(const char *file, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    failures_of_test++;
}

uint64_t harness_seed(void)
{
    return run_seed;
}

bool harness_accepts(void)
{
    return is_accepting;
}

static void remove_tree(const char *path)
{
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char child[1024];
        snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR) {
            remove_tree(child);
        } else {
            unlink(child);
        }
    }
    if (directory != NULL) closedir(directory);
    rmdir(path);
}

const char *harness_temporary_dir(void)
{
    if (temporary_dir[0] == '\0') {
        const char *parent = getenv("TMPDIR");
        snprintf(temporary_dir, sizeof temporary_dir, "%s/kohorta-test-XXXXXX",
                 parent != NULL ? parent : "/tmp");
        if (mkdtemp(temporary_dir) == NULL) harness_fail(__FILE__, __LINE__, "no temporary folder");
    }
    return temporary_dir;
}

const char *harness_source_dir(void)
{
    return KOHORTA_SOURCE_DIR;
}

void harness_expect_int(const char *file, int line, const char *what, int64_t actual,
                        int64_t expected)
{
    if (actual != expected)
        harness_fail(file, line, "%s is %lld, expected %lld", what, (long long)actual,
                     (long long)expected);
}

void harness_expect_text(const char *file, int line, const char *what, Text actual, Text expected)
{
    if (!text_equal(actual, expected))
        harness_fail(file, line, "%s\n  is       '%.*s'\n  expected '%.*s'", what,
                     TEXT_FORMAT(actual), TEXT_FORMAT(expected));
}

void harness_expect_status(const char *file, int line, const char *what, Status actual,
                           Status expected, const Error *err)
{
    if (actual != expected)
        harness_fail(file, line, "%s\n  gave %s, expected %s: %s", what, status_name(actual),
                     status_name(expected), actual != STATUS_OK && err != NULL ? err->message : "");
}

static bool run_one(const Test *test)
{
    failures_of_test = 0;
    test->function();
    if (temporary_dir[0] != '\0') remove_tree(temporary_dir);
    temporary_dir[0] = '\0';
    if (failures_of_test != 0)
        fprintf(stderr, "FAILED %s: %s (seed %llu)\n", test->file, test->name,
                (unsigned long long)run_seed);
    return failures_of_test == 0;
}

int main(int argc, char **argv)
{
    const char *filter = "";
    bool only_list = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--filter") == 0 && i + 1 < argc)
            filter = argv[++i];
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            run_seed = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--list") == 0)
            only_list = true;
        else if (strcmp(argv[i], "--accept") == 0)
            is_accepting = true;
    }
    size_t passed = 0, failed = 0;
    for (size_t i = 0; i < tests_count; i++) {
        if (strstr(tests[i].name, filter) == NULL && strstr(tests[i].file, filter) == NULL)
            continue;
        if (only_list) {
            printf("%s: %s\n", tests[i].file, tests[i].name);
            continue;
        }
        if (run_one(&tests[i]))
            passed++;
        else
            failed++;
    }
    if (!only_list) printf("%zu passed, %zu failed\n", passed, failed);
    return failed == 0 && (only_list || passed > 0) ? 0 : 1;
}
