#include "channels/smtp_reply.h"

#include <string.h>

#define CODE_DIGITS 3

void reply_start(struct reply_reader *reader)
{
    *reader = (struct reply_reader){.ended = true};
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static enum reply_step broken(struct reply_reader *reader, const char *fault)
{
    reader->fault = fault;
    return REPLY_BROKEN;
}

/* Up to three digits at *p; false when there is none. */
static bool skip_number(const char **p)
{
    size_t n = 0;
    while (n < 3 && is_digit((*p)[n]))
        n++;
    *p += n;
    return n > 0;
}

/* "2.1.5" (RFC 3463) behind the code; its class must be the code's. */
static void read_enhanced(struct reply *reply, const char *text)
{
    const char *p = text + 1;
    if (text[0] != '0' + reply->code / 100 || *p++ != '.' || !skip_number(&p) || *p++ != '.' ||
        !skip_number(&p) || (*p != ' ' && *p != '\0'))
        return;
    size_t size = (size_t)(p - text);
    if (size < sizeof reply->enhanced)
        memcpy(reply->enhanced, text, size);
}

static void read_first_line(struct reply *reply, const char *line, size_t size)
{
    reply->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    size_t kept = size < sizeof reply->said ? size : sizeof reply->said - 1;
    for (size_t i = 0; i < kept; i++)
        reply->said[i] = line[i] >= ' ' && line[i] <= '~' ? line[i] : '?';
    if (size > CODE_DIGITS)
        read_enhanced(reply, line + CODE_DIGITS + 1);
}

static enum reply_step end_line(struct reply_reader *reader)
{
    char *line = reader->line;
    line[reader->size] = '\0';
    if (reader->size < CODE_DIGITS || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) ||
        !is_digit(line[2]))
        return broken(reader, "a line without a reply code");
    char mark = reader->size > CODE_DIGITS ? line[CODE_DIGITS] : ' ';
    if (mark != ' ' && mark != '-')
        return broken(reader, "a line without a reply code");
    if (reader->reply.code == 0)
        read_first_line(&reader->reply, line, reader->size);
    else if (memcmp(line, reader->reply.said, CODE_DIGITS) != 0)
        return broken(reader, "lines of one reply with different codes");
    reader->ended = true;
    if (mark == '-')
        return REPLY_LINE;
    reader->total = 0;
    return REPLY_WHOLE;
}

enum reply_step reply_byte(struct reply_reader *reader, unsigned char c)
{
    if (reader->ended) {
        reader->ended = false;
        reader->size = 0;
        reader->cr = false;
        if (reader->total == 0)
            reader->reply = (struct reply){.code = 0};
    }
    if (c == '\0')
        return broken(reader, "a NUL byte in a reply");
    if (++reader->total > REPLY_SIZE_MAX)
        return broken(reader, "a reply without end");
    if (c == '\n')
        return reader->cr ? end_line(reader) : broken(reader, "a line feed without its CR");
    if (reader->cr)
        return broken(reader, "a CR without its line feed");
    if (c == '\r') {
        reader->cr = true;
        return REPLY_MORE;
    }
    if (reader->size >= REPLY_LINE_MAX)
        return broken(reader, "a line of more than 1000 bytes");
    reader->line[reader->size++] = (char)c;
    return REPLY_MORE;
}

bool reply_is_partial(const struct reply_reader *reader)
{
    return reader->total > 0;
}

int reply_class(const struct reply *reply)
{
    return reply->code / 100;
}
