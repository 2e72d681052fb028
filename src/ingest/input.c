/* input.c -- a byte source with a sample that is given out first. */
#include "ingest/input.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct Input {
    ByteSource *source;
    Buffer sample;
    bool is_whole;
    size_t given; /* bytes of the sample that were read */
};

static Status read_sample(Input *input, Error *err)
{
    buffer_reserve(&input->sample, INPUT_SAMPLE_BYTES);
    while (input->sample.size < INPUT_SAMPLE_BYTES) {
        size_t size;
        TRY(byte_source_read(input->source, input->sample.data + input->sample.size,
                             INPUT_SAMPLE_BYTES - input->sample.size, &size, err));
        input->sample.size += size;
        input->is_whole = size == 0;
        if (size == 0) break;
    }
    return STATUS_OK;
}

Status input_open(const char *path, Input **ret_input, Error *err)
{
    AUTO(input_done) Input *input = MEMORY_NEW(Input);
    TRY(byte_source_open(path, &input->source, err));
    TRY(read_sample(input, err));
    *ret_input = input;
    input = NULL;
    return STATUS_OK;
}

Input *input_of_text(Text text)
{
    Input *input = MEMORY_NEW(Input);
    input->is_whole = true;
    buffer_text(&input->sample, text);
    return input;
}

void input_close(Input *input)
{
    if (input == NULL) return;
    byte_source_close(input->source);
    buffer_done(&input->sample);
    free(input);
}

void input_done(Input **input)
{
    input_close(*input);
    *input = NULL;
}

Text input_sample(const Input *input)
{
    return buffer_view(&input->sample);
}

bool input_is_whole(const Input *input)
{
    return input->is_whole;
}

bool input_is_repeatable(const char *path)
{
    struct stat status;
    return strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

Status input_read(Input *input, void *out, size_t capacity, size_t *ret_size, Error *err)
{
    size_t left = input->sample.size - input->given;
    if (left == 0) {
        if (!input->is_whole) return byte_source_read(input->source, out, capacity, ret_size, err);
        *ret_size = 0;
        return STATUS_OK;
    }
    *ret_size = left < capacity ? left : capacity;
    memcpy(out, input->sample.data + input->given, *ret_size);
    input->given += *ret_size;
    return STATUS_OK;
}

uint64_t input_done_bytes(const Input *input)
{
    if (input->source == NULL) return input->given;
    uint64_t consumed = byte_source_consumed_bytes(input->source);
    if (input->given == input->sample.size || input->sample.size == 0) return consumed;
    /* Within the sample: its share of what was consumed to have it. */
    return consumed * input->given / input->sample.size;
}

uint64_t input_total_bytes(const Input *input)
{
    return input->source == NULL ? input->sample.size : byte_source_total_bytes(input->source);
}
