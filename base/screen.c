#include "base/screen.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define ROWS_UNKNOWN 24
#define FRAME_LIMIT ((size_t)1024 * 1024)

/* Long lines are cut by the terminal, which knows how wide its signs are: so it is told not to
 * break them. */
static const char enter[] = "\033[?1049h\033[?25l\033[?7l\033[2J";
static const char leave[] = "\033[?7h\033[?25h\033[?1049l";

static enum status put(const char *data, size_t size, struct err *err)
{
    while (size > 0) {
        const ssize_t done = write(STDOUT_FILENO, data, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_set(err, ERR_IO, "standard output: %s", strerror(errno));
        data += done;
        size -= (size_t)done;
    }
    return OK;
}

/* Keys come one by one and are not shown; ctrl-c stays a signal; those of ctrl-z and of
 * quit would leave the page, and the terminal as it is. */
static enum status set_terminal(const struct screen *screen, struct err *err)
{
    struct termios raw = screen->was;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    raw.c_cc[VQUIT] = _POSIX_VDISABLE;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0)
        return err_set(err, ERR_IO, "terminal: %s", strerror(errno));
    return put(enter, sizeof enter - 1, err);
}

enum status screen_open(struct screen *out, struct err *err)
{
    sigset_t ours;
    *out = (struct screen){.signals = -1};
    if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1)
        return err_set(err, ERR_INVALID,
                       "standard input and output: no terminal: leave --watch out for a file or a "
                       "pipe");
    if (tcgetattr(STDIN_FILENO, &out->was) != 0)
        return err_set(err, ERR_IO, "terminal: %s", strerror(errno));
    (void)sigemptyset(&ours);
    (void)sigaddset(&ours, SIGINT);
    (void)sigaddset(&ours, SIGQUIT);
    (void)sigaddset(&ours, SIGTERM);
    (void)sigaddset(&ours, SIGHUP);
    (void)sigaddset(&ours, SIGWINCH);
    if (sigprocmask(SIG_BLOCK, &ours, &out->mask) != 0)
        return err_set(err, ERR_IO, "signals: %s", strerror(errno));
    out->signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    enum status status = out->signals >= 0 ? set_terminal(out, err)
                                           : err_set(err, ERR_IO, "signals: %s", strerror(errno));
    if (status != OK)
        screen_close(out);
    return status;
}

void screen_close(struct screen *screen)
{
    struct err err;
    (void)put(leave, sizeof leave - 1, &err);
    /* Keys that nobody read are not for the shell. */
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &screen->was);
    if (screen->signals >= 0)
        (void)close(screen->signals);
    screen->signals = -1;
    (void)sigprocmask(SIG_SETMASK, &screen->mask, NULL);
}

static size_t count_lines(struct bytes text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\n')
            lines++;
    return lines + (text.size > 0 && text.data[text.size - 1] != '\n' ? 1 : 0);
}

void screen_frame(struct str *out, struct bytes text, size_t rows)
{
    const size_t lines = count_lines(text);
    const size_t shown = lines <= rows ? lines : rows > 0 ? rows - 1 : 0;
    const unsigned char *at = text.data;
    size_t left = text.size;
    str_add(out, "\033[H");
    for (size_t i = 0; i < shown; i++) {
        const unsigned char *end = memchr(at, '\n', left);
        const size_t size = end != NULL ? (size_t)(end - at) : left;
        str_addf(out, "%s", i > 0 ? "\r\n" : "");
        str_add_n(out, at, size);
        str_add(out, "\033[K");
        at += end != NULL ? size + 1 : size;
        left -= end != NULL ? size + 1 : size;
    }
    if (lines > shown)
        str_addf(out, "%s... and %zu more lines\033[K", shown > 0 ? "\r\n" : "", lines - shown);
    str_add(out, "\033[J");
}

enum status screen_show(const struct screen *screen, struct bytes text, struct err *err)
{
    struct winsize size = {0};
    struct str frame;
    (void)screen;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
        size.ws_row = ROWS_UNKNOWN;
    str_init(&frame, text.size + FRAME_LIMIT);
    screen_frame(&frame, text, size.ws_row);
    enum status status = str_ok(&frame) ? put(str_text(&frame), frame.size, err)
                                        : err_set(err, ERR_LIMIT, "terminal: too much for a frame");
    str_dispose(&frame);
    return status;
}

/* Another size is no end. */
static bool ended_by_signal(const struct screen *screen)
{
    struct signalfd_siginfo info;
    bool ended = false;
    while (read(screen->signals, &info, sizeof info) == (ssize_t)sizeof info)
        ended = ended || info.ssi_signo != SIGWINCH;
    return ended;
}

static int64_t uptime(void)
{
    int64_t wall = 0;
    int64_t up = 0;
    clock_read_machine(&wall, &up);
    return up;
}

bool screen_wait(const struct screen *screen, int64_t ms)
{
    const int64_t end = uptime() + ms;
    for (;;) {
        struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = screen->signals, .events = POLLIN}};
        const int64_t left = end - uptime();
        if (left <= 0)
            return true;
        if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
            return false;
        if (fds[1].revents != 0)
            return !ended_by_signal(screen);
        if (fds[0].revents != 0) {
            char key = 'q';
            const ssize_t got = read(STDIN_FILENO, &key, 1);
            if (got <= 0 || key == 'q' || key == 'Q')
                return false;
        }
    }
}
