/* diagnostics.h -- everything wrong or odd in an expression: many at once, with spans and codes.
 *
 * The sentence of each code in three languages stands in messages.def; a diagnostic carries the
 * code and its parameters, so the page can translate too. */
#pragma once

#include "lang/ast.h"

typedef enum {
#define MESSAGE(name, code, severity, en, ru, uk) DIAGNOSTIC_##name,
#include "lang/messages.def"
#undef MESSAGE
    DIAGNOSTIC_COUNT
} DiagnosticKind;

typedef enum { SEVERITY_ERROR, SEVERITY_WARNING } Severity;

enum {
    DIAGNOSTIC_PARAMETERS_MAX = 3,
    DIAGNOSTICS_MAX = 200 /* kept; more are only counted, so that noise cannot fill the memory */
};

typedef struct {
    DiagnosticKind kind;
    Span span;
    Text parameters[DIAGNOSTIC_PARAMETERS_MAX]; /* put in place of {0}, {1}, {2} */
    Text suggestion;                            /* a near name that exists; empty when none */
    Labels suggestion_words;                    /* what it is called; may be empty */
    Labels choices;                             /* what may stand there, listed; empty: not told */
} Diagnostic;

typedef struct {
    Arena *arena; /* owns the texts */
    Diagnostic *items;
    size_t count, capacity;
    size_t errors_count;
} Diagnostics;

Diagnostics diagnostics_new(Arena *arena);
void diagnostics_add(Diagnostics *diagnostics, DiagnosticKind kind, Span span, Text a, Text b,
                     Text c);
void diagnostics_suggest(Diagnostics *diagnostics, Text suggestion); /* for the one added last */
/* For the one added last: the suggested text is a value of an enumeration and has words; these are
 * the values that may stand there. */
void diagnostics_suggest_value(Diagnostics *diagnostics, Text value, Enumeration enumeration);
void diagnostics_choices(Diagnostics *diagnostics, const Text *values, size_t count,
                         Enumeration enumeration);
/* Put the diagnostics from index `first` on in the order of the source. */
void diagnostics_sort(Diagnostics *diagnostics, size_t first);

const char *diagnostic_code(DiagnosticKind kind); /* "L012" */
Severity diagnostic_severity(DiagnosticKind kind);
/* "unknown name 'regoin'; did you mean 'region'?" */
Text diagnostic_sentence(const Diagnostic *diagnostic, Language language, Arena *arena);
/* A type as sentences name it: "a number", "число". */
const char *type_words(Type type, Language language);
/* "1:12: L030: ..." with line and column (code points), then the source line and carets under the
 * span. A diagnostic without a place (span 0..0) is the code and the sentence alone. */
Text diagnostic_render(const Diagnostic *diagnostic, Text source, Language language, Arena *arena);
