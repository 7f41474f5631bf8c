#include "clocks/shipped.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)1024 * 1024)
#define FOLDER "config/calendars/"
#define NAME_MOST 48

extern const struct embedded shipped_calendars[]; /* config/calendars/CC.ics */
extern const size_t shipped_calendars_count;

static bool is_name(const char *country)
{
    return country[0] != '\0' && strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(country);
}

enum status shipped_calendar_text(struct str *out, const char *own, const char *country)
{
    char name[NAME_MOST];
    enum status status = ERR_NOT_FOUND;
    if (!is_name(country) || strlen(country) > NAME_MOST / 2)
        return ERR_NOT_FOUND;
    if (own != NULL) {
        (void)snprintf(name, sizeof name, "%s.ics", country);
        char *path = path_join(own, name);
        status = file_read(out, path, FILE_LIMIT, NULL);
        free(path);
    }
    (void)snprintf(name, sizeof name, FOLDER "%s.ics", country);
    for (size_t i = 0; status == ERR_NOT_FOUND && i < shipped_calendars_count; i++) {
        if (strcmp(shipped_calendars[i].name, name) != 0)
            continue;
        str_add_n(out, shipped_calendars[i].data, shipped_calendars[i].size);
        status = OK;
    }
    return status;
}
