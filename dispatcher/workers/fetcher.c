/*
 * dispatcher/workers/fetcher - the child that asks one server one thing over HTTP: bytes out, bytes
 * back.
 *
 * It sees an address, what is sent there and what comes back; never the store, never a key. What
 * comes back is judged by its parent. It lives for one request.
 */
#include "base/log.h"
#include "channels/http.h"
#include "dispatcher/run/child.h"
#include "dispatcher/run/job.h"

static enum status fetch(struct str *out, const struct frame *f, struct err *err)
{
    const struct http_request request = {.url = frame_get_text(f, FETCH_URL),
                                         .type = frame_get_text(f, FETCH_TYPE),
                                         .accept = frame_get_text(f, FETCH_ACCEPT),
                                         .body = frame_get_bytes(f, FETCH_BODY),
                                         .ca_file = frame_get_text(f, FETCH_CA_FILE),
                                         .timeout_ms = frame_get_int(f, FETCH_TIMEOUT)};
    if (f->type != JOB_FETCH || request.url == NULL || request.type == NULL ||
        request.accept == NULL || request.timeout_ms <= 0)
        return err_set(err, ERR_CORRUPT, "fetch: not understood");
    return http_post(out, &request, err);
}

int fetcher_main(void)
{
    struct frame_reader reader;
    struct frame frame;
    struct frame_out answer;
    struct str body;
    struct err err = {0};
    struct err cause = {0};
    str_init(&body, FETCH_MOST);
    frame_reader_init(&reader);
    enum status status = frame_receive(&reader, CHILD_FD, &frame, &err);
    if (status == OK) {
        enum status done = fetch(&body, &frame, &cause);
        frame_begin(&answer, done == OK ? JOB_FETCHED : JOB_UNFETCHED);
        if (done == OK) {
            frame_bytes(&answer, str_bytes(&body));
        } else {
            frame_int(&answer, done);
            frame_text(&answer, cause.text);
        }
        status = frame_send(CHILD_FD, frame_end(&answer), &err);
        frame_dispose(&answer);
    }
    str_dispose(&body);
    frame_reader_dispose(&reader);
    if (status == OK || status == ERR_NOT_FOUND) /* the parent closed: we are done */
        return 0;
    log_line(LOG_ERROR, "ends=%s said=%s", status_word(status), log_quote(err.text));
    return 3;
}
