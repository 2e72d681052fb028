/* card.h -- the card of a segment: everything a person says of it, as one versioned document.
 *
 * What is derived (members, last forming, next run) is not here. A card is plain data in an arena;
 * card_check is the one place that knows which cards make sense. */
#pragma once

#include "base/arena.h"
#include "base/date.h"
#include "segment/mode.h"

typedef enum { SEGMENT_GENERAL, SEGMENT_BAN } SegmentKind;

const char *segment_kind_code(SegmentKind kind); /* "general", "ban" */
bool segment_kind_parse(Text code, SegmentKind *ret_kind);

typedef struct {
    const Text *items;
    size_t count;
} TextList;

/* A customer of whom somebody said whether he belongs here; looked at before each publishing. */
typedef struct {
    Text customer; /* code */
    bool must_be_in;
} CardTest;

typedef struct {
    Text code;   /* unique; "S" and a number when nobody gives one */
    Text name;   /* unique without case */
    Text folder; /* levels joined by " / "; empty: at the top */
    Text description, goal, responsible;
    Text value_statement;
    TextList labels, competitors;
    bool is_target;
    Date created;

    FormingMode mode;
    SegmentKind kind;
    Text rule;    /* canonical text of the language; empty: none */
    Text sql;     /* a SELECT that gives codes, instead of a rule; empty: none */
    Text columns; /* "EXPRESSION as name, ..." of its composition; empty: none */

    bool checks_on_creation;
    bool is_live;
    Text schedule; /* cron; empty: none */
    bool is_schedule_off;
    bool has_clearing;
    Date clearing; /* a manual segment is emptied on that day */
    bool is_marked_for_deletion;

    const CardTest *tests;
    size_t tests_count;
} SegmentCard;

enum { CARD_NAME_BYTES_MAX = 400, CARD_TEXT_BYTES_MAX = 100000, CARD_LIST_MAX = 1000 };

/* INVALID for what no segment can be (no name, a wrong schedule, a rule and SQL at once), CONFLICT
 * for what its forming mode does not allow. */
MUST_CHECK Status card_check(const SegmentCard *card, Error *err);

/* The document: keys in a fixed order, what is empty left out. */
Text card_to_json(const SegmentCard *card, Arena *arena);
/* CORRUPT when it is not one of ours. Texts live in the arena. */
MUST_CHECK Status card_from_json(Text json, Arena *arena, SegmentCard *ret_card, Error *err);

/* Cards that were read already: a document does not change. They live as long as the memo, or until
 * it is trimmed; one thread. */
typedef struct CardMemo CardMemo;
CardMemo *card_memo_new(void);
void card_memo_free(CardMemo *memo); /* accepts NULL */
/* About so many are read next: forgets all, and every card it gave, when it holds far more. */
void card_memo_trim(CardMemo *memo, size_t count);
/* As card_from_json, with texts of the memo. */
MUST_CHECK Status card_memo_read(CardMemo *memo, Text json, SegmentCard *ret_card, Error *err);

/* What must go when the forming mode becomes another. */
typedef struct {
    bool composition; /* everybody leaves */
    bool schedule, check_on_creation, live, clearing, ban;
} ModeLosses;

/* The card in another mode, without what that mode does not allow. */
SegmentCard card_in_mode(const SegmentCard *card, FormingMode mode, ModeLosses *ret_losses);

/* One field that differs between two versions; texts are what a person reads, empty when unset. */
typedef struct {
    const char *field;
    Text before, after;
} CardDifference;

void card_compare(const SegmentCard *before, const SegmentCard *after, Arena *arena,
                  CardDifference **ret_differences, size_t *ret_count);
