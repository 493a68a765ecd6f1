/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that a scenario starts: its VMs, then its other processes, each in order.
 */
#include <stdio.h>

#include "sim/engine.h"
#include "vmm/neighbour.h"

char *instance_name(const char *name, unsigned count, unsigned index)
{
	char text[128];

	if (count > 1)
		snprintf(text, sizeof(text), "%s%u", name, index);
	else
		snprintf(text, sizeof(text), "%s", name);
	return (char *)sim_intern(text);
}

static struct vmm_life **add_life(struct vmm_crew *crew, struct vmm_life **link, struct vmm_life *life)
{
	life->all = &crew->lives;
	*link = life;
	return &life->next;
}

void crew_start(struct vmm_crew *crew, struct host *host, const struct pv_algorithm *algorithm,
		const struct scenario *scenario)
{
	struct neighbour **process = &crew->neighbours;
	struct vmm_life **life = &crew->lives;
	struct vmm **vmm = &crew->vmms;
	unsigned index;
	size_t i;

	for (i = 0; i < scenario->vm_count; i++) {
		for (index = 0; index < scenario->vm[i].count; index++, vmm = &(*vmm)->next) {
			*vmm = vmm_start(host, algorithm, &scenario->vm[i], index);
			life = add_life(crew, life, &(*vmm)->life);
		}
	}
	for (i = 0; i < scenario->process_count; i++) {
		for (index = 0; index < scenario->process[i].count; index++, process = &(*process)->next) {
			*process = neighbour_start(host, &scenario->process[i], index);
			life = add_life(crew, life, &(*process)->life);
		}
	}
}
