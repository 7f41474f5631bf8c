/*
 * templates/changes - the differences of two versions (advisory/diff) in words of one language.
 */
#ifndef TOCSIN_TEMPLATES_CHANGES_H
#define TOCSIN_TEMPLATES_CHANGES_H

#include "advisory/diff.h"
#include "templates/data.h"

/* One difference in one line, in the arena: "CVE-2026-1: CVSS score: 9.8 (before: 8.3)". */
const char *changes_line(const struct data_source *from, const struct diff_item *item);

/* Adds "changes", "changes_more" and what kind of new version it is to the data of an update. */
void changes_add(struct value *data, const struct data_source *from);

#endif
