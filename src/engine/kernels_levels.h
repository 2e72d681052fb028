/* kernels_levels.h -- the tables of the levels, for kernels.c. */
#pragma once

#include "engine/kernels.h"

extern const Kernels kernels_scalar;
#ifdef KOHORTA_X86_KERNELS
extern const Kernels kernels_avx2, kernels_avx512;
#endif
