#include "tests/channels/server.h"

#include "tests/channels/certificates.h"

#include "base/file.h"
#include "base/number.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PYTHON "/usr/bin/python3"
#define ARGS_MAX 64

static char folder[] = "/tmp/tocsin-channels-XXXXXX";

void suite_make(void)
{
    struct err err = {0};
    ck_assert_ptr_nonnull(mkdtemp(folder));
    certificates_make(folder);
    ck_assert_int_eq(mkdir(suite_path("home"), 0700), 0);
    ck_assert_int_eq(setenv("HOME", suite_path("home"), 1), 0);
    ck_assert_int_eq(unsetenv("XDG_CONFIG_DIR"), 0);
    ck_assert_int_eq(file_write(suite_path("password"), bytes_of("correct horse\n"), 0600, &err),
                     OK);
}

void suite_remove(void)
{
    struct err err = {0};
    ck_assert_msg(file_remove_tree(folder, &err) == OK, "%s", err.text);
}

const char *suite_path(const char *name)
{
    static char paths[8][160];
    static unsigned next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void wait_for_port(struct server *server, const char *path)
{
    struct str text;
    int64_t port = 0;
    str_init(&text, STR_LIMIT_LINE);
    for (int i = 0; i < 6000 && !file_exists(path); i++) {
        ck_assert_msg(waitpid(server->pid, NULL, WNOHANG) == 0, "the server did not start");
        (void)poll(NULL, 0, 20);
    }
    ck_assert_int_eq(file_read(&text, path, 100, NULL), OK);
    ck_assert(number_parse_n(&port, (struct bytes){str_bytes(&text).data, text.size - 1}));
    server->port = (int)port;
    str_dispose(&text);
}

/* It ends with us, however we end. */
static void spawn(struct server *server, const char *const argv[])
{
    pid_t parent = getpid();
    server->pid = fork();
    ck_assert_int_ge(server->pid, 0);
    if (server->pid == 0) {
        char *copy[ARGS_MAX] = {NULL};
        for (size_t i = 0; argv[i] != NULL && i + 1 < ARGS_MAX; i++)
            copy[i] = strdup(argv[i]);
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() == parent)
            (void)execv(PYTHON, copy);
        _exit(127);
    }
}

static void make_store(struct server *server)
{
    /* Not named after us: a process id comes again within one suite on a busy machine. */
    (void)snprintf(server->store, sizeof server->store, "%s/XXXXXX", folder);
    ck_assert_ptr_nonnull(mkdtemp(server->store));
}

static void start(struct server *server, const char *const fixed[], const char *const args[])
{
    const char *argv[ARGS_MAX] = {PYTHON};
    size_t count = 1;
    char port_file[160];
    (void)snprintf(port_file, sizeof port_file, "%s/port", server->store);
    for (; *fixed != NULL; fixed++)
        argv[count++] = *fixed;
    argv[count++] = "--port-file";
    argv[count++] = port_file;
    for (; args != NULL && *args != NULL; args++) {
        ck_assert_uint_lt(count, ARGS_MAX - 1);
        argv[count++] = *args;
    }
    spawn(server, argv);
    wait_for_port(server, port_file);
}

void server_start(struct server *server, const char *certificate, const char *const args[])
{
    char cert[160];
    char key[160];
    (void)snprintf(cert, sizeof cert, "%s/%s.pem", folder, certificate);
    (void)snprintf(key, sizeof key, "%s/%s.key", folder, certificate);
    make_store(server);
    const char *const fixed[] = {TEST_SOURCE_DIR "/tests/tools/lying-smtp.py",
                                 "--cert",
                                 cert,
                                 "--key",
                                 key,
                                 "--store",
                                 server->store,
                                 NULL};
    start(server, fixed, args);
}

void sink_start(struct server *server, const char *const args[])
{
    char cert[160];
    char key[160];
    char log[160];
    char maildir[160];
    (void)snprintf(cert, sizeof cert, "%s/good.pem", folder);
    (void)snprintf(key, sizeof key, "%s/good.key", folder);
    make_store(server);
    (void)snprintf(log, sizeof log, "%s/log", server->store);
    (void)snprintf(maildir, sizeof maildir, "%s/maildir", server->store);
    const char *const fixed[] = {TEST_SOURCE_DIR "/tests/tools/smtp-sink.py",
                                 "--cert",
                                 cert,
                                 "--key",
                                 key,
                                 "--maildir",
                                 maildir,
                                 "--log",
                                 log,
                                 NULL};
    start(server, fixed, args);
}

void http_start(struct server *server, const char *certificate)
{
    char cert[160];
    char key[160];
    char log[160];
    make_store(server);
    (void)snprintf(cert, sizeof cert, "%s/%s.pem", folder, certificate != NULL ? certificate : "");
    (void)snprintf(key, sizeof key, "%s/%s.key", folder, certificate != NULL ? certificate : "");
    (void)snprintf(log, sizeof log, "%s/log", server->store);
    const char *const fixed[] = {
        TEST_SOURCE_DIR "/tests/tools/time-stamps.py", "--dir", server->store, "--log", log, NULL};
    const char *const tls[] = {"--cert", cert, "--key", key, NULL};
    start(server, fixed, certificate != NULL ? tls : NULL);
}

void server_stop(struct server *server)
{
    int how = 0;
    ck_assert_int_eq(kill(server->pid, SIGTERM), 0);
    ck_assert_int_eq(waitpid(server->pid, &how, 0), server->pid);
    bool asked = WIFSIGNALED(how) ? WTERMSIG(how) == SIGTERM : WEXITSTATUS(how) == 0;
    ck_assert_msg(asked, "the server ended by itself: %d", how);
}

int server_kept(const struct server *server)
{
    int count = 0;
    for (;; count++) {
        char path[200];
        (void)snprintf(path, sizeof path, "%s/%d.eml", server->store, count + 1);
        if (!file_exists(path))
            return count;
    }
}

void server_file(struct str *out, const struct server *server, const char *name)
{
    char path[200];
    (void)snprintf(path, sizeof path, "%s/%s", server->store, name);
    str_init(out, STR_LIMIT_MAIL);
    (void)!file_read(out, path, STR_LIMIT_MAIL, NULL);
}

struct channel_conf server_conf(const struct server *server)
{
    return (struct channel_conf){.host = "localhost",
                                 .port = server->port,
                                 .ca_file = suite_path("ca.pem"),
                                 .helo = "dispatcher.example.com",
                                 .per_session = 100,
                                 .timeout_ms = SERVER_PATIENCE_MS};
}

enum status server_serve(const struct channel_conf *conf, struct feed feed, struct err *err)
{
    struct channel *channel = NULL;
    enum status status = channel_smtp.open(&channel, conf, err);
    ck_assert_msg(status == OK, "%s", err->text);
    status = channel_smtp.serve(channel, &feed, err);
    channel_smtp.close(channel);
    return status;
}
