/*
 * dispatcher/workers/fetcher - the child that asks one time-stamp authority one thing over HTTP,
 * and judges what comes back.
 *
 * Its answer is foreign ASN.1 with certificates in it, so it is taken apart here, where there is
 * neither a key nor the store. It lives for one request.
 */
#include "base/log.h"
#include "channels/http.h"
#include "dispatcher/run/child.h"
#include "dispatcher/signed/stamped.h"

static void fetch(struct frame_out *out, const struct frame *frame)
{
    struct stamped_question question;
    struct str body;
    struct err err = {0};
    if (!stamped_asked(&question, frame)) {
        stamped_none(out, "fetch: not understood");
        return;
    }
    const struct http_request request = {.url = question.url,
                                         .type = "application/timestamp-query",
                                         .accept = "application/timestamp-reply",
                                         .body = question.request,
                                         .ca_file = question.tls_ca,
                                         .timeout_ms = question.timeout_ms};
    str_init(&body, FETCH_MOST);
    if (http_post(&body, &request, &err) == OK)
        stamped_judge(out, &question, str_bytes(&body));
    else
        stamped_none(out, err.text);
    str_dispose(&body);
}

int fetcher_main(void)
{
    struct frame_reader reader;
    struct frame frame;
    struct frame_out answer;
    struct err err = {0};
    frame_reader_init(&reader);
    enum status status = frame_receive(&reader, CHILD_FD, &frame, &err);
    if (status == OK) {
        fetch(&answer, &frame);
        status = frame_send(CHILD_FD, frame_end(&answer), &err);
        frame_dispose(&answer);
    }
    frame_reader_dispose(&reader);
    if (status == OK || status == ERR_NOT_FOUND) /* the parent closed: we are done */
        return 0;
    log_line(LOG_ERROR, "ends=%s said=%s", status_word(status), log_quote(err.text));
    return 3;
}
