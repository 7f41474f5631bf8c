/* Reading a Maildir, a file and standard input: each mail once, none lost, none moved too early. */
#include "inbox.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;

static char *at(const char *name)
{
    return path_join(dir, name);
}

static void make_dir(const char *name)
{
    struct err err = {0};
    char *path = at(name);
    ck_assert_msg(file_make_dir(path, 0700, &err) == OK, "%s", err.text);
    free(path);
}

static void put(const char *name, const char *text)
{
    struct err err = {0};
    char *path = at(name);
    ck_assert_msg(file_write(path, bytes_of(text), 0600, &err) == OK, "%s", err.text);
    free(path);
}

static bool is_there(const char *name)
{
    char *path = at(name);
    bool there = file_exists(path);
    free(path);
    return there;
}

static void setup(void)
{
    const char *tmp = getenv("TMPDIR");
    dir = path_join(tmp == NULL ? "/tmp" : tmp, "tocsin-maildir-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    make_dir("new");
    make_dir("cur");
    make_dir("tmp");
}

static void teardown(void)
{
    struct err err = {0};
    ck_assert_msg(file_remove_tree(dir, &err) == OK, "%s", err.text);
    free(dir);
}

/* What one() was given, and what it says. */
struct seen {
    struct str names; /* "name=content " each */
    const char *fails;
    enum status with;
};

static enum status one(void *context, const char *name, struct bytes raw, struct err *err)
{
    struct seen *seen = context;
    str_addf(&seen->names, "%s=%.*s ", name, (int)(raw.size < 20 ? raw.size : 20),
             raw.size == 0 ? "" : (const char *)raw.data);
    if (seen->fails != NULL && strstr(name, seen->fails) != NULL)
        return err_set(err, seen->with, "%s: not taken", name);
    return OK;
}

static enum status each(struct seen *seen, size_t *count, struct err *err)
{
    str_init(&seen->names, STR_LIMIT_TEXT);
    return inbound_each(dir, one, seen, count, err);
}

START_TEST(new_mails_come_first_by_name_then_unseen_ones_of_cur)
{
    struct seen seen = {0};
    struct err err = {0};
    size_t count = 0;
    put("new/20.b", "B");
    put("new/10.a", "A");
    put("cur/05.c:2,", "C");
    put("cur/04.d:2,RF", "D");
    put("cur/03.e:2,FS", "E");
    put("cur/02.f", "F");
    put("tmp/01.g", "G");
    put("new/.hidden", "H");
    ck_assert_msg(each(&seen, &count, &err) == OK, "%s", err.text);
    ck_assert_str_eq(str_text(&seen.names),
                     "new/10.a=A new/20.b=B cur/02.f=F cur/04.d:2,RF=D cur/05.c:2,=C ");
    ck_assert_uint_eq(count, 5);
    ck_assert(is_there("cur/10.a:2,S") && is_there("cur/20.b:2,S") && is_there("cur/02.f:2,S"));
    ck_assert(is_there("cur/04.d:2,FRS") || is_there("cur/04.d:2,RFS"));
    ck_assert(is_there("cur/05.c:2,S") && is_there("tmp/01.g") && is_there("new/.hidden"));
    ck_assert(!is_there("new/10.a") && !is_there("new/20.b") && !is_there("cur/05.c:2,"));
    str_dispose(&seen.names);

    ck_assert_int_eq(each(&seen, &count, &err), OK);
    ck_assert_uint_eq(count, 0);
    str_dispose(&seen.names);
}
END_TEST

START_TEST(a_mail_that_is_not_taken_stays_and_does_not_stop_the_others)
{
    struct seen seen = {.fails = "10.a", .with = ERR_INVALID};
    struct err err = {0};
    size_t count = 0;
    put("new/10.a", "A");
    put("new/20.b", "B");
    ck_assert_int_eq(each(&seen, &count, &err), ERR_INVALID);
    ck_assert_str_eq(err.text, "new/10.a: not taken");
    ck_assert_uint_eq(count, 1);
    ck_assert(is_there("new/10.a") && is_there("cur/20.b:2,S"));
    str_dispose(&seen.names);
}
END_TEST

START_TEST(a_store_that_fails_stops_and_nothing_is_moved)
{
    static const enum status fatal[] = {ERR_IO, ERR_CORRUPT};
    struct seen seen = {.fails = "new/", .with = fatal[_i]};
    struct err err = {0};
    size_t count = 7;
    put("new/10.a", "A");
    put("new/20.b", "B");
    put("cur/30.c:2,", "C");
    ck_assert_int_eq(each(&seen, &count, &err), fatal[_i]);
    ck_assert_str_eq(str_text(&seen.names), "new/10.a=A ");
    ck_assert_uint_eq(count, 0);
    ck_assert(is_there("new/10.a") && is_there("new/20.b") && is_there("cur/30.c:2,"));
    str_dispose(&seen.names);
}
END_TEST

START_TEST(what_is_no_mail_file_is_reported_and_does_not_stop_the_others)
{
    struct seen seen = {0};
    struct err err = {0};
    size_t count = 0;
    char *fifo = at("new/10.fifo");
    char *link_path = at("new/11.link");
    char *big = at("new/12.big");
    make_dir("new/13.folder");
    put("new/20.b", "B");
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    ck_assert_int_eq(symlink("/etc/passwd", link_path), 0);
    int fd = open(big, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, 33 * 1024 * 1024), 0);
    ck_assert_int_eq(close(fd), 0);

    ck_assert_int_eq(each(&seen, &count, &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "4 mails stay unread"));
    ck_assert_ptr_nonnull(strstr(err.text, "10.fifo"));
    ck_assert_str_eq(str_text(&seen.names), "new/20.b=B ");
    ck_assert(is_there("cur/20.b:2,S") && is_there("new/12.big"));
    str_dispose(&seen.names);

    ck_assert_int_eq(unlink(fifo), 0);
    ck_assert_int_eq(unlink(link_path), 0);
    char *folder = at("new/13.folder");
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_int_eq(each(&seen, &count, &err), ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "12.big"));
    str_dispose(&seen.names);
    free(folder);
    free(big);
    free(link_path);
    free(fifo);
}
END_TEST

/* Root may read everything, so the test becomes somebody else, to whom the Maildir is given. */
static bool become_nobody(const char *const names[], size_t count)
{
    const uid_t nobody = 65534;
    for (size_t i = 0; i < count; i++) {
        char *path = at(names[i]);
        ck_assert_int_eq(chown(path, nobody, (gid_t)-1), 0);
        free(path);
    }
    ck_assert_int_eq(seteuid(nobody), 0);
    return access(dir, F_OK) == 0;
}

START_TEST(a_file_without_rights_is_reported_and_does_not_stop_the_others)
{
    static const char *const names[] = {"", "new", "cur", "new/10.a", "new/20.b"};
    struct seen seen = {0};
    struct err err = {0};
    size_t count = 0;
    uid_t before = geteuid();
    put("new/10.a", "A");
    put("new/20.b", "B");
    char *path = at("new/10.a");
    ck_assert_int_eq(chmod(path, 0), 0);
    free(path);
    if (before == 0 && !become_nobody(names, sizeof names / sizeof names[0])) {
        ck_assert_int_eq(seteuid(before), 0);
        printf("SKIP: a file without rights: only root reaches the folder for temporary files\n");
        return;
    }
    ck_assert_int_eq(each(&seen, &count, &err), ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "10.a"));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(seteuid(before), 0);
    str_dispose(&seen.names);
}
END_TEST

START_TEST(a_mail_is_never_moved_over_another_one)
{
    struct seen seen = {0};
    struct err err = {0};
    size_t count = 0;
    put("new/10.a", "A");
    put("cur/10.a:2,S", "older");
    ck_assert_int_eq(each(&seen, &count, &err), ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "10.a"));
    ck_assert_uint_eq(count, 1);
    struct str text;
    char *path = at("cur/10.a:2,S");
    str_init(&text, STR_LIMIT_LINE);
    ck_assert_int_eq(file_read(&text, path, STR_LIMIT_LINE, &err), OK);
    ck_assert_str_eq(str_text(&text), "older");
    ck_assert(is_there("new/10.a"));
    free(path);
    str_dispose(&text);
    str_dispose(&seen.names);
}
END_TEST

/* Takes the mail away while it is being read, as a mail program may. */
static enum status one_thief(void *context, const char *name, struct bytes raw, struct err *err)
{
    (void)raw;
    (void)err;
    char *path = path_join(context, name);
    ck_assert_int_eq(unlink(path), 0);
    free(path);
    return OK;
}

START_TEST(a_mail_that_somebody_takes_away_meanwhile_is_no_failure)
{
    struct err err = {0};
    size_t count = 0;
    put("new/10.a", "A");
    ck_assert_msg(inbound_each(dir, one_thief, dir, &count, &err) == OK, "%s", err.text);
    ck_assert_uint_eq(count, 1);
}
END_TEST

START_TEST(a_single_file_is_one_mail_and_stays_where_it_is)
{
    struct seen seen = {0};
    struct err err = {0};
    size_t count = 0;
    char *path = at("mail.eml");
    put("mail.eml", "A");
    str_init(&seen.names, STR_LIMIT_TEXT);
    ck_assert_int_eq(inbound_each(path, one, &seen, &count, &err), OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_nonnull(strstr(str_text(&seen.names), "mail.eml=A"));
    ck_assert(is_there("mail.eml"));
    seen.fails = "mail";
    seen.with = ERR_STALE;
    ck_assert_int_eq(inbound_each(path, one, &seen, NULL, &err), ERR_STALE);
    free(path);
    str_dispose(&seen.names);
}
END_TEST

START_TEST(a_file_of_several_mails_is_refused_and_not_read_as_one)
{
    struct seen seen = {0};
    struct err err = {0};
    char *path = at("box");
    put("box", "From a@b.example Fri Nov 27 18:40:00 2026\nSubject: x\n\none\n\n"
               "From c@d.example Fri Nov 27 18:41:00 2026\nSubject: y\n\ntwo\n");
    str_init(&seen.names, STR_LIMIT_TEXT);
    ck_assert_int_eq(inbound_each(path, one, &seen, NULL, &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "mbox"));
    put("box", "From a@b.example Fri Nov 27 18:40:00 2026\nSubject: x\n\none\n\nFrom here on: 3\n");
    ck_assert_msg(inbound_each(path, one, &seen, NULL, &err) == OK, "%s", err.text);
    free(path);
    str_dispose(&seen.names);
}
END_TEST

START_TEST(standard_input_is_one_mail)
{
    struct seen seen = {0};
    struct err err = {0};
    size_t count = 0;
    char *path = at("input");
    put("input", "Subject: x\n\ny\n");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    str_init(&seen.names, STR_LIMIT_TEXT);
    ck_assert_int_eq(inbound_each("-", one, &seen, &count, &err), OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(str_text(&seen.names), "-=Subject: x\n\ny\n ");
    ck_assert_int_eq(close(fd), 0);
    free(path);
    str_dispose(&seen.names);
}
END_TEST

START_TEST(a_path_that_is_no_mailbox_is_refused)
{
    struct seen seen = {0};
    struct err err = {0};
    char *path = at("tmp");
    char *missing = at("missing");
    ck_assert_int_eq(inbound_each(path, one, &seen, NULL, &err), ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.text, "no Maildir"));
    ck_assert_int_eq(inbound_each(missing, one, &seen, NULL, &err), ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(err.text, "missing"));
    free(missing);
    free(path);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, new_mails_come_first_by_name_then_unseen_ones_of_cur);
    tcase_add_test(tc, a_mail_that_is_not_taken_stays_and_does_not_stop_the_others);
    tcase_add_loop_test(tc, a_store_that_fails_stops_and_nothing_is_moved, 0, 2);
    tcase_add_test(tc, what_is_no_mail_file_is_reported_and_does_not_stop_the_others);
    tcase_add_test(tc, a_file_without_rights_is_reported_and_does_not_stop_the_others);
    tcase_add_test(tc, a_mail_is_never_moved_over_another_one);
    tcase_add_test(tc, a_mail_that_somebody_takes_away_meanwhile_is_no_failure);
    tcase_add_test(tc, a_single_file_is_one_mail_and_stays_where_it_is);
    tcase_add_test(tc, a_file_of_several_mails_is_refused_and_not_read_as_one);
    tcase_add_test(tc, standard_input_is_one_mail);
    tcase_add_test(tc, a_path_that_is_no_mailbox_is_refused);
}

int main(void)
{
    return inbox_run("channels.maildir", add);
}
