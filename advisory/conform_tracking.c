/* Tests 6.1.14 to 6.1.22, 6.1.30 and 6.2.4 to 6.2.6: versions, revisions and their dates. */
#include "advisory/conform_tests.h"

#include "advisory/csaf_read.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

/* CSAF 2.0, 6.1.14: by date; of one date the lower version is taken to be the earlier one. */
static int compare_revisions(const void *a, const void *b)
{
    const struct conform_revision *x = a;
    const struct conform_revision *y = b;
    int order = instant_compare(&x->date, &y->date);
    if (order == 0)
        order = csaf_version_compare(x->version, y->version);
    if (order == 0)
        order = json_index(x->where) < json_index(y->where) ? -1 : 1;
    return order;
}

void conform_read_revisions(struct conform *run)
{
    const struct json *history = json_get(run->tracking, "revision_history");
    size_t count = json_is(history, JSON_ARRAY) ? json_count(history) : 0;
    run->revisions = xcalloc(count, sizeof *run->revisions);
    for (const struct json *at = conform_first(history); at != NULL; at = json_next(at)) {
        struct conform_revision revision = {.where = at, .number = json_get(at, "number")};
        revision.version = csaf_text(revision.number);
        /* What has no date or number has no place in the order; the schema says so. */
        if (revision.version != NULL &&
            instant_parse(&revision.date, conform_text(json_get(at, "date"))))
            run->revisions[run->revision_count++] = revision;
    }
    if (run->revision_count > 1)
        qsort(run->revisions, run->revision_count, sizeof *run->revisions, compare_revisions);
}

static size_t digits_of(const char *version)
{
    return strspn(version, "0123456789");
}

static bool is_integer(const char *version)
{
    return version[0] != '\0' && version[digits_of(version)] == '\0';
}

/* 0, 0.y.z */
static bool is_zero(const char *version)
{
    size_t digits = digits_of(version);
    return digits == 1 && version[0] == '0' && (version[1] == '\0' || version[1] == '.');
}

/* Behind the three numbers; what stands behind a + is no pre-release. */
static bool is_pre_release(const char *version)
{
    size_t size = strcspn(version, "+");
    return !is_integer(version) && memchr(version, '-', size) != NULL;
}

static const char *status_of(const struct conform *run)
{
    const char *status = csaf_member(run->tracking, "status");
    return status != NULL ? status : "";
}

static bool is_released(const struct conform *run)
{
    return strcmp(status_of(run), "final") == 0 || strcmp(status_of(run), "interim") == 0;
}

/* The numbers of all revisions, also of those without a date. */
static const struct json *history(const struct conform *run)
{
    return conform_first(json_get(run->tracking, "revision_history"));
}

void conform_6_1_14(struct conform *run)
{
    for (size_t i = 1; i < run->revision_count; i++) {
        const struct conform_revision *before = &run->revisions[i - 1];
        const struct conform_revision *here = &run->revisions[i];
        if (csaf_version_compare(here->version, before->version) < 0)
            conform_fail(run, here->number, NULL, "Version %s is later by its date than version %s",
                         conform_quote(run, here->version), conform_quote(run, before->version));
    }
}

/* Without build metadata; of a draft without its pre-release part, too. */
static size_t size_to_compare(const struct conform *run, const char *version)
{
    return strcspn(version, strcmp(status_of(run), "draft") == 0 ? "+-" : "+");
}

void conform_6_1_16(struct conform *run)
{
    const struct json *where = json_get(run->tracking, "version");
    const char *version = csaf_text(where);
    if (version == NULL || run->revision_count == 0)
        return;
    const char *latest = run->revisions[run->revision_count - 1].version;
    size_t size = size_to_compare(run, version);
    if (size != size_to_compare(run, latest) || memcmp(version, latest, size) != 0)
        conform_fail(run, where, NULL, "The latest revision is %s, and the version is %s",
                     conform_quote(run, latest), conform_quote(run, version));
}

void conform_6_1_17(struct conform *run)
{
    const char *version = csaf_member(run->tracking, "version");
    if (version == NULL || status_of(run)[0] == '\0' || strcmp(status_of(run), "draft") == 0)
        return;
    if (is_zero(version) || is_pre_release(version))
        conform_fail(run, json_get(run->tracking, "status"), NULL,
                     "Version %s is one of a draft, and the status is not draft",
                     conform_quote(run, version));
}

void conform_6_1_18(struct conform *run)
{
    for (const struct json *at = is_released(run) ? history(run) : NULL; at != NULL;
         at = json_next(at)) {
        const char *number = csaf_member(at, "number");
        if (number != NULL && is_zero(number))
            conform_fail(run, json_get(at, "number"), NULL,
                         "A released advisory has a version of a draft in its history");
    }
}

void conform_6_1_19(struct conform *run)
{
    for (const struct json *at = history(run); at != NULL; at = json_next(at)) {
        const char *number = csaf_member(at, "number");
        if (number != NULL && is_pre_release(number))
            conform_fail(run, json_get(at, "number"), NULL,
                         "A version of the history has a pre-release part");
    }
}

void conform_6_1_20(struct conform *run)
{
    const char *version = csaf_member(run->tracking, "version");
    if (version != NULL && is_released(run) && is_pre_release(version))
        conform_fail(run, json_get(run->tracking, "version"), NULL,
                     "The version of a released advisory has a pre-release part");
}

/* The first number of a version; -1 when it is larger than any that people count to. */
static int64_t major_of(const char *version)
{
    int64_t major = -1;
    struct bytes digits = {(const unsigned char *)version, digits_of(version)};
    return number_parse_n(&major, digits) ? major : -1;
}

void conform_6_1_21(struct conform *run)
{
    int64_t highest = 0;
    for (size_t i = 0; i < run->revision_count; i++) {
        const struct conform_revision *here = &run->revisions[i];
        int64_t major = major_of(here->version);
        if (major < 0 || major > highest + 1) {
            if (i == 0)
                conform_fail(run, here->number, NULL,
                             "The history begins with version %s; it must begin with 0 or 1",
                             conform_quote(run, here->version));
            else
                conform_fail(run, here->number, NULL,
                             "Version %s follows, and version %lld is missing",
                             conform_quote(run, here->version), (long long)highest + 1);
        }
        if (major > highest)
            highest = major;
    }
}

void conform_6_1_22(struct conform *run)
{
    conform_words_begin(run);
    for (const struct json *at = history(run); at != NULL; at = json_next(at)) {
        const struct json *number = json_get(at, "number");
        if (conform_double_word(run, number) != NULL)
            conform_fail(run, number, NULL, "This version stands in the history already");
    }
}

void conform_6_1_30(struct conform *run)
{
    const struct json *version = json_get(run->tracking, "version");
    const char *first = NULL;
    for (const struct json *at = history(run); at != NULL; at = json_next(at)) {
        const char *number = csaf_member(at, "number");
        if (number != NULL && first == NULL)
            first = number;
        else if (number != NULL && is_integer(number) != is_integer(first))
            conform_fail(run, json_get(at, "number"), NULL,
                         "The history has integers and semantic versions");
    }
    if (csaf_text(version) != NULL && first != NULL &&
        is_integer(csaf_text(version)) != is_integer(first))
        conform_fail(run, version, NULL,
                     "The version and those of the history are not of the same kind");
}

void conform_6_2_4(struct conform *run)
{
    for (const struct json *at = history(run); at != NULL; at = json_next(at)) {
        const char *number = csaf_member(at, "number");
        if (number != NULL && strchr(number, '+') != NULL)
            conform_fail(run, json_get(at, "number"), NULL,
                         "A version of the history has build metadata");
    }
}

static void check_date(struct conform *run, const char *member, const struct conform_revision *with,
                       const char *which)
{
    struct instant date;
    const struct json *where = json_get(run->tracking, member);
    if (instant_parse(&date, conform_text(where)) && instant_compare(&date, &with->date) < 0)
        conform_fail(run, where, NULL, "This is earlier than the date of the %s revision", which);
}

void conform_6_2_5(struct conform *run)
{
    if (run->revision_count > 0)
        check_date(run, "initial_release_date", &run->revisions[0], "oldest");
}

void conform_6_2_6(struct conform *run)
{
    if (run->revision_count > 0)
        check_date(run, "current_release_date", &run->revisions[run->revision_count - 1], "newest");
}
