#include "tests/lies/expect.h"

#include "dispatcher/run/window.h"

#include <string.h>

#define FIRST_MS MS_MINUTE /* as the scene sets it */
#define UNCERTAIN_MS (10 * MS_MINUTE)

static void want(const struct scene *s, bool good, const char *what)
{
    if (!good)
        scene_fail(s, "%s", what);
}

static size_t accepted(const struct scene *s)
{
    size_t count = 0;
    for (size_t i = 0; i < SCENE_MAILS; i++)
        count += s->notice[i].state == STATE_ACCEPTED;
    return count;
}

static bool endpoint_rests(struct scene *s)
{
    struct err err = {0};
    int64_t due = 0;
    int64_t now = app_now(&s->world.app);
    want(s, core_next_due(&due, s->core, &err) == OK, "next due");
    return due > now && due <= now + FIRST_MS * 12 / 10;
}

/* What the log and the attempt's row say of it is what the carrier said. */
static void want_record(struct scene *s, size_t who, const char *verdict)
{
    struct err err = {0};
    struct attempt a;
    want(s, attempt_get(&a, s->world.arena, s->world.app.store, s->first_attempt[who], &err) == OK,
         "no attempt");
    want(s, text_equal(a.verdict, verdict), "another verdict in the attempt's row");
    want(s,
         a.code == s->said[who].code && text_equal(a.said == NULL ? "" : a.said, s->said[who].text),
         "other words in the attempt's row");
    want(s, a.transcript != NULL, "no transcript is kept");
    want(s, world_entries(&s->world, "attempt.outcome", s->notice[who].uid) >= 1,
         "no outcome in the log");
}

static void want_waiting(struct scene *s, size_t who, bool config)
{
    const struct said *said = &s->said[who];
    want(s, said->heard && said->verdict == VERDICT_DEFERRED, "not deferred");
    want(s, said->endpoint_fault, "the endpoint is not blamed");
    want(s, said->config_fault == config, config ? "nobody has to mend it" : "somebody has to");
    want(s, s->notice[who].state == STATE_READY && s->notice[who].tries == 0,
         "a try was counted, or it is not ready");
    want(s, endpoint_rests(s), "the endpoint does not rest");
    want(s, world_tasks(&s->world, TASK_CONFIG) == (config ? 1U : 0U), "tasks");
    bool tls = config && said->code == 0 && said->tls[0] == '\0';
    want(s, (world_entries(&s->world, "tls.refused", s->notice[who].uid) > 0) == tls,
         "tls.refused in the log");
    want_record(s, who, "deferred");
}

static void want_deferred(struct scene *s, size_t who)
{
    const struct said *said = &s->said[who];
    const struct notice *n = &s->notice[who];
    want(s, said->heard && said->verdict == VERDICT_DEFERRED, "not deferred");
    want(s, !said->endpoint_fault && !said->config_fault, "the endpoint is blamed");
    want(s, n->state == STATE_READY && n->tries == 1, "not ready with one try");
    want(s,
         n->next_at_ms >= said->from_ms + FIRST_MS * 8 / 10 &&
             n->next_at_ms <= said->to_ms + FIRST_MS * 12 / 10,
         "not due within the backoff");
    want(s, world_tasks(&s->world, TASK_CONFIG) == 0, "a task for nothing");
    want_record(s, who, "deferred");
}

/* It may have gone out again by now: the rest is short. */
static void want_less(struct scene *s, size_t who)
{
    const struct said *said = &s->said[who];
    const struct notice *n = &s->notice[who];
    want(s, said->heard && said->verdict == VERDICT_DEFERRED && said->code == 421, "not deferred");
    want(s, !said->endpoint_fault && !said->config_fault, "the endpoint is blamed");
    want(s, n->tries == 0 && (n->state == STATE_READY || n->state == STATE_ACCEPTED),
         "a try was counted, or it is not ready");
    want(s,
         n->state == STATE_ACCEPTED || (n->next_at_ms >= said->from_ms + WINDOW_REST_MS &&
                                        n->next_at_ms <= said->to_ms + 2 * WINDOW_REST_MS),
         "not due after a short rest");
    want_record(s, who, "deferred");
}

static void want_refused(struct scene *s, size_t who)
{
    const struct notice *n = &s->notice[who];
    want(s, s->said[who].verdict == VERDICT_REFUSED && s->said[who].code >= 500, "not refused");
    want_record(s, who, "refused");
    if (s->setup.one_contact) {
        want(s, n->state == STATE_TASKED && n->task_id != 0, "not a task");
        return;
    }
    want(s, n->state == STATE_PLANNED && text_equal(n->address, "two@h2.example"),
         "not with its next contact");
    want(s, n->tries == 0 && n->parcel_id == 0, "the old bytes are still in force");
}

static void want_uncertain(struct scene *s, size_t who)
{
    const struct said *said = &s->said[who];
    const struct notice *n = &s->notice[who];
    want(s, said->verdict == VERDICT_UNCERTAIN && n->state == STATE_UNCERTAIN, "not uncertain");
    want(s, n->sendings == 1, "sendings");
    want(s,
         n->next_at_ms >= said->from_ms + UNCERTAIN_MS &&
             n->next_at_ms <= said->to_ms + UNCERTAIN_MS,
         "not held as long as it must");
    want_record(s, who, "uncertain");
}

/*
 * Those that had not left when the endpoint was given its rest. Whether the last mail had depends
 * on how the kernel cuts the words of one carrier into groups: the "accepted" that makes room for
 * it and the 421 behind may be read in one go. It waits for the rest, then; itself it was not
 * tried, blamed or put off, and it is delivered afterwards (expect_end).
 */
static size_t waiting(const struct scene *s, size_t victim)
{
    size_t count = 0;
    for (size_t i = 0; i < SCENE_MAILS; i++) {
        const struct notice *n = &s->notice[i];
        count += i != victim && !s->said[i].heard && n->state == STATE_READY && n->tries == 0 &&
                 n->crashes == 0 && n->attempt_id == 0 && n->next_at_ms <= s->said[victim].from_ms;
    }
    return count;
}

void expect_now(struct scene *s, char letter, size_t victim)
{
    size_t others = SCENE_MAILS - 1;
    want(s, !relay_saw_disorder(s->relay), "content or password without TLS or AUTH");
    for (size_t i = 0; i < SCENE_MAILS; i++)
        want(s, !s->said[i].heard || s->said[i].text[0] != '\0', "a receipt without words");
    switch (letter) {
    case 'A':
        want(s, accepted(s) == SCENE_MAILS, "not all accepted");
        break;
    case 'D':
        want_deferred(s, victim);
        want(s, accepted(s) == others, "the others were not served");
        break;
    case 'd':
        want_deferred(s, victim);
        break;
    case 'L':
        want_less(s, victim);
        want(s, accepted(s) + waiting(s, victim) >= others, "the others were not served");
        break;
    case 'R':
        want_refused(s, victim);
        want(s, accepted(s) == others, "the others were not served");
        break;
    case 'U':
        want_uncertain(s, victim);
        want(s, accepted(s) == others, "the others were not served");
        break;
    case 'O':
    case 'C':
        want_waiting(s, 0, letter == 'C');
        want(s, accepted(s) == 0 && relay_mails(s->relay) == 0, "something left all the same");
        break;
    case 'o':
        want_waiting(s, 0, s->said[0].config_fault);
        want(s, accepted(s) == 0 && relay_mails(s->relay) == 0, "something left all the same");
        break;
    case 'M':
        want_waiting(s, victim, true);
        want(s, s->notice[0].state == STATE_ACCEPTED, "the first was not accepted");
        break;
    default:
        want(s, letter == 'x', "a letter that nobody knows");
        break;
    }
}

static void want_delivered(struct scene *s, size_t i)
{
    const char *id = s->message_id[i];
    const struct notice *n = &s->notice[i];
    want(s, n->state == STATE_ACCEPTED, "not delivered in the end");
    if (i == 2 && s->setup.outbox)
        return;
    want(s, relay_acknowledged(s->relay, id) >= 1, "FALSE ACCEPTANCE");
    want(s, relay_same_bytes(s->relay, id), "other bytes the second time");
    want(s, n->sendings > 1 || relay_acknowledged(s->relay, id) == 1, "acknowledged twice");
    want(s, relay_whole(s->relay, id) <= n->sendings, "came more often than known");
}

void expect_many(struct scene *s)
{
    for (size_t i = 0; i < SCENE_MAILS; i++)
        if (s->notice[i].state != STATE_TASKED)
            want_delivered(s, i);
        else
            want(s, s->notice[i].task_id != 0, "with a person, and no task");
    want(s, !relay_saw_disorder(s->relay), "content or password without TLS or AUTH");
}

void expect_end(struct scene *s, bool refused, size_t victim)
{
    for (size_t i = 0; i < SCENE_MAILS; i++) {
        const struct notice *n = &s->notice[i];
        if (refused && i == victim) {
            want(s, relay_acknowledged(s->relay, s->message_id[i]) == 0, "refused, acknowledged");
            continue;
        }
        want_delivered(s, i);
        want(s, n->sendings > 1 || relay_whole(s->relay, s->message_id[i]) == 1,
             "sent twice without need");
    }
    want(s, !relay_saw_disorder(s->relay), "content or password without TLS or AUTH");
}
