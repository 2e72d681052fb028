/* canary.c -- a target that must crash: if it survives, the fuzzing set-up sees nothing. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One step past the end of the input: only AddressSanitizer notices. */
static int byte_after(const uint8_t *data, size_t size)
{
    const volatile uint8_t *end = data + size;
    return *end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Letter by letter, so that a coverage-guided fuzzer finds it within seconds. */
    if (size > 3 && data[0] == 't' && data[1] == 'r' && data[2] == 'a' && data[3] == 'p')
        __builtin_trap();
    if (size > 6 && memcmp(data, "overrun", 7) == 0) return byte_after(data, size) * 0;
    return 0;
}
