/* kernels.c -- which level of kernels runs: what the processor has, or less when asked for. */
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
