#include "base/frame.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAGIC UINT32_C(0x54435331) /* "TCS1" */
#define HEADER ((size_t)16)
#define ABSENT UINT32_C(0xffffffff)
#define CHUNK ((size_t)64 * 1024)
/* Up to this size a frame is copied out of the buffer, beyond it takes the buffer over. */
#define COPIED CHUNK
/* Memory that one large frame needed is given back after it. */
#define KEPT ((size_t)1024 * 1024)

static void put_u32(unsigned char *out, uint32_t n)
{
    for (unsigned i = 0; i < 4; i++)
        out[i] = (unsigned char)(n >> (24 - 8 * i));
}

static uint32_t get_u32(const void *data)
{
    const unsigned char *p = data;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void frame_begin(struct frame_out *f, uint32_t type)
{
    static const unsigned char space[HEADER];
    *f = (struct frame_out){.type = type};
    str_init(&f->bytes, FRAME_LIMIT);
    str_add_n(&f->bytes, space, sizeof space);
}

static void add_field(struct frame_out *f, const void *data, size_t size, bool present)
{
    unsigned char word[4];
    assert(f->fields < FRAME_FIELDS);
    if (size > FRAME_LIMIT) {
        f->bytes.failed = true;
        return;
    }
    put_u32(word, present ? (uint32_t)size : ABSENT);
    str_add_n(&f->bytes, word, sizeof word);
    str_add_n(&f->bytes, data, size);
    f->fields++;
}

void frame_text(struct frame_out *f, const char *text)
{
    add_field(f, text, text == NULL ? 0 : strlen(text), text != NULL);
}

void frame_bytes(struct frame_out *f, struct bytes data)
{
    add_field(f, data.data, data.size, true);
}

void frame_int(struct frame_out *f, int64_t value)
{
    unsigned char word[8];
    put_u32(word, (uint32_t)((uint64_t)value >> 32));
    put_u32(word + 4, (uint32_t)(uint64_t)value);
    add_field(f, word, sizeof word, true);
}

struct bytes frame_end(struct frame_out *f)
{
    unsigned char header[HEADER];
    if (!str_ok(&f->bytes))
        return (struct bytes){0};
    put_u32(header, MAGIC);
    put_u32(header + 4, f->type);
    put_u32(header + 8, f->fields);
    put_u32(header + 12, (uint32_t)f->bytes.size);
    memcpy(f->bytes.data, header, sizeof header);
    return str_bytes(&f->bytes);
}

void frame_dispose(struct frame_out *f)
{
    if (f != NULL)
        str_dispose(&f->bytes);
}

const char *frame_get_text(const struct frame *f, uint32_t i)
{
    return i < f->count && f->present[i] ? (const char *)f->field[i].data : NULL;
}

struct bytes frame_get_bytes(const struct frame *f, uint32_t i)
{
    return i < f->count && f->present[i] ? f->field[i] : (struct bytes){0};
}

int64_t frame_get_int(const struct frame *f, uint32_t i)
{
    struct bytes word = frame_get_bytes(f, i);
    if (word.size != 8)
        return 0;
    return (int64_t)((uint64_t)get_u32(word.data) << 32 | get_u32(word.data + 4));
}

void frame_reader_init(struct frame_reader *r)
{
    *r = (struct frame_reader){0};
    str_init(&r->buffer, 2 * FRAME_LIMIT);
    str_init(&r->text, 2 * FRAME_LIMIT);
}

void frame_reader_dispose(struct frame_reader *r)
{
    if (r == NULL)
        return;
    str_dispose(&r->buffer);
    str_dispose(&r->text);
    r->taken = 0;
}

/* Drop what was taken, but move the rest only when that is less than what goes: linear in all. */
static void compact(struct frame_reader *r)
{
    size_t rest = r->buffer.size - r->taken;
    if (r->taken < rest || r->taken == 0)
        return;
    memmove(r->buffer.data, r->buffer.data + r->taken, rest);
    str_truncate(&r->buffer, rest);
    r->taken = 0;
}

enum status frame_reader_fill(struct frame_reader *r, int fd, struct err *err)
{
    char chunk[CHUNK];
    ssize_t got = 0;
    do {
        got = read(fd, chunk, sizeof chunk);
    } while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return err_set(err, ERR_STALE, "socket: nothing to read now");
    if (got == 0 || (got < 0 && errno == ECONNRESET))
        return err_set(err, ERR_NOT_FOUND, "socket: the other process closed it");
    if (got < 0)
        return err_set(err, ERR_IO, "socket: cannot be read: %s", strerror(errno));
    compact(r);
    str_add_n(&r->buffer, chunk, (size_t)got);
    if (!str_ok(&r->buffer))
        return err_set(err, ERR_IO, "socket: more than %zu bytes wait to be taken",
                       r->buffer.limit);
    return OK;
}

/* For good: where the next frame would begin is not known any more. */
static enum status corrupt(struct frame_reader *r, struct err *err, const char *what)
{
    r->buffer.failed = true;
    return err_set(err, ERR_CORRUPT, "frame: %s: end the other process", what);
}

/* The fields of the frame that begins at `at` of r->text and ends with it. */
static enum status cut_fields(struct frame *out, struct frame_reader *r, size_t at, uint32_t type,
                              uint32_t count, struct err *err)
{
    const struct str *store = &r->text;
    struct frame f = {.type = type, .count = count};
    size_t end[FRAME_FIELDS];
    at += HEADER;
    for (uint32_t i = 0; i < count; i++) {
        if (store->size - at < 4)
            return corrupt(r, err, "it ends inside a field");
        uint32_t size = get_u32(store->data + at);
        at += 4;
        f.present[i] = size != ABSENT;
        if (!f.present[i])
            size = 0;
        if (store->size - at < size)
            return corrupt(r, err, "a field is longer than the frame");
        f.field[i] = (struct bytes){(const unsigned char *)store->data + at, size};
        at += size;
        end[i] = at;
    }
    if (at != store->size)
        return corrupt(r, err, "bytes behind its last field");
    /* Texts end with a NUL: it goes where the next field's size was, which is read by now. */
    for (uint32_t i = 0; i < count; i++)
        store->data[end[i]] = '\0';
    *out = f;
    return OK;
}

/* The frame becomes r->text; returns where it begins there. */
static size_t move_out(struct frame_reader *r, size_t size)
{
    size_t begin = r->taken;
    size_t behind = begin + size;
    if (r->text.capacity > KEPT) {
        size_t limit = r->text.limit;
        str_dispose(&r->text);
        str_init(&r->text, limit);
    }
    str_reset(&r->text);
    if (size <= COPIED) {
        str_add_n(&r->text, r->buffer.data + begin, size);
        r->taken = behind;
        return 0;
    }
    /* What lies behind a large frame came with its last chunk, so there is little to copy. */
    str_add_n(&r->text, r->buffer.data + behind, r->buffer.size - behind);
    struct str rest = r->text;
    r->text = r->buffer;
    r->buffer = rest;
    r->taken = 0;
    str_truncate(&r->text, behind);
    return begin;
}

enum status frame_take(struct frame_reader *r, struct frame *out, struct err *err)
{
    size_t have = r->buffer.size - r->taken;
    *out = (struct frame){0};
    if (!str_ok(&r->buffer))
        return corrupt(r, err, "what came before it was wrong");
    if (have < HEADER)
        return err_set(err, ERR_NOT_FOUND, "frame: not whole yet");
    const char *header = r->buffer.data + r->taken;
    uint32_t type = get_u32(header + 4);
    uint32_t count = get_u32(header + 8);
    uint32_t size = get_u32(header + 12);
    if (get_u32(header) != MAGIC)
        return corrupt(r, err, "it does not begin with TCS1");
    if (count > FRAME_FIELDS)
        return corrupt(r, err, "too many fields");
    if (size > FRAME_LIMIT || size < HEADER + (size_t)4 * count)
        return corrupt(r, err, "its size cannot be");
    if (have < size)
        return err_set(err, ERR_NOT_FOUND, "frame: not whole yet");
    size_t at = move_out(r, size);
    return cut_fields(out, r, at, type, count, err);
}

void frame_keep(struct frame_reader *r, struct str *out)
{
    *out = r->text;
    str_init(&r->text, out->limit);
}

static enum status wait_for(int fd, short events, struct err *err)
{
    struct pollfd wait = {.fd = fd, .events = events};
    while (poll(&wait, 1, -1) < 0)
        if (errno != EINTR)
            return err_set(err, ERR_IO, "socket: cannot be waited for: %s", strerror(errno));
    return OK;
}

enum status frame_send(int fd, struct bytes frame, struct err *err)
{
    if (frame.size == 0)
        return err_set(err, ERR_LIMIT, "frame: larger than %zu bytes: send less", FRAME_LIMIT);
    while (frame.size > 0) {
        ssize_t done = send(fd, frame.data, frame.size, MSG_NOSIGNAL);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            enum status status = wait_for(fd, POLLOUT, err);
            if (status != OK)
                return status;
            continue;
        }
        if (done < 0 && (errno == EPIPE || errno == ECONNRESET))
            return err_set(err, ERR_NOT_FOUND, "socket: the other process closed it");
        if (done < 0)
            return err_set(err, ERR_IO, "socket: cannot be written: %s", strerror(errno));
        frame.data += done;
        frame.size -= (size_t)done;
    }
    return OK;
}

enum status frame_receive(struct frame_reader *r, int fd, struct frame *out, struct err *err)
{
    for (;;) {
        enum status status = frame_take(r, out, err);
        if (status != ERR_NOT_FOUND)
            return status;
        status = frame_reader_fill(r, fd, err);
        if (status == ERR_STALE)
            status = wait_for(fd, POLLIN, err);
        if (status != OK)
            return status;
    }
}
