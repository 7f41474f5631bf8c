/*
 * dispatcher/workers/sealer - the child that sees keys and plaintext, and no network and no store.
 *
 * It works jobs one after the other in a GNUPGHOME of its own, cloned at SETUP.
 */
#include "base/log.h"
#include "base/word.h"
#include "dispatcher/run/child.h"
#include "dispatcher/run/job.h"
#include "seal/broadcast.h"
#include "seal/sign.h"

#include <stdlib.h>

#define GPG_LIMIT_MS                                                                               \
    50000 /* before the parent loses its patience, if it has time for us at all                    \
           */

static enum status setup(struct sealer **out, const struct frame *f, struct err *err)
{
    const char *from = frame_get_text(f, SETUP_SEALER_HOME_FROM);
    const char *home = frame_get_text(f, SETUP_SEALER_HOME);
    const char *fpr = frame_get_text(f, SETUP_SEALER_FPR);
    if (f->type != JOB_SETUP || from == NULL || home == NULL || fpr == NULL)
        return err_set(err, ERR_CORRUPT, "setup: not understood");
    enum status status = sealer_home_clone(from, home, fpr, err);
    return status == OK ? sealer_open(out, home, fpr, err) : status;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void read_parts(struct mail_part *parts, const struct frame *f, uint32_t at, int64_t count)
{
    for (int64_t i = 0; i < count; i++, at += 3)
        parts[i] =
            (struct mail_part){or_empty(frame_get_text(f, at)), or_empty(frame_get_text(f, at + 1)),
                               frame_get_bytes(f, at + 2)};
}

static enum status seal_job(struct sealed_mail *out, struct sealer *sealer, const struct frame *f,
                            struct err *err)
{
    struct mail_part parts[SEAL_PARTS];
    struct mail_header headers[SEAL_HEADERS];
    int64_t part_count = frame_get_int(f, SEAL_PART_COUNT);
    int64_t header_count = frame_get_int(f, SEAL_HEADER_COUNT);
    if (part_count < 0 || part_count > SEAL_PARTS || header_count < 0 ||
        header_count > SEAL_HEADERS)
        return err_set(err, ERR_CORRUPT, "job: too many parts");
    uint32_t at = SEAL_REST;
    read_parts(parts, f, at, part_count);
    at += 3 * (uint32_t)part_count;
    for (int64_t i = 0; i < header_count; i++, at += 2)
        headers[i] = (struct mail_header){or_empty(frame_get_text(f, at)),
                                          or_empty(frame_get_text(f, at + 1))};
    struct mail mail = {.from_name = frame_get_text(f, SEAL_FROM_NAME),
                        .from = or_empty(frame_get_text(f, SEAL_FROM)),
                        .to_name = frame_get_text(f, SEAL_TO_NAME),
                        .to = or_empty(frame_get_text(f, SEAL_TO)),
                        .reply_to = frame_get_text(f, SEAL_REPLY_TO),
                        .subject = or_empty(frame_get_text(f, SEAL_SUBJECT)),
                        .outer_subject = frame_get_text(f, SEAL_OUTER_SUBJECT),
                        .message_id = or_empty(frame_get_text(f, SEAL_MESSAGE_ID)),
                        .references = frame_get_text(f, SEAL_REFERENCES),
                        .reply = frame_get_int(f, SEAL_REPLY) == 1,
                        .date_ms = frame_get_int(f, SEAL_DATE),
                        .text = or_empty(frame_get_text(f, SEAL_TEXT)),
                        .html = frame_get_text(f, SEAL_HTML),
                        .mark = frame_get_text(f, SEAL_MARK),
                        .parts = parts,
                        .part_count = (size_t)part_count,
                        .headers = headers,
                        .header_count = (size_t)header_count};
    /* The level is explicit: only TLS and WAITING are ever readable. */
    switch (frame_get_int(f, SEAL_LEVEL)) {
    case LEVEL_SEALED:
        return seal_encrypted(out, sealer, &mail, frame_get_bytes(f, SEAL_CERT),
                              or_empty(frame_get_text(f, SEAL_SUB_FPR)), err);
    case LEVEL_TLS:
    case LEVEL_WAITING:
        return seal_signed(out, sealer, &mail, err);
    default:
        return err_set(err, ERR_CORRUPT, "job: unknown level");
    }
}

static enum status answer(struct sealer *sealer, const struct clock *clock, const struct frame *f,
                          struct err *err)
{
    struct sealed_mail sealed = {0};
    struct frame_out out;
    struct err cause = {0};
    enum status status = sealer_set_clock(sealer, clock_instead_ms(clock), &cause);
    if (status == OK)
        status = seal_job(&sealed, sealer, f, &cause);
    if (status == OK) {
        frame_begin(&out, JOB_SEALED);
        frame_int(&out, frame_get_int(f, SEAL_NOTICE));
        frame_text(&out, frame_get_text(f, SEAL_MESSAGE_ID));
        frame_bytes(&out, str_bytes(&sealed.bytes));
        frame_bytes(&out, str_bytes(&sealed.plain));
    } else {
        log_line(LOG_WARNING, "notice=%lld sealing=%s said=%s",
                 (long long)frame_get_int(f, SEAL_NOTICE), status_word(status),
                 log_quote(cause.text));
        frame_begin(&out, JOB_UNSEALED);
        frame_int(&out, frame_get_int(f, SEAL_NOTICE));
        frame_int(&out, status);
        frame_text(&out, cause.text);
    }
    status = frame_send(CHILD_FD, frame_end(&out), err);
    frame_dispose(&out);
    sealed_mail_dispose(&sealed);
    return status;
}

/* The answers to one JOB_MANY, gathered into frames. */
struct made {
    const struct frame *job;
    uint32_t first; /* field where the recipients begin */
    struct frame_out out;
    const struct str *plain; /* NULL once it was told */
};

static void begin_made(struct made *made)
{
    frame_begin(&made->out, JOB_DONE_MANY);
    if (made->plain != NULL)
        frame_bytes(&made->out, str_bytes(made->plain));
    else
        frame_text(&made->out, NULL);
    made->plain = NULL;
}

static enum status send_made(struct made *made, struct err *err)
{
    enum status status = frame_send(CHILD_FD, frame_end(&made->out), err);
    frame_dispose(&made->out);
    return status;
}

static enum status take_made(void *context, size_t i, enum status status, struct bytes message,
                             const char *why, struct err *err)
{
    struct made *made = context;
    const uint32_t at = made->first + (uint32_t)i * MANY_FIELDS;
    if (made->out.fields == 0)
        begin_made(made);
    if (status != OK)
        log_line(LOG_WARNING, "notice=%lld sealing=%s said=%s",
                 (long long)frame_get_int(made->job, at + MANY_NOTICE), status_word(status),
                 log_quote(why));
    frame_int(&made->out, frame_get_int(made->job, at + MANY_NOTICE));
    frame_int(&made->out, status);
    frame_text(&made->out, frame_get_text(made->job, at + MANY_OUTER_MESSAGE_ID));
    frame_bytes(&made->out, message);
    frame_text(&made->out, why);
    if (made->out.bytes.size < MADE_FRAME)
        return OK;
    status = send_made(made, err);
    made->out = (struct frame_out){0};
    return status;
}

static enum status read_many(struct mail *mail, struct mail_part parts[SEAL_PARTS],
                             struct broadcast_recipient list[MANY_MOST], size_t *count,
                             struct made *made, const struct frame *f, struct err *err)
{
    int64_t part_count = frame_get_int(f, MANY_PART_COUNT);
    if (part_count < 0 || part_count > SEAL_PARTS)
        return err_set(err, ERR_CORRUPT, "job: too many parts");
    made->first = MANY_REST + 3 * (uint32_t)part_count;
    *count = f->count > made->first ? (f->count - made->first) / MANY_FIELDS : 0;
    if (*count > MANY_MOST || made->first + *count * MANY_FIELDS != f->count)
        return err_set(err, ERR_CORRUPT, "job: too many recipients, or half of one");
    read_parts(parts, f, MANY_REST, part_count);
    *mail = (struct mail){.from_name = frame_get_text(f, MANY_FROM_NAME),
                          .from = or_empty(frame_get_text(f, MANY_FROM)),
                          .to_name = frame_get_text(f, MANY_GROUP),
                          .subject = or_empty(frame_get_text(f, MANY_SUBJECT)),
                          .message_id = or_empty(frame_get_text(f, MANY_MESSAGE_ID)),
                          .date_ms = frame_get_int(f, MANY_DATE),
                          .text = or_empty(frame_get_text(f, MANY_TEXT)),
                          .html = frame_get_text(f, MANY_HTML),
                          .parts = parts,
                          .part_count = (size_t)part_count};
    for (size_t i = 0; i < *count; i++) {
        const uint32_t at = made->first + (uint32_t)i * MANY_FIELDS;
        list[i] = (struct broadcast_recipient){
            .to_name = frame_get_text(f, at + MANY_TO_NAME),
            .to = or_empty(frame_get_text(f, at + MANY_TO)),
            .reply_to = frame_get_text(f, at + MANY_REPLY_TO),
            .outer_subject = or_empty(frame_get_text(f, at + MANY_OUTER_SUBJECT)),
            .message_id = or_empty(frame_get_text(f, at + MANY_OUTER_MESSAGE_ID)),
            .references = frame_get_text(f, at + MANY_REFERENCES),
            .cert = frame_get_bytes(f, at + MANY_CERT),
            .sub_fpr = or_empty(frame_get_text(f, at + MANY_SUB_FPR)),
        };
    }
    return OK;
}

/* A text that cannot be sealed for anybody is said of each. */
static enum status answer_many(struct sealer *sealer, const struct clock *clock,
                               const struct frame *f, struct err *err)
{
    struct mail mail;
    struct mail_part parts[SEAL_PARTS];
    struct broadcast_recipient list[MANY_MOST];
    size_t count = 0;
    struct str plain = {0};
    struct made made = {.job = f, .plain = &plain};
    const struct broadcast_sink sink = {take_made, &made};
    struct err cause = {0};
    enum status status = read_many(&mail, parts, list, &count, &made, f, err);
    if (status != OK)
        return status;
    enum status sealed = sealer_set_clock(sealer, clock_instead_ms(clock), &cause);
    const bool nobody = sealed != OK;
    if (sealed == OK)
        sealed = seal_broadcast(&plain, sealer, &mail, list, count, &sink, &cause);
    if (nobody || sealed == ERR_INVALID || sealed == ERR_CORRUPT) {
        made.plain = NULL;
        for (size_t i = 0; status == OK && i < count; i++)
            status = take_made(&made, i, sealed, (struct bytes){0}, cause.text, err);
    } else if (sealed != OK) {
        *err = cause;
        status = sealed; /* our parent is gone */
    }
    if (status == OK && made.out.fields > 0)
        status = send_made(&made, err);
    else
        frame_dispose(&made.out);
    str_dispose(&plain);
    return status;
}

int sealer_main(void)
{
    struct frame_reader reader;
    struct frame frame;
    struct sealer *sealer = NULL;
    struct clock clock;
    struct err err = {0};
    sign_set_limit_of_worker(GPG_LIMIT_MS);
    clock_init_system(&clock);
    frame_reader_init(&reader);
    enum status status = frame_receive(&reader, CHILD_FD, &frame, &err);
    if (status == OK)
        status = setup(&sealer, &frame, &err);
    if (status == OK) {
        struct frame_out ready;
        frame_begin(&ready, JOB_READY);
        status = frame_send(CHILD_FD, frame_end(&ready), &err);
        frame_dispose(&ready);
    }
    while (status == OK) {
        status = frame_receive(&reader, CHILD_FD, &frame, &err);
        if (status == OK && frame.type == JOB_CLOCK)
            child_take_clock(&clock, &frame);
        else if (status == OK && frame.type == JOB_MANY)
            status = answer_many(sealer, &clock, &frame, &err);
        else if (status == OK && frame.type == JOB_SEAL)
            status = answer(sealer, &clock, &frame, &err);
        else if (status == OK)
            status = err_set(&err, ERR_CORRUPT, "unexpected message");
    }
    sealer_close(sealer);
    frame_reader_dispose(&reader);
    if (status == ERR_NOT_FOUND) /* the parent closed: we are done */
        return 0;
    log_line(LOG_ERROR, "ends=%s said=%s", status_word(status), log_quote(err.text));
    return 3;
}
