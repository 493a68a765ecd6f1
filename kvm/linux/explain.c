/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading compiler output: the first error, and the name in a line that says that pv.c asks for something the stub
 * headers lack, and where such a name would belong.
 *
 * Knows the wording of gcc, clang and the GNU linker in the C locale. Anything else is passed on as
 * it is.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/compiler.h"
#include "kvm/linux/explain.h"
#include "kvm/linux/files.h"

/* Wordings that name something unknown; the name follows in quotes, or stands in quotes before. */
static const struct wording {
	const char *text;
	const char *kind;
	bool before;
} wordings[] = {
	{ "implicit declaration of function ", "symbol", false },
	{ "call to undeclared function ", "symbol", false },
	{ "use of undeclared identifier ", "symbol", false },
	{ " undeclared", "symbol", true },
	{ "unknown type name ", "type", false },
	{ "incomplete type ", "type", false },
	{ "incomplete definition of type ", "type", false },
	{ "undefined type ", "type", false },
	{ "field designator ", "member", false },
	{ "has no member named ", "member", false },
	{ "no member named ", "member", false },
	{ "undefined reference to ", "symbol", false },
	{ "defaults to 'int' in declaration of ", "symbol", false },
};

/* Where a name belongs: the first prefix that fits. */
static const struct {
	const char *prefix, *header;
} places[] = {
	{ "uv_", "asm/uv.h" },
	{ "UVC_", "asm/uv.h" },
	{ "BIT_UV", "asm/uv.h" },
	{ "PV_CPU_", "asm/uv.h" },
	{ "struct uv_", "asm/uv.h" },
	{ "make_hva_secure", "asm/uv.h" },
	{ "kthread", "linux/kthread.h" },
	{ "queue_", "linux/workqueue.h" },
	{ "flush_", "linux/workqueue.h" },
	{ "wait_", "linux/wait.h" },
	{ "wake_", "linux/wait.h" },
	{ "complet", "linux/completion.h" },
	{ "rcu_", "linux/rcupdate.h" },
	{ "xa_", "linux/xarray.h" },
	{ "radix_tree_", "linux/radix-tree.h" },
	{ "rb_", "linux/rbtree.h" },
	{ "ida_", "linux/idr.h" },
	{ "idr_", "linux/idr.h" },
	{ "module_", "linux/module.h" },
	{ "param_", "linux/moduleparam.h" },
	{ "debugfs_", "linux/debugfs.h" },
	{ "seq_", "linux/seq_file.h" },
	{ "mas_", "linux/maple_tree.h" },
	{ "mtree_", "linux/maple_tree.h" },
	{ "percpu_", "linux/percpu.h" },
	{ "this_cpu_", "linux/percpu.h" },
	{ "static_", "linux/static_key.h" },
	{ "cond_resched", "linux/sched.h" },
	{ "PF_", "linux/sched.h" },
	{ "struct page_", "linux/mm_types.h" },
	{ "vm_", "linux/mm.h" },
	{ "vma_", "linux/mm.h" },
	{ "pr_", "linux/printk.h" },
	{ "set_pte", "asm/pgtable.h" },
	{ "crst_", "asm/gmap.h" },
	{ "spin_", "linux/spinlock.h" },
	{ "down_", "linux/rwsem.h" },
	{ "up_", "linux/rwsem.h" },
	{ "ktime_", "linux/ktime.h" },
	{ "bitmap_", "linux/bitmap.h" },
	{ "refcount_", "linux/refcount.h" },
	{ "trace_", "linux/tracepoint.h" },
	{ "mmu_notifier", "linux/mmu_notifier.h" },
	{ "struct task_struct", "uvsim/services.h" },
	{ "struct mmu_notifier", "uvsim/objects.h" },
	{ "gmap_", "asm/gmap.h" },
	{ "s390_", "asm/gmap.h" },
	{ "GMAP_", "asm/gmap.h" },
	{ "struct gmap", "uvsim/objects.h" },
	{ "kvm_s390_", "kvm-s390.h" },
	{ "KVM_UV_", "kvm-s390.h" },
	{ "VM_EVENT", "kvm-s390.h" },
	{ "struct kvm", "uvsim/objects.h" },
	{ "kvm_", "linux/kvm_host.h" },
	{ "KVM_", "linux/kvm_host.h" },
	{ "gfn_", "linux/kvm_host.h" },
	{ "gpa_", "linux/kvm_host.h" },
	{ "folio_", "linux/pagemap.h" },
	{ "page_", "linux/pagemap.h" },
	{ "struct folio", "linux/pagemap.h" },
	{ "struct page", "linux/pagemap.h" },
	{ "walk_", "linux/pagewalk.h" },
	{ "mmap_", "linux/sched/mm.h" },
	{ "mm", "linux/sched/mm.h" },
	{ "list_", "linux/list.h" },
	{ "hlist_", "linux/list.h" },
	{ "atomic", "linux/atomic.h" },
	{ "mutex_", "linux/mutex.h" },
	{ "srcu_", "linux/srcu.h" },
	{ "lockdep_", "linux/lockdep.h" },
	{ "WARN", "linux/bug.h" },
	{ "BUG", "linux/bug.h" },
	{ "GFP_", "linux/gfp.h" },
	{ "__GFP_", "linux/gfp.h" },
	{ "alloc_page", "linux/gfp.h" },
	{ "free_page", "linux/gfp.h" },
	{ "kzalloc", "linux/slab.h" },
	{ "kmalloc", "linux/slab.h" },
	{ "kcalloc", "linux/slab.h" },
	{ "kfree", "linux/slab.h" },
	{ "vmalloc", "linux/vmalloc.h" },
	{ "vzalloc", "linux/vmalloc.h" },
	{ "EXPORT_", "linux/export.h" },
	{ "copy_", "linux/uaccess.h" },
	{ "signal_", "linux/sched/signal.h" },
	{ "E", "linux/errno.h" },
	{ "SZ_", "linux/sizes.h" },
	{ "PAGE", "asm/page.h" },
	{ "HPAGE", "asm/page.h" },
	{ "_ASCE", "asm/pgtable.h" },
	{ "pte", "asm/pgtable.h" },
	{ "TASK_SIZE", "asm/pgtable.h" },
};

const char *explain_header_for(const char *name)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (strncmp(name, places[i].prefix, strlen(places[i].prefix)) == 0)
			return places[i].header;
	}
	return "linux/kernel.h";
}

/*
 * The text between the quotes that begin at @quote, on the heap: 'x', `x' or plain x up to white
 * space.
 */
static char *quoted(const char *quote)
{
	size_t n;

	if (*quote == '\'' || *quote == '`' || *quote == '"') {
		quote++;
		n = strcspn(quote, "'\"\n");
	} else {
		n = strcspn(quote, " \n");
	}
	if (*quote == '.')	/* clang's designators: '.member' */
		return text_format("%.*s", (int)n - 1, quote + 1);
	return text_format("%.*s", (int)n, quote);
}

/* The name in quotes that ends just before @end in @line, on the heap; NULL if none. */
static char *quoted_before(const char *line, const char *end)
{
	const char *close = end;

	while (close > line && close[-1] == ' ')
		close--;
	if (close == line || close[-1] != '\'')
		return NULL;
	for (const char *open = close - 2; open >= line; open--) {
		if (*open == '\'')
			return text_format("%.*s", (int)(close - open - 2), open + 1);
	}
	return NULL;
}

/* "pv.c:123" at the start of error line @line, without column and folder. */
char *explain_place(const char *line)
{
	const char *name = line, *end = line + strcspn(line, ":\n");

	for (const char *p = line; p < end; p++) {
		if (*p == '/')
			name = p + 1;
	}
	if (*end != ':' || !isdigit((unsigned char)end[1]))
		return text_copy("pv.c");
	return text_format("%.*s", (int)(end - name) + 1 + (int)strspn(end + 1, "0123456789"),
			   name);
}

char *explain_unknown_name(const char *line, const char **kind)
{
	for (size_t i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++) {
		const char *at = strstr(line, wordings[i].text);
		char *name;

		if (at == NULL)
			continue;
		name = wordings[i].before ? quoted_before(line, at)
					  : quoted(at + strlen(wordings[i].text));
		if (name != NULL && *name != '\0') {
			*kind = wordings[i].kind;
			return name;
		}
		free(name);
	}
	return NULL;
}

/* The first line of @log that reports an error, on the heap; NULL if none does. */
static char *first_error(const char *log)
{
	while (*log != '\0') {
		size_t n = strcspn(log, "\n");
		char *line = text_format("%.*s", (int)n, log);

		if (strstr(line, "error: ") != NULL ||
		    strstr(line, "undefined reference to ") != NULL)
			return line;
		free(line);
		log += n + (log[n] == '\n');
	}
	return NULL;
}

/*
 * "fatal error: linux/foo.h: No such file" (gcc), "fatal error: 'linux/foo.h' file not found"
 * (clang)
 */
char *explain_missing_header(const char *log, char **place)
{
	char *line = first_error(log), *at = line != NULL ? strstr(line, "fatal error: ") : NULL, *name = NULL;

	*place = NULL;
	if (at != NULL && (strstr(at, "No such file") != NULL || strstr(at, "file not found") != NULL)) {
		*place = explain_place(line);
		at += strlen("fatal error: ");
		name = *at == '\'' ? quoted(at) : text_format("%.*s", (int)strcspn(at, ":"), at);
	}
	free(line);
	return name;
}

/* The linker misses for module.c what pv.c should define. */
static char *explain_missing(const char *line)
{
	const char *at = strstr(line, "undefined reference to ");
	char *name, *message;

	if (at == NULL || strstr(line, "module.") == NULL)
		return NULL;
	name = quoted(at + strlen("undefined reference to "));
	message = text_format(
		"uvsim: pv.c does not define '%s', which the pv.c of its kernel version has", name);
	free(name);
	return message;
}

char *compiler_explain(const char *log)
{
	char *line = first_error(log), *place, *message;
	const char *what;

	if (line == NULL)
		return text_format("uvsim: pv.c does not compile: %.*s", (int)strcspn(log, "\n"),
				   log);
	place = explain_place(line);
	message = explain_missing(line);
	if (message == NULL) {
		what = strstr(line, "error: ");
		message = text_format("uvsim: %s: %s", place, what != NULL ? what : line);
	}
	free(place);
	free(line);
	return message;
}
