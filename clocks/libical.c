#define LIBICAL_NAMES_BARE
#include "clocks/libical.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY "libical.so.3" /* the name of its ABI, not of a file that somebody may choose */

struct libical libical;

#define LIBICAL_SYMBOL(name) {#name, offsetof(struct libical, name)},
static const struct {
    const char *name;
    size_t at;
} symbols[] = {LIBICAL_FUNCTIONS(LIBICAL_SYMBOL)};

enum status libical_load(struct err *err)
{
    static bool loaded = false;
    if (loaded)
        return OK;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return err_set(err, ERR_IO,
                       "schedule: the library of recurrence rules cannot be loaded: %s: install "
                       "the package libical3",
                       dlerror());
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        void *function = dlsym(library, symbols[i].name);
        if (function == NULL) {
            (void)dlclose(library);
            return err_set(err, ERR_IO,
                           "schedule: " LIBRARY " has no %s: install the package libical3",
                           symbols[i].name);
        }
        memcpy((char *)&libical + symbols[i].at, &function, sizeof function);
    }
    loaded = true;
    return OK;
}
