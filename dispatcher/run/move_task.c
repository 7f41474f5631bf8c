/* What goes to a person: the words of each task, whose it is, and its entry. */
#include "dispatcher/run/move.h"

#include "base/log.h"
#include "dispatcher/back/reply.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/duties/duty_mail.h"
#include "seal/mail.h"
#include "store/duty.h"

#include <stdio.h>
#include <string.h>

const char *move_task_owner(const struct app *app, enum task_kind kind)
{
    static const enum role roles[TASK_KIND_COUNT] = {
        [TASK_PORTAL] = ROLE_REGULATORY, [TASK_LETTER] = ROLE_SERVICE,
        [TASK_PHONE] = ROLE_SERVICE,     [TASK_KEY] = ROLE_PSIRT,
        [TASK_BOUNCED] = ROLE_SERVICE,   [TASK_INBOUND] = ROLE_PSIRT,
        [TASK_CONFIG] = ROLE_PSIRT,      [TASK_POISON] = ROLE_PSIRT,
        [TASK_QUESTION] = ROLE_PSIRT};
    return settings_owner(app->settings, roles[kind])->id;
}

/* joined: it was open. */
static enum status record_task(struct app *app, const struct task *task, bool joined,
                               const char *uid, struct err *err)
{
    char subj[32];
    (void)snprintf(subj, sizeof subj, "task-%lld", (long long)task->id);
    struct entry *entry = entry_new("task.opened", app->actor, uid != NULL ? uid : subj);
    entry_personal(entry, "cause", task->cause);
    entry_instant(entry, "deadline", task->deadline_ms);
    entry_bool(entry, "joined", joined);
    entry_text(entry, "kind", task_kind_word(task->kind));
    entry_personal(entry, "owner", task->owner);
    entry_int(entry, "task", task->id);
    return app_record(app, entry, err);
}

static enum status open_task(struct app *app, struct task *task, const struct task_item *item,
                             const char *uid, struct err *err)
{
    bool opened = false;
    if (task->owner == NULL)
        task->owner = move_task_owner(app, task->kind);
    task->opened_ms = app_now(app);
    task->open = true;
    enum status status = task_open(task, &opened, app->store, err);
    if (status == OK && item != NULL)
        status = task_item_add(app->store, task->id, item, err);
    return status == OK ? record_task(app, task, !opened, uid, err) : status;
}

/* What a person does for a notice of a drill says so first, and is no task of real ones. */
enum status move_task(struct app *app, struct task *task, const struct task_item *item,
                      const char *uid, struct err *err)
{
    if (uid == NULL || !text_starts(uid, MAIL_EXERCISE))
        return open_task(app, task, item, uid, err);
    struct arena *arena = arena_new();
    struct task marked = *task;
    marked.cause = arena_printf(arena, "exercise: %s", task->cause);
    marked.title = arena_printf(arena, "[EXERCISE] %s", task->title);
    marked.todo = arena_printf(arena, "[EXERCISE] %s", task->todo);
    enum status status = open_task(app, &marked, item, uid, err);
    task->id = marked.id;
    arena_free(arena);
    return status;
}

enum status move_task_once(struct app *app, struct task *task, const struct task_item *item,
                           struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    bool told = false;
    enum status status = task_list(&list, &count, arena, app->store, false, 0, err);
    for (size_t i = 0; status == OK && i < count; i++)
        told = told || text_equal(list[i].cause, task->cause);
    if (status == OK && !told) {
        log_line(LOG_ERROR, "task=%s said=%s", log_quote(task->cause), log_quote(item->detail));
        status = move_task(app, task, item, NULL, err);
    }
    arena_free(arena);
    return status;
}

/* What is said first, of what may not be told, or not further. */
enum { KEPT_HELD, KEPT_EMBARGO, KEPT_PRENOTICE, KEPT_COUNT };
static const char *const kept_causes[KEPT_COUNT] = {"held", "embargo", "prenotice"};

static const char *kept_words(struct arena *arena, const struct advisory *advisory, int kept)
{
    static const char *const words[KEPT_COUNT] = {
        "HELD: do not call, write or send before the hold ends",
        "EMBARGO: do not call, write or send before it ends",
        "PRE-NOTICE: say that it is under embargo"};
    return arena_printf(arena, "%s (tocsin plan %s --version %s)", words[kept], advisory->tracking,
                        advisory->version);
}

static void say_first(struct task *task, struct arena *arena, const char *word, const char *first)
{
    task->cause = arena_printf(arena, "%s %s", word, task->cause);
    task->title = arena_printf(arena, "%s: %s", first, task->title);
    task->todo = arena_printf(arena, "%s. Then: %s", first, task->todo);
}

/*
 * A person must not tell what no mail may: their task says so first, and is another one than that
 * of recipients who may be told. early: it is about a pre-notice.
 */
static enum status mark_kept(struct task *task, struct arena *arena, const struct app *app,
                             const struct advisory *advisory, const struct notice *notice,
                             bool early, struct err *err)
{
    const int kept = early ? KEPT_PRENOTICE : KEPT_EMBARGO;
    bool held = false;
    enum status status = lane_is_held(&held, app->store, notice->lane_id, err);
    const bool runs = advisory->embargo_ms > app_now(app);
    if (status == OK && runs)
        say_first(task, arena, kept_causes[kept], kept_words(arena, advisory, kept));
    if (status == OK && held)
        say_first(task, arena, kept_causes[KEPT_HELD], kept_words(arena, advisory, KEPT_HELD));
    return status;
}

/* text without the first `word` in it and what stands behind it; text itself when it has none. */
static const char *without(struct arena *arena, const char *text, const char *word,
                           const char *behind)
{
    const char *whole = arena_printf(arena, "%s%s", word, behind);
    const char *at = text != NULL ? strstr(text, whole) : NULL;
    return at == NULL ? text
                      : arena_printf(arena, "%.*s%s", (int)(at - text), text, at + strlen(whole));
}

/* Would it get the cause of another open one? Then it keeps its own, and gets the words alone. */
static bool is_taken(const struct task *list, size_t count, size_t but, const char *cause)
{
    for (size_t i = 0; i < count; i++)
        if (i != but && text_equal(list[i].cause, cause))
            return true;
    return false;
}

static enum status free_task(struct app *app, struct arena *arena, const struct advisory *advisory,
                             struct task *list, size_t count, size_t which, int kept,
                             struct err *err)
{
    struct task *task = &list[which];
    const char *words = kept_words(arena, advisory, kept);
    const char *title = without(arena, task->title, words, ": ");
    const char *cause = without(arena, task->cause, kept_causes[kept], " ");
    if (text_equal(title, task->title))
        return OK;
    task->title = title;
    task->todo = without(arena, task->todo, words, ". Then: ");
    if (!is_taken(list, count, which, cause))
        task->cause = cause;
    if (task->deadline_ms > advisory->deadline_ms)
        task->deadline_ms = advisory->deadline_ms;
    enum status status = task_reword(app->store, task, err);
    return status == OK ? record_task(app, task, true, NULL, err) : status;
}

enum status move_free_tasks(struct app *app, const struct advisory *advisory, struct err *err)
{
    struct arena *arena = arena_new();
    struct task *list = NULL;
    size_t count = 0;
    enum status status = task_list(&list, &count, arena, app->store, false, advisory->id, err);
    for (int kept = KEPT_EMBARGO; kept <= KEPT_PRENOTICE; kept++)
        for (size_t i = 0; status == OK && i < count; i++)
            status = free_task(app, arena, advisory, list, count, i, kept, err);
    arena_free(arena);
    return status;
}

enum status move_side_tasks(struct app *app, const struct advisory *advisory,
                            const struct notice *notice, const struct recipient *r, struct err *err)
{
    struct arena *arena = arena_new();
    enum status status = OK;
    struct task_item item = {
        .about = notice->party, .notice_id = notice->id, .detail = r->level_why};
    /* A digest of references alone is what can be told: each of its notices has its own task. */
    if (r->needs_task && r->level == LEVEL_WAITING && !advisory->digest) {
        struct task task = {
            .kind = r->task,
            .cause = arena_printf(arena, TASK_TEXT "%s %s: %s", advisory->tracking,
                                  advisory->version, task_kind_word(r->task)),
            .title = arena_printf(arena, "Tell the text of %s %s: the label forbids readable mail",
                                  advisory->tracking, advisory->version),
            .todo = "They got a waiting notice with their code. Read them the notice on the phone "
                    "or send it by letter, and log what they say (tocsin ack; until then it does "
                    "not count as told), or take their key (tocsin key import).",
            .advisory_id = advisory->id,
            .deadline_ms = notice->deadline_ms};
        status = mark_kept(&task, arena, app, advisory, notice, r->early, err);
        if (status == OK)
            status = move_task(app, &task, &item, notice->uid, err);
    }
    if (status == OK && r->key_problem != NULL) {
        struct task task = {
            .kind = TASK_KEY,
            .cause = "key not usable",
            .title = "Keys that cannot be used: ask for new ones",
            .todo = "Ask for a new key, check its fingerprint by telephone, then: tocsin key "
                    "import FILE --party PARTY"};
        item.detail = r->key_problem;
        status = move_task(app, &task, &item, notice->uid, err);
    }
    arena_free(arena);
    return status;
}

static void describe_digest(struct task *task)
{
    task->title = "Digests that reach nobody: find the right addresses";
    task->cause = "digests without a route";
    task->advisory_id = 0;
    task->todo = "Find the right address and send it there in one step: tocsin notice resend CODE "
                 "--to ADDRESS --by PERSON --reason TEXT. What it tells is in the next one again, "
                 "and each urgent notice has gone out, or has a task, by itself.";
}

/* What the task of one cause says to a person. */
static void describe_task(struct task *task, struct arena *arena, const struct advisory *advisory,
                          const struct notice *notice, const char *reason)
{
    const char *id = arena_printf(arena, "%s %s", advisory->tracking, advisory->version);
    if (notice->kind == NOTICE_ACKNOWLEDGEMENT) {
        reply_describe(task, arena, notice, reason);
        return;
    }
    if (notice->kind == NOTICE_DIGEST) {
        describe_digest(task);
        return;
    }
    if (notice->kind == NOTICE_ALARM) {
        duty_mail_describe(task, arena, notice, reason);
        return;
    }
    switch (task->kind) {
    case TASK_PORTAL:
        task->title = arena_printf(arena, "Enter %s in the portal of %s", id, notice->party);
        task->cause = arena_printf(arena, "portal %s %s", id, notice->party);
        task->todo =
            arena_printf(arena, "Fill in the authority's own form with the advisory; keep its "
                                "receipt. Then: tocsin task "
                                "done ID --by PERSON --proof FILE --ref NUMBER --at INSTANT");
        break;
    case TASK_LETTER:
        task->title = arena_printf(arena, "Send %s by letter", id);
        task->cause = arena_printf(arena, "letter %s: %s", id, reason);
        task->todo =
            "Print the notice for each recipient, send it with a tracking number, and close the "
            "task with the proof of posting.";
        break;
    case TASK_PHONE:
        task->title = arena_printf(arena, "Call about %s: %s", id, reason);
        task->cause = arena_printf(arena, "phone %s: %s", id, reason);
        task->todo =
            "Call each recipient, give the reference and the answer code, and log it: tocsin ack "
            "PARTY ID ANSWER --by PERSON --how phone";
        break;
    case TASK_BOUNCED:
        task->title = arena_printf(arena, "No route is left for %s: %s", id, reason);
        task->cause = arena_printf(arena, "bounced %s", id);
        task->todo =
            "Find the right address and send it there in one step: tocsin notice resend CODE --to "
            "ADDRESS --by PERSON --reason TEXT (tocsin notice list has the codes). Or call them, "
            "and log it with tocsin ack.";
        break;
    case TASK_POISON:
        task->title = arena_printf(arena, "A notice of %s stops our workers: %s", id, reason);
        task->cause = arena_printf(arena, "poison %s", id);
        task->todo =
            "Tell this recipient by phone meanwhile. Look at it (tocsin notice show CODE), report "
            "the "
            "fault with its uid, and when it is mended put it back: tocsin notice retry CODE --by "
            "PERSON --reason TEXT. Or close the task when they were told.";
        break;
    case TASK_KEY:
    case TASK_INBOUND:
    case TASK_CONFIG:
    case TASK_QUESTION:
    case TASK_KIND_COUNT:
        task->title = arena_printf(arena, "%s: %s", id, reason);
        task->cause = arena_printf(arena, "%s %s: %s", task_kind_word(task->kind), id, reason);
        task->todo = "See the detail of each item.";
        break;
    }
    /* A drill has a name of its own: an answer under the advisory's would be one to the real
     * notice. */
    if (advisory->exercise)
        task->todo = arena_printf(arena,
                                  "%s What they answer to this exercise is logged under its own "
                                  "name: tocsin ack PARTY %s ANSWER --by PERSON --how phone",
                                  task->todo, advisory->tracking);
}

enum status move_to_task(struct app *app, struct notice *notice, enum task_kind kind,
                         const char *reason, struct err *err)
{
    struct arena *arena = arena_new();
    struct advisory advisory;
    enum status status = advisory_get(&advisory, arena, app->store, notice->advisory_id, err);
    if (status == OK) {
        struct task task = {
            .kind = kind, .advisory_id = notice->advisory_id, .deadline_ms = notice->deadline_ms};
        describe_task(&task, arena, &advisory, notice, reason);
        struct task_item item = {.about = notice->party, .notice_id = notice->id, .detail = reason};
        /* While an embargo runs nothing else falls due than pre-notices. */
        status = mark_kept(&task, arena, app, &advisory, notice, true, err);
        if (status == OK)
            status = move_task(app, &task, &item, notice->uid, err);
        if (status == OK) {
            notice->task_id = task.id;
            notice->attempt_id = 0;
            notice->why = reason;
            status = move_notice(app, notice, EVENT_TASK, NULL, err);
            notice->why = NULL; /* reason may be shorter-lived than *notice */
        }
    }
    arena_free(arena);
    return status;
}
