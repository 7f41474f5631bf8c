#include "base/log.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One write() up to PIPE_BUF bytes is never mixed with the line of another process. */
#define LINE_SIZE ((size_t)4096)
#define QUOTE_SIZE ((size_t)256)
#define QUOTES 8

/* A process has one standard error and one name: the only state of this file. */
static const char *log_process = "tocsin";
static enum log_level log_from = LOG_INFO;

void log_init(const char *process, enum log_level from)
{
    log_process = process;
    log_from = from;
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_DEBUG:
        return "debug";
    case LOG_INFO:
        return "info";
    case LOG_WARNING:
        return "warning";
    case LOG_ERROR:
        break;
    }
    return "error";
}

/* Nobody is left to tell when standard error itself does not take the line. */
static void write_out(const char *line, size_t size)
{
    while (size > 0) {
        ssize_t done = write(STDERR_FILENO, line, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return;
        line += done;
        size -= (size_t)done;
    }
}

void log_line(enum log_level level, const char *format, ...)
{
    char line[LINE_SIZE];
    char now[CLOCK_TEXT];
    struct clock clock;
    va_list args;
    if (level < log_from)
        return;
    int saved = errno; /* a log line must not change what its caller is about to look at */
    clock_init_system(&clock);
    int head =
        snprintf(line, sizeof line, "%s %.32s[%ld] %s ", clock_text_ms(now, clock_now_ms(&clock)),
                 log_process, (long)getpid(), level_name(level));
    size_t at = head < 0 ? 0 : (size_t)head;
    va_start(args, format);
    int body = vsnprintf(line + at, sizeof line - at, format, args);
    va_end(args);
    size_t size = at + (body < 0 ? 0 : (size_t)body);
    if (size >= sizeof line) {
        size = sizeof line - 1;
        memcpy(line + size - 3, "...", 3);
    }
    /* Outside text comes through log_quote(); if some did not, it still cannot forge a line. */
    for (size_t i = 0; i < size; i++)
        if (line[i] < 0x20 || line[i] > 0x7E)
            line[i] = '?';
    line[size++] = '\n';
    write_out(line, size);
    errno = saved;
}

static bool is_plain(const char *text)
{
    static const char signs[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_.:/@+,%~";
    return text[0] != '\0' && text[strspn(text, signs)] == '\0';
}

const char *log_quote(const char *text)
{
    static _Thread_local char ring[QUOTES][QUOTE_SIZE];
    static _Thread_local unsigned next;
    char *out = ring[next++ % QUOTES];
    if (text == NULL)
        text = "";
    size_t size = strnlen(text, QUOTE_SIZE);
    if (size < QUOTE_SIZE && is_plain(text)) {
        memcpy(out, text, size + 1);
        return out;
    }
    struct str quoted;
    str_init(&quoted, 4 * QUOTE_SIZE);
    utf8_add_escaped(&quoted, (struct bytes){(const unsigned char *)text, size});
    /* Cut before an escape, never inside one: the longest has four signs. */
    size_t room = QUOTE_SIZE - sizeof "\"...\"";
    const char *all = str_text(&quoted);
    size_t keep = 0;
    while (keep < quoted.size) {
        size_t step = all[keep] != '\\' ? 1 : all[keep + 1] == 'x' ? 4 : 2;
        if (keep + step > room)
            break;
        keep += step;
    }
    (void)snprintf(out, QUOTE_SIZE, "\"%.*s%s\"", (int)keep, all, keep < quoted.size ? "..." : "");
    str_dispose(&quoted);
    return out;
}
