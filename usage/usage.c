/* What was asked for: names are found here, usage/page prints. */
#include "usage/usage.h"

#include "base/nearest.h"

#include <string.h>

#define NAMES_MOST 64

const struct usage_group *const usage_groups[] = {&usage_setup, &usage_publish, &usage_follow,
                                                  &usage_cases, &usage_routine, &usage_prove};
const size_t usage_group_count = sizeof usage_groups / sizeof usage_groups[0];

const struct usage_command *usage_command(const char *name)
{
    for (size_t g = 0; g < usage_group_count; g++)
        for (size_t i = 0; i < usage_groups[g]->count; i++)
            if (text_equal(usage_groups[g]->commands[i].name, name))
                return &usage_groups[g]->commands[i];
    return NULL;
}

const char *usage_near_command(const char *word)
{
    const char *names[NAMES_MOST];
    size_t count = 0;
    for (size_t g = 0; g < usage_group_count; g++)
        for (size_t i = 0; i < usage_groups[g]->count && count < NAMES_MOST; i++)
            names[count++] = usage_groups[g]->commands[i].name;
    const int near = nearest_name(word, names, count);
    return near >= 0 ? names[near] : NULL;
}

/* How many operands the name takes, or -1 when they are others. */
static int words_met(const char *name, int count, const char *const operands[])
{
    int met = 0;
    for (const char *at = name; *at != '\0'; met++) {
        const size_t size = strcspn(at, " ");
        if (met == count || strlen(operands[met]) != size || memcmp(operands[met], at, size) != 0)
            return -1;
        at += size;
        at += *at == ' ' ? 1 : 0;
    }
    return met;
}

const struct usage_sub *usage_sub(const struct usage_command *command, int count,
                                  const char *const operands[])
{
    const struct usage_sub *best = NULL;
    int most = -1;
    for (size_t i = 0; i < command->count; i++) {
        const int met = words_met(command->subs[i].name, count, operands);
        if (met > most) {
            best = &command->subs[i];
            most = met;
        }
    }
    return best;
}

bool usage_takes(const struct usage_sub *sub, const char *option)
{
    for (size_t i = 0; i < USAGE_OPTIONS_MOST && sub->options[i].name != NULL; i++)
        if (strcmp(sub->options[i].name, option) == 0)
            return true;
    return false;
}

/* The first word of a name of two: `key` of `key show`. */
static bool begins_with(const char *name, const char *word)
{
    const size_t size = strlen(word);
    return size > 0 && strncmp(name, word, size) == 0 && name[size] == ' ';
}

void usage_add_unknown(struct str *out, const struct usage_command *command, int count,
                       const char *const operands[])
{
    const char *names[NAMES_MOST] = {0};
    const size_t known = command->count < NAMES_MOST ? command->count : NAMES_MOST;
    const char *word = count > 0 ? operands[0] : "";
    bool some = false;
    for (size_t i = 0; i < known; i++) {
        names[i] = command->subs[i].name;
        some = some || begins_with(names[i], word);
    }
    const int near = count > 0 ? nearest_name(word, names, known) : -1;
    if (count > 0)
        str_addf(out, "%s: %s", word, some ? "say which" : "there is no such subcommand");
    if (!some && near >= 0) {
        str_addf(out, ": did you mean %s?", names[near]);
        return;
    }
    str_add(out, count > 0 ? ": " : "say what: ");
    const char *between = "";
    for (size_t i = 0; i < known; i++)
        if (!some || begins_with(names[i], word)) {
            str_addf(out, "%s%s", between, names[i]);
            between = ", ";
        }
}
