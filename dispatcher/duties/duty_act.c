#include "dispatcher/duties/duty_act.h"

#include "dispatcher/duties/duty_keep.h"
#include "dispatcher/duties/duty_mail.h"
#include "dispatcher/duties/duty_told.h"
#include "dispatcher/run/move.h"
#include "duties/ladder.h"
#include "store/task.h"

#include <stdio.h>

#define ACT_MOST 200
#define ANEW "duties.anew"        /* job: the next case that rules are applied to anew; 0: none */
#define AGAIN "duties.anew.again" /* job: when that is begun again, for one failed; 0: none did */
#define AGAIN_AFTER MS_HOUR

/* What is told of a duty, and of which case. */
struct telling {
    const struct duty_row *duty;
    const char *subj, *number;
    enum rung rung;
};

/* A mail and an entry for each person who is told, and one task for them all. */
static enum status tell(struct app *app, const struct telling *t, const char *who, struct err *err)
{
    const struct person *owner = settings_person(app->settings, who);
    if (owner == NULL)
        return OK;
    const struct person *person = ladder_stand_in(app->settings, owner, app_now(app));
    struct entry *entry = entry_new("escalation.sent", app->actor, t->subj);
    entry_instant(entry, "deadline", t->duty->safe_ms);
    entry_personal(entry, "to", person->id);
    entry_text(entry, "what", "duty");
    enum status status = app_record(app, entry, err);
    if (status != OK)
        return status;
    const struct duty_mail mail = duty_mail_of(t->duty, t->number, t->rung);
    struct err none = {0};
    status = duty_mail_plan(app, &mail, person, &none);
    if (status == ERR_EXISTS) /* as the deputy of somebody who is away, too */
        return OK;
    *err = none;
    return status;
}

static enum status tell_all(struct app *app, const struct telling *t, struct err *err)
{
    const struct person *owner = settings_person(app->settings, t->duty->owner);
    enum status status = tell(app, t, t->duty->owner, err);
    if (status == OK && t->rung >= RUNG_DEPUTY && owner != NULL && owner->deputy != NULL)
        status = tell(app, t, owner->deputy, err);
    for (size_t i = 0; status == OK && t->rung >= RUNG_ALL && i < app->settings->people_count; i++)
        if (person_has_role(&app->settings->people[i], ROLE_REGULATORY) &&
            &app->settings->people[i] != owner)
            status = tell(app, t, app->settings->people[i].id, err);
    return status;
}

static enum status open_task(struct app *app, struct arena *arena, const struct telling *t,
                             struct err *err)
{
    const struct duty_row *duty = t->duty;
    const bool missed = t->rung >= RUNG_SAFE_MISSED;
    const struct person *owner = settings_person(app->settings, duty->owner);
    if (owner != NULL)
        owner = ladder_stand_in(app->settings, owner, app_now(app));
    struct task task = {
        .kind = TASK_QUESTION,
        .cause = arena_printf(arena, "duty %lld %s", (long long)duty->id, missed ? "late" : "due"),
        .title = arena_printf(arena, "%s: %s %s %s", t->number, duty->rule,
                              missed ? "is past" : "is due by", duty->due_safe),
        .todo = arena_printf(arena,
                             "%s\nHand it in, then: tocsin case report %s %s --by PERSON --number "
                             "NO --proof FILE%s",
                             duty->derivation, t->number, duty->rule,
                             missed ? " --reason WHY-IT-IS-LATE" : ""),
        .owner = owner != NULL ? owner->id : NULL,
        .deadline_ms = duty->safe_ms};
    const struct task_item item = {.about = t->number, .detail = duty->rule};
    return move_task(app, &task, &item, NULL, err);
}

static enum status act_on(struct app *app, struct arena *arena, const struct duty_row *was,
                          const struct pack *pack, struct err *err)
{
    const struct ladder ladder = {was->start_ms, was->safe_ms, was->legal_ms};
    const int64_t now = app_now(app);
    const enum rung rung = ladder_rung(&ladder, now);
    const int64_t next = ladder_next(&ladder, rung);
    struct duty_row row = *was;
    char subj[32];
    (void)snprintf(subj, sizeof subj, "duty-%lld", (long long)row.id);
    const bool missed = rung >= RUNG_SAFE_MISSED;
    const int64_t deadline = rung == RUNG_LEGAL_MISSED ? row.legal_ms : row.safe_ms;
    bool out = false;
    enum status status = missed ? duty_out_by(&out, app, pack, was, deadline, err) : OK;
    /* What was sent in time is not missed while we wait for bounces; it is looked at again. */
    row.rung = out ? was->rung : (int64_t)rung;
    row.next_ms = out ? now + MS_HOUR : next == INT64_MAX ? 0 : next;
    if (status == OK)
        status = duty_save(app->store, &row, was->state, err);
    if (status != OK || out || rung <= (enum rung)was->rung)
        return status;
    struct entry *entry =
        entry_new(missed ? "deadline.missed" : "deadline.warned", app->actor, subj);
    if (missed)
        entry_int(entry, "by_ms", now - deadline);
    entry_instant(entry, "deadline", deadline);
    if (!missed)
        entry_int(entry, "left_ms", deadline - now);
    entry_text(entry, "what", "duty");
    status = app_record(app, entry, err);
    struct case_file file = {0};
    if (status == OK)
        status = case_get(&file, arena, app->store, row.case_id, err);
    const struct telling telling = {
        .duty = &row, .subj = subj, .number = file.number, .rung = rung};
    if (status == OK)
        status = tell_all(app, &telling, err);
    return status == OK ? open_task(app, arena, &telling, err) : status;
}

/* What one transaction is about: a case whose window is over, or a duty whose time has come. */
struct act {
    struct arena *arena;
    const struct duty_book *book;
    const struct duty_row *duty; /* NULL: the case */
    const struct pack *pack;     /* for a duty; NULL: the rules cannot be read */
    int64_t case_id;
    bool anew;   /* for an adoption: the one behind it is next */
    bool failed; /* and was told of */
};

static enum status do_act(struct app *app, void *context, struct err *err)
{
    const struct act *act = context;
    struct case_file row;
    if (act->duty != NULL)
        return act_on(app, act->arena, act->duty, act->pack, err);
    enum status status = case_get(&row, act->arena, app->store, act->case_id, err);
    if (status == OK)
        status = duty_refresh(app, &row, act->book, err);
    return status == OK && act->anew ? job_set(app->store, ANEW, act->case_id + 1, err) : status;
}

struct failure {
    const struct act *act;
    const char *about; /* cause of its task */
    const struct err *why;
};

static enum status tell_failure(struct app *app, void *context, struct err *err)
{
    const struct failure *failure = context;
    if (!failure->act->anew)
        return duty_tell_failed(app, failure->about, failure->why, err);
    enum status status = duty_tell_kept(app, failure->about, failure->why, err);
    if (status == OK)
        status = job_set(app->store, AGAIN, app_now(app) + AGAIN_AFTER, err);
    return status == OK ? job_set(app->store, ANEW, failure->act->case_id + 1, err) : status;
}

static enum status tell_unreadable(struct app *app, void *context, struct err *err)
{
    return duty_tell_unreadable(app, context, err);
}

static enum status tell_changed(struct app *app, void *context, struct err *err)
{
    (void)context;
    return duty_tell_unused(app, "they are not those that were adopted", err);
}

/* A transaction of its own: what one case cannot do keeps no other one from its clocks. */
static enum status run_act(struct app *app, struct act *act, bool *did, struct err *err)
{
    struct err why = {0};
    const enum status status = app_transact(app, do_act, act, &why);
    *did = *did || status == OK;
    if (status == OK || status == ERR_IO) {
        *err = why;
        return status;
    }
    act->failed = true;
    const char *what = act->duty != NULL ? "clock of duty"
                       : act->anew       ? "rules of case"
                                         : "clock of case";
    const int64_t id = act->duty != NULL ? act->duty->id : act->case_id;
    struct failure failure = {act, arena_printf(act->arena, "%s %lld", what, (long long)id), &why};
    return app_transact(app, tell_failure, &failure, err);
}

/* The book is opened for this only: mostly there is nothing, and reading all rules costs time. */
static enum status end_windows(struct app *app, struct arena *arena, bool *did, struct err *err)
{
    struct hold_row *ripe = NULL;
    size_t count = 0;
    enum status status = hold_ripe(&ripe, &count, arena, app->store, app_now(app), err);
    if (status != OK || count == 0)
        return status;
    struct duty_book book;
    duty_book_open(&book, app);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct act act = {.arena = arena, .book = &book, .case_id = ripe[i].case_id};
        status = run_act(app, &act, did, err);
    }
    duty_book_close(&book);
    return status;
}

/* Only what informs is held against them; while they cannot be read, that is told once. */
static enum status open_rules(struct app *app, struct pack **pack, const struct duty_row *due,
                              size_t count, struct err *err)
{
    struct err why = {0};
    bool informs = false;
    for (size_t i = 0; i < count; i++)
        informs = informs || due[i].informs;
    if (!informs || *pack != NULL || pack_open(pack, app->settings->dir, &why) == OK)
        return OK;
    return app_transact(app, tell_unreadable, &why, err);
}

/* What fails stays at the head of those that are due: the next page is behind it. */
static enum status climb(struct app *app, struct arena *arena, bool *did, struct err *err)
{
    struct pack *pack = NULL;
    size_t count = ACT_MOST;
    size_t failed = 0;
    size_t done = 0;
    enum status status = OK;
    while (status == OK && count == ACT_MOST && done < ACT_MOST) {
        struct duty_row *due = NULL;
        status = duty_due(&due, &count, arena, app->store, app_now(app), failed, ACT_MOST, err);
        if (status == OK)
            status = open_rules(app, &pack, due, count, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct act act = {.arena = arena, .duty = &due[i], .pack = pack};
            status = run_act(app, &act, did, err);
            if (act.failed)
                failed++;
            else
                done++;
        }
    }
    pack_close(pack);
    return status;
}

enum status duty_anew(struct app *app, struct err *err)
{
    return job_set(app->store, ANEW, 1, err);
}

static enum status end_anew(struct app *app, void *context, struct err *err)
{
    (void)context;
    return job_set(app->store, ANEW, 0, err);
}

static enum status read_job(int64_t *out, struct app *app, const char *name, struct err *err)
{
    enum status status = job_get(out, app->store, name, err);
    if (status == ERR_NOT_FOUND)
        *out = 0;
    return status == ERR_NOT_FOUND ? OK : status;
}

static enum status begin_again(struct app *app, void *context, struct err *err)
{
    (void)context;
    enum status status = job_set(app->store, AGAIN, 0, err);
    return status == OK ? duty_anew(app, err) : status;
}

/* 0: there is nothing to do. A case that follows already is not changed by another time. */
static enum status next_anew(int64_t *next, struct app *app, struct err *err)
{
    int64_t again = 0;
    enum status status = read_job(next, app, ANEW, err);
    if (status == OK && *next == 0)
        status = read_job(&again, app, AGAIN, err);
    if (status != OK || again == 0 || again > app_now(app))
        return status;
    status = app_transact(app, begin_again, NULL, err);
    return status == OK ? read_job(next, app, ANEW, err) : status;
}

/*
 * Nothing is computed anew by rules that cannot be read, or that are not those which were adopted:
 * it waits until they are, and says so.
 */
static enum status await_rules(bool *waits, struct app *app, const struct duty_book *book,
                               struct err *err)
{
    struct err why = book->why;
    const struct rulebook *rules = &book->book;
    *waits = why.code != OK;
    if (*waits)
        return app_transact(app, tell_unreadable, &why, err);
    *waits = rules->adopted && !text_equal(rules->adoption.pack_sha256, rules->pack->sha256);
    return *waits ? app_transact(app, tell_changed, NULL, err) : OK;
}

/* Closed cases keep what they were closed with. */
enum status duty_anew_step(struct app *app, bool *left, struct err *err)
{
    struct arena *arena = arena_new();
    struct case_file *rows = NULL;
    struct duty_book book;
    size_t count = 0;
    int64_t next = 0;
    bool did = false;
    bool waits = false;
    *left = false;
    enum status status = next_anew(&next, app, err);
    if (status != OK || next == 0) {
        arena_free(arena);
        return status;
    }
    duty_book_open(&book, app);
    status = await_rules(&waits, app, &book, err);
    if (status == OK && !waits)
        status = case_list(&rows, &count, arena, app->store, true, next - 1, ACT_MOST, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct act act = {.arena = arena, .book = &book, .case_id = rows[i].id, .anew = true};
        status = run_act(app, &act, &did, err);
    }
    *left = count == ACT_MOST;
    if (status == OK && !waits && !*left)
        status = app_transact(app, end_anew, NULL, err);
    duty_book_close(&book);
    arena_free(arena);
    return status;
}

enum status duty_act(struct app *app, bool *did, struct err *err)
{
    bool left = false;
    struct arena *arena = arena_new();
    enum status status = duty_anew_step(app, &left, err);
    if (status == OK)
        status = end_windows(app, arena, did, err);
    if (status == OK)
        status = climb(app, arena, did, err);
    arena_free(arena);
    return status;
}
