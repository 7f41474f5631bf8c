/*
 * Rows 26, 28 and 41: what no text of an advisory may hold. Advertising and playing down; that the
 * authority was informed, which only a logged event may claim; and raw HTML, which a renderer takes
 * for its own (CSAF 2.0, 8) or swallows.
 *
 * One walk over the texts, and of a text once from left to right.
 */
#include "advisory/gate_rows.h"

#include <string.h>
#include <strings.h>

/* Both lists in the order of the alphabet, in small letters. */
static const char *const advertising[] = {
    "award-winning",    "best in class",        "best-in-class",
    "class-leading",    "for your convenience", "industry leading",
    "industry-leading", "leading provider",     "market leader",
    "market-leading",   "merely theoretical",   "no cause for alarm",
    "no need to worry", "no reason to worry",   "nothing to worry",
    "only theoretical", "out of an abundance",  "proud to",
    "proudly",          "purely hypothetical",  "purely theoretical",
    "rein theoretisch", "state of the art",     "state-of-the-art",
    "trusted by",       "unlikely to matter",   "world class",
    "world leader",     "world leading",        "world-class",
    "world-leading"};

static const char *const informed[] = {
    "authorities have been informed", "authorities have been notified",
    "authorities were informed",      "authorities were notified",
    "authority has been informed",    "authority has been notified",
    "authority is informed",          "authority was informed",
    "authority was notified",         "behörde ist informiert",
    "behörde wurde informiert",       "behörden sind informiert",
    "behörden wurden informiert"};

/*
 * Phrases in the order of the alphabet; by the first letter of one where those with it begin, and
 * which second letters they have, a bit each: few words of a text begin as a phrase does.
 */
struct phrases {
    const char *const *list;
    size_t count;
    uint32_t second[32];
    size_t from[32];
};

struct wording {
    struct gate *gate;
    struct phrases praise, claims;
    struct gate_tally advertising, informed, html;
};

/* Of letters without case their number in the alphabet, of other signs some number below 32. */
static uint32_t letter_number(char c)
{
    return (uint32_t)(unsigned char)c & 31U;
}

static void phrases_init(struct phrases *phrases, const char *const *list, size_t count)
{
    *phrases = (struct phrases){.list = list, .count = count};
    for (size_t i = 0; i < count; i++) {
        uint32_t first = letter_number(list[i][0]);
        if (phrases->second[first] == 0)
            phrases->from[first] = i;
        phrases->second[first] |= UINT32_C(1) << letter_number(list[i][1]);
    }
}

static bool is_letter(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)c >= 0x80;
}

/* By the first two letters: no for most words of a text, so that those cost next to nothing. */
static inline bool may_begin(const char *text, const struct phrases *phrases)
{
    return (phrases->second[letter_number(text[0])] >> letter_number(text[1]) & 1) != 0;
}

static bool begins_with_any(const char *text, const struct phrases *phrases)
{
    uint32_t first = letter_number(text[0]);
    for (size_t i = phrases->from[first]; i < phrases->count; i++) {
        const char *phrase = phrases->list[i];
        if (letter_number(phrase[0]) != first)
            break;
        if (letter_number(phrase[1]) != letter_number(text[1]) ||
            letter_number(phrase[2]) != letter_number(text[2]))
            continue;
        size_t size = strlen(phrase);
        if (strncasecmp(text, phrase, size) == 0 && !is_letter(text[size]))
            return true;
    }
    return false;
}

/* An opening or closing tag, a comment, a declaration, as CommonMark has them. */
static bool is_tag(const char *at)
{
    at++;
    if (*at == '!' || *at == '?')
        return at[1] == '-' || is_letter(at[1]) || at[1] == '[';
    if (*at == '/')
        at++;
    if (!is_letter(*at) || (unsigned char)*at >= 0x80)
        return false;
    while ((is_letter(*at) && (unsigned char)*at < 0x80) || (*at >= '0' && *at <= '9') ||
           *at == '-')
        at++;
    return *at == '>' || *at == ' ' || *at == '/' || *at == '\n' || *at == '\t';
}

/* A closing sign must follow somewhere; one search for it serves the whole text. */
static bool has_html(const char *text)
{
    const char *last = strrchr(text, '>');
    bool code = false;
    for (const char *at = text; last != NULL && at < last; at++) {
        if (*at == '`')
            code = !code;
        else if (*at == '<' && !code && is_tag(at))
            return true;
    }
    return false;
}

static void read_text(struct wording *w, const struct json *where)
{
    const char *text = json_string(where);
    bool praised = false;
    bool claimed = false;
    if (text == NULL)
        return;
    for (const char *at = text; *at != '\0';) {
        while (*at != '\0' && !is_letter(*at))
            at++;
        if (*at == '\0')
            break;
        if (may_begin(at, &w->praise))
            praised = praised || begins_with_any(at, &w->praise);
        if (may_begin(at, &w->claims))
            claimed = claimed || begins_with_any(at, &w->claims);
        while (is_letter(*at))
            at++;
    }
    if (praised)
        gate_tally_add(&w->advertising, where, NULL);
    if (claimed)
        gate_tally_add(&w->informed, where, NULL);
    if (has_html(text))
        gate_tally_add(&w->html, where, NULL);
}

/* Members that people read; ids, URLs and names of products are not rendered as Markdown. */
static bool is_prose(const char *member)
{
    return text_equal(member, "text") || text_equal(member, "details") ||
           text_equal(member, "summary") || text_equal(member, "title");
}

/* No deeper than the reader lets a document be. */
static void walk(struct wording *w, const struct json *value)
{
    for (const struct json *at = json_first(value); at != NULL; at = json_next(at)) {
        if (json_is(at, JSON_ARRAY) || json_is(at, JSON_OBJECT))
            walk(w, at);
        else if (json_is(at, JSON_STRING) && is_prose(json_name(at)))
            read_text(w, at);
    }
}

void gate_check_wording(struct gate *gate)
{
    const struct gate_order *order = gate->context.order;
    struct wording w = {.gate = gate};
    phrases_init(&w.praise, advertising, sizeof advertising / sizeof advertising[0]);
    if (order != NULL && order->safety_notice)
        phrases_init(&w.claims, informed, sizeof informed / sizeof informed[0]);
    walk(&w, json_get(gate->csaf->root, "document"));
    walk(&w, json_get(gate->csaf->root, "vulnerabilities"));
    gate_add_tally(gate, ROW_ADVERTISING, SEVERITY_WARN, &w.advertising,
                   "This praises or plays down (Regulation (EU) 2017/745, 89(8)).",
                   "Say what is the case, and nothing that calms or sells.");
    gate_add_tally(gate, ROW_INFORMED, SEVERITY_REJECT, &w.informed,
                   "That an authority has been informed is said by the notice itself, from the "
                   "log (MDCG field safety notice template, 4.8).",
                   "Take the sentence out of the advisory.");
    gate_add_tally(
        gate, ROW_HTML, SEVERITY_REJECT, &w.html,
        "There is raw HTML in a text that is shown (CSAF 2.0, 8).",
        "Write plain text or Markdown; put names in pointed brackets between backticks.");
}
