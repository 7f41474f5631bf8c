/*
 * tests/store/lossy_proxy - a way to a PostgreSQL server that loses the reply to a COMMIT.
 */
#ifndef TOCSIN_TESTS_STORE_LOSSY_PROXY_H
#define TOCSIN_TESTS_STORE_LOSSY_PROXY_H

#include <sys/types.h>

/*
 * Starts a process that carries one connection from DIR/.s.PGSQL.5432 to the server's socket, waits
 * for the server's reply to the first COMMIT, and then hangs up on the client instead of passing it
 * on. Returns its id, -1 on a failure. It ends by itself when the client goes.
 */
pid_t lossy_proxy_start(const char *dir, const char *server_dir);

#endif
