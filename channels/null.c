#include "channels/channel.h"

#include <stdio.h>
#include <stdlib.h>

struct channel {
    int64_t per_session;
};

static enum status null_open(struct channel **out, const struct channel_conf *conf, struct err *err)
{
    (void)err;
    *out = xcalloc(1, sizeof **out);
    (*out)->per_session = conf->per_session > 0 ? conf->per_session : INT64_MAX;
    return OK;
}

static enum status null_carry(const struct feed *feed, const struct parcel *parcel, struct err *err)
{
    struct receipt receipt;
    struct err no = {.code = OK};
    receipt_init(&receipt);
    enum status leave = feed->dot(feed->context, parcel, &no);
    receipt.verdict = leave == OK ? VERDICT_ACCEPTED : VERDICT_DEFERRED;
    (void)snprintf(receipt.said, sizeof receipt.said, "%s",
                   leave == OK ? "kept nowhere" : "no leave to end the data: nothing was taken");
    enum status status = feed->done(feed->context, parcel, &receipt, err);
    receipt_dispose(&receipt);
    if (status == OK && leave != OK)
        status = err_set(err, leave, "%s", no.text);
    return status;
}

static enum status null_serve(struct channel *channel, const struct feed *feed, struct err *err)
{
    for (int64_t i = 0; i < channel->per_session; i++) {
        const struct parcel *parcel = NULL;
        struct err none = {.code = OK};
        enum status status = feed->next(feed->context, &parcel, true, &none);
        if (status == ERR_NOT_FOUND)
            return OK;
        if (status != OK)
            return err_set(err, status, "%s", none.text);
        status = null_carry(feed, parcel, err);
        if (status != OK)
            return status;
    }
    return OK;
}

static void null_close(struct channel *channel)
{
    free(channel);
}

const struct channel_ops channel_null = {
    .name = "null", .open = null_open, .serve = null_serve, .close = null_close};
