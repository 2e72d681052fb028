/* code_file.c -- a list of codes as a file holds it: its encoding is found out, its heading known.
 */
#include "ingest/code_file.h"

#include "ingest/charset.h"
#include "ingest/target.h"
#include "model/built_in.h"

Status code_file_text(Text bytes, Arena *arena, Text *ret_text, Error *err)
{
    AUTO(buffer_done) Buffer out = {0};
    Charset charset;
    Encoding marked;
    Voice voice = {arena, LANGUAGE_EN};
    charset_init(&charset, charset_guess(bytes, true, voice).encoding);
    charset_decode(&charset, text_slice(bytes, charset_bom(bytes, &marked), bytes.size), &out);
    charset_finish(&charset, &out);
    if (!utf8_is_valid(buffer_view(&out)))
        return error_set(err, STATUS_INVALID,
                         "the list of codes is not text in one encoding; save it as UTF-8, a code "
                         "on a line");
    *ret_text = arena_text(arena, buffer_view(&out));
    return STATUS_OK;
}

bool code_file_is_heading(const Schema *schema, Text cell)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text word;
    Target target = target_of(schema, IMPORT_CUSTOMERS, NULL, arena);
    size_t place = target_find_slot(&target, SLOT_VALUE, BUILT_IN_CODE);
    return target_match(&target.fields.items[place], cell, arena, &word) != MATCH_NONE;
}
