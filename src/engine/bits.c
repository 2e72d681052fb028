/* bits.c -- positions of a scope as bits. */
#include "engine/nodes.h"

#include <string.h>

size_t scope_words(const Scope *scope)
{
    return bit_words(scope->count);
}

uint64_t *scope_bits(const Scope *scope)
{
    return ARENA_ARRAY(scope->arena, uint64_t, scope_words(scope));
}

int64_t *scope_integers(const Scope *scope)
{
    return ARENA_ARRAY(scope->arena, int64_t, scope->count);
}

static void set_all(uint64_t *bits, size_t count)
{
    memset(bits, 0xff, count / 64 * sizeof *bits);
    if (count % 64 != 0) bits[count / 64] = (UINT64_C(1) << (count % 64)) - 1;
}

uint64_t *scope_all_bits(const Scope *scope)
{
    uint64_t *bits = scope_bits(scope);
    set_all(bits, scope->count);
    return bits;
}

const uint64_t *scope_both(const Scope *scope, const uint64_t *a, const uint64_t *b)
{
    if (a == NULL || a == b) return b;
    if (b == NULL) return a;
    uint64_t *both = scope_bits(scope);
    for (size_t i = 0; i < scope_words(scope); i++)
        both[i] = a[i] & b[i];
    return both;
}

const uint64_t *scope_without(const Scope *scope, const uint64_t *need, const uint64_t *bits)
{
    uint64_t *rest = need == NULL ? scope_all_bits(scope) : scope_bits(scope);
    for (size_t i = 0; i < scope_words(scope); i++)
        rest[i] = (need == NULL ? rest[i] : need[i]) & ~bits[i];
    return rest;
}

bool scope_is_none(const Scope *scope, const uint64_t *need)
{
    if (need == NULL) return scope->count == 0;
    uint64_t any = 0;
    for (size_t i = 0; i < scope_words(scope); i++)
        any |= need[i];
    return any == 0;
}

bool scope_are_few(const Scope *scope, const uint64_t *need)
{
    enum { FEW_SHARE = 4 };
    if (need == NULL) return false;
    return scope->worker->kernels->count_bits(need, scope_words(scope)) * FEW_SHARE <= scope->count;
}

void bits_copy(const uint64_t *bits, uint64_t begin, size_t count, uint64_t *ret_bits)
{
    const uint64_t *from = bits + begin / 64;
    unsigned shift = begin % 64;
    size_t words = bit_words(count);
    if (words == 0) return;
    /* The last word may need bits of the one after it only when those positions exist. */
    size_t last_word = (begin % 64 + count - 1) / 64;
    for (size_t i = 0; i < words; i++) {
        uint64_t low = from[i] >> shift;
        uint64_t high = shift != 0 && i + 1 <= last_word ? from[i + 1] << (64 - shift) : 0;
        ret_bits[i] = low | high;
    }
    if (count % 64 != 0) ret_bits[words - 1] &= (UINT64_C(1) << (count % 64)) - 1;
}
