#include "store/sqlite_inner.h"

#include <string.h>

/*
 * SQLite takes $1 for a *name* and numbers names by first appearance: "... $2 ... $1" bound by
 * position would silently swap. ?1 is a number. Quoted text and comments stay as they are.
 */
static size_t quoted_size(const char *sql)
{
    const char *end = strchr(sql + 1, sql[0]);
    return end == NULL ? strlen(sql) : (size_t)(end - sql) + 1;
}

static size_t until_size(const char *sql, const char *mark)
{
    const char *end = strstr(sql + 2, mark);
    return end == NULL ? strlen(sql) : (size_t)(end - sql) + strlen(mark);
}

/* Size of a run at sql in which $ means nothing; 0 when there is none. */
static size_t opaque_size(const char *sql)
{
    if (sql[0] == '\'' || sql[0] == '"' || sql[0] == '`')
        return quoted_size(sql); /* a doubled quote is two runs side by side */
    if (sql[0] == '-' && sql[1] == '-')
        return until_size(sql, "\n");
    if (sql[0] == '/' && sql[1] == '*')
        return until_size(sql, "*/");
    return 0;
}

void sqlite_placeholders(struct str *out, const char *sql)
{
    while (*sql != '\0') {
        size_t size = opaque_size(sql);
        if (size > 0) {
            str_add_n(out, sql, size);
            sql += size;
        } else if (sql[0] == '$' && sql[1] >= '0' && sql[1] <= '9') {
            str_add_c(out, '?');
            sql++;
        } else {
            str_add_c(out, *sql);
            sql++;
        }
    }
}

/*
 * For RETURNING SQLite makes a table of its own in memory, each time: a third of what a notice's
 * row costs. Of a plain INSERT it knows the id without (one row goes in, or the statement fails).
 */
bool sqlite_statement(struct str *out, const char *sql)
{
    static const char tail[] = " RETURNING id";
    sqlite_placeholders(out, sql);
    const size_t size = strlen(sql);
    if (!text_starts(sql, "INSERT ") || strstr(sql, "ON CONFLICT") != NULL || size < sizeof tail ||
        strcmp(sql + size - (sizeof tail - 1), tail) != 0)
        return false;
    str_truncate(out, out->size - (sizeof tail - 1));
    return true;
}
