/* A good tocsin.conf: what is read, what is the default, where the file is looked for. */
#include "tests/config/fixture.h"

#include "base/file.h"
#include "config/country.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct settings *load_good(const char *text)
{
    struct settings *settings = NULL;
    struct err err = {0};
    enum status status = fixture_load(&settings, text, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    return settings;
}

START_TEST(the_example_of_the_documentation_is_read_whole)
{
    struct settings *s = load_good(good_text);
    ck_assert_str_eq(s->path, fixture_path("tocsin.conf"));
    ck_assert_str_eq(s->dir, fixture_dir());
    ck_assert_str_eq(s->maker.name, "Example Medical GmbH");
    ck_assert_str_eq(s->maker.id, "EXM");
    ck_assert_str_eq(s->maker.country, "DE");
    ck_assert_str_eq(s->mail.from, "psirt@example.com");
    ck_assert_str_eq(s->mail.reply, "psirt+{token}@example.com");
    ck_assert_str_eq(s->mail.relay_host, "mail.example.com");
    ck_assert_int_eq(s->mail.relay_port, 587);
    ck_assert_uint_eq(s->people_count, 2);
    ck_assert_str_eq(s->people[0].name, "Jana Weber");
    ck_assert_str_eq(s->people[0].key, fixture_path("keys/weber.asc"));
    ck_assert_uint_eq(s->people[0].roles, 1u << ROLE_PSIRT);
    ck_assert_uint_eq(s->people[0].line, 5);
    ck_assert_str_eq(s->people[1].mail, "meyer@example.com");
    ck_assert_str_eq(s->people[1].phone, "+49 30 2");
    ck_assert_str_eq(s->people[1].deputy, "weber");
    ck_assert_ptr_null(s->people[1].key);
    ck_assert_uint_eq(s->people[1].roles, 1u << ROLE_REGULATORY | 1u << ROLE_QUALITY);
    ck_assert_str_eq(s->store, fixture_path("tocsin.db"));
    settings_free(s);
}
END_TEST

START_TEST(what_is_not_said_has_the_default_of_the_manual)
{
    struct settings *s = load_good(good_text);
    ck_assert_ptr_null(s->maker.url);
    ck_assert_ptr_null(s->mail.user);
    ck_assert_ptr_null(s->mail.password_file);
    ck_assert_ptr_null(s->mail.ca_file);
    ck_assert_ptr_null(s->mail.helo);
    ck_assert_int_eq(s->mail.connections, 4);
    ck_assert_int_eq(s->mail.per_session, 100);
    ck_assert_int_eq(s->mail.deadline_ms, 120 * MS_SECOND);
    ck_assert_int_eq(s->mail.size_limit, 10 * 1024 * 1024);
    ck_assert_int_eq(s->mail.bounce_watch_ms, 72 * MS_HOUR);
    ck_assert_str_eq(s->mail.inbox, fixture_path("inbox"));
    ck_assert_int_eq(s->release.approvals, 1);
    ck_assert_uint_eq(s->release.roles, 1u << ROLE_REGULATORY | 1u << ROLE_QUALITY);
    ck_assert_int_eq(s->release.notify_within_ms, 24 * MS_HOUR);
    ck_assert_int_eq(s->release.answer_within_ms, 14 * MS_DAY);
    ck_assert_int_eq(s->sealing.clear, LEVEL_TLS);
    ck_assert_int_eq(s->sealing.green, LEVEL_SEALED);
    ck_assert_int_eq(s->sealing.sealers, 0);
    ck_assert_int_eq(s->sealing.immediate, FORM_PERSONAL);
    ck_assert_int_eq(s->sealing.update, FORM_PERSONAL);
    ck_assert_int_eq(s->retry.first_ms, 60 * MS_SECOND);
    ck_assert_int_eq(s->retry.most_ms, MS_HOUR);
    ck_assert_int_eq(s->retry.uncertain_ms, 10 * MS_MINUTE);
    ck_assert_int_eq(s->retry.crashes, 3);
    ck_assert_str_eq(s->outbox, fixture_path("outbox"));
    ck_assert_str_eq(s->keys, fixture_path("keys"));
    ck_assert_str_eq(s->secret, fixture_path("secret"));
    ck_assert_ptr_null(s->templates);
    ck_assert_ptr_null(s->watch);
    ck_assert_uint_eq(s->digest_count, 0);
    settings_free(s);
}
END_TEST

/* Each row puts something in place of a piece of the good text that must still load. */
static const struct {
    const char *old, *put;
} variants[] = {
    {"maker   =", "\xEF\xBB\xBFmaker ="},
    {"DE\"; };\n", "DE\"; };\r\n# a comment \xC3\xA4\r\n// another\r\n/* and { one [ more */\r\n"},
    {"mail.example.com:587", "mail.example.com"},
    {"mail.example.com:587", "127.0.0.1:2525"},
    {"mail.example.com:587", "localhost:1"},
    {"\"tocsin.db\"", "\"postgresql://tocsin@db.example.com:5432/tocsin\""},
    {"\"tocsin.db\"", "\"/var/lib/tocsin/tocsin.db\""},
    {"Example Medical GmbH", "B\\\\lack \\\"& Wh\xC3\xAFte\\\" {[( #1 // /* GmbH"},
    {"\"Example Medical GmbH\"", "\"Example \" \"Medical\""},
    {"approvals = 1;", "approvals = 2; roles = [ \"psirt\", \"regulatory\" ];"},
    {"approvals = 1;", "approvals = +1; notify_within = \"90s\";"},
    {"store   =", "templates : \"t\" watch = \"incoming\", mail2x = 1; store ="},
    {"+49 30 1", "reception: +49 30/123-45 (ask for PSIRT)"},
    {"psirt+{token}@", "{token}@"},
    {"store   =", "digest = ( { for = \"hdo\"; rrule = \"FREQ=MONTHLY;BYDAY=1MO;BYHOUR=8\"; },\n"
                  "{ for = \"regulator\"; rrule = \"FREQ=DAILY\"; } ); store ="},
    {"\"tocsin.db\";\n", "\"tocsin.db\" # the last line has no end"},
};

START_TEST(good_variants_load)
{
    bool unknown = strstr(variants[_i].put, "mail2x") != NULL;
    char *text = fixture_broken(variants[_i].old, variants[_i].put);
    struct settings *settings = NULL;
    struct err err = {0};
    enum status status = fixture_load(&settings, text, &err);
    if (unknown) /* the separators are good: only the name is not */
        ck_assert_str_eq(err.text, "tocsin.conf line 11: mail2x: unknown setting: did you mean "
                                   "mail?");
    else
        ck_assert_msg(status == OK, "%s: %s", variants[_i].put, err.text);
    settings_free(settings);
    free(text);
}
END_TEST

START_TEST(a_setting_holds_what_was_written)
{
    char *text = fixture_broken("Example Medical GmbH", "a\\\\b \\\"c\\\" \xE2\x82\xAC");
    struct settings *s = load_good(text);
    ck_assert_str_eq(s->maker.name, "a\\b \"c\" \xE2\x82\xAC");
    settings_free(s);
    free(text);

    text = fixture_broken("relay = \"m",
                          "connections = 16; per_session = 7; deadline = \"15m\"; "
                          "size_limit = \"512K\"; bounce_watch = \"3d\"; inbox = \"/m\"; "
                          "helo = \"h.example.com\"; user = \"u\"; password_file = \"p\"; "
                          "ca_file = \"p\"; relay = \"m");
    fixture_write("p", bytes_of("x"), 0400);
    s = load_good(text);
    ck_assert_int_eq(s->mail.connections, 16);
    ck_assert_int_eq(s->mail.per_session, 7);
    ck_assert_int_eq(s->mail.deadline_ms, 15 * MS_MINUTE);
    ck_assert_int_eq(s->mail.size_limit, 512 * 1024);
    ck_assert_int_eq(s->mail.bounce_watch_ms, 3 * MS_DAY);
    ck_assert_str_eq(s->mail.inbox, "/m");
    ck_assert_str_eq(s->mail.helo, "h.example.com");
    ck_assert_str_eq(s->mail.user, "u");
    ck_assert_str_eq(s->mail.password_file, fixture_path("p"));
    ck_assert_str_eq(s->mail.ca_file, fixture_path("p"));
    settings_free(s);
    free(text);
}
END_TEST

START_TEST(the_port_of_the_relay_is_587_unless_said)
{
    char *text = fixture_broken("mail.example.com:587", _i == 0 ? "mail.example.com" : "h:2525");
    struct settings *s = load_good(text);
    ck_assert_str_eq(s->mail.relay_host, _i == 0 ? "mail.example.com" : "h");
    ck_assert_int_eq(s->mail.relay_port, _i == 0 ? 587 : 2525);
    settings_free(s);
    free(text);
}
END_TEST

START_TEST(a_database_url_is_not_taken_for_a_path)
{
    char *text = fixture_broken("\"tocsin.db\"", "\"postgresql://db/tocsin\"");
    struct settings *s = load_good(text);
    ck_assert_str_eq(s->store, "postgresql://db/tocsin");
    settings_free(s);
    free(text);
}
END_TEST

START_TEST(a_person_is_found_by_id_and_by_role)
{
    struct settings *s = load_good(good_text);
    ck_assert_str_eq(settings_person(s, "meyer")->name, "Dr Eva Meyer");
    ck_assert_ptr_null(settings_person(s, "Meyer"));
    ck_assert_ptr_null(settings_person(s, NULL));
    ck_assert_str_eq(settings_owner(s, ROLE_QUALITY)->id, "meyer");
    ck_assert_str_eq(settings_owner(s, ROLE_SAFETY)->id, "weber"); /* nobody: psirt has it */
    ck_assert(person_has_role(settings_person(s, "meyer"), ROLE_REGULATORY));
    ck_assert(!person_has_role(settings_person(s, "meyer"), ROLE_PSIRT));
    settings_free(s);

    char *text = fixture_broken("[ \"psirt\" ]", "[ \"service\" ]");
    s = load_good(text);
    ck_assert_str_eq(settings_owner(s, ROLE_SAFETY)->id, "weber"); /* no psirt either: the first */
    settings_free(s);
    free(text);
}
END_TEST

START_TEST(the_file_is_looked_for_in_order)
{
    char *found = NULL;
    struct err err = {0};
    fixture_write("given.conf", bytes_of("#"), 0600);
    fixture_write("tocsin.conf", bytes_of("#"), 0600);
    fixture_write("environment.conf", bytes_of("#"), 0600);
    ck_assert_int_eq(chdir(fixture_dir()), 0);
    ck_assert_int_eq(setenv("TOCSIN_CONFIG", "environment.conf", 1), 0);

    ck_assert_int_eq(settings_find(&found, "given.conf", &err), OK);
    ck_assert_str_eq(found, fixture_path("given.conf"));
    free(found);
    ck_assert_int_eq(settings_find(&found, NULL, &err), OK);
    ck_assert_str_eq(found, fixture_path("environment.conf"));
    free(found);
    ck_assert_int_eq(unsetenv("TOCSIN_CONFIG"), 0);
    ck_assert_int_eq(settings_find(&found, NULL, &err), OK);
    ck_assert_str_eq(found, fixture_path("tocsin.conf"));
    free(found);
}
END_TEST

/* A file that was named and is not there must never be replaced by another one. */
START_TEST(a_named_file_that_is_missing_is_an_error)
{
    char *found = NULL;
    struct err err = {0};
    fixture_write("tocsin.conf", bytes_of("#"), 0600);
    ck_assert_int_eq(chdir(fixture_dir()), 0);
    ck_assert_int_eq(settings_find(&found, "none.conf", &err), ERR_NOT_FOUND);
    ck_assert_str_eq(err.text, "none.conf: there is no such file: check --config");
    ck_assert_int_eq(setenv("TOCSIN_CONFIG", "none.conf", 1), 0);
    ck_assert_int_eq(settings_find(&found, NULL, &err), ERR_NOT_FOUND);
    ck_assert_str_eq(err.text, "none.conf: there is no such file: check $TOCSIN_CONFIG");
    ck_assert_ptr_null(found);
}
END_TEST

START_TEST(without_any_file_all_places_are_named)
{
    char *found = NULL;
    struct err err = {0};
    if (file_exists("/etc/tocsin/tocsin.conf")) {
        printf("SKIP: this machine has a configuration of its own\n");
        return;
    }
    ck_assert_int_eq(unsetenv("TOCSIN_CONFIG"), 0);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(settings_find(&found, NULL, &err), ERR_NOT_FOUND);
    ck_assert_ptr_null(found);
    ck_assert_ptr_nonnull(strstr(err.text, "$TOCSIN_CONFIG"));
    ck_assert_ptr_nonnull(strstr(err.text, "/tocsin.conf"));
    ck_assert_ptr_nonnull(strstr(err.text, "/etc/tocsin/tocsin.conf"));
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_refused)
{
    struct settings *settings = NULL;
    struct err err = {0};
    ck_assert_int_eq(settings_load(&settings, fixture_path("none"), &err), ERR_NOT_FOUND);
    ck_assert_int_eq(settings_load(&settings, fixture_dir(), &err), ERR_INVALID);

    struct str large;
    str_init(&large, STR_LIMIT_TEXT);
    while (large.size <= 1024 * 1024)
        str_add(&large, "# a comment that goes on and on\n");
    fixture_write("large", str_bytes(&large), 0600);
    ck_assert_int_eq(settings_load(&settings, fixture_path("large"), &err), ERR_LIMIT);
    ck_assert_ptr_null(settings);
    str_dispose(&large);
}
END_TEST

START_TEST(countries_are_those_of_the_standard)
{
    int count = 0;
    char code[3] = "";
    for (code[0] = 'A'; code[0] <= 'Z'; code[0]++)
        for (code[1] = 'A'; code[1] <= 'Z'; code[1]++)
            count += country_known(code);
    ck_assert_int_eq(count, 249);
    ck_assert(country_known("DE") && country_known("US") && country_known("CH"));
    ck_assert(!country_known("EU") && !country_known("UK") && !country_known("de"));
    ck_assert(!country_known(NULL) && !country_known("") && !country_known("DEU"));
    ck_assert_str_eq(country_meant("uk"), "GB");
    ck_assert_str_eq(country_meant("fr"), "FR");
    ck_assert_ptr_null(country_meant("Germany"));
    ck_assert_ptr_null(country_meant(NULL));
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, the_example_of_the_documentation_is_read_whole);
    tcase_add_test(tc, what_is_not_said_has_the_default_of_the_manual);
    tcase_add_loop_test(tc, good_variants_load, 0, (int)(sizeof variants / sizeof variants[0]));
    tcase_add_test(tc, a_setting_holds_what_was_written);
    tcase_add_loop_test(tc, the_port_of_the_relay_is_587_unless_said, 0, 2);
    tcase_add_test(tc, a_database_url_is_not_taken_for_a_path);
    tcase_add_test(tc, a_person_is_found_by_id_and_by_role);
    tcase_add_test(tc, the_file_is_looked_for_in_order);
    tcase_add_test(tc, a_named_file_that_is_missing_is_an_error);
    tcase_add_test(tc, without_any_file_all_places_are_named);
    tcase_add_test(tc, a_file_that_cannot_be_read_is_refused);
    tcase_add_test(tc, countries_are_those_of_the_standard);
}

int main(void)
{
    return fixture_run("config.settings", add);
}
