/* job.h -- long work as JSON. */
#pragma once

#include "reply/json_writer.h"
#include "store/job_rows.h"

enum { JOB_ID_BYTES = 32 };

/* "65612c80-17": the number within the start of the server. */
void job_id_print(JobKey key, char ret_id[JOB_ID_BYTES]);
bool job_id_parse(Text id, JobKey *ret_key);

/* `step` is what it is doing, empty when it is not at work. */
void reply_job(JsonWriter *writer, const JobRow *job, Text step);
