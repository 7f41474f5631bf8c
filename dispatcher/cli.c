#include "dispatcher/cli.h"

#include "base/log.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "dispatcher/op.h"
#include "dispatcher/run/child.h"
#include "usage/usage.h"

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

/* What each one means stands in usage/. */
static const struct command commands[] = {
    {"init", command_init},       {"doctor", command_doctor},   {"config", command_config},
    {"party", command_party},     {"product", command_product}, {"key", command_key},
    {"rules", command_rules},     {"policy", command_policy},   {"check", command_check},
    {"cvss", command_cvss},       {"order", command_order},     {"submit", command_submit},
    {"waive", command_waive},     {"approve", command_approve}, {"plan", command_plan},
    {"run", command_run},         {"status", command_status},   {"chase", command_chase},
    {"ack", command_ack},         {"task", command_task},       {"notice", command_notice},
    {"receipt", command_receipt}, {"case", command_case},       {"advisory", command_advisory},
    {"digest", command_digest},   {"drill", command_drill},     {"evidence", command_evidence},
    {"store", command_store},
};
#define COMMANDS (sizeof commands / sizeof commands[0])

/* For help and usage lines; set once per process. */
static const struct usage_command *current;
static const struct usage_sub *current_sub; /* NULL: none yet, or none of its */

static void add_page(struct str *out, const struct usage_command *command,
                     const struct usage_sub *sub)
{
    if (command == NULL)
        usage_add_all(out);
    else if (sub == NULL)
        usage_add_command(out, command);
    else
        usage_add_sub(out, command, sub);
}

static int print_help(void)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    add_page(&out, current, current_sub);
    const bool put = cli_put(&out);
    str_dispose(&out);
    return put ? EXIT_DONE : EXIT_AGAIN;
}

/* "case fact: " */
static void print_where(void)
{
    const char *sub = current_sub != NULL ? current_sub->name : "";
    (void)fprintf(stderr, "tocsin: %s%s%s: ", current != NULL ? current->name : "usage",
                  sub[0] != '\0' ? " " : "", sub);
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
    print_where();
    (void)vfprintf(stderr, format, args);
    (void)fputc('\n', stderr);
    va_end(args);
    if (current != NULL) {
        struct str out;
        str_init(&out, STR_LIMIT_TEXT);
        usage_add_line(&out, current, current_sub);
        str_addf(&out, "more: tocsin help %s%s%s\n", current->name,
                 current_sub != NULL && current_sub->name[0] != '\0' ? " " : "",
                 current_sub != NULL ? current_sub->name : "");
        (void)fputs(str_text(&out), stderr);
        str_dispose(&out);
    }
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
        (void)fprintf(stderr,
                      "tocsin: standard output: %s: it must be read to its end, or have room\n",
                      strerror(errno));
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

static int unknown_command(const char *word)
{
    const char *near = usage_near_command(word);
    if (near != NULL)
        (void)fprintf(stderr, "tocsin: %s: unknown command: did you mean %s?\n", word, near);
    else
        (void)fprintf(stderr, "tocsin: %s: unknown command: see tocsin help\n", word);
    return EXIT_USAGE;
}

static int unknown_sub(int operands, const char *const argv[])
{
    struct str out;
    str_init(&out, STR_LIMIT_LINE);
    usage_add_unknown(&out, current, operands, argv);
    const int code = cli_usage("%s", str_text(&out));
    str_dispose(&out);
    return code;
}

/*
 * `--now` is an instant for all commands; for one that has a flag of this name it is that flag when
 * no instant stands behind it.
 */
static void take_bare_now(uint32_t *seen, const struct cli_option *options, size_t count, int *argc,
                          char **argv)
{
    size_t now = 0;
    while (now < count && strcmp(options[now].name, "now") != 0)
        now++;
    for (int i = 1; now < count && i < *argc; i++) {
        const bool bare = i + 1 == *argc || argv[i + 1][0] == '-';
        if (strcmp(argv[i], "--now") != 0 || !bare)
            continue;
        *options[now].flag = true;
        *seen |= UINT32_C(1) << now;
        memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i - 1) * sizeof argv[0]);
        *argc -= 1;
        i--;
    }
}

/*
 * Which subcommand it is, and whether what was said belongs to it: an option that would be without
 * effect is refused. false: said so.
 */
static bool settle(const struct cli_option *options, size_t count, uint32_t seen, int operands,
                   const char *const argv[])
{
    current_sub = usage_sub(current, operands, argv);
    if (current_sub == NULL) {
        (void)unknown_sub(operands, argv);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if ((seen & UINT32_C(1) << i) != 0 && !usage_takes(current_sub, options[i].name)) {
            (void)cli_usage("--%s does not belong here: take it away", options[i].name);
            return false;
        }
    return true;
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
    uint32_t seen = 0; /* OPTIONS_MOST bits: which of the command's own */
    bool help = false;
    take_bare_now(&seen, options, option_count, argc, argv);
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
        else if (c == OPT_HELP)
            help = true;
        else if (c == ':') {
            *exit_code = cli_usage("%s: needs a value", argv[optind - 1]);
            return false;
        } else if (c >= OPT_FIRST && (size_t)(c - OPT_FIRST) < option_count) {
            const struct cli_option *option = &options[c - OPT_FIRST];
            if (option->value != NULL)
                *option->value = optarg;
            else
                *option->flag = true;
            seen |= UINT32_C(1) << (c - OPT_FIRST);
        } else {
            current_sub = usage_sub(current, operands, (const char *const *)argv);
            *exit_code = unknown_option(argv[optind - 1], longs, count);
            return false;
        }
    }
    while (optind < *argc)
        argv[operands++] = argv[optind++];
    *argc = operands;
    if (help) {
        current_sub = usage_sub(current, operands, (const char *const *)argv);
        *exit_code = print_help();
        return false;
    }
    if (settle(options, option_count, seen, operands, (const char *const *)argv))
        return true;
    *exit_code = EXIT_USAGE;
    return false;
}

/* `tocsin help [COMMAND [SUBCOMMAND]]`: argv begins behind the word. */
static int show_help(int argc, char **argv)
{
    if (argc > 0 && (current = usage_command(argv[0])) == NULL)
        return unknown_command(argv[0]);
    const char *const *words = (const char *const *)argv + 1;
    if (argc > 1 && (current_sub = usage_sub(current, argc - 1, words)) == NULL)
        return unknown_sub(argc - 1, words);
    return print_help();
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
    if (argc < 2) {
        (void)fputs("tocsin: say what to do: a command; `tocsin help` lists them\n", stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return show_help(argc - 2, argv + 2);
    if (strcmp(argv[1], "--version") == 0) {
        struct str line;
        str_init(&line, STR_LIMIT_LINE);
        str_addf(&line, "tocsin %s\n", TOCSIN_VERSION);
        const int shown = cli_put(&line) ? EXIT_DONE : EXIT_AGAIN;
        str_dispose(&line);
        return shown;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        struct app app;
        app_init(&app);
        current = usage_command(commands[i].name);
        char actor[40];
        (void)snprintf(actor, sizeof actor, "command:%s", commands[i].name);
        app.actor = actor;
        int code = commands[i].run(&app, argc - 1, argv + 1);
        app_close(&app);
        if (code == EXIT_DONE && (fflush(stdout) != 0 || ferror(stdout) != 0)) {
            (void)fputs("tocsin: standard output: cannot be written: make room\n", stderr);
            code = EXIT_AGAIN; /* who reads it would take half for the whole */
        }
        return code;
    }
    return unknown_command(argv[1]);
}
