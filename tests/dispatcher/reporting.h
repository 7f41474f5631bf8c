/* What a report says, as text: for tests of the human half of a bundle. */
#ifndef TOCSIN_TESTS_DISPATCHER_REPORTING_H
#define TOCSIN_TESTS_DISPATCHER_REPORTING_H

#include "dispatcher/export/report_inner.h"
#include "tests/dispatcher/world.h"

/* report.html of the case, without its tags, or of the advisory; in the world's arena. */
const char *report_page(struct world *w, const char *of_case, const char *tracking);
/* cases.csv of the advisory. */
const char *report_table_of(struct world *w, const char *tracking);
void says(const char *text, const char *words);
void says_not(const char *text, const char *words);

#endif
