/* test_uploads.c -- files that were sent: which of them go, and when. */
#include "harness/harness.h"

#include "base/file.h"
#include "server/uploads.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOW = 1774958400 };

static const char *make_file(const char *folder, const char *name, Arena *arena)
{
    const char *path = arena_printf(arena, "%s/" UPLOAD_FILE_PREFIX "%s", folder, name).data;
    FILE *file = fopen(path, "wbe");
    if (file != NULL) fclose(file);
    EXPECT(file_exists(path));
    return path;
}

static Upload *add(Uploads *uploads, const char *path)
{
    Upload *upload = NULL;
    Error err;
    const UploadPlan plan = {
        .path = path, .id = TEXT("a"), .name = TEXT("a.csv"), .user_id = 1, .now_utc = NOW};
    EXPECT_OK(uploads_add(uploads, &plan, &upload, &err), &err);
    return upload;
}

/* A trial copies the data before it opens the copy, so nothing is locked there yet. */
TEST(a_trial_under_way_keeps_its_place)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *folder = harness_temporary_dir();
    Uploads *uploads = uploads_new(folder);
    Upload *upload = add(uploads, make_file(folder, "AAAAAA", arena));
    const char *trial = arena_printf(arena, "%s.1.trial", upload_path(upload)).data;
    const char *left = arena_printf(arena, "%s/" UPLOAD_FILE_PREFIX "BBBBBB.1.trial", folder).data;
    unsigned run;
    Error err;
    EXPECT(mkdir(trial, 0700) == 0 && mkdir(left, 0700) == 0);
    EXPECT_OK(upload_begin_job(upload, &run, &err), &err);
    uploads_expire(uploads, NOW);
    EXPECT(file_exists(trial) && !file_exists(left));
    upload_end_job(upload);
    uploads_expire(uploads, NOW);
    EXPECT(!file_exists(trial));
    upload_release(upload);
    uploads_free(uploads);
}

TEST(a_file_goes_when_its_day_is_over)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *folder = harness_temporary_dir();
    Uploads *uploads = uploads_new(folder);
    const char *path = make_file(folder, "AAAAAA", arena);
    upload_release(add(uploads, path));
    uploads_expire(uploads, NOW + UPLOAD_HOURS * 3600);
    EXPECT(file_exists(path));
    uploads_expire(uploads, NOW + UPLOAD_HOURS * 3600 + 1);
    EXPECT(!file_exists(path));
    uploads_free(uploads);
}
