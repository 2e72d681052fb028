/* uploads.c -- files that were sent, until they are imported or forgotten.
 *
 * Beside each file lies a card, as JSON: what is known of it, so that a server that begins anew
 * goes on where the last one was. Texts of answers stand in it as texts, to come back to the
 * letter.
 *
 * 1. `mutex` guards the list and every upload in it; path, name and id are constant.
 * 2. An upload that is not in the list any more lives as long as somebody holds it; its files go
 * with it. */
#include "server/uploads.h"

#include "base/file.h"
#include "base/memory.h"
#include "reply/fields.h"
#include "server/request.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CARD_ENDING ".card"
enum { HOUR_SECONDS = 3600, CARD_BYTES_MAX = 64 << 20 };

/* What is told of an upload: JSON, but for the number of the job. */
typedef enum {
    PART_OPTIONS,
    PART_PLAN,
    PART_PROBLEM,
    PART_TRIAL,
    PART_REPORT,
    PART_JOB,
    PART_COUNT
} Part;
static const char *const part_names[PART_COUNT] = {"options", "plan",   "problem",
                                                   "trial",   "report", "job"};

struct Upload {
    Upload *next; /* older */
    Uploads *uploads;
    unsigned holders_count;
    bool is_listed, is_busy;
    Arena *arena; /* of what is constant */
    const char *path;
    Text id, name, login;
    uint64_t bytes;
    uint32_t user_id;
    Moment created;
    int64_t used_utc;
    unsigned runs_count;
    Buffer rejects_path; /* with its NUL; empty: none */
    Buffer parts[PART_COUNT];
};

struct Uploads {
    pthread_mutex_t mutex;
    const char *directory;
    Arena *arena; /* of the directory */
    Upload *newest;
    size_t count;
};

static void free_upload(Upload *upload)
{
    buffer_done(&upload->rejects_path);
    for (Part part = 0; part < PART_COUNT; part++)
        buffer_done(&upload->parts[part]);
    arena_free(upload->arena);
    free(upload);
}

static const char *card_path(const Upload *upload, Arena *arena)
{
    return arena_printf(arena, "%s" CARD_ENDING, upload->path).data;
}

/* ---- the card ---- */

/* What the name of the file of refused rows has behind the upload's own; empty: there is none. */
static Text rejects_ending(const Upload *upload)
{
    if (upload->rejects_path.size == 0) return TEXT("");
    return text_of(upload->rejects_path.data + strlen(upload->path));
}

/* The mutex is held. Without a card the upload lives as long as this server: no reason to refuse
 * what was asked. */
static void save(Upload *upload)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer out = {0};
    JsonWriter writer = {.out = &out};
    json_begin(&writer, '{');
    field_text(&writer, "id", upload->id);
    field_text(&writer, "name", upload->name);
    field_text(&writer, "login", upload->login);
    field_count(&writer, "user_id", upload->user_id);
    field_count(&writer, "bytes", upload->bytes);
    field_moment(&writer, "created", true, upload->created);
    field_number(&writer, "used_utc", upload->used_utc);
    field_count(&writer, "runs", upload->runs_count);
    field_text(&writer, "rejects", rejects_ending(upload));
    for (Part part = 0; part < PART_COUNT; part++)
        field_text(&writer, part_names[part], buffer_view(&upload->parts[part]));
    json_end(&writer, '}');
    (void)!file_write_atomic(card_path(upload, arena), buffer_view(&out), NULL);
}

static void put(Buffer *buffer, Text text)
{
    buffer_clear(buffer);
    buffer_text(buffer, text);
}

static Status read_parts(const json_t *card, Upload *upload, Error *err)
{
    Text rejects = {0};
    TRY(json_get_text(card, "rejects", &rejects, err));
    for (Part part = 0; part < PART_COUNT; part++) {
        Text text = {0};
        TRY(json_get_text(card, part_names[part], &text, err));
        put(&upload->parts[part], text);
    }
    bool is_own = rejects.size > 0 && rejects.data[0] == '.' && !text_contains(rejects, TEXT("/"));
    if (is_own) buffer_printf(&upload->rejects_path, "%s%.*s", upload->path, TEXT_FORMAT(rejects));
    if (is_own) buffer_char(&upload->rejects_path, '\0');
    return STATUS_OK;
}

static Status read_card(const json_t *card, Upload *upload, Error *err)
{
    Text id, name, created, login = {0};
    uint64_t user_id = 0, runs = 0, used_utc = 0;
    TRY(json_need_text(card, "id", &id, err));
    TRY(json_need_text(card, "name", &name, err));
    TRY(json_get_text(card, "login", &login, err));
    TRY(json_need_text(card, "created", &created, err));
    TRY(json_get_count(card, "user_id", UINT32_MAX, &user_id, err));
    TRY(json_get_count(card, "bytes", INT64_MAX, &upload->bytes, err));
    TRY(json_get_count(card, "runs", UINT32_MAX, &runs, err));
    TRY(json_get_count(card, "used_utc", INT64_MAX, &used_utc, err));
    if (!moment_parse_iso(created, &upload->created)) return STATUS_INVALID;
    upload->id = arena_text(upload->arena, id);
    upload->name = arena_text(upload->arena, name);
    upload->login = arena_text(upload->arena, login);
    upload->user_id = (uint32_t)user_id;
    upload->runs_count = (unsigned)runs;
    upload->used_utc = (int64_t)used_utc;
    return read_parts(card, upload, err);
}

static void insert(Uploads *uploads, Upload *upload)
{
    Upload **link = &uploads->newest;
    while (*link != NULL && (*link)->created.second > upload->created.second)
        link = &(*link)->next;
    upload->next = *link;
    *link = upload;
    uploads->count++;
}

/* A card that makes no sense, or whose file is gone, is left to remove_left. */
static void take_over(Uploads *uploads, const char *path)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text content;
    if (file_read(path, CARD_BYTES_MAX, arena, &content, NULL) != STATUS_OK) return;
    json_t *card = json_loadb(content.data, content.size, 0, NULL);
    Upload *upload = MEMORY_NEW(Upload);
    upload->uploads = uploads;
    upload->is_listed = true;
    upload->arena = arena_new();
    Text own = text_slice(text_of(path), 0, strlen(path) - strlen(CARD_ENDING));
    upload->path = arena_cstr(upload->arena, own);
    bool is_good = card != NULL && uploads->count < UPLOADS_MAX && file_exists(upload->path) &&
                   read_card(card, upload, NULL) == STATUS_OK;
    json_decref(card);
    if (is_good)
        insert(uploads, upload);
    else
        free_upload(upload);
}

static void take_over_all(Uploads *uploads)
{
    AUTO(arena_done) Arena *arena = arena_new();
    DIR *directory = opendir(uploads->directory);
    if (directory == NULL) return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        struct stat status;
        Text name = text_of(entry->d_name);
        if (!text_starts_with(name, TEXT(UPLOAD_FILE_PREFIX)) ||
            !text_ends_with(name, TEXT(CARD_ENDING)))
            continue;
        const char *path = arena_printf(arena, "%s/%s", uploads->directory, entry->d_name).data;
        if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) take_over(uploads, path);
    }
    closedir(directory);
}

/* ---- life ---- */

Uploads *uploads_new(const char *directory)
{
    Uploads *uploads = MEMORY_NEW(Uploads);
    ASSERT(pthread_mutex_init(&uploads->mutex, NULL) == 0);
    uploads->arena = arena_new();
    uploads->directory = arena_cstr(uploads->arena, text_of(directory));
    take_over_all(uploads);
    return uploads;
}

static void remove_rejects(Upload *upload)
{
    if (upload->rejects_path.size > 0) unlink(upload->rejects_path.data);
    buffer_clear(&upload->rejects_path);
}

/* With its files. */
static void discard(Upload *upload)
{
    unlink(card_path(upload, upload->arena));
    unlink(upload->path);
    remove_rejects(upload);
    free_upload(upload);
}

/* The mutex is held: take it out of the list, and discard it unless somebody holds it. */
static void forget(Upload **link)
{
    Upload *upload = *link;
    *link = upload->next;
    upload->is_listed = false;
    upload->uploads->count--;
    if (upload->holders_count == 0) discard(upload);
}

void uploads_free(Uploads *uploads)
{
    if (uploads == NULL) return;
    for (Upload *upload; (upload = uploads->newest) != NULL;) {
        ASSERT(upload->holders_count == 0);
        uploads->newest = upload->next;
        free_upload(upload);
    }
    pthread_mutex_destroy(&uploads->mutex);
    arena_free(uploads->arena);
    free(uploads);
}

/* The file itself, or what belongs to it: a name that begins with its own, and a dot. */
static const Upload *owner_of(const Uploads *uploads, const char *path)
{
    for (const Upload *upload = uploads->newest; upload != NULL; upload = upload->next) {
        size_t size = strlen(upload->path);
        if (strncmp(upload->path, path, size) == 0 && (path[size] == '.' || path[size] == '\0'))
            return upload;
    }
    return NULL;
}

/* The mutex is held: half a file, cards and trials of a server that was killed. */
static void remove_left(Uploads *uploads, int64_t until_utc)
{
    AUTO(arena_done) Arena *arena = arena_new();
    DIR *directory = opendir(uploads->directory);
    if (directory == NULL) return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        if (strncmp(entry->d_name, UPLOAD_FILE_PREFIX, strlen(UPLOAD_FILE_PREFIX)) != 0) continue;
        struct stat status;
        const char *path = arena_printf(arena, "%s/%s", uploads->directory, entry->d_name).data;
        if (stat(path, &status) != 0) continue;
        const Upload *owner = owner_of(uploads, path);
        if (S_ISDIR(status.st_mode) && (owner == NULL || !owner->is_busy))
            (void)!store_remove(path, NULL); /* of a trial */
        else if (S_ISREG(status.st_mode) && owner == NULL && status.st_mtime < until_utc)
            unlink(path);
    }
    closedir(directory);
}

void uploads_expire(Uploads *uploads, int64_t now_utc)
{
    int64_t until_utc = now_utc - UPLOAD_HOURS * HOUR_SECONDS;
    pthread_mutex_lock(&uploads->mutex);
    for (Upload **link = &uploads->newest; *link != NULL;) {
        Upload *upload = *link;
        if (!upload->is_busy && upload->used_utc < until_utc)
            forget(link);
        else
            link = &upload->next;
    }
    remove_left(uploads, until_utc);
    pthread_mutex_unlock(&uploads->mutex);
}

/* ---- one of them ---- */

/* A path of the sender's machine is his own business, and no path of ours. */
static Text own_name(Text name, Arena *arena)
{
    size_t begin = 0;
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] == '/' || name.data[i] == '\\') begin = i + 1;
    name = text_trim(text_slice(name, begin, name.size));
    size_t size = name.size < UPLOAD_NAME_BYTES ? name.size : UPLOAD_NAME_BYTES;
    while (!utf8_is_valid(text_slice(name, 0, size)))
        size--;
    return size > 0 ? arena_text(arena, text_slice(name, 0, size)) : TEXT("file");
}

Status uploads_add(Uploads *uploads, const UploadPlan *plan, Upload **ret_upload, Error *err)
{
    Upload *upload = MEMORY_NEW(Upload);
    Arena *arena = arena_new();
    *upload = (Upload){.uploads = uploads,
                       .holders_count = 1,
                       .is_listed = true,
                       .arena = arena,
                       .path = arena_cstr(arena, text_of(plan->path)),
                       .id = arena_text(arena, plan->id),
                       .name = own_name(plan->name, arena),
                       .login = arena_text(arena, plan->login),
                       .bytes = plan->bytes,
                       .user_id = plan->user_id,
                       .created = plan->now,
                       .used_utc = plan->now_utc};
    pthread_mutex_lock(&uploads->mutex);
    bool has_room = uploads->count < UPLOADS_MAX;
    if (has_room) {
        upload->next = uploads->newest;
        uploads->newest = upload;
        uploads->count++;
    }
    pthread_mutex_unlock(&uploads->mutex);
    if (has_room) {
        *ret_upload = upload;
        return STATUS_OK;
    }
    discard(upload);
    return error_set(err, STATUS_LIMIT, "too many files wait to be imported; remove some first");
}

static bool may_see(const Upload *upload, const Principal *principal)
{
    return upload->user_id == principal->user_id || principal_may(principal, RIGHT_ADMIN);
}

Status uploads_get(Uploads *uploads, Text id, const Principal *principal, int64_t now_utc,
                   Upload **ret_upload, Error *err)
{
    pthread_mutex_lock(&uploads->mutex);
    Upload *upload = uploads->newest;
    while (upload != NULL && !text_equal(upload->id, id))
        upload = upload->next;
    if (upload != NULL && !may_see(upload, principal)) upload = NULL;
    if (upload != NULL) {
        upload->holders_count++;
        upload->used_utc = now_utc;
    }
    pthread_mutex_unlock(&uploads->mutex);
    *ret_upload = upload;
    if (upload != NULL) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND,
                     "there is no file '%.*s' here any more: files that were sent are kept for a "
                     "day; send it once more",
                     TEXT_FORMAT(id));
}

void upload_retain(Upload *upload)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    upload->holders_count++;
    pthread_mutex_unlock(&upload->uploads->mutex);
}

void upload_release(Upload *upload)
{
    if (upload == NULL) return;
    Uploads *uploads = upload->uploads;
    pthread_mutex_lock(&uploads->mutex);
    bool is_last = --upload->holders_count == 0 && !upload->is_listed;
    pthread_mutex_unlock(&uploads->mutex);
    if (is_last) discard(upload);
}

void upload_done(Upload **upload)
{
    upload_release(*upload);
    *upload = NULL;
}

static Status is_being_imported(const Upload *upload, Error *err)
{
    return error_set(err, STATUS_CONFLICT, "'%.*s' is being imported; wait for the end",
                     TEXT_FORMAT(upload->name));
}

Status upload_remove(Upload *upload, Error *err)
{
    Uploads *uploads = upload->uploads;
    pthread_mutex_lock(&uploads->mutex);
    bool is_busy = upload->is_busy;
    Upload **link = &uploads->newest;
    while (*link != NULL && *link != upload)
        link = &(*link)->next;
    if (!is_busy && *link != NULL) forget(link);
    pthread_mutex_unlock(&uploads->mutex);
    return is_busy ? is_being_imported(upload, err) : STATUS_OK;
}

const char *upload_path(const Upload *upload)
{
    return upload->path;
}

Text upload_name(const Upload *upload)
{
    return upload->name;
}

Text upload_id(const Upload *upload)
{
    return upload->id;
}

/* ---- what is known of it ---- */

Status upload_set_plan(Upload *upload, Text options, Text plan, Text problem, Error *err)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    bool is_busy = upload->is_busy;
    if (!is_busy) {
        put(&upload->parts[PART_OPTIONS], options);
        put(&upload->parts[PART_PLAN], plan);
        put(&upload->parts[PART_PROBLEM], problem);
        buffer_clear(&upload->parts[PART_TRIAL]); /* it was of another plan */
        save(upload);
    }
    pthread_mutex_unlock(&upload->uploads->mutex);
    return is_busy ? is_being_imported(upload, err) : STATUS_OK;
}

Text upload_options(Upload *upload, Arena *arena)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    Text options = arena_text(arena, buffer_view(&upload->parts[PART_OPTIONS]));
    pthread_mutex_unlock(&upload->uploads->mutex);
    return options;
}

Status upload_begin_job(Upload *upload, unsigned *ret_run, Error *err)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    bool was_busy = upload->is_busy;
    upload->is_busy = true;
    *ret_run = ++upload->runs_count;
    pthread_mutex_unlock(&upload->uploads->mutex);
    return was_busy ? is_being_imported(upload, err) : STATUS_OK;
}

void upload_name_job(Upload *upload, Text job_id)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    put(&upload->parts[PART_JOB], job_id);
    save(upload);
    pthread_mutex_unlock(&upload->uploads->mutex);
}

void upload_end_job(Upload *upload)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    upload->is_busy = false;
    pthread_mutex_unlock(&upload->uploads->mutex);
}

void upload_set_outcome(Upload *upload, const UploadOutcome *outcome)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    put(outcome->is_trial ? &upload->parts[PART_TRIAL] : &upload->parts[PART_REPORT],
        outcome->report);
    /* what is refused now is told by the last run, a trial too */
    remove_rejects(upload);
    if (outcome->rejects_path != NULL)
        buffer_add(&upload->rejects_path, outcome->rejects_path, strlen(outcome->rejects_path) + 1);
    save(upload);
    pthread_mutex_unlock(&upload->uploads->mutex);
}

Status upload_open_rejects(Upload *upload, int *ret_descriptor, Text *ret_name, Arena *arena,
                           Error *err)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    const char *path = upload->rejects_path.size > 0 ? upload->rejects_path.data : NULL;
    const char *dot = path != NULL ? strrchr(path, '.') : NULL;
    *ret_name =
        arena_printf(arena, "%.*s.rejects%s", TEXT_FORMAT(upload->name), dot != NULL ? dot : "");
    *ret_descriptor = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    pthread_mutex_unlock(&upload->uploads->mutex);
    if (*ret_descriptor >= 0) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "no row of '%.*s' was refused",
                     TEXT_FORMAT(upload->name));
}

/* ---- telling ---- */

static void put_raw(JsonWriter *writer, const char *key, const Buffer *json)
{
    json_key(writer, key);
    if (json->size > 0)
        json_raw(writer, buffer_view(json));
    else
        json_nothing(writer);
}

/* The mutex is held. */
static void write_upload(const Upload *upload, bool is_whole, JsonWriter *writer)
{
    json_begin(writer, '{');
    field_text(writer, "id", upload->id);
    field_text(writer, "name", upload->name);
    field_count(writer, "bytes", upload->bytes);
    field_moment(writer, "created", true, upload->created);
    field_text(writer, "author", upload->login);
    field_flag(writer, "is_busy", upload->is_busy);
    field_text_or_null(writer, "job", buffer_view(&upload->parts[PART_JOB]));
    field_flag(writer, "has_rejects", upload->rejects_path.size > 0);
    put_raw(writer, "options", &upload->parts[PART_OPTIONS]);
    put_raw(writer, "report", &upload->parts[PART_REPORT]);
    if (is_whole) {
        put_raw(writer, "plan", &upload->parts[PART_PLAN]);
        put_raw(writer, "problem", &upload->parts[PART_PROBLEM]);
        put_raw(writer, "trial", &upload->parts[PART_TRIAL]);
    }
    json_end(writer, '}');
}

void upload_write(Upload *upload, JsonWriter *writer)
{
    pthread_mutex_lock(&upload->uploads->mutex);
    write_upload(upload, true, writer);
    pthread_mutex_unlock(&upload->uploads->mutex);
}

void uploads_write(Uploads *uploads, const Principal *principal, JsonWriter *writer)
{
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    pthread_mutex_lock(&uploads->mutex);
    for (const Upload *upload = uploads->newest; upload != NULL; upload = upload->next)
        if (may_see(upload, principal)) write_upload(upload, false, writer);
    pthread_mutex_unlock(&uploads->mutex);
    json_end(writer, ']');
    json_end(writer, '}');
}
