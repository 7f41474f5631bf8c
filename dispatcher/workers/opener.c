/*
 * dispatcher/workers/opener - the child that takes reports apart: foreign bytes, and what is
 * encrypted in them. It sees one mail after the other; never the store, the network, or the key
 * that signs.
 */
#include "base/log.h"
#include "dispatcher/back/opened.h"
#include "dispatcher/run/child.h"
#include "dispatcher/run/job.h"
#include "seal/open.h"

/* Why it cannot be read as a whole, in words that tell nothing of it; NULL: opened. */
static const char *unlock(struct report_mail *mail, struct arena *arena, const char *home)
{
    struct str plain;
    struct err err = {0};
    if (mail->lock == LOCK_OTHER)
        return "it is encrypted in a way that we do not read (S/MIME)";
    str_init(&plain, (size_t)32 * 1024 * 1024);
    enum status status = open_message(&plain, home, mail->locked, &err);
    const char *why = NULL;
    if (status == OK) {
        struct bytes copy = {
            (const unsigned char *)arena_strndup(arena, str_text(&plain), plain.size), plain.size};
        if (report_mail_unlocked(mail, arena, copy))
            why = "it is encrypted once more inside";
    } else if (status == ERR_NOT_FOUND) {
        why = "it is encrypted, and there is no key for reports (secret/reports)";
    } else if (status == ERR_LIMIT) {
        why = "what is encrypted in it is too large";
    } else {
        why = arena_printf(arena, "it is encrypted and cannot be opened: %.200s", err.text);
    }
    str_dispose(&plain);
    return why;
}

static void read_mail(struct opened_mail *out, struct arena *arena, const struct frame *f)
{
    struct err err = {0};
    *out = (struct opened_mail){0};
    enum status status = report_mail_read(&out->mail, arena, frame_get_bytes(f, OPEN_RAW),
                                          frame_get_text(f, OPEN_SHAPE), &err);
    if (status != OK) {
        opened_unread(out, arena_printf(arena, "%.300s", err.text));
        return;
    }
    if (out->mail.lock != LOCK_NONE) {
        out->encrypted = true;
        out->trouble = unlock(&out->mail, arena, frame_get_text(f, OPEN_HOME));
    }
    if (out->trouble == NULL && out->mail.cut)
        out->trouble = "more hangs on it than is taken off: the rest is in the mail itself";
}

int opener_main(void)
{
    struct frame_reader reader;
    struct frame frame;
    struct err err = {0};
    frame_reader_init(&reader);
    enum status status = OK;
    while (status == OK) {
        status = frame_receive(&reader, CHILD_FD, &frame, &err);
        if (status == OK && (frame.type != JOB_OPEN || frame_get_text(&frame, OPEN_HOME) == NULL))
            status = err_set(&err, ERR_CORRUPT, "open: not understood");
        if (status != OK)
            break;
        struct arena *arena = arena_new();
        struct opened_mail opened;
        struct frame_out answer;
        read_mail(&opened, arena, &frame);
        frame_begin(&answer, JOB_OPENED);
        opened_put(&answer, &opened);
        status = frame_send(CHILD_FD, frame_end(&answer), &err);
        frame_dispose(&answer);
        arena_free(arena);
    }
    frame_reader_dispose(&reader);
    if (status == ERR_NOT_FOUND) /* the parent closed: we are done */
        return 0;
    log_line(LOG_ERROR, "ends=%s said=%s", status_word(status), log_quote(err.text));
    return 3;
}
