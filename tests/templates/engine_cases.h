/*
 * One row per rule of the modules interpolation, sections, inverted, partials and comments of the
 * published Mustache specification; test_engine.c runs them, test_oracle.c compares them with the
 * reference implementation.
 */
#ifndef TESTS_TEMPLATES_ENGINE_CASES_H
#define TESTS_TEMPLATES_ENGINE_CASES_H

#include <stddef.h>

struct engine_case {
    const char *rule;
    const char *data; /* JSON; numbers stand for their digits */
    const char *text;
    const char *partials; /* JSON object of texts, or NULL */
    const char *expected;
};

extern const struct engine_case engine_cases[];
extern const size_t engine_case_count;

#endif
