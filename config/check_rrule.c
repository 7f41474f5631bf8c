/*
 * The form of a recurrence rule (RFC 5545 §3.3.10), so that a slip is told with its line when the
 * settings are read. What a rule means is known to clocks/ alone.
 */
#include "base/nearest.h"
#include "base/number.h"
#include "config/check.h"

#include <ctype.h>
#include <string.h>

#define EXAMPLE "write it as FREQ=WEEKLY;BYDAY=MO"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DAYS "MO, TU, WE, TH, FR, SA, SU"

static const char *const often[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
static const char *const days[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* What stands behind a name: a word, a day, a number of these bounds, or what clocks/ reads. */
static const struct {
    const char *name;
    int least, most;
    bool from_end; /* -1 is the last */
} parts[] = {{"FREQ", 0, 0, false},      {"INTERVAL", 1, 366, false}, {"COUNT", 1, 9999, false},
             {"UNTIL", 0, 0, false},     {"WKST", 0, 0, false},       {"BYMONTH", 1, 12, false},
             {"BYWEEKNO", 1, 53, true},  {"BYYEARDAY", 1, 366, true}, {"BYMONTHDAY", 1, 31, true},
             {"BYDAY", 0, 0, false},     {"BYHOUR", 0, 23, false},    {"BYMINUTE", 0, 59, false},
             {"BYSECOND", 0, 59, false}, {"BYSETPOS", 1, 366, true}};

static enum status no(struct err *err, const char *rule, const char *what)
{
    return err_set(err, ERR_INVALID, "\"%.80s\" is no recurrence: %s", rule, what);
}

/* MON and TUES begin as the two letters that are meant. */
static const char *near_day(const char *word)
{
    for (size_t i = 0; i < COUNT(days); i++)
        if (strncmp(word, days[i], 2) == 0)
            return days[i];
    const int near = nearest_name(word, days, COUNT(days));
    return near >= 0 ? days[near] : NULL;
}

static enum status check_day(const char *rule, const char *part, const char *value, bool ordinal,
                             struct err *err)
{
    const char *word = value;
    if (ordinal) {
        word += *word == '+' || *word == '-' ? 1 : 0;
        word += strspn(word, "0123456789");
    }
    for (size_t i = 0; i < COUNT(days); i++)
        if (strcmp(word, days[i]) == 0)
            return OK;
    const char *near = near_day(word);
    return near != NULL
               ? err_set(err, ERR_INVALID, "\"%.80s\": %s=%.20s is no weekday: did you mean %s?",
                         rule, part, value, near)
               : err_set(err, ERR_INVALID, "\"%.80s\": %s=%.20s is no weekday: write " DAYS, rule,
                         part, value);
}

static enum status check_freq(const char *rule, const char *value, struct err *err)
{
    static const char *const finer[] = {"HOURLY", "MINUTELY", "SECONDLY"};
    for (size_t i = 0; i < COUNT(often); i++)
        if (strcmp(value, often[i]) == 0)
            return OK;
    for (size_t i = 0; i < COUNT(finer); i++)
        if (strcmp(value, finer[i]) == 0)
            return err_set(err, ERR_INVALID,
                           "\"%.80s\": FREQ=%s is too fine: write FREQ=DAILY with BYHOUR=8,12,16 "
                           "and the like",
                           rule, value);
    const int near = nearest_name(value, often, COUNT(often));
    return near >= 0 ? err_set(err, ERR_INVALID,
                               "\"%.80s\": FREQ=%.20s is no frequency: did you mean %s?", rule,
                               value, often[near])
                     : no(err, rule, EXAMPLE);
}

static enum status check_number(const char *rule, size_t part, const char *value, struct err *err)
{
    int64_t number = 0;
    const char *digits = value;
    if (parts[part].from_end && (*value == '-' || *value == '+'))
        digits++;
    if (number_parse_within(&number, digits, parts[part].least, parts[part].most))
        return OK;
    return err_set(err, ERR_INVALID, "\"%.80s\": %s=%.20s: write a number from %d to %d", rule,
                   parts[part].name, value, parts[part].least, parts[part].most);
}

/* One NAME=VALUE; value is cut into its words in place. */
static enum status check_part(const char *rule, const char *name, char *value, struct err *err)
{
    const char *names[COUNT(parts)];
    size_t at = 0;
    for (size_t i = 0; i < COUNT(parts); i++)
        names[i] = parts[i].name;
    while (at < COUNT(parts) && strcmp(names[at], name) != 0)
        at++;
    if (at == COUNT(parts)) {
        const int near = nearest_name(name, names, COUNT(parts));
        return near >= 0 ? err_set(err, ERR_INVALID,
                                   "\"%.80s\": %.20s is no part of a rule: did you mean %s?", rule,
                                   name, names[near])
                         : no(err, rule, EXAMPLE);
    }
    enum status status = OK;
    for (char *word; status == OK && (word = strsep(&value, ",")) != NULL;) {
        if (strcmp(name, "FREQ") == 0)
            status = check_freq(rule, word, err);
        else if (strcmp(name, "BYDAY") == 0 || strcmp(name, "WKST") == 0)
            status = check_day(rule, name, word, name[0] == 'B', err);
        else if (parts[at].most > 0)
            status = check_number(rule, at, word, err);
    }
    return status;
}

enum status check_rrule(const char *text, struct err *err)
{
    char copy[201];
    const size_t size = strlen(text);
    bool has_freq = false;
    if (size >= sizeof copy || strspn(text, UPPER "0123456789=;,+-") != size)
        return no(err, text, EXAMPLE);
    memcpy(copy, text, size + 1);
    enum status status = OK;
    char *rest = copy;
    for (char *part; status == OK && (part = strsep(&rest, ";")) != NULL;) {
        char *value = strchr(part, '=');
        const size_t name = strspn(part, UPPER);
        if (value == NULL || name == 0 || part + name != value || value[1] == '\0' ||
            strchr(value + 1, '=') != NULL)
            return no(err, text, EXAMPLE);
        *value = '\0';
        has_freq = has_freq || strcmp(part, "FREQ") == 0;
        status = check_part(text, part, value + 1, err);
    }
    return status == OK && !has_freq ? no(err, text, EXAMPLE) : status;
}
