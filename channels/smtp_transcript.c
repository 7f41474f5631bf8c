#include "channels/smtp_transcript.h"

#include <stdio.h>

#define KEPT ((size_t)64 * 1024 - 64)

void transcript_init(struct transcript *t)
{
    *t = (struct transcript){.opening = 0};
    str_init(&t->text, KEPT + 64);
}

void transcript_dispose(struct transcript *t)
{
    if (t != NULL)
        str_dispose(&t->text);
}

/* The rest of a conversation too long to keep is of no use; that it was longer is. */
static bool has_room(struct transcript *t, size_t size)
{
    if (!t->cut && size < KEPT && t->text.size < KEPT - size)
        return true;
    if (!t->cut)
        str_add(&t->text, "* cut here: the conversation was longer\n");
    t->cut = true;
    return false;
}

void transcript_line(struct transcript *t, const char *mark, struct bytes line)
{
    if (!has_room(t, 4 * line.size + 8))
        return;
    str_add(&t->text, mark);
    for (size_t i = 0; i < line.size; i++) {
        unsigned char c = line.data[i];
        if (c >= ' ' && c <= '~' && c != '\\')
            str_add_c(&t->text, (char)c);
        else
            str_addf(&t->text, "\\x%02x", (unsigned)c);
    }
    str_add_c(&t->text, '\n');
}

void transcript_note(struct transcript *t, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    transcript_line(t, "* ", bytes_of(text));
}

void transcript_end_opening(struct transcript *t)
{
    t->opening = t->text.size;
}

void transcript_next(struct transcript *t)
{
    str_truncate(&t->text, t->opening);
    t->cut = false;
}
