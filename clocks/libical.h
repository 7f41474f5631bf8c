/*
 * clocks/libical - the library of recurrence rules, loaded when days of months or years are asked.
 *
 * It brings ICU and the library of C++ along. Linked in, both would be in every process of ours:
 * each start would cost 3 ms of CPU more. Private to recur_days.c, which calls its functions by
 * their names.
 */
#ifndef TOCSIN_CLOCKS_LIBICAL_H
#define TOCSIN_CLOCKS_LIBICAL_H

#include "base/err.h"

#include <libical/ical.h>

/* clang-format off */
#define LIBICAL_FUNCTIONS(X) \
    X(icalerror_clear_errno) X(icalrecur_iterator_free) X(icalrecur_iterator_new) \
    X(icalrecur_iterator_next) X(icalrecurrencetype_from_string) X(icaltime_is_null_time) \
    X(icaltime_null_time)
/* clang-format on */

#define LIBICAL_MEMBER(name) __typeof__(name) *name;
struct libical {
    LIBICAL_FUNCTIONS(LIBICAL_MEMBER)
};
#undef LIBICAL_MEMBER

/* Of the process, like the code it points into: filled once by libical_load, never changed again.
 */
extern struct libical libical;

/* Before anything else of it is called. ERR_IO: it is not installed, or lacks a function. */
MUST_USE enum status libical_load(struct err *err);

#ifndef LIBICAL_NAMES_BARE /* as in libical.c itself */
#define icalerror_clear_errno libical.icalerror_clear_errno
#define icalrecur_iterator_free libical.icalrecur_iterator_free
#define icalrecur_iterator_new libical.icalrecur_iterator_new
#define icalrecur_iterator_next libical.icalrecur_iterator_next
#define icalrecurrencetype_from_string libical.icalrecurrencetype_from_string
#define icaltime_is_null_time libical.icaltime_is_null_time
#define icaltime_null_time libical.icaltime_null_time
#endif

#endif
