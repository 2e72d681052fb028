/* kernels.c -- which level of kernels runs: what the processor has, or less when asked for; and the
 * sieves that the levels may use for codes. */
#include "engine/kernels_levels.h"

#include <stdlib.h>
#include <string.h>

static const char *const LEVEL_NAMES[] = {
    [ENGINE_SCALAR] = "scalar", [ENGINE_AVX2] = "avx2", [ENGINE_AVX512] = "avx512"};
enum { LEVELS_COUNT = sizeof LEVEL_NAMES / sizeof LEVEL_NAMES[0] };

static EngineLevel level_of_processor(void)
{
#ifdef KOHORTA_X86_KERNELS
    __builtin_cpu_init();
    bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512vpopcntdq");
    return has_avx512 ? ENGINE_AVX512 : has_avx2 ? ENGINE_AVX2 : ENGINE_SCALAR;
#else
    return ENGINE_SCALAR;
#endif
}

static EngineLevel level_asked_for(void)
{
    const char *name = getenv("KOHORTA_ENGINE_LEVEL");
    for (size_t i = 0; name != NULL && i < LEVELS_COUNT; i++)
        if (strcmp(name, LEVEL_NAMES[i]) == 0) return (EngineLevel)i;
    return ENGINE_AVX512;
}

EngineLevel engine_level(void)
{
    return kernels_of(level_asked_for())->level;
}

const char *engine_level_name(EngineLevel level)
{
    return LEVEL_NAMES[level];
}

const Kernels *kernels_of(EngineLevel level)
{
    EngineLevel best = level_of_processor();
    EngineLevel chosen = level < best ? level : best;
    (void)chosen;
#ifdef KOHORTA_X86_KERNELS
    if (chosen == ENGINE_AVX512) return &kernels_avx512;
    if (chosen == ENGINE_AVX2) return &kernels_avx2;
#endif
    return &kernels_scalar;
}

/* ---- sieves ---- */

enum { SIEVE_CODES_MAX = 512, SIEVE_SHARE = 4, SIEVE_NUMBERS = 4 };

typedef struct {
    uint16_t number;
    uint64_t bits[4];
    uint64_t count; /* of bits */
} SieveTable;

static uint64_t count_four(const uint64_t words[4])
{
    uint64_t count = 0;
    for (size_t i = 0; i < 4; i++)
        count += (uint64_t)__builtin_popcountll(words[i]);
    return count;
}

static SieveTable table_of_products(uint16_t number, const uint64_t *codes, size_t words_count)
{
    SieveTable table = {.number = number};
    for (size_t i = 0; i < words_count; i++)
        for (uint64_t bits = codes[i]; bits != 0; bits &= bits - 1) {
            size_t code = i * 64 + (size_t)__builtin_ctzll(bits), place = code * number >> 8 & 255;
            table.bits[place / 64] |= UINT64_C(1) << place % 64;
        }
    table.count = count_four(table.bits);
    return table;
}

/* Which products let through least depends on the codes: those of a group are often equally far
 * from each other. The two best tables become the first ones. */
static void choose_tables(SieveTable tables[SIEVE_NUMBERS])
{
    for (size_t chosen = 0; chosen < 2; chosen++)
        for (size_t i = chosen + 1; i < SIEVE_NUMBERS; i++) {
            if (tables[i].count >= tables[chosen].count) continue;
            SieveTable better = tables[i];
            tables[i] = tables[chosen];
            tables[chosen] = better;
        }
}

CodeSieve code_sieve_of(const uint64_t *codes, size_t words_count)
{
    static const uint16_t numbers[SIEVE_NUMBERS] = {8, 41, 181, 0x9e37};
    CodeSieve sieve = {0};
    uint64_t count = 0;
    for (size_t i = 0; i < words_count; i++) {
        sieve.low[i % 4] |= codes[i];
        count += (uint64_t)__builtin_popcountll(codes[i]);
    }
    if (count > SIEVE_CODES_MAX) return sieve; /* many codes rarely leave a gap */
    SieveTable tables[SIEVE_NUMBERS];
    for (size_t i = 0; i < SIEVE_NUMBERS; i++)
        tables[i] = table_of_products(numbers[i], codes, words_count);
    choose_tables(tables);
    for (size_t i = 0; i < 2; i++) {
        sieve.numbers[i] = tables[i].number;
        memcpy(sieve.products[i], tables[i].bits, sizeof tables[i].bits);
    }
    uint64_t passed = count_four(sieve.low) * tables[0].count * tables[1].count;
    sieve.is_worth_it = passed * SIEVE_SHARE <= 256 * 256 * 256;
    return sieve;
}
