/* What has left waits: for word about an uncertain sending, for a bounce. */
#include "dispatcher/release/supersede.h"
#include "dispatcher/run/work.h"

#define SENDINGS_MOST 3 /* uncertain so often: a person has to look */

enum status work_hold_over(struct app *app, struct notice *notice, struct err *err)
{
    bool gone = false;
    enum status status = supersede_notice(&gone, app, notice, err);
    if (status != OK || gone)
        return status;
    if (notice->sendings >= SENDINGS_MOST)
        return move_to_task(app, notice, TASK_BOUNCED, "sent three times and never confirmed", err);
    notice->next_at_ms = app_now(app);
    notice->why = "no word came about an earlier sending";
    return move_notice(app, notice, EVENT_RESEND, NULL, err);
}

enum status work_watch_over(struct app *app, struct notice *notice, struct err *err)
{
    struct entry *entry = entry_new("notice.closed", app->actor, notice->uid);
    entry_text(entry, "grade", grade_word(notice->grade));
    entry_text(entry, "state", notice_state_word(STATE_PASSED));
    entry_text(entry, "why", "watch-over");
    return move_notice(app, notice, EVENT_WATCH_OVER, entry, err);
}
