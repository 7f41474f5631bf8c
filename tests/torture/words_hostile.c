#include "tests/torture/words_hostile.h"

static const char *const atoms[] = {
    "word",
    "Klinikum",
    " ",
    "  ",
    "\t",
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "\r\n.\r\n",
    "\n.\n",
    "\r\nBcc: thief@example.net",
    "\nSubject: other",
    "\r\nContent-Type: text/html\r\n\r\n<b>",
    "\r\n--=_",
    "\nFrom thief",
    "=?utf-8?q?=41?=",
    "=?",
    "?=",
    "=?utf-8?b?",
    "=0D=0A",
    "=\r\n",
    "\"",
    "\\",
    "\\\"",
    "'",
    "<",
    ">",
    "@",
    ",",
    ";",
    ":",
    "(",
    ")",
    "[",
    "]",
    "group:;",
    "<thief@example.net>",
    "a@b.example, c@d.example",
    "undisclosed:;",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "</td></table>",
    "<!--",
    "]]>",
    "&lt;",
    "&#0;",
    "{{title}}",
    "{{{x}}}",
    "{{#a}}{{/a}}",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\"\"",
    "\",\"",
    "|",
    "# ",
    "- ",
    "> ",
    "====",
    "---",
    "TLP:CLEAR",
    "Do now:",
    "\xF0\x9F\x92\x89",
    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xAC",
    "e\xCC\x81\xCC\x82\xCC\x83",
    "\xC3\xA4\xC3\xB6",
    "\xE2\x80\xAE"
    "cod.exe",
    "\xE2\x81\xA6",
    "\xE2\x81\xA9",
    "\xE2\x80\x8F",
    "\xD8\x9C",
    "\xEF\xBB\xBF",
    "\xD0\xB0\xD1\x80\xD1\x80le",
    "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
    "\xE6\x97\xA5\xE6\x9C\xAC",
    "\xC2\xA0",
    "\xC2\x85",
    "\xE2\x80\xA8",
    "\xE2\x80\xA9",
    "\x01",
    "\x07",
    "\x08",
    "\x0B",
    "\x0C",
    "\x1B[2J",
    "\x7F",
    "\xFF",
    "\xFE\xFF",
    "\xC0\xAF",
    "\xED\xA0\x80",
    "\xF4\x90\x80\x80",
    "\xC3",
    "\xE2\x80",
    "\x80",
    "\xEF\xBF\xBE",
    "\xF0\x90\x80",
    "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
    "begin 644 x",
    "%s%n",
    "$(id)",
    "`id`",
    "../../etc/passwd",
    "C:\\con",
    "NUL",
    ".",
    "..",
    "\xE2\x80\x8B",
};
#define ATOMS (sizeof atoms / sizeof atoms[0])

static uint64_t seed;

void hostile_begin(int64_t number)
{
    seed = (uint64_t)number * UINT64_C(0x9E3779B97F4A7C15) + 1;
    for (int i = 0; i < 8; i++)
        (void)hostile_below(2);
}

uint64_t hostile_below(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

const char *hostile_text(struct arena *arena)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    for (uint64_t n = 1 + hostile_below(7); n > 0; n--)
        str_add(&out, atoms[hostile_below(ATOMS)]);
    for (uint64_t n = hostile_below(40) == 0 ? 250 : 0; n > 0; n--)
        str_add_c(&out, 'x');
    const char *text = arena_strndup(arena, str_text(&out), out.size > 400 ? 400 : out.size);
    str_dispose(&out);
    return text;
}

const char *hostile_maybe(struct arena *arena)
{
    return hostile_below(5) == 0 ? NULL : hostile_text(arena);
}

struct bytes hostile_bytes(struct arena *arena)
{
    size_t size = (size_t)hostile_below(300);
    unsigned char *data = arena_alloc(arena, size + 1);
    for (size_t i = 0; i < size; i++)
        data[i] = (unsigned char)(hostile_below(4) == 0 ? "\r\n\0."[hostile_below(4)]
                                                        : (char)hostile_below(256));
    return (struct bytes){data, size};
}
