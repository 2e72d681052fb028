/* fold.c -- the folded form of texts: Unicode by utf8proc, the usual letters by hand.
 *
 * 1. The fast path knows only code points that no other of its code points combines with (no marks,
 *    no Hangul), so reading them one by one gives the same as normalising the whole text.
 * 2. On the fast path the folded form is never longer than the text. */
#include "base/fold.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    IO_SMALL = 0x0451, /* ё */
    IE_SMALL = 0x0435, /* е */
    STACK_TEXT_MAX = 256,
};

static bool is_space(uint32_t code_point)
{
    if (code_point <= 0x20) return code_point == 0x20 || (code_point >= 0x09 && code_point <= 0x0D);
    if (code_point < 0x1680) return code_point == 0x85 || code_point == 0xA0;
    return code_point == 0x1680 || (code_point >= 0x2000 && code_point <= 0x200A) ||
           code_point == 0x2028 || code_point == 0x2029 || code_point == 0x202F ||
           code_point == 0x205F || code_point == 0x3000;
}

/* Punctuation of Russian and Ukrainian texts that folding leaves as it is: « » ‐ – — “ ” „ … №. */
static bool is_plain_punctuation(uint32_t code_point)
{
    return code_point == 0xAB || code_point == 0xBB ||
           (code_point >= 0x2010 && code_point <= 0x2027) || code_point == 0x2116;
}

static bool is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Read the code point that begins at `bytes` (left > 0). Returns its size, 0 when it is not one of
 * the fast path: ASCII, Ѐ-џ, ґ, white space, the usual punctuation. */
static inline size_t read_usual(const unsigned char *bytes, size_t left, uint32_t *ret_code_point)
{
    unsigned char lead = bytes[0];
    if (lead < 0x80) {
        *ret_code_point = lead;
        return 1;
    }
    if (left < 2 || !is_tail(bytes[1])) return 0;
    uint32_t code_point = (lead & 0x1Fu) << 6 | (bytes[1] & 0x3Fu);
    *ret_code_point = code_point;
    if (lead == 0xD0 || lead == 0xD1) return code_point <= 0x045F ? 2 : 0;
    if (lead == 0xD2) return code_point == 0x0490 || code_point == 0x0491 ? 2 : 0; /* Ґ ґ */
    size_t size = 2;
    if (lead == 0xE2 && left >= 3 && is_tail(bytes[2])) {
        *ret_code_point = code_point = 0x2000u | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu);
        size = 3;
    } else if (lead != 0xC2) {
        return 0;
    }
    return is_space(code_point) || is_plain_punctuation(code_point) ? size : 0;
}

/* Fold one code point of the fast path; white space gives ' '. Letters with marks are whole code
 * points here and keep them, but for ё. */
static inline uint32_t fold_usual(uint32_t code_point)
{
    if (code_point < 0x80) {
        if (code_point >= 'A' && code_point <= 'Z') return code_point + 0x20;
        return is_space(code_point) ? ' ' : code_point;
    }
    if (code_point >= 0x0400 && code_point <= 0x0491) {
        if (code_point < 0x0410)
            code_point += 0x50;
        else if (code_point < 0x0430)
            code_point += 0x20;
        else if (code_point == 0x0490)
            code_point = 0x0491;
        return code_point == IO_SMALL ? IE_SMALL : code_point;
    }
    return is_space(code_point) ? ' ' : code_point;
}

/* True when the fast path finds nothing to change in the text. */
static bool is_folded(Text text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    bool is_after_space = true; /* also at the beginning: no space may stand there */
    for (size_t i = 0; i < text.size;) {
        uint32_t code_point;
        size_t size = read_usual(bytes + i, text.size - i, &code_point);
        if (size == 0 || fold_usual(code_point) != code_point) return false;
        if (code_point == ' ' && is_after_space) return false;
        is_after_space = code_point == ' ';
        i += size;
    }
    return text.size == 0 || !is_after_space;
}

/* Where a folded text is written: spaces wait until something follows them. */
typedef struct {
    char *data;
    size_t size;
    bool is_space_due;
} Folding;

static inline void folding_add(Folding *folding, uint32_t code_point)
{
    if (code_point == ' ') {
        folding->is_space_due = folding->size > 0;
        return;
    }
    if (folding->is_space_due) folding->data[folding->size++] = ' ';
    folding->is_space_due = false;
    folding->size += utf8_encode(code_point, folding->data + folding->size);
}

/* Fold by the fast path into `out` of text.size bytes (2); false when it meets other letters. */
static bool fold_fast(Text text, char *out, Text *ret_folded)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    Folding folding = {.data = out};
    for (size_t i = 0; i < text.size;) {
        uint32_t code_point;
        size_t size = read_usual(bytes + i, text.size - i, &code_point);
        if (size == 0) return false;
        folding_add(&folding, fold_usual(code_point));
        i += size;
    }
    *ret_folded = (Text){out, folding.size};
    return true;
}

static void free_memory(void *pointer_to_memory)
{
    free(*(void **)pointer_to_memory);
}

/* Sums of options; passed as plain numbers because a sum is no value of the library's enum. */
static const unsigned NFC = (unsigned)UTF8PROC_STABLE | (unsigned)UTF8PROC_COMPOSE;
static const unsigned CASEFOLD = (unsigned)UTF8PROC_CASEFOLD;

/* Normalise valid UTF-8 into code points on the heap. */
static int32_t *normalise(Text text, unsigned option_sum, size_t *ret_count)
{
    utf8proc_option_t options = (utf8proc_option_t)option_sum;
    const uint8_t *bytes = (const uint8_t *)text.data;
    utf8proc_ssize_t size = (utf8proc_ssize_t)text.size;
    utf8proc_ssize_t count = utf8proc_decompose(bytes, size, NULL, 0, options);
    ASSERT(count >= 0);
    int32_t *code_points = memory_alloc(memory_product((size_t)count, sizeof(int32_t)));
    utf8proc_decompose(bytes, size, code_points, count, options);
    count = utf8proc_normalize_utf32(code_points, count, options);
    ASSERT(count >= 0);
    *ret_count = (size_t)count;
    return code_points;
}

static Text replace_malformed(Text text, Arena *arena)
{
    if (utf8_is_valid(text)) return text;
    size_t size = 0, size_max = 3 * text.size; /* one bad byte becomes three */
    char *copy = arena_alloc(arena, size_max);
    for (size_t position = 0; position < text.size;)
        size += utf8_encode(utf8_next(text, &position), copy + size);
    return (Text){copy, size};
}

static Text nfc_by_utf8proc(Text text, Arena *arena)
{
    size_t count;
    AUTO(free_memory) int32_t *code_points = normalise(replace_malformed(text, arena), NFC, &count);
    char *out = arena_alloc_array(arena, count, 4);
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += utf8_encode((uint32_t)code_points[i], out + size);
    return (Text){out, size};
}

/* One round of folding; tells whether a ё became е, which may then combine with a further mark. */
static Text fold_round(Text text, Arena *arena, bool *ret_has_io)
{
    size_t count;
    Text composed = nfc_by_utf8proc(text, arena);
    AUTO(free_memory) int32_t *code_points = normalise(composed, NFC | CASEFOLD, &count);
    Folding folding = {.data = arena_alloc_array(arena, count, 4)};
    *ret_has_io = false;
    for (size_t i = 0; i < count; i++) {
        uint32_t code_point = (uint32_t)code_points[i];
        if (code_point == IO_SMALL) *ret_has_io = true;
        if (code_point == IO_SMALL) code_point = IE_SMALL;
        folding_add(&folding, is_space(code_point) ? ' ' : code_point);
    }
    return (Text){folding.data, folding.size};
}

static Text fold_by_utf8proc(Text text, Arena *arena)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    bool has_io = true;
    while (has_io)
        text = fold_round(text, scratch, &has_io);
    return arena_text(arena, text);
}

Text text_fold(Text text, Arena *arena)
{
    if (is_folded(text)) return text;
    Text folded;
    char *out = arena_alloc(arena, text.size);
    return fold_fast(text, out, &folded) ? folded : fold_by_utf8proc(text, arena);
}

int text_compare_folded(Text a, Text b)
{
    char a_out[STACK_TEXT_MAX], b_out[STACK_TEXT_MAX];
    Text a_folded, b_folded;
    if (a.size <= sizeof a_out && b.size <= sizeof b_out && fold_fast(a, a_out, &a_folded) &&
        fold_fast(b, b_out, &b_folded))
        return text_compare(a_folded, b_folded);
    AUTO(arena_done) Arena *scratch = arena_new();
    return text_compare(text_fold(a, scratch), text_fold(b, scratch));
}

bool text_equal_folded(Text a, Text b)
{
    return text_equal(a, b) || text_compare_folded(a, b) == 0;
}

/* True for texts of code points below U+0300 and Cyrillic below U+0480, none of which combine. */
static bool is_plainly_nfc(Text text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char lead = bytes[i];
        if (lead < 0x80) continue;
        bool is_plain = (lead >= 0xC2 && lead <= 0xCB) || lead == 0xD0 || lead == 0xD1;
        if (!is_plain || i + 1 == text.size || !is_tail(bytes[i + 1])) return false;
        i++;
    }
    return true;
}

Text text_nfc(Text text, Arena *arena)
{
    return is_plainly_nfc(text) ? text : nfc_by_utf8proc(text, arena);
}

Text text_squeeze(Text text, Arena *arena)
{
    Text folded = text_fold(text, arena);
    char *out = arena_alloc(arena, folded.size);
    size_t size = 0;
    for (size_t i = 0; i < folded.size; i++) {
        char byte = folded.data[i];
        bool is_numero = text_starts_with(text_slice(folded, i, folded.size), TEXT("№"));
        bool is_apostrophe = text_starts_with(text_slice(folded, i, folded.size), TEXT("’"));
        bool is_kept = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
                       (unsigned char)byte >= 0x80;
        if (is_numero || is_apostrophe)
            i += 2;
        else if (is_kept)
            out[size++] = byte;
    }
    return (Text){out, size};
}
