/*
 * usage - how the program is asked: every command, subcommand and option, with what it means.
 *
 * One table: help and usage lines are printed from it, and an option that does not belong to a
 * subcommand is refused by it. tests/usage holds it against the manual page. What is printed is
 * at most USAGE_WIDTH columns wide.
 */
#ifndef TOCSIN_USAGE_USAGE_H
#define TOCSIN_USAGE_USAGE_H

#include "base/str.h"

#define USAGE_WIDTH 90
#define USAGE_OPTIONS_MOST 16

struct usage_option {
    const char *name;  /* without "--"; NULL ends the list */
    const char *value; /* NULL: a flag */
    const char *means;
};

struct usage_sub {
    const char *name;  /* "fact", "key show"; "": the form without a word */
    const char *needs; /* operands, and the options without which it does not go */
    const char *means; /* one sentence */
    const char *example;
    const char *more; /* what else must be known, or NULL */
    struct usage_option options[USAGE_OPTIONS_MOST];
};

struct usage_command {
    const char *name, *means;
    const struct usage_sub *subs;
    size_t count;
};

/* As help prints them: "set up", "publish", ... */
struct usage_group {
    const char *name;
    const struct usage_command *commands;
    size_t count;
};
extern const struct usage_group usage_setup, usage_publish, usage_follow, usage_cases,
    usage_routine, usage_prove;
extern const struct usage_group *const usage_groups[];
extern const size_t usage_group_count;

/* NULL: there is no such command. */
const struct usage_command *usage_command(const char *name);
/* The nearest name of a command, or NULL. */
const char *usage_near_command(const char *word);
/*
 * The subcommand that these operands (behind the command's name) ask for: the longest name wins,
 * then the form without a word. NULL: none.
 */
const struct usage_sub *usage_sub(const struct usage_command *command, int count,
                                  const char *const operands[]);
/* Whether the option belongs to it. */
bool usage_takes(const struct usage_sub *sub, const char *option);

/* What is wrong with operands that ask for no subcommand, and what to say instead. */
void usage_add_unknown(struct str *out, const struct usage_command *command, int count,
                       const char *const operands[]);
/* "usage: tocsin case fact ID KIND ... [--who NAME]", wrapped. sub NULL: of the
 * whole command, which is its one form where it has no subcommands. */
void usage_add_line(struct str *out, const struct usage_command *command,
                    const struct usage_sub *sub);
/* `tocsin help`, `tocsin CMD --help`, `tocsin CMD SUB --help`. */
void usage_add_all(struct str *out);
void usage_add_command(struct str *out, const struct usage_command *command);
void usage_add_sub(struct str *out, const struct usage_command *command,
                   const struct usage_sub *sub);

#endif
