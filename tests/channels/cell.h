/*
 * tests/channels/cell - one cell of the table "fault × step": a relay that misbehaves in one way,
 * three parcels, and what must come of them. A new cell is one line in a table.
 */
#ifndef TOCSIN_TESTS_CHANNELS_CELL_H
#define TOCSIN_TESTS_CHANNELS_CELL_H

#include <stddef.h>

#define CELL_PARCELS 3

enum blame {
    BLAME_NOBODY,   /* neither fault is set */
    BLAME_ENDPOINT, /* every other parcel would meet the same */
    BLAME_CONFIG    /* and a person must mend something */
};

struct cell {
    const char *step, *kind, *text; /* as tests/tools/lying-smtp.py takes them; step NULL: honest */
    const char *verdicts;           /* "ADA": post_verdicts() */
    const char *said;               /* stands in the receipt of the parcel that fared worst */
    int code;                       /* in that receipt */
    enum blame blame;               /* in that receipt */
    int kept;                       /* messages whose end the relay has seen */
};

struct cell_setup {
    const char *certificate; /* NULL: good */
    const char *const *args; /* for the server, NULL at the end; NULL: none */
    const char *user;        /* of the channel, with the right password */
    size_t size;             /* of a message, about */
};

void cell_run(const struct cell *cell, const struct cell_setup *setup);

#endif
