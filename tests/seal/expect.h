/*
 * What a mail is to look like, as JSON for tests/tools/mailcheck.py: written from struct mail
 * alone, with no help from the code under test.
 */
#ifndef TOCSIN_TESTS_SEAL_EXPECT_H
#define TOCSIN_TESTS_SEAL_EXPECT_H

#include "seal/mail.h"
#include "tests/seal/keys.h"

/* Text as a JSON string; UTF-8 as it is. */
void expect_string(struct str *out, const char *text);
/* The outermost entity of a sealed mail; its content is sealed. */
void expect_sealed(struct str *out, const struct mail *mail);
/* The entity inside, or of a signed mail ("clear") without HP-Outer. */
void expect_payload(struct str *out, const struct mail *mail, bool sealed);
/* What is inside a broadcast: To is a group, HP-Outer only what all see outside. */
void expect_broadcast(struct str *out, const struct mail *mail);
void expect_signed(struct str *out, const struct mail *mail);

/* Run mailcheck.py over bytes; fails the test with its words when there is a difference. */
void expect_mail(const struct keys *keys, struct bytes mail, const struct str *expectation);
/* Split bytes by Python's parser and read part 0 or 1. */
void expect_split(const struct keys *keys, struct str *part, struct bytes mail, int i);

#endif
