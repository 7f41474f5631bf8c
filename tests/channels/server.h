/*
 * tests/channels/server - start and stop the SMTP servers of tests/tools, and look at what they
 * got.
 */
#ifndef TOCSIN_TESTS_CHANNELS_SERVER_H
#define TOCSIN_TESTS_CHANNELS_SERVER_H

#include "channels/channel.h"

#include <sys/types.h>

/* A folder for the whole suite: certificates, password, HOME. Made once, before the tests fork. */
void suite_make(void);
void suite_remove(void);
const char *suite_path(const char *name); /* in it; one of a few rotating buffers */

struct server {
    pid_t pid;
    int port;
    char store[128]; /* its own folder */
};

/* args: what lying-smtp.py takes beyond cert, key, port file and store; NULL at the end. */
void server_start(struct server *server, const char *certificate, const char *const args[]);
/* tests/tools/smtp-sink.py with the certificate "good"; store holds maildir/ and log. */
void sink_start(struct server *server, const char *const args[]);
/* tests/tools/time-stamps.py; certificate NULL: without TLS. store holds log. */
void http_start(struct server *server, const char *certificate);
void server_stop(struct server *server);

/* The whole messages that it has got. */
int server_kept(const struct server *server);
/* The file of this name in its store, "" when there is none. */
void server_file(struct str *out, const struct server *server, const char *name);

/* For what never comes: short enough for many servers that hang. It stands in what is said, "2 s".
 */
#define SERVER_TIMEOUT_MS (2 * MS_SECOND)
/* For a server that answers, on a machine that is busy with something else. */
#define SERVER_PATIENCE_MS (30 * MS_SECOND)

/* host localhost, our CA, no user, SERVER_PATIENCE_MS. */
struct channel_conf server_conf(const struct server *server);
/* Open, serve until it returns, close; the status of serve. */
enum status server_serve(const struct channel_conf *conf, struct feed feed, struct err *err);

#endif
