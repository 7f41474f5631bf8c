/*
 * channels/smtp_hide - keep words of an EHLO reply from libESMTP, byte by byte. Pure.
 *
 * CHUNKING must vanish (with BDAT the end-of-data callback comes too early and the monitor goes
 * dead), so must what it would act on and we never use, and every AUTH mechanism but PLAIN and
 * LOGIN: the library makes a file name of the mechanism and opens it as a plug-in. The library
 * hands over whatever one read() gave, so a word may come in pieces: its last letter is changed
 * when it comes.
 */
#ifndef TOCSIN_CHANNELS_SMTP_HIDE_H
#define TOCSIN_CHANNELS_SMTP_HIDE_H

#include <stdbool.h>
#include <stddef.h>

struct hide {
    size_t column;   /* in the line */
    bool arguments;  /* behind the keyword */
    bool is_auth;    /* the keyword is AUTH */
    bool spoiled;    /* this mechanism is none of ours */
    char word[24];   /* in capitals */
    size_t size;     /* of word */
    bool auth_known; /* the reply offered AUTH PLAIN or LOGIN */
};

void hide_start(struct hide *hide); /* before each EHLO reply */
/* What the library is to see instead of c. */
char hide_byte(struct hide *hide, char c);

#endif
