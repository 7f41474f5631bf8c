#include "dispatcher/routine/routine.h"

#include "dispatcher/routine/digest.h"
#include "dispatcher/routine/remind.h"

enum status routine_step(struct app *app, bool *more, struct err *err)
{
    enum status status = digest_step(app, more, err);
    return status == OK && !*more ? remind_step(app, more, err) : status;
}

void routine_forget(struct app *app)
{
    digest_forget(app);
    remind_forget(app);
}

int64_t routine_next(const struct app *app)
{
    const int64_t digest_ms = digest_next(app);
    const int64_t remind_ms = remind_next(app);
    return digest_ms < remind_ms ? digest_ms : remind_ms;
}
