#include "base/zone_name.h"

#include "base/file.h"
#include "base/nearest.h"
#include "base/str.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_MOST 64
#define NAMES_MOST 2000
#define LIST_LIMIT ((size_t)1024 * 1024)

const char *zone_name_folder(void)
{
    const char *folder = getenv("TZDIR");
    return text_is_empty(folder) ? "/usr/share/zoneinfo" : folder;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/*
 * GLib would take "../x", "+01:00" and "CET-1CEST,M3.5.0,M10.5.0" too, and the machine has copies
 * that count leap seconds.
 */
static bool is_name(const char *text)
{
    static const char *const others[] = {"posix/", "right/", "posixrules", "localtime", "Factory"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (text_starts(text, others[i]))
            return false;
    if (strlen(text) > NAME_MOST || !is_letter(text[0]) || text_ends(text, "/"))
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if (!is_letter(*p) && strchr("0123456789_+-/", *p) == NULL)
            return false;
    return true;
}

static bool has_rules(const char *name)
{
    char magic[4] = "";
    char *path = path_join(zone_name_folder(), name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    free(path);
    if (fd < 0)
        return false;
    bool good = read(fd, magic, sizeof magic) == (ssize_t)sizeof magic &&
                memcmp(magic, "TZif", sizeof magic) == 0;
    (void)close(fd);
    return good;
}

/* Names in tzdata.zi: "Z NAME …" and "L TARGET NAME". The line is cut into words. */
static const char *name_of_line(char *line)
{
    char *rest = line;
    const char *kind = strsep(&rest, " ");
    const char *word = strsep(&rest, " ");
    if (text_equal(kind, "Z"))
        return word;
    return text_equal(kind, "L") && word != NULL ? strsep(&rest, " ") : NULL;
}

static enum status refuse(const char *name, struct err *err)
{
    const char *names[NAMES_MOST];
    size_t count = 0;
    struct str text;
    char *path = path_join(zone_name_folder(), "tzdata.zi");
    str_init(&text, LIST_LIMIT);
    enum status status = file_read(&text, path, LIST_LIMIT, NULL);
    if (status != OK) {
        status = err_set(err, ERR_IO, "%s cannot be read: install the package tzdata", path);
    } else {
        char *rest = text.data;
        for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
            const char *known = name_of_line(line);
            if (known != NULL && count < NAMES_MOST)
                names[count++] = known;
        }
        int near = count > 0 ? nearest_name(name, names, count) : -1;
        status = err_set(err, ERR_NOT_FOUND,
                         near >= 0 ? "there is no time zone \"%.80s\": did you mean %s?"
                                   : "there is no time zone \"%.80s\": write its name of the IANA "
                                     "database, as %s",
                         name, near >= 0 ? names[near] : "Europe/Berlin");
    }
    str_dispose(&text);
    free(path);
    return status;
}

enum status zone_name_check(const char *name, struct err *err)
{
    if (name == NULL)
        name = "";
    return is_name(name) && has_rules(name) ? OK : refuse(name, err);
}
