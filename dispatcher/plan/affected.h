/*
 * dispatcher/plan/affected - "are we affected?" for a device of the installed base.
 *
 * Read-only. Every advisory in force, except digests, is compared with each row that has this
 * serial number or UDI-DI. What is proven not to be concerned is not listed.
 */
#ifndef TOCSIN_DISPATCHER_AFFECTED_H
#define TOCSIN_DISPATCHER_AFFECTED_H

#include "dispatcher/app.h"

/*
 * Appends what concerns the rows behind *after_id, at most a slice of them, and moves it.
 * *more false: that was the last one. ERR_NOT_FOUND: nobody in the register holds it.
 */
MUST_USE enum status affected_slice(struct str *out, bool *more, int64_t *after_id, struct app *app,
                                    const char *device, bool json, struct err *err);

#endif
