/* The corpus: what servers, programs and people send back, in their shapes. expected.tsv beside the
 * mails says what each of them is; every mail has a row there or in a table of its own test. */
#include "inbox.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_FILE,
    COLUMN_KIND,
    COLUMN_ANSWER,
    COLUMN_CODE,
    COLUMN_STATUS,
    COLUMN_FINAL,
    COLUMN_ABOUT,
    COLUMN_TOKEN,
    COLUMNS
};

struct row {
    const char *column[COLUMNS]; /* NULL: the mail does not say */
};

struct table {
    struct row *rows;
    size_t count;
};

static struct table read_table(struct arena *arena)
{
    struct table out = {0};
    struct str text;
    inbox_read_file(&text, "expected.tsv");
    char *at = arena_strdup(arena, str_text(&text));
    while (*at != '\0') {
        char *line = strsep(&at, "\n");
        struct row row = {0};
        if (at == NULL)
            at = line + strlen(line);
        if (*line == '#' || *line == '\0')
            continue;
        for (size_t i = 0; i < COLUMNS; i++) {
            char *column = strsep(&line, "\t");
            ck_assert_msg(column != NULL, "expected.tsv: a row has %zu columns", i);
            row.column[i] = strcmp(column, "-") == 0 ? NULL : column;
        }
        arena_push(arena, &out.rows, &out.count, sizeof row, &row);
    }
    str_dispose(&text);
    return out;
}

/* Tells a difference; 1: there is one. */
static size_t differs(const char *file, const char *what, const char *got, const char *want)
{
    if (text_equal(got, want))
        return 0;
    (void)fprintf(stderr, "%s: %s is \"%s\", not \"%s\"\n", file, what, got == NULL ? "-" : got,
                  want == NULL ? "-" : want);
    return 1;
}

static size_t wrong(const struct row *row)
{
    const char *file = row->column[COLUMN_FILE];
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    inbox_read_file(&raw, file);
    inbox_read(&in, arena, str_bytes(&raw));
    str_dispose(&raw);
    const char *answer = in.has_answer ? answer_word(in.answer) : NULL;
    const char *token = text_equal(row->column[COLUMN_TOKEN], "yes") ? TOKEN : NULL;
    size_t faults =
        differs(file, "kind", inbound_kind_word(in.kind), row->column[COLUMN_KIND]) +
        differs(file, "answer", answer, row->column[COLUMN_ANSWER]) +
        differs(file, "code", in.code, row->column[COLUMN_CODE]) +
        differs(file, "status", in.status, row->column[COLUMN_STATUS]) +
        differs(file, "final recipient", in.final_recipient, row->column[COLUMN_FINAL]) +
        differs(file, "Message-ID", in.original_message_id, row->column[COLUMN_ABOUT]) +
        differs(file, "token", in.token, token);
    arena_free(arena);
    return faults > 0;
}

START_TEST(every_mail_of_the_corpus_is_read_as_what_it_is)
{
    struct arena *arena = arena_new();
    struct table table = read_table(arena);
    size_t faults = 0;
    for (size_t i = 0; i < table.count; i++)
        faults += wrong(&table.rows[i]);
    (void)printf("inbound corpus: %zu classified, %zu wrong\n", table.count, faults);
    ck_assert_uint_ge(table.count, 120);
    ck_assert_uint_eq(faults, 0);
    arena_free(arena);
}
END_TEST

/* The others have their rows in test_inbound_reports, _machines and _answers. */
static bool has_its_own_table(const char *name)
{
    static const char *const prefixes[] = {"dsn-",    "mdn-",      "arf-",  "bounce-",
                                           "answer-", "question-", "other-"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (text_starts(name, prefixes[i]))
            return true;
    return text_starts(name, "auto-");
}

START_TEST(no_mail_of_the_corpus_is_without_a_row)
{
    struct arena *arena = arena_new();
    struct table table = read_table(arena);
    DIR *dir = opendir(TEST_SOURCE_DIR "/tests/fixtures/inbound");
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        bool found = !text_ends(entry->d_name, ".eml") || has_its_own_table(entry->d_name);
        for (size_t i = 0; i < table.count && !found; i++)
            found = text_equal(table.rows[i].column[COLUMN_FILE], entry->d_name);
        ck_assert_msg(found, "%s has no row in expected.tsv", entry->d_name);
    }
    (void)closedir(dir);
    arena_free(arena);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, every_mail_of_the_corpus_is_read_as_what_it_is);
    tcase_add_test(tc, no_mail_of_the_corpus_is_without_a_row);
}

int main(void)
{
    return inbox_run("channels.inbound_corpus", add);
}
