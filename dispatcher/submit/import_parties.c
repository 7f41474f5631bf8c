/* parties.csv: organisations and their contacts, keys and routes. */
#include "base/file.h"
#include "base/zone_name.h"
#include "channels/channel.h"
#include "dispatcher/submit/import_inner.h"
#include "dispatcher/submit/keys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PAGE 500

enum {
    P_PARTY,
    P_KIND,
    P_COUNTRY,
    P_EMAIL,
    P_NAME,
    P_GROUP,
    P_ROLE,
    P_LANGUAGE,
    P_PHONE,
    P_ZONE,
    P_KEY,
    P_SMIME,
    P_ROUTE,
    P_POST,
    P_TERRITORY,
    P_COUNT
};
static const struct csv_column party_columns[P_COUNT] = {
    {"party", true, false},  {"kind", true, false},          {"country", true, false},
    {"email", true, false},  {"name", false, false},         {"group", false, false},
    {"role", false, false},  {"language", false, false},     {"phone", false, true},
    {"zone", false, false},  {"key", false, false},          {"smime", false, false},
    {"route", false, false}, {"post_address", false, false}, {"territory", false, false}};

_Static_assert(P_KEY == IMPORT_PARTY_KEY, "the key's column is known to who watches key files");

static void count_change(struct import *im, bool changed)
{
    if (changed)
        im->changed++;
}

static bool is_country(const char *text)
{
    return text != NULL && strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' &&
           text[1] >= 'A' && text[1] <= 'Z';
}

static const char *upper(struct arena *arena, const char *text)
{
    char *out = arena_strdup(arena, text);
    for (char *p = out; p != NULL && *p != '\0'; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    return out;
}

static bool is_name(const char *text)
{
    size_t size = text != NULL ? strlen(text) : 0;
    if (size == 0 || size > 120 || text[0] == '-')
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] < 0x21 && text[i] != ' ')
            return false;
    return true;
}

static enum status read_route(enum route *out, const struct import *im, const struct csv_row *row,
                              struct err *err)
{
    const char *text = row->fields[P_ROUTE];
    if (text_equal(text, "https"))
        return import_bad(
            im, row, "route", err,
            "https (webhook) is not built yet: use smtp, file, portal, letter or phone");
    if (text != NULL && !route_of(out, text))
        return import_bad(im, row, "route", err,
                          "unknown route: use smtp, file, portal, letter or phone");
    if (text == NULL)
        *out = row->fields[P_EMAIL] != NULL   ? ROUTE_SMTP
               : row->fields[P_POST] != NULL  ? ROUTE_LETTER
               : row->fields[P_PHONE] != NULL ? ROUTE_PHONE
                                              : ROUTE_SMTP;
    return OK;
}

/* The key column names a file beside the configuration, or a fingerprint that is in the store. */
static enum status read_key(const char **out, struct import *im, const struct csv_row *row,
                            const char *email, struct err *err)
{
    const char *text = row->fields[P_KEY];
    *out = NULL;
    if (text == NULL)
        return OK;
    size_t size = strlen(text);
    if ((size == 40 || size == 64) && strspn(text, "0123456789abcdefABCDEF") == size) {
        *out = upper(im->arena, text);
        return OK;
    }
    struct key key = {0};
    struct str file;
    struct stat st;
    char *path = path_join(im->dir, text);
    str_init(&file, 1 << 20);
    /* Opening a pipe or a device may never come back. */
    enum status status = stat(path, &st) == 0 && !S_ISREG(st.st_mode)
                             ? ERR_INVALID
                             : file_read(&file, path, 1 << 20, err);
    free(path);
    if (status == ERR_NOT_FOUND || status == ERR_INVALID || status == ERR_LIMIT)
        status = import_bad(
            im, row, "key", err,
            "this key file cannot be read: name a file beside the configuration, or a fingerprint");
    if (status == OK)
        status = keys_pin(&key, im->arena, im->app, row->fields[P_PARTY], email, text,
                          str_bytes(&file), im->words, err);
    str_dispose(&file);
    *out = key.fpr;
    return status;
}

static enum status put_party(struct import *im, const struct csv_row *row, struct err *err)
{
    struct party party = {.id = row->fields[P_PARTY],
                          .country = upper(im->arena, row->fields[P_COUNTRY]),
                          .group = row->fields[P_GROUP],
                          .territory = row->fields[P_TERRITORY]};
    struct party old;
    bool changed = false;
    if (!is_name(party.id))
        return import_bad(im, row, "party", err,
                          "is not usable as a name: 1 to 120 signs, not beginning with a dash");
    if (!party_kind_of(&party.kind, row->fields[P_KIND]))
        return import_bad(
            im, row, "kind", err,
            "unknown: use regulator, hdo, complaint, distributor, importer, representative, "
            "coordinator or reporter");
    if (!is_country(party.country))
        return import_bad(im, row, "country", err,
                          "two letters by ISO 3166-1 are wanted, such as DE");
    if (!import_are_places(im, party.territory))
        return import_bad(im, row, "territory", err, IMPORT_PLACES);
    enum status status = party_get(&old, im->arena, im->app->store, party.id, err);
    bool is_new = status == ERR_NOT_FOUND;
    if (status != OK && !is_new)
        return status;
    /* The kind belongs to the party; its rows must not contradict each other. */
    if (text_equal(im->last_party, party.id)) {
        if (!is_new && old.kind != party.kind)
            return import_bad(im, row, "kind", err,
                              "differs from the row above for the same party");
        return OK;
    }
    status = party_put(im->app->store, &party, &changed, err);
    im->is_new = is_new;
    if (is_new)
        im->added++;
    else
        count_change(im, changed);
    return status;
}

static int by_name(const void *a, const void *b)
{
    const struct correction *x = a;
    const struct correction *y = b;
    const int order = strcmp(x->party, y->party);
    return order != 0 ? order : strcmp(x->was, y->was);
}

/* An address that a person corrected comes back by no file that was written before. */
static const char *as_corrected(struct import *im, const struct csv_row *row, const char *address)
{
    const struct correction key = {.party = row->fields[P_PARTY], .was = address};
    const struct correction *found =
        address == NULL || im->correction_count == 0
            ? NULL
            : bsearch(&key, im->corrections, im->correction_count, sizeof key, by_name);
    if (found == NULL)
        return address;
    char date[CLOCK_TEXT];
    im->kept++;
    str_addf(im->words, "%s row %zu, column email: %s was corrected to %s on %s: ", im->name,
             row->line, found->was, found->now, clock_date(date, found->at_ms));
    str_addf(im->words,
             im->believe ? "%s is believed again\n"
                         : "it stays corrected: write it here, too; if %s is right again, import "
                           "this file with --believe\n",
             found->was);
    return im->believe ? address : found->now;
}

/* What a person corrected ends by the word of a person alone: an old file comes back unnoticed. */
static enum status end_party(struct import *im, struct err *err)
{
    enum status status = contact_trim(im->app->store, im->last_party, im->seq, err);
    if (status == OK && im->believe)
        status = correction_forget(im->app->store, im->last_party, err);
    return status;
}

/* A digest at the wrong hour is better than none: it is said, and the row is taken. */
static void check_zone(struct import *im, const struct csv_row *row)
{
    struct err why = {0};
    const char *zone = row->fields[P_ZONE];
    if (zone != NULL && zone_name_check(zone, &why) != OK)
        str_addf(im->words, "%s row %zu, column zone: %s (until then UTC is taken)\n", im->name,
                 row->line, why.text);
}

static enum status put_contact(struct import *im, const struct csv_row *row, struct err *err)
{
    bool changed = false;
    char *address = NULL;
    struct contact c = {.party = row->fields[P_PARTY],
                        .name = row->fields[P_NAME],
                        .role = row->fields[P_ROLE],
                        .language = row->fields[P_LANGUAGE],
                        .phone = row->fields[P_PHONE],
                        .zone = row->fields[P_ZONE],
                        .post_address = row->fields[P_POST],
                        .smime = row->fields[P_SMIME]};
    enum status status = read_route(&c.route, im, row, err);
    if (status == OK && row->fields[P_EMAIL] != NULL) {
        struct err cause = {0};
        status = address_normal(&address, row->fields[P_EMAIL], &cause);
        if (status == ERR_INVALID)
            status = import_bad(im, row, "email", err, cause.text);
        c.email = as_corrected(im, row, address);
    }
    check_zone(im, row);
    if (status == OK)
        status = read_key(&c.key, im, row, c.email, err);
    im->seq = text_equal(im->last_party, c.party) ? im->seq + 1 : 1;
    c.seq = im->seq;
    if (status == OK)
        status = contact_put(im->app->store, &c, &changed, err);
    if (status == OK && !im->is_new)
        count_change(im, changed);
    free(address);
    return status;
}

/* What one row leaves behind in memory is not kept for the next. */
static enum status put_row(struct import *im, const struct csv_row *row, struct err *err)
{
    struct arena *whole = im->arena;
    im->arena = arena_new();
    enum status status = put_party(im, row, err);
    if (status == OK)
        status = put_contact(im, row, err);
    arena_free(im->arena);
    im->arena = whole;
    return status;
}

static enum status put_rows(struct import *im, struct err *err)
{
    char *last = NULL;
    struct csv_row row;
    enum status status =
        correction_list(&im->corrections, &im->correction_count, im->arena, im->app->store, err);
    if (status == OK && im->correction_count > 1)
        qsort(im->corrections, im->correction_count, sizeof *im->corrections, by_name);
    while (status == OK && (status = walk_next(&row, im->walk, err)) == OK) {
        const bool starts = !text_equal(im->last_party, row.fields[P_PARTY]);
        if (starts && im->last_party != NULL)
            status = end_party(im, err);
        if (status == OK)
            status = put_row(im, &row, err);
        if (starts) {
            free(last);
            im->last_party = last = xstrdup(row.fields[P_PARTY]);
        }
    }
    if (status == ERR_NOT_FOUND)
        status = im->last_party != NULL ? end_party(im, err) : OK;
    im->last_party = NULL;
    free(last);
    return status;
}

/* What goes with a party, said before it goes. */
static enum status remove_party(struct import *im, const char *id, struct err *err)
{
    struct arena *arena = arena_new();
    struct installed *devices = NULL;
    struct key *keys = NULL;
    size_t device_count = 0, key_count = 0;
    enum status status = installed_list(&devices, &device_count, arena, im->app->store, id, err);
    if (status == OK)
        status = key_list(&keys, &key_count, arena, im->app->store, id, err);
    if (status == OK)
        status = party_remove(im->app->store, id, err);
    str_addf(im->words, "%sremoved: %s", im->trying ? "would be " : "", id);
    if (device_count > 0)
        str_addf(im->words, ", with %zu row%s of the installed base", device_count,
                 device_count == 1 ? "" : "s");
    if (key_count > 0)
        str_addf(im->words, ", with %zu key%s", key_count, key_count == 1 ? "" : "s");
    str_add_c(im->words, '\n');
    im->removed++;
    im->devices += (int64_t)device_count;
    arena_free(arena);
    return status;
}

/* With --full a party that the file does not name any more goes. */
static enum status remove_parties(struct import *im, struct err *err)
{
    char *cursor = NULL;
    int priority = -1;
    enum status status = OK;
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct arena *arena = arena_new();
        struct party *list = NULL;
        status = party_list(&list, &count, arena, im->app->store, priority, cursor, PAGE, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            if (walk_has(im->walk, list[i].id))
                continue;
            status = remove_party(im, list[i].id, err);
        }
        if (count > 0) {
            free(cursor);
            cursor = xstrdup(list[count - 1].id);
            priority = party_kind_priority(list[count - 1].kind);
        }
        arena_free(arena);
    }
    free(cursor);
    if (im->devices > 0)
        str_addf(
            im->words,
            "%lld row%s of the installed base %s with them: take %s out of installed.csv, too, "
            "or it is refused when it is read again\n",
            (long long)im->devices, im->devices == 1 ? "" : "s", im->trying ? "would go" : "went",
            im->devices == 1 ? "it" : "them");
    return status;
}

static enum status take_parties(struct import *im, bool full, struct err *err)
{
    enum status status = put_rows(im, err);
    return status == OK && full ? remove_parties(im, err) : status;
}

const struct import_table import_parties = {party_columns, P_COUNT, P_EMAIL, true, take_parties};
