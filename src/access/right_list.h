/* right_list.h -- several rights as a text: their codes with a space between. */
#pragma once

#include "access/access.h"

/* Bits of the rights; false when one is unknown. */
bool right_list_parse(Text list, uint32_t *ret_rights);
Text right_list_print(uint32_t rights, Arena *arena);
