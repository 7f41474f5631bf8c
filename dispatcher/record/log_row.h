/*
 * dispatcher/record/log_row - an entry's columns in the store against its line. Pure.
 *
 * The chain covers the line alone. What stands beside it serves look-ups; a bit turned there would
 * lead a look-up to the wrong entry, and no hash would show it.
 */
#ifndef TOCSIN_DISPATCHER_LOG_ROW_H
#define TOCSIN_DISPATCHER_LOG_ROW_H

#include "store/log.h"

/* The line is known to be good. ERR_REFUSED: "bad: entry 12: column kind: not what its line says".
 */
MUST_USE enum status log_row_check(const struct log_line *row, struct err *err);

#endif
