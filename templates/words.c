#include "templates/words.h"

#include "base/clock.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/utf8.h"

#include <string.h>

#define MARK_LEAST 5
#define MARK_MOST 40

/* In the order of enum word. */
static const char *const keys[] = {
    "test",
    "months",
    "date",
    "instant",
    "more",
    "at_least",
    "version_unknown",
    "versions",
    "versions_all",
    "exploited_yes",
    "exploited_no",
    "exploited_unknown",
    "no_score",
    "restart_yes",
    "restart_no",
    "match_affected",
    "match_perhaps",
    "severity_none",
    "severity_low",
    "severity_medium",
    "severity_high",
    "severity_critical",
    "remedy_vendor_fix",
    "remedy_mitigation",
    "remedy_workaround",
    "remedy_none_available",
    "remedy_no_fix_planned",
    "threat_exploit_status",
    "threat_impact",
    "threat_target_set",
    "tlp_clear",
    "tlp_green",
    "tlp_amber",
    "tlp_amber_strict",
    "tlp_red",
    "kind_regulator",
    "kind_complaint",
    "kind_hdo",
    "kind_distributor",
    "kind_importer",
    "kind_representative",
    "kind_coordinator",
    "kind_reporter",
    "group",
    "route_smtp",
    "route_file",
    "route_portal",
    "route_letter",
    "route_phone",
    "level_sealed",
    "level_tls",
    "level_waiting",
    "level_task",
    "change_withdrawn",
    "change_vulnerability_added",
    "change_affected_added",
    "change_affected_changed",
    "change_exploitation",
    "change_score",
    "change_investigated",
    "change_remedy_added",
    "change_remedy_changed",
    "change_remedy_removed",
    "change_fixed_added",
    "change_hazard",
    "change_action",
    "change_action_by",
    "change_next_information",
    "change_affected_removed",
    "change_vulnerability_removed",
    "change_status",
    "change_tracking",
    "change_label",
    "change_title",
    "change_note",
    "change_reference",
    "change_other",
    "change_before",
    "change_now",
    "change_dropped",
    "change_of_affected",
    "said_affected",
    "said_under_investigation",
    "said_not_affected",
    "said_fixed",
    "weight_worse",
    "weight_help",
    "weight_better",
    "weight_detail",
    "nature_update",
    "nature_correction",
    "nature_withdrawal",
    "exercise",
    "exercise_first",
};
_Static_assert(sizeof keys / sizeof keys[0] == WORD_COUNT, "one key per word");

static int find_key(const char *key)
{
    for (int i = 0; i < WORD_COUNT; i++)
        if (strcmp(keys[i], key) == 0)
            return i;
    return -1;
}

/* The next line of *rest without its end, NUL-terminated in place; NULL when there is none. */
static char *take_line(char **rest)
{
    char *line = *rest;
    if (line == NULL)
        return NULL;
    char *newline = strchr(line, '\n');
    *rest = newline == NULL ? NULL : newline + 1;
    size_t size = newline == NULL ? strlen(line) : (size_t)(newline - line);
    while (size > 0 && strchr(" \t\r", line[size - 1]) != NULL)
        size--;
    line[size] = '\0';
    return line;
}

static enum status unknown_key(const char *where, const char *key, struct err *err)
{
    struct str shown;
    int nearest = nearest_name(key, keys, WORD_COUNT);
    str_init(&shown, 200);
    utf8_add_escaped(&shown, (struct bytes){(const unsigned char *)key, strnlen(key, 40)});
    (void)err_set(err, ERR_INVALID, "%s: %s: unknown word%s%s", where, str_text(&shown),
                  nearest < 0 ? ": remove the line" : ": did you mean ",
                  nearest < 0 ? "" : keys[nearest]);
    str_dispose(&shown);
    return ERR_INVALID;
}

/* "key: text" */
static enum status read_line(struct words *out, const char *where, char *line, struct err *err)
{
    char *colon = strchr(line, ':');
    if (colon == NULL)
        return err_set(err, ERR_INVALID, "%s: no colon: write \"key: text\"", where);
    *colon = '\0';
    const char *text = colon + 1 + strspn(colon + 1, " \t");
    int key = find_key(line);
    if (key < 0)
        return unknown_key(where, line, err);
    if (out->text[key] != NULL)
        return err_set(err, ERR_INVALID, "%s: %s: stands here twice: remove one", where, keys[key]);
    if (*text == '\0')
        return err_set(err, ERR_INVALID, "%s: %s: no text: write some", where, keys[key]);
    out->text[key] = text;
    return OK;
}

static bool split_months(struct words *out, struct arena *arena)
{
    char *rest = arena_strdup(arena, out->text[WORD_MONTHS]);
    for (int i = 0; i < 12; i++) {
        rest += strspn(rest, " \t");
        size_t size = strcspn(rest, " \t");
        if (size == 0)
            return false;
        out->month[i] = arena_strndup(arena, rest, size);
        rest += size;
    }
    return rest[strspn(rest, " \t")] == '\0';
}

/* It is looked for in finished mails: it must be one, plain in text and HTML alike. */
static bool is_mark(const char *text)
{
    const size_t size = strlen(text);
    return size >= MARK_LEAST && size <= MARK_MOST && text[0] == '[' && text[size - 1] == ']' &&
           strpbrk(text, "<>&\"'*`") == NULL;
}

enum status words_parse(struct words *out, struct arena *arena, const char *name, struct bytes text,
                        struct err *err)
{
    *out = (struct words){0};
    if (!utf8_valid(text, NULL) || (text.size > 0 && memchr(text.data, '\0', text.size) != NULL))
        return err_set(err, ERR_INVALID, "%s: not UTF-8 text: save it as UTF-8", name);
    char *rest = arena_strndup(arena, (const char *)text.data, text.size);
    char *line = NULL;
    for (size_t number = 1; (line = take_line(&rest)) != NULL; number++) {
        if (line[0] == '\0' || line[0] == '#')
            continue;
        enum status status =
            read_line(out, arena_printf(arena, "%s line %zu", name, number), line, err);
        if (status != OK)
            return status;
    }
    for (int i = 0; i < WORD_COUNT; i++)
        if (out->text[i] == NULL)
            return err_set(err, ERR_INVALID, "%s: %s: missing: add it as in the English file", name,
                           keys[i]);
    if (!split_months(out, arena))
        return err_set(err, ERR_INVALID, "%s: months: not twelve: write them from January on",
                       name);
    if (!is_mark(out->text[WORD_EXERCISE]))
        return err_set(err, ERR_INVALID,
                       "%s: exercise: no mark: write a word of %d to %d bytes in [ ]", name,
                       MARK_LEAST, MARK_MOST);
    return OK;
}

const char *words_find(const struct words *words, const char *group, const char *tail,
                       const char *otherwise)
{
    char key[64];
    size_t size = strlen(group);
    size_t tail_size = tail == NULL ? 0 : strlen(tail);
    if (tail_size == 0 || size + tail_size >= sizeof key)
        return otherwise;
    memcpy(key, group, size);
    for (size_t i = 0; i < tail_size; i++) {
        char c = tail[i];
        bool upper = c >= 'A' && c <= 'Z';
        bool lower = c >= 'a' && c <= 'z';
        key[size + i] = upper ? (char)(c - 'A' + 'a') : lower ? c : '_';
    }
    key[size + tail_size] = '\0';
    int found = find_key(key);
    return found < 0 ? otherwise : words->text[found];
}

/* text with every {name} replaced. */
static const char *fill(struct arena *arena, const char *text, const char *name, const char *value)
{
    char *mark = arena_printf(arena, "{%s}", name);
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    for (const char *at; (at = strstr(text, mark)) != NULL; text = at + strlen(mark)) {
        str_add_n(&out, text, (size_t)(at - text));
        str_add(&out, value);
    }
    str_add(&out, text);
    char *filled = arena_strdup(arena, str_text(&out));
    str_dispose(&out);
    return filled;
}

const char *words_fill(const struct words *words, enum word word, struct arena *arena,
                       const char *name, const char *value)
{
    return fill(arena, words->text[word], name, value);
}

static const char *date_words(const struct words *words, struct arena *arena, enum word word,
                              int64_t ms)
{
    char stamp[CLOCK_TEXT];
    int64_t year = 0;
    int64_t month = 1;
    int64_t day = 1;
    (void)clock_text(stamp, ms); /* 2026-11-27T18:40:00Z */
    bool good = number_parse_n(&year, (struct bytes){(const unsigned char *)stamp, 4}) &&
                number_parse_n(&month, (struct bytes){(const unsigned char *)stamp + 5, 2}) &&
                number_parse_n(&day, (struct bytes){(const unsigned char *)stamp + 8, 2});
    if (!good || month < 1 || month > 12)
        return arena_strdup(arena, stamp); /* beyond year 9999 */
    const char *text = words->text[word];
    text = fill(arena, text, "day", arena_printf(arena, "%d", (int)day));
    text = fill(arena, text, "month", words->month[month - 1]);
    text = fill(arena, text, "year", arena_printf(arena, "%d", (int)year));
    return fill(arena, text, "time", arena_strndup(arena, stamp + 11, 5));
}

const char *words_day(const struct words *words, struct arena *arena, int64_t ms)
{
    return date_words(words, arena, WORD_DATE, ms);
}

const char *words_instant(const struct words *words, struct arena *arena, int64_t ms)
{
    return date_words(words, arena, ms % MS_DAY == 0 ? WORD_DATE : WORD_INSTANT, ms);
}
