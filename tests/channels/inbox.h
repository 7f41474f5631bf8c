/* Fixtures of tests/fixtures/inbound, what each of them must be read as, and ways to read more. */
#ifndef TOCSIN_TESTS_CHANNELS_INBOX_H
#define TOCSIN_TESTS_CHANNELS_INBOX_H

#include "channels/inbound.h"

#include <check.h>

#define RETURN_SHAPE "psirt+{token}@example.com"
#define TOKEN "k3v9x2m7q4w8z6t5r1y0c8b2"
#define RETURN_ADDRESS "psirt+" TOKEN "@example.com"
#define NOTICE_ID "5f0c2d9e.1@example.com" /* Message-ID of the notice that they are about */

/* A text that is NULL must be NULL; of diagnostic only the beginning is compared. */
struct want {
    const char *file;
    enum inbound_kind kind;
    const char *from, *id, *original_id, *envelope;
    const char *final, *original, *status, *diagnostic;
    const char *answer; /* answer_word or NULL */
    const char *code;
    bool is_signed;
    bool no_token; /* it came to another address of ours */
};

void inbox_check(const struct want *want);
/* Every fixture whose name begins with prefix has its row. */
void inbox_check_complete(const char *prefix, const struct want *rows, size_t count);

/* A whole fixture; the caller disposes. */
void inbox_read_file(struct str *out, const char *file);
/* Read a mail that must be readable. */
void inbox_read(struct inbound *out, struct arena *arena, struct bytes raw);

/* Runs a suite of one case. */
int inbox_run(const char *name, void (*add)(TCase *tc));

#endif
