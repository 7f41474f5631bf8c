/* The pages show the tables, and what is printed for people reads back. */
#include "tests/config/fixture.h"

#include "base/file.h"
#include "config/order.h"
#include "config/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *page, *begin, *end;
    void (*print)(struct str *out);
} pages[] = {
    {"tocsin.conf.5", ".\\\" settings: printed from config/table.c\n", ".\\\" end of settings\n",
     settings_print_manual},
    {"tocsin-order.5", ".\\\" fields: printed from config/order.c\n", ".\\\" end of fields\n",
     order_print_manual},
};

/* A setting without its manual entry, or an entry of a setting that is gone, fails here. */
START_TEST(the_manual_page_shows_the_table)
{
    struct err err = {0};
    struct str page, want;
    char *path = xprintf("%s/docs/man/%s", TEST_SOURCE_DIR, pages[_i].page);
    str_init(&page, STR_LIMIT_TEXT);
    str_init(&want, STR_LIMIT_TEXT);
    ck_assert_msg(file_read(&page, path, STR_LIMIT_TEXT, &err) == OK, "%s", err.text);
    str_add(&want, pages[_i].begin);
    pages[_i].print(&want);
    str_add(&want, pages[_i].end);
    ck_assert_msg(strstr(str_text(&page), str_text(&want)) != NULL,
                  "docs/man/%s differs from its table: put what test_config_manual --print %d "
                  "prints between the two marks",
                  pages[_i].page, _i);
    str_dispose(&page);
    str_dispose(&want);
    free(path);
}
END_TEST

static void check_about(const struct sheet *sheet, const char *manual)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const struct field *field = &sheet->fields[i];
        char *entry = xprintf(".B %s\n", field->name);
        ck_assert_msg(strstr(manual, entry) != NULL, "%s", field->name);
        ck_assert_msg(strlen(field->about) > 8 && field->about[strlen(field->about) - 1] != ' ',
                      "%s", field->name);
        ck_assert_msg((field->preset == NULL) != (field->sample == NULL), "%s", field->name);
        free(entry);
        if (field->items != NULL)
            check_about(field->items, manual);
    }
}

START_TEST(every_setting_has_an_entry_and_either_a_default_or_an_example)
{
    struct str manual;
    str_init(&manual, STR_LIMIT_TEXT);
    settings_print_manual(&manual);
    check_about(&settings_sheet, str_text(&manual));
    ck_assert_uint_gt(settings_sheet.count, 35);
    str_dispose(&manual);
}
END_TEST

/* Takes the # away from every line that shows an example. */
static char *uncomment(const char *text)
{
    struct str out;
    str_init(&out, STR_LIMIT_TEXT);
    for (const char *line = text; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        size_t indent = strspn(line, " ");
        size_t mark = indent + (line[indent] == '#' && line[indent + 1] != ' ' ? 1 : 0);
        str_add_n(&out, line + mark, size - mark);
        str_add_c(&out, '\n');
        line += size + (line[size] == '\n');
    }
    return str_take(&out);
}

START_TEST(the_printed_defaults_with_their_examples_load)
{
    struct settings *settings = NULL;
    struct err err = {0};
    struct str printed;
    str_init(&printed, STR_LIMIT_TEXT);
    settings_print_default(&printed);
    char *text = uncomment(str_text(&printed));
    fixture_write("relay.secret", bytes_of("x\n"), 0600);
    fixture_write("relay-ca.pem", bytes_of("x\n"), 0644);
    ck_assert_msg(fixture_load(&settings, text, &err) == OK, "%s\n%s", err.text, text);
    ck_assert_str_eq(settings->mail.helo, "tocsin.example.com");
    ck_assert_uint_eq(settings->digest_count, 1);
    ck_assert_int_eq(settings->digests[0].for_kind, PARTY_HDO);
    ck_assert_ptr_null(settings->digests[0].only);
    ck_assert_str_eq(settings->digests[0].zone, "UTC");
    ck_assert_uint_eq(settings->digests[0].holidays, 0);
    ck_assert_str_eq(settings->watch, fixture_path("incoming"));
    ck_assert_uint_eq(settings->evidence.timestamp_count, 1);
    ck_assert_str_eq(settings->evidence.timestamps[0].ca_file, fixture_path("tsa-ca.pem"));
    ck_assert_ptr_null(settings->evidence.timestamps[0].tls_ca);
    ck_assert_int_eq(settings->evidence.timestamp_every_ms, MS_HOUR);
    settings_free(settings);

    /* And with the # in place only what has no default is missing. */
    ck_assert_int_eq(fixture_load(&settings, str_text(&printed), &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, ": maker.name: is missing: add name = "));
    str_dispose(&printed);
    free(text);
}
END_TEST

START_TEST(the_effective_settings_load_to_the_same)
{
    struct settings *first = NULL, *second = NULL;
    struct err err = {0};
    struct str one, two;
    str_init(&one, STR_LIMIT_TEXT);
    str_init(&two, STR_LIMIT_TEXT);
    char *text = fixture_broken(
        "relay = \"m",
        "user = \"a\\\"b\\\\\"; password_file = \"relay.secret\"; deadline = \"90s\"; "
        "size_limit = \"100000\"; relay = \"m");
    char *more =
        xprintf("%sevidence = { timestamps = ( { url = \"http://a.example/?x=1\"; ca_file = "
                "\"a.pem\"; policy = \"1.2.3\"; }, { url = \"https://b.example\"; ca_file = "
                "\"b.pem\"; tls_ca_file = \"/c.pem\"; } ); timestamp_every = \"6h\"; };\n",
                text);
    fixture_write("relay.secret", bytes_of("hunter2\n"), 0600);
    ck_assert_msg(fixture_load(&first, more, &err) == OK, "%s", err.text);
    settings_print_effective(&one, first);
    ck_assert_msg(fixture_load(&second, str_text(&one), &err) == OK, "%s\n%s", err.text,
                  str_text(&one));
    settings_print_effective(&two, second);
    ck_assert_str_eq(str_text(&one), str_text(&two));
    ck_assert_str_eq(second->mail.user, "a\"b\\");
    ck_assert_int_eq(second->mail.deadline_ms, 90 * MS_SECOND);
    ck_assert_int_eq(second->mail.size_limit, 100000);
    ck_assert_uint_eq(second->people[1].roles, first->people[1].roles);
    ck_assert_ptr_null(strstr(str_text(&one), "hunter2"));
    ck_assert_uint_eq(second->evidence.timestamp_count, 2);
    ck_assert_str_eq(second->evidence.timestamps[0].policy, "1.2.3");
    ck_assert_str_eq(second->evidence.timestamps[1].tls_ca, "/c.pem");
    settings_free(first);
    settings_free(second);
    str_dispose(&one);
    str_dispose(&two);
    free(text);
    free(more);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, the_manual_page_shows_the_table, 0, 2);
    tcase_add_test(tc, every_setting_has_an_entry_and_either_a_default_or_an_example);
    tcase_add_test(tc, the_printed_defaults_with_their_examples_load);
    tcase_add_test(tc, the_effective_settings_load_to_the_same);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--print") == 0) {
        struct str section;
        str_init(&section, STR_LIMIT_TEXT);
        pages[strcmp(argv[2], "1") == 0].print(&section);
        (void)fputs(str_text(&section), stdout);
        str_dispose(&section);
        return 0;
    }
    return fixture_run("config.manual", add);
}
