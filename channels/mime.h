/*
 * channels/mime - the parts of one mail from outside, as slices of its bytes.
 *
 * Private to channels. One pass, no recursion, fixed limits: a mail past them gives fewer
 * parts, never more work. Nothing is decoded before it is asked for. A message inside a message
 * (message/rfc822 and its like) is a leaf: what somebody forwards is not what he says himself.
 *
 * Owns:    nothing; slices borrow the raw bytes, texts belong to the arena.
 * Knows:   base, channels/fields, channels/decode. Not: what the mail means.
 */
#ifndef TOCSIN_CHANNELS_MIME_H
#define TOCSIN_CHANNELS_MIME_H

#include "channels/fields.h"

#define MIME_DEPTH_MAX 16
#define MIME_PARTS_MAX 256

struct mime_part {
    struct fields fields;
    struct bytes body;        /* still encoded; empty for a multipart whose parts were read */
    const char *type;         /* "text/plain", lower case, never NULL */
    const char *content_type; /* the whole value, for its parameters; or NULL */
    size_t parent;            /* index; 0 for the root itself */
    bool attachment;          /* Content-Disposition: attachment */
};

struct mime {
    struct mime_part *parts; /* in the order of the mail; [0] is the mail itself */
    size_t count;            /* at least 1 */
    bool limited;            /* a limit left something out */
};

/* Takes any bytes. A missing or unusable Content-Type is text/plain (RFC 2045 5.2). */
void mime_read(struct mime *out, struct arena *arena, struct bytes raw);

/* Append the body of a leaf without its transfer encoding. Returns false when it was cut off. */
bool mime_decode(struct str *out, const struct mime_part *part, struct arena *arena);
/* The same as UTF-8, by the part's charset. */
bool mime_text(struct str *out, const struct mime_part *part, struct arena *arena);

#endif
