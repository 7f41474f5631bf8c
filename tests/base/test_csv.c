#include "base/csv.h"

#include "tests/base/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (const unsigned char *)(literal), sizeof(literal) - 1                                      \
    }

static const struct csv_column columns[] = {
    {.name = "party", .needed = true},
    {.name = "email", .needed = true},
    {.name = "serial", .no_exponent = true},
    {.name = "note"},
};

static struct arena *arena;

static void begin(void)
{
    arena = arena_new();
}

static void end(void)
{
    arena_free(arena);
}

static enum status parse(struct csv *out, struct bytes text, struct err *err)
{
    return csv_parse(out, arena, "parties.csv", text, columns, COUNT(columns), err);
}

/* What was understood, as "line:party|email|serial|note;" with - for what is absent. */
static const struct {
    struct bytes text;
    const char *understood;
} tables[] = {
    {TEXT("party,email\n"), ""},
    {TEXT("party,email"), ""},
    {TEXT("party,email\nA,a@x\n"), "2:A|a@x|-|-;"},
    {TEXT("party,email\r\nA,a@x\r\nB,b@x"), "2:A|a@x|-|-;3:B|b@x|-|-;"},
    {TEXT("\xef\xbb\xbfparty;email;serial\r\nA;a@x;0001\r\n"), "2:A|a@x|0001|-;"},
    {TEXT("party\temail\tnote\nA\ta@x\tb,c;d\n"), "2:A|a@x|-|b,c;d;"},
    {TEXT("sep=;\r\nparty;email\r\nA, Inc.;a@x\r\n"), "2:A, Inc.|a@x|-|-;"},
    {TEXT("SEP=,\nparty,email\nA;B,a@x\n"), "2:A;B|a@x|-|-;"},
    {TEXT(" Note , EMAIL,\"Party\"\nn,a@x,A\n"), "2:A|a@x|-|n;"},
    {TEXT("party,email,note\nA,,\n,a@x\nB\n"), "2:A|-|-|-;3:-|a@x|-|-;4:B|-|-|-;"},
    {TEXT("party,email\n\n,\n \t,  \nA,a@x\n\n"), "5:A|a@x|-|-;"},
    {TEXT("party,email\n\"A, \"\"B\"\"\",\"\"\n"), "2:A, \"B\"|-|-|-;"},
    {TEXT("party,email\n\"A\r\nB\",x\nC,y\n"), "2:A\r\nB|x|-|-;3:C|y|-|-;"},
    {TEXT("party,email\n  \"A\"  , \" x \" \n"), "2:A|x|-|-;"},
    {TEXT("party,email\n\xc2\xa0 A\xc2\xa0,\tx\xc2\xa0\n"), "2:A|x|-|-;"},
    {TEXT("party,email\nZ\xc3\xbcrich \xf0\x9f\x8f\xa5,\xc3\xa0\n"),
     "2:Z\xc3\xbcrich \xf0\x9f\x8f\xa5|\xc3\xa0|-|-;"},
    {TEXT("party,email,,\nA,x,,\n"), "2:A|x|-|-;"},
    {TEXT("party,email,serial\nA,1.23E+15,12E4\n"), "2:A|1.23E+15|12E4|-;"},
    {TEXT("party,email,serial\nA,x,E+15\nB,y,1.2E+\nC,z,SN1E+5\n"),
     "2:A|x|E+15|-;3:B|y|1.2E+|-;4:C|z|SN1E+5|-;"},
    {TEXT("party,email\n'=1+1,#NAME\n"), "2:'=1+1|#NAME|-|-;"},
};

static void add_row(void *out, const struct csv_row *row)
{
    struct str *s = out;
    str_addf(s, "%zu:", row->line);
    for (int k = 0; k < COUNT(columns); k++)
        str_addf(s, "%s%s", row->fields[k] != NULL ? row->fields[k] : "-",
                 k + 1 < COUNT(columns) ? "|" : ";");
}

/* Row by row, out of memory or out of a file, whose pieces end anywhere. */
static enum status walk_source(struct str *out, const struct csv_source *source, struct err *err)
{
    struct csv_table *table = NULL;
    struct csv_row row;
    enum status status = csv_open(&table, "parties.csv", source, columns, COUNT(columns), err);
    while (status == OK && (status = csv_next(&row, table, err)) == OK)
        add_row(out, &row);
    csv_close(table);
    return status == ERR_NOT_FOUND ? OK : status;
}

static int file_of(struct bytes text)
{
    char path[] = "/tmp/tocsin-csv-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(write(fd, text.data, text.size), (ssize_t)text.size);
    return fd;
}

static enum status walk(struct str *out, struct bytes text, struct err *err)
{
    const struct csv_source memory = {.text = text, .fd = -1};
    const struct csv_source file = {.fd = file_of(text), .size = text.size};
    struct err other = {0};
    struct str again;
    str_init(&again, 10000);
    enum status status = walk_source(out, &memory, err);
    ck_assert_int_eq(walk_source(&again, &file, &other), status);
    ck_assert_str_eq(str_text(&again), str_text(out));
    ck_assert_str_eq(other.text, err->text);
    str_dispose(&again);
    (void)close(file.fd);
    return status;
}

START_TEST(tables_as_spreadsheets_write_them_are_understood)
{
    struct csv csv;
    struct err err = {0};
    struct str s;
    str_init(&s, 10000);
    enum status status = parse(&csv, tables[_i].text, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    for (size_t i = 0; i < csv.count; i++)
        add_row(&s, &csv.rows[i]);
    ck_assert_str_eq(str_text(&s), tables[_i].understood);
    str_dispose(&s);
}
END_TEST

START_TEST(the_same_rows_come_one_after_the_other_without_being_kept)
{
    struct err err = {0};
    struct str s;
    str_init(&s, 10000);
    enum status status = walk(&s, tables[_i].text, &err);
    ck_assert_msg(status == OK, "%s", err.text);
    ck_assert_str_eq(str_text(&s), tables[_i].understood);
    str_dispose(&s);
}
END_TEST

/* Damage done on the way through spreadsheets, editors and hands. */
static const struct {
    struct bytes text;
    const char *where;
    const char *what; /* reason or cure */
} damage[] = {
    {TEXT(""), "parties.csv row 1: ", "the file is empty"},
    {TEXT("\xef\xbb\xbf"), "parties.csv row 1: ", "the file is empty"},
    {TEXT("party,email\nA,M\xfcller@x\n"), "parties.csv row 2, column email: ", "CSV UTF-8"},
    {TEXT("party,email\nA,x\nM\xfcller,x\n"), "parties.csv row 3, column party: ", "Windows-1252"},
    {TEXT("party,em\xe4il\n"), "parties.csv row 1, column 2: ", "Windows-1252"},
    {TEXT("\xff\xfep\0a\0r\0"), "parties.csv row 1, column 1: ", "UTF-16"},
    {TEXT("\xfe\xff\0p\0a\0r"), "parties.csv row 1, column 1: ", "UTF-16"},
    {TEXT("party,email\nA\0,x\n"), "parties.csv row 2, column party: ", "NUL"},
    {TEXT("p\0a\0r\0t\0y\0"), "parties.csv row 1, column 1: ", "NUL"},
    {TEXT("party,email\nA,\"x\nB,y\nC,z\n"), "parties.csv row 2, column email: ", "never ends"},
    {TEXT("party,\"email\nA,x\n"), "parties.csv row 1, column 2: ", "never ends"},
    {TEXT("party,email\nA,\"x\nB,y\nC,\"z\"\n"),
     "parties.csv row 2, column email: ", "behind the closing quote"},
    {TEXT("party,email\n5\" pipe,x\n"), "parties.csv row 2, column party: ", "double each quote"},
    {TEXT("party,email\n\"A\"B,x\n"), "parties.csv row 2, column party: ", "double each quote"},
    {TEXT("party,email\nA,x\nSt. Anna, Graz,y\n"), "parties.csv row 3, column 3: ", "in quotes"},
    {TEXT("party,email\nA,x,\n"), "parties.csv row 2, column 3: ", "more fields"},
    {TEXT("party,email,\nA,x,lost\n"), "parties.csv row 2, column 3: ", "column without a name"},
    {TEXT("party,email,serial\n\nA,x,1.23E+15\n"),
     "parties.csv row 3, column serial: ", "digits are lost"},
    {TEXT("party;email;serial\nA;x;1,23E+15\n"),
     "parties.csv row 2, column serial: ", "make the column text"},
    {TEXT("party,email,serial\nA,x,-1E-05\n"), "parties.csv row 2, column serial: ", "digits"},
    {TEXT("party,email,serial\nA,x,4e+12\n"), "parties.csv row 2, column serial: ", "digits"},
    {TEXT("party,email\nA,#NAME?\n"), "parties.csv row 2, column email: ", "formula"},
    {TEXT("party,email\n#N/A,x\n"), "parties.csv row 2, column party: ", "formula"},
    {TEXT("party\nA\n"), "parties.csv row 1: ", "the column \"email\" is missing: add it"},
    {TEXT("party,e-mail\nA,x\n"), "parties.csv row 1, column 2: ", "did you mean \"email\"?"},
    {TEXT("Partie,email\nA,x\n"), "parties.csv row 1, column 1: ", "did you mean \"party\"?"},
    {TEXT("party,email,telephone\n"),
     "parties.csv row 1, column 3: ", "known are party, email, serial, note"},
    {TEXT("party|email\nA|x\n"), "parties.csv row 1, column 1: ", "\"party|email\" is no known"},
    {TEXT("party,email,PARTY\n"), "parties.csv row 1, column 3: ", "stands twice"},
    {TEXT("party,email\rA,x\rB,y\r"), "parties.csv row 1, column 2: ", "without a line feed"},
    {TEXT("party,email\nA,x\ry\n"), "parties.csv row 2, column email: ", "without a line feed"},
    {TEXT("sep=;;\nparty;email\n"), "parties.csv row 1, column 1: ", "sep="},
    {TEXT("A,a@x\nB,b@x\n"), "parties.csv row 1, column 1: ", "no known column"},
};

START_TEST(damage_is_refused_with_row_column_and_cure)
{
    struct csv csv = {.count = 9};
    struct err err = {0};
    ck_assert_int_eq(parse(&csv, damage[_i].text, &err), ERR_INVALID);
    ck_assert_msg(strncmp(err.text, damage[_i].where, strlen(damage[_i].where)) == 0, "%s",
                  err.text);
    ck_assert_msg(strstr(err.text, damage[_i].what) != NULL, "%s", err.text);
    ck_assert_uint_eq(csv.count, 0);
}
END_TEST

START_TEST(damage_is_refused_alike_when_no_row_is_kept)
{
    struct str s;
    struct err kept = {0};
    struct err err = {0};
    struct csv csv;
    str_init(&s, 10000);
    ck_assert_int_eq(parse(&csv, damage[_i].text, &kept), ERR_INVALID);
    ck_assert_int_eq(walk(&s, damage[_i].text, &err), ERR_INVALID);
    ck_assert_str_eq(err.text, kept.text);
    str_dispose(&s);
}
END_TEST

START_TEST(a_hostile_heading_does_not_spoil_the_error)
{
    struct str s;
    struct csv csv;
    struct err err = {0};
    str_init(&s, 1000000);
    str_add(&s, "party\x1b[2J\xe2\x80\xae");
    for (int i = 0; i < 100000; i++)
        str_add_c(&s, 'y');
    ck_assert_int_eq(parse(&csv, str_bytes(&s), &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "\"party [2Jyyy"));
    str_dispose(&s);
}
END_TEST

/* Proves: P16 */
START_TEST(size_and_rows_have_limits)
{
    struct csv csv;
    struct err err = {0};
    struct bytes huge = {(const unsigned char *)"", (size_t)512 * 1024 * 1024 + 1};
    ck_assert_int_eq(parse(&csv, huge, &err), ERR_LIMIT); /* refused before a byte is read */
    ck_assert_ptr_nonnull(strstr(err.text, "512 MiB"));
}
END_TEST

#ifndef TOCSIN_SANITIZE /* which would need gigabytes for it */
START_TEST(more_than_five_million_rows_are_refused)
{
    static const struct csv_column one[] = {{.name = "a"}};
    const size_t rows = 5000000;
    struct csv csv;
    struct err err = {0};
    char *text = malloc(2 + 2 * (rows + 1));
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < 2 + 2 * (rows + 1); i++)
        text[i] = i % 2 == 0 ? 'a' : '\n';
    struct bytes bytes = {(const unsigned char *)text, 2 + 2 * rows};
    ck_assert_int_eq(csv_parse(&csv, arena, "x.csv", bytes, one, 1, &err), OK);
    ck_assert_uint_eq(csv.count, rows);
    bytes.size += 2;
    ck_assert_int_eq(csv_parse(&csv, arena, "x.csv", bytes, one, 1, &err), ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "5000000 rows: split"));
    free(text);
}
END_TEST
#endif

START_TEST(a_table_cut_at_any_byte_is_read_or_refused)
{
    static const char whole[] = "\xef\xbb\xbfparty;email;serial\r\n\"A; "
                                "\"\"B\"\"\r\nC\";\xc3\xa9@x;0001\r\n;;\r\nD;d;2\r\n";
    unsigned read = 0;
    unsigned refused = 0;
    for (size_t size = 0; size < sizeof whole; size++) {
        struct csv csv;
        unsigned char *copy = malloc(size + 1);
        memcpy(copy, whole, size);
        enum status status = parse(&csv, (struct bytes){copy, size}, NULL);
        ck_assert(status == OK || status == ERR_INVALID);
        read += status == OK;
        refused += status != OK;
        free(copy);
    }
    ck_assert_uint_gt(read, 10);
    ck_assert_uint_gt(refused, 20);
}
END_TEST

static const struct {
    const char *text;
    const char *field;
} fields[] = {
    {NULL, ""},
    {"", ""},
    {"plain", "plain"},
    {"Z\xc3\xbcrich", "Z\xc3\xbcrich"},
    {"a,b", "\"a,b\""},
    {"a;b", "\"a;b\""},
    {"say \"hi\"", "\"say \"\"hi\"\"\""},
    {"two\r\nlines", "\"two\r\nlines\""},
    {" outer ", "\" outer \""},
    {"=cmd|'/c calc'!A0", "\"'=cmd|'/c calc'!A0\""},
    {"+49 30 1", "\"'+49 30 1\""},
    {"-1", "\"'-1\""},
    {"@SUM(A1)", "\"'@SUM(A1)\""},
    {"\t=1", "\"'\t=1\""},
    {"\r=1", "\"'\r=1\""},
    {"a=b", "a=b"},
};

START_TEST(a_field_is_quoted_where_needed_and_never_a_formula)
{
    struct str s;
    char wanted[100];
    str_init(&s, 1000);
    csv_add_field(&s, fields[_i].text, false);
    (void)snprintf(wanted, sizeof wanted, "%s,", fields[_i].field);
    ck_assert_str_eq(str_text(&s), wanted);
    str_reset(&s);
    csv_add_field(&s, fields[_i].text, true);
    (void)snprintf(wanted, sizeof wanted, "%s\r\n", fields[_i].field);
    ck_assert_str_eq(str_text(&s), wanted);
    str_dispose(&s);
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
    static const char *const texts[] = {"a,b;\"c\"", "two\nlines", "Z\xc3\xbcrich", "x"};
    struct str s;
    struct csv csv;
    str_init(&s, 1000);
    str_add(&s, "party,email,serial,note\r\n");
    for (int i = 0; i < 4; i++)
        csv_add_field(&s, texts[i], i == 3);
    ck_assert_int_eq(parse(&csv, str_bytes(&s), NULL), OK);
    ck_assert_uint_eq(csv.count, 1);
    for (int i = 0; i < 4; i++)
        ck_assert_str_eq(csv.rows[0].fields[i], texts[i]);
    str_dispose(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.csv");
    TCase *tcase = tcase_create("csv");
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_set_timeout(tcase, 15);
    tcase_add_loop_test(tcase, tables_as_spreadsheets_write_them_are_understood, 0, COUNT(tables));
    tcase_add_loop_test(tcase, the_same_rows_come_one_after_the_other_without_being_kept, 0,
                        COUNT(tables));
    tcase_add_loop_test(tcase, damage_is_refused_with_row_column_and_cure, 0, COUNT(damage));
    tcase_add_loop_test(tcase, damage_is_refused_alike_when_no_row_is_kept, 0, COUNT(damage));
    tcase_add_test(tcase, a_hostile_heading_does_not_spoil_the_error);
    tcase_add_test(tcase, size_and_rows_have_limits);
#ifndef TOCSIN_SANITIZE
    tcase_add_test(tcase, more_than_five_million_rows_are_refused);
#endif
    tcase_add_test(tcase, a_table_cut_at_any_byte_is_read_or_refused);
    tcase_add_loop_test(tcase, a_field_is_quoted_where_needed_and_never_a_formula, 0,
                        COUNT(fields));
    tcase_add_test(tcase, what_is_written_is_read_back);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
