#include "dispatcher/op.h"

#include "base/file.h"
#include "dispatcher/signed/checkpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SIGNER_TRIES 25

static const struct {
    const char *name;
    op_function run;
} operations[] = {
    {"refresh", op_refresh},
    {"import", op_import},
    {"key-import", op_key_import},
    {"submit", op_submit},
    {"approve", op_approve},
    {"ack", op_ack},
    {"task-done", op_task_done},
    {"inbound", op_inbound},
    {"notice", op_notice},
    {"restored", op_restored},
    {"export", op_export},
    {"export-sign", op_export_sign},
    {"checkpoint", op_checkpoint},
    {"order-release", op_order_release},
    {"waive", op_waive},
    {"withdraw", op_withdraw},
    {"erase", op_erase},
    {"key-rotate", op_key_rotate},
    {"epoch-ask", op_epoch_ask},
    {"epoch-sign", op_epoch_sign},
    {"rules-adopt", op_rules_adopt},
    {"policy-write", op_policy_write},
    {"policy-published", op_policy_published},
    {"case", op_case},
    {"digest-send", op_digest_send},
    {"drill-begin", op_drill_begin},
    {"drill-sign", op_drill_sign},
    {"intake", op_intake},
};

char *op_socket_path(const struct settings *settings)
{
    if (text_starts(settings->store, "postgresql://") ||
        text_starts(settings->store, "postgres://"))
        return path_join(settings->dir, "tocsin.sock");
    return xprintf("%s.sock", settings->store);
}

void op_begin(struct frame_out *request, const struct app *app, const char *name)
{
    frame_begin(request, OP_REQUEST);
    frame_text(request, name);
    frame_text(request, app->actor);
    frame_int(request, app->now_given_ms);
}

enum status op_perform(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    const char *name = frame_get_text(in, 0);
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (text_equal(operations[i].name, name))
            return operations[i].run(app, in, out, err);
    return err_set(err, ERR_INVALID,
                   "control socket: unknown operation: command and dispatcher are of "
                   "different versions: restart the dispatcher");
}

/* A path longer than sun_path is reached through its folder's descriptor. */
static int connect_control(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static enum status ask_dispatcher(int fd, struct bytes request, struct str *out, struct err *err)
{
    struct frame_reader reader;
    struct frame reply;
    frame_reader_init(&reader);
    enum status status = frame_send(fd, request, err);
    if (status == OK)
        status = frame_receive(&reader, fd, &reply, err);
    if (status != OK) {
        status = err_set(err, ERR_IO,
                         "control socket: the dispatcher went away before it answered: see `tocsin "
                         "status` whether it was done, then try again");
    } else if (reply.type != OP_REPLY) {
        status = err_set(err, ERR_CORRUPT, "control socket: not an answer: restart the dispatcher");
    } else {
        str_add(out, frame_get_text(&reply, 1));
        status = (enum status)frame_get_int(&reply, 0);
        if (status != OK)
            (void)err_set(err, status, "%s",
                          frame_get_text(&reply, 2) != NULL ? frame_get_text(&reply, 2) : "");
    }
    frame_reader_dispose(&reader);
    return status;
}

static enum status do_here(struct app *app, struct bytes request, struct str *out, struct err *err)
{
    struct frame_reader reader;
    struct frame frame;
    frame_reader_init(&reader);
    str_add_n(&reader.buffer, request.data, request.size);
    struct checkpoint_ask ask = {0};
    app->ask = &ask;
    enum status status = frame_take(&reader, &frame, err);
    if (status == OK)
        status = op_perform(app, &frame, out, err);
    while (status == OK && ask.wish != WISH_NONE) {
        str_reset(out);
        status = checkpoint_serve(app, &ask, err);
        if (status == OK)
            status = op_perform(app, &frame, out, err);
    }
    app->ask = NULL;
    frame_reader_dispose(&reader);
    return status;
}

static enum status call(struct app *app, struct bytes request, struct str *out, struct err *err)
{
    enum status status = app_need(app, err);
    char *path = status == OK ? op_socket_path(app->settings) : NULL;
    /* Between taking the lock and listening a dispatcher is deaf for a moment: wait for it. */
    for (int tries = 0; status == OK; tries++) {
        int fd = app->store == NULL ? connect_control(path) : -1;
        if (fd >= 0) {
            status = ask_dispatcher(fd, request, out, err);
            (void)close(fd);
            break;
        }
        status = app_open_store(app, STORE_WRITE, err);
        if (status == OK) {
            status = do_here(app, request, out, err);
            break;
        }
        if (status != ERR_STALE || tries == 50)
            break;
        status = OK;
        (void)nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    free(path);
    return status;
}

enum status op_call(struct app *app, struct frame_out *request, struct str *out, struct err *err)
{
    enum status status = call(app, frame_end(request), out, err);
    frame_dispose(request);
    return status;
}

enum status op_call_signer(struct app *app, struct frame_out *request, struct str *out,
                           struct err *err)
{
    enum status status = ERR_IO;
    const struct bytes bytes = frame_end(request);
    for (int tries = 0; status == ERR_IO && tries < SIGNER_TRIES; tries++) {
        if (tries > 0)
            (void)nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
        store_close(app->store);
        app->store = NULL;
        str_reset(out);
        status = call(app, bytes, out, err);
    }
    frame_dispose(request);
    return status;
}
