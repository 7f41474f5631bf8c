/*
 * Help: what it says is what stands in the manual page, all of it, and every line can be read.
 */
#include "base/file.h"
#include "clocks/rule_sheet.h"
#include "usage/usage.h"

#include <check.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *page; /* docs/man/tocsin.1 without the signs of roff */

/* Escaped dashes and fonts say nothing here. */
static void read_page(void)
{
    struct str raw, plain;
    struct err err = {0};
    str_init(&raw, STR_LIMIT_TEXT);
    str_init(&plain, STR_LIMIT_TEXT);
    ck_assert_msg(file_read(&raw, TEST_SOURCE_DIR "/docs/man/tocsin.1", 1 << 20, &err) == OK, "%s",
                  err.text);
    for (const char *at = str_text(&raw); *at != '\0'; at++) {
        if (*at == '\\' && at[1] == 'f' && at[2] != '\0')
            at += 2;
        else if (*at != '\\' && *at != '"')
            str_add_c(&plain, *at);
    }
    page = str_take(&plain);
    str_dispose(&raw);
}

static void free_page(void)
{
    free(page);
}

/* The section of a command: behind its .SS, up to the next one. Heap. */
static char *section(const char *name)
{
    char *head = xprintf("\n.SS %s\n", name);
    char *from = strstr(page, head);
    ck_assert_msg(from != NULL, "the manual has no section %s", name);
    from += strlen(head);
    free(head);
    const char *subsection = strstr(from, "\n.SS ");
    const char *whole = strstr(from, "\n.SH ");
    const char *end =
        subsection == NULL || (whole != NULL && whole < subsection) ? whole : subsection;
    return xstrndup(from, end != NULL ? (size_t)(end - from) + 1 : strlen(from));
}

static bool is_word_sign(char c)
{
    return isalnum((unsigned char)c) != 0 || c == '-';
}

static bool has_word(const char *text, const char *word)
{
    const size_t size = strlen(word);
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        if ((at == text || !is_word_sign(at[-1])) && !is_word_sign(at[size]))
            return true;
    return false;
}

/* An entry of its own: the line behind a .TP. */
static bool has_entry(const char *text, const char *option)
{
    char *word = xprintf("--%s", option);
    bool found = false;
    for (const char *at = text; !found && (at = strstr(at, ".TP\n")) != NULL; at += 4) {
        char *line = xstrndup(at + 4, strcspn(at + 4, "\n"));
        found = has_word(line, word);
        free(line);
    }
    free(word);
    return found;
}

struct one {
    const struct usage_command *command;
    const struct usage_sub *sub;
};
#define SUBS_MOST 128
static struct one all[SUBS_MOST];

static size_t list_all(void)
{
    size_t count = 0;
    for (size_t g = 0; g < usage_group_count; g++)
        for (size_t i = 0; i < usage_groups[g]->count; i++)
            for (size_t k = 0; k < usage_groups[g]->commands[i].count; k++) {
                ck_assert(count < SUBS_MOST);
                all[count].command = &usage_groups[g]->commands[i];
                all[count++].sub = &usage_groups[g]->commands[i].subs[k];
            }
    ck_assert(count > 70);
    return count;
}

static void check_width(const char *text)
{
    for (const char *line = text; *line != '\0';) {
        const size_t size = strcspn(line, "\n");
        ck_assert_msg(size <= USAGE_WIDTH, "%zu columns: %.*s", size, (int)size, line);
        line += size + (line[size] == '\n' ? 1 : 0);
    }
}

START_TEST(every_subcommand_and_option_of_the_help_is_in_the_manual)
{
    for (size_t i = 0, count = list_all(); i < count; i++) {
        const struct usage_sub *sub = all[i].sub;
        char *text = section(all[i].command->name);
        char *word = xstrdup(sub->name);
        char *rest = word;
        for (const char *next; (next = strsep(&rest, " ")) != NULL && *next != '\0';)
            ck_assert_msg(has_word(text, next), "the manual does not name %s %s",
                          all[i].command->name, sub->name);
        for (size_t k = 0; k < USAGE_OPTIONS_MOST && sub->options[k].name != NULL; k++)
            ck_assert_msg(has_entry(text, sub->options[k].name), "%s %s: --%s has no entry",
                          all[i].command->name, sub->name, sub->options[k].name);
        free(word);
        free(text);
    }
}
END_TEST

static bool is_sub(const struct usage_command *command, const char *word)
{
    for (size_t i = 0; i < command->count; i++) {
        const size_t size = strlen(word);
        if (strncmp(command->subs[i].name, word, size) == 0 &&
            (command->subs[i].name[size] == '\0' || command->subs[i].name[size] == ' '))
            return true;
    }
    return false;
}

static bool some_takes(const struct usage_command *command, const char *option)
{
    bool takes = false;
    for (size_t i = 0; i < command->count; i++)
        takes = takes || usage_takes(&command->subs[i], option);
    return takes;
}

/* The words behind "tocsin COMMAND " in the page, where they are no place-holders. */
START_TEST(every_subcommand_of_the_manual_is_in_the_help)
{
    size_t seen = 0;
    for (size_t i = 0, count = list_all(); i < count; i++) {
        const struct usage_command *command = all[i].command;
        char *head = xprintf("tocsin %s ", command->name);
        for (const char *at = page; (at = strstr(at, head)) != NULL;) {
            at += strlen(head);
            char *word = xstrndup(at, strspn(at, "abcdefghijklmnopqrstuvwxyz-"));
            if (command->subs[0].name[0] != '\0' && word[0] != '\0' && word[0] != '-') {
                ck_assert_msg(is_sub(command, word), "%s %s has no help", command->name, word);
                seen++;
            }
            free(word);
        }
        free(head);
    }
    ck_assert(seen > 50);
}
END_TEST

START_TEST(every_option_of_the_manual_is_in_the_help)
{
    size_t seen = 0;
    for (size_t i = 0, count = list_all(); i < count; i++) {
        char *text = section(all[i].command->name);
        for (char *at = text; (at = strstr(at, ".TP\n")) != NULL;) {
            at += 4;
            char *line = xstrndup(at, strcspn(at, "\n"));
            for (char *o = line; (o = strstr(o, "--")) != NULL; o++) {
                char *name = xstrndup(o + 2, strspn(o + 2, "abcdefghijklmnopqrstuvwxyz-"));
                ck_assert_msg(some_takes(all[i].command, name), "%s: --%s has no help",
                              all[i].command->name, name);
                free(name);
                seen++;
            }
            free(line);
        }
        free(text);
    }
    ck_assert(seen > 100);
}
END_TEST

START_TEST(each_page_of_help_is_narrow_and_has_an_example)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    usage_add_all(&out);
    check_width(str_text(&out));
    ck_assert_ptr_nonnull(strstr(str_text(&out), "man tocsin"));
    for (size_t i = 0, count = list_all(); i < count; i++) {
        char *call = xprintf("tocsin %s%s%s", all[i].command->name,
                             all[i].sub->name[0] != '\0' ? " " : "", all[i].sub->name);
        ck_assert_msg(text_starts(all[i].sub->example, call), "%s: %s", call, all[i].sub->example);
        str_reset(&out);
        usage_add_command(&out, all[i].command);
        check_width(str_text(&out));
        ck_assert_ptr_nonnull(strstr(str_text(&out), all[i].sub->name));
        str_reset(&out);
        usage_add_sub(&out, all[i].command, all[i].sub);
        check_width(str_text(&out));
        ck_assert_ptr_nonnull(strstr(str_text(&out), call));
        ck_assert_ptr_nonnull(strstr(str_text(&out), "\nexample:\n  tocsin "));
        ck_assert_ptr_nonnull(strstr(str_text(&out), "man tocsin, "));
        for (size_t k = 0; k < USAGE_OPTIONS_MOST && all[i].sub->options[k].name != NULL; k++) {
            char *row = xprintf("\n  --%s", all[i].sub->options[k].name);
            ck_assert_ptr_nonnull(strstr(str_text(&out), row));
            free(row);
        }
        free(call);
    }
    str_dispose(&out);
}
END_TEST

/* What an example shows, the program takes: its words lead there, its options belong there. */
START_TEST(each_example_is_a_line_of_its_subcommand)
{
    for (size_t i = 0, count = list_all(); i < count; i++) {
        const char *words[40] = {NULL};
        int number = 0;
        char *line = xstrdup(all[i].sub->example);
        char *rest = line;
        for (char *word; (word = strsep(&rest, " ")) != NULL && number < 40;)
            words[number++] = word;
        ck_assert_ptr_eq(usage_sub(all[i].command, number - 2, words + 2), all[i].sub);
        for (int k = 2; k < number; k++)
            if (text_starts(words[k], "--"))
                ck_assert_msg(usage_takes(all[i].sub, words[k] + 2), "%s", all[i].sub->example);
        for (const char *o = all[i].sub->needs; (o = strstr(o, "--")) != NULL; o++) {
            char *name = xstrndup(o + 2, strspn(o + 2, "abcdefghijklmnopqrstuvwxyz-"));
            ck_assert_msg(usage_takes(all[i].sub, name), "--%s: %s", name, all[i].sub->needs);
            free(name);
        }
        free(line);
    }
}
END_TEST

START_TEST(the_help_of_facts_names_every_trigger_of_the_rules)
{
    const char *operands[] = {"fact"};
    const struct usage_sub *fact = usage_sub(usage_command("case"), 1, operands);
    ck_assert_ptr_nonnull(fact);
    for (size_t i = 0; rule_triggers[i] != NULL; i++)
        ck_assert_msg(has_word(fact->more, rule_triggers[i]), "%s", rule_triggers[i]);
}
END_TEST

static const struct {
    const char *command, *first, *second, *found; /* found NULL: none */
    const char *said;
} asked[] = {
    {"case", "fact", "C-1", "fact", NULL},
    {"case", "fcat", NULL, NULL, "fcat: there is no such subcommand: did you mean fact?"},
    {"case", NULL, NULL, NULL, "say what: open, intake, list"},
    {"evidence", "key", NULL, NULL, "key: say which: key show, key rotate"},
    {"evidence", "key", "rotate", "key rotate", NULL},
    {"evidence", "key", "turn", NULL, "key: say which: key show, key rotate"},
    {"party", "zzzzzzzz", NULL, NULL, "there is no such subcommand: import, list"},
    {"drill", "EXM-1", NULL, "", NULL},
    {"drill", "show", "1", "show", NULL},
    {"doctor", "x", NULL, "", NULL},
};

START_TEST(a_subcommand_is_found_or_the_nearest_is_named)
{
    const char *operands[] = {asked[_i].first, asked[_i].second};
    const int count = (asked[_i].first != NULL) + (asked[_i].second != NULL);
    const struct usage_command *command = usage_command(asked[_i].command);
    const struct usage_sub *sub = usage_sub(command, count, operands);
    ck_assert_int_eq(sub != NULL, asked[_i].found != NULL);
    if (sub != NULL) {
        ck_assert_str_eq(sub->name, asked[_i].found);
        return;
    }
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    usage_add_unknown(&out, command, count, operands);
    ck_assert_msg(strstr(str_text(&out), asked[_i].said) != NULL, "%s", str_text(&out));
    str_dispose(&out);
}
END_TEST

START_TEST(a_usage_line_is_that_of_the_subcommand_alone)
{
    const char *operands[] = {"hold"};
    const struct usage_command *command = usage_command("case");
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    usage_add_line(&out, command, usage_sub(command, 1, operands));
    ck_assert_str_eq(
        str_text(&out),
        "usage: tocsin case hold ID JURISDICTION end|bypass --reason TEXT --by PERSON\n"
        "           [--proof FILE]\n");
    str_reset(&out);
    usage_add_line(&out, command, NULL);
    ck_assert_str_eq(str_text(&out), "usage: tocsin case SUBCOMMAND ...\n");
    str_reset(&out);
    usage_add_line(&out, usage_command("doctor"), NULL); /* has no subcommand to ask for */
    ck_assert_str_eq(str_text(&out), "usage: tocsin doctor\n");
    str_dispose(&out);
    ck_assert_str_eq(usage_near_command("statsu"), "status");
    ck_assert_ptr_null(usage_command("statsu"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("usage");
    TCase *tests = tcase_create("usage");
    tcase_add_checked_fixture(tests, read_page, free_page);
    tcase_add_test(tests, every_subcommand_and_option_of_the_help_is_in_the_manual);
    tcase_add_test(tests, every_subcommand_of_the_manual_is_in_the_help);
    tcase_add_test(tests, every_option_of_the_manual_is_in_the_help);
    tcase_add_test(tests, each_page_of_help_is_narrow_and_has_an_example);
    tcase_add_test(tests, each_example_is_a_line_of_its_subcommand);
    tcase_add_test(tests, the_help_of_facts_names_every_trigger_of_the_rules);
    tcase_add_loop_test(tests, a_subcommand_is_found_or_the_nearest_is_named, 0,
                        sizeof asked / sizeof asked[0]);
    tcase_add_test(tests, a_usage_line_is_that_of_the_subcommand_alone);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
