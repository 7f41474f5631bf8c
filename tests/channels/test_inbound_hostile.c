/* Mails made to hurt: cut, nested, giant, random. Each is read within a second and 64 MiB (the
 * promise for parsers of outside bytes), and what comes out keeps every rule. */
#include "inbox.h"

#include "base/utf8.h"
#include "inbound_rules.h"

#include <dirent.h>
#include <stdio.h>
#include <time.h>
#include <stdlib.h>
#include <string.h>

#define MIB ((size_t)1024 * 1024)
#ifdef TOCSIN_SANITIZE
#define TIME_MOST_MS 6000 /* sanitizers cost about that much more */
#else
#define TIME_MOST_MS 1000
#endif

/* What this process has worked: others on the machine do not count. */
static int64_t worked_ms(void)
{
    struct timespec now;
    ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return (int64_t)now.tv_sec * MS_SECOND + now.tv_nsec / 1000000;
}

static void read_and_check(struct inbound *out, struct arena *arena, struct bytes raw,
                           const char *what)
{
    int64_t begin = worked_ms();
    inbox_read(out, arena, raw);
    int64_t took = worked_ms() - begin;
    const char *broken = inbound_broken_rule(out);
    ck_assert_msg(broken == NULL, "%s: broken: %s", what, broken);
    ck_assert_msg(took <= TIME_MOST_MS, "%s: took %lld ms", what, (long long)took);
    ck_assert_msg(arena_size(arena) <= 64 * MIB, "%s: took %zu bytes", what, arena_size(arena));
    if (raw.size > MIB)
        printf("%s: %zu bytes in, %lld ms, %zu bytes of memory\n", what, raw.size, (long long)took,
               arena_size(arena));
}

static void repeat(struct str *out, const char *text, size_t until)
{
    while (out->size < until)
        str_add(out, text);
    ck_assert(str_ok(out));
}

START_TEST(nothing_and_too_much_are_refused)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct err err = {0};
    struct str raw;
    str_init(&raw, STR_LIMIT_MAIL);
    ck_assert_int_eq(inbound_read(&in, arena, str_bytes(&raw), RETURN_SHAPE, &err), ERR_INVALID);
    ck_assert(err.text[0] != '\0');
    ck_assert_int_eq(inbound_read(&in, arena, bytes_of(" \r\n\n\t"), RETURN_SHAPE, NULL),
                     ERR_INVALID);
    str_add(&raw, "Subject: x\n\n");
    repeat(&raw, "0123456789abcdef0123456789abcdef", 32 * MIB + 1);
    ck_assert_int_eq(inbound_read(&in, arena, str_bytes(&raw), RETURN_SHAPE, &err), ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "limit"));
    str_truncate(&raw, 32 * MIB);
    ck_assert_int_eq(inbound_read(&in, arena, str_bytes(&raw), RETURN_SHAPE, &err), OK);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

/* Begins, and is then filled with one thing. */
static const struct {
    const char *what;
    const char *begin;
    const char *fill;
} giants[] = {
    {"a header that never ends", "Subject: x\n", "X-Filler: abcdefgh\n"},
    {"the shortest fields", "", "a:\n"},
    {"one field of 32 MiB", "Subject: ", "=?utf-8?q?=FF?= "},
    {"a folded field", "Received: x\n", " y\n"},
    {"lines that are no fields", "Subject: x\n", "no colon\n"},
    {"addresses", "To: ", "a@b.example,"},
    {"open comments", "To: ", "("},
    {"open quotes", "From: ", "\"\\"},
    {"ten million parts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\n"},
    {"parts that are closed", "Content-Type: multipart/mixed; boundary=b\n\n", "--b--\n"},
    {"lines like boundaries", "Content-Type: multipart/mixed; boundary=bbbb\n\n--bbbb\n\n",
     "--bbb\n"},
    {"empty lines", "Subject: x\n\n", "\n"},
    {"quotes", "Subject: x\n\n", "> DONE\n"},
    {"attributions", "Subject: x\n\n", "On a wrote:\n> x\n"},
    {"answers", "Subject: code K7PQ2MX\n\n", "DONE K7PQ2MX\n"},
    {"one word", "Subject: x\n\n", "K7PQ2MX"},
    {"at signs", "Return-Path: <>\nTo: " RETURN_ADDRESS "\n\nyour message could not be delivered\n",
     "@"},
    {"own addresses",
     "Return-Path: <>\nTo: " RETURN_ADDRESS "\n\nyour message could not be delivered\n",
     RETURN_ADDRESS " "},
    {"block quotes", "Content-Type: text/html\n\n", "<blockquote>"},
    {"open tags", "Content-Type: text/html\n\n", "<a "},
    {"odd quotation marks", "Content-Type: text/html\n\n", "<a \"b'c"},
    {"open comments in HTML", "Content-Type: text/html\n\n", "<!-- "},
    {"ends of style", "Content-Type: text/html\n\n<style>", "</styl"},
    {"entities", "Content-Type: text/html\n\n", "&#x10FFFF;&"},
    {"base64", "Content-Transfer-Encoding: base64\n\n", "RE9ORSBLN1BRMk1YCg==\n"},
    {"quoted-printable", "Content-Transfer-Encoding: quoted-printable\n\n", "=44=4F=\n"},
    {"shift_jis", "Content-Type: text/plain; charset=shift_jis\n\n", "\x81"},
    {"groups of a report",
     "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n",
     "Action: delivered\n\n"},
    {"armor", "Subject: x\n\n", "-----BEGIN PGP SIGNED MESSAGE-----\n\n"},
};

/* Proves: P16, 9.2 outside */
START_TEST(a_giant_of_any_shape_costs_a_second_at_most)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_MAIL);
    str_add(&raw, giants[_i].begin);
    repeat(&raw, giants[_i].fill, 31 * MIB);
    read_and_check(&in, arena, str_bytes(&raw), giants[_i].what);
    ck_assert(in.kind != INBOUND_DELIVERED && in.kind != INBOUND_DISPLAYED);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

START_TEST(an_answer_in_a_text_too_long_to_read_is_for_a_person)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_MAIL);
    str_add(&raw, "Subject: x\n\nDONE K7PQ2MX\n\n");
    repeat(&raw, "> quoted\n", MIB);
    str_add(&raw, "\nNOT HERE\n");
    read_and_check(&in, arena, str_bytes(&raw), "a long quote");
    ck_assert_int_eq(in.kind, INBOUND_ANSWER);
    ck_assert_int_eq(in.answer, ANSWER_QUESTION);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

/* depth times: each part holds the next one. */
static void nest(struct str *raw, size_t depth, const char *type)
{
    for (size_t i = 0; i < depth; i++)
        str_addf(raw, "Content-Type: %s; boundary=b%zu\n\n--b%zu\n", type, i, i);
    str_add(raw, "Content-Type: text/plain\n\nDONE K7PQ2MX\n");
    for (size_t i = depth; i > 0; i--)
        str_addf(raw, "--b%zu--\n", i - 1);
}

START_TEST(parts_in_parts_are_read_to_a_depth_of_16)
{
    static const size_t depths[] = {1, 15, 16, 17, 18, 100, 10000, 200000};
    size_t depth = depths[_i];
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_MAIL);
    nest(&raw, depth, "multipart/mixed");
    read_and_check(&in, arena, str_bytes(&raw), "nested multiparts");
    ck_assert_msg(in.kind == (depth <= 16 ? INBOUND_ANSWER : INBOUND_OTHER), "depth %zu", depth);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

START_TEST(messages_in_messages_are_not_entered)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_MAIL);
    for (int i = 0; i < 10000; i++)
        str_add(&raw, "Content-Type: message/rfc822\n\n");
    str_add(&raw, "Subject: x\n\nDONE K7PQ2MX\n");
    read_and_check(&in, arena, str_bytes(&raw), "nested messages");
    ck_assert_int_eq(in.kind, INBOUND_OTHER);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

START_TEST(every_fixture_cut_anywhere_keeps_the_rules)
{
    size_t cuts = 0;
    DIR *dir = opendir(TEST_SOURCE_DIR "/tests/fixtures/inbound");
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct str raw;
        if (!text_ends(entry->d_name, ".eml"))
            continue;
        inbox_read_file(&raw, entry->d_name);
        /* A fresh copy each time, so that a sanitizer sees a read behind its end. */
        for (size_t size = 1; size < raw.size; size += 7, cuts++) {
            struct arena *arena = arena_new();
            struct inbound in;
            char *cut = xstrndup(str_text(&raw), size);
            unsigned char *tight = malloc(size);
            ck_assert_ptr_nonnull(tight);
            memcpy(tight, cut, size);
            free(cut);
            read_and_check(&in, arena, (struct bytes){tight, size}, entry->d_name);
            free(tight);
            arena_free(arena);
        }
        str_dispose(&raw);
    }
    (void)closedir(dir);
    ck_assert_uint_gt(cuts, 10000);
    printf("%zu cut mails\n", cuts);
}
END_TEST

/* A small generator of its own: the same bytes in every run. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * UINT32_C(1664525) + UINT32_C(1013904223);
    return *state >> 8;
}

/* Proves: P16 */
START_TEST(random_bytes_and_random_changes_keep_the_rules)
{
    static const char *const files[] = {"dsn-postfix-failed.eml", "answer-html-outlook.eml",
                                        "dsn-gmail-failed.eml", "answer-erhalten-outlook.eml",
                                        "bounce-qmail.eml"};
    uint32_t state = (uint32_t)_i + 1;
    for (int round = 0; round < 400; round++) {
        struct arena *arena = arena_new();
        struct inbound in;
        struct str raw;
        inbox_read_file(&raw, files[next_random(&state) % 5]);
        size_t changes = next_random(&state) % 40;
        for (size_t i = 0; i < changes; i++)
            raw.data[next_random(&state) % raw.size] = (char)next_random(&state);
        for (size_t i = 0; round % 4 == 0 && i < raw.size; i++)
            raw.data[i] = (char)next_random(&state);
        read_and_check(&in, arena, str_bytes(&raw), "changed");
        str_dispose(&raw);
        arena_free(arena);
    }
}
END_TEST

/* Shapes that cannot hold a token, and addresses that do not fit one. */
static const struct {
    const char *shape;
    const char *to;
    const char *token;
} shapes[] = {
    {RETURN_SHAPE, "psirt+abc@example.com", "abc"},
    {RETURN_SHAPE, "PSIRT+AbC@Example.COM", "abc"},
    {RETURN_SHAPE, "Name <psirt+a-b_9@example.com>", "a-b_9"},
    {RETURN_SHAPE, "other@example.com, psirt+abc@example.com", "abc"},
    {RETURN_SHAPE, "psirt+@example.com", NULL},
    {RETURN_SHAPE, "psirt@example.com", NULL},
    {RETURN_SHAPE, "psirt+abc@example.com.evil.example", NULL},
    {RETURN_SHAPE, "x-psirt+abc@example.com", NULL},
    {RETURN_SHAPE, "psirt+a.b@example.com", NULL},
    {RETURN_SHAPE, "psirt+a+b@example.com", NULL},
    {RETURN_SHAPE,
     "psirt+01234567890123456789012345678901234567890123456789012345678901234"
     "@example.com",
     NULL},
    {"{token}@example.com", "abc@example.com", "abc"},
    {"psirt@example.com", "psirt@example.com", NULL},
    {NULL, "psirt+abc@example.com", NULL},
};

START_TEST(a_token_is_found_by_the_shape_of_the_return_address_only)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_LINE);
    str_addf(&raw, "Delivered-To: box@box.example\nTo: %s\n\nx\n", shapes[_i].to);
    ck_assert_int_eq(inbound_read(&in, arena, str_bytes(&raw), shapes[_i].shape, NULL), OK);
    ck_assert_msg(text_equal(in.token, shapes[_i].token), "%s: %s", shapes[_i].to,
                  in.token == NULL ? "none" : in.token);
    if (in.token == NULL)
        ck_assert_str_eq(in.to, "box@box.example");
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, nothing_and_too_much_are_refused);
    tcase_add_loop_test(tc, a_giant_of_any_shape_costs_a_second_at_most, 0,
                        (int)(sizeof giants / sizeof giants[0]));
    tcase_add_test(tc, an_answer_in_a_text_too_long_to_read_is_for_a_person);
    tcase_add_loop_test(tc, parts_in_parts_are_read_to_a_depth_of_16, 0, 8);
    tcase_add_test(tc, messages_in_messages_are_not_entered);
    tcase_add_test(tc, every_fixture_cut_anywhere_keeps_the_rules);
    tcase_add_loop_test(tc, random_bytes_and_random_changes_keep_the_rules, 0, 4);
    tcase_add_loop_test(tc, a_token_is_found_by_the_shape_of_the_return_address_only, 0,
                        (int)(sizeof shapes / sizeof shapes[0]));
}

int main(void)
{
    return inbox_run("channels.inbound_hostile", add);
}
