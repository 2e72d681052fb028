/* web_files.h -- the built page inside the program; made by cmake/embed_web.py. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *name; /* "/index.html" */
    const char *content_type;
    const unsigned char *bytes;
    size_t size;
    const unsigned char *gzip; /* NULL: not worth it */
    size_t gzip_size;
    const char *etag;  /* in quotes */
    bool is_immutable; /* the name changes with the bytes */
} WebFile;

/* None when the program was built without its page. */
extern const WebFile web_files[];
extern const size_t web_files_count;
