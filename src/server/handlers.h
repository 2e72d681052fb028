/* handlers.h -- what handlers of routes share: expressions in the body of a request, problems with
 * diagnostics, who is looked for, lists as files. */
#pragma once

#include "app/bounds.h"
#include "app/rule.h"
#include "reply/list.h"
#include "server/route.h"

enum { LIST_LIMIT_USUAL = 100, LIST_LIMIT_MAX = 1000 };

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

/* The body's JSON object, which may have these members only. */
MUST_CHECK Status read_body(Request *request, const char *const *keys, size_t keys_count,
                            const json_t **ret_body, Error *err);

/* Members "as_of" (else today) and "language" (else that of the request). */
MUST_CHECK Status read_as_of(Request *request, const json_t *body, Date *ret_as_of, Error *err);
MUST_CHECK Status read_language(Request *request, const json_t *body, Language *ret_language,
                                Error *err);

/* JSON on one line, in the arena; false when it is nested too deep to be written. */
bool json_to_text(const json_t *json, Arena *arena, Text *ret_text);

/* Members "text" and "tree": exactly one of them. */
MUST_CHECK Status read_rule_source(Request *request, const json_t *body, RuleSource *ret_source,
                                   Error *err);
/* The same, read and checked; one that makes no sense is a problem with its diagnostics. */
MUST_CHECK Status read_rule(Request *request, Response *response, const json_t *body,
                            Rule *ret_rule, Error *err);
/* A problem that tells what is wrong with an expression, or with columns. */
MUST_CHECK Status fail_with_findings(Request *request, Response *response,
                                     const Findings findings[2], Error *err);

/* Whom the sender may see, for warnings about a definition that he gave, as of today. */
MUST_CHECK Status read_warning_mode(Request *request, BreakdownMode *ret_mode, Error *err);
/* What looks wrong in it, as one more member `key` of the object that was answered. */
void answer_warnings(Request *request, Response *response, const char *key,
                     const Findings *findings, size_t count);

/* Whom the sender may see and looks for: NULL when that is everybody. */
/* A rule: those whom the one who asks may see; NULL: everybody. */
MUST_CHECK Status read_visible(Request *request, const Expression **ret_visible, Error *err);
/* The same as a set of customers; `app` is the one that is read. */
MUST_CHECK Status read_bounds(Request *request, App *app, Bounds *ret_bounds, Error *err);
MUST_CHECK Status read_only(Request *request, Text search, const Expression **ret_only, Error *err);

/* "-total" is descending. */
void read_sort(Text sort, AskOptions *options);

/* How a list is wanted: as a page, or whole as a file. */
typedef enum { LIST_PAGE, LIST_CSV, LIST_EXCEL_CSV, LIST_XLSX } ListForm;
MUST_CHECK Status read_list_form(Text format, ListForm *ret_form, Error *err);
/* A file that a list is written to; `name` without its ending. */
MUST_CHECK Status begin_list_file(Request *request, Response *response, ListForm form, Text name,
                                  OutputOptions *ret_options, Error *err);

/* A list of customers: columns, order, page or file, as the question says. */
typedef struct {
    AskOptions ask;
    Text search, after, format;
    uint64_t limit;
    Date as_of;
    FormedComposition formed;  /* as of AskMode */
    Text name;                 /* of a file */
    const Segment *origins_in; /* tell how each came into it; NULL: do not */
} ListWish;
MUST_CHECK Status answer_list(Request *request, Response *response, const ListWish *wish,
                              Error *err);
/* The same of a question that is prepared already. */
MUST_CHECK Status answer_question_list(Request *request, Response *response, const ListWish *wish,
                                       const Question *question, Error *err);

/* "month"; the same for an empty text. */
MUST_CHECK Status read_unit(Text word, Unit *ret_unit, Error *err);
