/* notify.c -- telling systemd how the service is. */
#include "server/notify.h"

#include "base/decimal.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_PASSED_DESCRIPTOR = 3 };

void notify_service(const char *socket_path, const char *state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t size = socket_path != NULL ? strlen(socket_path) : 0;
    if (size == 0 || size >= sizeof address.sun_path) return;
    memcpy(address.sun_path, socket_path, size);
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0'; /* of the abstract namespace */
    int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sender < 0) return;
    socklen_t address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    ssize_t sent = sendto(sender, state, strlen(state), MSG_NOSIGNAL,
                          (const struct sockaddr *)&address, address_size);
    (void)sent;
    close(sender);
}

static bool is_number(const char *text, int64_t number)
{
    int64_t read;
    int scale;
    return text != NULL && decimal_parse(text_of(text), &read, &scale) && scale == 0 &&
           read == number;
}

int notify_listening_socket(const char *listen_pid, const char *listen_fds)
{
    bool is_ours = is_number(listen_pid, getpid()) && is_number(listen_fds, 1);
    return is_ours ? FIRST_PASSED_DESCRIPTOR : -1;
}
