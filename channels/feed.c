#include "channels/feed.h"

#include "channels/parcel.h"

#include <stdio.h>

enum status feed_turn_away(const struct feed *feed, const struct parcel *parcel,
                           enum verdict verdict, bool endpoint_fault, const char *why,
                           struct err *err)
{
    struct receipt receipt;
    receipt_init(&receipt);
    receipt.verdict = verdict;
    receipt.endpoint_fault = endpoint_fault;
    (void)snprintf(receipt.said, sizeof receipt.said, "%.255s", why);
    str_addf(&receipt.transcript, "* %s\n", why);
    enum status status = feed->done(feed->context, parcel, &receipt, err);
    receipt_dispose(&receipt);
    return status;
}

enum status feed_take(const struct parcel **out, const struct feed *feed, bool wait,
                      struct err *err)
{
    for (;;) {
        struct err why = {.code = OK};
        enum status status = feed->next(feed->context, out, wait, err);
        if (status != OK || parcel_check(*out, &why) == OK)
            return status;
        status = feed_turn_away(feed, *out, VERDICT_REFUSED, false, why.text, err);
        if (status != OK)
            return status;
    }
}
