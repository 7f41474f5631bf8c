/*
 * base/frame - typed, length-checked messages over a stream socket between our
 * own processes (the shape of OpenSMTPD's imsg).
 *
 * On the wire: magic "TCS1", type u32, field count u32, size of all u32 (these 16 bytes
 * too), then per field size u32 and bytes; big endian. A field may be absent (size 0xffffffff).
 * The reader believes nothing: wrong magic, too large, sizes that do not add up
 * are ERR_CORRUPT and the connection is at its end.
 */
#ifndef TOCSIN_BASE_FRAME_H
#define TOCSIN_BASE_FRAME_H

#include "base/str.h"

#define FRAME_FIELDS 1024
#define FRAME_LIMIT ((size_t)96 * 1024 * 1024)

/* Building. Fields are appended in order. */
struct frame_out {
    struct str bytes;
    uint32_t type;
    uint32_t fields;
};

void frame_begin(struct frame_out *f, uint32_t type);
void frame_text(struct frame_out *f, const char *text); /* NULL is absent */
void frame_bytes(struct frame_out *f, struct bytes data);
void frame_int(struct frame_out *f, int64_t value);
/*
 * Completes the header; the frame's bytes are borrowed until dispose. An empty run when it has
 * grown past FRAME_LIMIT: frame_send refuses that.
 */
struct bytes frame_end(struct frame_out *f);
void frame_dispose(struct frame_out *f);

/* A received frame: fields are borrowed from the reader until the next frame_take. */
struct frame {
    uint32_t type;
    uint32_t count;
    struct bytes field[FRAME_FIELDS];
    bool present[FRAME_FIELDS];
};

/* NULL / empty / 0 when there is no such field. Texts are NUL-terminated in the reader. */
const char *frame_get_text(const struct frame *f, uint32_t i);
struct bytes frame_get_bytes(const struct frame *f, uint32_t i);
int64_t frame_get_int(const struct frame *f, uint32_t i);

/* Collects what a socket gives and cuts frames out of it. */
struct frame_reader {
    struct str buffer;
    size_t taken;
    struct str text; /* NUL-terminated copies */
};

void frame_reader_init(struct frame_reader *r);
void frame_reader_dispose(struct frame_reader *r);
/*
 * Read once from fd.
 * Returns ERR_NOT_FOUND (the other side closed), ERR_STALE (non-blocking: nothing now), ERR_IO.
 */
MUST_USE enum status frame_reader_fill(struct frame_reader *r, int fd, struct err *err);
/* Returns ERR_NOT_FOUND (no whole frame yet), ERR_CORRUPT (again whenever it is asked again). */
MUST_USE enum status frame_take(struct frame_reader *r, struct frame *out, struct err *err);

/* Hand over what the frame taken last borrows from, so that it outlives the next one. */
void frame_keep(struct frame_reader *r, struct str *out);

/*
 * Blocking ends, for the children; a non-blocking socket is waited for.
 * Return ERR_NOT_FOUND when the other side closed (what came of an unfinished frame is dropped),
 * ERR_IO; frame_send ERR_LIMIT, frame_receive ERR_CORRUPT.
 */
MUST_USE enum status frame_send(int fd, struct bytes frame, struct err *err);
MUST_USE enum status frame_receive(struct frame_reader *r, int fd, struct frame *out,
                                   struct err *err);

#endif
