#define LIBICAL_NAMES_BARE
#include "clocks/libical.h"

#include "base/library.h"

struct libical libical;

#define LIBICAL_SYMBOL(name) {#name, offsetof(struct libical, name)},
static const struct library_symbol symbols[] = {LIBICAL_FUNCTIONS(LIBICAL_SYMBOL)};

enum status libical_load(struct err *err)
{
    static const struct library library = {
        .file = "libical.so.3",
        .where = "schedule",
        .what = "the library of recurrence rules",
        .package = "libical3",
        .symbols = symbols,
        .count = sizeof symbols / sizeof symbols[0],
    };
    return library_load(&libical, &library, err);
}
