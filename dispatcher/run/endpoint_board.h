/*
 * dispatcher/run/endpoint_board - how the endpoints are doing, kept in the store for `tocsin
 * status`.
 */
#ifndef TOCSIN_DISPATCHER_ENDPOINT_BOARD_H
#define TOCSIN_DISPATCHER_ENDPOINT_BOARD_H

#include "base/json_out.h"
#include "dispatcher/app.h"
#include "dispatcher/run/endpoint.h"

/* Inside an open transaction: when something changed, and not oftener than once a second. */
MUST_USE enum status endpoints_publish(struct endpoints *e, struct app *app, struct err *err);
/* j NULL: for people, what is not as it should be only. */
MUST_USE enum status endpoints_print(struct str *out, struct json_out *j, struct app *app,
                                     struct err *err);

#endif
