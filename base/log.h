/*
 * base/log - one line per event on standard error, for people:
 *   2026-11-27T18:40:00.123Z carrier[812] warning notice=5f0c… verdict=deferred said="421 later"
 * Fixed key=value words, the id first. Evidence is separate and never derived from logs.
 * Values are escaped (control and non-ASCII bytes) and quoted where needed.
 * Never a secret, never the content of a notice, never a person's address.
 */
#ifndef TOCSIN_BASE_LOG_H
#define TOCSIN_BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

/* Who speaks ("dispatcher", "sealer", ...; borrowed for ever) and from which level on. */
void log_init(const char *process, enum log_level from);
/* format makes "key=value" text from trusted words; pass outside text through log_quote(). */
void log_line(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);
/* Escape and quote text for a log line into one of 8 rotating static buffers of 256 bytes. */
const char *log_quote(const char *text);

#endif
