#include "dispatcher/duties/duty_book.h"

#include "dispatcher/run/move.h"
#include "duties/duty.h"

static enum rule_use use_of(const void *context, const struct rule *rule)
{
    return rulebook_use(context, rule);
}

void duty_book_open(struct duty_book *out, struct app *app)
{
    *out = (struct duty_book){0};
    if (rulebook_open(&out->book, app, &out->why) == OK)
        out->why = out->book.doubt;
}

void duty_book_close(struct duty_book *book)
{
    rulebook_close(&book->book);
}

struct duty_rules duty_book_rules(const struct duty_book *book)
{
    return (struct duty_rules){.pack = book->book.pack, .use = use_of, .context = &book->book};
}

enum status duty_tell_unreadable(struct app *app, const struct err *why, struct err *err)
{
    struct task task = {.kind = TASK_CONFIG,
                        .cause = "rules cannot be read",
                        .title = "Duties are not computed: the rules cannot be read",
                        .todo = "Mend what is named (tocsin rules check). Holds that stand stay; "
                                "the next fact or decision of each case computes it anew."};
    const struct task_item item = {.about = "rules", .detail = why->text};
    return move_task_once(app, &task, &item, err);
}

enum status duty_tell_unused(struct app *app, const char *rule, struct err *err)
{
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = "rules not adopted",
        .title = "Holds and duties stand by rules that may not be used as they are now",
        .todo = "Read what changed, then: tocsin rules adopt --by PERSON. What stands by them "
                "stays as it is; the next fact or decision of each case computes it anew."};
    const struct task_item item = {.about = "rules", .detail = rule};
    return move_task_once(app, &task, &item, err);
}

enum status duty_tell_failed(struct app *app, const char *cause, const struct err *why,
                             struct err *err)
{
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = cause,
        .title = "A clock of a case stands still",
        .todo = "Mend what is named; it is tried again every few seconds. Until then nobody is "
                "reminded by it and no hold ends by it: look at tocsin case duties."};
    const struct task_item item = {.about = cause, .detail = why->text};
    return move_task_once(app, &task, &item, err);
}

enum status duty_tell_kept(struct app *app, const char *cause, const struct err *why,
                           struct err *err)
{
    struct task task = {
        .kind = TASK_CONFIG,
        .cause = cause,
        .title = "A case stands by the rules of before the adoption",
        .todo = "Mend what is named. It is tried again every hour, and with the next fact or "
                "decision of the case: when tocsin case duties shows the new rules, close this."};
    const struct task_item item = {.about = cause, .detail = why->text};
    return move_task_once(app, &task, &item, err);
}

static bool is_later(int64_t was_ms, int64_t is_ms)
{
    return was_ms > 0 && (is_ms == 0 || is_ms > was_ms);
}

static const char *said(const char *due)
{
    return due != NULL ? due : "no time";
}

enum status duty_tell_later(struct app *app, const char *number, const struct duty_row *was,
                            const struct duty_row *is, struct err *err)
{
    if (text_equal(was->rule_sha256, is->rule_sha256) ||
        (is->state != DUTY_WITHDRAWN && !is_later(was->safe_ms, is->safe_ms) &&
         !is_later(was->legal_ms, is->legal_ms)))
        return OK;
    struct arena *arena = arena_new();
    struct task task = {
        .kind = TASK_QUESTION,
        .cause = "dates later by rules",
        .title = "Dates of duties became later by rules that were adopted",
        .todo = "Look at each of them: is that what the law says? Old and new date and both "
                "versions of the rule are in the evidence (duty.recomputed). If not: mend the "
                "rule, and adopt it."};
    const struct task_item item = {
        .about = arena_printf(arena, "%s, duty %lld, version %lld", number, (long long)is->id,
                              (long long)is->version),
        .detail = arena_printf(arena,
                               "%s %s%s: version %lld said %s, by law %s; version %lld says "
                               "%s, by law %s",
                               is->rule, is->country != NULL ? is->country : is->jurisdiction,
                               is->state == DUTY_WITHDRAWN ? ", taken back" : "",
                               (long long)was->version, said(was->due_safe), said(was->due_legal),
                               (long long)is->version, said(is->due_safe), said(is->due_legal))};
    const enum status status = move_task(app, &task, &item, NULL, err);
    arena_free(arena);
    return status;
}
