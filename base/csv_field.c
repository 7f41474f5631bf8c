#include "base/csv_field.h"

#include "base/utf8.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define PIECE_LEAST ((size_t)1024)
#define CURE_QUOTE "put the whole field in quotes and double each quote inside it"

enum status csv_fail(const struct csv_reader *r, const char *what, const char *cure)
{
    if (r->cell < r->known_count && r->known[r->cell] != CSV_NAMELESS)
        return err_set(r->err, ERR_INVALID, "%s row %zu, column %s: %s: %s", r->name, r->row,
                       r->columns[r->known[r->cell]].name, what, cure);
    return err_set(r->err, ERR_INVALID, "%s row %zu, column %zu: %s: %s", r->name, r->row,
                   r->cell + 1, what, cure);
}

/* Whoever jumps about in a file reads little at each place. */
static void hold(struct csv_window *w, size_t at, size_t size)
{
    const bool goes_on = w->have > 0 && at == w->base + w->have;
    w->piece = !goes_on                        ? PIECE_LEAST
               : w->piece * 4 < sizeof w->data ? w->piece * 4
                                               : sizeof w->data;
    const size_t wanted = size - at < w->piece ? size - at : w->piece;
    w->base = at;
    w->have = 0;
    while (w->have < wanted && w->failed == 0) {
        ssize_t got = pread(w->fd, w->data + w->have, wanted - w->have, (off_t)(at + w->have));
        if (got > 0)
            w->have += (size_t)got;
        else if (got == 0 || errno != EINTR)
            w->failed = got == 0 ? -1 : errno;
    }
}

int csv_byte(const struct csv_reader *r, size_t at)
{
    struct csv_window *w = r->window;
    if (at >= r->size)
        return -1;
    if (r->text != NULL)
        return r->text[at];
    if (at < w->base || at >= w->base + w->have)
        hold(w, at, r->size);
    return at < w->base + w->have ? w->data[at - w->base] : -1;
}

static void skip_blanks(struct csv_reader *r)
{
    while (csv_peek(r) == ' ' || (csv_peek(r) == '\t' && r->separator != '\t'))
        r->at++;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_hard_space(const char *p)
{
    return p[0] == '\xC2' && p[1] == '\xA0'; /* what a cell copied from a web page ends with */
}

static size_t space_before(const char *text, size_t size)
{
    if (size > 0 && is_blank(text[0]))
        return 1;
    return size > 1 && is_hard_space(text) ? 2 : 0;
}

static size_t space_behind(const char *text, size_t size)
{
    if (size > 0 && is_blank(text[size - 1]))
        return 1;
    return size > 1 && is_hard_space(text + size - 2) ? 2 : 0;
}

/* Without white space at both ends; NUL-terminated in place. */
static char *trim(char *text, size_t size)
{
    for (size_t n = space_before(text, size); n > 0; n = space_before(text, size)) {
        text += n;
        size -= n;
    }
    for (size_t n = space_behind(text, size); n > 0; n = space_behind(text, size))
        size -= n;
    text[size] = '\0';
    return text;
}

static enum status take_quoted(struct csv_reader *r, size_t *size)
{
    r->at++;
    for (;;) {
        int c = csv_peek(r);
        if (c < 0)
            return csv_fail(r, "a quote opens here and never ends",
                            "close it, or double it where a quote is meant");
        r->at++;
        if (c == '"') {
            if (csv_peek(r) != '"')
                break;
            r->at++;
        }
        r->pool[(*size)++] = (char)c;
    }
    skip_blanks(r);
    int c = csv_peek(r);
    if (c >= 0 && c != r->separator && c != '\r' && c != '\n')
        return csv_fail(r, "text behind the closing quote", CURE_QUOTE);
    return OK;
}

static enum status take_plain(struct csv_reader *r, size_t *size)
{
    for (int c = csv_peek(r); c >= 0 && c != r->separator && c != '\r' && c != '\n';
         c = csv_peek(r)) {
        if (c == '"')
            return csv_fail(r, "a quote inside a field without quotes", CURE_QUOTE);
        r->pool[(*size)++] = (char)c;
        r->at++;
    }
    return OK;
}

enum status csv_take_end(struct csv_reader *r, enum csv_ends *ends)
{
    int c = csv_peek(r);
    if (c == '\r') {
        r->at++;
        c = csv_peek(r);
        if (c != '\n')
            return csv_fail(r, "a carriage return without a line feed",
                            "save the file with CRLF or LF at the ends of its lines");
    }
    *ends = c < 0 ? CSV_ENDS_TEXT : c == '\n' ? CSV_ENDS_ROW : CSV_ENDS_CELL;
    if (c >= 0)
        r->at++;
    return OK;
}

enum status csv_take_field(struct csv_reader *r, char **text, enum csv_ends *ends)
{
    size_t size = 0;
    skip_blanks(r);
    enum status status = csv_peek(r) == '"' ? take_quoted(r, &size) : take_plain(r, &size);
    if (status == OK)
        status = csv_take_end(r, ends);
    if (status != OK)
        return status;
    struct bytes raw = {(const unsigned char *)r->pool, size};
    if (memchr(r->pool, '\0', size) != NULL)
        return csv_fail(r, "a NUL byte", CSV_CURE_UTF8);
    if (!utf8_valid(raw, NULL))
        return csv_fail(r, "a sign that is not UTF-8 (Windows-1252?)", CSV_CURE_UTF8);
    *text = trim(r->pool, size);
    return OK;
}
