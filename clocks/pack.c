#include "clocks/pack.h"

#include "base/embedded.h"
#include "base/file.h"
#include "base/nearest.h"
#include "clocks/shipped.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)1024 * 1024)
#define NAMES_MOST 2000

/* Whose rules take the place of whose. */
enum origin {
    ORIGIN_SHIPPED,
    ORIGIN_LOCAL, /* a higher version goes before the shipped one */
    ORIGIN_GIVEN  /* goes before whatever is there */
};

static struct pack *pack_new(void)
{
    struct pack *pack = xcalloc(1, sizeof *pack);
    pack->arena = arena_new();
    return pack;
}

void pack_close(struct pack *pack)
{
    if (pack == NULL)
        return;
    arena_free(pack->arena);
    free(pack);
}

static const struct rule **find_slot(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->count; i++)
        if (strcmp(pack->rules[i]->id, id) == 0)
            return &pack->rules[i];
    return NULL;
}

static enum status add_rule(struct pack *pack, struct rule *rule, enum origin origin,
                            struct err *err)
{
    const struct rule **slot = find_slot(pack, rule->id);
    const struct rule *kept = rule;
    rule->local = origin == ORIGIN_LOCAL;
    if (slot == NULL) {
        arena_push(pack->arena, &pack->rules, &pack->count, sizeof kept, &kept);
        return OK;
    }
    if (origin == ORIGIN_SHIPPED)
        return err_set(err, ERR_INVALID, "%s line %u: %s: stands in %s already: take one out",
                       rule->file, rule->line, rule->id, (*slot)->file);
    if (origin == ORIGIN_LOCAL && rule->version == (*slot)->version)
        return err_set(err, ERR_INVALID,
                       "%s line %u: %s: version %" PRId64
                       " ships with the program: raise the version of your own",
                       rule->file, rule->line, rule->id, rule->version);
    if (origin == ORIGIN_LOCAL && rule->version < (*slot)->version)
        arena_push(pack->arena, &pack->older, &pack->older_count, sizeof kept, &kept);
    else
        *slot = rule;
    return OK;
}

static enum status add_jurisdiction(struct pack *pack, const struct jurisdiction *j,
                                    enum origin origin, struct err *err)
{
    for (size_t i = 0; i < pack->jurisdiction_count; i++) {
        if (strcmp(pack->jurisdictions[i]->id, j->id) != 0)
            continue;
        if (origin == ORIGIN_SHIPPED)
            return err_set(err, ERR_INVALID, "%s line %u: %s: stands in %s already: take one out",
                           j->file, j->line, j->id, pack->jurisdictions[i]->file);
        pack->jurisdictions[i] = j;
        return OK;
    }
    arena_push(pack->arena, &pack->jurisdictions, &pack->jurisdiction_count, sizeof j, &j);
    return OK;
}

static enum status add_file(struct pack *pack, const char *name, struct bytes text,
                            enum origin origin, struct err *err)
{
    struct rule_file file;
    name = arena_strdup(pack->arena, name);
    enum status status = rule_file_parse(&file, pack->arena, name, text, err);
    for (size_t i = 0; status == OK && i < file.jurisdiction_count; i++) {
        file.jurisdictions[i].file = name;
        status = add_jurisdiction(pack, &file.jurisdictions[i], origin, err);
    }
    for (size_t i = 0; status == OK && i < file.rule_count; i++) {
        file.rules[i].file = name;
        status = add_rule(pack, &file.rules[i], origin, err);
    }
    if (status == OK && file.confirmed_count > 0 && origin == ORIGIN_SHIPPED)
        status = err_set(err, ERR_INVALID,
                         "%s line %u: confirmed: belongs into rules/local.cfg of a site: nobody "
                         "confirms for the maker",
                         name, file.confirmed[0].line);
    for (size_t i = 0; status == OK && i < file.confirmed_count; i++) {
        const struct confirmed *c = &file.confirmed[i];
        arena_push(pack->arena, &pack->confirmed, &pack->confirmed_count, sizeof c, &c);
    }
    return status;
}

static enum status add_shipped(struct pack *pack, struct err *err)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < shipped_rules_count; i++)
        status = add_file(pack, shipped_rules[i].name,
                          (struct bytes){shipped_rules[i].data, shipped_rules[i].size},
                          ORIGIN_SHIPPED, err);
    return status;
}

static enum status add_path(struct pack *pack, const char *path, enum origin origin,
                            struct err *err)
{
    struct str text;
    str_init(&text, FILE_LIMIT);
    enum status status = file_read(&text, path, FILE_LIMIT, err);
    if (status == OK)
        status = add_file(pack, path, str_bytes(&text), origin, err);
    str_dispose(&text);
    return status;
}

static int by_id(const void *a, const void *b)
{
    const struct rule *const *x = a;
    const struct rule *const *y = b;
    return strcmp((*x)->id, (*y)->id);
}

static const struct pack_calendar *find_calendar(const struct pack *pack, const char *country)
{
    for (size_t i = 0; i < pack->calendar_count; i++)
        if (strcmp(pack->calendars[i].country, country) == 0)
            return &pack->calendars[i];
    return NULL;
}

/* Once: a file that is changed later neither fits the digest nor is counted by. */
static void read_calendar(struct pack *pack, const char *country)
{
    struct str text;
    struct pack_calendar kept = {.country = country};
    if (find_calendar(pack, country) != NULL)
        return;
    str_init(&text, FILE_LIMIT);
    kept.status = shipped_calendar_text(&text, pack->own, country);
    const char *copy = arena_strndup(pack->arena, str_text(&text), text.size);
    kept.text = (struct bytes){(const unsigned char *)copy, text.size};
    str_dispose(&text);
    arena_push(pack->arena, &pack->calendars, &pack->calendar_count, sizeof kept, &kept);
}

enum status pack_calendar(struct calendar **out, const struct pack *pack, const char *country,
                          struct err *err)
{
    const struct pack_calendar *kept = find_calendar(pack, country);
    struct str now; /* a country that no rule counts in is in no digest */
    *out = NULL;
    str_init(&now, FILE_LIMIT);
    enum status status =
        kept != NULL ? kept->status : shipped_calendar_text(&now, pack->own, country);
    const struct bytes text = kept != NULL ? kept->text : str_bytes(&now);
    char *name = xprintf("%.10s.ics", country);
    status = status == OK ? calendar_parse(out, name, country, text, err)
                          : err_set(err, status, "%s: cannot be read: look at the file", name);
    free(name);
    str_dispose(&now);
    return status;
}

/* The digest of a country's calendar; "none" when there is none. */
static const char *calendar_digest(char out[SHA256_HEX], const struct pack *pack,
                                   const char *country)
{
    const struct pack_calendar *kept = find_calendar(pack, country);
    sha256_hex_of(out, kept->text);
    return kept->status == OK ? out : "none";
}

/* What the dates of a jurisdiction depend on: zones and calendars. */
static const char *describe(struct pack *pack, const struct jurisdiction *j)
{
    char hex[SHA256_HEX];
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    str_addf(&out, "zone %s\n", j->zone);
    for (size_t i = 0; i < j->place_count; i++)
        str_addf(&out, "%s %s %s\n", j->places[i].country, j->places[i].zone,
                 calendar_digest(hex, pack, place_calendar(&j->places[i])));
    const char *kept = arena_strdup(pack->arena, str_text(&out));
    str_dispose(&out);
    return kept;
}

static void confirm(struct pack *pack, struct rule *rule)
{
    for (size_t i = 0; i < pack->confirmed_count; i++)
        if (strcmp(pack->confirmed[i]->rule, rule->id) == 0 &&
            pack->confirmed[i]->version == rule->version && rule->status == RULE_QUOTED)
            rule->signed_off = pack->confirmed[i];
}

static void digest_rule(struct rule *rule, const char *jurisdiction)
{
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    rule_print(&text, rule);
    if (rule->signed_off != NULL)
        str_addf(&text, "confirmed %s %s %s\n", rule->signed_off->by, rule->signed_off->on,
                 rule->signed_off->read_in);
    str_add(&text, jurisdiction);
    sha256_hex_of(rule->sha256, str_bytes(&text));
    str_dispose(&text);
}

/* Every rule gets its digest, then the pack its own. */
static enum status seal(struct pack *pack, struct err *err)
{
    struct str manifest;
    const char **texts = arena_alloc(pack->arena, pack->jurisdiction_count * sizeof *texts + 1);
    for (size_t i = 0; i < pack->jurisdiction_count; i++)
        for (size_t k = 0; k < pack->jurisdictions[i]->place_count; k++)
            read_calendar(pack, place_calendar(&pack->jurisdictions[i]->places[k]));
    qsort(pack->rules, pack->count, sizeof *pack->rules, by_id);
    str_init(&manifest, STR_LIMIT_TEXT);
    str_add(&manifest, "tocsin rules 1\n");
    for (size_t i = 0; i < pack->count; i++) {
        struct rule rule = *pack->rules[i];
        size_t at = 0;
        while (at < pack->jurisdiction_count &&
               strcmp(pack->jurisdictions[at]->id, rule.jurisdiction) != 0)
            at++;
        if (at == pack->jurisdiction_count) {
            str_dispose(&manifest);
            return err_set(err, ERR_INVALID,
                           "%s line %u: %s: jurisdiction \"%s\" is in no file: write it under "
                           "jurisdictions",
                           rule.file, rule.line, rule.id, rule.jurisdiction);
        }
        if (texts[at] == NULL)
            texts[at] = describe(pack, pack->jurisdictions[at]);
        confirm(pack, &rule);
        digest_rule(&rule, texts[at]);
        struct rule *kept = arena_alloc(pack->arena, sizeof *kept);
        *kept = rule;
        pack->rules[i] = kept;
        str_addf(&manifest, "%s %" PRId64 " %s\n", rule.id, rule.version, rule.sha256);
    }
    sha256_hex_of(pack->sha256, str_bytes(&manifest));
    pack->manifest = arena_strdup(pack->arena, str_text(&manifest));
    str_dispose(&manifest);
    return OK;
}

static enum status finish(struct pack **out, struct pack *pack, enum status status, struct err *err)
{
    if (status == OK)
        status = seal(pack, err);
    if (status == OK)
        *out = pack;
    else
        pack_close(pack);
    return status;
}

enum status pack_open(struct pack **out, const char *site, struct err *err)
{
    struct pack *pack = pack_new();
    *out = NULL;
    enum status status = add_shipped(pack, err);
    if (status == OK && site != NULL) {
        char *local = path_join(site, "rules/local.cfg");
        char *own = path_join(site, "calendars");
        pack->own = arena_strdup(pack->arena, own);
        status = add_path(pack, local, ORIGIN_LOCAL, err);
        if (status == ERR_NOT_FOUND)
            status = OK;
        free(local);
        free(own);
    }
    return finish(out, pack, status, err);
}

enum status pack_open_files(struct pack **out, const char *const *paths, size_t count,
                            struct err *err)
{
    struct pack *pack = pack_new();
    *out = NULL;
    enum status status = add_shipped(pack, err);
    for (size_t i = 0; status == OK && i < count; i++)
        status = add_path(pack, paths[i], ORIGIN_GIVEN, err);
    return finish(out, pack, status, err);
}

enum status pack_rule(const struct rule **out, const struct pack *pack, const char *id,
                      struct err *err)
{
    const char *names[NAMES_MOST];
    size_t count = 0;
    const struct rule **slot = find_slot(pack, id);
    if (slot != NULL) {
        *out = *slot;
        return OK;
    }
    for (; count < pack->count && count < NAMES_MOST; count++)
        names[count] = pack->rules[count]->id;
    int near = nearest_name(id, names, count);
    return near >= 0 ? err_set(err, ERR_NOT_FOUND, "%.60s: there is no such rule: did you mean %s?",
                               id, names[near])
                     : err_set(err, ERR_NOT_FOUND,
                               "%.60s: there is no such rule: see `tocsin rules list`", id);
}

const struct jurisdiction *pack_jurisdiction(const struct pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->jurisdiction_count; i++)
        if (strcmp(pack->jurisdictions[i]->id, id) == 0)
            return pack->jurisdictions[i];
    return NULL;
}

const char *rule_use_word(enum rule_use use)
{
    static const char *const words[USE_COUNT] = {"enabled", "confirm first", "disabled",
                                                 "not adopted", "changed, not adopted"};
    return words[use];
}

enum rule_use pack_use(const struct rule *rule, const char *manifest)
{
    if (rule->status == RULE_UNSURE)
        return USE_DISABLED;
    if (rule->status == RULE_QUOTED && rule->signed_off == NULL)
        return USE_CONFIRM;
    if (manifest == NULL)
        return USE_NOT_ADOPTED;
    char *line = xprintf("\n%s %" PRId64 " %s\n", rule->id, rule->version, rule->sha256);
    bool adopted = strstr(manifest, line) != NULL;
    free(line);
    return adopted ? USE_ENABLED : USE_CHANGED;
}
