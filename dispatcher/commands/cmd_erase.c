/* dispatcher/commands/cmd_erase - tocsin evidence erase. */
#include "dispatcher/cli.h"
#include "dispatcher/op.h"

int cli_erase(struct app *app, const char *subject, const char *by, const char *reason)
{
    struct frame_out request;
    if (by == NULL || text_is_empty(reason))
        return cli_usage("say who and why: --by PERSON --reason TEXT");
    op_begin(&request, app, "erase");
    frame_text(&request, subject);
    frame_text(&request, by);
    frame_text(&request, reason);
    return cli_call(app, &request);
}
