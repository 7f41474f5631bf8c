#include "dispatcher/commands/doctor.h"

#include "base/file.h"
#include "dispatcher/back/opened.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check_relay(struct examination *e)
{
    const struct settings_mail *m = &e->app->settings->mail;
    char *mend = NULL;
    if (m->password_file != NULL && access(m->password_file, R_OK) != 0) {
        mend = xprintf("write the relay's password into %s and chmod 600 it", m->password_file);
        doctor_say(e, true, "mail.password_file: the password of the mail relay cannot be read",
                   mend);
    }
    if (m->ca_file != NULL && access(m->ca_file, R_OK) != 0) {
        free(mend);
        mend = xprintf("put the relay's CA certificate (PEM) into %s", m->ca_file);
        doctor_say(e, true, "mail.ca_file cannot be read: the relay could not be trusted", mend);
    }
    free(mend);
}

/* Mails are read in new and moved to cur; who delivers needs tmp. */
static const char *fault_of(const char *dir)
{
    static const char *const parts[] = {"new", "cur", "tmp"};
    struct stat st;
    const char *fault = NULL;
    if (stat(dir, &st) != 0)
        return "is not there";
    if (!S_ISDIR(st.st_mode))
        return "is no folder";
    if (access(dir, R_OK | X_OK) != 0)
        return "cannot be read";
    for (size_t i = 0; fault == NULL && i < sizeof parts / sizeof parts[0]; i++) {
        char *part = path_join(dir, parts[i]);
        if (stat(part, &st) != 0 || !S_ISDIR(st.st_mode))
            fault = "is no Maildir (folders new, cur and tmp)";
        else if (i < 2 && access(part, R_OK | W_OK | X_OK) != 0)
            fault = "cannot be written: mails could not be moved from new to cur";
        free(part);
    }
    return fault;
}

struct mailbox {
    const char *setting, *dir, *address;
    const char *lost;  /* what does not happen without it */
    const char *other; /* how mails are taken by hand */
};

static void check_mailbox(struct examination *e, const struct mailbox *box)
{
    const char *fault = box->dir != NULL ? fault_of(box->dir) : "is not set";
    if (fault == NULL)
        return;
    char *what = xprintf("%s%s%s %s: %s", box->setting, box->dir != NULL ? " " : "",
                         box->dir != NULL ? box->dir : "", fault, box->lost);
    char *mend =
        xprintf("make a Maildir (new, cur, tmp) there that the user of tocsin may read and "
                "write, and deliver %s to it; or feed mail to `%s`",
                box->address, box->other);
    doctor_say(e, false, what, mend);
    free(what);
    free(mend);
}

/* GnuPG writes so into the file of a key that asks for a passphrase. */
static bool is_locked(const char *path)
{
    struct str file;
    struct err err = {0};
    str_init(&file, STR_LIMIT_TEXT);
    const bool locked = file_read(&file, path, 1 << 16, &err) == OK &&
                        strstr(str_text(&file), "protected-private-key") != NULL;
    str_dispose(&file);
    return locked;
}

static void count_keys(size_t *keys, size_t *locked, const char *home)
{
    char *dir = path_join(home, "private-keys-v1.d");
    DIR *list = opendir(dir);
    for (struct dirent *one = NULL; list != NULL && (one = readdir(list)) != NULL;) {
        if (!text_ends(one->d_name, ".key"))
            continue;
        char *path = path_join(dir, one->d_name);
        *keys += 1;
        *locked += is_locked(path);
        free(path);
    }
    if (list != NULL)
        (void)closedir(list);
    free(dir);
}

/* Without it encrypted reports are kept unread, each with a task: a warning. */
static void check_report_key(struct examination *e)
{
    struct stat st;
    size_t keys = 0, locked = 0;
    char *home = opened_home(e->app->settings);
    char *mend = NULL;
    const char *what = NULL;
    count_keys(&keys, &locked, home);
    if (stat(home, &st) != 0 || !S_ISDIR(st.st_mode)) {
        what = "secret/reports: there is no key for reports: encrypted ones would not be opened";
        mend = xprintf("mkdir -m 700 %s, put the secret key for reports into it (gpg --homedir %s "
                       "--import FILE), without passphrase, and publish its public half",
                       home, home);
    } else if ((st.st_mode & 077) != 0) {
        what = "secret/reports: the folder of the key for reports is open to others";
        mend = xprintf("chmod 700 %s", home);
    } else if (access(home, R_OK | W_OK | X_OK) != 0) {
        what = "secret/reports: the folder of the key for reports cannot be used: encrypted ones "
               "would not be "
               "opened";
        mend = xprintf("give the user that runs tocsin the rights on %s", home);
    } else if (keys == 0) {
        what = "secret/reports: the folder of the key for reports holds no secret key: encrypted "
               "ones would not be "
               "opened";
        mend = xprintf("gpg --homedir %s --import FILE (the secret key, without passphrase)", home);
    } else if (locked > 0) {
        what = "secret/reports: the key for reports asks for a passphrase, and nobody is there to "
               "be asked: "
               "encrypted ones would not be opened";
        mend = xprintf("gpg --homedir %s --edit-key ADDRESS passwd (an empty one)", home);
    }
    if (what != NULL)
        doctor_say(e, false, what, mend);
    free(mend);
    free(home);
}

void doctor_mail(struct examination *e)
{
    const struct settings *s = e->app->settings;
    const struct mailbox inbox = {"mail.inbox", s->mail.inbox, s->mail.reply,
                                  "bounces and answers would not be noticed by themselves",
                                  "tocsin receipt import -"};
    const struct mailbox reports = {"reports.mailbox", s->reports.mailbox,
                                    s->policy.contact != NULL ? s->policy.contact : s->mail.from,
                                    "reports of flaws would not open cases by themselves",
                                    "tocsin case intake -"};
    check_relay(e);
    check_mailbox(e, &inbox);
    if (s->reports.mailbox == NULL)
        return;
    if (!text_equal(s->reports.mailbox, s->mail.inbox))
        check_mailbox(e, &reports);
    check_report_key(e);
}
