/*
 * P16: any text of 16 MiB is read or refused within 1 s and 64 MiB beyond it. The texts are made
 * to be dear: as many values, names, escapes or lines as fit, names that differ late.
 */
#include "base/json.h"

#include "tests/base/suite.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#ifdef TOCSIN_SANITIZE /* costs many times the time and memory, so only the reading is tested */
#define SIZE ((size_t)3 * 1024 * 1024)
#else
#define SIZE ((size_t)16 * 1024 * 1024)
#endif
#define VALUES 1000000

struct text {
    char *data; /* SIZE bytes and room for a little more */
    size_t size;
};

static void put(struct text *t, const char *s)
{
    size_t size = strlen(s);
    memcpy(t->data + t->size, s, size);
    t->size += size;
}

static bool room_for(const struct text *t, size_t size)
{
    return t->size + size + 8 <= SIZE;
}

static void fill(struct text *t, const char *begin, const char *unit, size_t most, const char *end)
{
    put(t, begin);
    for (size_t i = 0; i < most && room_for(t, strlen(unit)); i++)
        put(t, unit);
    put(t, end);
}

#define TIMES_8(unit) unit unit unit unit unit unit unit unit
#define TIMES_64(unit) TIMES_8(TIMES_8(unit))

static void one_string(struct text *t)
{
    fill(t, "\"", TIMES_64("a"), SIZE, "\"");
}
static void one_string_of_escapes(struct text *t)
{
    fill(t, "\"", TIMES_8("\\u20ac"), SIZE, "\"");
}
static void one_string_of_wide_signs(struct text *t)
{
    fill(t, "\"", TIMES_8("\xf0\x9f\x8f\xa5"), SIZE, "\"");
}
static void one_number(struct text *t)
{
    fill(t, "", TIMES_64("1"), SIZE, "");
}
static void empty_lines(struct text *t)
{
    fill(t, "", TIMES_64("\n"), SIZE, "1");
}
static void most_strings(struct text *t)
{
    fill(t, "[\"\"", ",\"aaaaaaaaaaaa\"", VALUES - 2, "]");
}
static void most_arrays(struct text *t)
{
    fill(t, "[[]", ",[]", VALUES - 2, "]");
}

/* Names of at least `width` signs that differ at their ends. */
static void members(struct text *t, int width, size_t most)
{
    char member[2048];
    put(t, "{\"\":0");
    for (size_t i = 0; i < most; i++) {
        (void)snprintf(member, sizeof member, ",\"%0*x\":1", width, (unsigned)i);
        if (!room_for(t, strlen(member)))
            break;
        put(t, member);
    }
    put(t, "}");
}

static void one_object_with_most_members(struct text *t)
{
    members(t, 1, VALUES - 2);
}
static void members_that_fill_all_bytes(struct text *t)
{
    members(t, 10, VALUES - 2);
}
static void names_that_differ_late(struct text *t)
{
    members(t, 1500, VALUES - 2);
}
static void objects_just_above_small(struct text *t)
{
    fill(t, "[0", ",{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9}",
         (VALUES - 2) / 10, "]");
}
static void too_many_values(struct text *t)
{
    fill(t, "[0", TIMES_64(",0"), SIZE, "]");
}
static void too_deep(struct text *t)
{
    fill(t, "", TIMES_64("["), SIZE, "");
}
static void the_last_name_stands_twice(struct text *t)
{
    members(t, 25, VALUES - 3);
    t->size--;
    put(t, ",\"\":1}");
}
static void never_ends(struct text *t)
{
    fill(t, "{\"a\":\"", TIMES_64("\\\""), SIZE, "");
}

static const struct {
    const char *name;
    void (*make)(struct text *t);
    enum status status;
} texts[] = {
    {"one string", one_string, OK},
    {"one string of escapes", one_string_of_escapes, OK},
    {"one string of wide signs", one_string_of_wide_signs, OK},
    {"one number", one_number, OK},
    {"empty lines", empty_lines, OK},
    {"999,999 strings", most_strings, OK},
    {"999,999 arrays", most_arrays, OK},
    {"one object with 999,999 members", one_object_with_most_members, OK},
    {"members that fill all bytes", members_that_fill_all_bytes, OK},
    {"long names that differ late", names_that_differ_late, OK},
    {"99,999 objects of nine members", objects_just_above_small, OK},
    {"too many values", too_many_values, ERR_LIMIT},
    {"too deep", too_deep, ERR_LIMIT},
    {"the last name stands twice", the_last_name_stands_twice, ERR_INVALID},
    {"a string that never ends", never_ends, ERR_INVALID},
};

/* A figure in KiB of this process, "VmRSS:" or "VmHWM:" (the highest so far). */
static long memory_kib(const char *which)
{
    char line[256];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, which, strlen(which)) == 0)
            kib = strtol(line + strlen(which), NULL, 10);
    if (file != NULL)
        (void)fclose(file);
    return kib;
}

static double cpu_s(void)
{
    return (double)clock() / (double)CLOCKS_PER_SEC;
}

/* Proves: P16 */
START_TEST(a_dear_text_is_cheap_enough)
{
    struct text t = {.data = malloc(SIZE + 64)};
    struct json_doc *doc = NULL;
    struct err err = {0};
    ck_assert_ptr_nonnull(t.data);
    texts[_i].make(&t);
    ck_assert_uint_le(t.size, SIZE);
    long before = memory_kib("VmRSS:");
    double begin = cpu_s();
    struct bytes bytes = {(const unsigned char *)t.data, t.size};
    enum status status = json_parse(&doc, bytes, NULL, NULL, &err);
    double seconds = cpu_s() - begin;
    long beyond = memory_kib("VmHWM:") - before;
    ck_assert_msg(status == texts[_i].status, "%s: %s", texts[_i].name, err.text);
    (void)printf("%-32s %9zu bytes %6.3f s %6ld KiB beyond\n", texts[_i].name, t.size, seconds,
                 beyond);
#ifndef TOCSIN_SANITIZE
    ck_assert_double_le(seconds, 1.0);
    ck_assert_int_le(beyond, 64 * 1024);
#endif
    json_free(doc);
    free(t.data);
}
END_TEST

/* Look-ups in a hostile object must not be linear: this would take minutes. */
START_TEST(every_member_of_a_large_object_is_found_at_once)
{
    struct text t = {.data = malloc(SIZE + 64)};
    struct json_doc *doc = NULL;
    char name[32];
    unsigned found = 0;
    ck_assert_ptr_nonnull(t.data);
    members(&t, 1, 200000);
    struct bytes bytes = {(const unsigned char *)t.data, t.size};
    ck_assert_int_eq(json_parse(&doc, bytes, NULL, NULL, NULL), OK);
    for (unsigned i = 0; i < 200000; i++) {
        (void)snprintf(name, sizeof name, "%x", i);
        found += json_get(json_root(doc), name) != NULL;
    }
    ck_assert_uint_eq(found, 200000);
    json_free(doc);
    free(t.data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.json_size");
    TCase *tcase = tcase_create("size");
    tcase_set_timeout(tcase, 20);
    tcase_add_loop_test(tcase, a_dear_text_is_cheap_enough, 0, COUNT(texts));
    tcase_add_test(tcase, every_member_of_a_large_object_is_found_at_once);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
