/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where pv.c is: in a kernel tree, alone, or in a source archive, from which just it and the top
 * Makefile are taken.
 */
#define _GNU_SOURCE
#include "kvm/linux/source.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm/linux/files.h"
#include "kvm/linux/include/uvsim/version.h"

#define PV_C "arch/s390/kvm/pv.c"
#define PV_C_7 "arch/s390/kvm/s390/pv.c"
#define ARCHIVES "/usr/src"

unsigned version_parse(const char *text)
{
	unsigned long part[3] = { 0 };
	unsigned n = 0;

	while (n < 3 && isdigit((unsigned char)*text)) {
		char *end;

		part[n++] = strtoul(text, &end, 10);
		text = end;
		if (n == 3 || *text != '.' || !isdigit((unsigned char)text[1]))
			break;
		text++;
	}
	if (n < 2 || part[0] > 255 || part[1] > 255 || part[2] > 65535 || *text == '.')
		return 0;
	return KERNEL_VERSION((unsigned)part[0], (unsigned)part[1], (unsigned)part[2]);
}

/* Value of variable @name at the top of a kernel Makefile, on the heap; "" if it has none. */
static char *make_variable(const char *makefile, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = makefile; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, n) == 0) {
			const char *p = line + n + strspn(line + n, " \t");

			if (*p != '=')
				continue;
			p += 1 + strspn(p + 1, " \t");
			return text_format("%.*s", (int)strcspn(p, " \t\r\n#"), p);
		}
	}
	return text_copy("");
}

/*
 * "6.12.117-rc1" of the tree at @tree, on the heap; NULL if its Makefile is not that of a kernel.
 */
static char *tree_version(const char *tree)
{
	char *path = text_format("%s/Makefile", tree);
	char *makefile = file_read(path, NULL), *text = NULL;

	if (makefile != NULL) {
		char *version = make_variable(makefile, "VERSION"),
		     *patch = make_variable(makefile, "PATCHLEVEL");
		char *sub = make_variable(makefile, "SUBLEVEL"),
		     *extra = make_variable(makefile, "EXTRAVERSION");

		if (*version != '\0' && *patch != '\0')
			text = text_format("%s.%s.%s%s", version, patch, *sub != '\0' ? sub : "0",
					   extra);
		free(version);
		free(patch);
		free(sub);
		free(extra);
	}
	free(makefile);
	free(path);
	return text;
}

static int find_in_tree(const char *tree, struct pv_source *source, char **message)
{
	char *pv = text_format("%s/%s", tree, PV_C), *newer = text_format("%s/%s", tree, PV_C_7);
	int status = 0;

	if (file_is_regular(pv) || file_is_regular(newer)) {
		source->file = text_copy(file_is_regular(pv) ? pv : newer);
		source->label = tree_version(tree);
	} else {
		*message = text_format("uvsim: %s: not a kernel tree (no %s in it)", tree, PV_C);
		status = 2;
	}
	free(pv);
	free(newer);
	return status;
}

/* A lone file; if it lies in a tree, that tells its version. */
static void find_file(const char *file, struct pv_source *source)
{
	static const char *const places[] = { "/" PV_C, "/" PV_C_7 };

	source->file = text_copy(file);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *tree;

		if (!text_ends(file, places[i]))
			continue;
		tree = text_format("%.*s", (int)(strlen(file) - strlen(places[i])), file);
		source->label = tree_version(tree);
		free(tree);
		break;
	}
}

/* Take pv.c, which is at @place, and Makefile out of @archive into @folder. */
static int unpack_place(const char *archive, const char *root, const char *folder,
			const char *place, char **message)
{
	char *makefile = text_format("%s/Makefile", root), *pv = text_format("%s/%s", root, place);
	char *log = text_format("%s/tar.log", folder);
	/* With both found, tar need not read the rest: --occurrence. */
	char *argv[] = {
		(char *)"tar", (char *)"-xJf", (char *)archive, (char *)"-C", (char *)folder,
		(char *)"--strip-components=1", (char *)"--occurrence=1", makefile, pv, NULL,
	};
	int status = process_run(argv, NULL, log);

	if (status != 0) {
		char *said = file_read(log, NULL);

		*message = status < 0 ? text_format("uvsim: cannot run tar: %s", strerror(-status))
				      : text_format("uvsim: %s: cannot take %s out of it: %.*s",
						    archive, place,
						    said != NULL ? (int)strcspn(said, "\n") : 0,
						    said != NULL ? said : "");
		free(said);
		status = status > 0 && status != 127 &&
					 strstr(*message, "Not found in archive") != NULL
				 ? 2
				 : 3;
	} else {
		unlink(log);
	}
	free(makefile);
	free(pv);
	free(log);
	return status;
}

/* From 7.0 on pv.c lies elsewhere; the archive's name tells where to look first. */
static int unpack(const char *archive, const char *root, const char *folder, char **message)
{
	const char *number = root + strcspn(root, "0123456789");
	bool newer = version_parse(number) >= KERNEL_VERSION(7, 0, 0);
	int status = unpack_place(archive, root, folder, newer ? PV_C_7 : PV_C, message);

	if (status != 2)
		return status;
	free(*message);
	*message = NULL;
	return unpack_place(archive, root, folder, newer ? PV_C : PV_C_7, message);
}

/* Put what is needed of @archive into @folder, all or nothing; @stamp tells its version. */
static int fill_folder(const char *archive, const char *root, const char *folder, const char *stamp,
		       const char *cache, char **message)
{
	char *temp = text_format("%s/sources.XXXXXX", cache), *file = NULL;
	int status = 3, error = 0;

	if (mkdtemp(temp) == NULL) {
		*message = text_format("uvsim: cannot write to the cache: %s: %s", temp,
				       strerror(errno));
		free(temp);
		return 3;
	}
	status = unpack(archive, root, temp, message);
	if (status == 0) {
		file = text_format("%s/stamp", temp);
		error = file_write(file, stamp);
		folder_remove(folder);
		/* Another process may have been first with the same content. */
		if (error == 0 && rename(temp, folder) != 0 && errno != ENOTEMPTY &&
		    errno != EEXIST)
			error = -errno;
		if (error != 0) {
			*message = text_format("uvsim: cannot write to the cache: %s: %s", folder,
					       strerror(-error));
			status = 3;
		}
		free(file);
	}
	folder_remove(temp);
	free(temp);
	return status;
}

static int find_in_archive(const char *archive, const char *cache, struct pv_source *source,
			   char **message)
{
	const char *slash = strrchr(archive, '/');
	char *root = text_copy(slash != NULL ? slash + 1 : archive);
	char *folder, *file, *have, *stamp = NULL, *sources = text_format("%s/sources", cache);
	struct stat st;
	int status = 0, error;

	root[strlen(root) - strlen(".tar.xz")] = '\0';
	folder = text_format("%s/%s", sources, root);
	file = text_format("%s/stamp", folder);
	have = file_read(file, NULL);
	if (stat(archive, &st) == 0)
		stamp = text_format("%s %lld %lld\n", archive, (long long)st.st_size,
				    (long long)st.st_mtime);
	error = folder_make(sources);
	if (error != 0) {
		*message = text_format("uvsim: cannot write to the cache: %s: %s", sources,
				       strerror(-error));
		status = 3;
	} else if (stamp != NULL && (have == NULL || strcmp(have, stamp) != 0)) {
		status = fill_folder(archive, root, folder, stamp, cache, message);
	}
	if (status == 0)
		status = find_in_tree(folder, source, message);
	free(root);
	free(folder);
	free(file);
	free(stamp);
	free(have);
	free(sources);
	return status;
}

/*
 * @spec names nothing in the file system: a version whose archive is (or was) in /usr/src, or was fetched by
 * tools/kernel-sources?
 */
static int find_version(const char *spec, const char *cache, struct pv_source *source,
			char **message)
{
	char *archive = text_format(ARCHIVES "/linux-source-%s.tar.xz", spec);
	char *fetched = text_format("%s/archives/linux-source-%s.tar.xz", cache, spec);
	char *kept = text_format("%s/sources/linux-source-%s/stamp", cache, spec);
	int status;

	if (strchr(spec, '/') == NULL && !file_is_regular(archive) && file_is_regular(fetched)) {
		status = find_in_archive(fetched, cache, source, message);
	} else if (strchr(spec, '/') == NULL && (file_is_regular(archive) || file_is_regular(kept))) {
		status = find_in_archive(archive, cache, source, message);
	} else if (version_parse(spec) != 0 && strchr(spec, '/') == NULL) {
		*message = text_format("uvsim: no pv.c for '%s': not built yet ('uvsim pv list'), "
				       "and there is no %s "
				       "(Debian: install linux-source-%s; for 5.10 and 7.x "
				       "tools/kernel-sources fetches it; any other: give its tree, or its pv.c as "
				       "FILE@%s)",
				       spec, archive, spec, spec);
		status = 2;
	} else {
		*message = text_format("uvsim: %s: no such file, folder or label ('uvsim pv list' "
				       "shows the labels)",
				       spec);
		status = 2;
	}
	free(archive);
	free(fetched);
	free(kept);
	return status;
}

static bool label_is_good(const char *label)
{
	return *label != '\0' && *label != '.' && *label != '-' && strlen(label) <= 64 &&
	       strspn(label,
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-") ==
		       strlen(label);
}

/* Version and label, from what was asked and what was found. */
static int complete(const char *given_version, const char *given_label, struct pv_source *source,
		    char **message)
{
	const char *version = given_version != NULL ? given_version : source->label;
	bool lone = source->label == NULL;
	char *label;

	if (version == NULL) {
		*message = text_format(
			"uvsim: %s: which kernel version? Give --linux-version X.Y or FILE@X.Y",
			source->file);
		return 2;
	}
	source->version = version_parse(version);
	if (source->version == 0) {
		*message = text_format("uvsim: '%s' is not a kernel version X.Y or X.Y.Z", version);
		return 2;
	}
	if (source->version < UVSIM_LINUX_VERSION_FIRST) {
		*message = text_format("uvsim: Linux %s is outside the range served: 5.7 and later",
				       version);
		return 2;
	}
	label = given_label != NULL ? text_copy(given_label) :
		lone ? text_format("%s-%.8s", version, source->sha256) : text_copy(source->label);
	free(source->label);
	source->label = label;
	if (!label_is_good(label)) {
		*message =
			text_format("uvsim: label '%s': letters, digits and . _ + - only", label);
		return 2;
	}
	return 0;
}

/* Is the file at all what it is taken for? NULL, or what is wrong. */
static char *check_text(const char *file)
{
	char *text = file_read(file, NULL), *message = NULL;

	if (text != NULL && strstr(text, "\n--- ") != NULL && strstr(text, "\n+++ ") != NULL)
		message = text_format("uvsim: %s is a patch: apply it to a kernel tree and give that", file);
	else if (text != NULL && strstr(text, "kvm_s390_pv_init_vm(") == NULL)
		message = text_format("uvsim: %s is no pv.c: there is no kvm_s390_pv_init_vm() in it", file);
	free(text);
	return message;
}

int pv_source_find(const struct pv_build_request *request, const char *cache,
		   struct pv_source *source, char **message)
{
	char *spec = text_copy(request->source != NULL ? request->source : "6.12"),
	     *at = strrchr(spec, '@'), *real;
	const char *version = request->linux_version;
	int status = 0, error;

	*source = (struct pv_source){ 0 };
	if (at != NULL && access(spec, F_OK) != 0 && version_parse(at + 1) != 0) {
		*at = '\0';
		version = version != NULL ? version : at + 1;
	}
	if (file_is_folder(spec))
		status = find_in_tree(spec, source, message);
	else if (file_is_regular(spec) && text_ends(spec, ".tar.xz"))
		status = find_in_archive(spec, cache, source, message);
	else if (file_is_regular(spec))
		find_file(spec, source);
	else
		status = find_version(spec, cache, source, message);

	if (status == 0) {
		real = realpath(source->file, NULL);
		error = real == NULL ? -errno : sha256_file(real, source->sha256);
		if (error != 0) {
			*message = text_format("uvsim: %s: %s", source->file, strerror(-error));
			status = 2;
			free(real);
		} else {
			free(source->file);
			source->file = real;
			*message = check_text(real);
			status = *message != NULL ? 2 : complete(version, request->label, source, message);
		}
	}
	free(spec);
	return status;
}

void pv_source_free(struct pv_source *source)
{
	free(source->file);
	free(source->label);
	free(source->members);
	free(source->members_note);
}
