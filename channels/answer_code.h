/*
 * channels/answer_code - find the code of a notice in a reply.
 *
 * Private to channels. Seven signs of A-Z without I and O and of 2-9. Seven letters may be a word
 * and serial numbers look like codes, so places are ranked: the best place that holds one decides,
 * and when it holds two different ones, none is taken.
 */
#ifndef TOCSIN_CHANNELS_ANSWER_CODE_H
#define TOCSIN_CHANNELS_ANSWER_CODE_H

#include "channels/tokens.h"

#define CODE_SIZE 7

enum code_rank {
    CODE_LABELLED, /* "code K7PQ2MX" in the writer's own words */
    CODE_BESIDE,   /* in a sentence that holds nothing but answer words and codes */
    CODE_SUBJECT,
    CODE_QUOTED_SUBJECT,
    CODE_LETTERS_BESIDE, /* these three again for codes without a digit */
    CODE_LETTERS_SUBJECT,
    CODE_LETTERS_QUOTED,
    CODE_ELSEWHERE, /* in the writer's own words; with letters and digits */
    CODE_RANK_COUNT
};

struct codes {
    char text[CODE_RANK_COUNT][CODE_SIZE + 1];
    bool clash[CODE_RANK_COUNT];
};

/* May this word be a code? */
bool is_code(const struct token *token);

/*
 * People write "K7PQ 2MX" and "K7PQ-2MX". How many tokens from i on make one code (at least 2);
 * 0: none. Where it is not called a code, each piece holds a digit and no small letter. `first` is
 * where the sentence begins.
 */
size_t code_pieces(char out[CODE_SIZE + 1], const struct tokens *tokens, size_t first, size_t i);

/* Look at the tokens [first, end) of one sentence of the writer's own. */
void codes_add_own(struct codes *codes, const struct tokens *tokens, size_t first, size_t end,
                   bool alone);
void codes_add_subject(struct codes *codes, const struct tokens *tokens, bool quoted);

/* Upper case, in the arena; NULL: none, or no single one. */
const char *codes_choose(const struct codes *codes, struct arena *arena);

#endif
