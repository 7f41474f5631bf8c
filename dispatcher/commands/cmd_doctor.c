/*
 * dispatcher/commands/cmd_doctor - everything that still stands between you and a notice, each with
 * the command that mends it. Exit 1 when a notice could be lost.
 */
#include "dispatcher/commands/doctor.h"

#include "dispatcher/cli.h"
#include "dispatcher/duties/rulebook.h"
#include "dispatcher/op.h"
#include "dispatcher/paper.h"
#include "dispatcher/record/mark.h"
#include "templates/notice.h"

#include <stdio.h>
#include <stdlib.h>

void doctor_say(struct examination *e, bool fault, const char *what, const char *mend)
{
    if (fault)
        e->faults++;
    else
        e->warnings++;
    if (!e->json) {
        (void)printf("%s %s\n        mend: %s\n", fault ? "fault  " : "warning", what, mend);
        return;
    }
    struct str out;
    struct json_out j;
    str_init(&out, STR_LIMIT_LINE);
    json_out_init(&j, &out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.doctor/1");
    json_out_text(&j, "severity", fault ? "fault" : "warning");
    json_out_text(&j, "what", what);
    json_out_text(&j, "mend", mend);
    json_out_end(&j);
    (void)printf("%s\n", str_text(&out));
    str_dispose(&out);
}

void doctor_tell(struct examination *e, bool fault, char *what, char *mend)
{
    doctor_say(e, fault, what, mend);
    free(what);
    free(mend);
}

/* Rules that changed behind their adoption are not used: somebody has to look at them. */
static void check_rules(struct examination *e)
{
    struct rulebook book;
    struct err err = {0};
    size_t changed = 0;
    if (rulebook_open(&book, e->app, &err) != OK) {
        doctor_say(e, false, err.text,
                   "mend the file: until then no rule can be used (`tocsin rules check`)");
        return;
    }
    if (book.doubt.code == ERR_CORRUPT)
        doctor_say(e, false, book.doubt.text, "then `tocsin rules adopt --by PERSON`");
    for (size_t i = 0; i < book.pack->count; i++)
        changed += rulebook_use(&book, book.pack->rules[i]) == USE_CHANGED;
    char *what = xprintf("rules: %zu rule%s not as adopted: not used", changed,
                         changed == 1 ? " is" : "s are");
    if (changed > 0)
        doctor_say(e, false, what,
                   "look at them (`tocsin rules list`), then `tocsin rules adopt --by PERSON`");
    free(what);
    rulebook_close(&book);
}

/* What we promise in public: there, in time, and the same as the settings. */
static enum status check_policy(struct examination *e, struct arena *arena, struct err *err)
{
    const char *doubt = NULL;
    struct paper paper;
    enum status status = paper_doubt(&doubt, arena, e->app, err);
    if (status == OK && doubt == NULL) {
        struct err none = {0};
        status = paper_current(&paper, arena, e->app->store, &none);
        if (status == ERR_NOT_FOUND)
            doubt = "no disclosure policy was written: nobody outside learns where to tell of a "
                    "flaw";
        else if (status != OK)
            *err = none;
        status = status == ERR_NOT_FOUND ? OK : status;
    }
    if (doubt != NULL)
        doctor_tell(e, false, xprintf("policy: %s", doubt),
                    xstrdup("tocsin policy write --by PERSON, and publish what it writes"));
    return status;
}

static enum status examine(struct examination *e, struct err *err)
{
    struct arena *arena = arena_new();
    struct wording *wording = NULL;
    struct err fault = {0};
    if (mark_check(e->app, &fault) == ERR_REFUSED)
        doctor_say(e, true, fault.text, "man tocsin, RESTORING");
    doctor_mail(e);
    doctor_places(e);
    doctor_people(e);
    check_rules(e);
    if (wording_open(&wording, e->app->settings->templates, &fault) != OK)
        doctor_say(e, true, fault.text,
                   "mend the template, or take it out of the templates folder");
    wording_close(wording);
    enum status status = check_policy(e, arena, err);
    if (status == OK)
        status = doctor_register(e, err);
    arena_free(arena);
    return status;
}

int command_doctor(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct err err = {0};
    struct frame_out request;
    struct str out;
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, NULL, 0, &argc, argv, &code))
        return code;
    if (argc != 0)
        return cli_usage("%s: takes no operand", argv[0]);
    struct examination e = {.app = app, .json = common.json};
    enum status status = app_need(app, &err);
    str_init(&out, STR_LIMIT_TEXT);
    if (status == OK) {
        op_begin(&request, app, "refresh");
        status = op_call(app, &request, &out, &err);
        (void)fputs(str_text(&out), stderr);
        if (status == ERR_REFUSED) {
            doctor_say(&e, true, err.text, "mend the file; it is read again by itself");
            status = OK;
        }
        store_close(app->store);
        app->store = NULL;
    }
    str_dispose(&out);
    if (status == OK)
        status = app_open_store(app, STORE_READ, &err);
    if (status == OK)
        status = examine(&e, &err);
    if (status != OK)
        return cli_fail(&err);
    if (!common.json)
        (void)printf("%d fault%s, %d warning%s%s\n", e.faults, e.faults == 1 ? "" : "s", e.warnings,
                     e.warnings == 1 ? "" : "s",
                     e.faults == 0 ? ": a notice would not be lost" : "");
    return e.faults > 0 ? EXIT_NO : EXIT_DONE;
}
