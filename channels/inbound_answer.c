/*
 * What a person answers. The rule is: never better than what was said.
 *
 * An answer word counts at its face value only where it stands alone: a sentence of nothing but
 * the word, the code and words without weight ("DONE K7PQ2MX, thank you"). Everything that may
 * qualify it makes a QUESTION of it, which means that a person looks:
 *   - two different words ("RECEIVED, but not DONE");
 *   - the word inside a longer sentence ("this will be done", "we have received your mail", which
 * is what ticket systems write too);
 *   - a question mark, or a word of doubt (not, but, cannot, leider ...) anywhere above the
 * signature;
 *   - for DONE and NOT HERE, there, a word of the future or of a part (will, until, teilweise ...);
 *   - a word that stands in the signature only;
 *   - more text than is read.
 * "TOLD 12" beside the word is how many a distributor or importer has told in turn. Two different
 * numbers, or one inside a longer sentence, are none.
 */
#include "base/number.h"
#include "channels/answer_code.h"
#include "channels/inbound_mail.h"

#include <string.h>

#define TOLD_MOST 1000000

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    enum answer answer;
    const char *words[3];
} phrases[] = {
    {ANSWER_NOT_HERE, {"not", "here"}},
    {ANSWER_NOT_HERE, {"nicht", "hier"}},
    {ANSWER_NOT_HERE, {"nicht", "bei", "uns"}},
    {ANSWER_RECEIVED, {"received"}},
    {ANSWER_RECEIVED, {"erhalten"}},
    {ANSWER_RECEIVED, {"empfangen"}},
    {ANSWER_DONE, {"done"}},
    {ANSWER_DONE, {"erledigt"}},
    {ANSWER_QUESTION, {"question"}},
    {ANSWER_QUESTION, {"frage"}},
};

/* May stand beside an answer word without changing it. "we" and "your" are missing on purpose. */
static const char *const weightless[] = {
    "all",        "alles",   "and",     "answer", "antwort",   "antwortcode", "best",
    "besten",     "code",    "dank",    "danke",  "das",       "dear",        "den",
    "der",        "die",     "diese",   "email",  "for",       "fuer",        "good",
    "guten",      "habe",    "hallo",   "have",   "hello",     "hi",          "i",
    "ich",        "ja",      "kennung", "mail",   "many",      "message",     "mit",
    "mitteilung", "morning", "morgen",  "my",     "nachricht", "notice",      "ok",
    "okay",       "our",     "re",      "ref",    "reference", "regards",     "reply",
    "response",   "status",  "tag",     "team",   "thank",     "thanks",      "the",
    "this",       "und",     "vielen",  "well",   "with",      "yes",         "you",
};

/* English and German, at the end the commonest words of our neighbours. */
static const char *const doubtful[] = {
    "not",           "no",      "never",    "nor",       "cannot",   "cant",     "dont",
    "didnt",         "doesnt",  "wont",     "isnt",      "hasnt",    "havent",   "unable",
    "but",           "however", "except",   "exception", "fail",     "failed",   "fails",
    "failure",       "problem", "problems", "error",     "errors",   "wrong",    "mistake",
    "unclear",       "help",    "only",     "unless",    "although", "without",  "refuse",
    "nicht",         "nichts",  "nie",      "kein",      "keine",    "keinen",   "keiner",
    "keines",        "keinem",  "aber",     "jedoch",    "ausser",   "leider",   "probleme",
    "fehler",        "falsch",  "unklar",   "hilfe",     "nur",      "ohne",     "weder",
    "pas",           "mais",    "sauf",     "non",       "jamais",   "aucun",    "aucune",
    "pero",          "nunca",   "excepto",  "salvo",     "ma",       "niet",     "geen",
    "maar",          "ikke",    "inte",     "obwohl",    "ausnahme", "ablehnen", "versehentlich",
    "unfortunately",
};

static const char *const unfinished[] = {
    "will",     "shall",     "would",     "should",     "could",      "may",     "might",
    "soon",     "later",     "until",     "till",       "when",       "once",    "after",
    "before",   "if",        "partly",    "partially",  "almost",     "nearly",  "some",
    "half",     "most",      "started",   "ongoing",    "planned",    "pending", "yet",
    "still",    "tomorrow",  "next",      "remaining",  "rest",       "other",   "others",
    "progress", "scheduled", "soll",      "wird",       "werden",     "sollte",  "sollten",
    "koennte",  "bis",       "wenn",      "sobald",     "teilweise",  "teils",   "fast",
    "beinahe",  "einige",    "manche",    "geplant",    "noch",       "laeuft",  "spaeter",
    "naechste", "naechsten", "naechster", "restliche",  "restlichen", "uebrige", "uebrigen",
    "falls",    "bald",      "begonnen",  "angefangen", "demnaechst",
};

/* What the sentences of a text say. Bits are 1u << enum answer. */
struct said {
    unsigned words; /* every answer word that is there */
    unsigned alone; /* those that stand alone at least once */
    bool doubt;
    bool unfinished;
    int64_t told; /* -1: not said */
    bool told_clash;
};

static bool listed(const char *word, const char *const list[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

/* The words of the phrase that begins at token i; 0: none does. */
static size_t phrase_at(enum answer *out, const struct tokens *t, size_t i)
{
    for (size_t p = 0; p < COUNT(phrases); p++) {
        const char *const *words = phrases[p].words;
        size_t n = 0;
        while (n < COUNT(phrases[p].words) && words[n] != NULL && i + n < t->count &&
               t->items[i + n].sentence == t->items[i].sentence &&
               strcmp(t->items[i + n].word, words[n]) == 0)
            n++;
        if (n == COUNT(phrases[p].words) || words[n] == NULL) {
            *out = phrases[p].answer;
            return n;
        }
    }
    return 0;
}

/* "told 12" at token i, in one sentence: the number; -1: it does not stand there. */
static int64_t told_at(const struct tokens *t, size_t i)
{
    int64_t count;
    if ((strcmp(t->items[i].word, "told") != 0 && strcmp(t->items[i].word, "unterrichtet") != 0) ||
        i + 1 >= t->count || t->items[i + 1].sentence != t->items[i].sentence ||
        t->items[i + 1].joined)
        return -1;
    const bool is_number = number_parse_n(&count, t->items[i + 1].raw);
    return is_number && count >= 0 && count <= TOLD_MOST ? count : -1;
}

/* Weigh the sentence that begins at token i. Returns the place behind it. */
static size_t weigh_sentence(struct said *said, struct codes *codes, const struct tokens *t,
                             size_t i)
{
    size_t sentence = t->items[i].sentence;
    size_t first = i;
    unsigned words = 0;
    int64_t told = -1;
    bool prose = false;
    while (i < t->count && t->items[i].sentence == sentence) {
        const struct token *token = &t->items[i];
        enum answer answer;
        char code[CODE_SIZE + 1];
        size_t n = phrase_at(&answer, t, i);
        size_t pieces = n == 0 ? code_pieces(code, t, first, i) : 0;
        said->doubt = said->doubt || token->asks;
        if (pieces > 0) {
            i += pieces;
            continue;
        }
        if (n > 0) {
            words |= 1u << answer;
            i += n;
            continue;
        }
        const int64_t number = told_at(t, i);
        if (number >= 0) {
            said->told_clash = said->told_clash || (told >= 0 && told != number);
            told = number;
            i += 2;
            continue;
        }
        said->doubt = said->doubt || text_ends(token->word, "n't") ||
                      listed(token->word, doubtful, COUNT(doubtful));
        said->unfinished = said->unfinished || listed(token->word, unfinished, COUNT(unfinished));
        prose = prose || !(listed(token->word, weightless, COUNT(weightless)) || is_code(token));
        i++;
    }
    said->words |= words;
    if (!prose)
        said->alone |= words;
    if (!prose && told >= 0) {
        said->told_clash = said->told_clash || (said->told >= 0 && said->told != told);
        said->told = told;
    }
    codes_add_own(codes, t, first, i, !prose);
    return i;
}

static void weigh(struct said *said, struct codes *codes, const struct tokens *t)
{
    for (size_t i = 0; i < t->count;)
        i = weigh_sentence(said, codes, t, i);
}

static enum answer decide(const struct said *said)
{
    static const unsigned needs_all = 1u << ANSWER_DONE | 1u << ANSWER_NOT_HERE;
    bool plain = said->alone == said->words && !said->doubt &&
                 !((said->words & needs_all) != 0 && said->unfinished);
    for (enum answer a = 0; plain && a < ANSWER_COUNT; a++)
        if (said->words == 1u << a)
            return a;
    return ANSWER_QUESTION; /* two different words, too */
}

void inbound_answer(struct inbound_mail *mail)
{
    struct said said = {.told = -1};
    struct codes codes = {0};
    struct tokens body, signature, subject, quoted;
    tokens_read(&body, mail->arena, mail->own.said);
    tokens_read(&signature, mail->arena, mail->own.signature);
    tokens_read(&subject, mail->arena, mail->subject);
    tokens_read(&quoted, mail->arena, mail->own.quoted_subject);
    weigh(&said, &codes, &body);
    said.doubt = said.doubt || mail->text_cut || body.cut || signature.cut;
    if (said.words == 0) {
        /* Somebody may write below his own name; a signature's slogan is no answer. */
        weigh(&said, &codes, &signature);
        said.alone = 0;
        said.told = -1;
    }
    codes_add_subject(&codes, &subject, false);
    codes_add_subject(&codes, &quoted, true);
    mail->out->code = codes_choose(&codes, mail->arena);
    mail->out->has_answer = said.words != 0;
    if (mail->out->has_answer)
        mail->out->answer = decide(&said);
    const bool plain = mail->out->has_answer &&
                       (mail->out->answer == ANSWER_DONE || mail->out->answer == ANSWER_RECEIVED);
    mail->out->told = plain && !said.told_clash ? said.told : -1;
}
