#include "channels/smtp_carry.h"

#include "channels/feed.h"
#include "channels/parcel.h"
#include "channels/smtp_verdict.h"

#include <errno.h>
#include <string.h>

#include <openssl/err.h>

/* Two readings of the clock in whole milliseconds may show one less than has passed. */
#define CLOCK_ROUNDING_MS 2

static void feed_failed(struct session *s, enum status status, const struct err *why,
                        const char *what)
{
    if (s->feed_status == OK) {
        s->feed_status = status;
        s->feed_err = *why;
    }
    guard_stop(&s->guard, false, "%s: %.200s", what, why->text);
}

/* ---- the end of a message ---- */

/*
 * Something to read before the end of data: an answer sent ahead of it, or the connection is lost.
 * In both cases the end must not go out. The answer is kept: "552 too large" may come so.
 */
static void look_for_early_answer(struct session *s)
{
    char buffer[REPLY_SIZE_MAX];
    int got = SSL_peek(s->ssl, buffer, 1);
    int error = got > 0 ? SSL_ERROR_NONE : SSL_get_error(s->ssl, got);
    if (error == SSL_ERROR_NONE) {
        got = SSL_read(s->ssl, buffer, sizeof buffer);
        guard_early_answer(&s->guard, buffer, got > 0 ? (size_t)got : 0);
    } else if (error != SSL_ERROR_WANT_READ) {
        guard_stop(&s->guard, false, "the connection was lost in the middle of the message");
    }
    ERR_clear_error();
}

/*
 * What libESMTP could not write within its time it drops, and goes on with the next piece: a
 * message with a hole would be accepted. The pause always shows between two lines.
 */
void carry_line(struct session *s)
{
    int64_t now = clock_up_ms(&s->clock);
    bool paused = now - s->wrote_ms >= s->relay->timeout_ms - CLOCK_ROUNDING_MS;
    s->wrote_ms = now;
    if (s->guard.stopped || (!paused && !SSL_want_write(s->ssl)))
        return;
    look_for_early_answer(s);
    guard_stop(&s->guard, false, "the relay took nothing of the message for %lld s",
               (long long)(s->relay->timeout_ms / MS_SECOND));
}

/* May the final end of data leave? Asked once per parcel, with everything else handed over. */
static bool may_end(struct session *s, const struct carry *carry)
{
    struct err why = {.code = OK};
    carry_line(s);
    if (!s->guard.stopped)
        look_for_early_answer(s);
    if (s->guard.stopped)
        return false;
    enum status status = s->feed->dot(s->feed->context, carry->parcel, &why);
    if (status != OK)
        feed_failed(s, status, &why, "no leave to end the message");
    else
        look_for_early_answer(s); /* the leave may have taken its time */
    return !s->guard.stopped;
}

/* libESMTP asks for the message, and once more when it has all of it, before it sends the dot. */
static const char *on_message(void **context, int *size, void *argument)
{
    struct carry *carry = argument;
    struct session *s = carry->session;
    (void)context; /* the library would free() what stands there */
    if (size == NULL) {
        carry->handed = false;
        return NULL;
    }
    *size = 0;
    if (carry != s->current || s->guard.answer[ASKED_DATA].code != 354)
        guard_stop(&s->guard, false, "the library sends a message that no 354 asked for");
    if (!carry->handed && !s->guard.stopped) {
        carry->handed = true;
        s->wrote_ms = clock_up_ms(&s->clock);
        *size = (int)carry->parcel->message.size;
        errno = 0;
        return (const char *)carry->parcel->message.data;
    }
    if (!carry->dot && !s->guard.stopped && may_end(s, carry)) {
        carry->dot = true;
        guard_dot(&s->guard, carry->parcel->message.size);
    }
    /* A left-over errno would drop a good message; ECANCELED makes the library leave at once. */
    errno = carry->dot ? 0 : ECANCELED;
    return NULL;
}

/* ---- answering ---- */

static int code_of(const smtp_status_t *status)
{
    return status == NULL ? 0 : status->code;
}

static void state_facts(struct facts *f, const struct session *s, const struct carry *carry)
{
    const struct guard *g = &s->guard;
    *f = (struct facts){
        .dot = carry->dot,
        .complete = smtp_recipient_check_complete(carry->recipient) != 0,
        .sent = carry->sent,
        .rcpt_code = code_of(smtp_recipient_status(carry->recipient)),
        .message_code = code_of(smtp_message_transfer_status(carry->message)),
        .mail = g->answer[ASKED_MAIL],
        .rcpt = g->answer[ASKED_RCPT],
        .data = g->answer[ASKED_DATA],
        .end = g->answer[ASKED_DOT],
        .opening = !g->opened,
        .config_fault = g->config_fault,
        .why = g->why,
        .refusal = g->refusal,
    };
}

void carry_answer(struct session *s)
{
    struct carry *carry = s->current;
    struct receipt receipt;
    struct facts facts;
    struct err why = {.code = OK};
    receipt_init(&receipt);
    state_facts(&facts, s, carry);
    transaction_verdict(&receipt, &facts);
    memcpy(receipt.tls, s->relay->watch.version, sizeof receipt.tls);
    memcpy(receipt.peer, s->relay->watch.peer, sizeof receipt.peer);
    str_add_n(&receipt.transcript, str_text(&s->transcript.text), s->transcript.text.size);
    enum status status = s->feed->done(s->feed->context, carry->parcel, &receipt, &why);
    receipt_dispose(&receipt);
    s->answered++;
    s->endpoint_fault = s->endpoint_fault || receipt.endpoint_fault;
    *carry = (struct carry){.session = s};
    s->current = s->ahead;
    s->ahead = NULL;
    transcript_next(&s->transcript);
    guard_next(&s->guard);
    if (s->endpoint_fault)
        guard_stop(&s->guard, false, "the relay refuses us");
    if (status == OK)
        return;
    s->done_failed = true;
    feed_failed(s, status, &why, "the receipt was not taken");
}

/* ---- taking ---- */

bool carry_add(struct session *s, const struct parcel *parcel)
{
    struct carry *carry = s->place[0].parcel == NULL ? &s->place[0] : &s->place[1];
    smtp_message_t message = smtp_add_message(s->library);
    smtp_recipient_t recipient = message == NULL ? NULL : smtp_add_recipient(message, parcel->to);
    *carry =
        (struct carry){.session = s, .parcel = parcel, .message = message, .recipient = recipient};
    if (recipient == NULL || !smtp_set_messagecb(message, on_message, carry) ||
        !smtp_set_reverse_path(message, parcel->from) ||
        !smtp_size_set_estimate(message, parcel->message.size) ||
        !smtp_dsn_set_ret(message, Ret_HDRS) || !smtp_dsn_set_envid(message, parcel->id) ||
        !smtp_dsn_set_notify(recipient, Notify_SUCCESS | Notify_FAILURE | Notify_DELAY) ||
        (parcel_fits_orcpt(parcel) && !smtp_dsn_set_orcpt(recipient, "rfc822", parcel->to)))
        return false;
    if (s->current == NULL)
        s->current = carry;
    else
        s->ahead = carry;
    return true;
}

void carry_take_ahead(struct session *s)
{
    const struct parcel *parcel = NULL;
    struct err why = {.code = OK};
    if (s->ahead != NULL || s->room <= 0 || s->endpoint_fault || s->guard.stopped)
        return;
    enum status status = feed_take(&parcel, s->feed, false, &why);
    if (status == ERR_NOT_FOUND)
        return;
    if (status != OK) {
        feed_failed(s, status, &why, "the queue has failed");
        return;
    }
    s->room--;
    if (carry_add(s, parcel))
        return;
    guard_stop(&s->guard, false, "libESMTP takes no further message");
    status = feed_turn_away(s->feed, parcel, VERDICT_DEFERRED, false, s->guard.why, &why);
    if (status != OK)
        feed_failed(s, status, &why, "the receipt was not taken");
}
