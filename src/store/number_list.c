/* number_list.c -- whole numbers as bytes. */
#include "store/number_list.h"

#include "base/buffer.h"

enum { BITS = 7, MORE = 1 << BITS };

static void put(Buffer *out, uint64_t number)
{
    while (number >= MORE) {
        buffer_char(out, (char)(number % MORE + MORE));
        number /= MORE;
    }
    buffer_char(out, (char)number);
}

static bool get(Text bytes, size_t *position, uint64_t *ret_number)
{
    uint64_t number = 0;
    for (int shift = 0; shift < 64 && *position < bytes.size; shift += BITS) {
        uint64_t byte = (uint8_t)bytes.data[(*position)++];
        if (shift == 63 && byte > 1) return false;
        number |= (byte % MORE) << shift;
        *ret_number = number;
        if (byte < MORE) return true;
    }
    return false;
}

static uint64_t magnitude(int64_t number)
{
    return number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
}

static uint64_t common_divisor(const int64_t *numbers, size_t count)
{
    uint64_t divisor = 0;
    for (size_t i = 0; i < count && divisor != 1; i++)
        for (uint64_t rest = magnitude(numbers[i]); rest != 0;) {
            uint64_t next = divisor % rest;
            divisor = rest;
            rest = next;
        }
    return divisor;
}

Text number_list_encode(const int64_t *numbers, size_t count, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    uint64_t divisor = common_divisor(numbers, count);
    put(&out, divisor);
    for (size_t i = 0; i < count; i++) {
        uint64_t part = divisor == 0 ? 0 : magnitude(numbers[i]) / divisor;
        put(&out, part * 2 + (numbers[i] < 0));
    }
    return arena_text(arena, buffer_view(&out));
}

static bool get_number(Text bytes, size_t *position, uint64_t divisor, int64_t *ret_number)
{
    uint64_t part;
    __extension__ unsigned __int128 number;
    if (!get(bytes, position, &part)) return false;
    number = part / 2;
    number *= divisor;
    if (number > INT64_MAX) return false;
    *ret_number = part % 2 != 0 ? -(int64_t)number : (int64_t)number;
    return true;
}

Status number_list_decode(Text bytes, size_t count, int64_t *ret_numbers, Error *err)
{
    size_t position = 0;
    uint64_t divisor;
    bool is_sound = get(bytes, &position, &divisor);
    for (size_t i = 0; i < count && is_sound; i++)
        is_sound = get_number(bytes, &position, divisor, &ret_numbers[i]);
    if (is_sound && position == bytes.size) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT,
                     "the numbers of a classification are damaged; run a check");
}
