/* words.c -- words of definitions. */
#include "classification/words.h"

#include "base/error.h"

static const char *const rests[] = {[ABC_REST_UNCLASSIFIED] = "unclassified",
                                    [ABC_REST_LAST_CLASS] = "last",
                                    [ABC_REST_RANKED] = "ranked"};
static bool find_word(Text word, const char *const *words, size_t count, size_t *ret_place)
{
    for (size_t i = 0; i < count; i++) {
        *ret_place = i;
        if (text_equal_ascii_case(word, text_of(words[i]))) return true;
    }
    return false;
}

const char *abc_rest_code(AbcRest rest)
{
    ASSERT(rest <= ABC_REST_RANKED);
    return rests[rest];
}

bool abc_rest_parse(Text code, AbcRest *ret_rest)
{
    size_t place;
    bool is_found = find_word(code, rests, sizeof rests / sizeof rests[0], &place);
    *ret_rest = (AbcRest)place;
    return is_found;
}
