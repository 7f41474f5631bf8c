/*
 * channels/http - one POST, one whole answer, within bounds. The only home of libcurl.
 *
 * What comes back is hostile bytes for the caller to judge: TLS, where the address asks for it,
 * says who the server is, and nothing says that it speaks the truth. Only http and https, no
 * redirection, no proxy, no cookies, nothing of the environment or of files of the user's.
 */
#ifndef TOCSIN_CHANNELS_HTTP_H
#define TOCSIN_CHANNELS_HTTP_H

#include "base/str.h"

struct http_request {
    const char *url;
    const char *type;   /* of the body: "application/timestamp-query" */
    const char *accept; /* what is wanted back */
    struct bytes body;
    const char *ca_file; /* for https; NULL: the system's */
    int64_t timeout_ms;  /* for all of it, names and TLS as well */
};

/*
 * Appends the body of the answer to out, whose limit is the most that is taken. Blocks.
 * Returns ERR_REFUSED (a status other than 200: its number is in err; a certificate that does not
 * hold; a name or password in the address), ERR_LIMIT (too long), ERR_INVALID (an address that is
 * none, or of another scheme), ERR_IO (no connection, cut, too slow).
 */
MUST_USE enum status http_post(struct str *out, const struct http_request *request,
                               struct err *err);

#endif
