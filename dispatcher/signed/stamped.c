#include "dispatcher/signed/stamped.h"

#include <string.h>

#define INSTANT_MOST INT64_C(253402300799999) /* the end of the year 9999 */

_Static_assert(FETCH_MOST >= STAMP_LIMIT, "a whole time-stamp comes through");

void stamped_ask(struct frame_out *frame, const struct stamped_question *question)
{
    frame_begin(frame, JOB_FETCH);
    frame_text(frame, question->url);
    frame_bytes(frame, question->request);
    frame_bytes(frame, question->note);
    frame_bytes(frame, question->roots);
    frame_text(frame, question->tls_ca);
    frame_int(frame, question->timeout_ms);
}

bool stamped_asked(struct stamped_question *out, const struct frame *frame)
{
    *out = (struct stamped_question){.url = frame_get_text(frame, FETCH_URL),
                                     .tls_ca = frame_get_text(frame, FETCH_TLS_CA),
                                     .request = frame_get_bytes(frame, FETCH_REQUEST),
                                     .note = frame_get_bytes(frame, FETCH_NOTE),
                                     .roots = frame_get_bytes(frame, FETCH_ROOTS),
                                     .timeout_ms = frame_get_int(frame, FETCH_TIMEOUT)};
    /* Without its request an answer would be judged without its nonce. */
    return frame->type == JOB_FETCH && frame->count == FETCH_FIELDS && out->url != NULL &&
           out->request.size > 0 && out->timeout_ms > 0;
}

void stamped_none(struct frame_out *frame, const char *text)
{
    frame_begin(frame, JOB_UNFETCHED);
    frame_text(frame, text);
}

void stamped_judge(struct frame_out *frame, const struct stamped_question *question,
                   struct bytes response)
{
    struct stamp stamp;
    struct err err = {0};
    if (stamp_check(&stamp, response, question->request, question->note, question->roots, &err) !=
        OK) {
        stamped_none(frame, err.text);
        return;
    }
    frame_begin(frame, JOB_FETCHED);
    frame_bytes(frame, response);
    frame_int(frame, stamp.at_ms);
    frame_int(frame, stamp.cert_end_ms);
    frame_text(frame, stamp.authority);
    frame_text(frame, stamp.serial);
}

static bool get_instant(int64_t *out_ms, const struct frame *frame, uint32_t i)
{
    *out_ms = frame_get_int(frame, i);
    return frame_get_bytes(frame, i).size == sizeof *out_ms && *out_ms >= 0 &&
           *out_ms <= INSTANT_MOST;
}

/* Printable ASCII, which is what a subject and a number in hex become on one line. */
static bool get_word(char *out, size_t size, const struct frame *frame, uint32_t i)
{
    struct bytes word = frame_get_bytes(frame, i);
    if (frame_get_text(frame, i) == NULL || word.size >= size)
        return false;
    for (size_t k = 0; k < word.size; k++)
        if (word.data[k] < ' ' || word.data[k] > '~')
            return false;
    memcpy(out, word.data, word.size);
    out[word.size] = '\0';
    return true;
}

static bool get_refusal(struct stamped *out, const struct frame *frame)
{
    out->refused = frame_get_text(frame, UNFETCHED_TEXT);
    return frame->count == UNFETCHED_FIELDS && out->refused != NULL &&
           frame_get_bytes(frame, UNFETCHED_TEXT).size < sizeof(((struct err *)NULL)->text);
}

bool stamped_get(struct stamped *out, const struct frame *frame)
{
    struct stamp *stamp = &out->stamp;
    *out = (struct stamped){.token = frame_get_bytes(frame, FETCHED_TOKEN)};
    if (frame->type == JOB_UNFETCHED)
        return get_refusal(out, frame);
    return frame->type == JOB_FETCHED && frame->count == FETCHED_FIELDS && out->token.size > 0 &&
           out->token.size <= STAMP_LIMIT && get_instant(&stamp->at_ms, frame, FETCHED_AT) &&
           get_instant(&stamp->cert_end_ms, frame, FETCHED_CERT_END) &&
           get_word(stamp->authority, sizeof stamp->authority, frame, FETCHED_AUTHORITY) &&
           get_word(stamp->serial, sizeof stamp->serial, frame, FETCHED_SERIAL);
}
