/* input.h -- the bytes of a file, whose beginning can be looked at before reading. */
#pragma once

#include "base/file.h"

typedef struct Input Input;

enum { INPUT_SAMPLE_BYTES = 4 << 20 };

/* Open and read the sample. */
MUST_CHECK Status input_open(const char *path, Input **ret_input, Error *err);
/* All of it is there; the text is copied. */
Input *input_of_text(Text text);
void input_close(Input *input); /* accepts NULL */
void input_done(Input **input);
/* The first bytes: at most INPUT_SAMPLE_BYTES of a file, all of a text. */
Text input_sample(const Input *input);
bool input_is_whole(const Input *input); /* the sample is everything */
/* Whether the same bytes can be had again by opening the path once more. */
bool input_is_repeatable(const char *path);

/* Read on, from the first byte; *ret_size is 0 only at the end. */
MUST_CHECK Status input_read(Input *input, void *out, size_t capacity, size_t *ret_size,
                             Error *err);
/* Bytes of the file that were read, and in all (0: unknown); packed bytes of a gzip. */
uint64_t input_done_bytes(const Input *input);
uint64_t input_total_bytes(const Input *input);
