/*
 * channels/feed - answers that need no connection.
 */
#ifndef TOCSIN_CHANNELS_FEED_H
#define TOCSIN_CHANNELS_FEED_H

#include "channels/channel.h"

/*
 * The next parcel that may be carried by mail. One that may not (parcel_check) is answered REFUSED
 * with the reason, so that a person gets it, and passed over.
 * Returns ERR_NOT_FOUND, or what the feed returned.
 */
MUST_USE enum status feed_take(const struct parcel **out, const struct feed *feed, bool wait,
                               struct err *err);

/* Answer a parcel that no bytes were sent for. Returns what the feed returned. */
MUST_USE enum status feed_turn_away(const struct feed *feed, const struct parcel *parcel,
                                    enum verdict verdict, bool endpoint_fault, const char *why,
                                    struct err *err);

#endif
