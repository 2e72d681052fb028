/* complete.h -- what may stand at the cursor of an expression that is being written.
 *
 * Only the text before the cursor counts, and it need not make sense: the tokens around the cursor
 * tell what is expected there. Nothing here knows values of properties; when one is being compared
 * the completions say which. */
#pragma once

#include "lang/catalog.h"

typedef enum {
#define COMPLETION_KIND(name, code) COMPLETE_##name,
#include "lang/completion_kind.def"
#undef COMPLETION_KIND
    COMPLETION_KIND_COUNT
} CompletionKind;

const char *completion_kind_code(CompletionKind kind);

typedef struct {
    Text text; /* what to put in place of the word */
    CompletionKind kind;
    Text label;  /* for people */
    Text detail; /* how it is used; empty when there is nothing to say */
} Completion;

typedef struct {
    Text source;
    size_t cursor; /* bytes before it; past the end is the end */
    size_t limit;
    Language language;
} CompletionQuestion;

typedef struct {
    size_t begin, end;        /* the word that is being typed, in bytes; empty between words */
    Text typed;               /* of it, without quotes */
    const Property *property; /* values of it are wanted too; NULL: of none */
    size_t limit;
    Completion *items; /* those that begin with what is typed come first */
    size_t count, capacity;
} Completions;

Completions complete(const CompletionQuestion *question, const Catalog *catalog, Arena *arena);

/* A value that fits what is typed, in quotes. */
void completions_add_value(Completions *completions, Text value, Text detail, Arena *arena);
