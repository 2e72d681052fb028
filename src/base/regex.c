/* regex.c -- regular expressions by PCRE2, interpreted, with every cost bounded.
 *
 * PCRE2 counts steps anew for every place a match may begin at, so its limit alone lets a text of n
 * letters take n times the limit. A search therefore has two parts:
 * 1. All places at once, each with an equal share of STEPS_PER_TEXT: what nearly every search
 * needs.
 * 2. When a place needs more than its share, place after place, with limits that double from
 *    STEPS_FIRST_TRY and are paid from one purse of STEPS_PER_TEXT. An empty purse is LIMIT.
 * Letters run over by \w+ are steps only because nothing is made possessive behind the author's
 * back; what the author makes possessive is bounded by TEXT_SIZE_MAX. */
#include "base/regex.h"

#include "base/arena.h"
#include "base/fold.h"
#include "base/memory.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATTERN_SIZE_MAX = 10000, /* bytes */
    TEXT_SIZE_MAX = 1 << 16,  /* bytes */
    STEPS_PER_TEXT = 10000000,
    STEPS_FIRST_TRY = 100,
    DEPTH_MAX = 50000,    /* backtracking points kept at a time */
    HEAP_KIB_MAX = 16384, /* memory for them */
};

static const uint32_t COMPILE_OPTIONS =
    PCRE2_UTF | PCRE2_CASELESS | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_POSSESS;

struct Regex {
    pcre2_code *code;
    bool is_divisible; /* searching place by place means the same as searching all at once */
};

/* The pattern as texts are folded: composed, and е for ё. */
static Text fold_pattern(Text pattern, Arena *arena)
{
    Text composed = arena_text(arena, text_nfc(pattern, arena));
    char *out = arena_alloc_array(arena, composed.size, 2);
    size_t size = 0;
    for (size_t position = 0; position < composed.size;) {
        uint32_t code_point = utf8_next(composed, &position);
        bool is_io = code_point == 0x0451 || code_point == 0x0401; /* ё Ё */
        size += utf8_encode(is_io ? 0x0435 : code_point, out + size);
    }
    return (Text){out, size};
}

/* Verbs such as (*COMMIT) and the place \G speak of the search as a whole. A pattern that only
 * looks like having them loses nothing but the second part of the search. */
static bool is_divisible(Text pattern)
{
    return !text_contains(pattern, TEXT("(*")) && !text_contains(pattern, TEXT("\\G"));
}

/* The reason first: a long pattern would push it out of the message. */
static Status refuse_pattern(Text pattern, int code, size_t error_byte, Error *err)
{
    char reason[128];
    pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason);
    if (error_byte > pattern.size) error_byte = pattern.size;
    return error_set(err, STATUS_INVALID, "%s at character %zu of the regular expression '%.*s'",
                     reason, utf8_length(text_slice(pattern, 0, error_byte)) + 1,
                     TEXT_FORMAT(pattern));
}

Status regex_open(Text pattern, Regex **ret_regex, Error *err)
{
    if (pattern.size > PATTERN_SIZE_MAX)
        return error_set(err, STATUS_INVALID,
                         "a regular expression of %zu bytes is over the limit of %d", pattern.size,
                         PATTERN_SIZE_MAX);
    if (!utf8_is_valid(pattern))
        return error_set(err, STATUS_INVALID, "the regular expression '%.*s' is not valid UTF-8",
                         TEXT_FORMAT(pattern));
    AUTO(arena_done) Arena *scratch = arena_new();
    Text folded = fold_pattern(pattern, scratch);
    int error_code;
    size_t error_byte;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)folded.data, folded.size, COMPILE_OPTIONS,
                                     &error_code, &error_byte, NULL);
    if (code == NULL) return refuse_pattern(folded, error_code, error_byte, err);
    *ret_regex = MEMORY_NEW(Regex);
    (*ret_regex)->code = code;
    (*ret_regex)->is_divisible = is_divisible(folded);
    return STATUS_OK;
}

void regex_close(Regex *regex)
{
    if (regex == NULL) return;
    pcre2_code_free(regex->code);
    free(regex);
}

void regex_done(Regex **regex)
{
    regex_close(*regex);
    *regex = NULL;
}

static void context_done(pcre2_match_context **context)
{
    pcre2_match_context_free(*context);
}

static void match_done(pcre2_match_data **match)
{
    pcre2_match_data_free(*match);
}

/* One search: the text and what PCRE2 works with. */
typedef struct {
    const Regex *regex;
    Text text;
    pcre2_match_context *context;
    pcre2_match_data *match;
} Search;

/* Below 0 when there is no match, or an error. */
static int match_from(const Search *search, size_t begin, uint32_t options, size_t steps_max)
{
    const char *bytes = search->text.data != NULL ? search->text.data : "";
    pcre2_set_match_limit(search->context, (uint32_t)steps_max);
    return pcre2_match(search->regex->code, (PCRE2_SPTR)bytes, search->text.size, begin, options,
                       search->match, search->context);
}

/* Try one place with doubling limits, taken off *steps_left. */
static int match_at(const Search *search, size_t place, size_t *steps_left)
{
    size_t limit = STEPS_FIRST_TRY;
    for (;;) {
        if (limit > *steps_left) limit = *steps_left;
        int code = match_from(search, place, PCRE2_ANCHORED | PCRE2_NO_UTF_CHECK, limit);
        if (code != PCRE2_ERROR_MATCHLIMIT || limit == *steps_left) return code;
        *steps_left -= limit;
        limit *= 2;
    }
}

static int match_place_by_place(const Search *search)
{
    size_t steps_left = STEPS_PER_TEXT;
    for (size_t place = 0; place <= search->text.size; place++) {
        bool is_inside = place < search->text.size && (search->text.data[place] & 0xC0) == 0x80;
        if (is_inside) continue; /* of a code point */
        int code = match_at(search, place, &steps_left);
        if (code != PCRE2_ERROR_NOMATCH) return code;
    }
    return PCRE2_ERROR_NOMATCH;
}

static Status search_failed(int code, Error *err)
{
    bool is_over_limit = code == PCRE2_ERROR_MATCHLIMIT || code == PCRE2_ERROR_DEPTHLIMIT ||
                         code == PCRE2_ERROR_HEAPLIMIT;
    if (is_over_limit)
        return error_set(err, STATUS_LIMIT,
                         "the regular expression needs more steps than allowed; avoid a repetition "
                         "inside a repetition");
    char reason[128];
    pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason);
    return error_set(err, STATUS_CORRUPT, "the text cannot be searched: %s", reason);
}

Status regex_search(const Regex *regex, Text folded_text, bool *ret_found, Error *err)
{
    if (folded_text.size > TEXT_SIZE_MAX)
        return error_set(
            err, STATUS_LIMIT,
            "a text of %zu bytes is too long for a regular expression; the limit is %d",
            folded_text.size, TEXT_SIZE_MAX);
    AUTO(context_done) pcre2_match_context *context = pcre2_match_context_create(NULL);
    AUTO(match_done) pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    if (context == NULL || match == NULL) memory_product((size_t)-1, 2);
    pcre2_set_depth_limit(context, DEPTH_MAX);
    pcre2_set_heap_limit(context, HEAP_KIB_MAX);
    Search search = {regex, folded_text, context, match};
    int code = match_from(&search, 0, 0, STEPS_PER_TEXT / (folded_text.size + 1));
    if (code == PCRE2_ERROR_MATCHLIMIT && regex->is_divisible) code = match_place_by_place(&search);
    if (code < 0 && code != PCRE2_ERROR_NOMATCH) return search_failed(code, err);
    *ret_found = code >= 0;
    return STATUS_OK;
}
