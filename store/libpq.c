#define LIBPQ_NAMES_BARE
#include "store/libpq.h"

#include "base/library.h"

struct libpq libpq;

#define LIBPQ_SYMBOL(name) {#name, offsetof(struct libpq, name)},
static const struct library_symbol symbols[] = {LIBPQ_FUNCTIONS(LIBPQ_SYMBOL)};

enum status libpq_load(struct err *err)
{
    static const struct library library = {
        .file = "libpq.so.5",
        .where = "store",
        .what = "PostgreSQL's library",
        .package = "libpq5",
        .symbols = symbols,
        .count = sizeof symbols / sizeof symbols[0],
    };
    return library_load(&libpq, &library, err);
}
