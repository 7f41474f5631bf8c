/* A table that is read from its file, piece by piece. */
#include "base/csv.h"

#include "tests/base/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct csv_column columns[] = {
    {.name = "party"}, {.name = "email"}, {.name = "serial"}};

static int file_of(struct bytes text)
{
    char path[] = "/tmp/tocsin-csv-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(write(fd, text.data, text.size), (ssize_t)text.size);
    return fd;
}

#define MANY 5000

/* Many pieces long, with line ends inside of fields. */
static struct bytes many_rows(struct str *s)
{
    str_init(s, STR_LIMIT_MAIL);
    str_add(s, "party,email,serial\n");
    for (int i = 0; i < MANY; i++)
        str_addf(s, "p%d,\"a%d\nb\",%d\n%s", i, i, i * 7, i % 3 == 0 ? "\n" : "");
    return str_bytes(s);
}

static void check_row(const struct csv_row *row, int i)
{
    char party[20];
    (void)snprintf(party, sizeof party, "p%d", i);
    ck_assert_str_eq(row->fields[0], party);
    ck_assert_uint_eq(row->line, 2 + (size_t)i + ((size_t)i + 2) / 3);
}

START_TEST(rows_of_a_file_are_found_again_at_their_places)
{
    static struct csv_row rows[MANY];
    struct str s;
    struct err err = {0};
    struct csv_row row;
    struct csv_table *table = NULL;
    const struct bytes text = many_rows(&s);
    const struct csv_source file = {.fd = file_of(text), .size = text.size};
    ck_assert_int_eq(csv_open(&table, "parties.csv", &file, columns, COUNT(columns), &err), OK);
    for (int i = 0; i < MANY; i++) {
        ck_assert_msg(csv_next(&rows[i], table, &err) == OK, "%s", err.text);
        check_row(&rows[i], i);
    }
    ck_assert_int_eq(csv_next(&row, table, &err), ERR_NOT_FOUND);
    for (int k = 0, i = 0; k < MANY; k++, i = (i + 1777) % MANY) {
        csv_goto(table, rows[i].at, rows[i].line);
        ck_assert_msg(csv_next(&row, table, &err) == OK, "%s", err.text);
        check_row(&row, i);
    }
    csv_close(table);
    (void)close(file.fd);
    str_dispose(&s);
}
END_TEST

START_TEST(a_file_that_becomes_shorter_is_no_end_of_a_table)
{
    struct str s;
    struct err err = {0};
    struct csv_row row;
    struct csv_table *table = NULL;
    const struct bytes text = many_rows(&s);
    const struct csv_source file = {.fd = file_of(text), .size = text.size};
    ck_assert_int_eq(csv_open(&table, "parties.csv", &file, columns, COUNT(columns), &err), OK);
    ck_assert_int_eq(ftruncate(file.fd, (off_t)text.size / 2), 0);
    enum status status = OK;
    while (status == OK)
        status = csv_next(&row, table, &err);
    ck_assert_int_eq(status, ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "became shorter"));
    csv_close(table);
    (void)close(file.fd);
    str_dispose(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.csv_file");
    TCase *tcase = tcase_create("csv_file");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, rows_of_a_file_are_found_again_at_their_places);
    tcase_add_test(tcase, a_file_that_becomes_shorter_is_no_end_of_a_table);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
