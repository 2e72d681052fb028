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

/* All that a person told and was told is there again, to the letter; what was under way is not. */
TEST(a_server_that_begins_anew_goes_on)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *folder = harness_temporary_dir();
    Uploads *uploads = uploads_new(folder);
    const char *path = make_file(folder, "AAAAAA", arena);
    const char *rejects = make_file(folder, "AAAAAA.1.rejects.csv", arena);
    const char *trial = arena_printf(arena, "%s.2.trial", path).data;
    Upload *upload = add(uploads, path);
    unsigned run;
    Error err;
    Text options = TEXT("{\"target\":\"customers\"}"),
         plan = TEXT("{\"n\":0.10000000000000000001}");
    EXPECT_OK(upload_set_plan(upload, options, plan, TEXT(""), &err), &err);
    EXPECT_OK(upload_begin_job(upload, &run, &err), &err);
    upload_name_job(upload, TEXT("j-1"));
    const UploadOutcome outcome = {true, TEXT("{\"read\":3}"), rejects};
    upload_set_outcome(upload, &outcome);
    upload_end_job(upload);
    AUTO(buffer_done) Buffer before = {0}, after = {0};
    JsonWriter writer = {.out = &before};
    upload_write(upload, &writer);
    EXPECT_OK(upload_begin_job(upload, &run, &err), &err);
    EXPECT(mkdir(trial, 0700) == 0);
    upload_release(upload);
    uploads_free(uploads);
    EXPECT(file_exists(path) && file_exists(rejects));

    uploads = uploads_new(folder);
    uploads_expire(uploads, NOW);
    EXPECT(!file_exists(trial) && file_exists(path) && file_exists(rejects));
    const Principal sender = {.user_id = 1}, other = {.user_id = 2};
    EXPECT(uploads_get(uploads, TEXT("a"), &other, NOW, &upload, &err) == STATUS_NOT_FOUND);
    EXPECT_OK(uploads_get(uploads, TEXT("a"), &sender, NOW, &upload, &err), &err);
    writer = (JsonWriter){.out = &after};
    upload_write(upload, &writer);
    EXPECT_TEXT(buffer_view(&after), arena_cstr(arena, buffer_view(&before)));
    EXPECT_OK(upload_remove(upload, &err), &err);
    upload_release(upload);
    uploads_free(uploads);
    EXPECT(!file_exists(path) && !file_exists(rejects));
    EXPECT(!file_exists(arena_printf(arena, "%s.card", path).data));
}

TEST(a_card_that_makes_no_sense_is_no_upload)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *folder = harness_temporary_dir();
    static const char *const cards[] = {
        "", "[]", "{", "{\"id\":\"x\"}",
        "{\"id\":\"x\",\"name\":\"a\",\"login\":\"b\",\"created\":\"never\"}"};
    for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++) {
        const char *name = arena_printf(arena, "BAD%zu", i).data;
        const char *path = make_file(folder, name, arena);
        Error err;
        EXPECT_OK(
            file_write_atomic(arena_printf(arena, "%s.card", path).data, text_of(cards[i]), &err),
            &err);
    }
    Uploads *uploads = uploads_new(folder);
    Upload *upload;
    Error err;
    const Principal everybody = {.user_id = 1, .rights = UINT32_MAX};
    EXPECT(uploads_get(uploads, TEXT("x"), &everybody, NOW, &upload, &err) == STATUS_NOT_FOUND);
    uploads_free(uploads);
}
