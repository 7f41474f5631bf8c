/*
 * dispatcher/cli - the command line: a table of subcommands, common options, exit codes, errors.
 *
 * Exit codes: 0 done, 1 the answer is no (refused, missing, not proven), 2 usage, configuration or
 * unreadable, 3 failed, try again. Errors: "tocsin: WHERE: WHAT: what to do" on standard error.
 */
#ifndef TOCSIN_DISPATCHER_CLI_H
#define TOCSIN_DISPATCHER_CLI_H

#include "base/frame.h"
#include "dispatcher/app.h"

enum cli_exit { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_AGAIN = 3 };

struct command {
    const char *name; /* what it means, and what belongs to it: usage/usage.h */
    int (*run)(struct app *app, int argc, char **argv);
};

/* What every command accepts besides its own. */
struct cli_common {
    bool json;
};

/*
 * An option of one command: exactly one of value and flag is set. A flag called "now" is taken
 * where no instant stands behind it.
 */
struct cli_option {
    const char *name; /* without "--" */
    const char **value;
    bool *flag;
};

/*
 * Parse argv of a subcommand (argv[0] is its name). Afterwards argv[0] to argv[*argc - 1] are the
 * operands, in order. false: *exit_code is to be returned (help was printed, or usage was wrong:
 * also where there is no such subcommand, or an option that does not belong to it).
 */
bool cli_parse(struct app *app, struct cli_common *common, const struct cli_option *options,
               size_t option_count, int *argc, char **argv, int *exit_code);

/* A file or folder that is to be read, or "-"; false: said why not, *exit_code is to be returned.
 */
bool cli_is_there(const char *path, int *exit_code);
/* Print the error and give the exit code for it. */
int cli_fail(const struct err *err);
/* Says the one wrong thing, and the usage line of this subcommand alone; EXIT_USAGE. */
int cli_usage(const char *format, ...) PRINTF_LIKE(1, 2);
/* Write to standard output; false when it cannot be written (disk full, closed pipe). */
bool cli_put(const struct str *out);
/* What a terminal may be given: signs that would steer it, or turn what is read, do neither. */
void cli_tame(struct str *out, struct bytes text);
/* Have an operation carried out (dispatcher/op), print what it says; the exit code. Takes request.
 */
int cli_call(struct app *app, struct frame_out *request);
/* The evidence log of app's store, entry by entry. ERR_REFUSED: where it is bad. */
MUST_USE enum status cli_check_log(struct app *app, int64_t *out_count, struct err *err);
/* Standard output is a terminal. */
bool cli_terminal(void);
/* One advisory through the gate as `check` does it; the exit code. */
int cli_check(struct app *app, const char *path, bool json);

int cli_main(int argc, char **argv);

/* The subcommands, in the files of their groups. */
int command_init(struct app *app, int argc, char **argv);
int command_doctor(struct app *app, int argc, char **argv);
int command_config(struct app *app, int argc, char **argv);
int command_party(struct app *app, int argc, char **argv);
int command_product(struct app *app, int argc, char **argv);
int command_key(struct app *app, int argc, char **argv);
int command_rules(struct app *app, int argc, char **argv);
int command_policy(struct app *app, int argc, char **argv);
int command_case(struct app *app, int argc, char **argv);
int command_check(struct app *app, int argc, char **argv);
int command_cvss(struct app *app, int argc, char **argv);
int command_order(struct app *app, int argc, char **argv);
int command_submit(struct app *app, int argc, char **argv);
int command_approve(struct app *app, int argc, char **argv);
int command_waive(struct app *app, int argc, char **argv);
int command_advisory(struct app *app, int argc, char **argv);
int command_plan(struct app *app, int argc, char **argv);
int command_run(struct app *app, int argc, char **argv);
int command_status(struct app *app, int argc, char **argv);
int command_chase(struct app *app, int argc, char **argv);
int command_ack(struct app *app, int argc, char **argv);
int command_task(struct app *app, int argc, char **argv);
int command_notice(struct app *app, int argc, char **argv);
int command_receipt(struct app *app, int argc, char **argv);
int command_digest(struct app *app, int argc, char **argv);
int command_drill(struct app *app, int argc, char **argv);
int command_evidence(struct app *app, int argc, char **argv);
int command_store(struct app *app, int argc, char **argv);
/* product affected: a serial number or UDI-DI, or (device NULL) a product, version may be NULL. */
int cli_affected(struct app *app, const char *device, const char *product, const char *version,
                 bool json);
/* evidence export: what was said on the command line, NULL where nothing was. */
struct cli_export {
    const char *advisory, *of_case, *to, *anchor, *reader;
    bool all;
};
int cli_export(struct app *app, const struct cli_export *asked, bool as_json);
/* evidence disclose: values for who has the bundle already. */
int cli_disclose(struct app *app, const char *bundle, const struct cli_export *asked, bool as_json);
/* evidence erase: takes out what is kept of a person. */
int cli_erase(struct app *app, const char *subject, const char *by, const char *reason);
/* evidence key: what is show or rotate; by and reason may be NULL. */
int cli_log_key(struct app *app, const char *what, const char *by, const char *reason,
                bool as_json);
/* evidence epoch end: what was said, NULL where nothing was. */
struct cli_epoch {
    const char *by, *reason, *signature;
    bool yes, print;
};
int cli_epoch_end(struct app *app, const struct cli_epoch *asked);
/* evidence verify: needs no configuration and no store. anchor_file and
 * disclosed may be NULL. */
int cli_verify_bundle(const char *path, const char *anchor_file, const char *disclosed,
                      bool as_json);

#endif
