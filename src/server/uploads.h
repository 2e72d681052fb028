/* uploads.h -- files that were sent and are not imported yet, or have been lately: what was found
 * out about each, how it is to be imported, what came of it. From any thread.
 *
 *   uploads_add ─> looked at (again, each time it is told otherwise) ─> tried, imported ─>
 * forgotten
 *
 * The files lie in the data directory under names that begin with UPLOAD_FILE_PREFIX, readable by
 * the owner of the directory alone; a server that begins anew finds them with all that is known of
 * them. Who sent a file sees it, and whoever administers. They are removed UPLOAD_HOURS after they
 * were last used. */
#pragma once

#include "access/access.h"
#include "reply/json_writer.h"

#define UPLOAD_FILE_PREFIX "kohorta.upload."
enum { UPLOAD_HOURS = 24, UPLOADS_MAX = 200, UPLOAD_NAME_BYTES = 200 };

typedef struct Uploads Uploads;
typedef struct Upload Upload;

/* With those that an earlier server left in the directory; none of them is being imported. */
Uploads *uploads_new(const char *directory);
void uploads_free(Uploads *uploads); /* the files stay; accepts NULL */
/* Forget what was not used for too long, and remove what a killed server left as long ago. */
void uploads_expire(Uploads *uploads, int64_t now_utc);

typedef struct {
    const char *path; /* of the file, which is the upload's from now on, also on failure */
    Text id;
    Text name; /* as the sender calls it; only the part behind the last slash counts */
    uint64_t bytes;
    uint32_t user_id;
    Text login;
    int64_t now_utc;
    Moment now;
} UploadPlan;
/* Held until upload_release. LIMIT when there are too many. */
MUST_CHECK Status uploads_add(Uploads *uploads, const UploadPlan *plan, Upload **ret_upload,
                              Error *err);
/* The same, which this principal may see. NOT_FOUND tells that uploads do not last. */
MUST_CHECK Status uploads_get(Uploads *uploads, Text id, const Principal *principal,
                              int64_t now_utc, Upload **ret_upload, Error *err);
void upload_retain(Upload *upload);
void upload_release(Upload *upload); /* accepts NULL */
void upload_done(Upload **upload);
/* CONFLICT while it is being imported. */
MUST_CHECK Status upload_remove(Upload *upload, Error *err);

/* Constant. */
const char *upload_path(const Upload *upload);
Text upload_name(const Upload *upload);
Text upload_id(const Upload *upload);

/* How it is to be imported (JSON), and the plan of that or why there is none (both JSON, one
 * empty). CONFLICT while it is being imported. */
MUST_CHECK Status upload_set_plan(Upload *upload, Text options, Text plan, Text problem,
                                  Error *err);
Text upload_options(Upload *upload, Arena *arena);
/* CONFLICT when it is being imported already. Each run has another number. */
MUST_CHECK Status upload_begin_job(Upload *upload, unsigned *ret_run, Error *err);
void upload_name_job(Upload *upload, Text job_id);
void upload_end_job(Upload *upload);
/* What came of a trial, or of the import; the rejects are a file that is the upload's from now on,
 * or NULL. */
typedef struct {
    bool is_trial;
    Text report; /* JSON */
    const char *rejects_path;
} UploadOutcome;
void upload_set_outcome(Upload *upload, const UploadOutcome *outcome);
/* The file of refused rows, open for reading. NOT_FOUND when there is none. */
MUST_CHECK Status upload_open_rejects(Upload *upload, int *ret_descriptor, Text *ret_name,
                                      Arena *arena, Error *err);

void upload_write(Upload *upload, JsonWriter *writer);
/* {"items": [...]}: those that the principal may see, the newest first. */
void uploads_write(Uploads *uploads, const Principal *principal, JsonWriter *writer);
