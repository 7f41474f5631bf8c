#include "reach/territory.h"

#include "config/country.h"

#include <string.h>

#define LETTERS 26
#define SHOWN 12

static bool place_of(size_t *out, const char *country)
{
    if (country == NULL || strlen(country) != 2)
        return false;
    if (country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z')
        return false;
    *out = (size_t)(country[0] - 'A') * LETTERS + (size_t)(country[1] - 'A');
    return true;
}

void territory_add(struct territory *territory, const char *country)
{
    size_t at = 0;
    if (place_of(&at, country))
        territory->bits[at / 64] |= UINT64_C(1) << (at % 64);
}

bool territory_has(const struct territory *territory, const char *country)
{
    size_t at = 0;
    return territory->everywhere ||
           (place_of(&at, country) && (territory->bits[at / 64] >> (at % 64) & 1) != 0);
}

#define WORDS (sizeof((struct territory *)0)->bits / sizeof((struct territory *)0)->bits[0])

bool territory_meets(const struct territory *a, const struct territory *b)
{
    bool meets = a->everywhere ? !territory_is_empty(b) : b->everywhere && !territory_is_empty(a);
    for (size_t i = 0; i < WORDS; i++)
        meets = meets || (a->bits[i] & b->bits[i]) != 0;
    return meets;
}

void territory_join(struct territory *into, const struct territory *other)
{
    into->everywhere = into->everywhere || other->everywhere;
    for (size_t i = 0; i < WORDS; i++)
        into->bits[i] |= other->bits[i];
}

bool territory_is_empty(const struct territory *territory)
{
    bool empty = !territory->everywhere;
    for (size_t i = 0; i < WORDS; i++)
        empty = empty && territory->bits[i] == 0;
    return empty;
}

static bool add_word(struct territory *out, const struct pack *pack, const char *word)
{
    if (text_equal(word, "*")) {
        out->everywhere = true;
        return true;
    }
    const struct jurisdiction *j = pack != NULL ? pack_jurisdiction(pack, word) : NULL;
    for (size_t i = 0; j != NULL && i < j->place_count; i++)
        territory_add(out, j->places[i].country);
    if (j != NULL)
        return true;
    if (pack == NULL || !country_known(word))
        return false;
    territory_add(out, word);
    return true;
}

const char *territory_read(struct territory *out, struct arena *arena, const struct pack *pack,
                           const char *words)
{
    static const char between[] = "|,; \t";
    for (const char *at = words; at != NULL && *at != '\0';) {
        const size_t size = strcspn(at, between);
        const char *word = arena_strndup(arena, at, size);
        if (size > 0 && !add_word(out, pack, word))
            return word;
        at += size;
        at += strspn(at, between);
    }
    return NULL;
}

bool territory_around(struct territory *out, const struct pack *pack, const char *country)
{
    bool found = false;
    for (size_t i = 0; i < pack->jurisdiction_count; i++) {
        const struct jurisdiction *j = pack->jurisdictions[i];
        bool in = false;
        for (size_t p = 0; p < j->place_count; p++)
            in = in || text_equal(j->places[p].country, country);
        for (size_t p = 0; in && p < j->place_count; p++)
            territory_add(out, j->places[p].country);
        found = found || in;
    }
    return found;
}

static bool holds_all(const struct territory *territory, const struct jurisdiction *j)
{
    bool all = j->place_count > 1;
    for (size_t i = 0; all && i < j->place_count; i++)
        all = territory_has(territory, j->places[i].country);
    return all;
}

static void say_word(struct str *out, size_t *count, const char *word)
{
    if ((*count)++ < SHOWN)
        str_addf(out, "%s%s", *count > 1 ? " " : "", word);
}

void territory_print(struct str *out, const struct territory *territory, const struct pack *pack)
{
    struct territory rest = *territory;
    size_t count = 0;
    if (territory->everywhere) {
        str_add(out, "everywhere");
        return;
    }
    for (size_t i = 0; pack != NULL && i < pack->jurisdiction_count; i++) {
        const struct jurisdiction *j = pack->jurisdictions[i];
        struct territory own = {0};
        if (!holds_all(territory, j))
            continue;
        for (size_t p = 0; p < j->place_count; p++)
            territory_add(&own, j->places[p].country);
        for (size_t w = 0; w < WORDS; w++)
            rest.bits[w] &= ~own.bits[w];
        say_word(out, &count, j->id);
    }
    for (size_t at = 0; at < (size_t)LETTERS * LETTERS; at++) {
        const char word[3] = {(char)('A' + at / LETTERS), (char)('A' + at % LETTERS), '\0'};
        if ((rest.bits[at / 64] >> (at % 64) & 1) != 0)
            say_word(out, &count, word);
    }
    if (count > SHOWN)
        str_addf(out, " and %zu more", count - SHOWN);
    if (count == 0)
        str_add(out, "nowhere");
}
