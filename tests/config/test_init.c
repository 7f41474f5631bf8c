/* What tocsin init writes: twelve lines that load again, whatever the answers hold. */
#include "tests/config/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 400

static const struct settings_init good = {
    .maker = "Example Medical GmbH",
    .id = "EXM",
    .country = "DE",
    .mail = "psirt@example.com",
    .relay = "mail.example.com:587",
    .person_id = "weber",
    .person = "Jana Weber",
    .person_mail = "weber@example.com",
    .phone = "+49 30 123456",
};

static struct settings *write_and_load(const struct settings_init *init, struct str *text)
{
    struct settings *settings = NULL;
    struct err err = {0};
    str_init(text, STR_LIMIT_TEXT);
    ck_assert_msg(settings_write_init(text, init, &err) == OK, "%s", err.text);
    ck_assert_msg(fixture_load(&settings, str_text(text), &err) == OK, "%s\n%s", err.text,
                  str_text(text));
    return settings;
}

START_TEST(the_answers_come_back)
{
    struct settings_init init = good;
    struct str text;
    init.user = "psirt";
    init.password_file = "relay.secret";
    init.ca_file = "ca.pem";
    init.store = "postgresql://db.example.com/tocsin";
    fixture_write("relay.secret", bytes_of("x"), 0600);
    fixture_write("ca.pem", bytes_of("x"), 0644);
    struct settings *s = write_and_load(&init, &text);
    ck_assert_str_eq(s->maker.name, init.maker);
    ck_assert_str_eq(s->maker.id, init.id);
    ck_assert_str_eq(s->maker.country, init.country);
    ck_assert_str_eq(s->mail.from, init.mail);
    ck_assert_str_eq(s->mail.reply, "psirt+{token}@example.com");
    ck_assert_str_eq(s->mail.relay_host, "mail.example.com");
    ck_assert_str_eq(s->mail.user, init.user);
    ck_assert_str_eq(s->mail.password_file, fixture_path("relay.secret"));
    ck_assert_str_eq(s->mail.ca_file, fixture_path("ca.pem"));
    ck_assert_str_eq(s->store, init.store);
    ck_assert_uint_eq(s->people_count, 1);
    ck_assert_str_eq(s->people[0].name, init.person);
    ck_assert_str_eq(s->people[0].mail, init.person_mail);
    ck_assert_str_eq(s->people[0].phone, init.phone);
    ck_assert_str_eq(s->people[0].key, fixture_path("keys/weber.asc"));
    ck_assert_uint_eq(s->people[0].roles, 1u << ROLE_PSIRT | 1u << ROLE_REGULATORY);
    settings_free(s);
    str_dispose(&text);
}
END_TEST

START_TEST(twelve_lines_half_of_them_comments)
{
    struct str text;
    int lines = 0, comments = 0;
    settings_free(write_and_load(&good, &text));
    for (const char *line = str_text(&text); *line != '\0'; line = strchr(line, '\n') + 1) {
        lines++;
        comments += *line == '#';
    }
    ck_assert_int_eq(lines, 12);
    ck_assert_int_eq(comments, 6);
    str_dispose(&text);
}
END_TEST

/* Pieces that break a writer which does not quote, and a few that no setting may hold. */
static const char *const pieces[] = {"\"",
                                     "\\",
                                     "\\\\",
                                     "\\n",
                                     "\\x41",
                                     "\\\"; };",
                                     "{",
                                     "}",
                                     "(",
                                     "]",
                                     ";",
                                     "#",
                                     "//",
                                     "/*",
                                     "*/",
                                     "@",
                                     "=",
                                     "$HOME",
                                     "%s",
                                     "@include",
                                     "\n",
                                     "\r",
                                     "\x01",
                                     "\x7F",
                                     "a",
                                     "Z",
                                     "7",
                                     " ",
                                     "'",
                                     "\xC3\xA4",
                                     "\xE2\x80\xAE",
                                     "\xF0\x9F\x8F\xA5",
                                     "\xFF",
                                     "\xC2\x85",
                                     ""};

static char *hostile(unsigned *state)
{
    struct str text;
    str_init(&text, STR_LIMIT_LINE);
    unsigned size = 1;
    for (unsigned i = 0; i < size; i++) {
        *state = *state * 1103515245u + 12345u;
        unsigned n = *state >> 16;
        size = i == 0 ? 1 + n % 6 : size;
        str_add(&text, pieces[n % (sizeof pieces / sizeof pieces[0])]);
    }
    return str_take(&text);
}

START_TEST(hostile_names_load_again_or_are_refused_with_their_option)
{
    unsigned state = 2026;
    int written = 0, refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct settings_init init = good;
        struct str text;
        struct err err = {0};
        char *maker = hostile(&state);
        char *person = hostile(&state);
        char *store = hostile(&state);
        init.maker = maker;
        init.person = round % 2 == 0 ? person : good.person;
        init.store = round % 3 == 0 ? store : NULL;
        str_init(&text, STR_LIMIT_TEXT);
        if (settings_write_init(&text, &init, &err) == OK) {
            struct settings *s = NULL;
            ck_assert_msg(fixture_load(&s, str_text(&text), &err) == OK, "%s\n%s", err.text,
                          str_text(&text));
            ck_assert_str_eq(s->maker.name, init.maker);
            ck_assert_str_eq(s->people[0].name, init.person);
            if (init.store != NULL)
                ck_assert(text_ends(s->store, init.store));
            settings_free(s);
            written++;
        } else {
            ck_assert_uint_eq(text.size, 0);
            ck_assert_msg(text_starts(err.text, "--maker: ") ||
                              text_starts(err.text, "--person: ") ||
                              text_starts(err.text, "--store: "),
                          "%s", err.text);
            refused++;
        }
        str_dispose(&text);
        free(maker);
        free(person);
        free(store);
    }
    printf("%d hostile answers came back unchanged, %d were refused\n", written, refused);
    ck_assert_int_gt(written, ROUNDS / 8);
    ck_assert_int_gt(refused, ROUNDS / 8);
}
END_TEST

static const struct {
    size_t offset; /* of the answer */
    const char *value;
    const char *words;
} faults[] = {
    {offsetof(struct settings_init, maker), NULL, "--maker: is missing: give it"},
    {offsetof(struct settings_init, maker), "",
     "--maker: is empty: write what it is, or take the line out"},
    {offsetof(struct settings_init, maker), "a @include b",
     "--maker: holds @include: write it in another way"},
    {offsetof(struct settings_init, id), "exm",
     "--id: \"exm\" is not a maker's id: 2 to 12 capital letters and digits"},
    {offsetof(struct settings_init, country), "Germany",
     "--country: \"Germany\" is no country of ISO 3166-1: write two capital letters such as DE"},
    {offsetof(struct settings_init, mail), "psirt",
     "--mail: \"psirt\" is no mail address: write it as name@example.com"},
    {offsetof(struct settings_init, mail), "a-local-part-that-is-good-but-long-xxxxxx@example.com",
     "--mail: \"a-local-part-that-is-good-but-long-xxxxxx+{token}@example.com\" is no mail address "
     "once {token} stands for 26 signs: write it as name+{token}@example.com"},
    {offsetof(struct settings_init, relay), "mail.example.com:smtp",
     "--relay: \"mail.example.com:smtp\" has no port that could be: write 1 to 65535 behind the "
     "colon"},
    {offsetof(struct settings_init, user), "psirt",
     "--user: belongs with --password-file: give both or none"},
    {offsetof(struct settings_init, password_file), "relay.secret",
     "--user: belongs with --password-file: give both or none"},
    {offsetof(struct settings_init, person_id), "Jana Weber",
     "--person-id: \"Jana Weber\" is not a person's id: 1 to 32 small letters, digits and hyphens"},
    {offsetof(struct settings_init, person), "Jana\nWeber",
     "--person: holds a control or direction sign: take it out, it is one line"},
    {offsetof(struct settings_init, person_mail), "weber@",
     "--person-mail: \"weber@\" is no mail address: write it as name@example.com"},
    {offsetof(struct settings_init, phone), "none",
     "--phone: \"none\" is not a telephone number: write it as +49 30 123456"},
    {offsetof(struct settings_init, store), "postgresql://u:hunter2@h/d",
     "--store: holds a password: take it out and put it into a password file (passfile=...) of "
     "mode 0600"},
};

START_TEST(a_bad_answer_is_named_by_its_option)
{
    struct settings_init init = good;
    struct err err = {0};
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    memcpy((char *)&init + faults[_i].offset, &faults[_i].value, sizeof faults[_i].value);
    ck_assert_int_eq(settings_write_init(&text, &init, &err), ERR_INVALID);
    ck_assert_str_eq(err.text, faults[_i].words);
    ck_assert_uint_eq(text.size, 0);
    str_dispose(&text);
}
END_TEST

static void add(TCase *tc)
{
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, the_answers_come_back);
    tcase_add_test(tc, twelve_lines_half_of_them_comments);
    tcase_add_test(tc, hostile_names_load_again_or_are_refused_with_their_option);
    tcase_add_loop_test(tc, a_bad_answer_is_named_by_its_option, 0,
                        (int)(sizeof faults / sizeof faults[0]));
}

int main(void)
{
    return fixture_run("config.init", add);
}
