/* rights.c -- rights and roles by name. */
#include "access/right_list.h"

#include <string.h>

typedef struct {
    const char *code, *roles;
} RightRow;

static const RightRow rights[RIGHT_COUNT] = {
    [RIGHT_NONE] = {"", ""},
    [RIGHT_SIGNED_IN] = {"", "AMCV"},
#define RIGHT(name, code, roles, meaning) [RIGHT_##name] = {code, roles},
#include "access/right.def"
#undef RIGHT
};

static const struct {
    const char *code;
    char letter; /* in the table of rights */
} roles[ROLE_COUNT] = {
    [ROLE_ADMINISTRATOR] = {"administrator", 'A'},
    [ROLE_MARKETER] = {"marketer", 'M'},
    [ROLE_MANAGER] = {"manager", 'C'},
    [ROLE_VIEWER] = {"viewer", 'V'},
};

const char *right_code(Right right)
{
    if (right == RIGHT_READ_ALL) return rights[RIGHT_READ].code;
    if (right == RIGHT_WRITE_ALL) return rights[RIGHT_WRITE].code;
    return rights[right].code;
}

bool right_parse(Text code, Right *ret_right)
{
    for (Right right = RIGHT_SIGNED_IN + 1; right < RIGHT_COUNT; right++) {
        if (!text_equal(code, text_of(rights[right].code))) continue;
        *ret_right = right;
        return true;
    }
    return false;
}

const char *role_code(Role role)
{
    return roles[role].code;
}

bool role_parse(Text code, Role *ret_role)
{
    for (Role role = 0; role < ROLE_COUNT; role++) {
        if (!text_equal(code, text_of(roles[role].code))) continue;
        *ret_role = role;
        return true;
    }
    return false;
}

uint32_t role_rights(Role role)
{
    uint32_t bits = 0;
    for (Right right = RIGHT_SIGNED_IN; right < RIGHT_COUNT; right++)
        if (strchr(rights[right].roles, roles[role].letter) != NULL) bits |= UINT32_C(1) << right;
    return bits;
}

bool right_list_parse(Text list, uint32_t *ret_rights)
{
    *ret_rights = 0;
    while (list.size > 0) {
        Text rest, code = text_split(list, ' ', &rest);
        Right right;
        if (!right_parse(code, &right)) return false;
        *ret_rights |= UINT32_C(1) << right;
        list = rest;
    }
    return true;
}

Text right_list_print(uint32_t given, Arena *arena)
{
    Text list = TEXT("");
    for (Right right = RIGHT_SIGNED_IN + 1; right < RIGHT_COUNT; right++)
        if ((given >> right & 1) != 0)
            list = arena_printf(arena, "%.*s%s%s", TEXT_FORMAT(list), list.size > 0 ? " " : "",
                                rights[right].code);
    return list;
}
