#define LIBCURL_NAMES_BARE
#include "channels/libcurl.h"

#include "base/library.h"

struct libcurl libcurl;

#define LIBCURL_SYMBOL(name) {#name, offsetof(struct libcurl, name)},
static const struct library_symbol symbols[] = {LIBCURL_FUNCTIONS(LIBCURL_SYMBOL)};

enum status libcurl_load(struct err *err)
{
    static const struct library library = {
        .file = "libcurl.so.4",
        .where = "time-stamp authority",
        .what = "the library of HTTP",
        .package = "libcurl4",
        .symbols = symbols,
        .count = sizeof symbols / sizeof symbols[0],
    };
    return library_load(&libcurl, &library, err);
}
