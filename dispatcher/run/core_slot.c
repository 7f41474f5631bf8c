/* What a worker has to do: pure bookkeeping. */
#include "dispatcher/run/core_inner.h"

#include <assert.h>
#include <string.h>

size_t slot_loads(const struct slot *slot)
{
    size_t loads = 0;
    for (size_t i = 0; i < slot->count; i++)
        loads += i == 0 || slot->jobs[i].load != slot->jobs[i - 1].load;
    return loads;
}

uint64_t slot_new_load(struct slot *slot)
{
    return ++slot->last_load;
}

void slot_add(struct slot *slot, int64_t id, uint64_t load)
{
    assert(slot->count < sizeof slot->jobs / sizeof slot->jobs[0]);
    slot->jobs[slot->count++] = (struct job){.id = id, .load = load};
}

bool slot_take(struct slot *slot, int64_t id)
{
    for (size_t i = 0; i < slot->count; i++) {
        if (slot->jobs[i].id != id)
            continue;
        slot->count--;
        memmove(&slot->jobs[i], &slot->jobs[i + 1], (slot->count - i) * sizeof slot->jobs[0]);
        return true;
    }
    return false;
}

struct job *slot_find(struct slot *slot, int64_t id)
{
    for (size_t i = 0; i < slot->count; i++)
        if (slot->jobs[i].id == id)
            return &slot->jobs[i];
    return NULL;
}
