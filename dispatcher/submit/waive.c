#include "dispatcher/submit/waive.h"

#include "base/utf8.h"
#include "dispatcher/op.h"
#include "dispatcher/submit/judge.h"
#include "dispatcher/submit/submit.h"
#include "dispatcher/submit/withdraw.h"
#include "store/waiver.h"

#include <string.h>

enum { ARG_TRACKING = OP_ARG, ARG_VERSION, ARG_TEST, ARG_POINTER, ARG_PERSON, ARG_REASON };

struct waiving {
    struct app *app;
    struct arena *arena;
    const struct person *person;
    enum role role;
    const char *test, *pointer, *reason;
    struct held held;
    struct str text, order_text;
    bool taken; /* it is in the register, and a waiver of it was taken back */
    struct advisory row;
};

enum status waive_person(const struct person **person, enum role *role, const struct app *app,
                         const char *id, struct err *err)
{
    static const enum role roles[] = {ROLE_PSIRT, ROLE_REGULATORY, ROLE_QUALITY};
    *person = id != NULL ? settings_person(app->settings, id) : NULL;
    if (*person == NULL)
        return err_set(err, ERR_INVALID, "--by %s: not a person of the configuration: see people",
                       id != NULL ? id : "");
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (person_has_role(*person, roles[i])) {
            *role = roles[i];
            return OK;
        }
    }
    return err_set(err, ERR_REFUSED,
                   "--by %s: holds none of the roles that waive: psirt, regulatory, quality",
                   (*person)->id);
}

/* A set of the register that nobody can approve, since a waiver of it was taken back. */
static enum status find_taken(struct waiving *w, const char *tracking, const char *version,
                              struct err *err)
{
    struct err why = {0};
    enum status status = advisory_find(&w->row, w->arena, w->app->store, tracking, version, err);
    if (status == ERR_NOT_FOUND)
        return OK;
    if (status != OK || w->row.state != ADVISORY_SUBMITTED)
        return status;
    status = withdraw_check(w->app, &w->row, &why);
    if (status != ERR_REFUSED) {
        *err = why;
        return status;
    }
    w->taken = true;
    w->held = (struct held){.tracking = w->row.tracking,
                            .version = w->row.version,
                            .sha256 = w->row.sha256,
                            .order_sha256 = w->row.order_sha256,
                            .order_name = w->row.order_name};
    return OK;
}

static enum status find_held(struct waiving *w, const char *tracking, const char *version,
                             struct err *err)
{
    struct held *list = NULL;
    size_t count = 0;
    enum status status = held_list(&list, &count, w->arena, w->app->store, tracking, version, err);
    if (status != OK)
        return status;
    if (count == 0)
        status = find_taken(w, tracking, version, err);
    if (status != OK)
        return status;
    if (count == 0 && !w->taken)
        return err_set(err, ERR_NOT_FOUND,
                       "%s%s%s: no such set waits for a waiver: submit it, and see `tocsin status`",
                       tracking, version != NULL ? " " : "", version != NULL ? version : "");
    if (count > 1)
        return err_set(err, ERR_INVALID, "%s: %zu versions wait: add --version", tracking, count);
    if (count == 1)
        w->held = list[0];
    status = blob_get(&w->text, w->app->store, w->held.sha256, err);
    if (status == OK && w->held.order_sha256 != NULL)
        status = blob_get(&w->order_text, w->app->store, w->held.order_sha256, err);
    return status;
}

static enum status record_waiver(struct waiving *w, const struct finding *finding, struct err *err)
{
    struct waiver waiver = {.sha256 = w->held.sha256,
                            .test = finding->test,
                            .pointer = finding->pointer,
                            .finding = finding->message,
                            .person = w->person->id,
                            .role = w->role,
                            .reason = w->reason,
                            .at_ms = app_now(w->app)};
    enum status status = waiver_add(&waiver, w->app->store, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("waiver.recorded", w->app->actor, w->held.sha256);
    entry_personal(entry, "finding", finding->message);
    entry_personal(entry, "person", w->person->id);
    entry_text(entry, "pointer", finding->pointer);
    entry_personal(entry, "reason", w->reason);
    entry_text(entry, "role", role_word(w->role));
    entry_text(entry, "sha256", w->held.sha256);
    entry_text(entry, "test", finding->test);
    return app_record(w->app, entry, err);
}

static bool is_meant(const struct waiving *w, const struct finding *finding)
{
    return text_equal(finding->test, w->test) && text_equal(finding->pointer, w->pointer);
}

/* Every finding of this test at this place; nothing is written when there is none to waive. */
static enum status record_waivers(size_t *out_count, struct waiving *w,
                                  const struct gate_result *gate, struct err *err)
{
    bool there = false;
    enum severity worst = SEVERITY_NOTE;
    enum status status = app_begin(w->app, err);
    if (status != OK)
        return status;
    *out_count = 0;
    for (size_t i = 0; status == OK && i < gate->count; i++) {
        const struct finding *finding = &gate->findings[i];
        if (!is_meant(w, finding))
            continue;
        there = true;
        worst = finding->severity < worst ? finding->severity : worst;
        if (finding->severity != SEVERITY_WAIVABLE || finding->waived != NULL)
            continue;
        status = record_waiver(w, finding, err);
        *out_count += 1;
    }
    if (status == OK && *out_count == 0)
        status =
            err_set(err, ERR_REFUSED, "%s: %s at \"%s\": %s", w->held.tracking, w->test, w->pointer,
                    !there ? "no such finding: take test and pointer as the gate prints them"
                    : worst == SEVERITY_WAIVABLE ? "is waived already: nothing to do"
                    : worst == SEVERITY_REJECT   ? "cannot be waived: mend it"
                                                 : "refuses nothing: no waiver is needed");
    if (status == OK)
        return app_commit(w->app, err);
    app_rollback(w->app);
    return status;
}

/* It is in the register: can it be approved now? */
static enum status look_again(struct waiving *w, struct str *out, struct err *err)
{
    struct err fault = {0};
    enum status status = withdraw_check(w->app, &w->row, &fault);
    if (status == OK)
        str_addf(out, "%s %s: can be approved: tocsin approve %s --by PERSON\n", w->row.tracking,
                 w->row.version, w->row.tracking);
    else if (status == ERR_REFUSED)
        str_addf(out, "%s\n", fault.text);
    else
        *err = fault;
    return status == ERR_REFUSED ? OK : status; /* the waiver itself is recorded */
}

/* With the waivers that are there now: taken in, or told what is still wanting. */
static enum status submit_again(struct waiving *w, struct str *out, struct err *err)
{
    struct submitted row;
    struct str words;
    struct err fault = {0};
    const struct submission submission = {.name = w->held.name,
                                          .text = str_bytes(&w->text),
                                          .order_name = w->held.order_name,
                                          .order = str_bytes(&w->order_text)};
    str_init(&words, STR_LIMIT_TEXT);
    enum status status = submit_take(&row, w->arena, w->app, &submission, &words, &fault);
    if (status == OK)
        str_addf(out, "%s %s: taken in: tocsin approve %s --by PERSON\n", row.tracking, row.version,
                 row.tracking);
    else if (status == ERR_REFUSED && row.waits) {
        str_addf(out, "%s\n", fault.text);
        status = OK; /* the waiver itself is recorded */
    } else
        *err = fault;
    str_dispose(&words);
    return status;
}

static enum status waive(struct waiving *w, struct str *out, struct err *err)
{
    struct gate_result gate;
    struct csaf *csaf = NULL;
    struct order order;
    size_t count = 0;
    enum status status = OK;
    order_default(&order);
    if (w->order_text.size > 0)
        status = order_parse(&order, w->arena, w->held.order_name, str_bytes(&w->order_text), err);
    if (status != OK)
        return status;
    status = judge_set(&gate, &csaf, w->arena, w->app, str_bytes(&w->text), &order, err);
    if (status == OK)
        status = record_waivers(&count, w, &gate, err);
    gate_dispose(&gate);
    csaf_free(csaf);
    if (status != OK)
        return status;
    str_addf(out, "%s %s: %s waived by %s (%s), sha256 %s\n", w->held.tracking, w->held.version,
             w->test, w->person->id, role_word(w->role), w->held.sha256);
    return w->taken ? look_again(w, out, err) : submit_again(w, out, err);
}

enum status op_waive(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    struct waiving w = {.app = app,
                        .arena = arena_new(),
                        .test = frame_get_text(in, ARG_TEST),
                        .pointer = frame_get_text(in, ARG_POINTER),
                        .reason = frame_get_text(in, ARG_REASON)};
    const char *tracking = frame_get_text(in, ARG_TRACKING);
    enum status status = OK;
    str_init(&w.text, STR_LIMIT_MAIL);
    str_init(&w.order_text, STR_LIMIT_TEXT);
    if (tracking == NULL || w.test == NULL || w.pointer == NULL || text_is_empty(w.reason))
        status = err_set(err, ERR_INVALID, "waive: id, test, pointer and a reason are needed");
    if (status == OK)
        status = waive_person(&w.person, &w.role, app, frame_get_text(in, ARG_PERSON), err);
    if (status == OK)
        status = find_held(&w, tracking, frame_get_text(in, ARG_VERSION), err);
    if (status == OK)
        status = waive(&w, out, err);
    str_dispose(&w.text);
    str_dispose(&w.order_text);
    arena_free(w.arena);
    return status;
}

enum status waive_held_count(size_t *out, struct app *app, const char *tracking, struct err *err)
{
    struct arena *arena = arena_new();
    struct held *list = NULL;
    enum status status = held_list(&list, out, arena, app->store, tracking, NULL, err);
    arena_free(arena);
    return status;
}

static void json_held(struct json_out *j, const struct held *held)
{
    char since[CLOCK_TEXT];
    json_out_object(j, NULL);
    json_out_text(j, "id", held->tracking);
    json_out_text(j, "version", held->version);
    json_out_text(j, "sha256", held->sha256);
    json_out_text(j, "since", clock_text(since, held->at_ms));
    json_out_end(j);
}

enum status waive_print_held(struct str *out, struct json_out *json, struct app *app,
                             const char *tracking, struct err *err)
{
    char since[CLOCK_TEXT];
    struct arena *arena = arena_new();
    struct held *list = NULL;
    size_t count = 0;
    enum status status = held_list(&list, &count, arena, app->store, tracking, NULL, err);
    for (size_t i = 0; i < count; i++) {
        if (json != NULL)
            json_held(json, &list[i]);
        else
            str_addf(out,
                     "%s %s  waits for waivers since %s: tocsin waive %s TEST POINTER --by "
                     "PERSON --reason TEXT\n",
                     list[i].tracking, list[i].version, clock_text(since, list[i].at_ms),
                     list[i].tracking);
    }
    arena_free(arena);
    return status;
}

enum status waive_print(struct str *out, struct app *app, const char *sha256, struct err *err)
{
    struct arena *arena = arena_new();
    struct waiver *list = NULL;
    size_t count = 0;
    enum status status = waiver_list(&list, &count, arena, app->store, sha256, err);
    for (size_t i = 0; i < count; i++) {
        char at[CLOCK_TEXT];
        str_addf(out, "  waived: %s at %s by %s (%s, %s): ", list[i].test, list[i].pointer,
                 list[i].person, role_word(list[i].role), clock_text(at, list[i].at_ms));
        utf8_add_line(out, bytes_of(list[i].reason));
        str_add_c(out, '\n');
        if (list[i].withdrawn_by == NULL)
            continue;
        str_addf(out, "    taken back by %s (%s, %s): ", list[i].withdrawn_by,
                 role_word(list[i].withdrawn_role), clock_text(at, list[i].withdrawn_ms));
        utf8_add_line(out, bytes_of(list[i].withdrawn_reason));
        str_add_c(out, '\n');
    }
    arena_free(arena);
    return status;
}
