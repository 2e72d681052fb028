/* access.h -- who may do what: rights, roles, and the one who asks. */
#pragma once

#include "store/store.h"

typedef enum {
    RIGHT_NONE,      /* nothing is needed */
    RIGHT_SIGNED_IN, /* being somebody */
#define RIGHT(name, code, roles, meaning) RIGHT_##name,
#include "access/right.def"
#undef RIGHT
    RIGHT_COUNT,
    /* the same for whoever sees all customers: what tells of everybody is not for a manager, whose
     * numbers are of his own customers */
    RIGHT_READ_ALL,
    RIGHT_WRITE_ALL
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

static inline bool principal_sees_all(const Principal *principal)
{
    return principal->manager.size == 0;
}
static inline bool principal_may(const Principal *principal, Right right)
{
    if (right > RIGHT_COUNT) {
        if (!principal_sees_all(principal)) return false;
        right = right == RIGHT_READ_ALL ? RIGHT_READ : RIGHT_WRITE;
    }
    return right == RIGHT_NONE || (principal->rights >> right & 1) != 0;
}
