#include "dispatcher/routine/digest_sums.h"

#include <stdlib.h>
#include <string.h>

static size_t place_of(const char *key)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * 0x100000001b3u;
    return (size_t)(h ^ h >> 32) & (SUMS_MOST - 1);
}

const struct shelf_sum *sums_find(const struct sums *sums, const char *key)
{
    if (sums->places == NULL)
        return NULL;
    const struct sums_place *place = &sums->places[place_of(key)];
    return text_equal(place->key, key) ? &place->sum : NULL;
}

void sums_put(struct sums *sums, const char *key, const struct shelf_sum *sum)
{
    const size_t size = strlen(key) + 1;
    if (sums->places == NULL)
        sums->places = xcalloc(SUMS_MOST, sizeof *sums->places);
    struct sums_place *place = &sums->places[place_of(key)];
    if (place->key != NULL)
        sums->bytes -= strlen(place->key) + 1;
    free(place->key);
    *place = (struct sums_place){0};
    if (sums->bytes + size > SUMS_BYTES)
        return;
    *place = (struct sums_place){.key = xstrdup(key), .sum = *sum};
    sums->bytes += size;
}

void sums_dispose(struct sums *sums)
{
    for (size_t i = 0; sums->places != NULL && i < SUMS_MOST; i++)
        free(sums->places[i].key);
    free(sums->places);
    *sums = (struct sums){0};
}
