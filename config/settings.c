#include "config/settings.h"

#include "base/file.h"
#include "config/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSTEM_FILE "/etc/tocsin/tocsin.conf"
#define LOCAL_FILE "tocsin.conf"

/* What the checks across settings need to say where. */
struct check {
    const struct settings *settings;
    const char *name;
    const unsigned *lines;
    struct err *err;
};

static enum status absolute(char **out, const char *path, struct err *err)
{
    char *dir = getcwd(NULL, 0);
    if (dir == NULL)
        return err_set(err, ERR_IO, "the working folder: %s: go to a folder that is there",
                       strerror(errno));
    *out = path_join(dir, path);
    free(dir);
    return OK;
}

enum status settings_find(char **out, const char *given, struct err *err)
{
    const char *from_environment = getenv("TOCSIN_CONFIG");
    const char *named = !text_is_empty(given) ? given : from_environment;
    char *local = NULL;
    *out = NULL;
    if (!text_is_empty(named)) {
        if (!file_exists(named))
            return err_set(err, ERR_NOT_FOUND, "%s: there is no such file: %s", named,
                           named == given ? "check --config" : "check $TOCSIN_CONFIG");
        return absolute(out, named, err);
    }
    enum status status = absolute(&local, LOCAL_FILE, err);
    if (status != OK)
        return status;
    if (file_exists(local)) {
        *out = local;
        return OK;
    }
    if (file_exists(SYSTEM_FILE))
        *out = xstrdup(SYSTEM_FILE);
    else
        status = err_set(err, ERR_NOT_FOUND,
                         "no configuration: $TOCSIN_CONFIG is not set, %s and %s are not there: "
                         "make one with tocsin init DIR or name one with --config",
                         local, SYSTEM_FILE);
    free(local);
    return status;
}

/* "tocsin.conf line 7: mail.user: " before the words in err. */
static enum status refuse_at(const struct check *c, unsigned line, const char *name)
{
    if (line > 0)
        return err_prefix(c->err, "%s line %u: %s", c->name, line, name);
    return err_prefix(c->err, "%s: %s", c->name, name);
}

static unsigned line_of(const struct check *c, const char *name)
{
    for (size_t i = 0; i < settings_sheet.count; i++)
        if (strcmp(settings_sheet.fields[i].name, name) == 0)
            return c->lines[i];
    return 0;
}

static enum status check_deputy(const struct check *c, const struct person *person)
{
    if (person->deputy == NULL)
        return OK;
    if (settings_person(c->settings, person->deputy) == NULL)
        (void)err_set(c->err, ERR_INVALID, "\"%s\" is nobody's id: write the id of another person",
                      person->deputy);
    else if (strcmp(person->deputy, person->id) == 0)
        (void)err_set(c->err, ERR_INVALID, "nobody is their own deputy: write another person's id");
    else
        return OK;
    return refuse_at(c, person->line, "people.deputy");
}

static enum status check_absence(const struct check *c, const struct person *person)
{
    if (person->absent_to == NULL ||
        (person->absent_from != NULL && strcmp(person->absent_from, person->absent_to) <= 0))
        return OK;
    (void)err_set(c->err, ERR_INVALID,
                  "lies before absent_from, or there is none: write both days");
    return refuse_at(c, person->line, "people.absent_to");
}

static enum status check_people(const struct check *c)
{
    const struct settings *s = c->settings;
    for (size_t i = 0; i < s->people_count; i++) {
        const struct person *first = settings_person(s, s->people[i].id);
        if (first != &s->people[i]) {
            (void)err_set(c->err, ERR_INVALID,
                          "\"%s\" is the id of the person of line %u already: write another",
                          first->id, first->line);
            return refuse_at(c, s->people[i].line, "people.id");
        }
        enum status status = check_deputy(c, &s->people[i]);
        if (status == OK)
            status = check_absence(c, &s->people[i]);
        if (status != OK)
            return status;
    }
    return OK;
}

static enum status check_release(const struct check *c)
{
    const struct settings *s = c->settings;
    int64_t can = 0;
    for (size_t i = 0; i < s->people_count; i++)
        can += (s->people[i].roles & s->release.roles) != 0;
    if (can >= s->release.approvals)
        return OK;
    (void)err_set(c->err, ERR_INVALID,
                  "needs %lld of a releasing role and there is %lld: give more people a role of "
                  "release.roles",
                  (long long)s->release.approvals, (long long)can);
    unsigned line = line_of(c, "release.approvals");
    return refuse_at(c, line > 0 ? line : line_of(c, "release.roles"), "release.approvals");
}

static enum status check_mail(const struct check *c)
{
    const struct settings *s = c->settings;
    if (s->mail.user != NULL && s->mail.password_file == NULL) {
        (void)err_set(c->err, ERR_INVALID,
                      "needs a password: write mail.password_file too, or take the user out");
        return refuse_at(c, line_of(c, "mail.user"), "mail.user");
    }
    if (s->mail.user == NULL && s->mail.password_file != NULL) {
        (void)err_set(c->err, ERR_INVALID,
                      "belongs to no user: write mail.user too, or take the file out");
        return refuse_at(c, line_of(c, "mail.password_file"), "mail.password_file");
    }
    if (s->retry.most_ms < s->retry.first_ms) {
        (void)err_set(c->err, ERR_INVALID, "is shorter than retry.first: write a longer one");
        unsigned line = line_of(c, "retry.most");
        return refuse_at(c, line > 0 ? line : line_of(c, "retry.first"), "retry.most");
    }
    return OK;
}

char *settings_authority_name(const struct settings_authority *authority)
{
    return xprintf("%.*s", (int)strcspn(authority->url, "?"), authority->url);
}

static bool same_authority(const struct settings_authority *a, const struct settings_authority *b)
{
    char *left = settings_authority_name(a);
    char *right = settings_authority_name(b);
    bool same = strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}

/* A name and a password in an address would stand in log, store and bundles. */
static enum status check_authority(const struct check *c, const struct settings_authority *a)
{
    const struct settings_evidence *e = &c->settings->evidence;
    const char *host = strstr(a->url, "://") + 3;
    size_t size = strcspn(host, "/?#");
    const char *at = memchr(host, '@', size);
    bool twice = a != e->timestamps && same_authority(a, &e->timestamps[0]);
    if (at != NULL) /* and not a sign of it goes into the error */
        (void)err_set(c->err, ERR_INVALID,
                      "holds a name or a password: take it out, there is no way to log in");
    else if (size == 0 || strchr(a->url, '#') != NULL)
        (void)err_set(c->err, ERR_INVALID, "names no server: write it as http://tsa.example.com");
    else if (twice)
        (void)err_set(c->err, ERR_INVALID,
                      "is the address of the first one, too: write another, or take one out");
    else
        return OK;
    return refuse_at(c, a->line, "evidence.timestamps.url");
}

static enum status check_evidence(const struct check *c)
{
    const struct settings_evidence *e = &c->settings->evidence;
    enum status status = OK;
    for (size_t i = 0; status == OK && i < e->timestamp_count; i++)
        status = check_authority(c, &e->timestamps[i]);
    return status;
}

/* RFC 9116 asks for https; a field of security.txt is one line. */
static enum status check_policy(const struct check *c)
{
    const struct settings_policy *p = &c->settings->policy;
    const struct {
        const char *name, *url;
    } pages[] = {{"policy.url", p->url},
                 {"policy.security_txt", p->security_txt},
                 {"policy.csaf", p->csaf},
                 {"policy.encryption", p->encryption}};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (pages[i].url != NULL && !text_starts(pages[i].url, "https://")) {
            (void)err_set(c->err, ERR_INVALID, "is not https: write https://...");
            return refuse_at(c, line_of(c, pages[i].name), pages[i].name);
        }
    static const char tag[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-, ";
    if (p->languages[strspn(p->languages, tag)] == '\0')
        return OK;
    (void)err_set(c->err, ERR_INVALID, "holds other signs than tags: write \"en, de\"");
    return refuse_at(c, line_of(c, "policy.languages"), "policy.languages");
}

/* Two schedules for the same recipients: nobody could tell which is followed. */
static enum status check_digests(const struct check *c)
{
    const struct settings *s = c->settings;
    for (size_t i = 0; i < s->digest_count; i++)
        for (size_t k = 0; k < i; k++)
            if (s->digests[i].for_kind == s->digests[k].for_kind &&
                text_equal(s->digests[i].only, s->digests[k].only)) {
                (void)err_set(c->err, ERR_INVALID,
                              "is for the same as another one: write all of it into one rrule, or "
                              "take one out");
                return refuse_at(c, s->digests[i].line, "digest.for");
            }
    return OK;
}

static enum status check_canaries(const struct check *c)
{
    const struct settings *s = c->settings;
    for (size_t i = 0; i < s->canary_count; i++)
        for (size_t k = 0; k < i; k++)
            if (text_equal(s->canaries[i].name, s->canaries[k].name)) {
                (void)err_set(c->err, ERR_INVALID, "is the name of another one: give it its own");
                return refuse_at(c, s->canaries[i].line, "canary.name");
            }
    return OK;
}

static enum status read_settings(struct settings *settings, struct arena *arena, struct err *err)
{
    unsigned lines[SHEET_FIELDS];
    char *path = settings->path;
    char *dir = settings->dir;
    struct sheet_source source = {.name = path_base(path), .dir = dir};
    struct check check = {.settings = settings, .name = source.name, .lines = lines, .err = err};
    struct str text;
    str_init(&text, SHEET_LIMIT + 1);
    enum status status = file_read(&text, path, SHEET_LIMIT, err);
    if (status == OK)
        status =
            sheet_read(settings, lines, arena, &settings_sheet, &source, str_bytes(&text), err);
    str_dispose(&text);
    settings->path = path; /* the sheet begins with a clean struct */
    settings->dir = dir;
    settings->arena = arena;
    if (status == OK)
        status = check_people(&check);
    if (status == OK)
        status = check_release(&check);
    if (status == OK)
        status = check_mail(&check);
    if (status == OK)
        status = check_evidence(&check);
    if (status == OK)
        status = check_policy(&check);
    if (status == OK)
        status = check_digests(&check);
    if (status == OK)
        status = check_canaries(&check);
    return status;
}

enum status settings_load(struct settings **out, const char *path, struct err *err)
{
    struct err local = {0};
    struct settings *settings = xcalloc(1, sizeof *settings);
    struct arena *arena = arena_new();
    char *whole = NULL;
    char *dir = NULL;
    *out = NULL;
    settings->arena = arena;
    err = err != NULL ? err : &local;
    enum status status = absolute(&whole, path, err);
    if (status == OK) {
        dir = path_dir(whole);
        settings->path = arena_strdup(arena, whole);
        settings->dir = arena_strdup(arena, dir);
        status = read_settings(settings, arena, err);
    }
    free(dir);
    free(whole);
    if (status == OK)
        *out = settings;
    else
        settings_free(settings);
    return status;
}

void settings_free(struct settings *settings)
{
    if (settings == NULL)
        return;
    arena_free(settings->arena);
    free(settings);
}

const struct person *settings_person(const struct settings *settings, const char *id)
{
    for (size_t i = 0; i < settings->people_count; i++)
        if (text_equal(settings->people[i].id, id))
            return &settings->people[i];
    return NULL;
}

const struct person *settings_owner(const struct settings *settings, enum role role)
{
    const enum role wanted[] = {role, ROLE_PSIRT};
    for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++)
        for (size_t i = 0; i < settings->people_count; i++)
            if (person_has_role(&settings->people[i], wanted[w]))
                return &settings->people[i];
    return settings->people;
}

bool person_has_role(const struct person *person, enum role role)
{
    return (person->roles & 1u << role) != 0;
}

void settings_print_manual(struct str *out)
{
    sheet_print_manual(out, &settings_sheet);
}

void settings_print_default(struct str *out)
{
    str_add(out, "# Every setting of Tocsin with its default; a line that begins with # has none "
                 "and shows an example.\n\n");
    sheet_print_default(out, &settings_sheet, NULL, NULL);
}

void settings_print_effective(struct str *out, const struct settings *settings)
{
    sheet_print(out, &settings_sheet, settings);
}
