/* Replies of persons: the words RECEIVED, DONE, NOT HERE, QUESTION and the code. The rule that
 * is proven here: never better than what was said. */
#include "inbox.h"

#define CODE "K7PQ2MX"
#define JANE .from = "jane.doe@hospital.example", .original_id = NOTICE_ID
#define KLINIK .from = "mt@klinik.example", .original_id = NOTICE_ID

static const struct want rows[] = {
    {"answer-received-outlook.eml", INBOUND_ANSWER, JANE, .id = "r1@hospital.example",
     .answer = "received", .code = CODE},
    {"answer-done-gmail.eml", INBOUND_ANSWER, .from = "biomed@practice.example",
     .id = "d1@mailhost.example", .original_id = NOTICE_ID, .answer = "done", .code = CODE},
    {"answer-not-here-thunderbird.eml", INBOUND_ANSWER, .from = "mt@spital.example",
     .id = "n1@spital.example", .original_id = NOTICE_ID, .answer = "not-here", .code = CODE},
    {"answer-question-en.eml", INBOUND_ANSWER, JANE, .id = "q1@hospital.example",
     .answer = "question", .code = CODE},
    {"answer-erhalten-outlook.eml", INBOUND_ANSWER, .from = "juergen.muster@klinik.example",
     .id = "e1@klinik.example", .original_id = NOTICE_ID, .answer = "received", .code = CODE},
    {"answer-empfangen-web.eml", INBOUND_ANSWER, .from = "praxis@praxis.example",
     .id = "e2@praxis.example", .original_id = NOTICE_ID, .answer = "received", .code = CODE},
    {"answer-erledigt-phone.eml", INBOUND_ANSWER, KLINIK, .id = "e3@klinik.example",
     .answer = "done", .code = CODE},
    {"answer-nicht-hier.eml", INBOUND_ANSWER, KLINIK, .id = "n2@klinik.example",
     .answer = "not-here", .code = CODE},
    {"answer-nicht-bei-uns.eml", INBOUND_ANSWER, KLINIK, .id = "n3@klinik.example",
     .answer = "not-here", .code = CODE},
    {"answer-frage.eml", INBOUND_ANSWER, KLINIK, .id = "f1@klinik.example", .answer = "question",
     .code = CODE},
    {"answer-html-outlook.eml", INBOUND_ANSWER, JANE, .id = "h1@hospital.example", .answer = "done",
     .code = CODE},
    {"answer-html-quote.eml", INBOUND_ANSWER, JANE, .id = "h2@hospital.example",
     .answer = "received", .code = CODE},
    {"answer-plain-empty-html-full.eml", INBOUND_ANSWER, JANE, .id = "h3@hospital.example",
     .answer = "done", .code = CODE},
    {"answer-html-says-more.eml", INBOUND_ANSWER, JANE, .id = "h4@hospital.example",
     .answer = "done", .code = CODE},
    {"answer-code-in-subject.eml", INBOUND_ANSWER, JANE, .id = "s1@hospital.example",
     .answer = "done", .code = CODE},
    {"answer-code-in-quoted-subject.eml", INBOUND_ANSWER, JANE, .id = "s2@hospital.example",
     .answer = "received", .code = CODE},
    {"answer-signed-pgp-mime.eml", INBOUND_ANSWER, JANE, .id = "p1@hospital.example",
     .answer = "done", .code = CODE, .is_signed = true},
    {"answer-clear-signed.eml", INBOUND_ANSWER, JANE, .id = "p2@hospital.example",
     .answer = "received", .code = CODE, .is_signed = true},
    {"answer-around-picture.eml", INBOUND_ANSWER, JANE, .id = "a1@hospital.example",
     .answer = "done", .code = CODE},
    {"question-around-picture.eml", INBOUND_ANSWER, JANE, .id = "a2@hospital.example",
     .answer = "question", .code = CODE},
    {"question-two-words.eml", INBOUND_ANSWER, JANE, .id = "t1@hospital.example",
     .answer = "question", .code = CODE},
    {"question-unmarked-quote.eml", INBOUND_ANSWER, JANE, .id = "t2@hospital.example",
     .answer = "question", .code = CODE},
    {"other-smime-opaque.eml", INBOUND_OTHER, JANE, .id = "o1@hospital.example", .code = CODE,
     .is_signed = true},
    {"other-encrypted.eml", INBOUND_OTHER, JANE, .id = "o2@hospital.example", .code = CODE},
    {"other-no-code.eml", INBOUND_OTHER, JANE, .id = "o3@hospital.example", .answer = "received"},
    {"other-two-codes.eml", INBOUND_OTHER, JANE, .id = "o4@hospital.example", .answer = "done"},
    {"other-no-word.eml", INBOUND_OTHER, JANE, .id = "o5@hospital.example", .code = CODE},
    {"other-quote-only.eml", INBOUND_OTHER, JANE, .id = "o6@hospital.example", .code = CODE},
    {"other-forwarded-answer.eml", INBOUND_OTHER, JANE, .id = "o7@hospital.example"},
    {"other-unrelated.eml", INBOUND_OTHER, .from = "sales@trader.example",
     .id = "offer.1@trader.example", .no_token = true},
};
#define ROWS (sizeof rows / sizeof rows[0])

START_TEST(each_reply_is_read_as_its_writer_meant_it)
{
    inbox_check(&rows[_i]);
}
END_TEST

START_TEST(each_fixture_of_a_reply_has_its_row)
{
    inbox_check_complete("answer-", rows, ROWS);
    inbox_check_complete("question-", rows, ROWS);
    inbox_check_complete("other-", rows, ROWS);
}
END_TEST

/* Own text (the subject holds the code) and what is taken from it; NULL: no answer. */
static const struct {
    const char *text;
    const char *answer;
} sentences[] = {
    /* plainly said */
    {"RECEIVED", "received"},
    {"received " CODE, "received"},
    {CODE " RECEIVED", "received"},
    {"Received!", "received"},
    {"DONE", "done"},
    {"done.", "done"},
    {"*DONE*", "done"},
    {"Answer: DONE, code " CODE, "done"},
    {"Hello,\n\nall done.\n\nThanks", "done"},
    {"Yes, DONE - " CODE ", thank you", "done"},
    {"NOT HERE", "not-here"},
    {"Not here, " CODE, "not-here"},
    {"not  here", "not-here"},
    {"NOT-HERE", "not-here"},
    {"NOT\xC2\xA0HERE", "not-here"},
    {"QUESTION", "question"},
    {"ERHALTEN", "received"},
    {"Empfangen, danke", "received"},
    {"Ich habe die Nachricht erhalten.", "received"},
    {"ERLEDIGT", "done"},
    {"Nicht hier.", "not-here"},
    {"nicht bei uns", "not-here"},
    {"Frage: " CODE, "question"},
    {"RECEIVED\nWe will update the pumps next week.", "received"},
    {"DONE\n\nKind regards\nJane, not in the office on Fridays. Questions? Call 12", "done"},
    {"DONE\n\nJane\n\nThis e-mail is confidential and not for anybody else.", "done"},
    {"DONE\nJane\nDiese E-Mail enth\xC3\xA4lt nur etwas f\xC3\xBCr den, f\xC3\xBCr den sie\n"
     "bestimmt ist, leider.",
     "done"},
    {"DONE\nDONE", "done"},
    {"DONE\nErledigt", "done"},
    /* two different ones */
    {"RECEIVED and DONE", "question"},
    {"RECEIVED\nDONE", "question"},
    {"RECEIVED, DONE, NOT HERE or QUESTION", "question"},
    {"Erledigt. Nicht hier.", "question"},
    /* inside a sentence */
    {"We have received your request", "question"},
    {"Wir haben Ihre Nachricht erhalten und melden uns", "question"},
    {"This will be done on Friday", "question"},
    {"Dr Weber is not here", "question"},
    {"Ce n'est pas DONE", "question"},
    {"DONE on ward 3", "question"},
    {"I have a question about it", "question"},
    /* doubt, refusal, future, parts */
    {"NOT DONE", "question"},
    {"We are not\ndone", "question"},
    {"Isn't done", "question"},
    {"isn\xE2\x80\x99t done", "question"},
    {"nicht erledigt", "question"},
    {"DONE?", "question"},
    {"Is that DONE", "question"},
    {"DONE\nbut ward 3 is missing", "question"},
    {"DONE. Some pumps follow.", "question"},
    {"DONE\nThe remaining pumps next week", "question"},
    {"ERLEDIGT\nau\xC3\x9F"
     "er Station 3",
     "question"},
    {"ERLEDIGT, teilweise", "question"},
    {"RECEIVED\nWe cannot open the attachment", "question"},
    {"RECEIVED. Which version fixes it?", "question"},
    {"ERHALTEN, aber leider ohne Anhang", "question"},
    {"NOT HERE\nuntil Monday", "question"},
    {"DONE, mais pas tout.", "question"},
    {"DONE\nThis e-mail is not what you wanted, I fear.", "question"},
    /* a sentence that the mail program wrapped is still one sentence */
    {"We have looked at all the pumps of this hospital and they are\ndone", "question"},
    /* below his own name only */
    {"Kind regards\nJane\nDONE", "question"},
    /* no word of ours */
    {"Thank you", NULL},
    {"UNDONE", NULL},
    {"ABANDONED", NULL},
    {"DONE-ish2 was not said: donee", "question"},
    {"Unerledigt", NULL},
    {"Fragen bitte an mich", NULL},
    {"> DONE", NULL},
    {"| DONE", NULL},
    {">>> \"PSIRT\" <psirt@example.com> 27.11.2026 19:40 >>>\nDONE", NULL},
    {"De : PSIRT\nEnvoy\xC3\xA9 : vendredi\n\xC3\x80 : MT\nObjet : x\n\nDONE", NULL},
    {"Le 27 nov. 2026, PSIRT a \xC3\xA9"
     "crit :\nDONE",
     NULL},
    {"Von:\tPSIRT\nAn:\tMT\nDatum:\t27.11.2026\nBetreff:\tx\nDONE", NULL},
    {"On Fri, 27 Nov 2026, Example Medical PSIRT wrote:\nDONE", NULL},
    {"Am 27.11.2026 schrieb Example Medical PSIRT:\n\nDONE", NULL},
    {"-----Original Message-----\nDONE", NULL},
    {"Von: PSIRT\nGesendet: Freitag\nAn: MT\nBetreff: x\n\nDONE", NULL},
    {"Von: PSIRT Gesendet: Freitag\nDONE", NULL},
    {"From: PSIRT\nDate: Friday\nDONE", NULL},
    {"Begin forwarded message:\n\nDONE", NULL},
};

/* How many a supplier has told in turn. */
static const struct {
    const char *text;
    int64_t told;
    const char *answer;
} counts[] = {
    {"DONE " CODE " TOLD 12", 12, "done"},
    {"DONE, told 0.", 0, "done"},
    {"RECEIVED " CODE "\nTOLD 3", 3, "received"},
    {"ERLEDIGT, unterrichtet 7", 7, "done"},
    {"DONE " CODE " TOLD 5\nTOLD 5", 5, "done"},
    {"DONE " CODE, -1, "done"},
    {"DONE TOLD 12 of 14", -1, "question"},
    {"DONE TOLD 12/14", -1, "question"},
    {"DONE TOLD 12 TOLD 13", -1, "done"},
    {"DONE\nTOLD 12\nTOLD 13", -1, "done"},
    {"DONE\nWe were told 12 days ago by the maker", -1, "done"},
    {"DONE TOLD 9999999", -1, "question"},
    {"DONE TOLD -4", -1, "question"},
    {"DONE TOLD many", -1, "question"},
    {"DONE TOLD 12, but two are missing", -1, "question"},
    {"NOT HERE TOLD 12", -1, "not-here"},
    {"QUESTION TOLD 12", -1, "question"},
    {"> DONE TOLD 12\nDONE", -1, "done"},
    {"TOLD 12", -1, NULL},
};

START_TEST(how_many_were_told_in_turn_counts_only_beside_a_plain_word)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_TEXT);
    str_addf(&raw, "To: " RETURN_ADDRESS "\nSubject: Re: notice, code " CODE "\n\n%s\n",
             counts[_i].text);
    inbox_read(&in, arena, str_bytes(&raw));
    const char *answer = in.has_answer ? answer_word(in.answer) : NULL;
    ck_assert_msg(in.told == counts[_i].told && text_equal(answer, counts[_i].answer),
                  "\"%s\" is %s, told %lld", counts[_i].text, answer != NULL ? answer : "nothing",
                  (long long)in.told);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

START_TEST(an_answer_is_never_better_than_what_was_said)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_TEXT);
    str_addf(&raw,
             "To: " RETURN_ADDRESS "\nSubject: Re: notice, code " CODE
             "\nContent-Type: text/plain; charset=utf-8\n\n%s\n",
             sentences[_i].text);
    inbox_read(&in, arena, str_bytes(&raw));
    const char *answer = in.has_answer ? answer_word(in.answer) : NULL;
    ck_assert_msg(text_equal(answer, sentences[_i].answer), "\"%s\" is %s, not %s",
                  sentences[_i].text, answer == NULL ? "no answer" : answer,
                  sentences[_i].answer == NULL ? "no answer" : sentences[_i].answer);
    ck_assert_int_eq(in.kind, answer == NULL ? INBOUND_OTHER : INBOUND_ANSWER);
    ck_assert_str_eq(in.code, CODE);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

/* Subject, text and the code that is taken; NULL: none. */
static const struct {
    const char *subject;
    const char *text;
    const char *code;
} codes[] = {
    {"notice", "DONE K7PQ2MX", CODE},
    {"notice", "DONE k7pq2mx", CODE},
    {"notice", "DONE\nK7PQ2MX", CODE},
    {"notice", "DONE (K7PQ2MX)", CODE},
    {"notice", "DONE/K7PQ2MX", CODE},
    {"notice", "Code: ABCDEFG\nDONE", "ABCDEFG"},
    {"notice", "DONE ABCDEFG", "ABCDEFG"},
    {"notice", "the code is 2345678\nDONE", "2345678"},
    {"notice [K7PQ2MX]", "DONE", CODE},
    {"notice ABCDEFG", "DONE", "ABCDEFG"},
    {"EXAMPLE notice, code ABCDEFG", "DONE", "ABCDEFG"},
    /* written in pieces: called a code, or nothing that is a word */
    {"notice", "DONE K7PQ 2MX", CODE},
    {"notice", "DONE K7PQ-2MX", CODE},
    {"notice", "DONE\nCode: K7 PQ 2MX", CODE},
    {"notice", "DONE\nCode: k7pq 2mx", CODE},
    {"notice", "DONE\nK7PQ,2MX", NULL},
    {"notice", "As you said in K7PQ 2MX to us:\nDONE", NULL},
    {"notice", "DONE\nk7pq 2mx", NULL},
    {"notice, code K7PQ2MX", "DONE\nPUMP 23A", CODE},
    {"notice, code K7PQ2MX", "DONE\ncall 23-45-678", CODE},
    {"notice", "DONE K7PQ 2MX, DONE A2B3C4D", NULL},
    /* his own words go before the subject, serial numbers do not */
    {"notice, code A2B3C4D", "DONE K7PQ2MX", CODE},
    {"notice, code K7PQ2MX", "Pump SN4827A.\nDONE", CODE},
    {"notice", "Pump SN-48A7BCD is the one.\nDONE", NULL},
    {"notice", "As you said in K7PQ2MX to us:\nDONE", CODE},
    /* two of them at the best place are none */
    {"notice, code K7PQ2MX", "DONE K7PQ2MX, DONE A2B3C4D", NULL},
    {"K7PQ2MX A2B3C4D", "DONE", NULL},
    {"K7PQ2MX K7PQ2MX", "DONE", CODE},
    /* I, O, 0 and 1 are in no code; words and longer runs are none */
    {"notice", "DONE K7PQ2MI", NULL},
    {"notice", "DONE K7PQ2M0", NULL},
    {"notice", "DONE K7PQ2MX2", NULL},
    {"notice", "DONE already", NULL},
    {"notice", "The network already started\nDONE", NULL},
    {"notice", "call 2345678\nDONE", NULL},
    {"notice", "mail psirt+K7PQ2MX@example.com\nDONE", NULL},
};

START_TEST(a_code_is_taken_only_where_it_can_be_nothing_else)
{
    struct arena *arena = arena_new();
    struct inbound in;
    struct str raw;
    str_init(&raw, STR_LIMIT_TEXT);
    str_addf(&raw, "To: " RETURN_ADDRESS "\nSubject: Re: %s\n\n%s\n", codes[_i].subject,
             codes[_i].text);
    inbox_read(&in, arena, str_bytes(&raw));
    ck_assert_msg(text_equal(in.code, codes[_i].code), "\"%s\" / \"%s\": %s", codes[_i].subject,
                  codes[_i].text, in.code == NULL ? "none" : in.code);
    ck_assert_int_eq(in.kind, in.code == NULL ? INBOUND_OTHER : INBOUND_ANSWER);
    ck_assert(in.has_answer);
    str_dispose(&raw);
    arena_free(arena);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, each_reply_is_read_as_its_writer_meant_it, 0, (int)ROWS);
    tcase_add_test(tc, each_fixture_of_a_reply_has_its_row);
    tcase_add_loop_test(tc, an_answer_is_never_better_than_what_was_said, 0,
                        (int)(sizeof sentences / sizeof sentences[0]));
    tcase_add_loop_test(tc, how_many_were_told_in_turn_counts_only_beside_a_plain_word, 0,
                        (int)(sizeof counts / sizeof counts[0]));
    tcase_add_loop_test(tc, a_code_is_taken_only_where_it_can_be_nothing_else, 0,
                        (int)(sizeof codes / sizeof codes[0]));
}

int main(void)
{
    return inbox_run("channels.inbound_answers", add);
}
