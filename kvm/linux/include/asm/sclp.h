/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the service element says of the machine: one with an Ultravisor and all that KVM can use. */
#ifndef UVSIM_ASM_SCLP_H
#define UVSIM_ASM_SCLP_H

#include <linux/types.h>

struct sclp_info {
	unsigned char has_linemode : 1, has_vt220 : 1, has_siif : 1, has_sigpif : 1, has_core_type : 1, has_sprp : 1;
	unsigned char has_hvs : 1, has_wti : 1, has_esca : 1, has_sief2 : 1, has_64bscao : 1, has_gpere : 1;
	unsigned char has_cmma : 1, has_gsls : 1, has_ib : 1, has_cei : 1, has_pfmfi : 1, has_ibs : 1, has_skey : 1;
	unsigned char has_kss : 1, has_diag204_bif : 1, has_gisaf : 1, has_diag310 : 1, has_diag318 : 1;
	unsigned char has_dirq : 1, has_zpci_lsi : 1, has_aisii : 1, has_aeni : 1, has_aisi : 1, has_astfleie2 : 1;
	unsigned short mtid, mtid_cp, mtid_prev;
	unsigned int hamax, ibc;
};

#define sclp (*uvsim_sclp())

UVSIM_STUB const struct sclp_info *uvsim_sclp(void)
{
	static const struct sclp_info info = {
		.has_siif = 1, .has_sigpif = 1, .has_esca = 1, .has_sief2 = 1, .has_64bscao = 1, .has_gpere = 1,
		.has_cmma = 1, .has_gsls = 1, .has_ib = 1, .has_cei = 1, .has_pfmfi = 1, .has_ibs = 1, .has_skey = 1,
		.has_kss = 1, .has_gisaf = 1, .has_diag318 = 1,
	};

	return &info;
}

#endif
