/* tests/lies/tls_rows - the table of TLS peers; a new one is a line. */
#ifndef TOCSIN_TESTS_LIES_TLS_ROWS_H
#define TOCSIN_TESTS_LIES_TLS_ROWS_H

#include "tests/lies/peer.h"
#include "tests/lies/relay.h"

struct tls_row {
    const char *what;
    struct peer peer;
    const char *host; /* as configured; NULL: relay.test */
    const char *said; /* all of the reason behind "TLS refused: "; NULL: accepted */
    bool bare;        /* the reason has nothing before it */
    bool passes;      /* the relay may be better tomorrow: no person, no entry */
    bool plain, no_starttls;
    enum lie_kind starttls, handshake; /* told there */
};

extern const struct tls_row tls_rows[];
extern const size_t tls_row_count;

#endif
