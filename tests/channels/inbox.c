#include "inbox.h"

#include "base/file.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER TEST_SOURCE_DIR "/tests/fixtures/inbound"

void inbox_read_file(struct str *out, const char *file)
{
    struct err err = {0};
    char *path = path_join(FOLDER, file);
    str_init(out, STR_LIMIT_MAIL);
    ck_assert_msg(file_read(out, path, STR_LIMIT_MAIL, &err) == OK, "%s", err.text);
    free(path);
}

void inbox_read(struct inbound *out, struct arena *arena, struct bytes raw)
{
    struct err err = {0};
    enum status status = inbound_read(out, arena, raw, RETURN_SHAPE, &err);
    ck_assert_msg(status == OK, "%s", err.text);
}

static void same(const char *file, const char *what, const char *got, const char *want)
{
    ck_assert_msg(text_equal(got, want), "%s: %s is \"%s\", not \"%s\"", file, what,
                  got == NULL ? "(none)" : got, want == NULL ? "(none)" : want);
}

void inbox_check(const struct want *want)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    inbox_read_file(&raw, want->file);
    inbox_read(&in, arena, str_bytes(&raw));
    str_dispose(&raw); /* nothing in the outcome borrows it */

    same(want->file, "kind", inbound_kind_word(in.kind), inbound_kind_word(want->kind));
    same(want->file, "to", in.to, want->no_token ? "psirt@example.com" : RETURN_ADDRESS);
    same(want->file, "token", in.token, want->no_token ? NULL : TOKEN);
    same(want->file, "from", in.from, want->from);
    same(want->file, "message_id", in.message_id, want->id);
    same(want->file, "original_message_id", in.original_message_id, want->original_id);
    same(want->file, "envelope_id", in.envelope_id, want->envelope);
    same(want->file, "final_recipient", in.final_recipient, want->final);
    same(want->file, "original_recipient", in.original_recipient, want->original);
    same(want->file, "status", in.status, want->status);
    same(want->file, "answer", in.has_answer ? answer_word(in.answer) : NULL, want->answer);
    same(want->file, "code", in.code, want->code);
    if (want->diagnostic == NULL || in.diagnostic == NULL)
        same(want->file, "diagnostic", in.diagnostic, want->diagnostic);
    else
        ck_assert_msg(text_starts(in.diagnostic, want->diagnostic), "%s: diagnostic is \"%s\"",
                      want->file, in.diagnostic);
    ck_assert_msg(in.is_signed == want->is_signed, "%s: is_signed", want->file);
    arena_free(arena);
}

void inbox_check_complete(const char *prefix, const struct want *rows, size_t count)
{
    size_t files = 0;
    DIR *dir = opendir(FOLDER);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        bool found = false;
        if (!text_starts(entry->d_name, prefix))
            continue;
        files++;
        for (size_t i = 0; i < count; i++)
            found = found || strcmp(rows[i].file, entry->d_name) == 0;
        ck_assert_msg(found, "%s has no row in the table", entry->d_name);
    }
    (void)closedir(dir);
    ck_assert_uint_gt(files, 0);
}

int inbox_run(const char *name, void (*add)(TCase *tc))
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);
    tcase_set_timeout(tc, 60);
    add(tc);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
