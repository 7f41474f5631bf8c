#include "dispatcher/plan/affected.h"

#include "dispatcher/plan/recipient.h"
#include "dispatcher/plan/why.h"
#include "store/notice.h"

#define SLICE 500 /* a long read would hold up the dispatcher's commits */

/* One device and one advisory that concerns it, and what its holder was told of that. */
struct concern {
    const struct installed *row;
    const struct advisory *advisory;
    const struct match_result *match;
    const struct notice *notices;
    size_t notice_count;
};

static void say_device(struct str *out, const struct installed *row)
{
    str_addf(out, "%s holds %s %s%s%s", row->party, row->product,
             row->version != NULL ? row->version : "(version not known)",
             row->serial != NULL ? ", serial " : "", row->serial != NULL ? row->serial : "");
}

static void say(struct str *out, const struct concern *c)
{
    char at[CLOCK_TEXT];
    say_device(out, c->row);
    str_addf(out, "\n  %s %s: %s: %s\n", c->advisory->tracking, c->advisory->version,
             why_match_word(c->match->verdict), c->match->comparison);
    if (c->notice_count == 0)
        str_add(out, "  nothing was planned for them yet\n");
    for (size_t i = 0; i < c->notice_count; i++) {
        const struct notice *n = &c->notices[i];
        str_addf(out, "  notice %s: %s", n->code, notice_state_word(n->state));
        if (n->accepted_ms > 0)
            str_addf(out, ", sent %s", clock_text(at, n->accepted_ms));
        str_addf(out, ", %s\n", n->answer != NULL ? n->answer : "no answer");
    }
}

static void say_json(struct str *out, const struct concern *c)
{
    struct json_out j;
    char at[CLOCK_TEXT];
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.product.affected/1");
    json_out_text(&j, "party", c->row->party);
    json_out_text(&j, "vendor", c->row->vendor);
    json_out_text(&j, "product", c->row->product);
    json_out_text(&j, "version", c->row->version);
    json_out_text(&j, "serial", c->row->serial);
    json_out_text(&j, "udi_di", c->row->udi_di);
    json_out_text(&j, "advisory", c->advisory->tracking);
    json_out_text(&j, "advisory_version", c->advisory->version);
    json_out_text(&j, "state", advisory_state_word(c->advisory->state));
    json_out_text(&j, "result", why_match_word(c->match->verdict));
    json_out_text(&j, "comparison", c->match->comparison);
    json_out_array(&j, "notices");
    for (size_t i = 0; i < c->notice_count; i++) {
        const struct notice *n = &c->notices[i];
        json_out_object(&j, NULL);
        json_out_text(&j, "code", n->code);
        json_out_text(&j, "state", notice_state_word(n->state));
        json_out_text(&j, "sent", n->accepted_ms > 0 ? clock_text(at, n->accepted_ms) : NULL);
        json_out_text(&j, "grade", grade_word(n->grade));
        json_out_text(&j, "answer", n->answer);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
    str_add_c(out, '\n');
}

/* One row against one advisory; *concerned becomes true, or stays. */
static enum status compare(struct str *out, bool *concerned, struct app *app,
                           const struct dossier *dossier, const struct installed *row, bool json,
                           struct err *err)
{
    struct arena *arena = arena_new();
    struct match_result match;
    struct notice *notices = NULL;
    struct concern c = {.row = row, .advisory = &dossier->row, .match = &match};
    const struct notice_filter filter = {.advisory_id = dossier->row.id, .party = row->party};
    enum status status = OK;
    recipient_match(&match, arena, dossier, row);
    if (match.verdict != MATCH_NOT_AFFECTED) {
        status = notice_list(&notices, &c.notice_count, arena, app->store, &filter, err);
        c.notices = notices;
        if (status == OK && json)
            say_json(out, &c);
        else if (status == OK)
            say(out, &c);
        *concerned = true;
    }
    arena_free(arena);
    return status;
}

/* What was approved is in force until a newer version is. */
static bool in_force(const struct advisory *row)
{
    return !row->digest && row->state != ADVISORY_SUBMITTED && row->state != ADVISORY_SUPERSEDED;
}

/* Advisory by advisory, so that one of them is in memory at a time. */
static enum status compare_all(struct str *out, bool *concerned, struct app *app,
                               const struct advisory *advisory, const struct installed *rows,
                               size_t count, bool json, struct err *err)
{
    struct dossier *dossier = NULL;
    enum status status = dossier_open(&dossier, app, advisory, err);
    for (size_t i = 0; status == OK && i < count; i++)
        status = compare(out, &concerned[i], app, dossier, &rows[i], json, err);
    dossier_close(dossier);
    return status;
}

enum status affected_slice(struct str *out, bool *more, int64_t *after_id, struct app *app,
                           const char *device, bool json, struct err *err)
{
    struct arena *arena = arena_new();
    struct installed *rows = NULL;
    struct advisory *list = NULL;
    bool concerned[SLICE] = {false};
    size_t row_count = 0;
    size_t count = 0;
    enum status status =
        installed_find(&rows, &row_count, arena, app->store, device, *after_id, SLICE, err);
    if (status == OK && row_count == 0 && *after_id == 0)
        status = err_set(err, ERR_NOT_FOUND,
                         "%s: no such serial number or UDI-DI in the installed base", device);
    if (status == OK)
        status = advisory_list(&list, &count, arena, app->store, NULL, err);
    for (size_t i = 0; status == OK && i < count; i++)
        if (in_force(&list[i]))
            status = compare_all(out, concerned, app, &list[i], rows, row_count, json, err);
    for (size_t i = 0; status == OK && i < row_count; i++) {
        if (!concerned[i] && !json) {
            say_device(out, &rows[i]);
            str_add(out, ": no advisory in force concerns it\n");
        }
        *after_id = rows[i].id;
    }
    *more = row_count == SLICE;
    arena_free(arena);
    if (status == OK && !str_ok(out))
        status = err_set(err, ERR_LIMIT, "%s: too much to print at once", device);
    return status;
}
