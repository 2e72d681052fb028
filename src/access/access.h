/* access.h -- who may do what: rights, roles, and the one who asks. */
#pragma once

#include "store/store.h"

typedef enum {
    RIGHT_NONE,      /* nothing is needed */
    RIGHT_SIGNED_IN, /* being somebody */
#define RIGHT(name, code, roles, meaning) RIGHT_##name,
#include "access/right.def"
#undef RIGHT
    RIGHT_COUNT
} Right;

typedef enum {
    ROLE_ADMINISTRATOR,
    ROLE_MARKETER,
    ROLE_MANAGER, /* sees his own customers only */
    ROLE_VIEWER,
    ROLE_COUNT
} Role;

const char *right_code(Right right); /* "read"; empty for the first two */
bool right_parse(Text code, Right *ret_right);
const char *role_code(Role role); /* "marketer" */
bool role_parse(Text code, Role *ret_role);
/* A bit per right, that of being signed in among them. */
uint32_t role_rights(Role role);

/* Who asks. Zeroed: nobody. */
typedef struct {
    uint32_t user_id;
    Text login; /* what he signs in with, and his name in journals */
    Role role;
    uint32_t rights; /* a bit per right: those of the role and his own, or fewer by a token */
    Text manager;    /* the value of the property `manager` of his customers; empty: sees all */
} Principal;

static inline bool principal_may(const Principal *principal, Right right)
{
    return right == RIGHT_NONE || (principal->rights >> right & 1) != 0;
}
