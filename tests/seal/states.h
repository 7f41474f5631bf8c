/* Keys in every state: made by gpg, judged and pinned. */
#ifndef TOCSIN_TESTS_SEAL_STATES_H
#define TOCSIN_TESTS_SEAL_STATES_H

#include "tests/seal/many.h"

#define STATE_STEPS 5
#define STATE_ROWS 25

/* A step is "make" or "add" and gpg's words behind the fingerprint, or "edit" and what is typed. */
struct state_row {
    const char *name;
    const char *steps[STATE_STEPS];
    enum cert_state state;  /* as it is judged today */
    const char *algo;       /* of the subkey that must be used; NULL: none */
    int subkey;             /* which of the certificate's, from 1; 0: the primary key */
    int64_t pinned_ms;      /* judged and pinned then; 0: today */
    enum cert_state before; /* as it was judged then */
};
extern const struct state_row state_rows[STATE_ROWS];

struct states {
    struct many m;                 /* its own people are not made */
    struct cert certs[STATE_ROWS]; /* as pinned */
    char fprs[STATE_ROWS][65];
};
void states_begin(struct states *s);
void states_end(struct states *s);
/* Judge key i as it is exported now. */
void states_read(const struct states *s, struct cert *out, int i, int64_t at_ms);
/* The subkey that the table names, as gpg lists it. */
void states_wanted(const struct states *s, char out[65], int i);

#endif
