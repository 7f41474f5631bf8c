#include "dispatcher/back/correct.h"

#include "channels/channel.h"
#include "dispatcher/back/task_close.h"
#include "dispatcher/run/move.h"
#include "dispatcher/run/state.h"
#include "store/party.h"

#include <stdlib.h>
#include <strings.h>

#define PAGE 500

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

/*
 * Where it went last, and does not go now: that is the one that bounced. Where no other was tried,
 * that in force: a person knows that it is wrong before anything comes back.
 */
static enum status last_address(const char **out, struct arena *arena, struct app *app,
                                const struct notice *n, struct err *err)
{
    struct parcel_row *list = NULL;
    size_t count = 0;
    *out = n->address;
    enum status status = parcel_list(&list, &count, arena, app->store, n->id, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (list[i].address != NULL &&
            (n->state == STATE_TASKED || !same(list[i].address, n->address)))
            *out = list[i].address;
    return status;
}

/* In the register, with the old address kept beside it until parties.csv is mended, too. */
static enum status change_register(struct contact *out, const struct correct *c,
                                   struct arena *arena, struct app *app, const struct notice *n,
                                   struct err *err)
{
    struct contact *list = NULL;
    size_t count = 0;
    size_t at = 0;
    enum status status = contact_list(&list, &count, arena, app->store, n->party, err);
    if (status != OK)
        return status;
    while (at < count && !same(list[at].email, c->was))
        at++;
    if (at == count)
        return err_set(err, ERR_REFUSED,
                       "%s: the register does not have the address that it went to any more: to "
                       "send it to the one of now: tocsin notice retry %s",
                       n->code, n->code);
    *out = list[at];
    out->email = c->to;
    status = contact_put(app->store, out, NULL, err);
    const struct correction row = {
        .party = n->party, .was = list[at].email, .now = c->to, .at_ms = app_now(app)};
    if (status == OK)
        status = correction_put(app->store, &row, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("contact.corrected", app->actor, n->uid);
    entry_personal(entry, "by", c->by);
    entry_personal(entry, "now", c->to);
    entry_personal(entry, "party", n->party);
    entry_personal(entry, "reason", c->reason);
    entry_personal(entry, "was", c->was);
    return app_record(app, entry, err);
}

static enum status send_there(struct correct *c, struct app *app, struct notice *n,
                              const struct contact *contact, struct err *err)
{
    const int64_t task_id = n->state == STATE_TASKED ? n->task_id : 0;
    n->contact_id = contact->id;
    n->accepted_ms = 0; /* it was taken for somebody else: nobody was told by that */
    enum status status = move_to_route(app, n, true, "the address was corrected", NULL, err);
    if (status == OK && task_id != 0)
        status = task_settle(app, task_id, err);
    c->done++;
    return status;
}

/* The same address, and nothing of it has left: or it came back. */
static enum status others(struct correct *c, struct app *app, int64_t but, const char *party,
                          const struct contact *contact, struct err *err)
{
    struct notice_filter filter = {.party = party,
                                   .states = STATE_BIT(STATE_TASKED) | STATE_BIT(STATE_PLANNED) |
                                             STATE_BIT(STATE_READY),
                                   .limit = PAGE};
    enum status status = OK;
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct arena *page = arena_new();
        struct notice *list = NULL;
        status = notice_list(&list, &count, page, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            const char *address = list[i].address;
            filter.after_id = list[i].id;
            if (list[i].state == STATE_TASKED)
                status = last_address(&address, page, app, &list[i], err);
            if (status == OK && list[i].id != but && same(address, c->was))
                status = send_there(c, app, &list[i], contact, err);
        }
        arena_free(page);
    }
    return status;
}

enum status correct_address(struct correct *c, struct arena *arena, struct app *app,
                            struct notice *notice, struct err *err)
{
    struct contact contact;
    struct err cause = {0};
    char *to = NULL;
    const int64_t id = notice->id;
    const char *party = notice->party;
    enum status status = address_normal(&to, c->to, &cause);
    if (status == ERR_INVALID)
        return err_set(err, ERR_INVALID, "--to: %s", cause.text);
    c->to = arena_strdup(arena, to);
    free(to);
    status = last_address(&c->was, arena, app, notice, err);
    if (status == OK && (c->was == NULL || party == NULL))
        status = err_set(err, ERR_REFUSED,
                         "%s: never went to an address: write one into parties.csv, then: tocsin "
                         "notice retry %s",
                         notice->code, notice->code);
    if (status == OK && same(c->was, c->to))
        status = err_set(err, ERR_REFUSED,
                         "%s: that is the address that it went to: to try it again: tocsin notice "
                         "retry %s",
                         notice->code, notice->code);
    if (status == OK)
        status = change_register(&contact, c, arena, app, notice, err);
    if (status == OK)
        status = send_there(c, app, notice, &contact, err);
    return status == OK ? others(c, app, id, party, &contact, err) : status;
}
