/* Usage lines and pages of help, wrapped. */
#include "usage/usage.h"

#include <string.h>

#define TAB 18 /* where meanings begin */

/* Words of text from column at on; a line that is full goes on at indent. */
static size_t add_wrapped(struct str *out, size_t at, size_t indent, const char *text)
{
    bool first = true;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        if (text[0] == '[' && strchr(text, ']') != NULL)
            size = (size_t)(strchr(text, ']') - text) + 1; /* [--who NAME] stays whole */
        if (!first && at + 1 + size > USAGE_WIDTH) {
            str_addf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            str_add_c(out, ' ');
            at++;
        }
        str_add_n(out, text, size);
        at += size;
        first = false;
        text += size;
        text += strspn(text, " ");
    }
    return at;
}

/* Whether `needs` names the option: then it stands in the usage line already. */
static bool is_needed(const struct usage_sub *sub, const char *option)
{
    const size_t size = strlen(option);
    for (const char *at = sub->needs; (at = strstr(at, "--")) != NULL; at += 2)
        if (strncmp(at + 2, option, size) == 0 && strchr(" |)]", at[2 + size]) != NULL)
            return true;
    return false;
}

static void add_name(struct str *out, const struct usage_command *command,
                     const struct usage_sub *sub)
{
    str_addf(out, "tocsin %s", command->name);
    if (sub != NULL && sub->name[0] != '\0')
        str_addf(out, " %s", sub->name);
}

static bool has_words(const struct usage_command *command)
{
    return command->count > 1 || command->subs[0].name[0] != '\0';
}

void usage_add_line(struct str *out, const struct usage_command *command,
                    const struct usage_sub *sub)
{
    struct str line;
    str_init(&line, STR_LIMIT_LINE);
    if (sub == NULL && !has_words(command))
        sub = &command->subs[0];
    add_name(&line, command, sub);
    if (sub == NULL)
        str_add(&line, " SUBCOMMAND ...");
    else {
        if (sub->needs[0] != '\0')
            str_addf(&line, " %s", sub->needs);
        for (size_t i = 0; i < USAGE_OPTIONS_MOST && sub->options[i].name != NULL; i++) {
            const struct usage_option *o = &sub->options[i];
            if (!is_needed(sub, o->name))
                str_addf(&line, " [--%s%s%s]", o->name, o->value != NULL ? " " : "",
                         o->value != NULL ? o->value : "");
        }
    }
    str_add(out, "usage: ");
    (void)add_wrapped(out, 7, 11, str_text(&line));
    str_add_c(out, '\n');
    str_dispose(&line);
}

/* "  NAME  meaning", the meaning of a long name on the next line. */
static void add_row(struct str *out, const char *name, const char *means)
{
    str_addf(out, "  %s", name);
    size_t at = 2 + strlen(name);
    if (at + 2 > TAB) {
        str_add_c(out, '\n');
        at = 0;
    }
    str_addf(out, "%*s", (int)(TAB - at), "");
    (void)add_wrapped(out, TAB, TAB, means);
    str_add_c(out, '\n');
}

static void add_paragraph(struct str *out, const char *text)
{
    (void)add_wrapped(out, 0, 0, text);
    str_add_c(out, '\n');
}

static void add_example(struct str *out, const char *example)
{
    str_addf(out, "\nexample:\n  %s\n", example); /* not wrapped: it is to be copied */
}

static void add_end(struct str *out, const struct usage_command *command)
{
    str_addf(out,
             "\nEverywhere: --config FILE, --json, --now INSTANT (test stores only), --help.\n"
             "All of it: man tocsin, %s.\n",
             command->name);
}

void usage_add_all(struct str *out)
{
    str_addf(out,
             "tocsin %s - tells every regulator, hospital and complaint desk that must know\n\n"
             "usage: tocsin COMMAND [SUBCOMMAND] [OPERANDS] [OPTIONS]\n",
             TOCSIN_VERSION);
    for (size_t g = 0; g < usage_group_count; g++) {
        str_addf(out, "\n%s\n", usage_groups[g]->name);
        for (size_t i = 0; i < usage_groups[g]->count; i++)
            str_addf(out, "  %-9s %s\n", usage_groups[g]->commands[i].name,
                     usage_groups[g]->commands[i].means);
    }
    str_add(out, "\nexample:\ntocsin init site --test\n\n"
                 "Everywhere: --config FILE, --json, --now INSTANT (test stores only), --help.\n"
                 "`tocsin help COMMAND [SUBCOMMAND]` tells more, `man tocsin` all of it.\n");
}

void usage_add_command(struct str *out, const struct usage_command *command)
{
    if (!has_words(command)) {
        usage_add_sub(out, command, &command->subs[0]);
        return;
    }
    usage_add_line(out, command, NULL);
    str_addf(out, "%s\n\n", command->means);
    for (size_t i = 0; i < command->count; i++) {
        const struct usage_sub *sub = &command->subs[i];
        add_row(out, sub->name[0] != '\0' ? sub->name : sub->needs, sub->means);
    }
    add_example(out, command->subs[0].example);
    str_addf(out, "\nThe options of each: tocsin help %s SUBCOMMAND\nAll of it: man tocsin, %s.\n",
             command->name, command->name);
}

void usage_add_sub(struct str *out, const struct usage_command *command,
                   const struct usage_sub *sub)
{
    usage_add_line(out, command, sub);
    add_paragraph(out, sub->means);
    if (sub->options[0].name != NULL)
        str_add_c(out, '\n');
    for (size_t i = 0; i < USAGE_OPTIONS_MOST && sub->options[i].name != NULL; i++) {
        const struct usage_option *o = &sub->options[i];
        struct str name;
        str_init(&name, STR_LIMIT_LINE);
        str_addf(&name, "--%s%s%s", o->name, o->value != NULL ? " " : "",
                 o->value != NULL ? o->value : "");
        add_row(out, str_text(&name), o->means);
        str_dispose(&name);
    }
    if (sub->more != NULL) {
        str_add_c(out, '\n');
        add_paragraph(out, sub->more);
    }
    add_example(out, sub->example);
    add_end(out, command);
}
