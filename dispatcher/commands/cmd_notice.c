/* dispatcher/commands/cmd_notice - look at single notices, and change their course with a reason.
 */
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "seal/mail.h"
#include "store/advisory.h"
#include "store/notice.h"

#include <stdio.h>
#include <string.h>

#define PAGE 500

/* It is looked at again at next_at_ms without anybody's help. */
static bool is_due_by_itself(const struct notice *n)
{
    return n->next_at_ms > 0 && (n->state == STATE_PLANNED || n->state == STATE_READY ||
                                 n->state == STATE_UNCERTAIN || n->state == STATE_ACCEPTED);
}

static bool is_exercise(const struct notice *n)
{
    return text_starts(n->uid, MAIL_EXERCISE);
}

static void print_line(struct str *out, const struct notice *n)
{
    char due[CLOCK_TEXT] = "-";
    if (is_due_by_itself(n))
        (void)clock_text(due, n->next_at_ms);
    str_addf(out, "%s  %-22s %-10s %-9s %-7s %-7s %-9s %-20s %s%s\n", n->code, n->party,
             notice_state_word(n->state), notice_kind_word(n->kind), level_word(n->level),
             route_word(n->route), grade_word(n->grade), due, is_exercise(n) ? "[EXERCISE] " : "",
             n->why != NULL ? n->why : "");
}

/* The members of one notice, without the braces. */
static void json_members(struct json_out *j, const struct notice *n)
{
    char due[CLOCK_TEXT];
    json_out_text(j, "schema", "tocsin.notice/1");
    json_out_text(j, "code", n->code);
    json_out_bool(j, "exercise", is_exercise(n));
    json_out_text(j, "uid", n->uid);
    json_out_text(j, "party", n->party);
    json_out_text(j, "state", notice_state_word(n->state));
    json_out_text(j, "kind", notice_kind_word(n->kind));
    json_out_text(j, "level", level_word(n->level));
    json_out_text(j, "route", route_word(n->route));
    json_out_text(j, "address", n->address);
    json_out_text(j, "grade", grade_word(n->grade));
    json_out_text(j, "answer", n->answer);
    json_out_text(j, "due", is_due_by_itself(n) ? clock_text(due, n->next_at_ms) : NULL);
    json_out_int(j, "sendings", n->sendings);
    json_out_text(j, "why", n->why);
    json_out_int(j, "task", n->task_id);
}

static void json_line(struct str *out, const struct notice *n)
{
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_members(&j, n);
    json_out_end(&j);
    str_add_c(out, '\n');
}

static enum status list_all(struct app *app, const char *tracking, const char *version,
                            unsigned states, bool json, struct err *err)
{
    struct arena *names = arena_new();
    struct notice_filter filter = {.states = states, .limit = PAGE};
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK && tracking != NULL) {
        struct advisory row;
        status = advisory_find(&row, names, app->store, tracking, version, err);
        if (status == ERR_NOT_FOUND)
            status = err_set(err, ERR_NOT_FOUND, "%s%s%s: not in the register", tracking,
                             version != NULL ? " " : "", version != NULL ? version : "");
        else
            filter.advisory_id = row.id;
    }
    for (size_t count = PAGE; status == OK && count == PAGE;) {
        struct arena *arena = arena_new();
        struct notice *list = NULL;
        struct str out;
        str_init(&out, STR_LIMIT_TEXT);
        status = notice_list(&list, &count, arena, app->store, &filter, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            filter.after_id = list[i].id;
            if (json)
                json_line(&out, &list[i]);
            else
                print_line(&out, &list[i]);
        }
        if (status == OK && !cli_put(&out))
            status = err_set(err, ERR_IO, "standard output: cannot be written: make room");
        str_dispose(&out);
        arena_free(arena);
    }
    arena_free(names);
    return status;
}

static void print_attempt(struct str *out, const struct attempt *a)
{
    char begin[CLOCK_TEXT];
    char dot[CLOCK_TEXT] = "-";
    if (a->dot_ms > 0)
        (void)clock_text_ms(dot, a->dot_ms);
    str_addf(out, "  attempt %lld  begin %s  dot %s  %s %lld %s\n", (long long)a->id,
             clock_text_ms(begin, a->begin_ms), dot, a->verdict != NULL ? a->verdict : "open",
             (long long)a->code, a->said != NULL ? a->said : "");
    if (a->tls != NULL)
        str_addf(out, "      %s, certificate %s\n", a->tls, a->peer != NULL ? a->peer : "-");
}

/* Everything that is known of one notice. */
struct dossier_of_one {
    struct notice n;
    struct attempt *attempts;
    struct receipt_row *receipts;
    size_t attempt_count, receipt_count;
};

static void print_one(struct str *out, const struct dossier_of_one *d)
{
    char at[CLOCK_TEXT];
    const struct notice *n = &d->n;
    print_line(out, n);
    str_addf(out, "  uid %s, address %s, key %s\n  told by %s, sendings %lld\n", n->uid,
             n->address != NULL ? n->address : "-", n->key != NULL ? n->key : "-",
             clock_text(at, n->deadline_ms), (long long)n->sendings);
    if (n->state == STATE_TASKED && n->task_id != 0)
        str_addf(out, "  task %lld has it: tocsin task show %lld\n", (long long)n->task_id,
                 (long long)n->task_id);
    for (size_t i = 0; i < d->attempt_count; i++)
        print_attempt(out, &d->attempts[i]);
    for (size_t i = 0; i < d->receipt_count; i++)
        str_addf(out, "  receipt %s  %s by %s%s%s\n", clock_text(at, d->receipts[i].at_ms),
                 grade_word(d->receipts[i].grade), d->receipts[i].how,
                 d->receipts[i].by != NULL ? ", " : "",
                 d->receipts[i].by != NULL ? d->receipts[i].by : "");
}

static void json_one(struct str *out, const struct dossier_of_one *d)
{
    struct json_out j;
    char at[CLOCK_TEXT];
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_members(&j, &d->n);
    json_out_text(&j, "key", d->n.key);
    json_out_text(&j, "told_by", clock_text(at, d->n.deadline_ms));
    json_out_array(&j, "attempts");
    for (size_t i = 0; i < d->attempt_count; i++) {
        const struct attempt *a = &d->attempts[i];
        json_out_object(&j, NULL);
        json_out_int(&j, "attempt", a->id);
        json_out_text(&j, "begin", clock_text_ms(at, a->begin_ms));
        json_out_text(&j, "dot", a->dot_ms > 0 ? clock_text_ms(at, a->dot_ms) : NULL);
        json_out_text(&j, "end", a->end_ms > 0 ? clock_text_ms(at, a->end_ms) : NULL);
        json_out_text(&j, "verdict", a->verdict);
        json_out_int(&j, "code", a->code);
        json_out_text(&j, "said", a->said);
        json_out_text(&j, "tls", a->tls);
        json_out_text(&j, "peer", a->peer);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_array(&j, "receipts");
    for (size_t i = 0; i < d->receipt_count; i++) {
        const struct receipt_row *r = &d->receipts[i];
        json_out_object(&j, NULL);
        json_out_text(&j, "at", clock_text(at, r->at_ms));
        json_out_text(&j, "grade", grade_word(r->grade));
        json_out_text(&j, "how", r->how);
        json_out_text(&j, "by", r->by);
        json_out_end(&j);
    }
    json_out_end(&j);
    json_out_end(&j);
    str_add_c(out, '\n');
}

static enum status show_one(struct app *app, const char *which, bool json, struct str *out,
                            struct err *err)
{
    struct arena *arena = arena_new();
    struct dossier_of_one d = {0};
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = notice_by_code(&d.n, arena, app->store, which, err);
    if (status == ERR_NOT_FOUND && app->store != NULL)
        status = notice_by_uid(&d.n, arena, app->store, which, err);
    if (status == ERR_NOT_FOUND && app->store != NULL)
        status = err_set(err, ERR_NOT_FOUND, "%s: no notice has this code or uid", which);
    if (status == OK)
        status = attempt_list(&d.attempts, &d.attempt_count, arena, app->store, d.n.id, err);
    if (status == OK)
        status = receipt_list(&d.receipts, &d.receipt_count, arena, app->store, d.n.id, err);
    if (status == OK && json)
        json_one(out, &d);
    else if (status == OK)
        print_one(out, &d);
    arena_free(arena);
    return status;
}

static int change(struct app *app, const char *action, const char *which, const char *by,
                  const char *reason, const char *to)
{
    struct frame_out request;
    if (by == NULL || reason == NULL)
        return cli_usage("give --by PERSON and --reason TEXT");
    op_begin(&request, app, "notice");
    frame_text(&request, action);
    frame_text(&request, which);
    frame_text(&request, by);
    frame_text(&request, reason);
    frame_text(&request, to);
    return cli_call(app, &request);
}

int command_notice(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *by = NULL;
    const char *reason = NULL;
    bool unserved = false;
    const char *state = NULL;
    const char *version = NULL;
    const char *to = NULL;
    const struct cli_option options[] = {
        {"by", &by, NULL},       {"reason", &reason, NULL},   {"to", &to, NULL},
        {"state", &state, NULL}, {"version", &version, NULL}, {"unserved", NULL, &unserved}};
    struct err err = {0};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 6, &argc, argv, &code))
        return code;
    const char *word = argc > 0 ? argv[0] : "";
    enum notice_state only = STATE_PLANNED;
    if (state != NULL && !notice_state_of(&only, state))
        return cli_usage("--state %s: no such state: see tocsin(1)", state);
    if (version != NULL && argc != 2)
        return cli_usage("--version goes with an ID: which advisory's?");
    if (strcmp(word, "list") == 0 && argc <= 2)
        return list_all(app, argc == 2 ? argv[1] : NULL, version, state != NULL ? 1u << only : 0,
                        common.json, &err) == OK
                   ? EXIT_DONE
                   : cli_fail(&err);
    if (strcmp(word, "show") == 0 && argc == 2) {
        struct str out;
        str_init(&out, STR_LIMIT_TEXT);
        enum status status = show_one(app, argv[1], common.json, &out, &err);
        if (!cli_put(&out))
            code = EXIT_AGAIN;
        str_dispose(&out);
        return status == OK ? code : cli_fail(&err);
    }
    if ((strcmp(word, "retry") == 0 || strcmp(word, "cancel") == 0) && argc == 2)
        return change(app, word, argv[1], by, reason, NULL);
    if (strcmp(word, "resend") == 0 && argc == 2 && unserved != (to != NULL))
        return change(app, word, argv[1], by, reason, to);
    return strcmp(word, "resend") == 0
               ? cli_usage("give CODE --to ADDRESS, or --unserved ID: one of the two")
               : cli_usage("give one notice's CODE: `tocsin notice list` has them");
}
