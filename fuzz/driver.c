/* driver.c -- replays saved inputs through a fuzz target, so that ordinary ctest runs a corpus.
 *
 * Arguments are files or folders of files. A crash is the failure the replay exists to find: the
 * last line then is "replaying FILE". Otherwise it is "N passed, N failed"; no input at all and an
 * input that cannot be read count as failed. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t passed;
static size_t failed;

/* A block of exactly `size` bytes, so that AddressSanitizer sees one step beyond it. */
static uint8_t *read_exactly(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data != NULL && fread(data, 1, size, file) != size) {
        free(data);
        data = NULL;
    }
    fclose(file);
    return data;
}

static void replay_file(const char *path, size_t size)
{
    printf("replaying %s\n", path);
    fflush(stdout);
    uint8_t *data = read_exactly(path, size);
    if (data == NULL) {
        fprintf(stderr, "cannot read '%s'\n", path);
        failed++;
        return;
    }
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    passed++;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void replay(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        fprintf(stderr, "no file or folder '%s'\n", path);
        failed++;
        return;
    }
    if (!S_ISDIR(status.st_mode)) {
        replay_file(path, (size_t)status.st_size);
        return;
    }
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        char child[4096];
        snprintf(child, sizeof child, "%s/%s", path, entries[i]->d_name);
        replay(child);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    if (passed + failed == 0) {
        fprintf(stderr, "no inputs: give files or folders of inputs\n");
        failed++;
    }
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
