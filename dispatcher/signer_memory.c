/* What the signer remembers of the tree that it signed last, in two files. */
#include "base/file.h"
#include "dispatcher/signer_inner.h"

/* The larger of the two that are whole. */
enum status signer_recall(struct signer *s, struct err *err)
{
    bool there = false;
    for (int i = 0; i < 2; i++) {
        struct signed_state state;
        struct str text;
        str_init(&text, SIGNED_LIMIT);
        enum status status = file_read(&text, s->state_path[i], SIGNED_LIMIT, err);
        if (status != ERR_NOT_FOUND)
            there = true;
        if (status == OK)
            status = signed_read(&state, str_bytes(&text), err);
        if (status == OK && (!s->known || state.tree.size > s->state.tree.size)) {
            s->state = state;
            s->known = true;
        }
        str_dispose(&text);
        if (status != OK && status != ERR_NOT_FOUND && status != ERR_CORRUPT)
            return status;
    }
    if (there && !s->known)
        (void)err_set(&s->refusal, ERR_REFUSED,
                      "%s: neither copy of what was signed last can be read: nothing is signed",
                      s->state_path[0]);
    return OK;
}

enum status signer_remember(struct signer *s, const struct signed_state *state, struct err *err)
{
    struct str text;
    str_init(&text, SIGNED_LIMIT);
    signed_write(&text, state);
    enum status status = OK;
    for (int i = 0; status == OK && i < 2; i++)
        status = file_write(s->state_path[i], str_bytes(&text), 0600, err);
    str_dispose(&text);
    if (status == OK) {
        s->state = *state;
        s->known = true;
    }
    return status;
}
