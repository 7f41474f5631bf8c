/*
 * tests/lies/crowd - many cells at once, each in a process of its own: most of them only wait.
 */
#ifndef TOCSIN_TESTS_LIES_CROWD_H
#define TOCSIN_TESTS_LIES_CROWD_H

#include <stdbool.h>
#include <stddef.h>

struct crowd {
    size_t count;
    void (*run)(size_t cell);     /* returns: good; dies: not */
    bool (*is_slow)(size_t cell); /* it waits most of its time */
    void (*name)(char *out, size_t size, size_t cell);
};

/* How many failed; each with its name and what it said. */
size_t crowd_run(const struct crowd *crowd);

#endif
