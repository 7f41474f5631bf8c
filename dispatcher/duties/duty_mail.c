#include "dispatcher/duties/duty_mail.h"

#include "cases/due.h"
#include "dispatcher/back/own_mail.h"

#include <stdlib.h>
#include <string.h>

static const struct own_mail alarms = {OWN_MAIL_ALARMS, "{\"schema\":\"tocsin.alarm/1\"}",
                                       NOTICE_ALARM, PARTY_COMPLAINT};

/* "PERSON CASE RULE[/COUNTRY] RUNG INSTANT": all that it says, and what makes it one of a kind. */
enum { NAME_PERSON, NAME_CASE, NAME_RULE, NAME_RUNG, NAME_DUE, NAME_PARTS };

struct duty_mail duty_mail_of(const struct duty_row *duty, const char *case_number, enum rung rung)
{
    const bool by_law = rung == RUNG_LEGAL_MISSED && duty->legal_ms > 0;
    return (struct duty_mail){.case_number = case_number,
                              .clock = duty->rule,
                              .country = duty->country,
                              .deadline_ms = by_law ? duty->legal_ms : duty->safe_ms,
                              .rung = rung};
}

enum status duty_mail_plan(struct app *app, const struct duty_mail *mail,
                           const struct person *person, struct err *err)
{
    struct arena *arena = arena_new();
    char due[CLOCK_TEXT];
    int64_t id = 0;
    const char *name =
        arena_printf(arena, "%s %s %s%s%s %s %s", person->id, mail->case_number, mail->clock,
                     mail->country != NULL ? "/" : "", mail->country != NULL ? mail->country : "",
                     rung_word(mail->rung), clock_text(due, mail->deadline_ms));
    enum status status = own_mail_plan(&id, app, &alarms, name, person->mail, err);
    arena_free(arena);
    return status;
}

/* Its name is ours: it is taken apart as it was made. */
static bool take_apart(const char *out[NAME_PARTS], struct arena *arena, const char *name)
{
    for (int i = 0; i < NAME_PARTS; i++) {
        const size_t size = strcspn(name, " ");
        if (size == 0 || (name[size] == '\0') != (i + 1 == NAME_PARTS))
            return false;
        out[i] = arena_strndup(arena, name, size);
        name += size + 1;
    }
    return true;
}

/* A clock of the case itself, and no rule's. */
static bool is_promise(const char *clock)
{
    for (int i = 0; i < (int)CASE_CLOCK_COUNT; i++)
        if (text_equal(clock, case_clock_word((enum case_clock)i)))
            return true;
    return false;
}

static enum status facts_of(struct notice_facts *out, struct arena *arena, const struct composer *c,
                            const struct notice *notice, struct err *err)
{
    const struct settings *s = c->app->settings;
    const struct person *caller = settings_owner(s, ROLE_REGULATORY);
    const char *part[NAME_PARTS] = {NULL};
    int64_t due_ms = 0;
    if (!take_apart(part, arena, notice->party))
        return err_set(err, ERR_CORRUPT, "notice %s: its name cannot be read", notice->uid);
    enum status status = clock_parse(&due_ms, part[NAME_DUE], err);
    const struct person *person = settings_person(s, part[NAME_PERSON]);
    *out = (struct notice_facts){
        .kind = notice->kind,
        .audience = PARTY_COMPLAINT,
        .level = notice->level,
        .tlp = TLP_CLEAR,
        .test = c->app->test,
        .language = person != NULL && person->language != NULL ? person->language : "en",
        .matter = arena_printf(arena, "%s %s", part[NAME_CASE], part[NAME_RULE]),
        .maker = s->maker.name,
        .from = {.name = caller->name, .phone = caller->phone, .mail = caller->mail},
        .to_name = person != NULL ? person->name : part[NAME_PERSON],
        .now_ms = app_now(c->app),
        .answer_by_ms = due_ms,
        .promise = is_promise(part[NAME_RULE]),
        .late = text_equal(part[NAME_RUNG], rung_word(RUNG_SAFE_MISSED)) ||
                text_equal(part[NAME_RUNG], rung_word(RUNG_LEGAL_MISSED))};
    return status;
}

enum status duty_mail_compose(struct frame_out *job, struct composer *composer,
                              const struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice_facts facts;
    enum status status = facts_of(&facts, arena, composer, notice, err);
    if (status == OK)
        status = own_mail_compose(job, composer, notice, &facts, NULL, err);
    arena_free(arena);
    return status;
}

enum status duty_mail_text(struct notice_text *out, struct composer *composer,
                           const struct notice *notice, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice_facts facts;
    enum status status = facts_of(&facts, arena, composer, notice, err);
    if (status == OK)
        status = wording_notice(out, composer->wording, &facts, err);
    arena_free(arena);
    return status;
}

void duty_mail_describe(struct task *task, struct arena *arena, const struct notice *notice,
                        const char *reason)
{
    task->title = arena_printf(arena, "A reminder does not reach %s: %s", notice->party, reason);
    task->cause = arena_printf(arena, "alarm %s", notice->party);
    task->todo = "Tell them by phone, mend their address (people.mail), and close the task.";
}
