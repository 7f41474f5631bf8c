/*
 * channels/inbound_mail - one inbound mail while it is being classified.
 *
 * Private to inbound*.c. Each step looks at the mail and says whether it knows what it is; the
 * order of the steps (inbound.c) is the order in which they are asked.
 */
#ifndef TOCSIN_CHANNELS_INBOUND_MAIL_H
#define TOCSIN_CHANNELS_INBOUND_MAIL_H

#include "channels/inbound.h"
#include "channels/mime.h"
#include "channels/own_text.h"

#define INBOUND_TEXT_MAX ((size_t)256 * 1024) /* of all texts of a mail that are read */

struct inbound_mail {
    struct arena *arena;
    struct mime mime;
    const struct fields *top; /* of the mail itself */
    const char *subject;      /* decoded, harmless; "" when there is none */
    const char *text;         /* every text of the mail that is no attachment: harmless, LF */
    bool text_cut;            /* there was more */
    struct own_text own;
    bool null_path; /* Return-Path: <> */
    struct inbound *out;
};

/* Fills text and text_cut from the parts. */
void inbound_texts(struct inbound_mail *mail);

/* Does a mail server speak? Null return path, MAILER-DAEMON, postmaster, X-Failed-Recipients. */
bool inbound_from_server(const struct inbound_mail *mail);

/* RFC 3464, RFC 8098: true when the mail is a report, *out->kind says what it reports. */
bool inbound_report(struct inbound_mail *mail);
/* Bounces of servers that do not speak RFC 3464. */
bool inbound_legacy(struct inbound_mail *mail);
/* Of what inbound_legacy() does not know: a server that does not say that it goes on trying. It may
 * be a bounce in words that we do not have. */
bool inbound_server_unclear(const struct inbound_mail *mail);

/* How much speaks for a machine that wrote this by itself. */
enum automatic {
    AUTOMATIC_NO,
    AUTOMATIC_PERHAPS, /* one weak sign: no answer is taken from it, a person looks */
    AUTOMATIC_YES      /* a header says so, or two weak signs */
};
enum automatic inbound_automatic(const struct inbound_mail *mail);

/*
 * A machine says that the notice was not passed on (held back, blocked, cut, waits for a click) or
 * that nobody reads it there any more. Only words: they change nothing, and a person must see them.
 */
bool inbound_held(const struct inbound_mail *mail);

/* Fills has_answer, answer and code from what the writer said himself. */
void inbound_answer(struct inbound_mail *mail);

#endif
