/* sets.h -- saving results under a name, putting saved ones together, making segments of them. */
#pragma once

#include "activation/saved_sets.h"
#include "app/ask.h"
#include "app/work.h"

/* What is to be saved. Rows are customers, or with a stream the events of those customers. */
typedef struct {
    Text name;
    Text expression; /* which customers; with a stream it may be empty: all */
    Text stream;
    Text condition; /* which events; empty: all */
    Text columns; /* of customers or of events; a name, and a value, go before those of customers */
    Date as_of;
    Engine engine;
    bool has_until;
    Date until; /* the last day on which it is kept */
} SetSaving;

enum { SAVING_EXPRESSION, SAVING_COLUMNS, SAVING_CONDITION, SAVING_FINDINGS_COUNT };

/* errors  INVALID with errors in the findings or a sentence; as store_add_saved_set, ask_answer */
MUST_CHECK Status set_save(AppWork *work, const SetSaving *saving, Arena *arena,
                           Findings ret_findings[SAVING_FINDINGS_COUNT], Error *err);

typedef struct {
    SavedOrigin operation; /* SAVED_UNION, SAVED_INTERSECT, SAVED_MINUS */
    Text a, b, name;
} SetCombining;
MUST_CHECK Status set_combine(AppWork *work, const SetCombining *combining, Error *err);

/* A set of the customers with the codes in a text. CONFLICT when nobody has any of them. */
MUST_CHECK Status set_from_codes(AppWork *work, Text name, Text codes, Arena *arena,
                                 CodeList *ret_list, Error *err);

/* The new name is written into every rule, column list and metric that asks the set. */
MUST_CHECK Status set_rename(AppWork *work, Text name, Text new_name, Error *err);
/* INVALID for a day that is over: no set is kept up to it. */
MUST_CHECK Status set_check_until(const AppWork *work, Date until, Error *err);
/* Keep it up to a day, or for good. INVALID for a day that is over. */
MUST_CHECK Status set_keep(AppWork *work, Text name, const Date *until, Error *err);
/* Remove sets whose last day is over; those that something uses stay until nothing does.
 * `ret_names` are of those that went. */
MUST_CHECK Status sets_drop_expired(AppWork *work, Arena *arena, Text **ret_names,
                                    size_t *ret_count, Error *err);
/* CONFLICT names what uses the set. */
MUST_CHECK Status set_remove(AppWork *work, Text name, Error *err);

/* A set as it is looked at: its rows, and whose they are. */
typedef struct {
    const SavedSet *set;
    const Schema *schema; /* of now */
    SavedRowList rows;
    const Text *codes; /* of the customer of each row */
} SetView;

/* `set` lives in the arena. */
MUST_CHECK Status set_view(App *app, Text name, SavedRowQuery query, Arena *arena,
                           SetView *ret_view, Error *err);
/* A set with its counts. NOT_FOUND names a near one. */
MUST_CHECK Status set_get(App *app, Text name, Arena *arena, const SavedSet **ret_set, Error *err);

/* A new manual segment whose members are the customers of a set; `segment_id` of it.
 * errors  as definition_understand and definition_add */
MUST_CHECK Status set_to_segment(AppWork *work, Text name, Text segment, uint32_t *ret_segment_id,
                                 Error *err);
