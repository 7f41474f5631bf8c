/* Any bytes as an order: an order or words. */
#include "config/order.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct order order;
    struct err err = {0};
    enum status status = order_parse(&order, arena, "X.order", (struct bytes){data, size}, &err);
    if (order.present != (status == OK) || (status != OK && err.text[0] == '\0'))
        abort();
    arena_free(arena);
    return 0;
}
