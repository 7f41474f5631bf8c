/* dispatcher/cmd_notice - look at single notices, and change their course with a reason. */
#include "dispatcher/cli.h"
#include "dispatcher/op.h"
#include "store/advisory.h"
#include "store/notice.h"

#include <stdio.h>
#include <string.h>

#define PAGE 500

static void print_line(struct str *out, const struct notice *n, bool json)
{
    char due[CLOCK_TEXT] = "-";
    if (n->next_at_ms > 0 && (n->state == STATE_PLANNED || n->state == STATE_READY ||
                              n->state == STATE_UNCERTAIN || n->state == STATE_ACCEPTED))
        (void)clock_text(due, n->next_at_ms);
    if (!json) {
        str_addf(out, "%s  %-22s %-10s %-9s %-7s %-7s %-9s %-20s %s\n", n->code, n->party,
                 notice_state_word(n->state), notice_kind_word(n->kind), level_word(n->level),
                 route_word(n->route), grade_word(n->grade), due, n->why != NULL ? n->why : "");
        return;
    }
    struct json_out j;
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.notice/1");
    json_out_text(&j, "code", n->code);
    json_out_text(&j, "uid", n->uid);
    json_out_text(&j, "party", n->party);
    json_out_text(&j, "state", notice_state_word(n->state));
    json_out_text(&j, "kind", notice_kind_word(n->kind));
    json_out_text(&j, "level", level_word(n->level));
    json_out_text(&j, "route", route_word(n->route));
    json_out_text(&j, "address", n->address);
    json_out_text(&j, "grade", grade_word(n->grade));
    json_out_text(&j, "answer", n->answer);
    json_out_text(&j, "due", due[0] != '-' ? due : NULL);
    json_out_int(&j, "sendings", n->sendings);
    json_out_text(&j, "why", n->why);
    json_out_end(&j);
    str_add_c(out, '\n');
}

static enum status list_all(struct app *app, const char *tracking, bool json, struct err *err)
{
    struct arena *names = arena_new();
    struct notice_filter filter = {.limit = PAGE};
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK && tracking != NULL) {
        struct advisory row;
        status = advisory_find(&row, names, app->store, tracking, NULL, err);
        if (status == ERR_NOT_FOUND)
            status = err_set(err, ERR_NOT_FOUND, "%s: not in the register", tracking);
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
            print_line(&out, &list[i], json);
        }
        if (status == OK && !cli_put(&out))
            status = err_set(err, ERR_IO, "standard output: cannot be written");
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

static enum status show_one(struct app *app, const char *which, struct str *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct notice n;
    struct attempt *attempts = NULL;
    struct receipt_row *receipts = NULL;
    size_t attempt_count = 0;
    size_t receipt_count = 0;
    char at[CLOCK_TEXT];
    enum status status = app_open_store(app, STORE_READ, err);
    if (status == OK)
        status = notice_by_code(&n, arena, app->store, which, err);
    if (status == ERR_NOT_FOUND && app->store != NULL)
        status = notice_by_uid(&n, arena, app->store, which, err);
    if (status == ERR_NOT_FOUND && app->store != NULL)
        status = err_set(err, ERR_NOT_FOUND, "%s: no notice has this code or uid", which);
    if (status == OK)
        status = attempt_list(&attempts, &attempt_count, arena, app->store, n.id, err);
    if (status == OK)
        status = receipt_list(&receipts, &receipt_count, arena, app->store, n.id, err);
    if (status == OK) {
        print_line(out, &n, false);
        str_addf(out, "  uid %s, address %s, key %s\n  told by %s, sendings %lld\n", n.uid,
                 n.address != NULL ? n.address : "-", n.key != NULL ? n.key : "-",
                 clock_text(at, n.deadline_ms), (long long)n.sendings);
    }
    for (size_t i = 0; status == OK && i < attempt_count; i++)
        print_attempt(out, &attempts[i]);
    for (size_t i = 0; status == OK && i < receipt_count; i++)
        str_addf(out, "  receipt %s  %s by %s%s%s\n", clock_text(at, receipts[i].at_ms),
                 grade_word(receipts[i].grade), receipts[i].how, receipts[i].by != NULL ? ", " : "",
                 receipts[i].by != NULL ? receipts[i].by : "");
    arena_free(arena);
    return status;
}

static int change(struct app *app, const char *action, const char *which, const char *by,
                  const char *reason)
{
    struct frame_out request;
    if (by == NULL || reason == NULL)
        return cli_usage("%s needs --by PERSON and --reason TEXT", action);
    op_begin(&request, app, "notice");
    frame_text(&request, action);
    frame_text(&request, which);
    frame_text(&request, by);
    frame_text(&request, reason);
    return cli_call(app, &request);
}

int command_notice(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    const char *by = NULL;
    const char *reason = NULL;
    bool unserved = false;
    const struct cli_option options[] = {
        {"by", &by, NULL}, {"reason", &reason, NULL}, {"unserved", NULL, &unserved}};
    struct err err = {0};
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, 3, &argc, argv, &code))
        return code;
    const char *word = argc > 0 ? argv[0] : "";
    if (strcmp(word, "list") == 0 && argc <= 2)
        return list_all(app, argc == 2 ? argv[1] : NULL, common.json, &err) == OK ? EXIT_DONE
                                                                                  : cli_fail(&err);
    if (strcmp(word, "show") == 0 && argc == 2) {
        struct str out;
        str_init(&out, STR_LIMIT_TEXT);
        enum status status = show_one(app, argv[1], &out, &err);
        if (!cli_put(&out))
            code = EXIT_AGAIN;
        str_dispose(&out);
        return status == OK ? code : cli_fail(&err);
    }
    if ((strcmp(word, "retry") == 0 || strcmp(word, "cancel") == 0) && argc == 2)
        return change(app, word, argv[1], by, reason);
    if (strcmp(word, "resend") == 0 && argc == 2 && unserved)
        return change(app, word, argv[1], by, reason);
    return cli_usage("say list [ID], show CODE, retry CODE, cancel CODE, or resend --unserved ID");
}
