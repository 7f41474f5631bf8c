#include "dispatcher/compose/compose_inner.h"

#include "base/file.h"
#include "dispatcher/back/reply.h"
#include "dispatcher/duties/duty_mail.h"
#include "dispatcher/routine/remind.h"
#include "dispatcher/run/job.h"
#include "seal/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status composer_open(struct composer **out, struct app *app, struct err *err)
{
    struct composer *c = xcalloc(1, sizeof *c);
    c->app = app;
    str_init(&c->checkpoint, STR_LIMIT_LINE);
    c->home = path_join(app->settings->secret, "gnupg");
    sign_home_sweep(c->home);
    enum status status = wording_open(&c->wording, app->settings->templates, err);
    if (status == OK)
        status = sign_find_key(c->fpr, c->home, err);
    if (status == OK)
        *out = c;
    else
        composer_close(c);
    return status;
}

void composer_close(struct composer *composer)
{
    if (composer == NULL)
        return;
    if (composer->home != NULL)
        sign_home_close(composer->home);
    wording_close(composer->wording);
    compose_forget_diff(composer);
    dossier_close(composer->dossier);
    str_dispose(&composer->checkpoint);
    free(composer->home);
    free(composer);
}

const char *composer_key(const struct composer *composer)
{
    return composer->fpr;
}

const char *composer_home(const struct composer *composer)
{
    return composer->home;
}

const struct err *composer_doubt(const struct composer *composer)
{
    return composer->doubt.code != OK ? &composer->doubt : NULL;
}

char *compose_return_address(const struct settings *settings, const char *token)
{
    const char *shape = settings->mail.reply;
    const char *hole = strstr(shape, "{token}");
    if (hole == NULL)
        return xstrdup(shape);
    return xprintf("%.*s%s%s", (int)(hole - shape), shape, token, hole + strlen("{token}"));
}

enum status compose_text(struct notice_text *out, struct composer *composer,
                         const struct notice *notice, struct err *err)
{
    if (notice->kind == NOTICE_ACKNOWLEDGEMENT)
        return reply_text(out, composer, notice, err);
    if (notice->kind == NOTICE_ALARM)
        return duty_mail_text(out, composer, notice, err);
    struct work w;
    enum status status = compose_begin(&w, composer, notice, err);
    if (status == OK)
        status = wording_notice(out, composer->wording, &w.facts, err);
    compose_end(&w);
    return status;
}

enum status compose_cert(struct work *w, struct str *cert, struct err *err)
{
    struct app *app = w->c->app;
    if (w->notice->level != LEVEL_SEALED)
        return OK;
    if (w->notice->key == NULL)
        return err_set(err, ERR_REFUSED, "no pinned key");
    enum status status =
        key_get(&w->key, w->arena, app->store, w->notice->party, w->notice->key, err);
    if (status == ERR_NOT_FOUND)
        return err_set(err, ERR_REFUSED, "the pinned key %.40s is not in the store any more",
                       w->notice->key);
    if (status != OK)
        return status;
    /* One that was read again and is revoked or broken now has no certificate any more. */
    if (w->key.cert == NULL)
        return err_set(err, ERR_REFUSED, "the pinned key is %s", w->key.state);
    if (w->key.expires_ms > 0 && w->key.expires_ms <= app_now(app))
        return err_set(err, ERR_REFUSED, "the pinned key has expired");
    return blob_get(cert, app->store, w->key.cert, err);
}

const char *compose_csaf_filename(struct arena *arena, const char *tracking)
{
    /* CSAF §5.1: lower case, everything but + - a-z 0-9 becomes _. */
    char *name = arena_printf(arena, "%s.json", tracking);
    for (char *p = name; *p != '\0' && p < name + strlen(tracking); p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
        else if (strchr("+-abcdefghijklmnopqrstuvwxyz0123456789", *p) == NULL)
            *p = '_';
    }
    return name;
}

size_t compose_attachments(struct attachment out[SEAL_PARTS], struct work *w, struct str *csv)
{
    size_t count = 0;
    const struct dossier *d = w->c->dossier;
    if (w->c->checkpoint.size > 0)
        out[count++] = (struct attachment){"evidence-checkpoint.txt", "text/plain",
                                           str_bytes(&w->c->checkpoint)};
    if (d->row.digest)
        return compose_digest_attachments(out, count, w, csv);
    if (w->notice->level == LEVEL_WAITING || remind_refers_back(w->notice->kind))
        return count;
    if (w->notice->level == LEVEL_SEALED && !w->facts.broadcast && w->facts.device_count > 0)
        wording_devices_csv(csv, &w->facts);
    /* Base64 takes four bytes for three, plus line ends. */
    size_t encoded = (d->text.size + csv->size) / 3 * 4 * 78 / 76;
    if ((int64_t)encoded > w->c->app->settings->mail.size_limit) {
        const char *url = w->c->app->settings->maker.url;
        w->facts.attachments_at = url != NULL ? url : "ask us, and you get them";
        return count;
    }
    out[count++] = (struct attachment){compose_csaf_filename(w->arena, d->row.tracking),
                                       "application/json", str_bytes(&d->text)};
    if (csv->size > 0)
        out[count++] = (struct attachment){"your-devices.csv", "text/csv", str_bytes(csv)};
    return count;
}

static void write_job(struct frame_out *job, struct work *w, const struct notice_text *words,
                      const struct str *cert, const struct attachment *parts, size_t part_count,
                      const char *message_id, const char *first_id)
{
    const struct settings *s = w->c->app->settings;
    const struct notice *n = w->notice;
    char tlp[48];
    (void)snprintf(tlp, sizeof tlp, "TLP:%s", tlp_word(w->facts.tlp));
    frame_begin(job, JOB_SEAL);
    frame_int(job, n->id);
    frame_int(job, n->level);
    frame_bytes(job, str_bytes(cert));
    frame_text(job, w->key.sub_fpr);
    frame_text(job, s->maker.name);
    frame_text(job, s->mail.from);
    frame_text(job, w->contact.name);
    frame_text(job, n->address);
    frame_text(job, w->return_address);
    frame_text(job, str_text(&words->subject));
    frame_text(job, str_text(&words->outer_subject));
    frame_text(job, message_id);
    frame_text(job, first_id);
    frame_int(job, 0); /* no reply */
    frame_int(job, w->facts.now_ms);
    frame_text(job, str_text(&words->text));
    frame_text(job, str_text(&words->html));
    frame_text(job, words->mark.size > 0 ? str_text(&words->mark) : NULL);
    frame_int(job, (int64_t)part_count);
    frame_int(job, n->level == LEVEL_SEALED ? 0 : 1);
    for (size_t i = 0; i < part_count; i++) {
        frame_text(job, parts[i].filename);
        frame_text(job, parts[i].type);
        frame_bytes(job, parts[i].body);
    }
    /* The label outside only where the text is readable anyway: sealed mails show nothing. */
    if (n->level != LEVEL_SEALED) {
        frame_text(job, "X-TLP");
        frame_text(job, tlp);
    }
}

enum status compose_message_ids(char **out_id, char **out_first, struct work *w, struct err *err)
{
    int64_t parcels = 0;
    const char *domain = strrchr(w->c->app->settings->mail.from, '@');
    enum status status = parcel_count(&parcels, w->c->app->store, w->notice->id, err);
    if (status != OK)
        return status;
    domain = domain != NULL ? domain + 1 : "localhost";
    *out_id = arena_printf(w->arena, "%s.%lld@%s", w->notice->uid, (long long)parcels + 1, domain);
    *out_first = parcels == 0 ? NULL : arena_printf(w->arena, "%s.1@%s", w->notice->uid, domain);
    return OK;
}

enum status compose_notice(struct frame_out *job, struct composer *composer,
                           const struct notice *notice, struct err *err)
{
    if (notice->kind == NOTICE_ACKNOWLEDGEMENT)
        return reply_compose(job, composer, notice, err);
    if (notice->kind == NOTICE_ALARM)
        return duty_mail_compose(job, composer, notice, err);
    struct work w;
    struct str cert;
    struct str csv;
    struct notice_text words;
    struct attachment parts[SEAL_PARTS];
    char *message_id = NULL;
    char *first_id = NULL;
    str_init(&cert, STR_LIMIT_TEXT);
    str_init(&csv, STR_LIMIT_TEXT);
    notice_text_init(&words);
    enum status status = compose_begin(&w, composer, notice, err);
    if (status == OK)
        status = compose_cert(&w, &cert, err);
    if (status == OK)
        status = compose_message_ids(&message_id, &first_id, &w, err);
    if (status == OK) {
        size_t part_count = compose_attachments(parts, &w, &csv);
        status = wording_notice(&words, composer->wording, &w.facts, err);
        if (status == OK)
            write_job(job, &w, &words, &cert, parts, part_count, message_id, first_id);
    }
    notice_text_dispose(&words);
    str_dispose(&cert);
    str_dispose(&csv);
    compose_end(&w);
    return status;
}
