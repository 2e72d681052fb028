/* regex.c -- regular expressions by PCRE2, interpreted, with every cost bounded.
 *
 * PCRE2's own limit counts anew for every place a match may begin at, and does not see what a step
 * costs: `^(a(?1)?a?)+$` on 5000 letters ran for minutes under a limit of ten million. So patterns
 * are compiled with a callout before each of their items, and the callouts keep the account of the
 * whole search. That makes searching a quarter slower (measured on item names of 50 bytes) and the
 * worst patterns found end in half a second. */
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
    STEPS_MAX = 5000000,      /* items of the pattern tried in one search */
    /* An item may read on through the text: what the next callout sees of that costs a step for
     * each so many bytes; what it does not see (a failed repetition or back reference) is covered
     * by making every step dearer in long texts. */
    BYTES_PER_STEP = 16,
    TEXT_BYTES_PER_STEP = 2048,
    DEPTH_MAX = 20000,    /* backtracking points kept at a time */
    HEAP_KIB_MAX = 16384, /* memory for them */
};

static const uint32_t COMPILE_OPTIONS =
    PCRE2_UTF | PCRE2_CASELESS | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;

struct Regex {
    pcre2_code *code;
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

/* The account of one search. */
typedef struct {
    size_t steps_left;
    size_t step_price;
    size_t last_position; /* in the text, at the callout before */
} Account;

/* Called before each item of the pattern; below 0 ends the search with that error. */
static int pay_for_step(pcre2_callout_block *block, void *context)
{
    Account *account = context;
    size_t position = block->current_position;
    size_t read_bytes = position > account->last_position ? position - account->last_position : 0;
    size_t price = account->step_price + read_bytes / BYTES_PER_STEP;
    account->last_position = position;
    if (price > account->steps_left) return PCRE2_ERROR_MATCHLIMIT;
    account->steps_left -= price;
    return 0;
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
    Account account = {.steps_left = STEPS_MAX,
                       .step_price = 1 + folded_text.size / TEXT_BYTES_PER_STEP};
    pcre2_set_callout(context, pay_for_step, &account);
    pcre2_set_match_limit(context, STEPS_MAX);
    pcre2_set_depth_limit(context, DEPTH_MAX);
    pcre2_set_heap_limit(context, HEAP_KIB_MAX);
    const char *bytes = folded_text.data != NULL ? folded_text.data : "";
    int code = pcre2_match(regex->code, (PCRE2_SPTR)bytes, folded_text.size, 0, 0, match, context);
    if (code < 0 && code != PCRE2_ERROR_NOMATCH) return search_failed(code, err);
    *ret_found = code >= 0;
    return STATUS_OK;
}
