#include "dispatcher/release/approve.h"

#include "dispatcher/op.h"
#include "dispatcher/release/release.h"
#include "dispatcher/release/who_signed.h"
#include "dispatcher/submit/withdraw.h"

#include <string.h>

#define SIGNER_CLOCK_SLACK (10 * MS_MINUTE)

void approve_statement(struct str *out, const struct advisory *row, const struct person *person,
                       enum role role, int64_t at_ms)
{
    char at[CLOCK_TEXT];
    str_add(out, "Tocsin approval 1\n");
    str_addf(out, "advisory: %s %s\n", row->tracking, row->version);
    str_addf(out, "sha256: %s\n", row->sha256);
    str_addf(out, "order-sha256: %s\n", row->order_sha256 != NULL ? row->order_sha256 : "none");
    str_addf(out, "signer: %s\n", person->name);
    str_addf(out, "role: %s\n", role_word(role));
    str_add(out, "meaning: approved for release\n");
    str_addf(out, "at: %s\n", clock_text(at, at_ms));
}

enum status approve_role(enum role *out, const struct settings *settings,
                         const struct person *person, const char *wanted, struct err *err)
{
    enum role role;
    if (wanted != NULL) {
        if (!role_of(&role, wanted))
            return err_set(err, ERR_INVALID,
                           "--role %s: unknown role: psirt, regulatory, quality, safety or service",
                           wanted);
        if (!person_has_role(person, role))
            return err_set(err, ERR_REFUSED,
                           "--role %s: %s does not hold this role: see people in the configuration",
                           wanted, person->id);
        if ((settings->release.roles & (1u << role)) == 0)
            return err_set(err, ERR_REFUSED,
                           "--role %s: this role does not release: see release.roles", wanted);
        *out = role;
        return OK;
    }
    for (int i = 0; i < ROLE_COUNT; i++) {
        if ((settings->release.roles & person->roles & (1u << i)) != 0) {
            *out = (enum role)i;
            return OK;
        }
    }
    return err_set(err, ERR_REFUSED,
                   "%s holds no role that releases (release.roles): ask somebody who does",
                   person->id);
}

/* Value of "name: value" in line number `line` (from 0), or NULL. Copies into the arena. */
static const char *statement_line(struct arena *arena, const char *text, int line, const char *name)
{
    for (; line > 0 && text != NULL; line--) {
        text = strchr(text, '\n');
        text = text != NULL ? text + 1 : NULL;
    }
    if (text == NULL || !text_starts(text, name))
        return NULL;
    text += strlen(name);
    if (!text_starts(text, ": "))
        return NULL;
    return arena_strndup(arena, text + 2, strcspn(text + 2, "\n"));
}

struct claim {
    const struct person *person;
    enum role role;
    int64_t at_ms;
};

/* Does the signed statement say exactly what this advisory needs? The whole text is compared. */
static enum status check_statement(struct claim *claim, struct arena *arena, struct app *app,
                                   const struct advisory *row, const char *text, const char *name,
                                   struct err *err)
{
    struct str wanted;
    const char *signer = statement_line(arena, text, 4, "signer");
    const char *role = statement_line(arena, text, 5, "role");
    const char *at = statement_line(arena, text, 7, "at");
    if (!text_equal(signer, claim->person->name) || role == NULL || at == NULL)
        return err_set(err, ERR_REFUSED,
                       "%s: the signed text is not an approval by %s: make it with `tocsin approve "
                       "%s --print`",
                       name, claim->person->name, row->tracking);
    enum status status = approve_role(&claim->role, app->settings, claim->person, role, err);
    if (status == OK)
        status = clock_parse(&claim->at_ms, at, err);
    if (status != OK) {
        (void)err_prefix(err, "%s", name);
        return err->code = ERR_REFUSED;
    }
    str_init(&wanted, STR_LIMIT_LINE);
    approve_statement(&wanted, row, claim->person, claim->role, claim->at_ms);
    bool same = text_equal(str_text(&wanted), text);
    str_dispose(&wanted);
    if (!same)
        return err_set(
            err, ERR_REFUSED,
            "%s: the signed text names other bytes than %s %s has in the register (advisory or "
            "order changed since, or another version): approve it anew",
            name, row->tracking, row->version);
    if (claim->at_ms > app_now(app) + SIGNER_CLOCK_SLACK)
        return err_set(err, ERR_REFUSED,
                       "%s: signed in the future (%s): check the clock of the signer", name, at);
    return OK;
}

/* Two persons who share a key are one. */
static enum status check_not_twice(size_t *out_count, struct app *app, struct arena *arena,
                                   const struct advisory *row, const struct claim *claim,
                                   const struct signature *signature, struct err *err)
{
    struct approval *list = NULL;
    size_t count = 0;
    enum status status = approval_list(&list, &count, arena, app->store, row->id, err);
    *out_count = count;
    for (size_t i = 0; status == OK && i < count; i++)
        if (text_equal(list[i].person, claim->person->id) ||
            text_equal(list[i].fpr, signature->fpr))
            return err_set(err, ERR_EXISTS,
                           "%s %s: signed by %s already: another person has to sign", row->tracking,
                           row->version, list[i].person);
    return status;
}

static enum status write_approval(struct app *app, const struct advisory *row,
                                  const struct claim *claim, const struct signature *signature,
                                  bool clear, struct bytes bytes, bool complete, struct err *err)
{
    char hex[SHA256_HEX];
    struct approval approval = {.advisory_id = row->id,
                                .person = claim->person->id,
                                .role = claim->role,
                                .fpr = signature->fpr,
                                .form = clear ? "text" : "detached",
                                .sha256 = hex,
                                .at_ms = claim->at_ms};
    enum status status = blob_put(hex, app->store, bytes, err);
    if (status == OK)
        status = approval_add(&approval, app->store, err);
    if (status != OK)
        return status;
    struct entry *entry = entry_new("advisory.approved", app->actor, row->uid);
    entry_personal(entry, "approval_sha256", hex);
    entry_bool(entry, "complete", complete);
    entry_text(entry, "form", approval.form);
    entry_personal(entry, "fpr", approval.fpr);
    entry_text(entry, "order_sha256", row->order_sha256);
    entry_personal(entry, "person", claim->person->id);
    entry_text(entry, "role", role_word(claim->role));
    entry_text(entry, "sha256", row->sha256);
    entry_instant(entry, "signed_at", claim->at_ms);
    return app_record(app, entry, err);
}

enum status approve_signature(struct app *app, const char *tracking, const char *version,
                              const char *name, struct bytes bytes, struct str *out,
                              struct err *err)
{
    struct arena *arena = arena_new();
    struct signature signature = {0};
    struct claim claim = {0};
    size_t signed_before = 0;
    struct advisory row;
    struct str text;
    str_init(&text, STR_LIMIT_TEXT);
    bool clear = bytes.size > 0 &&
                 memmem(bytes.data, bytes.size, "-----BEGIN PGP SIGNED MESSAGE-----", 34) != NULL;
    enum status status = advisory_find(&row, arena, app->store, tracking, version, err);
    if (status == OK && !clear)
        status = blob_get(&text, app->store, row.sha256, err);
    if (status == OK)
        status = who_signed(&claim.person, &signature, app, clear ? NULL : &text, bytes, name, err);
    if (status == OK && clear)
        status = check_statement(&claim, arena, app, &row, str_text(&signature.text), name, err);
    if (status == OK && !clear) {
        claim.at_ms = signature.at_ms;
        status = approve_role(&claim.role, app->settings, claim.person, NULL, err);
    }
    if (status == OK)
        status = app_begin(app, err);
    if (status == OK) {
        status = check_not_twice(&signed_before, app, arena, &row, &claim, &signature, err);
        if (status == OK && row.state == ADVISORY_SUPERSEDED)
            status = err_set(err, ERR_REFUSED,
                             "%s %s: a newer version is approved already: an older one is not sent "
                             "after it",
                             row.tracking, row.version);
        if (status == OK && row.state != ADVISORY_SUBMITTED)
            status = err_set(err, ERR_EXISTS, "%s %s is %s already: nothing is left to sign",
                             row.tracking, row.version, advisory_state_word(row.state));
        if (status == OK)
            status = withdraw_check(app, &row, err);
        if (status == OK)
            status =
                write_approval(app, &row, &claim, &signature, clear, bytes,
                               (int64_t)signed_before + 1 >= app->settings->release.approvals, err);
        if (status == OK)
            status = release_if_signed(app, &row, out, err);
        if (status == OK)
            status = app_commit(app, err);
        else
            app_rollback(app);
    }
    signature_dispose(&signature);
    str_dispose(&text);
    arena_free(arena);
    return status;
}

enum { ARG_TRACKING = OP_ARG, ARG_VERSION, ARG_NAME, ARG_SIGNATURE };

enum status op_approve(struct app *app, const struct frame *in, struct str *out, struct err *err)
{
    return approve_signature(app, frame_get_text(in, ARG_TRACKING), frame_get_text(in, ARG_VERSION),
                             frame_get_text(in, ARG_NAME), frame_get_bytes(in, ARG_SIGNATURE), out,
                             err);
}
