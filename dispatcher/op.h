/*
 * dispatcher/op - everything that writes, as named operations with plain arguments.
 *
 * A command builds a request and calls op_call: a running dispatcher carries it out over the
 * control socket (it is the only writer), else the command opens the store itself and does it here.
 * Either way the same function runs.
 */
#ifndef TOCSIN_DISPATCHER_OP_H
#define TOCSIN_DISPATCHER_OP_H

#include "base/frame.h"
#include "dispatcher/app.h"

/* Fields of a request: 0 name, 1 actor, 2 --now or -1, then the arguments from OP_ARG on. */
#define OP_ARG 3u
#define OP_REQUEST 0x4f505251u
#define OP_REPLY 0x4f505250u /* 0 status, 1 words for standard output, 2 words of the error */

/*
 * One operation. Opens and commits its own transactions. *out: what the command prints.
 * OK or the error that the command shows; ERR_REFUSED means "the answer is no".
 * One that needs the log's signer says so in app->ask (checkpoint_wish), returns OK, and is called
 * again with the answer and an empty *out: meanwhile the dispatcher does other things.
 */
typedef enum status (*op_function)(struct app *app, const struct frame *in, struct str *out,
                                   struct err *err);

/* Begin a request; arguments follow with frame_text, frame_bytes, frame_int. */
void op_begin(struct frame_out *request, const struct app *app, const char *name);
/* Completes and disposes of the request. out must be initialised. */
MUST_USE enum status op_call(struct app *app, struct frame_out *request, struct str *out,
                             struct err *err);
/*
 * The same for what needs the log's signer, and for which nothing more happens when it is asked
 * again: a dispatcher may end while the signer works. Reading is over: a store that is open is
 * closed.
 */
MUST_USE enum status op_call_signer(struct app *app, struct frame_out *request, struct str *out,
                                    struct err *err);
/*
 * Carry a received request out on app's store: what the dispatcher does for others. OK with a wish
 * in app->ask: it is not done yet.
 */
MUST_USE enum status op_perform(struct app *app, const struct frame *in, struct str *out,
                                struct err *err);

/* Path of the control socket of an installation. Heap. */
char *op_socket_path(const struct settings *settings);

/* The operations (each in the file of its subject). */
enum status op_refresh(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_import(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_key_import(struct app *app, const struct frame *in, struct str *out,
                          struct err *err);
enum status op_submit(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_order_release(struct app *app, const struct frame *in, struct str *out,
                             struct err *err);
enum status op_waive(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_withdraw(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_digest_send(struct app *app, const struct frame *in, struct str *out,
                           struct err *err);
enum status op_drill_begin(struct app *app, const struct frame *in, struct str *out,
                           struct err *err);
enum status op_drill_sign(struct app *app, const struct frame *in, struct str *out,
                          struct err *err);
enum status op_rules_adopt(struct app *app, const struct frame *in, struct str *out,
                           struct err *err);
enum status op_approve(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_ack(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_task_done(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_notice(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_restored(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_erase(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_export(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_checkpoint(struct app *app, const struct frame *in, struct str *out,
                          struct err *err);
enum status op_export_sign(struct app *app, const struct frame *in, struct str *out,
                           struct err *err);
enum status op_key_rotate(struct app *app, const struct frame *in, struct str *out,
                          struct err *err);
enum status op_epoch_ask(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_epoch_sign(struct app *app, const struct frame *in, struct str *out,
                          struct err *err);
enum status op_policy_write(struct app *app, const struct frame *in, struct str *out,
                            struct err *err);
enum status op_policy_published(struct app *app, const struct frame *in, struct str *out,
                                struct err *err);
enum status op_case(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_intake(struct app *app, const struct frame *in, struct str *out, struct err *err);
enum status op_inbound(struct app *app, const struct frame *in, struct str *out, struct err *err);

#endif
