/* What two persons sign, and how it waits for the second of them. Pure. */
#include "base/number.h"
#include "base/sha256.h"
#include "dispatcher/signed/epoch.h"

#include <stdio.h>
#include <string.h>

void epoch_statement(struct str *out, const struct epoch_text *text, const char *signer,
                     int64_t at_ms)
{
    char at[CLOCK_TEXT];
    str_add(out, "Tocsin epoch end 1\n");
    str_addf(out, "log: %s\n", text->log);
    if (text->last_size >= 0)
        str_addf(out, "last-signed: %lld %s\n", (long long)text->last_size, text->last_root);
    else
        str_add(out, "last-signed: not remembered\n");
    str_addf(out, "head: %lld %s\n", (long long)text->head, text->head_prev);
    str_addf(out, "reason: %s\n", text->reason);
    str_addf(out, "signer: %s\n", signer);
    str_add(out, "meaning: history that was signed is lost; the log goes on in a new epoch\n");
    str_addf(out, "at: %s\n", clock_text(at, at_ms));
}

/* Two parts of path behind the domain are the first epoch: a third one counts. */
const char *epoch_next_name(struct arena *arena, const char *name)
{
    const char *last = strrchr(name, '/');
    const char *first = strchr(name, '/');
    const char *second = first != NULL ? strchr(first + 1, '/') : NULL;
    int64_t number = 1;
    if (second != NULL && last != second &&
        number_parse_within(&number, last + 1, 2, INT64_C(1000000)))
        return arena_printf(arena, "%.*s/%lld", (int)(last - name), name, (long long)number + 1);
    return arena_printf(arena, "%s/2", name);
}

const char *epoch_line(struct arena *arena, const char **at)
{
    size_t size = strcspn(*at, "\n");
    const char *line = arena_strndup(arena, *at, size);
    *at += size + ((*at)[size] == '\n');
    return line;
}

static bool is_hash(const char *text)
{
    struct sha256 hash;
    return sha256_parse(&hash, text, NULL) == OK;
}

void epoch_pending(struct str *out, const struct epoch_text *t)
{
    str_addf(out, "%s\n%lld\n%s\n%lld\n%s\n%s\n", t->log, (long long)t->last_size, t->last_root,
             (long long)t->head, t->head_prev, t->reason);
}

enum status epoch_pending_read(struct epoch_text *out, struct arena *arena, const char *text,
                               struct err *err)
{
    const char *at = text;
    *out = (struct epoch_text){.log = epoch_line(arena, &at)};
    bool good = number_parse_within(&out->last_size, epoch_line(arena, &at), -1, INT64_MAX);
    out->last_root = epoch_line(arena, &at);
    good = number_parse_within(&out->head, epoch_line(arena, &at), 0, INT64_MAX) && good;
    out->head_prev = epoch_line(arena, &at);
    out->reason = epoch_line(arena, &at);
    good = good && at[0] == '\0' && at > text && at[-1] == '\n' && out->log[0] != '\0' &&
           out->reason[0] != '\0' && is_hash(out->head_prev) &&
           (out->last_size < 0 ? out->last_root[0] == '\0' : is_hash(out->last_root));
    return good ? OK : err_set(err, ERR_CORRUPT, "store: meta epoch.pending: not understood");
}

bool epoch_follows(struct bytes line, const char *prev)
{
    char member[80];
    int size = snprintf(member, sizeof member, "\"prev\":\"%s\"", prev);
    return is_hash(prev) && memmem(line.data, line.size, member, (size_t)size) != NULL;
}
