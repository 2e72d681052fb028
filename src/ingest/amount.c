/* amount.c -- taking an amount apart into its number and its currency. */
#include "ingest/amount.h"

enum { CURRENCY_BYTES_MAX = 24 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Bytes of a minus that the text begins with; 0 for none. */
static size_t minus_size(Text text)
{
    static const char minus[] = "\xE2\x88\x92"; /* U+2212 */
    if (text_starts_with(text, TEXT("-"))) return 1;
    return text_starts_with(text, text_of(minus)) ? sizeof minus - 1 : 0;
}

static bool find_digits(Text text, size_t *ret_begin, size_t *ret_end)
{
    size_t begin = 0, end = text.size;
    while (begin < end && !is_digit(text.data[begin]))
        begin++;
    while (end > begin && !is_digit(text.data[end - 1]))
        end--;
    *ret_begin = begin;
    *ret_end = end;
    return begin < end;
}

/* "$-" loses its minus to the number behind it. */
static Text without_last_minus(Text prefix, size_t *number_begin)
{
    for (size_t size = 1; size <= 3 && size <= prefix.size; size += 2) {
        Text end = text_slice(prefix, prefix.size - size, prefix.size);
        if (minus_size(end) != size) continue;
        *number_begin -= size;
        return text_slice(prefix, 0, prefix.size - size);
    }
    return prefix;
}

bool amount_split(Text text, WrittenAmount *ret_amount)
{
    size_t begin, end;
    if (!find_digits(text, &begin, &end)) return false;
    Text suffix = text_trim(text_slice(text, end, text.size));
    Text prefix = without_last_minus(text_slice(text, 0, begin), &begin);
    size_t minus = minus_size(prefix);
    prefix = text_trim(text_slice(prefix, minus, prefix.size));
    bool is_one = (prefix.size == 0) != (suffix.size == 0);
    Text currency = prefix.size != 0 ? prefix : suffix;
    if (!is_one || currency.size > CURRENCY_BYTES_MAX) return false;
    *ret_amount = (WrittenAmount){
        .number = text_slice(text, begin, end), .currency = currency, .is_negative = minus != 0};
    return true;
}
