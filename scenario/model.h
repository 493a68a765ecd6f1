/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the scenario reader among themselves: tables, steps of a program, expectations,
 * checks, --set.
 */
#ifndef SCENARIO_MODEL_H
#define SCENARIO_MODEL_H

#include "scenario/node.h"
#include "scenario/scenario.h"
#include "scenario/table.h"

#define SC_VMS_MAX 1024		/* entries of vms:, and of processes: */
#define SC_CGROUPS_MAX 1024	/* entries of cgroups: */
#define SC_INSTANCES_MAX 4096	/* VMs in all, with count: */
#define SC_STEPS_MAX 1000	/* steps of one program */
#define SC_EXPECT_MAX 1000
#define SC_FAULTS_MAX 1000

/** The top level of a scenario file. */
extern const struct sc_table scenario_table;
extern const struct sc_table fault_table;
extern const struct sc_table host_table, swap_table, watermark_table, cgroup_table, vm_table, kill_table, touch_table;
extern const struct sc_table reboot_table;
extern const struct sc_table start_after_table, process_table, allocate_table, use_table, free_table, report_table;

/** Every table of the scenario file, NULL-terminated, in the order of the manual. */
extern const struct sc_table *const scenario_tables[];

/** What a name in a scenario looks like. */
#define NAME_SHAPE "a letter, then up to 31 letters, digits, - or _"

/** Read list @node of cgroups into the struct scenario @object. */
void cgroups_read(struct sc_reader *reader, const struct sc_node *node, void *object);

/** Read the name of the cgroup that a process belongs to; whether it exists is checked at the end. */
void cgroup_name_read(struct sc_reader *reader, const struct sc_node *node, struct cgroup_name *name);
void cgroup_check_name(struct sc_reader *reader, const struct scenario *scenario, const struct cgroup_name *name);

/** Checks of cgroups across keys. */
void cgroup_check(struct sc_reader *reader, const struct scenario *scenario);

/**
 * Read list @node of steps into the struct vm_spec @object, whose memory and vcpus are set already
 * (0: they were bad).
 */
void program_read(struct sc_reader *reader, const struct sc_node *node, void *object);

/** Read a size or share of memory into a struct touch. */
void touch_amount(struct sc_reader *reader, const struct sc_node *node, void *object);
void touch_offset(struct sc_reader *reader, const struct sc_node *node, void *object);
void touch_set(struct sc_reader *reader, const struct sc_node *node, void *object);

/** Names of the steps, NULL-terminated, in the order of enum step_kind. */
extern const char *const step_names[];

/** Those of a process's program, in the order of enum deed_kind. */
extern const char *const deed_names[];

/**
 * Read a size, or a share of @memory, as whole pages; at most @max_ppm of @memory. 0: reported, or
 * @memory is 0, which means that it is not known. @whose: "guest", "process".
 */
uint64_t share_read(struct sc_reader *reader, const struct sc_node *node, uint64_t memory,
		    uint64_t max_ppm, const char *whose);

/** Read the name of a VM or process; NULL: reported. */
char *name_read(struct sc_reader *reader, const struct sc_node *node);

/** Read list @node of processes into the struct scenario @object. */
void processes_read(struct sc_reader *reader, const struct sc_node *node, void *object);

/** Read "NAME" or {name: NAME, delay: TIME} into *@after and *@delay. */
void start_after_read(struct sc_reader *reader, const struct sc_node *node, char **after,
		      sim_time *delay);

/** Checks of what starts after what. */
void start_check(struct sc_reader *reader, const struct scenario *scenario);

/** Read list @node of expectations into the struct scenario @object. Checks their form only. */
void expect_read(struct sc_reader *reader, const struct sc_node *node, void *object);

/** Read list @node of faults into the struct scenario @object. */
void faults_read(struct sc_reader *reader, const struct sc_node *node, void *object);

/** Entry @node has been read into @fault: find its kind, fill in what was not given, check what goes together. */
void fault_check(struct sc_reader *reader, const struct sc_node *node, struct fault_spec *fault);

/** Check that the VMs and threads exist that faults name. */
void faults_check(struct sc_reader *reader, const struct scenario *scenario);

/** The arena that @scenario lives in. */
struct sc_arena *scenario_arena(struct scenario *scenario);

/** Check that VM names in the paths of expectations exist. */
void expect_check(struct sc_reader *reader, const struct scenario *scenario);

/** Checks across keys, once everything could be read. */
void scenario_check(struct sc_reader *reader, struct scenario *scenario);

/** Change tree @root as "path=value" in @set says. Errors name @set. */
void set_apply(struct sc_reader *reader, struct sc_node *root, const char *set);

/**
 * True if @name is that of an instance of @vm: the name itself, or with count: the name and a
 * number.
 */
bool vm_has_instance(const struct vm_spec *vm, const char *name);

/** The same of @count instances of the entry called @entry. */
bool entry_has_instance(const char *entry, unsigned count, const char *name);

#endif
