/* json_words.c -- the words of the JSON form. */
#include "lang/json_words.h"

#define JSON_WORDS(array)                        \
    {                                            \
        (array), sizeof(array) / sizeof *(array) \
    }

static const char *const NODE_KINDS[] = {
    [NODE_NAME] = "name",
    [NODE_PROPERTY] = "name",
    [NODE_METRIC] = "name",
    [NODE_FIELD] = "name",
    [NODE_LITERAL] = "literal",
    [NODE_AND] = "and",
    [NODE_OR] = "or",
    [NODE_NOT] = "not",
    [NODE_COMPARE] = "compare",
    [NODE_BETWEEN] = "between",
    [NODE_IN_LIST] = "in_list",
    [NODE_IN_INTERVAL] = "in_interval",
    [NODE_IS_MISSING] = "is_missing",
    [NODE_TEXT_MATCH] = "text_match",
    [NODE_HAS] = "has",
    [NODE_UNDER] = "under",
    [NODE_ARITHMETIC] = "arithmetic",
    [NODE_NEGATE] = "negate",
    [NODE_AGGREGATE] = "aggregate",
    [NODE_SEQUENCE] = "sequence",
    [NODE_CALL] = "call",
    [NODE_AT_LEAST] = "at_least",
    [NODE_RANK] = "rank",
};
const WordList JSON_NODE_KINDS = JSON_WORDS(NODE_KINDS);

static const char *const WINDOW_KINDS[] = {
    [WINDOW_LAST] = "last",   [WINDOW_PREVIOUS] = "previous",
    [WINDOW_THIS] = "this",   [WINDOW_FROM_TO] = "from_to",
    [WINDOW_SINCE] = "since", [WINDOW_BEFORE] = "before",
    [WINDOW_ON] = "on",       [WINDOW_BETWEEN_AGO] = "between_ago",
    [WINDOW_NEXT] = "next",
};
const WordList JSON_WINDOW_KINDS = JSON_WORDS(WINDOW_KINDS);

static const char *const LITERAL_TYPES[] = {
    [VALUE_MISSING] = "missing", [VALUE_BOOL] = "bool",     [VALUE_DECIMAL] = "number",
    [VALUE_DATE] = "date",       [VALUE_MOMENT] = "moment", [VALUE_TEXT] = "text",
};
const WordList JSON_LITERAL_TYPES = JSON_WORDS(LITERAL_TYPES);

static const char *const MATCHES[] = {
    [TEXT_CONTAINS] = "contains",
    [TEXT_STARTS_WITH] = "starts_with",
    [TEXT_ENDS_WITH] = "ends_with",
    [TEXT_MATCHES] = "matches",
};
const WordList JSON_TEXT_MATCHES = JSON_WORDS(MATCHES);

static const char *const QUANTIFIERS[] = {[HAS_ANY] = "any", [HAS_ALL] = "all"};
const WordList JSON_QUANTIFIERS = JSON_WORDS(QUANTIFIERS);

static const char *const DIRECTIONS[] = {[false] = "bottom", [true] = "top"};
const WordList JSON_DIRECTIONS = JSON_WORDS(DIRECTIONS);
