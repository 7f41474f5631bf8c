/* installed.csv and products.csv. */
#include "base/number.h"
#include "dispatcher/submit/import_inner.h"
#include "store/party.h"

#include <stdio.h>

enum { I_PARTY, I_PRODUCT, I_VENDOR, I_VERSION, I_SERIAL, I_QUANTITY, I_UDI, I_COUNT };
static const struct csv_column installed_columns[I_COUNT] = {
    {"party", true, false},    {"product", true, false}, {"vendor", false, false},
    {"version", false, false}, {"serial", false, true},  {"quantity", false, true},
    {"udi_di", false, true}};

enum {
    D_PRODUCT,
    D_VERSION,
    D_VENDOR,
    D_ALIASES,
    D_STATE,
    D_CLASS,
    D_SCOPE,
    D_MODEL,
    D_UDI,
    D_MARKETS,
    D_COUNT
};
static const struct csv_column product_columns[D_COUNT] = {
    {"product", true, false},  {"version", true, false}, {"vendor", false, false},
    {"aliases", false, false}, {"state", false, false},  {"item_class", false, false},
    {"scope", false, false},   {"model", false, false},  {"udi_di", false, true},
    {"markets", false, false}};

static enum status count_installed(struct import *im, struct err *err)
{
    int priority = -1;
    char cursor[256] = "";
    enum status status = OK;
    for (size_t count = 500; status == OK && count == 500;) {
        struct arena *arena = arena_new();
        struct party *list = NULL;
        status = party_list(&list, &count, arena, im->app->store, priority,
                            cursor[0] != '\0' ? cursor : NULL, 500, err);
        for (size_t i = 0; status == OK && i < count; i++) {
            struct installed *devices = NULL;
            size_t held = 0;
            status = installed_list(&devices, &held, arena, im->app->store, list[i].id, err);
            im->devices += (int64_t)held;
            priority = party_kind_priority(list[i].kind);
            (void)snprintf(cursor, sizeof cursor, "%s", list[i].id);
        }
        arena_free(arena);
    }
    return status;
}

static enum status take_installed(struct import *im, bool full, struct err *err)
{
    enum status status = full ? count_installed(im, err) : OK;
    if (status == OK && full)
        status = installed_clear(im->app->store, err);
    if (full)
        str_addf(im->words,
                 "all of the installed base, %lld rows, %s replaced by %zu of this file\n",
                 (long long)im->devices, im->trying ? "would be" : "is", im->csv.count);
    for (size_t i = 0; status == OK && i < im->csv.count; i++) {
        const struct csv_row *row = &im->csv.rows[i];
        struct installed r = {.party = row->fields[I_PARTY],
                              .vendor = row->fields[I_VENDOR],
                              .product = row->fields[I_PRODUCT],
                              .version = row->fields[I_VERSION],
                              .serial = row->fields[I_SERIAL],
                              .udi_di = row->fields[I_UDI]};
        struct party party;
        bool changed = false;
        if (row->fields[I_QUANTITY] != NULL &&
            !number_parse_within(&r.quantity, row->fields[I_QUANTITY], 1, 1000000000))
            return import_bad(im, row, "quantity", err, "a whole number from 1 on is wanted");
        status = party_get(&party, im->arena, im->app->store, r.party, err);
        if (status == ERR_NOT_FOUND)
            return import_bad(
                im, row, "party", err,
                "is not in the register: add it to parties.csv first (it is there? then "
                "`tocsin party import parties.csv`), or take this row out");
        if (status == OK)
            status = installed_put(im->app->store, &r, &changed, err);
        if (changed)
            im->added++;
    }
    return status;
}

static enum status take_products(struct import *im, bool full, struct err *err)
{
    enum status status = full ? product_clear(im->app->store, err) : OK;
    if (full)
        str_add(im->words, "all products are replaced by this file\n");
    for (size_t i = 0; status == OK && i < im->csv.count; i++) {
        const struct csv_row *row = &im->csv.rows[i];
        const char *const *f = row->fields;
        struct product r = {.vendor = f[D_VENDOR],
                            .product = f[D_PRODUCT],
                            .version = f[D_VERSION],
                            .aliases = f[D_ALIASES],
                            .state = f[D_STATE] != NULL ? f[D_STATE] : "supported",
                            .item_class = f[D_CLASS],
                            .scope = f[D_SCOPE],
                            .model = f[D_MODEL],
                            .udi_di = f[D_UDI],
                            .markets = f[D_MARKETS]};
        bool changed = false;
        if (!text_equal(r.state, "supported") && !text_equal(r.state, "ended") &&
            !text_equal(r.state, "withdrawn"))
            return import_bad(im, row, "state", err, "unknown: use supported, ended or withdrawn");
        if (!import_are_places(im, r.markets))
            return import_bad(im, row, "markets", err, IMPORT_PLACES);
        status = product_put(im->app->store, &r, &changed, err);
        if (changed)
            im->added++;
    }
    return status;
}

const struct import_table import_installed = {installed_columns, I_COUNT, I_COUNT, false,
                                              take_installed};
const struct import_table import_products = {product_columns, D_COUNT, D_VERSION, false,
                                             take_products};
