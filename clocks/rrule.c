#include "clocks/rrule.h"

#include "base/clock.h"
#include "base/nearest.h"
#include "base/number.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *const rrule_freq_words[4] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
const char rrule_day_words[7][3] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

/* The lists: name, bounds, whether a value may count from the end. */
static const struct {
    const char *name;
    int least, most;
    bool from_end;
} lists[BY_COUNT] = {
    [BY_MONTH] = {"BYMONTH", 1, 12, false},     [BY_WEEK] = {"BYWEEKNO", 1, 53, true},
    [BY_YEARDAY] = {"BYYEARDAY", 1, 366, true}, [BY_MONTHDAY] = {"BYMONTHDAY", 1, 31, true},
    [BY_DAY] = {"BYDAY", 1, 53, true},          [BY_HOUR] = {"BYHOUR", 0, 23, false},
    [BY_MINUTE] = {"BYMINUTE", 0, 59, false},   [BY_SECOND] = {"BYSECOND", 0, 59, false},
    [BY_SETPOS] = {"BYSETPOS", 1, 366, true},
};

struct reader {
    struct rrule *rule;
    const char *text;  /* as it was given */
    const char *upper; /* the same in upper case: what is read */
    size_t at;         /* offset of the value that is read */
    unsigned seen;     /* a bit for each part */
    struct err *err;
};

/* "…, sign N: " before what is wrong. */
static enum status refuse(struct reader *r, const char *format, ...) PRINTF_LIKE(2, 3);
static enum status refuse(struct reader *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)err_vset(r->err, ERR_INVALID, format, args);
    va_end(args);
    (void)err_prefix(r->err, "schedule \"%.60s%s\", sign %zu", r->text,
                     strlen(r->text) > 60 ? "…" : "", r->at + 1);
    return ERR_INVALID;
}

static enum status read_freq(struct reader *r, const char *value)
{
    static const char *const finer[] = {"SECONDLY", "MINUTELY", "HOURLY"};
    for (int i = 0; i < 4; i++) {
        if (text_equal(value, rrule_freq_words[i])) {
            r->rule->freq = (enum rrule_freq)i;
            return OK;
        }
    }
    for (int i = 0; i < 3; i++)
        if (text_equal(value, finer[i]))
            return refuse(r,
                          "FREQ=%s is too fine: the shortest step is a day: write FREQ=DAILY with "
                          "BYHOUR=8,12,16 and the like",
                          value);
    return refuse(r, "\"%.20s\" is no frequency: write DAILY, WEEKLY, MONTHLY or YEARLY", value);
}

static enum status read_number(struct reader *r, const char *name, int64_t most, int64_t *out,
                               const char *value)
{
    if (!number_parse_within(out, value, 1, most))
        return refuse(r, "%s is not \"%.20s\": write a number from 1 to %lld", name, value,
                      (long long)most);
    return OK;
}

static int weekday_of(const char *text)
{
    for (int i = 0; i < 7; i++)
        if (text_equal(text, rrule_day_words[i]))
            return i + 1;
    return 0;
}

/* "20261231", "20261231T080000", "20261231T080000Z" */
static enum status read_until(struct reader *r, const char *value)
{
    char dashed[11] = "";
    int64_t parts[3] = {0};
    size_t size = strlen(value);
    bool good = size == 8 || ((size == 15 || (size == 16 && value[15] == 'Z')) && value[8] == 'T');
    for (size_t i = 0; good && i < size && i < 15; i++)
        good = i == 8 || isdigit((unsigned char)value[i]);
    if (good) {
        memcpy(dashed, value, 4);
        memcpy(dashed + 5, value + 4, 2);
        memcpy(dashed + 8, value + 6, 2);
        dashed[4] = '-';
        dashed[7] = '-';
        good = date_parse(&r->rule->until_date, dashed, NULL) == OK;
    }
    for (size_t i = 0; good && size > 8 && i < 3; i++)
        good =
            number_parse_n(&parts[i], (struct bytes){(const unsigned char *)value + 9 + 2 * i, 2});
    if (!good || parts[0] > 23 || parts[1] > 59 || parts[2] > 59)
        return refuse(r,
                      "UNTIL is not \"%.20s\": write a day as 20271231, a local time as "
                      "20271231T080000 or an instant as 20271231T070000Z",
                      value);
    r->rule->until = size == 8 ? UNTIL_DATE : size == 15 ? UNTIL_LOCAL : UNTIL_UTC;
    r->rule->until_ms = parts[0] * MS_HOUR + parts[1] * MS_MINUTE + parts[2] * MS_SECOND;
    return OK;
}

/* One value into its place: ascending, each once. */
static enum status keep_value(struct reader *r, enum rrule_by by, int value, int ordinal)
{
    struct rrule_list *list = &r->rule->by[by];
    size_t at = 0;
    while (at < list->count && (list->values[at] < value ||
                                (list->values[at] == value && list->ordinals[at] < ordinal)))
        at++;
    if (at < list->count && list->values[at] == value && list->ordinals[at] == ordinal)
        return refuse(r, "a value stands twice in %s: leave one out", lists[by].name);
    if (list->count == RRULE_VALUES_MOST)
        return refuse(r, "%s has more than %d values", lists[by].name, RRULE_VALUES_MOST);
    for (size_t i = list->count++; i > at; i--) {
        list->values[i] = list->values[i - 1];
        list->ordinals[i] = list->ordinals[i - 1];
    }
    list->values[at] = value;
    list->ordinals[at] = ordinal;
    return OK;
}

static bool read_bounded(int *out, enum rrule_by by, const char *word)
{
    int64_t number = 0;
    if (word[0] == '+' && lists[by].from_end && isdigit((unsigned char)word[1]))
        word++;
    if (!number_parse_within(&number, word, -366, 366))
        return false;
    if (number < 0 && !lists[by].from_end)
        return false;
    if (llabs(number) < lists[by].least || llabs(number) > lists[by].most)
        return false;
    *out = (int)number;
    return true;
}

static enum status read_value(struct reader *r, enum rrule_by by, char *word)
{
    int value = 0;
    int ordinal = 0;
    size_t size = strlen(word);
    if (by != BY_DAY && !read_bounded(&value, by, word))
        return refuse(r, "\"%.20s\" has no place in %s: write numbers from %d to %d%s", word,
                      lists[by].name, lists[by].least, lists[by].most,
                      lists[by].from_end ? ", or with a - to count from the end" : "");
    if (by == BY_DAY) {
        value = size >= 2 ? weekday_of(word + size - 2) : 0;
        if (size > 2)
            word[size - 2] = '\0';
        if (value == 0 || (size > 2 && !read_bounded(&ordinal, by, word)))
            return refuse(r,
                          "\"%.20s\" is no weekday: write MO, TU, WE, TH, FR, SA, SU, with a "
                          "number as in 2MO or -1FR for the second or the last one",
                          r->upper + r->at);
    }
    return keep_value(r, by, value, ordinal);
}

static enum status read_list(struct reader *r, enum rrule_by by, char *value)
{
    enum status status = OK;
    char *rest = value;
    for (char *word = strsep(&rest, ","); word != NULL && status == OK; word = strsep(&rest, ",")) {
        size_t size = strlen(word);
        status = read_value(r, by, word);
        if (status == OK)
            r->at += size + 1;
    }
    return status;
}

/* The parts that are no lists come behind them. */
enum { PART_FREQ = BY_COUNT, PART_INTERVAL, PART_COUNT, PART_UNTIL, PART_WKST, PARTS };

static const char *part_name(size_t part)
{
    static const char *const others[] = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"};
    return part < BY_COUNT ? lists[part].name : others[part - BY_COUNT];
}

static enum status refuse_name(struct reader *r, const char *name)
{
    const char *names[PARTS];
    for (size_t i = 0; i < PARTS; i++)
        names[i] = part_name(i);
    if (text_starts(name, "RRULE:"))
        return refuse(r, "leave out RRULE: and begin with FREQ=");
    if (text_equal(name, "RSCALE") || text_equal(name, "SKIP"))
        return refuse(r, "%s (RFC 7529) is not supported: leave it out", name);
    int near = nearest_name(name, names, PARTS);
    return refuse(r,
                  near >= 0 ? "\"%.20s\" is no part of a rule: did you mean %s?"
                            : "\"%.20s\" is no part of a rule: write %s and the like",
                  name, near >= 0 ? names[near] : "FREQ, BYDAY, BYHOUR");
}

static enum status read_value_of(struct reader *r, size_t part, char *value)
{
    int64_t number = 0;
    enum status status = OK;
    switch (part) {
    case PART_FREQ:
        return read_freq(r, value);
    case PART_INTERVAL:
        status = read_number(r, "INTERVAL", RRULE_INTERVAL_MOST, &number, value);
        r->rule->interval = (int)number;
        return status;
    case PART_COUNT:
        return read_number(r, "COUNT", RRULE_COUNT_MOST, &r->rule->count, value);
    case PART_UNTIL:
        return read_until(r, value);
    case PART_WKST:
        r->rule->week_start = weekday_of(value);
        return r->rule->week_start != 0
                   ? OK
                   : refuse(r, "WKST is not \"%.20s\": write MO, TU … SU", value);
    default:
        return read_list(r, (enum rrule_by)part, value);
    }
}

static enum status read_part(struct reader *r, char *part)
{
    char *equals = strchr(part, '=');
    if (equals == NULL)
        return part[0] == '\0' ? refuse(r, "a part is missing here: take out the \";\"")
                               : refuse(r, "\"%.20s\" has no value: write NAME=VALUE", part);
    *equals = '\0';
    for (size_t i = 0; i < PARTS; i++) {
        if (!text_equal(part, part_name(i)))
            continue;
        if ((r->seen & (1U << i)) != 0)
            return refuse(r, "%s stands twice: leave one out", part);
        r->seen |= 1U << i;
        r->at += strlen(part) + 1;
        return read_value_of(r, i, equals + 1);
    }
    return refuse_name(r, part);
}

static bool has(const struct rrule *rule, enum rrule_by by)
{
    return rule->by[by].count > 0;
}

static void set_default(struct rrule *rule, enum rrule_by by, int64_t value)
{
    if (!has(rule, by)) {
        rule->by[by].count = 1;
        rule->by[by].values[0] = (int)value;
    }
}

/* What is left open comes from the anchor; BYMONTH alone names months, not days. */
static void fill_times(struct rrule *rule, int64_t anchor_ms)
{
    set_default(rule, BY_HOUR, anchor_ms / MS_HOUR);
    set_default(rule, BY_MINUTE, anchor_ms / MS_MINUTE % 60);
    set_default(rule, BY_SECOND, anchor_ms / MS_SECOND % 60);
}

static void fill_days(struct rrule *rule, struct date anchor)
{
    /* libical would take the anchor's month only. */
    if (rule->freq == RRULE_YEARLY && has(rule, BY_MONTHDAY) && !has(rule, BY_MONTH))
        for (int month = 1; month <= 12; month++)
            rule->by[BY_MONTH].values[rule->by[BY_MONTH].count++] = month;
    if (rule->freq == RRULE_DAILY || has(rule, BY_DAY) || has(rule, BY_MONTHDAY) ||
        has(rule, BY_YEARDAY))
        return;
    if (rule->freq == RRULE_WEEKLY) {
        set_default(rule, BY_DAY, date_weekday(anchor));
        return;
    }
    set_default(rule, BY_MONTHDAY, anchor.day);
    if (rule->freq == RRULE_YEARLY)
        set_default(rule, BY_MONTH, anchor.month);
}

enum status rrule_parse(struct rrule *out, const char *text, struct date anchor, int64_t anchor_ms,
                        struct err *err)
{
    if (text == NULL)
        text = "";
    *out = (struct rrule){.interval = 1, .week_start = 1};
    if (strlen(text) > RRULE_LIMIT)
        return err_set(err, ERR_LIMIT, "schedule: the rule is longer than %d bytes", RRULE_LIMIT);
    enum status status = OK;
    char *upper = xstrdup(text);
    for (char *p = upper; *p != '\0'; p++)
        *p = (char)toupper((unsigned char)*p);
    struct err own = {0}; /* err may be NULL, and is prefixed */
    char *cut = xstrdup(upper);
    struct reader r = {.rule = out, .text = text, .upper = upper, .err = &own};
    char *rest = cut;
    for (char *part = strsep(&rest, ";"); part != NULL && status == OK; part = strsep(&rest, ";")) {
        r.at = (size_t)(part - cut);
        status = read_part(&r, part);
    }
    r.at = 0;
    fill_times(out, anchor_ms);
    if (status == OK && (r.seen & (1U << PART_FREQ)) == 0)
        status = refuse(&r, "there is no FREQ: begin with FREQ=WEEKLY or the like");
    const char *wrong = status == OK ? rrule_clash(out) : NULL;
    if (wrong != NULL)
        status = refuse(&r, "%s", wrong);
    fill_days(out, anchor);
    if (status != OK && err != NULL)
        *err = own;
    free(upper);
    free(cut);
    return status;
}

void rrule_add_days(struct str *out, const struct rrule *rule)
{
    str_addf(out, "FREQ=%s;INTERVAL=%d;WKST=%s", rrule_freq_words[rule->freq], rule->interval,
             rrule_day_words[rule->week_start - 1]);
    for (int by = 0; by < BY_COUNT; by++) {
        const struct rrule_list *list = &rule->by[by];
        if (by == BY_HOUR || by == BY_MINUTE || by == BY_SECOND)
            continue;
        for (size_t i = 0; i < list->count; i++) {
            if (i == 0)
                str_addf(out, ";%s=", lists[by].name);
            else
                str_add_c(out, ',');
            if (by == BY_DAY && list->ordinals[i] != 0)
                str_add_int(out, list->ordinals[i]);
            if (by == BY_DAY)
                str_add(out, rrule_day_words[list->values[i] - 1]);
            else
                str_add_int(out, list->values[i]);
        }
    }
}
