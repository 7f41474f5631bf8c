/* dispatcher/commands/cmd_verify - tocsin evidence verify: judge a bundle, with nothing of an
 * installation.
 */
#include "base/file.h"
#include "base/json_out.h"
#include "dispatcher/cli.h"
#include "evidence/note.h"
#include "evidence/verify.h"

static void add_json(struct str *out, const struct bundle_verdict *v)
{
    struct json_out j;
    char root[SHA256_HEX];
    json_out_init(&j, out, false);
    json_out_object(&j, NULL);
    json_out_text(&j, "schema", "tocsin.evidence.verify/1");
    json_out_bool(&j, "good", v->reason == NULL);
    json_out_text(&j, "where", v->reason != NULL ? v->where : NULL);
    json_out_text(&j, "reason", v->reason);
    json_out_int(&j, "start", v->start);
    json_out_int(&j, "entries", v->entries);
    json_out_text(&j, "root", v->reason == NULL ? sha256_hex(root, &v->root) : NULL);
    json_out_text(&j, "signer", v->reason == NULL ? v->signer : NULL);
    json_out_bool(&j, "anchored", v->anchored);
    json_out_int(&j, "epochs", (int64_t)v->epochs);
    json_out_int(&j, "checkpoints", (int64_t)v->notes);
    json_out_int(&j, "time_stamps", (int64_t)v->stamps);
    json_out_int(&j, "values", (int64_t)v->values);
    json_out_int(&j, "blobs", (int64_t)v->blobs);
    json_out_int(&j, "files", (int64_t)v->files);
    json_out_end(&j);
    str_add_c(out, '\n');
}

static void add_epoch(struct str *out, const struct bundle_verdict *v)
{
    if (v->epochs > 0)
        str_addf(out,
                 "EPOCH: signed history was lost %zu times, and the log begun anew: read entry "
                 "%lld\n",
                 v->epochs, (long long)v->epoch_at);
}

static void add_text(struct str *out, const struct bundle_verdict *v)
{
    char root[SHA256_HEX];
    if (v->reason != NULL) {
        str_addf(out, "bad: %s: %s\n", v->where, v->reason);
        add_epoch(out, v);
        return;
    }
    str_addf(out, "good: %lld entries", (long long)v->entries);
    if (v->start > 0)
        str_addf(out, " behind the first %lld", (long long)v->start);
    str_addf(out, ", %zu checkpoints, %zu time-stamps, %zu values, %zu blobs\n", v->notes,
             v->stamps, v->values, v->blobs);
    str_addf(out, "root: %s\nsigned by: %s%s\nanchor: %s\n", sha256_hex(root, &v->root), v->signer,
             v->keys > 1 ? " and its successors" : "",
             v->anchored ? "the log only grew since" : "none given: compare the key above");
    add_epoch(out, v);
}

int cli_verify_bundle(const char *path, const char *anchor_file, const char *disclosed,
                      bool as_json)
{
    struct bundle_verdict verdict;
    struct err err = {0};
    struct str anchor, out;
    str_init(&anchor, NOTE_LIMIT);
    str_init(&out, STR_LIMIT_LINE);
    enum status status =
        anchor_file != NULL ? file_read(&anchor, anchor_file, NOTE_LIMIT, &err) : OK;
    if (status == OK && anchor_file != NULL && anchor.size == 0)
        status =
            err_set(&err, ERR_INVALID, "%s: it is empty: give a signed checkpoint", anchor_file);
    if (status == OK)
        status = bundle_verify_with(&verdict, path, str_bytes(&anchor), disclosed, &err);
    int code = EXIT_USAGE; /* no verdict: it cannot be read */
    if (status == OK) {
        code = verdict.reason == NULL ? EXIT_DONE : EXIT_NO;
        if (as_json)
            add_json(&out, &verdict);
        else
            add_text(&out, &verdict);
        if (!cli_put(&out))
            code = EXIT_AGAIN;
    } else {
        (void)cli_fail(&err);
    }
    str_dispose(&anchor);
    str_dispose(&out);
    return code;
}
