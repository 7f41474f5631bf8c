/*
 * Row 9a: vague language. IEC 81001-5-1 §4.1.7 asks for a description of the vulnerability;
 * "various security improvements" describes nothing.
 *
 * A text is vague when it is no longer than a phrase, or when hardly a word is left of it besides
 * those that fit every release of every product.
 */
#include "advisory/gate_rows.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

#define PHRASE_WORDS 6
#define TELLING_WORDS 3
/* Who writes more than this, and be it in general words, is read by a person. */
#define LONG_TEXT_WORDS 60

/* Words that tell nothing of a vulnerability, in order. */
static const char *const empty_words[] = {"a",
                                          "about",
                                          "additional",
                                          "address",
                                          "addressed",
                                          "addresses",
                                          "all",
                                          "also",
                                          "an",
                                          "and",
                                          "any",
                                          "are",
                                          "as",
                                          "at",
                                          "be",
                                          "been",
                                          "better",
                                          "bug",
                                          "bugfixes",
                                          "bugs",
                                          "by",
                                          "certain",
                                          "change",
                                          "changes",
                                          "contains",
                                          "correct",
                                          "corrected",
                                          "corrections",
                                          "corrects",
                                          "das",
                                          "der",
                                          "device",
                                          "devices",
                                          "die",
                                          "dieses",
                                          "diverse",
                                          "enhance",
                                          "enhanced",
                                          "enhancement",
                                          "enhancements",
                                          "enthält",
                                          "experience",
                                          "fehlerbehebungen",
                                          "firmware",
                                          "fix",
                                          "fixed",
                                          "fixes",
                                          "fixing",
                                          "for",
                                          "further",
                                          "general",
                                          "generally",
                                          "hardening",
                                          "has",
                                          "have",
                                          "important",
                                          "improve",
                                          "improved",
                                          "improvement",
                                          "improvements",
                                          "improves",
                                          "improving",
                                          "in",
                                          "include",
                                          "included",
                                          "includes",
                                          "including",
                                          "is",
                                          "issue",
                                          "issues",
                                          "it",
                                          "its",
                                          "made",
                                          "maintenance",
                                          "many",
                                          "minor",
                                          "mit",
                                          "more",
                                          "multiple",
                                          "new",
                                          "number",
                                          "of",
                                          "on",
                                          "other",
                                          "our",
                                          "overall",
                                          "patch",
                                          "patches",
                                          "performance",
                                          "possible",
                                          "potential",
                                          "problem",
                                          "problems",
                                          "product",
                                          "products",
                                          "provides",
                                          "quality",
                                          "related",
                                          "release",
                                          "reliability",
                                          "resolve",
                                          "resolved",
                                          "resolves",
                                          "robustness",
                                          "security",
                                          "several",
                                          "sicherheit",
                                          "sicherheitsverbesserungen",
                                          "software",
                                          "some",
                                          "stability",
                                          "stabilität",
                                          "system",
                                          "systems",
                                          "that",
                                          "the",
                                          "this",
                                          "to",
                                          "und",
                                          "unspecified",
                                          "update",
                                          "updated",
                                          "updates",
                                          "us",
                                          "various",
                                          "verbesserungen",
                                          "verschiedene",
                                          "version",
                                          "versions",
                                          "vulnerabilities",
                                          "vulnerability",
                                          "was",
                                          "we",
                                          "weakness",
                                          "weaknesses",
                                          "were",
                                          "which",
                                          "with"};

static bool is_empty_word(const char *word, size_t size)
{
    size_t low = 0;
    size_t high = sizeof empty_words / sizeof empty_words[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strncasecmp(word, empty_words[middle], size);
        if (order == 0 && empty_words[middle][size] != '\0')
            order = -1;
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool is_letter(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c < 0x2000) ||
           (c >= 0x2C00 && c < 0x2E80);
}

/* Scripts without spaces: a sign is about a word. */
static bool is_sign(uint32_t c)
{
    return (c >= 0x3005 && c < 0xE000) || (c >= 0xF900 && c < 0xFB00) || c >= 0x20000;
}

bool gate_is_vague(const char **what, const char *text)
{
    struct bytes bytes = bytes_of(text);
    size_t words = 0;
    size_t telling = 0;
    for (size_t at = 0; at < bytes.size && words <= LONG_TEXT_WORDS;) {
        if (words >= PHRASE_WORDS && telling >= TELLING_WORDS)
            return false; /* whatever follows */
        size_t begin = at;
        size_t end = at;
        bool letters = false;
        uint32_t c = utf8_next(bytes, &at);
        bool sign = is_sign(c);
        while (!sign && (is_letter(c) || (c >= '0' && c <= '9'))) {
            letters = letters || is_letter(c);
            end = at;
            c = at < bytes.size ? utf8_next(bytes, &at) : 0;
        }
        if (end > begin && c != 0)
            at = end;
        words += sign || letters;
        telling += sign || (letters && !is_empty_word(text + begin, end - begin));
    }
    *what = words < PHRASE_WORDS ? "is no more than a phrase" : "could stand in any release";
    return words < PHRASE_WORDS || (telling < TELLING_WORDS && words <= LONG_TEXT_WORDS);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool gate_is_only_link(const char *text)
{
    bool link = false;
    while (*text != '\0') {
        while (is_space(*text))
            text++;
        const char *word = text + strspn(text, "<([\"'");
        size_t size = 0;
        while (text[size] != '\0' && !is_space(text[size]))
            size++;
        bool is_link = strncasecmp(word, "http://", 7) == 0 ||
                       strncasecmp(word, "https://", 8) == 0 || strncasecmp(word, "www.", 4) == 0;
        if (size > 0 && !is_link)
            return false;
        link = link || is_link;
        text += size;
    }
    return link;
}

bool gate_is_description(const char *category)
{
    return text_equal(category, "description") || text_equal(category, "summary") ||
           text_equal(category, "details");
}
