/*
 * What a relay may send, in any pieces and at any time: the guard must stand it, stop for good when
 * it stops, and never let the library see what is to be hidden from it.
 * Input: first byte seeds the sizes of the pieces; the rest is what the relay sends.
 */
#include "channels/smtp_guard.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const session[] = {
    "EHLO a\r\n",        "STARTTLS\r\n",           NULL, "EHLO a\r\n", "AUTH PLAIN c2VjcmV0\r\n",
    "MAIL FROM:<a>\r\n", "RCPT TO:<b>\r\nDATA\r\n"};
#define SESSION_SIZE (sizeof session / sizeof session[0])

struct play {
    struct guard guard;
    struct clock clock;
    struct transcript transcript;
    size_t said;
};

/* Our next word, when the relay has answered the last one. */
static void speak(struct play *play)
{
    struct guard *g = &play->guard;
    while (!g->stopped && g->waiting_count == 0 && play->said < SESSION_SIZE) {
        const char *line = session[play->said++];
        if (line == NULL)
            guard_tls(g);
        else
            guard_wrote(g, line, strlen(line));
    }
    if (!g->stopped && g->answer[ASKED_DATA].code == 354 && g->waiting_count == 0)
        guard_dot(g, 1000);
}

static void hear(struct play *play, const uint8_t *data, size_t size)
{
    struct guard *g = &play->guard;
    bool stopped = g->stopped;
    char *piece = xcalloc(size, 1);
    memcpy(piece, data, size);
    guard_read(g, piece, size);
    for (size_t i = 0; i < size; i++) {
        assert((unsigned char)piece[i] < 0x80);
        assert(!stopped || piece[i] == '!');
    }
    free(piece);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct play play = {.said = 0};
    unsigned seed = data[0];
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    clock_init_stopped(&play.clock, 0);
    transcript_init(&play.transcript);
    guard_init(&play.guard, &play.clock, MS_SECOND, true, "secret", &play.transcript);
    guard_connected(&play.guard, fd);
    for (size_t at = 1; at < size;) {
        seed = seed * 1103515245U + 12345U;
        size_t piece = 1 + (seed >> 16) % 64;
        if (piece > size - at)
            piece = size - at;
        hear(&play, data + at, piece);
        speak(&play);
        at += piece;
    }
    guard_closed(&play.guard);
    assert(str_ok(&play.transcript.text));
    /* Once we have said it, nobody's repetition of it is kept. */
    const char *auth = strstr(str_text(&play.transcript.text), "\nC: AUTH PLAIN ");
    assert(auth == NULL || strstr(auth, "c2VjcmV0") == NULL);
    assert(!play.guard.begun || (play.guard.tls && play.guard.authenticated));
    for (int i = 0; i < ASKED_COUNT; i++)
        assert(play.guard.answer[i].code == 0 ||
               (play.guard.answer[i].code >= 200 && play.guard.answer[i].code <= 599));
    transcript_dispose(&play.transcript);
    guard_dispose(&play.guard);
    (void)close(fd);
    return 0;
}
