/* dispatcher/commands/cmd_case - tocsin case: what persons do with cases. */
#include "base/file.h"
#include "dispatcher/back/intake.h"
#include "dispatcher/cases/case_request.h"
#include "dispatcher/cases/case_show.h"
#include "dispatcher/cli.h"

#include <stdlib.h>
#include <string.h>

/* What was said, before it is known for what. */
struct said {
    struct case_request r;
    const char *text, *proof, *choose, *how;
    const char *capa, *risk, *other, *country;
    bool all, open, ical, json;
};

static int send_request(struct app *app, const struct said *s)
{
    struct frame_out request;
    struct err err = {0};
    struct str file;
    const char *path = s->text != NULL ? s->text : s->proof;
    struct case_request r = s->r;
    str_init(&file, CASE_FILE_LIMIT);
    if (path != NULL && file_read(&file, path, CASE_FILE_LIMIT, &err) != OK) {
        str_dispose(&file);
        (void)cli_fail(&err);
        return EXIT_USAGE;
    }
    if (path != NULL && file.size == 0) {
        str_dispose(&file);
        (void)err_set(&err, ERR_INVALID, "%s: is empty: give the file that says or shows it", path);
        return cli_fail(&err);
    }
    r.file = str_bytes(&file);
    op_begin(&request, app, "case");
    case_request_put(&request, &r);
    str_dispose(&file);
    return cli_call(app, &request);
}

static int run_open(struct app *app, struct said *s, int argc, char **argv)
{
    (void)argv;
    return argc == 0 ? send_request(app, s) : cli_usage("say what by options");
}

static int run_assign(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 2)
        return cli_usage("give the case and the PERSON");
    s->r.id = argv[0];
    s->r.value = argv[1];
    return send_request(app, s);
}

static int run_state(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 2)
        return cli_usage("give the case and the STATE");
    s->r.id = argv[0];
    s->r.what = argv[1];
    return send_request(app, s);
}

static int run_told(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 1 || s->how == NULL)
        return cli_usage("give the case, and --how mail|phone|letter|other");
    s->r.id = argv[0];
    s->r.value = s->how;
    return send_request(app, s);
}

/* ADVISORY is an operand, numbers of other systems are options: nobody mixes them up. */
static int run_link(struct app *app, struct said *s, int argc, char **argv)
{
    const struct {
        const char *ref, *kind;
    } links[] = {{argc == 2 ? argv[1] : NULL, "advisory"},
                 {s->r.complaint, "complaint"},
                 {s->capa, "capa"},
                 {s->risk, "risk"},
                 {s->other, "case"}};
    int given = 0;
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i].ref == NULL)
            continue;
        given++;
        s->r.what = links[i].ref;
        s->r.value = links[i].kind;
    }
    if (argc < 1 || argc > 2 || given != 1)
        return cli_usage("give the case and one of ADVISORY, --complaint, --capa, --risk, "
                         "--case");
    s->r.id = argv[0];
    return send_request(app, s);
}

static int run_one(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 1)
        return cli_usage("give the case");
    s->r.id = argv[0];
    return send_request(app, s);
}

static int run_reviewed(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 1)
        return cli_usage("give the SOURCE, a to g");
    s->r.what = argv[0];
    return send_request(app, s);
}

static int run_fact(struct app *app, struct said *s, int argc, char **argv)
{
    if (s->choose != NULL && argc == 1) {
        s->r.act = "choose";
        s->r.what = s->choose;
    } else if (s->choose == NULL && argc == 2)
        s->r.what = argv[1];
    else
        return cli_usage("give the case and the KIND, or the case and --choose FACT");
    s->r.id = argv[0];
    return send_request(app, s);
}

/* Jurisdictions and countries are capitals: eu is EU. */
static char *in_capitals(char *word)
{
    for (char *p = word; *p != '\0'; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    return word;
}

static int run_decide(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 3)
        return cli_usage("give the case, the JURISDICTION, and reportable, not-reportable "
                         "or not-applicable");
    s->r.id = argv[0];
    s->r.what = in_capitals(argv[1]);
    s->r.value = argv[2];
    return send_request(app, s);
}

static int run_countersign(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 2)
        return cli_usage("give the case and the JURISDICTION");
    s->r.id = argv[0];
    s->r.what = in_capitals(argv[1]);
    return send_request(app, s);
}

static int run_duty(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 2)
        return cli_usage("give the case and the RULE");
    s->r.id = argv[0];
    s->r.what = argv[1];
    return send_request(app, s);
}

static int run_hold(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc != 3)
        return cli_usage("give the case, the JURISDICTION, and end or bypass");
    s->r.id = argv[0];
    s->r.what = in_capitals(argv[1]);
    s->r.value = argv[2];
    return send_request(app, s);
}

static int run_duties(struct app *app, struct said *s, int argc, char **argv)
{
    if (argc > 1 || (argc == 1 && s->ical))
        return cli_usage("give one case, or none for the board; --ical: all of them");
    return case_show_duties(app, argc == 1 ? argv[0] : NULL, s->ical);
}

static int run_list(struct app *app, struct said *s, int argc, char **argv)
{
    (void)argv;
    if (argc != 0 || (s->all && s->open))
        return cli_usage("--open, which it does by itself, or --all");
    return case_show_list(app, !s->all, s->json);
}

static int run_show(struct app *app, struct said *s, int argc, char **argv)
{
    return argc == 1 ? case_show_one(app, argv[0], s->json) : cli_usage("give the case");
}

static int run_sources(struct app *app, struct said *s, int argc, char **argv)
{
    (void)argv;
    return argc == 0 ? case_show_sources(app, s->json) : cli_usage("takes no operands");
}

static int run_intake(struct app *app, struct said *s, int argc, char **argv)
{
    (void)s;
    return argc == 1 ? intake_command(app, argv[0]) : cli_usage("give the FILE, -, or the Maildir");
}

static const struct {
    const char *name;
    int (*run)(struct app *app, struct said *s, int argc, char **argv);
} acts[] = {
    {"open", run_open},         {"list", run_list},
    {"show", run_show},         {"assign", run_assign},
    {"state", run_state},       {"told", run_told},
    {"link", run_link},         {"fact", run_fact},
    {"decide", run_decide},     {"countersign", run_countersign},
    {"close", run_one},         {"sources", run_sources},
    {"reviewed", run_reviewed}, {"report", run_duty},
    {"waive", run_duty},        {"hold", run_hold},
    {"duties", run_duties},     {"intake", run_intake},
};

int command_case(struct app *app, int argc, char **argv)
{
    struct cli_common common;
    struct said s = {0};
    const struct cli_option options[] = {
        {"by", &s.r.by, NULL},
        {"reason", &s.r.reason, NULL},
        {"source", &s.r.source, NULL},
        {"title", &s.r.title, NULL},
        {"reporter", &s.r.reporter, NULL},
        {"reporter-mail", &s.r.reporter_mail, NULL},
        {"owner", &s.r.owner, NULL},
        {"complaint", &s.r.complaint, NULL},
        {"outcome", &s.r.outcome, NULL},
        {"at", &s.r.at, NULL},
        {"zone", &s.r.zone, NULL},
        {"who", &s.r.who, NULL},
        {"class", &s.r.class, NULL},
        {"jurisdiction", &s.r.jurisdiction, NULL},
        {"supersedes", &s.r.supersedes, NULL},
        {"from", &s.r.from, NULL},
        {"recorded-for", &s.r.recorded_for, NULL},
        {"text", &s.text, NULL},
        {"proof", &s.proof, NULL},
        {"choose", &s.choose, NULL},
        {"how", &s.how, NULL},
        {"capa", &s.capa, NULL},
        {"risk", &s.risk, NULL},
        {"case", &s.other, NULL},
        {"all", NULL, &s.all},
        {"open", NULL, &s.open},
        {"number", &s.r.number, NULL},
        {"country", &s.country, NULL},
        {"ical", NULL, &s.ical},
    };
    int code = EXIT_DONE;
    if (!cli_parse(app, &common, options, sizeof options / sizeof options[0], &argc, argv, &code))
        return code;
    s.json = common.json;
    if (s.country != NULL)
        s.r.jurisdiction = s.country;
    for (size_t i = 0; argc > 0 && i < sizeof acts / sizeof acts[0]; i++) {
        if (strcmp(acts[i].name, argv[0]) != 0)
            continue;
        s.r.act = acts[i].name;
        return acts[i].run(app, &s, argc - 1, argv + 1);
    }
    return cli_usage("say what"); /* cli_parse lets no other word pass */
}
