/*
 * channels/smtp_connect - find an address of the relay that answers, before libESMTP connects.
 *
 * The library's connect() has no time limit of its own and tries addresses in the resolver's order.
 * So each is tried here first, without blocking; the library is then given the one that answered as
 * a number, which leaves the resolver no say in anything afterwards.
 */
#ifndef TOCSIN_CHANNELS_SMTP_CONNECT_H
#define TOCSIN_CHANNELS_SMTP_CONNECT_H

#include "base/clock.h"

/*
 * out: "192.0.2.1:587" for libESMTP. It splits at the first colon, so an IPv6 address cannot be
 * given to it: when only IPv6 answers, out is "name:port".
 * Returns ERR_IO with the last address's reason.
 */
MUST_USE enum status connect_probe(char *out, size_t size, const char *host, int64_t port,
                                   int64_t timeout_ms, struct err *err);

/* The lowest file descriptor that is free: the next socket gets it. */
int connect_next_fd(void);
/* The socket connected to this port that was opened after connect_next_fd() said from; -1: none. */
int connect_find_fd(int from, int64_t port);

/* Something can be read from fd, or it is closed, within so many milliseconds. */
bool connect_wait_readable(int fd, int64_t timeout_ms);

#endif
