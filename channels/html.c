#include "channels/html.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

#define NAME_MAX_SIZE 16
#define QUOTE_MAX 8 /* deeper quotes look like this one */

struct html {
    struct str *out;
    const char *at;
    const char *end;
    const char
        *last_double; /* the last quotation marks of the mail: an attribute's value that is */
    const char *last_single; /* never closed must not swallow the rest */
    size_t quotes;           /* open <blockquote>s */
    bool begun;              /* the line has a sign already */
    bool space;              /* a blank is owed before the next one */
};

static const char *const blocks[] = {
    "address", "article", "blockquote", "body",    "br",    "center", "dd", "div",
    "dl",      "dt",      "fieldset",   "footer",  "form",  "h1",     "h2", "h3",
    "h4",      "h5",      "h6",         "header",  "hr",    "html",   "li", "main",
    "ol",      "p",       "pre",        "section", "table", "tbody",  "tr", "ul",
};

static const char *const silent[] = {"script", "style", "title"};

static const struct {
    const char *name;
    uint32_t sign;
} entities[] = {
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},     {"apos", '\''},
    {"nbsp", ' '},     {"auml", 0xE4},    {"ouml", 0xF6},    {"uuml", 0xFC},    {"Auml", 0xC4},
    {"Ouml", 0xD6},    {"Uuml", 0xDC},    {"szlig", 0xDF},   {"eacute", 0xE9},  {"egrave", 0xE8},
    {"agrave", 0xE0},  {"ccedil", 0xE7},  {"rsquo", 0x2019}, {"lsquo", 0x2018}, {"ldquo", 0x201C},
    {"rdquo", 0x201D}, {"bdquo", 0x201E}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"hellip", 0x2026},
};

static bool listed(const char *name, const char *const list[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, list[i]) == 0)
            return true;
    return false;
}

static void new_line(struct html *h)
{
    if (h->begun)
        str_add_c(h->out, '\n');
    h->begun = false;
    h->space = false;
}

static void add_sign(struct html *h, uint32_t sign)
{
    if (sign <= ' ' || sign == 0xA0) {
        h->space = h->begun;
        return;
    }
    if (!h->begun)
        for (size_t i = 0; i < h->quotes && i < QUOTE_MAX; i++)
            str_add(h->out, i + 1 == h->quotes || i + 1 == QUOTE_MAX ? "> " : ">");
    if (h->space)
        str_add_c(h->out, ' ');
    h->begun = true;
    h->space = false;
    utf8_add(h->out, sign);
}

/* "&name;" or "&#10;" or "&#x0A;"; anything else is an ampersand. */
static void read_entity(struct html *h)
{
    size_t most = (size_t)(h->end - h->at) < 12 ? (size_t)(h->end - h->at) : 12;
    const char *semicolon = memchr(h->at, ';', most);
    const char *name = h->at + 1;
    h->at++;
    if (semicolon == NULL)
        goto plain;
    size_t size = (size_t)(semicolon - name);
    if (size > 1 && name[0] == '#') {
        uint32_t sign = 0;
        bool hex = name[1] == 'x' || name[1] == 'X';
        for (const char *p = name + 1 + hex; p < semicolon; p++) {
            const char *digits = "0123456789abcdef";
            const char *digit = strchr(digits, *p >= 'A' && *p <= 'F' ? *p - 'A' + 'a' : *p);
            if (*p == '\0' || digit == NULL || digit - digits >= (hex ? 16 : 10))
                goto plain;
            sign = sign * (hex ? 16 : 10) + (uint32_t)(digit - digits);
        }
        h->at = semicolon + 1;
        add_sign(h, sign);
        return;
    }
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (strlen(entities[i].name) == size && memcmp(entities[i].name, name, size) == 0) {
            h->at = semicolon + 1;
            add_sign(h, entities[i].sign);
            return;
        }
    }
plain:
    add_sign(h, '&');
}

/* Move behind the '>' that ends a tag; without one the rest of the mail is the tag. */
static void skip_tag(struct html *h)
{
    while (h->at < h->end && *h->at != '>') {
        const char *last = *h->at == '"' ? h->last_double : h->last_single;
        if ((*h->at == '"' || *h->at == '\'') && h->at < last)
            h->at = memchr(h->at + 1, *h->at, (size_t)(h->end - h->at - 1));
        h->at++;
    }
    if (h->at < h->end)
        h->at++;
}

/* Drop everything up to the end tag of this name. */
static void skip_content(struct html *h, const char *name)
{
    size_t size = strlen(name);
    while (h->at < h->end) {
        const char *open = memchr(h->at, '<', (size_t)(h->end - h->at));
        if (open == NULL || (size_t)(h->end - open) < size + 2) {
            h->at = h->end;
            return;
        }
        h->at = open + 1;
        if (open[1] == '/' && strncasecmp(open + 2, name, size) == 0) {
            skip_tag(h);
            return;
        }
    }
}

static void read_comment(struct html *h)
{
    const char *close = memmem(h->at, (size_t)(h->end - h->at), "-->", 3);
    h->at = close == NULL ? h->end : close + 3;
}

static void read_tag(struct html *h)
{
    char name[NAME_MAX_SIZE] = "";
    size_t size = 0;
    h->at++;
    bool closes = h->at < h->end && *h->at == '/';
    h->at += closes;
    while (h->at < h->end && size + 1 < sizeof name) {
        char c = *h->at;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!(c >= 'a' && c <= 'z') && !(size > 0 && c >= '0' && c <= '9'))
            break;
        name[size++] = c;
        h->at++;
    }
    skip_tag(h);
    if (!closes && listed(name, silent, sizeof silent / sizeof silent[0]))
        skip_content(h, name);
    if (listed(name, blocks, sizeof blocks / sizeof blocks[0]))
        new_line(h);
    else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
        h->space = h->begun;
    if (strcmp(name, "blockquote") == 0) {
        if (!closes)
            h->quotes++;
        else if (h->quotes > 0)
            h->quotes--;
    }
    /* An empty line between paragraphs, as plain text has it. */
    if (closes && strcmp(name, "p") == 0)
        str_add_c(h->out, '\n');
}

void html_add_text(struct str *out, struct bytes html)
{
    struct html h = {.out = out, .at = (const char *)html.data};
    if (html.size == 0)
        return;
    h.end = h.at + html.size;
    h.last_double = memrchr(h.at, '"', html.size);
    h.last_single = memrchr(h.at, '\'', html.size);
    while (h.at < h.end) {
        char next = h.at + 1 < h.end ? h.at[1] : '\0';
        bool tag = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '/' ||
                   next == '!' || next == '?';
        if (*h.at == '<' && (size_t)(h.end - h.at) >= 4 && memcmp(h.at, "<!--", 4) == 0) {
            read_comment(&h);
        } else if (*h.at == '<' && tag) {
            read_tag(&h);
        } else if (*h.at == '&') {
            read_entity(&h);
        } else {
            size_t at = 0;
            struct bytes rest = {(const unsigned char *)h.at, (size_t)(h.end - h.at)};
            add_sign(&h, utf8_next(rest, &at));
            h.at += at;
        }
    }
    new_line(&h);
}
