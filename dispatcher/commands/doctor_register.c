/* dispatcher/commands/doctor_register - whom we tell: reachable, with keys, and by schedules. */
#include "dispatcher/commands/doctor.h"

#include "base/file.h"
#include "dispatcher/routine/digest.h"
#include "dispatcher/routine/drill.h"
#include "dispatcher/submit/import.h"
#include "seal/cert.h"
#include "store/party.h"
#include "store/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define NAMES_SHOWN 5
#define OLD_FILE (365 * MS_DAY)

/* What is gathered over all parties. */
struct looking {
    struct examination *e;
    bool complaint, any;
    size_t keyless;
    struct str names;  /* the first of them */
    size_t *followers; /* of each schedule of digests */
};

static void check_contact(struct looking *l, const struct party *p, const struct contact *contacts,
                          size_t count)
{
    struct examination *e = l->e;
    bool reachable = false, by_mail = false, keyed = false;
    for (size_t i = 0; i < count; i++) {
        by_mail = by_mail || (contacts[i].route == ROUTE_SMTP && contacts[i].email != NULL);
        keyed = keyed || contacts[i].key != NULL;
        reachable = reachable || contacts[i].email != NULL || contacts[i].phone != NULL ||
                    contacts[i].post_address != NULL || contacts[i].route == ROUTE_PORTAL ||
                    contacts[i].route == ROUTE_FILE;
    }
    if (!reachable)
        doctor_tell(e, true, xprintf("parties.csv: %s cannot be reached at all", p->id),
                    xstrdup("add email, phone or post_address to its row"));
    if (by_mail && !keyed) {
        if (l->keyless++ < NAMES_SHOWN)
            str_addf(&l->names, "%s%s", l->keyless > 1 ? ", " : "", p->id);
    }
}

static void check_keys(struct examination *e, struct arena *arena, const struct key *keys,
                       size_t count)
{
    int64_t now = app_now(e->app);
    for (size_t i = 0; i < count; i++) {
        const struct key *k = &keys[i];
        const char *mend = arena_printf(arena,
                                        "ask %s for a key, check its fingerprint by telephone, "
                                        "then tocsin key import FILE --party %s",
                                        k->party, k->party);
        if (!text_equal(k->state, cert_state_word(CERT_GOOD)) &&
            !text_equal(k->state, cert_state_word(CERT_WARN)))
            doctor_say(e, false,
                       arena_printf(arena, "tocsin key list: the key of %s is not used: %s: %s",
                                    k->party, k->state, k->reason != NULL ? k->reason : ""),
                       mend);
        else if (k->expires_ms > 0 && k->expires_ms < now + 30 * MS_DAY) {
            char date[CLOCK_TEXT];
            doctor_say(e, false,
                       arena_printf(arena, "tocsin key list: the key of %s ends on %s", k->party,
                                    clock_date(date, k->expires_ms)),
                       mend);
        }
    }
}

static enum status look_at_parties(struct looking *l, struct err *err)
{
    const struct settings *s = l->e->app->settings;
    int priority = -1;
    char cursor[256] = "";
    enum status status = OK;
    for (size_t count = 500; status == OK && count == 500;) {
        struct arena *arena = arena_new();
        struct party *list = NULL;
        status = party_list(&list, &count, arena, l->e->app->store, priority,
                            cursor[0] != '\0' ? cursor : NULL, 500, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct contact *contacts = NULL;
            size_t contact_count = 0;
            l->any = true;
            l->complaint = l->complaint || list[i].kind == PARTY_COMPLAINT;
            status =
                contact_list(&contacts, &contact_count, arena, l->e->app->store, list[i].id, err);
            if (status == OK)
                check_contact(l, &list[i], contacts, contact_count);
            const struct settings_digest *digest = digest_for(l->e->app, &list[i]);
            if (digest != NULL)
                l->followers[digest - s->digests]++;
            priority = party_kind_priority(list[i].kind);
            (void)snprintf(cursor, sizeof cursor, "%s", list[i].id);
        }
        arena_free(arena);
    }
    return status;
}

static enum status check_register(struct looking *l, struct err *err)
{
    bool installed = false;
    struct examination *e = l->e;
    enum status status = look_at_parties(l, err);
    if (status == OK && !l->any)
        doctor_say(e, true, "parties.csv: the register is empty: nobody would be told",
                   "fill in parties.csv beside the configuration");
    else if (status == OK && !l->complaint)
        doctor_say(e, false,
                   "parties.csv: no complaint desk in the register: your own people would hear it "
                   "from customers",
                   "add a row of kind complaint");
    if (status == OK && l->keyless > 0)
        doctor_tell(e, false,
                    xprintf("parties.csv: %zu recipient%s by mail %s no key: %s%s: where a label "
                            "asks for sealing they get a waiting notice and a call",
                            l->keyless, l->keyless == 1 ? "" : "s",
                            l->keyless == 1 ? "has" : "have", str_text(&l->names),
                            l->keyless > NAMES_SHOWN ? ", ..." : ""),
                    xstrdup("ask for their OpenPGP keys, check each fingerprint by telephone, then "
                            "tocsin key import FILE --party PARTY"));
    if (status == OK)
        status = installed_any(&installed, e->app->store, err);
    if (status == OK && !installed)
        doctor_say(
            e, false,
            "installed.csv: no installed base is known: every hospital is told of everything",
            "write installed.csv (party,product,version,...)");
    return status;
}

/* An address book that nobody touched for long. */
static void check_age(struct examination *e)
{
    struct stat st;
    char date[CLOCK_TEXT];
    char *path = path_join(e->app->settings->dir, import_kind_file(IMPORT_PARTIES));
    const int64_t changed = stat(path, &st) == 0 ? (int64_t)st.st_mtim.tv_sec * MS_SECOND : 0;
    if (changed > 0 && changed < app_now(e->app) - OLD_FILE)
        doctor_tell(e, false,
                    xprintf("parties.csv: was last changed on %s: addresses may be old",
                            clock_date(date, changed)),
                    xstrdup("have every address confirmed, and write the file anew; a drill shows "
                            "which still work: tocsin drill --sample --to PARTY --by PERSON"));
    free(path);
}

/* Open tasks hold the addresses from which mail came back. */
static enum status check_bounced(struct examination *e, struct arena *arena, struct err *err)
{
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, e->app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (list[i].kind == TASK_BOUNCED)
            doctor_tell(e, false,
                        xprintf("tocsin task show %lld: %s", (long long)list[i].id, list[i].title),
                        xstrdup("ask for the right address, then tocsin notice resend CODE --to "
                                "ADDRESS --by PERSON --reason TEXT"));
    return status;
}

/* Opened as the dispatcher would: what never comes true, or needs a calendar that is missing. */
static void check_rule(struct examination *e, const char *setting,
                       const struct settings_digest *wanted, unsigned line)
{
    struct places *places = places_new();
    const struct digest_schedule row = {.anchor_ms = app_now(e->app)};
    const struct schedule *schedule = NULL;
    const char *why = NULL;
    struct err err = {0};
    char *where = line > 0
                      ? xprintf("%s line %u: %s", path_base(e->app->settings->path), line, setting)
                      : xprintf("%s: %s", path_base(e->app->settings->path), setting);
    if (places_schedule(&schedule, &why, places, e->app, wanted, &row, NULL, NULL, &err) != OK)
        doctor_tell(e, false, xprintf("%s: %s", where, err.text),
                    xstrdup("mend the rule: until then nothing comes by it"));
    else if (why != NULL)
        doctor_tell(e, false, xprintf("%s: %s", where, why),
                    xstrdup("mend it in the settings, or put calendars/CC.ics beside them"));
    free(where);
    places_free(places);
}

static void check_digests(const struct looking *l)
{
    const struct settings *s = l->e->app->settings;
    for (size_t i = 0; i < s->digest_count; i++) {
        const struct settings_digest *d = &s->digests[i];
        check_rule(l->e, "digest.rrule", d, d->line);
        if (l->followers[i] == 0)
            doctor_tell(l->e, false,
                        xprintf("%s line %u: digest: its recipients are nobody: no %s%s%s of the "
                                "register follows it",
                                path_base(s->path), d->line, party_kind_word(d->for_kind),
                                d->only != NULL ? " " : "", d->only != NULL ? d->only : ""),
                        xstrdup("mend for and only, or add the parties to parties.csv"));
    }
}

static enum status check_drill(const struct looking *l, struct arena *arena, struct err *err)
{
    const struct settings *s = l->e->app->settings;
    const struct settings_drill *d = &s->drill;
    enum status status = OK;
    bool internal = d->to_count == 0;
    if (d->schedule == NULL)
        return OK;
    const struct settings_digest wanted = {.rrule = d->schedule,
                                           .zone = d->zone,
                                           .holidays = d->holidays,
                                           .country = s->maker.country};
    check_rule(l->e, "drill.schedule", &wanted, 0);
    for (size_t i = 0; status == OK && i < d->to_count; i++) {
        struct party party;
        if (text_equal(d->to[i], DRILL_INTERNAL)) {
            internal = true;
            continue;
        }
        status = party_get(&party, arena, l->e->app->store, d->to[i], err);
        if (status == ERR_NOT_FOUND) {
            doctor_tell(l->e, false,
                        xprintf("%s: drill.to: %s is not in the register: no drill would begin",
                                path_base(s->path), d->to[i]),
                        xstrdup("mend drill.to, or add the party to parties.csv"));
            status = OK;
        }
    }
    if (status == OK && internal && !l->complaint)
        doctor_tell(l->e, false,
                    xprintf("%s: drill.to: internal is nobody: the register has no complaint desk, "
                            "and no drill would begin",
                            path_base(s->path)),
                    xstrdup("add a row of kind complaint to parties.csv"));
    return status;
}

enum status doctor_register(struct examination *e, struct err *err)
{
    struct arena *arena = arena_new();
    struct key *keys = NULL;
    size_t count = 0;
    struct looking l = {
        .e = e, .followers = xcalloc(e->app->settings->digest_count + 1, sizeof *l.followers)};
    str_init(&l.names, STR_LIMIT_LINE);
    enum status status = check_register(&l, err);
    if (status == OK) {
        check_age(e);
        status = check_bounced(e, arena, err);
    }
    if (status == OK) {
        check_digests(&l);
        status = check_drill(&l, arena, err);
    }
    if (status == OK)
        status = key_list(&keys, &count, arena, e->app->store, NULL, err);
    if (status == OK)
        check_keys(e, arena, keys, count);
    str_dispose(&l.names);
    free(l.followers);
    arena_free(arena);
    return status;
}
