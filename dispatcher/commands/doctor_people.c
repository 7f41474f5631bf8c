/* dispatcher/commands/doctor_people - who can sign, who decides, and who stands in for whom. */
#include "dispatcher/commands/doctor.h"

#include "base/file.h"
#include "duties/ladder.h"
#include "seal/cert.h"

#include <stdlib.h>

static void check_person(struct examination *e, const struct person *p, int64_t *able)
{
    struct cert cert = {0};
    struct err err = {0};
    struct str file;
    char date[CLOCK_TEXT];
    const int64_t now = app_now(e->app);
    char *what = NULL;
    char *mend = xprintf("gpg --armor --export %s > keys/%s.asc (in %s), and name it in people",
                         p->mail, p->id, e->app->settings->dir);
    str_init(&file, 1 << 20);
    enum status status = p->key == NULL ? ERR_NOT_FOUND : file_read(&file, p->key, 1 << 20, &err);
    if (status == OK)
        status = cert_read(&cert, str_bytes(&file), true, app_scratch(e->app), now, &err);
    if (status != OK)
        what = xprintf("people: %s may release, but has no readable key", p->id);
    else if (!cert_usable(cert.state))
        what = xprintf("people: %s may release, but the key is %s: %s", p->id,
                       cert_state_word(cert.state), cert.reason);
    else {
        *able += 1;
        if (cert.expires_ms > 0 && cert.expires_ms < now + ENDS_SOON) {
            what = xprintf("people: the key of %s, who may release, ends on %s", p->id,
                           clock_date(date, cert.expires_ms));
            free(mend);
            mend = xprintf("gpg --quick-set-expire %s 2y, then gpg --armor --export %s > "
                           "keys/%s.asc (in %s)",
                           cert.fpr, p->mail, p->id, e->app->settings->dir);
        }
    }
    if (what != NULL)
        doctor_say(e, false, what, mend);
    free(what);
    free(mend);
    cert_dispose(&cert);
    str_dispose(&file);
}

/* Without anybody of these roles something stands still, at the worst moment. */
static void check_roles(struct examination *e)
{
    static const struct {
        enum role role;
        const char *lost;
    } wanted[] = {
        {ROLE_PSIRT, "cases without an owner are nobody's"},
        {ROLE_REGULATORY, "nobody can adopt rules, and nobody is reminded of what the law asks"}};
    const struct settings *s = e->app->settings;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        bool held = false;
        for (size_t k = 0; k < s->people_count; k++)
            held = held || person_has_role(&s->people[k], wanted[i].role);
        if (!held)
            doctor_tell(e, false,
                        xprintf("people: nobody has the role %s: %s", role_word(wanted[i].role),
                                wanted[i].lost),
                        xprintf("add %s to the roles of a person in people of %s",
                                role_word(wanted[i].role), s->path));
    }
}

static void check_away(struct examination *e, const struct person *p)
{
    const struct settings *s = e->app->settings;
    const int64_t now = app_now(e->app);
    if (!person_absent(p, now) || ladder_stand_in(s, p, now) != p)
        return;
    const char *until = p->absent_to != NULL ? p->absent_to : "further notice";
    doctor_tell(e, false,
                p->deputy == NULL
                    ? xprintf("people: %s is away until %s and has no deputy: reminders reach "
                              "nobody",
                              p->id, until)
                    : xprintf("people: %s is away until %s, and so is the deputy %s: reminders "
                              "reach nobody",
                              p->id, until, p->deputy),
                xprintf("name a deputy of %s who is there, in people of %s", p->id, s->path));
}

void doctor_people(struct examination *e)
{
    const struct settings *s = e->app->settings;
    int64_t able = 0;
    for (size_t i = 0; i < s->people_count; i++)
        if ((s->people[i].roles & s->release.roles) != 0)
            check_person(e, &s->people[i], &able);
    if (able < s->release.approvals)
        doctor_say(e, true,
                   "people: not enough of them can sign for release: no advisory could be approved",
                   "give people of a releasing role (release.roles) a key, see the warnings above");
    check_roles(e);
    for (size_t i = 0; i < s->people_count; i++)
        check_away(e, &s->people[i]);
}
