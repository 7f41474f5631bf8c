/* A folder for one suite, a good configuration, and a way to break it in one place. */
#ifndef TOCSIN_TESTS_CONFIG_FIXTURE_H
#define TOCSIN_TESTS_CONFIG_FIXTURE_H

#include "config/settings.h"

#include <check.h>

/* Eleven lines; the tables of faults count on them. */
extern const char good_text[];

void fixture_make(void);   /* unchecked set-up: in the parent of all tests */
void fixture_remove(void); /* unchecked tear-down */
const char *fixture_dir(void);
const char *fixture_path(const char *name); /* one of 4 rotating buffers */

void fixture_write(const char *name, struct bytes text, unsigned mode);
/* good_text with the first `old` replaced; on the heap. */
char *fixture_broken(const char *old, const char *put);
/* Writes text as tocsin.conf and loads it. */
enum status fixture_load(struct settings **out, const char *text, struct err *err);

/* Runs a suite of one case with the folder around it. */
int fixture_run(const char *name, void (*add)(TCase *tc));

#endif
