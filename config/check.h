/*
 * config/check - the shape of one text that stands in a setting. Internal to config/.
 *
 * Each function returns OK or ERR_INVALID with "WHAT: what to do".
 */
#ifndef TOCSIN_CONFIG_CHECK_H
#define TOCSIN_CONFIG_CHECK_H

#include "base/str.h"

#define CHECK_TOKEN "{token}"

/* No control or direction signs; line ends only in prose; min to max bytes, no space at the ends.
 */
MUST_USE enum status check_plain(const char *text, bool prose, size_t min, size_t max,
                                 struct err *err);
MUST_USE enum status check_phone(const char *text, struct err *err);
MUST_USE enum status check_maker_id(const char *text, struct err *err);
MUST_USE enum status check_person_id(const char *text, struct err *err);
MUST_USE enum status check_country(const char *text, struct err *err);
MUST_USE enum status check_url(const char *text, struct err *err);
MUST_USE enum status check_oid(const char *text, struct err *err);
/* local@domain: dot-atom, ASCII, at most 254 bytes (RFC 5321 without quoted forms and literals). */
MUST_USE enum status check_address(const char *text, struct err *err);
/* The same once {token} in its local part stands for a token. */
MUST_USE enum status check_return(const char *text, struct err *err);
MUST_USE enum status check_host(const char *text, struct err *err);
/* "host:port" or "host"; *host_size is the host's, *port stays as it was when there is none. */
MUST_USE enum status check_relay(size_t *host_size, int64_t *port, const char *text,
                                 struct err *err);
MUST_USE enum status check_rrule(const char *text, struct err *err);
/* A time zone that this machine has rules for; UTC needs none. */
MUST_USE enum status check_zone(const char *text, struct err *err);
MUST_USE enum status check_store(const char *text, struct err *err);
MUST_USE enum status check_file_name(const char *text, struct err *err);
MUST_USE enum status check_sha256(const char *text, struct err *err);
MUST_USE enum status check_language(const char *text, struct err *err);
/* A file that is there; with private_ one that only its owner can read. */
MUST_USE enum status check_present(const char *path, bool private_, struct err *err);

#endif
