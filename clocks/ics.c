#include "clocks/ics.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

#define CONTENT_LIMIT ((size_t)64 * 1024)

void ics_init(struct ics *ics, struct bytes text)
{
    *ics = (struct ics){.text = text, .next_line = 1};
    str_init(&ics->content, CONTENT_LIMIT);
}

void ics_dispose(struct ics *ics)
{
    str_dispose(&ics->content);
}

/* The next line of the file, without its end; false behind the last. */
static bool take_line(struct ics *ics, struct bytes *out)
{
    if (ics->at >= ics->text.size)
        return false;
    const unsigned char *begin = ics->text.data + ics->at;
    size_t left = ics->text.size - ics->at;
    const unsigned char *end = memchr(begin, '\n', left);
    size_t size = end != NULL ? (size_t)(end - begin) : left;
    ics->at += end != NULL ? size + 1 : size;
    ics->next_line++;
    if (size > 0 && begin[size - 1] == '\r')
        size--;
    *out = (struct bytes){begin, size};
    return true;
}

static bool goes_on(const struct ics *ics)
{
    return ics->at < ics->text.size &&
           (ics->text.data[ics->at] == ' ' || ics->text.data[ics->at] == '\t');
}

/* Where the value begins: a colon inside of quotes belongs to a parameter. */
static char *find_colon(char *content)
{
    bool quoted = false;
    for (char *p = content; *p != '\0'; p++) {
        if (*p == '"')
            quoted = !quoted;
        else if (*p == ':' && !quoted)
            return p;
    }
    return NULL;
}

static enum status cut(struct ics *ics, struct err *err)
{
    char *content = ics->content.data;
    char *colon = find_colon(content);
    size_t size =
        strspn(content, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
    if (size == 0 || colon == NULL || (content[size] != ':' && content[size] != ';'))
        return err_set(err, ERR_CORRUPT, "\"%.60s\" is no line of iCalendar: write NAME:VALUE",
                       content);
    *colon = '\0';
    ics->value = colon + 1;
    ics->parameters = content + size < colon ? content + size + 1 : colon;
    content[size] = '\0';
    for (size_t i = 0; i < size; i++)
        content[i] = (char)toupper((unsigned char)content[i]);
    ics->name = content;
    return OK;
}

enum status ics_next(struct ics *ics, struct err *err)
{
    struct bytes line = {0};
    str_reset(&ics->content);
    do {
        ics->line = ics->next_line;
        if (!take_line(ics, &line))
            return err_set(err, ERR_NOT_FOUND, "the file is at its end");
    } while (line.size == 0);
    str_add_n(&ics->content, line.data, line.size);
    while (goes_on(ics) && take_line(ics, &line))
        str_add_n(&ics->content, line.data + 1, line.size - 1);
    if (!str_ok(&ics->content))
        return err_set(err, ERR_CORRUPT, "the line is longer than %zu bytes", CONTENT_LIMIT);
    if (memchr(ics->content.data, '\0', ics->content.size) != NULL ||
        !utf8_valid(str_bytes(&ics->content), NULL))
        return err_set(err, ERR_CORRUPT, "the line is no text in UTF-8: save it as UTF-8");
    return cut(ics, err);
}

enum status ics_date(struct date *out, const char *text, struct err *err)
{
    char dashed[11] = "";
    if (strlen(text) == 8 && strspn(text, "0123456789") == 8) {
        memcpy(dashed, text, 4);
        memcpy(dashed + 5, text + 4, 2);
        memcpy(dashed + 8, text + 6, 2);
        dashed[4] = '-';
        dashed[7] = '-';
    }
    if (date_parse(out, dashed, NULL) != OK)
        return err_set(err, ERR_CORRUPT, "\"%.40s\" is not a date: write it as 20261127", text);
    return OK;
}

void ics_unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\\' && from[1] != '\0') {
            from++;
            *to++ = *from == 'n' || *from == 'N' ? ' ' : *from;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}
