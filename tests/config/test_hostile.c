/* Configurations made to cost time, memory or a reader's trust. */
#include "tests/config/fixture.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Shapes that cost a reader without bounds minutes, or its stack. */
static const struct {
    const char *begin, *again, *words;
} floods[] = {
    {"", "n%d=1;\n", "too many settings: make the file shorter"},
    {"g = { ", "n%d=1;\n", "too many settings: make the file shorter"},
    {"n = (", "{ n%d=1; },\n", "too many settings: make the file shorter"},
    {"n = [", "%d,\n", "too many values: make the file shorter"},
    {"n = (", "%d,\n", "too many values: make the file shorter"},
    {"n", "%d", "is too long for a name: at most 64 signs are possible"},
    {"n = ", "(/*%d*/", "brackets inside brackets: at most 8 are possible"},
    {"n = ", "%d", "the number is too large: write a smaller one"},
};

/* Work done, whatever else the machine does. */
static int64_t cpu_ms(void)
{
    struct rusage usage;
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * MS_SECOND +
           (int64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

START_TEST(a_flood_is_refused_at_once)
{
    struct settings *settings = NULL;
    struct err err = {0};
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    str_add(&text, floods[_i].begin);
    for (int i = 0; text.size < 1000 * 1000; i++) {
        struct str piece;
        str_init(&piece, STR_LIMIT_LINE);
        const char *at = strstr(floods[_i].again, "%d");
        str_add_n(&piece, floods[_i].again, (size_t)(at - floods[_i].again));
        str_add_int(&piece, i);
        str_add(&piece, at + 2);
        str_add_n(&text, str_text(&piece), piece.size);
        str_dispose(&piece);
    }
    fixture_write("tocsin.conf", str_bytes(&text), 0600);
    int64_t begun = cpu_ms();
    enum status status = settings_load(&settings, fixture_path("tocsin.conf"), &err);
    ck_assert_int_lt(cpu_ms() - begun, 1000);
    ck_assert_msg(status == ERR_LIMIT || status == ERR_INVALID, "%s", status_word(status));
    ck_assert_msg(strstr(err.text, floods[_i].words) != NULL, "%s", err.text);
    str_dispose(&text);
}
END_TEST

START_TEST(lists_and_groups_have_a_most)
{
    struct settings *settings = NULL;
    struct err err = {0};
    for (int count = 50; count <= 51; count++) {
        struct str text;
        str_init(&text, STR_LIMIT_TEXT);
        str_addf(&text, "%sdigest = (", good_text);
        for (int i = 0; i < count; i++)
            str_addf(&text, "%s{ for = \"hdo\"; only = \"site-%d\"; rrule = \"FREQ=DAILY\"; }",
                     i > 0 ? "," : "", i);
        str_add(&text, ");");
        enum status status = fixture_load(&settings, str_text(&text), &err);
        ck_assert_int_eq(status, count == 50 ? OK : ERR_INVALID);
        settings_free(settings);
        str_dispose(&text);
    }
    ck_assert_str_eq(err.text, "tocsin.conf line 12: digest: has 51 entries: 1 to 50 are possible");
    for (int count = 100; count <= 101; count++) {
        struct str text;
        str_init(&text, STR_LIMIT_TEXT);
        for (int i = 0; i < count; i++)
            str_addf(&text, "n%d = 1;\n", i);
        enum status status = fixture_load(&settings, str_text(&text), &err);
        ck_assert_int_eq(status, count == 100 ? ERR_INVALID : ERR_LIMIT);
        str_dispose(&text);
    }
    ck_assert_str_eq(err.text, "tocsin.conf line 101: too many settings: make the file shorter");
}
END_TEST

/* Signs that make a reader see another name than the one that is there. */
START_TEST(control_and_direction_signs_are_refused_in_every_text)
{
    static const uint32_t signs[] = {0x7F,   0x80,   0x9F,   0x61C,  0x200E, 0x200F, 0x2028, 0x2029,
                                     0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0x09,   0x0A};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        struct settings *settings = NULL;
        struct err err = {0};
        struct str name;
        str_init(&name, STR_LIMIT_LINE);
        str_add(&name, "Example");
        utf8_add(&name, signs[i]);
        str_add(&name, "Medical");
        char *text = fixture_broken("Example Medical", str_text(&name));
        ck_assert_msg(fixture_load(&settings, text, &err) == ERR_INVALID, "U+%04X", signs[i]);
        free(text);
        str_dispose(&name);
    }
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, a_flood_is_refused_at_once, 0, (int)(sizeof floods / sizeof floods[0]));
    tcase_add_test(tc, lists_and_groups_have_a_most);
    tcase_add_test(tc, control_and_direction_signs_are_refused_in_every_text);
}

int main(void)
{
    return fixture_run("config.hostile", add);
}
