#define LIBPQ_NAMES_BARE
#include "store/libpq.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY "libpq.so.5" /* the name of its ABI, not of a file that somebody may choose */

struct libpq libpq;

#define LIBPQ_SYMBOL(name) {#name, offsetof(struct libpq, name)},
static const struct {
    const char *name;
    size_t at;
} symbols[] = {LIBPQ_FUNCTIONS(LIBPQ_SYMBOL)};

enum status libpq_load(struct err *err)
{
    static bool loaded = false;
    if (loaded)
        return OK;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return err_set(err, ERR_IO,
                       "store: PostgreSQL's library cannot be loaded: %s: install the package "
                       "libpq5",
                       dlerror());
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        void *function = dlsym(library, symbols[i].name);
        if (function == NULL) {
            (void)dlclose(library);
            return err_set(err, ERR_IO, "store: " LIBRARY " has no %s: install the package libpq5",
                           symbols[i].name);
        }
        memcpy((char *)&libpq + symbols[i].at, &function, sizeof function);
    }
    loaded = true;
    return OK;
}
