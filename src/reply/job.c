/* job.c -- long work as JSON. */
#include "reply/job.h"

#include "base/decimal.h"
#include "reply/fields.h"
#include "reply/problem.h"

#include <stdio.h>

enum { BOOT_DIGITS = 8 };

void job_id_print(JobKey key, char ret_id[JOB_ID_BYTES])
{
    snprintf(ret_id, JOB_ID_BYTES, "%08x-%llu", key.boot, (unsigned long long)key.number);
}

static bool boot_parse(Text digits, uint32_t *ret_boot)
{
    uint32_t boot = 0;
    if (digits.size != BOOT_DIGITS) return false;
    for (size_t i = 0; i < digits.size; i++) {
        char c = digits.data[i];
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
        boot = boot << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    *ret_boot = boot;
    return true;
}

bool job_id_parse(Text id, JobKey *ret_key)
{
    Text number;
    int64_t mantissa;
    int scale;
    JobKey key = {0};
    if (!boot_parse(text_split(id, '-', &number), &key.boot)) return false;
    if (!decimal_parse(number, &mantissa, &scale) || scale != 0 || mantissa < 0) return false;
    key.number = (uint64_t)mantissa;
    *ret_key = key;
    return true;
}

static Status status_of(Text name)
{
    for (Status status = STATUS_OK; status < STATUS_COUNT; status++)
        if (text_equal(name, text_of(status_name(status)))) return status;
    return STATUS_CORRUPT;
}

static void put_problem(JsonWriter *writer, const JobRow *job)
{
    json_key(writer, "problem");
    if (job->problem_status.size == 0) {
        json_nothing(writer);
        return;
    }
    AUTO(arena_done) Arena *arena = arena_new();
    json_begin(writer, '{');
    reply_problem(writer, &(Problem){.status = status_of(job->problem_status),
                                     .detail = arena_cstr(arena, job->problem_sentence)});
    json_end(writer, '}');
}

void reply_job(JsonWriter *writer, const JobRow *job, JobStep step)
{
    char id[JOB_ID_BYTES];
    job_id_print(job->key, id);
    json_begin(writer, '{');
    field_code(writer, "id", id);
    field_text(writer, "kind", job->kind);
    field_text(writer, "title", job->title);
    field_text(writer, "state", job->state);
    field_text_or_null(writer, "step", step.name);
    field_count(writer, "done", job->done);
    field_count(writer, "total", job->total);
    field_count(writer, "rows", step.rows);
    field_moment(writer, "created", true, job->created);
    field_text(writer, "author", job->author);
    field_moment(writer, "finished", job->has_finished, job->finished);
    put_problem(writer, job);
    json_key(writer, "result");
    if (job->result.size > 0)
        json_raw(writer, job->result);
    else
        json_nothing(writer);
    json_end(writer, '}');
}
