#include "channels/channel.h"

#include "base/file.h"
#include "base/json_out.h"
#include "base/sha256.h"
#include "channels/feed.h"
#include "channels/parcel.h"

#include <stdio.h>
#include <stdlib.h>

/* What lies in the outbox is as confidential as a mail. */
#define FOLDER_MODE 0700
#define FILE_MODE 0600
#define ENVELOPE_LIMIT ((size_t)16 * 1024)

struct channel {
    char *outbox;
    int64_t per_session;
};

static enum status file_open(struct channel **out, const struct channel_conf *conf, struct err *err)
{
    if (text_is_empty(conf->outbox))
        return err_set(err, ERR_INVALID, "outbox: no folder is given: name one");
    if (conf->per_session < 1)
        return err_set(err, ERR_INVALID, "outbox: no parcel at all may go at once: 100 is usual");
    *out = xcalloc(1, sizeof **out);
    (*out)->outbox = xstrdup(conf->outbox);
    (*out)->per_session = conf->per_session;
    return OK;
}

static void file_close(struct channel *channel)
{
    if (channel == NULL)
        return;
    free(channel->outbox);
    free(channel);
}

static void write_envelope(struct str *out, const struct parcel *parcel)
{
    struct json_out j;
    char sha256[SHA256_HEX];
    sha256_hex_of(sha256, parcel->message);
    json_out_init(&j, out, true);
    json_out_object(&j, NULL);
    json_out_text(&j, "attempt", parcel->id);
    json_out_text(&j, "from", parcel->from);
    json_out_text(&j, "message_id", parcel->message_id);
    json_out_text(&j, "notice", parcel->notice);
    json_out_text(&j, "schema", "tocsin.outbox/1");
    json_out_text(&j, "sha256", sha256);
    json_out_int(&j, "size", (int64_t)parcel->message.size);
    json_out_text(&j, "to", parcel->to);
    json_out_end(&j);
    str_add_c(out, '\n');
}

/* Another message may not take the place of one that nobody has fetched. */
static bool holds_other(const char *path, struct bytes message)
{
    struct str there;
    str_init(&there, STR_LIMIT_MAIL);
    enum status status = file_read(&there, path, STR_LIMIT_MAIL, NULL);
    bool other =
        status != ERR_NOT_FOUND && (status != OK || !bytes_equal(str_bytes(&there), message));
    str_dispose(&there);
    return other;
}

/*
 * The envelope first: who sees the .eml finds its .json. Until the .eml is renamed into place
 * nothing is handed over; when making that durable fails it may be there or not.
 */
static enum verdict put(const struct channel *channel, const struct parcel *parcel,
                        struct receipt *receipt, struct err *err)
{
    struct str envelope;
    enum verdict verdict = VERDICT_DEFERRED;
    char *eml = xprintf("%s/%s.eml", channel->outbox, parcel->notice);
    char *json = xprintf("%s/%s.json", channel->outbox, parcel->notice);
    str_init(&envelope, ENVELOPE_LIMIT);
    write_envelope(&envelope, parcel);
    if (!str_ok(&envelope))
        (void)err_set(err, ERR_LIMIT, "%s: the envelope is too large", parcel->notice);
    else if (holds_other(eml, parcel->message))
        (void)err_set(err, ERR_EXISTS, "%s: holds another message: fetch it first", eml);
    else if (file_write(json, str_bytes(&envelope), FILE_MODE, err) != OK)
        verdict = VERDICT_DEFERRED;
    else if (file_write(eml, parcel->message, FILE_MODE, err) != OK)
        verdict = holds_other(eml, parcel->message) || !file_exists(eml) ? VERDICT_DEFERRED
                                                                         : VERDICT_UNCERTAIN;
    else
        verdict = VERDICT_ACCEPTED;
    (void)snprintf(receipt->said, sizeof receipt->said, "%.*s", (int)sizeof receipt->said - 1,
                   verdict == VERDICT_ACCEPTED ? "put into the outbox" : err->text);
    if (verdict == VERDICT_ACCEPTED)
        str_addf(&receipt->transcript, "* %s\n* %s", eml, str_text(&envelope));
    else
        str_addf(&receipt->transcript, "* %s\n", err->text);
    str_dispose(&envelope);
    free(json);
    free(eml);
    return verdict;
}

static enum status carry(struct channel *channel, const struct feed *feed,
                         const struct parcel *parcel, struct err *err)
{
    struct receipt receipt;
    struct err why = {.code = OK};
    enum status leave = feed->dot(feed->context, parcel, &why);
    if (leave != OK) {
        enum status status =
            feed_turn_away(feed, parcel, VERDICT_DEFERRED, false,
                           "no leave to put it into the outbox: nothing was taken", err);
        return status == OK ? err_set(err, leave, "%s", why.text) : status;
    }
    receipt_init(&receipt);
    receipt.verdict = put(channel, parcel, &receipt, &why);
    enum status status = feed->done(feed->context, parcel, &receipt, err);
    receipt_dispose(&receipt);
    return status;
}

/* The names are made of the notice's uid: anything but a plain word could leave the folder. */
static enum status carry_if_safe(struct channel *channel, const struct feed *feed,
                                 const struct parcel *parcel, struct err *err)
{
    if (!parcel_is_word(parcel->notice) || !parcel_is_word(parcel->id))
        return feed_turn_away(
            feed, parcel, VERDICT_REFUSED, false,
            "this message cannot be carried: its ids are no words that may name a file", err);
    return carry(channel, feed, parcel, err);
}

static enum status file_serve(struct channel *channel, const struct feed *feed, struct err *err)
{
    struct err why = {.code = OK};
    bool ready = file_make_dir(channel->outbox, FOLDER_MODE, &why) == OK;
    for (int64_t i = 0; i < channel->per_session; i++) {
        const struct parcel *parcel = NULL;
        struct err none = {.code = OK};
        enum status status = feed->next(feed->context, &parcel, true, &none);
        if (status == ERR_NOT_FOUND)
            return OK;
        if (status != OK)
            return err_set(err, status, "%s", none.text);
        if (!ready)
            return feed_turn_away(feed, parcel, VERDICT_DEFERRED, true, why.text, err);
        status = carry_if_safe(channel, feed, parcel, err);
        if (status != OK)
            return status;
    }
    return OK;
}

const struct channel_ops channel_file = {
    .name = "file", .open = file_open, .serve = file_serve, .close = file_close};
