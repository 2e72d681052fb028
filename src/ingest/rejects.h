/* rejects.h -- rows that were refused: counted by reason, and kept in a file that can be mended and
 * imported. */
#pragma once

#include "ingest/import_internal.h"

typedef struct Rejects Rejects;

/* The file is made when the first row comes, under a temporary name beside `plan.rejects_path`.
 * `is_file_wanted` false: only count. */
Rejects *rejects_new(const Import *import, bool is_file_wanted);
void rejects_free(Rejects *rejects); /* removes an unfinished file; accepts NULL */
void rejects_done(Rejects **rejects);

/* The cells of the row as they stand in the file, with where and why in front. */
MUST_CHECK Status rejects_add(Rejects *rejects, const RecordList *list, const Row *row, Error *err);
/* A row whose fault came out only when it was written. */
typedef struct {
    Text kept;   /* its text, by rejects_keep */
    Row row;     /* line and fault; there is no record any more */
    Text detail; /* said beside the reason in the file; may be empty */
} KeptRejection;
MUST_CHECK Status rejects_add_kept(Rejects *rejects, const KeptRejection *rejection, Error *err);
/* The cells of a row as they would stand in the file, to be refused later. */
void rejects_keep(const Rejects *rejects, const RecordList *list, const Record *record,
                  Buffer *out);

uint64_t rejects_count(const Rejects *rejects);
/* What the last refused row counts as; there is one. */
const ImportRejection *rejects_last(const Rejects *rejects);
/* Put the file under its name; *ret_path is NULL when nothing was refused. */
MUST_CHECK Status rejects_finish(Rejects *rejects, const char **ret_path, Error *err);
/* Reasons, most frequent first, in the import's arena. */
void rejects_report(const Rejects *rejects, ImportReport *report);
