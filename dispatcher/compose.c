#include "dispatcher/compose.h"

#include "base/file.h"
#include "dispatcher/job.h"
#include "dispatcher/state.h"
#include "seal/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct composer {
    struct app *app;
    struct wording *wording;
    struct dossier *dossier; /* of the advisory composed last */
    char *home;
    char fpr[65];
};

enum status composer_open(struct composer **out, struct app *app, struct err *err)
{
    struct composer *c = xcalloc(1, sizeof *c);
    c->app = app;
    c->home = path_join(app->settings->secret, "gnupg");
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
    dossier_close(composer->dossier);
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

char *compose_return_address(const struct settings *settings, const char *token)
{
    const char *shape = settings->mail.reply;
    const char *hole = strstr(shape, "{token}");
    if (hole == NULL)
        return xstrdup(shape);
    return xprintf("%.*s%s%s", (int)(hole - shape), shape, token, hole + strlen("{token}"));
}

static enum status find_dossier(struct composer *c, int64_t advisory_id, struct err *err)
{
    if (c->dossier != NULL && c->dossier->row.id == advisory_id)
        return OK;
    struct arena *arena = arena_new();
    struct advisory row;
    dossier_close(c->dossier);
    c->dossier = NULL;
    enum status status = advisory_get(&row, arena, c->app->store, advisory_id, err);
    if (status == OK)
        status = dossier_open(&c->dossier, c->app, &row, err);
    arena_free(arena);
    return status;
}

/* One notice on its way to words; everything in the arena. */
struct work {
    struct arena *arena;
    struct composer *c;
    const struct notice *notice;
    struct party party;
    struct contact contact;
    struct key key;
    struct notice_facts facts;
    char *return_address;
};

static enum status add_devices(struct work *w, struct err *err)
{
    struct holding *holdings = NULL;
    size_t count = 0;
    enum status status = recipient_holdings(&holdings, &count, w->arena, w->c->app, w->c->dossier,
                                            w->notice->party, err);
    if (status != OK)
        return status;
    struct notice_device *devices = arena_alloc(w->arena, (count + 1) * sizeof *devices);
    for (size_t i = 0; i < count; i++)
        devices[i] = (struct notice_device){
            .vendor = holdings[i].row.vendor,
            .product = holdings[i].row.product,
            .version = holdings[i].row.version,
            .serial = holdings[i].row.serial,
            .udi_di = holdings[i].row.udi_di,
            .quantity = holdings[i].row.quantity,
            .match = holdings[i].match.verdict == MATCH_AFFECTED ? "affected" : "perhaps affected"};
    /* The list itself travels sealed only; that we have one is no secret to its owner. */
    w->facts.devices = devices;
    w->facts.device_count = w->notice->level == LEVEL_SEALED ? count : 0;
    w->facts.devices_known = count > 0;
    return OK;
}

/* The complaint desk is told who else is told, how, and under which code. */
static enum status add_told(struct work *w, struct err *err)
{
    struct notice *list = NULL;
    size_t count = 0;
    struct notice_filter filter = {.advisory_id = w->notice->advisory_id, .limit = 5000};
    if (w->party.kind != PARTY_COMPLAINT || w->notice->level != LEVEL_SEALED)
        return OK;
    enum status status = notice_list(&list, &count, w->arena, w->c->app->store, &filter, err);
    if (status != OK)
        return status;
    struct notice_told *told = arena_alloc(w->arena, (count + 1) * sizeof *told);
    for (size_t i = 0; i < count; i++) {
        struct party party;
        status = party_get(&party, w->arena, w->c->app->store, list[i].party, err);
        if (status != OK && status != ERR_NOT_FOUND)
            return status;
        told[i] = (struct notice_told){.party = list[i].party,
                                       .kind = status == OK ? party_kind_word(party.kind) : NULL,
                                       .route = route_word(list[i].route),
                                       .level = level_word(list[i].level),
                                       .code = list[i].code,
                                       .by_ms = list[i].deadline_ms};
    }
    w->facts.told = told;
    w->facts.told_count = count;
    return OK;
}

/* The version that this party was told of last, for an update. */
static enum status find_previous(struct work *w, struct err *err)
{
    struct advisory *versions = NULL;
    size_t count = 0;
    const struct advisory *row = &w->c->dossier->row;
    if (w->notice->kind != NOTICE_UPDATE)
        return OK;
    enum status status =
        advisory_list(&versions, &count, w->arena, w->c->app->store, row->tracking, err);
    for (size_t i = 0; status == OK && i < count; i++) {
        struct notice *list = NULL;
        size_t told = 0;
        struct notice_filter filter = {
            .advisory_id = versions[i].id, .party = w->notice->party, .states = STATE_BITS_OUT};
        const char *best = w->facts.previous_version;
        if (csaf_version_compare(versions[i].version, row->version) >= 0 ||
            (best != NULL && csaf_version_compare(versions[i].version, best) <= 0))
            continue;
        status = notice_list(&list, &told, w->arena, w->c->app->store, &filter, err);
        if (status == OK && told > 0)
            w->facts.previous_version = versions[i].version;
    }
    return status;
}

static const char *exploited_word(enum exploited exploited)
{
    return exploited == EXPLOITED_YES ? "yes" : exploited == EXPLOITED_NO ? "no" : NULL;
}

static enum status gather_facts(struct work *w, struct err *err)
{
    struct app *app = w->c->app;
    const struct settings *s = app->settings;
    const struct dossier *d = w->c->dossier;
    const struct notice *n = w->notice;
    const struct person *person = settings_owner(s, ROLE_PSIRT);
    const char *language = w->contact.language != NULL   ? w->contact.language
                           : d->order.language_count > 0 ? d->order.languages[0]
                                                         : "en";
    w->facts = (struct notice_facts){
        .kind = n->kind,
        .audience = w->party.kind,
        .level = n->level,
        .tlp = d->row.tlp,
        .test = app->test,
        .language = language,
        .csaf = d->csaf,
        .maker = s->maker.name,
        .maker_country = s->maker.country,
        .maker_url = s->maker.url,
        .key_fingerprint = w->c->fpr,
        .from = {.name = person->name, .phone = person->phone, .mail = person->mail},
        .to_party = n->party,
        .to_name = w->contact.name,
        .code = n->code,
        .reply_address = w->return_address,
        .now_ms = app_now(app),
        .answer_by_ms = n->answer_by_ms,
        .action_by_ms = d->order.action_by_ms,
        .hazard = d->order.hazard,
        .action = d->order.action,
        .next_information = d->order.next_information,
        .exploited = exploited_word(d->order.exploited),
        .interim = d->order.interim || text_equal(d->csaf->status, "interim"),
    };
    if (d->order.ranking_scheme != NULL)
        w->facts.order_ranking =
            arena_printf(w->arena, "%s: %s", d->order.ranking_scheme, d->order.ranking_value);
    enum status status = add_devices(w, err);
    if (status == OK)
        status = find_previous(w, err);
    return status == OK ? add_told(w, err) : status;
}

static enum status begin_work(struct work *w, struct composer *c, const struct notice *notice,
                              struct err *err)
{
    *w = (struct work){.arena = arena_new(), .c = c, .notice = notice};
    w->return_address = compose_return_address(c->app->settings, notice->token);
    enum status status = find_dossier(c, notice->advisory_id, err);
    if (status == OK)
        status = party_get(&w->party, w->arena, c->app->store, notice->party, err);
    if (status == OK && notice->contact_id != 0)
        status = contact_get(&w->contact, w->arena, c->app->store, notice->contact_id, err);
    if (status == OK)
        status = gather_facts(w, err);
    return status;
}

static void end_work(struct work *w)
{
    free(w->return_address);
    arena_free(w->arena);
}

enum status compose_text(struct notice_text *out, struct composer *composer,
                         const struct notice *notice, struct err *err)
{
    struct work w;
    enum status status = begin_work(&w, composer, notice, err);
    if (status == OK)
        status = wording_notice(out, composer->wording, &w.facts, err);
    end_work(&w);
    return status;
}

/* A sealed notice goes to the pinned key of its contact and to nothing else. */
static enum status find_cert(struct work *w, struct str *cert, struct err *err)
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
    if (w->key.expires_ms > 0 && w->key.expires_ms <= app_now(app))
        return err_set(err, ERR_REFUSED, "the pinned key has expired");
    return blob_get(cert, app->store, w->key.cert, err);
}

struct attachment {
    const char *filename, *type;
    struct bytes body;
};

static const char *csaf_filename(struct arena *arena, const char *tracking)
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

static size_t add_attachments(struct attachment out[SEAL_PARTS], struct work *w, struct str *csv)
{
    size_t count = 0;
    const struct dossier *d = w->c->dossier;
    if (w->notice->level == LEVEL_WAITING)
        return 0;
    if (w->notice->level == LEVEL_SEALED && w->facts.device_count > 0)
        wording_devices_csv(csv, &w->facts);
    /* Base64 takes four bytes for three, plus line ends. */
    size_t encoded = (d->text.size + csv->size) / 3 * 4 * 78 / 76;
    if ((int64_t)encoded > w->c->app->settings->mail.size_limit) {
        const char *url = w->c->app->settings->maker.url;
        w->facts.attachments_at = url != NULL ? url : "ask us, and you get them";
        return 0;
    }
    out[count++] = (struct attachment){csaf_filename(w->arena, d->row.tracking), "application/json",
                                       str_bytes(&d->text)};
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
    frame_int(job, w->facts.now_ms);
    frame_text(job, str_text(&words->text));
    frame_text(job, str_text(&words->html));
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

/* Another route or key is another message, with its own id and a reference to the first. */
static enum status message_ids(char **out_id, char **out_first, struct work *w, struct err *err)
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
    enum status status = begin_work(&w, composer, notice, err);
    if (status == OK)
        status = find_cert(&w, &cert, err);
    if (status == OK)
        status = message_ids(&message_id, &first_id, &w, err);
    if (status == OK) {
        size_t part_count = add_attachments(parts, &w, &csv);
        status = wording_notice(&words, composer->wording, &w.facts, err);
        if (status == OK)
            write_job(job, &w, &words, &cert, parts, part_count, message_id, first_id);
    }
    notice_text_dispose(&words);
    str_dispose(&cert);
    str_dispose(&csv);
    end_work(&w);
    return status;
}
