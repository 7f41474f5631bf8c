/*
 * channels/libcurl - the library of HTTP, loaded when a time-stamp authority is asked.
 *
 * It brings 22 other libraries along. Linked in, each would be in every process of ours and be
 * bound at every start: half of what `tocsin check` of one file would cost. Private to http.c,
 * which calls its functions by their names.
 */
#ifndef TOCSIN_CHANNELS_LIBCURL_H
#define TOCSIN_CHANNELS_LIBCURL_H

#include "base/err.h"

/* Its check of types is a macro around the name that is ours here. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#undef curl_easy_setopt
#undef curl_easy_getinfo

/* clang-format off */
#define LIBCURL_FUNCTIONS(X) \
    X(curl_easy_cleanup) X(curl_easy_getinfo) X(curl_easy_init) X(curl_easy_perform) \
    X(curl_easy_setopt) X(curl_easy_strerror) X(curl_slist_append) X(curl_slist_free_all)
/* clang-format on */

#define LIBCURL_MEMBER(name) __typeof__(name) *name;
struct libcurl {
    LIBCURL_FUNCTIONS(LIBCURL_MEMBER)
};
#undef LIBCURL_MEMBER

/* Of the process, like the code it points into: filled once by libcurl_load, never changed again.
 */
extern struct libcurl libcurl;

/* Before anything else of it is called. ERR_IO: it is not installed, or lacks a function. */
MUST_USE enum status libcurl_load(struct err *err);

#ifndef LIBCURL_NAMES_BARE /* as in libcurl.c itself */
#define curl_easy_cleanup libcurl.curl_easy_cleanup
#define curl_easy_getinfo libcurl.curl_easy_getinfo
#define curl_easy_init libcurl.curl_easy_init
#define curl_easy_perform libcurl.curl_easy_perform
#define curl_easy_setopt libcurl.curl_easy_setopt
#define curl_easy_strerror libcurl.curl_easy_strerror
#define curl_slist_append libcurl.curl_slist_append
#define curl_slist_free_all libcurl.curl_slist_free_all
#endif

#endif
