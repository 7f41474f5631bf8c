/*
 * dispatcher/submit - see submit.c; op_submit is declared in dispatcher/op.h.
 *
 * Arguments of the operation, from OP_ARG on: file name, its bytes, name of the order or absent,
 * bytes of the order, 1 for JSON, then pairs of (file name, bytes) of signatures found beside.
 */
#ifndef TOCSIN_DISPATCHER_SUBMIT_H
#define TOCSIN_DISPATCHER_SUBMIT_H

#include "base/utf8.h"
#include "config/order.h"
#include "dispatcher/app.h"

#endif
