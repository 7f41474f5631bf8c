/*
 * dispatcher/export/report - the human half of a bundle: report.html, report.csv and cases.csv.
 *
 * report.html is one file: nothing remote, no script; it prints. What the installation does not
 * keep says "not recorded". Every value is escaped content, never a tag or an attribute.
 */
#ifndef TOCSIN_DISPATCHER_REPORT_H
#define TOCSIN_DISPATCHER_REPORT_H

#include "dispatcher/export/export.h"

#define REPORT_LIMIT ((size_t)1024 * 1024 * 1024)

/* size: entries under the bundle's checkpoint. */
MUST_USE enum status report_html(struct str *out, struct app *app, const struct export_scope *scope,
                                 int64_t size, struct err *err);
/* A row for each notice; no cell is a formula. */
MUST_USE enum status report_csv(struct str *out, const struct export_scope *scope, struct err *err);
/* Of cases: a row for each fact, decision, duty, hold and promise. */
MUST_USE enum status report_cases_csv(struct str *out, struct app *app,
                                      const struct export_scope *scope, struct err *err);

#endif
