#include "duties/ical.h"

#include "base/clock.h"

#include <string.h>

#define LINE_MOST 75 /* octets, RFC 5545 3.1 */

/* NAME:value, folded. A byte that continues a character never begins a line. */
static void put_line(struct str *out, const char *line)
{
    size_t room = LINE_MOST;
    for (const char *at = line; *at != '\0';) {
        size_t size = strlen(at);
        if (size > room) {
            size = room;
            while (size > 1 && ((unsigned char)at[size] & 0xC0u) == 0x80)
                size--;
        }
        str_add_n(out, at, size);
        at += size;
        str_add(out, "\r\n");
        if (*at != '\0')
            str_add_c(out, ' ');
        room = LINE_MOST - 1;
    }
}

/* TEXT of RFC 5545 3.3.11; control signs have no way to be said, so they are left out. */
static void put_text(struct str *out, const char *name, const char *text)
{
    struct str line;
    if (text == NULL)
        return;
    str_init(&line, STR_LIMIT_TEXT);
    str_add(&line, name);
    str_add_c(&line, ':');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\n')
            str_add(&line, "\\n");
        else if (strchr("\\;,", *c) != NULL)
            str_addf(&line, "\\%c", *c);
        else if ((unsigned char)*c >= 0x20 && *c != 0x7F)
            str_add_c(&line, *c);
    }
    put_line(out, str_text(&line));
    str_dispose(&line);
}

/* "20261128T163000Z": what a text of ours says without its marks. */
static void put_instant(struct str *out, const char *name, int64_t ms)
{
    char text[CLOCK_TEXT];
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    str_add(&line, name);
    str_add_c(&line, ':');
    for (const char *c = clock_text(text, ms); *c != '\0'; c++)
        if (*c != '-' && *c != ':')
            str_add_c(&line, *c);
    put_line(out, str_text(&line));
    str_dispose(&line);
}

void ical_begin(struct str *out, const char *name)
{
    put_line(out, "BEGIN:VCALENDAR");
    put_line(out, "VERSION:2.0");
    put_line(out, "PRODID:-//Tocsin//deadlines//EN");
    put_text(out, "X-WR-CALNAME", name);
}

/* At an instant of its own: programs differ on what a trigger before DUE of a task hangs on. */
static void put_alarm(struct str *out, const struct ical_todo *todo, int64_t at_ms)
{
    put_line(out, "BEGIN:VALARM");
    put_line(out, "ACTION:DISPLAY");
    put_instant(out, "TRIGGER;VALUE=DATE-TIME", at_ms);
    put_text(out, "DESCRIPTION", todo->summary);
    put_line(out, "END:VALARM");
}

void ical_todo(struct str *out, const struct ical_todo *todo)
{
    put_line(out, "BEGIN:VTODO");
    put_text(out, "UID", todo->uid);
    put_instant(out, "DTSTAMP", todo->stamp_ms);
    put_instant(out, "DUE", todo->due_ms);
    put_text(out, "SUMMARY", todo->summary);
    put_text(out, "DESCRIPTION", todo->description);
    put_text(out, "CATEGORIES", todo->categories);
    if (todo->priority > 0) {
        char text[] = "PRIORITY:0";
        text[sizeof text - 2] = (char)('0' + todo->priority % 10);
        put_line(out, text);
    }
    put_line(out, "STATUS:NEEDS-ACTION");
    for (size_t i = 0; i < todo->alarm_count; i++)
        put_alarm(out, todo, todo->alarms_ms[i]);
    put_line(out, "END:VTODO");
}

void ical_end(struct str *out)
{
    put_line(out, "END:VCALENDAR");
}
