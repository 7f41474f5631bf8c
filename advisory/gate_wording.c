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

struct wording {
    struct gate *gate;
    struct gate_tally advertising, informed, html;
    bool notice;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool begins_with_any(const char *text, const char *const *phrases, size_t count)
{
    char first = (char)(*text | 0x20);
    for (size_t i = 0; i < count; i++) {
        if (phrases[i][0] != first)
            continue;
        size_t size = strlen(phrases[i]);
        if (strncasecmp(text, phrases[i], size) == 0 && !is_letter(text[size]))
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
    for (const char *at = text; *at != '\0'; at++) {
        if (!is_letter(*at) || (at > text && is_letter(at[-1])))
            continue;
        praised =
            praised || begins_with_any(at, advertising, sizeof advertising / sizeof advertising[0]);
        claimed = claimed || (w->notice &&
                              begins_with_any(at, informed, sizeof informed / sizeof informed[0]));
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
    struct wording w = {.gate = gate, .notice = order != NULL && order->safety_notice};
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
