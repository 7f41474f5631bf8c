/*
 * tests/lies/relay - a mail relay inside the test process that lies at named steps, and knows what
 * it has really acknowledged: a whole 2yz reply that left after the whole body had come.
 *
 * It serves on 127.0.0.1, one thread for each connection. A lie is told once, or until it is made
 * honest, so that what was held up can be delivered.
 */
#ifndef TOCSIN_TESTS_LIES_RELAY_H
#define TOCSIN_TESTS_LIES_RELAY_H

#include "base/str.h"

#include <openssl/ssl.h>

enum step {
    STEP_BANNER,
    STEP_EHLO,
    STEP_STARTTLS,
    STEP_HANDSHAKE,
    STEP_EHLO_TLS,
    STEP_AUTH,
    STEP_MAIL,
    STEP_RCPT,
    STEP_DATA,
    STEP_BODY,
    STEP_DOT,
    STEP_QUIT,
    STEP_COUNT
};

/* What it does at the step instead of the honest reply. */
enum lie_kind {
    LIE_NONE,
    LIE_REFUSE_4,     /* 450 */
    LIE_REFUSE_5,     /* 550 */
    LIE_REFUSE_LINES, /* 550 in two lines */
    LIE_CLOSING,      /* 421, and closes */
    LIE_WRONG_CLASS,  /* 354 where 2yz is due, 250 where 354 is */
    LIE_WRONG_1,      /* 150 */
    LIE_WRONG_6,      /* 600 */
    LIE_NO_REPLY,     /* a line that is none */
    LIE_TWO_CODES,    /* the honest code in the first line, 550 in the second */
    LIE_DROP,         /* an orderly end of TLS and TCP */
    LIE_TRUNCATE,     /* end of TCP without the end of TLS */
    LIE_RESET,
    LIE_STALL,      /* silence */
    LIE_DRIP,       /* honest, a byte every 0.5 s */
    LIE_SPLIT,      /* honest, byte by byte */
    LIE_CUT_DIGITS, /* "25", and closes */
    LIE_CUT_LINE,   /* all but CR LF, and closes */
    LIE_CUT_CR,     /* all but LF, and closes */
    LIE_CUT_MORE,   /* "250-..." CR LF, and closes */
    LIE_ENDLESS,    /* lines of one reply for ever */
    LIE_EXTRA,      /* honest, and a 250 behind it in the same write */
    LIE_LATER,      /* honest, and a 250 behind it after 0.1 s */
    LIE_EARLY,      /* the honest reply, together with that of the step before */
    LIE_INJECT,     /* honest, and all replies that a session could want behind it */
    LIE_NUL,
    LIE_LONG,       /* 8 KiB in one line */
    LIE_LF,         /* ends in LF alone */
    LIE_CR,         /* a CR inside */
    LIE_EIGHT,      /* honest, with bytes beyond ASCII */
    LIE_BARE,       /* honest, the code alone */
    LIE_GARBAGE,    /* random-looking bytes, and closes */
    LIE_ALERT,      /* a TLS alert in the clear */
    LIE_BAD_RECORD, /* a TLS record that nobody has sealed */
    LIE_COUNT
};

struct lie {
    enum step step;
    enum lie_kind kind;
    int message; /* from MAIL to the end: of which message, 1 is the first that it sees */
    bool stays;  /* told to everybody until relay_be_honest, not once */
    bool told;   /* written by the relay */
};

#define RELAY_LIES 4
#define RELAY_MESSAGES 64

struct relay_setup {
    SSL_CTX *tls;                /* the relay's side; borrowed */
    const char *user, *password; /* NULL: no AUTH offered */
    bool pipelining;
    bool no_starttls;
    bool plain_handshake; /* says "250 ok" where the handshake should be */
    unsigned chunks;      /* not 0: honest replies come in pieces, this is the seed */
    struct lie lies[RELAY_LIES];
    size_t lie_count;
};

/* One message that came whole. */
struct relay_message {
    char id[128];             /* Message-ID without <> */
    unsigned char digest[32]; /* SHA-256 */
    bool acknowledged;        /* by a whole 2yz reply, all of it written */
};

struct relay; /* opaque */

struct relay *relay_start(const struct relay_setup *setup, int *out_port);
void relay_stop(struct relay *relay);

/* No more lies. */
void relay_be_honest(struct relay *relay);

/* How often this message was acknowledged, and how often it came whole. */
int relay_acknowledged(struct relay *relay, const char *message_id);
int relay_whole(struct relay *relay, const char *message_id);
/* Did each copy of it have the same bytes? */
bool relay_same_bytes(struct relay *relay, const char *message_id);
/* Blocks until this lie was told, at most 20 s. */
void relay_wait_told(struct relay *relay, size_t lie);
/* AUTH, MAIL, RCPT or DATA came without TLS, or MAIL before the right AUTH. Never for a good
 * client. */
bool relay_saw_disorder(struct relay *relay);
/* A line of SMTP came through a TLS session. */
bool relay_saw_tls_command(struct relay *relay);
/* Envelopes: MAIL commands seen. */
int relay_mails(struct relay *relay);

const char *step_word(enum step step);
const char *lie_word(enum lie_kind kind);

#endif
