/* lint.h -- inside of the linter: what its files share. */
#pragma once

#include "lang/lang.h"

typedef struct LintPath LintPath; /* lint.c */

typedef struct {
    const Catalog *catalog;
    const LintFacts *facts; /* may be NULL */
    Date as_of;
    Diagnostics *diagnostics;
    bool is_of_answer;    /* lint_logic does not speak */
    const LintPath *path; /* of the if() branches around; NULL outside them */
} Linter;

/* Where a node stands: the whole of a condition, or a part of and, or, not. */
typedef enum { LINT_ALONE, LINT_IN_GROUP, LINT_IN_NEGATED } LintPlace;

void lint_warn(Linter *linter, DiagnosticKind kind, Span span, Text a, Text b);
/* For the warning added last, about a text beside `subject`: the near one, or else a value of its
 * enumeration that is spelt like it. */
void lint_suggest(Linter *linter, const Node *subject, Text wanted, Text near);
void lint_node(Linter *linter, const Node *node, LintPlace place);

/* ---- lint_events.c ---- */
/* Whether parts of `and` or `or` say of the same events that there are none and that there are. */
void lint_events(Linter *linter, const Node *group);

/* ---- lint_logic.c ---- */
/* What a whole yes/no condition says of each subject: always, never, twice, in vain. */
void lint_logic(Linter *linter, const Node *node);
