#include "channels/channel.h"

/* A conversation with one relay about one message is a few kilobytes; more is cut and says so. */
#define TRANSCRIPT_LIMIT ((size_t)64 * 1024)

static const struct channel_ops *const channels[] = {&channel_smtp, &channel_file, &channel_null};

const struct channel_ops *channel_find(const char *name)
{
    for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++)
        if (text_equal(channels[i]->name, name))
            return channels[i];
    return NULL;
}

void receipt_init(struct receipt *r)
{
    *r = (struct receipt){.verdict = VERDICT_DEFERRED};
    str_init(&r->transcript, TRANSCRIPT_LIMIT);
}

void receipt_dispose(struct receipt *r)
{
    if (r == NULL)
        return;
    str_dispose(&r->transcript);
}
