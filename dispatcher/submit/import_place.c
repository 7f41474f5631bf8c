#include "dispatcher/submit/import_inner.h"
#include "reach/territory.h"

bool import_are_places(struct import *im, const char *words)
{
    struct territory places = {0};
    if (text_is_empty(words))
        return true;
    if (im->pack == NULL && pack_open(&im->pack, im->app->settings->dir, NULL) != OK &&
        pack_open(&im->pack, NULL, NULL) != OK)
        im->pack = NULL;
    struct arena *arena = arena_new();
    const bool known = territory_read(&places, arena, im->pack, words) == NULL;
    arena_free(arena);
    return known;
}
