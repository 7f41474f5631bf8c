#include "dispatcher/cli.h"

#include "base/log.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "dispatcher/op.h"
#include "dispatcher/run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sys/stat.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPTIONS_MOST 32

static const struct command commands[] = {
    {"set up", "init",
     "DIR [--maker --id --country --mail --relay --person --phone ...] [--test|--real]",
     "make an installation: configuration, keys, empty store", command_init},
    {"set up", "doctor", "", "everything that still stands between you and a notice",
     command_doctor},
    {"set up", "config", "show|default|manual", "print settings", command_config},
    {"set up", "party", "import FILE [--full [--yes]] | list", "the register of whom to tell",
     command_party},
    {"set up", "product", "import [--installed] FILE [--full [--yes]] | list | affected SERIAL|UDI",
     "our products, and who holds what", command_product},
    {"set up", "key", "import FILE --party PARTY [--email ADDRESS] | list | check FILE",
     "recipients' keys", command_key},
    {"set up", "rules",
     "list | show RULE | check [FILE...] | adopt --by PERSON [--yes | --print | --signature FILE] "
     "| "
     "explain RULE [--fact INSTANT] [--country CC]",
     "who is to be told within which time, by which law; see tocsin-rules(5)", command_rules},
    {"set up", "policy",
     "write [--to DIR] [--by PERSON] | published URL --at INSTANT --by PERSON | show",
     "what we promise in public, from the settings: policy, procedure, security.txt",
     command_policy},
    {"publish", "check",
     "[--preset basic|extended|full] [--strict] FILE|FOLDER|-... | --explain TEST|all",
     "judge advisories; needs no configuration", command_check},
    {"publish", "cvss", "VECTOR...|-", "scores of CVSS vectors, and how they come about",
     command_cvss},
    {"publish", "order", "new [ID] | release ID [--version V] --now --by PERSON --reason TEXT",
     "write a commented order to fill in; end an embargo before its time", command_order},
    {"publish", "submit", "FILE [--order FILE] [--dry-run]", "take an advisory in", command_submit},
    {"publish", "waive", "ID TEST POINTER --by PERSON --reason TEXT [--version V] [--withdraw]",
     "let one finding of the gate pass, or take that back", command_waive},
    {"publish", "approve",
     "ID [--version V] --by PERSON [--role R] [--yes | --print | --signature FILE]",
     "sign for release", command_approve},
    {"publish", "plan", "ID [--version V] [--why PARTY]",
     "who is told, how, by when, and who is not, and why", command_plan},
    {"publish", "run", "[--until-idle]", "the dispatcher", command_run},
    {"follow", "status", "[ID] [--watch | --ical]", "the board", command_status},
    {"follow", "chase", "[ID] [--csv]", "who was asked and has not answered", command_chase},
    {"follow", "ack",
     "PARTY ID received|done|not-here|question --by PERSON --how phone|mail|letter [--units N] "
     "[--note TEXT]",
     "log an answer", command_ack},
    {"follow", "task",
     "list [--all] | show ID | done ID --by PERSON [--proof FILE] [--ref REF] [--at INSTANT]",
     "work for people", command_task},
    {"follow", "notice",
     "list [ID [--version V]] [--state STATE] | show CODE | retry CODE | cancel CODE | resend CODE "
     "--to ADDRESS | resend --unserved ID, with --by PERSON --reason TEXT",
     "single notices, and changing their course by hand", command_notice},
    {"follow", "receipt", "import MAILDIR|FILE|- | list | show MESSAGE", "read what came back",
     command_receipt},
    {"cases", "case",
     "open --source a..g [--title T] [--text FILE] [--reporter NAME] [--reporter-mail ADDRESS] "
     "[--complaint NO] [--owner PERSON] [--by PERSON] | list [--open|--all] | show ID | assign ID "
     "PERSON | state ID STATE --by PERSON --reason TEXT | told ID --how WAY --by PERSON [--reason "
     "TEXT] [--text FILE] | link ID ADVISORY|--complaint NO|--capa NO|--risk NO|--case ID | fact "
     "ID "
     "KIND --at INSTANT --source DOC --by PERSON [--who NAME] [--class CLASS] [--zone ZONE] "
     "[--jurisdiction J] [--supersedes FACT] [--from FACT] | fact ID --choose FACT --reason TEXT "
     "--by PERSON | decide ID JURISDICTION reportable|not-reportable|not-applicable --reason TEXT "
     "--by PERSON [--recorded-for PERSON --proof FILE] | countersign ID JURISDICTION --by PERSON | "
     "report ID RULE --number NO --proof FILE --by PERSON [--at INSTANT] [--country CC] [--reason "
     "TEXT] | waive ID RULE --reason TEXT --by PERSON [--country CC] | hold ID JURISDICTION "
     "end|bypass --reason TEXT --by PERSON [--proof FILE] | duties [ID|--ical] | "
     "close ID --outcome TEXT --by PERSON | sources | reviewed SOURCE --by PERSON [--reason TEXT]",
     "one matter from the first report to its closure", command_case},
    {"routine", "advisory",
     "list | show ID [--version V] | diff ID V1 V2 | diff --files OLD NEW, with [--language TAG]",
     "the versions in the register, and what differs between two", command_advisory},
    {"routine", "digest",
     "list | next [PARTY] | preview PARTY | send PARTY --by PERSON --reason TEXT",
     "schedules of digests, and what one would say now", command_digest},
    {"routine", "drill",
     "ADVISORY|--sample --to internal|PARTY... [--by PERSON] | list | show ID | report ID",
     "an exercise of the whole path, and what came of it", command_drill},
    {"prove", "evidence",
     "check | show [ID] [--values] | replay | key show | key rotate --by PERSON --reason TEXT | "
     "epoch end --by PERSON [--reason TEXT] [--yes | --print | --signature FILE] | "
     "erase SUBJECT --by PERSON --reason TEXT | export --advisory ID|--all --to FOLDER|FILE.tar "
     "[--reader WHO] [--anchor NOTE] | disclose BUNDLE --advisory ID|--all --to FILE [--reader "
     "WHO] | verify BUNDLE [--anchor NOTE] [--disclosed FILE]",
     "the append-only log", command_evidence},
    {"machine", "store", "backup FILE | check | restored --by PERSON --reason TEXT",
     "copy and check what everything is kept in", command_store},
};
#define COMMANDS (sizeof commands / sizeof commands[0])

static const struct command *current; /* for help and usage lines; set once per process */

static void print_help(FILE *to)
{
    const char *group = "";
    (void)fprintf(
        to,
        "tocsin %s - tells every regulator, hospital and complaint desk that must know\n\n"
        "usage: tocsin COMMAND [ARGUMENTS] [--config FILE] [--json] [--help]\n",
        TOCSIN_VERSION);
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(group, commands[i].group) != 0)
            (void)fprintf(to, "\n%s\n", commands[i].group);
        group = commands[i].group;
        (void)fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].summary);
    }
    (void)fprintf(to, "\n`tocsin COMMAND --help` tells more, `man tocsin` all of it.\n");
}

static void print_usage(FILE *to)
{
    (void)fprintf(to, "usage: tocsin %s %s\n%s\n", current->name, current->usage, current->summary);
    (void)fprintf(to, "also: --config FILE, --now INSTANT (test stores), --json, --dry-run where "
                      "they make sense\n");
}

int cli_fail(const struct err *err)
{
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    utf8_add_text(&line, bytes_of(err->text));
    (void)fprintf(stderr, "tocsin: %s\n", str_text(&line));
    str_dispose(&line);
    switch (err->code) {
    case OK:
        return EXIT_DONE;
    case ERR_REFUSED:
    case ERR_NOT_FOUND:
    case ERR_EXISTS:
        return EXIT_NO;
    case ERR_INVALID:
    case ERR_LIMIT:
        return EXIT_USAGE;
    case ERR_STALE:
    case ERR_IO:
    case ERR_CORRUPT:
        break;
    }
    return EXIT_AGAIN;
}

int cli_usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)fprintf(stderr, "tocsin: %s: ", current != NULL ? current->name : "usage");
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    if (current != NULL)
        (void)fprintf(stderr, "usage: tocsin %s %s\n", current->name, current->usage);
    return EXIT_USAGE;
}

bool cli_is_there(const char *path, int *exit_code)
{
    struct err err = {0};
    if (strcmp(path, "-") == 0 || access(path, R_OK) == 0)
        return true;
    (void)err_set(&err, ERR_INVALID, "%s: cannot be read: %s: check the path", path,
                  strerror(errno));
    *exit_code = cli_fail(&err);
    return false;
}

/*
 * Titles, ids and reasons come from outside: on a terminal none of their signs may steer it or turn
 * the order of what is read. Files and pipes get the exact text.
 */
void cli_tame(struct str *tame, struct bytes text)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t c = utf8_next(text, &at);
        bool turns = c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
                     (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
        bool steers = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
        if (!turns)
            utf8_add(tame, steers ? ' ' : c);
    }
}

bool cli_put(const struct str *out)
{
    struct str tame;
    str_init(&tame, 3 * out->size + 1); /* a bad byte becomes a sign of three */
    if (cli_terminal())
        cli_tame(&tame, str_bytes(out));
    else
        str_add_n(&tame, out->data, out->size);
    bool good = str_ok(&tame) && fwrite(str_text(&tame), 1, tame.size, stdout) == tame.size &&
                fflush(stdout) == 0;
    str_dispose(&tame);
    if (!good)
        (void)fprintf(stderr, "tocsin: standard output: %s\n", strerror(errno));
    return good;
}

int cli_call(struct app *app, struct frame_out *request)
{
    struct str out;
    struct err err = {0};
    str_init(&out, STR_LIMIT_TEXT);
    enum status status = op_call(app, request, &out, &err);
    int code = cli_put(&out) ? EXIT_DONE : EXIT_AGAIN;
    str_dispose(&out);
    return status == OK ? code : cli_fail(&err);
}

bool cli_terminal(void)
{
    return isatty(STDOUT_FILENO) == 1;
}

static int unknown_option(const char *word, const struct option *longs, size_t count)
{
    const char *names[OPTIONS_MOST];
    for (size_t i = 0; i < count; i++)
        names[i] = longs[i].name;
    const char *bare = word != NULL && text_starts(word, "--") ? word + 2 : word;
    int near = bare != NULL ? nearest_name(bare, names, count) : -1;
    return near >= 0 ? cli_usage("%s: unknown option: did you mean --%s?", word, names[near])
                     : cli_usage("%s: unknown option", word != NULL ? word : "");
}

/*
 * `--now` is an instant for all commands; for one that has a flag of this name it is that flag when
 * no instant stands behind it.
 */
static void take_bare_now(const struct cli_option *options, size_t count, int *argc, char **argv)
{
    bool *flag = NULL;
    for (size_t i = 0; i < count; i++)
        if (strcmp(options[i].name, "now") == 0)
            flag = options[i].flag;
    for (int i = 1; flag != NULL && i < *argc; i++) {
        const bool bare = i + 1 == *argc || argv[i + 1][0] == '-';
        if (strcmp(argv[i], "--now") != 0 || !bare)
            continue;
        *flag = true;
        memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i - 1) * sizeof argv[0]);
        *argc -= 1;
        i--;
    }
}

bool cli_parse(struct app *app, struct cli_common *common, const struct cli_option *options,
               size_t option_count, int *argc, char **argv, int *exit_code)
{
    enum { OPT_CONFIG = 256, OPT_NOW, OPT_JSON, OPT_HELP, OPT_FIRST };
    struct option longs[OPTIONS_MOST + 6] = {{"config", required_argument, NULL, OPT_CONFIG},
                                             {"now", required_argument, NULL, OPT_NOW},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"help", no_argument, NULL, OPT_HELP}};
    size_t count = 4;
    struct err err = {0};
    take_bare_now(options, option_count, argc, argv);
    for (size_t i = 0; i < option_count; i++)
        longs[count++] = (struct option){options[i].name,
                                         options[i].value != NULL ? required_argument : no_argument,
                                         NULL, OPT_FIRST + (int)i};
    *common = (struct cli_common){0};
    int operands = 0; /* never ahead of what getopt has read, so argv itself can hold them */
    optind = 0;
    opterr = 0;
    for (int c; (c = getopt_long(*argc, argv, "-:", longs, NULL)) != -1;) {
        if (c == 1)
            argv[operands++] = optarg;
        else if (c == OPT_CONFIG)
            app->config_given = optarg;
        else if (c == OPT_NOW) {
            if (clock_parse(&app->now_given_ms, optarg, &err) != OK) {
                *exit_code = cli_usage("--now: %s", err.text);
                return false;
            }
        } else if (c == OPT_JSON)
            common->json = true;
        else if (c == OPT_HELP) {
            print_usage(stdout);
            *exit_code = EXIT_DONE;
            return false;
        } else if (c == ':') {
            *exit_code = cli_usage("%s: needs a value", argv[optind - 1]);
            return false;
        } else if (c >= OPT_FIRST && (size_t)(c - OPT_FIRST) < option_count) {
            const struct cli_option *option = &options[c - OPT_FIRST];
            if (option->value != NULL)
                *option->value = optarg;
            else
                *option->flag = true;
        } else {
            *exit_code = unknown_option(argv[optind - 1], longs, count);
            return false;
        }
    }
    while (optind < *argc)
        argv[operands++] = argv[optind++];
    *argc = operands;
    return true;
}

/* Standard descriptors must be open: a socket must never become number 2. */
static void check_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
            _exit(EXIT_AGAIN);
}

int cli_main(int argc, char **argv)
{
    check_descriptors();
    (void)umask(077);
    if (argc == 3 && strcmp(argv[1], CHILD_WORD) == 0) {
        child_harden(argv[2]);
        return child_main(argv[2]);
    }
    (void)signal(SIGPIPE, SIG_IGN);
    log_init("dispatcher", LOG_INFO);
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)printf("tocsin %s\n", TOCSIN_VERSION);
        return EXIT_DONE;
    }
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        struct app app;
        app_init(&app);
        current = &commands[i];
        char actor[40];
        (void)snprintf(actor, sizeof actor, "command:%s", commands[i].name);
        app.actor = actor;
        int code = commands[i].run(&app, argc - 1, argv + 1);
        app_close(&app);
        return code;
    }
    int near = nearest_name(argv[1], names, COMMANDS);
    if (near >= 0)
        (void)fprintf(stderr, "tocsin: %s: unknown command: did you mean %s?\n", argv[1],
                      names[near]);
    else
        (void)fprintf(stderr, "tocsin: %s: unknown command: see tocsin --help\n", argv[1]);
    return EXIT_USAGE;
}
