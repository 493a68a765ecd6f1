/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine of a profile: sizes and features that the Ultravisor reports to QUI, and what differs
 * by firmware (uv/cost.h). Ranges are those that the real kernel code survives: pv.c overruns its
 * buffer unless conf_dump_storage_state_len divides 1 MiB.
 */
#include "scenario/machine.h"

#include "uv/cost.h"

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)
#define TIB ((uint64_t)1 << 40)

static void read_dump_len(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	const struct sc_row row = {
		.key = node->key,
		.type = SC_BYTES,
		.offset = offsetof(struct machine, conf_dump_storage_state_len),
		.min = 16,
		.max = MIB,
	};
	struct machine *machine = object;

	if (!sc_value_read(reader, &row, node, machine))
		return;
	if (machine->conf_dump_storage_state_len & (machine->conf_dump_storage_state_len - 1))
		sc_error(reader->diag, node->mark, "%s: must be a power of two (16B to 1MiB)",
			 node->key);
}

#define SIZE(member, lowest, highest, step, text)                                                  \
	{                                                                                          \
#member, SC_BYTES, offsetof(struct machine, member),                               \
			.min = (lowest), .max = (highest), .multiple = (step), .doc = text         \
	}
#define FLAG(member, text)                                                                         \
	{                                                                                          \
#member, SC_BOOL, offsetof(struct machine, member), .doc = text                    \
	}

static const struct sc_row machine_rows[] = {
	SIZE(uv_base_stor_len, 4 * KIB, 64 * GIB, 4 * KIB,
	     "storage donated to the Ultravisor when the host starts"),
	SIZE(conf_base_phys_stor_len, 4 * KIB, GIB, 4 * KIB,
	     "contiguous storage donated for a configuration"),
	SIZE(conf_base_virt_stor_len, 4 * KIB, GIB, 4 * KIB,
	     "variable storage donated for any configuration"),
	SIZE(conf_virt_var_stor_len, 1, MIB, 0,
	     "variable storage donated per MiB of guest storage"),
	SIZE(cpu_stor_len, 4 * KIB, 64 * MIB, 4 * KIB, "storage donated for a secure CPU"),
	SIZE(max_guest_stor_addr, GIB, 16384 * TIB, MIB, "one above the highest guest address"),
	{ "max_num_sec_conf", SC_U32, offsetof(struct machine, max_num_sec_conf), .min = 1,
	  .max = UINT32_MAX, .doc = "configurations at a time" },
	{ "max_guest_cpu_id", SC_U16, offsetof(struct machine, max_guest_cpu_id), .min = 1,
	  .max = UINT16_MAX, .doc = "highest CPU number of a guest" },
	{ "conf_dump_storage_state_len", SC_CUSTOM, .shape = "size, a power of two, 16B to 1MiB",
	  .read = read_dump_len, .doc = "dump: bytes of state per MiB of guest storage" },
	SIZE(conf_dump_finalize_len, 16, MIB, 0, "dump: bytes that finish a dump"),
	FLAG(destroy_fast, "DESTROY_SEC_CONF_FAST is installed"),
	FLAG(misc,
	     "feature bit 0: an import needs no export of a page of another configuration first"),
	FLAG(aiv, "feature bit 1"),
	FLAG(ap, "feature bit 4: AP instructions"),
	FLAG(ap_intr, "feature bit 5: AP interrupts"),
	FLAG(dump, "the dump UVCs are installed"),
	FLAG(old_destroy_rc, "destroying a page that is not secure answers rc 0x107 rrc 0xd"),
	{ "partial_budget", SC_TIME, offsetof(struct machine, partial_budget), .min = SIM_NS,
	  .max = SIM_S, .doc = "a long UVC comes back with cc 3 after this time" },
	/* From here on: may be left out. */
	FLAG(old_cpu_handle_rc, "DESTROY_SEC_CPU of a bad handle answers rc 0x20 instead of 0x21"),
	{ "query_len", SC_U16, offsetof(struct machine, query_len), .min = MACHINE_QUERY_LEN_MIN,
	  .max = MACHINE_QUERY_LEN, .doc = "length of a query block that gets everything (default: 288)" },
	{ "max_retr_secrets", SC_U16, offsetof(struct machine, max_retr_secrets), .min = 0,
	  .max = MACHINE_SECRETS_MAX, .doc = "retrievable secrets of a guest (default: 0, none)" },
};

#define OPTIONAL_ROWS 3

const struct sc_table machine_table = SC_TABLE("machine", machine_rows);

void machine_check_complete(struct sc_reader *reader, const struct sc_node *node)
{
	for (size_t i = 0; i < machine_table.rows - OPTIONAL_ROWS; i++)
		if (!sc_node_find(node, machine_rows[i].key))
			sc_error(reader->diag, node->mark, "key '%s' is missing in machine: %s",
				 machine_rows[i].key, machine_rows[i].doc);
}
