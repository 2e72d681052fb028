/* notify.h -- telling systemd how the service is, by its protocol: a datagram to a socket. */
#pragma once

/* "READY=1", "STOPPING=1", "WATCHDOG=1". Nothing happens without a socket or when it is gone: who
 * listens is not a condition of working. */
void notify_service(const char *socket_path, const char *state);
/* The socket that was opened for us (LISTEN_PID, LISTEN_FDS as systemd sets them); -1: none. */
int notify_listening_socket(const char *listen_pid, const char *listen_fds);
