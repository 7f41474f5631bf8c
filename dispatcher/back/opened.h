/*
 * dispatcher/back/opened - a mail that reports a flaw, as the child that read it tells it.
 *
 * Foreign bytes are taken apart, and decrypted, in a process of their own (worker "opener"): it has
 * neither store nor network, and of keys only the one that reports are encrypted to. What it tells
 * is bounded, and believed no more than the mail itself.
 */
#ifndef TOCSIN_DISPATCHER_OPENED_H
#define TOCSIN_DISPATCHER_OPENED_H

#include "base/frame.h"
#include "channels/report_mail.h"
#include "config/settings.h"

struct opened_mail {
    struct report_mail mail;
    bool encrypted;      /* it was, and mail has what was inside unless there is trouble */
    const char *trouble; /* why it is not read as a whole, in our words; NULL: it is */
};

/* Fields of a frame from the present one on; `first` is where they begin. */
void opened_put(struct frame_out *frame, const struct opened_mail *opened);
/* Borrows from the frame, lists in arena. false: not understood. */
MUST_USE bool opened_get(struct opened_mail *out, const struct frame *frame, uint32_t first);

/* A JOB_OPEN frame: begun here, the caller sends or disposes. */
void opened_ask(struct frame_out *frame, const struct settings *settings, struct bytes raw);
/* GNUPGHOME of the key that reports are encrypted to. Heap. */
char *opened_home(const struct settings *settings);

/* What is known of a mail that no child survives. */
void opened_unread(struct opened_mail *out, const char *trouble);

#endif
