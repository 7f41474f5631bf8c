/*
 * advisory/conform_tests - the functions behind the table, by the numbers of CSAF 2.0. Only
 * conform_*.c include it.
 */
#ifndef TOCSIN_ADVISORY_CONFORM_TESTS_H
#define TOCSIN_ADVISORY_CONFORM_TESTS_H

#include "advisory/conform_run.h"

/* conform_ids.c: what is defined and what is referred to */
void conform_6_1_1(struct conform *run);
void conform_6_1_2(struct conform *run, const struct conform_product *product);
void conform_6_1_3(struct conform *run);
void conform_6_1_4(struct conform *run);
void conform_6_1_5(struct conform *run);
void conform_6_2_1(struct conform *run, const struct conform_product *product);

/* conform_status.c: products of a vulnerability, and what is said of each */
void conform_6_1_6(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_7(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_27_9(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_27_10(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_29(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_32(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_33(struct conform *run, const struct conform_vulnerability *v);
void conform_6_2_2(struct conform *run, const struct conform_vulnerability *v);
void conform_6_2_3(struct conform *run, const struct conform_vulnerability *v);

/* conform_score.c: CVSS */
void conform_6_1_9(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_10(struct conform *run, const struct conform_vulnerability *v);
void conform_6_2_19(struct conform *run, const struct conform_vulnerability *v);
void conform_6_3_1(struct conform *run, const struct conform_vulnerability *v);
void conform_6_3_2(struct conform *run, const struct conform_vulnerability *v);

/* conform_vulnerability.c: the rest of a vulnerability */
void conform_6_1_11(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_23(struct conform *run);
void conform_6_1_24(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_27_5(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_27_6(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_27_7(struct conform *run, const struct conform_vulnerability *v);
void conform_6_1_27_8(struct conform *run, const struct conform_vulnerability *v);
void conform_6_2_7(struct conform *run, const struct conform_vulnerability *v);
void conform_6_2_17(struct conform *run, const struct conform_vulnerability *v);
void conform_6_3_3(struct conform *run, const struct conform_vulnerability *v);
void conform_6_3_4(struct conform *run, const struct conform_vulnerability *v);

/* conform_document.c: the document as a whole, its profile and its languages */
void conform_6_1_12(struct conform *run);
void conform_6_1_15(struct conform *run);
void conform_6_1_26(struct conform *run);
void conform_6_1_27_1(struct conform *run);
void conform_6_1_27_2(struct conform *run);
void conform_6_1_27_3(struct conform *run);
void conform_6_1_27_4(struct conform *run);
void conform_6_1_27_11(struct conform *run);
void conform_6_1_28(struct conform *run);
void conform_6_2_10(struct conform *run);
void conform_6_2_11(struct conform *run);
void conform_6_2_12(struct conform *run);
void conform_6_2_13(struct conform *run);
void conform_6_2_14(struct conform *run);
void conform_6_2_15(struct conform *run);
void conform_5_1(struct conform *run);

/* conform_tracking.c: versions, revisions and their dates */
void conform_6_1_14(struct conform *run);
void conform_6_1_16(struct conform *run);
void conform_6_1_17(struct conform *run);
void conform_6_1_18(struct conform *run);
void conform_6_1_19(struct conform *run);
void conform_6_1_20(struct conform *run);
void conform_6_1_21(struct conform *run);
void conform_6_1_22(struct conform *run);
void conform_6_1_30(struct conform *run);
void conform_6_2_4(struct conform *run);
void conform_6_2_5(struct conform *run);
void conform_6_2_6(struct conform *run);

/* conform_tree.c: branches, products and what identifies them */
void conform_6_1_13(struct conform *run, const struct conform_product *product);
void conform_6_1_25(struct conform *run, const struct conform_product *product);
void conform_6_1_31(struct conform *run, const struct conform_product *product);
void conform_6_2_8(struct conform *run, const struct conform_product *product);
void conform_6_2_9(struct conform *run, const struct conform_product *product);
void conform_6_2_16(struct conform *run, const struct conform_product *product);
void conform_6_2_18(struct conform *run, const struct conform_product *product);
void conform_6_3_5(struct conform *run, const struct conform_product *product);
void conform_6_3_9(struct conform *run, const struct conform_product *product);
void conform_6_3_10(struct conform *run, const struct conform_product *product);
void conform_6_3_11(struct conform *run, const struct conform_product *product);

#endif
