/* job.h -- long work as JSON. */
#pragma once

#include "reply/json_writer.h"
#include "store/job_rows.h"

enum { JOB_ID_BYTES = 32 };

/* "65612c80-17": the number within the start of the server. */
void job_id_print(JobKey key, char ret_id[JOB_ID_BYTES]);
bool job_id_parse(Text id, JobKey *ret_key);

/* What it is doing; the name is empty when it is not at work, the rows 0 when it counts none. */
typedef struct {
    Text name;
    uint64_t rows;
} JobStep;
void reply_job(JsonWriter *writer, const JobRow *job, JobStep step);
