#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Versions between those that Debian has, each given as a lone file with its number: made at test time from the installed
# sources by small changes that bring them to the shape of such a version. Each builds with every compiler there is and
# without a word, and runs a small scenario in bulk and page by page with the same document. A file in a kernel tree needs
# no number; one that lies anywhere else is asked for it.
#
#	tests/lone.sh UVSIM
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

# works VERSION FILE
works() {
	for cc in gcc clang; do
		command -v $cc >/dev/null || continue
		"$uvsim" pv build --cc $cc --label "lone-$cc" "$2@$1" >"$work/out" 2>&1 || fail "$1 with $cc"
		[ "$(wc -l <"$work/out")" -eq 1 ] || fail "$1 with $cc: warnings"
	done
	for mode in '' --exact-pages; do
		# shellcheck disable=SC2086 # no word or one
		"$uvsim" run --quiet $mode --pv "$2@$1" --json "$work/document$mode" tests/versions/small.yaml \
			>"$work/out" 2>&1 || fail "$1: small scenario $mode"
	done
	cmp "$work/document" "$work/document--exact-pages" >"$work/out" || fail "$1: bulk is not exact"
	echo "Linux $1: $(grep -c . "$2") lines"
}

new=$(tools/pv-source "$uvsim" 6.12)
old=$(tools/pv-source "$uvsim" 6.1)

# 5.7 to 5.14: a flag instead of a count, pages made accessible before the configuration goes, neither notifier nor dump.
cat >"$work/early.awk" <<'EOF'
/^static void kvm_s390_pv_mmu_notifier_release/, /^}/ { next }
/^static const struct mmu_notifier_ops/, /^};/ { next }
/^static void kvm_s390_clear_pv_state/, /^}/ { next }
/<linux.mmu_notifier.h>/ { next }
/^int kvm_s390_pv_dump_cpu/ { exit }
/Add the notifier only once/, /^	}/ { next }
/atomic_inc\(&kvm->mm->context.protected_count\)/ { next }
/mmget_not_zero/, /^	}/ { next }
/atomic_dec\(&kvm->mm->context.protected_count\)/ {
	sub(/atomic_dec.*/, "atomic_set(\\&kvm->mm->context.is_protected, 0);")
}
/kvm_s390_clear_pv_state\(kvm\);/ { sub(/kvm_s390_clear.*/, "memset(\\&kvm->arch.pv, 0, sizeof(kvm->arch.pv));") }
/^int kvm_s390_pv_deinit_vm/ { deinit = 1 }
/^int kvm_s390_pv_set_sec_parms/ { parms = 1 }
deinit && /cc = uv_cmd_nodata/ { print "	s390_reset_acc(kvm->mm);"; deinit = 0 }
parms && /return cc/ { print "	if (!cc)\n		atomic_set(&kvm->mm->context.is_protected, 1);"; parms = 0 }
{ gsub(/GFP_KERNEL_ACCOUNT/, "GFP_KERNEL"); print }
EOF
awk -f "$work/early.awk" "$old" >"$work/pv-5.7.c"
grep -q s390_reset_acc "$work/pv-5.7.c" && ! grep -q 'notifier\|protected_count\|dump' "$work/pv-5.7.c" || exit 1
works 5.7 "$work/pv-5.7.c"
works 5.8 "$work/pv-5.7.c"

# 5.19: the walk of 6.1, no dump yet.
sed '/^int kvm_s390_pv_dump_cpu/,$d' "$old" >"$work/pv-5.19.c"
works 5.19 "$work/pv-5.19.c"

# 5.15 had the slots in an array and asked for small pages by name; 5.19, too, had neither counter nor batches. Here the
# walk is that of 6.1.
sed -e 's/kvm_s390_get_gfn_end(kvm_memslots(kvm))/kvm_memslots(kvm)->memslots->base_gfn + kvm_memslots(kvm)->memslots->npages/' \
	-e 's/= vzalloc(vlen)/= vmalloc_no_huge(vlen)/' "$old" >"$work/pv-5.15.c"
grep -q vmalloc_no_huge "$work/pv-5.15.c" && grep -q 'memslots->base_gfn' "$work/pv-5.15.c"
works 5.15 "$work/pv-5.15.c"

# 6.2 to 6.5: asynchronous teardown, and whether a VM is protected told by a header.
sed '/^bool kvm_s390_pv_is_protected/,/^EXPORT_SYMBOL_GPL(kvm_s390_pv_cpu_is_protected)/d' "$new" >"$work/pv-6.4.c"
works 6.2 "$work/pv-6.4.c"
works 6.4 "$work/pv-6.4.c"
for version in 6.6 6.8 6.13; do
	works $version "$new"
done

# 6.14 to 6.19: pv.c imports pages by their address in user space.
cat >"$work/import.c" <<'EOF'
int kvm_s390_pv_make_secure(struct kvm *kvm, unsigned long gaddr, void *uvcb)
{
	unsigned long hva = gfn_to_hva(kvm, gpa_to_gfn(gaddr));
	int rc = kvm_is_error_hva(hva) ? -EFAULT : make_hva_secure(kvm->mm, hva, uvcb);

	if (rc != -ENXIO)
		return rc;
	mmap_read_lock(kvm->mm);
	rc = fixup_user_fault(kvm->mm, hva, FAULT_FLAG_WRITE, NULL);
	if (!rc)
		rc = __gmap_link(kvm->arch.gmap, gaddr, hva);
	mmap_read_unlock(kvm->mm);
	return rc ? rc : -EAGAIN;
}

int kvm_s390_pv_convert_to_secure(struct kvm *kvm, unsigned long gaddr)
{
	struct uv_cb_cts uvcb = {
		.header = { .cmd = UVC_CMD_CONV_TO_SEC_STOR, .len = sizeof(uvcb) },
		.guest_handle = kvm_s390_pv_get_handle(kvm), .gaddr = gaddr,
	};

	return kvm_s390_pv_make_secure(kvm, gaddr, &uvcb);
}

int kvm_s390_pv_destroy_page(struct kvm *kvm, unsigned long gaddr)
{
	struct page *page = gfn_to_page(kvm, gpa_to_gfn(gaddr));
	int rc = page ? __kvm_s390_pv_destroy_page(page) : 0;

	kvm_release_page_clean(page);
	return rc;
}
EOF
sed -e "/^#include \"kvm-s390.h\"/r $work/import.c" \
	-e 's/gmap_make_secure(kvm->arch.gmap, addr, &uvcb)/kvm_s390_pv_make_secure(kvm, addr, \&uvcb)/' "$new" >"$work/pv-6.17.c"
works 6.15 "$work/pv-6.17.c"
works 6.17 "$work/pv-6.17.c"

# 7.0 to 7.2: the guest's tables are KVM's, pages are imported in the fault, the walk goes by guest frame.
cat >"$work/fault.c" <<'EOF'
#include <asm/gmap_helpers.h>
#include "s390.h"
#include "dat.h"
#include "gmap.h"
#include "faultin.h"

struct import {
	struct kvm *kvm;
	void *uvcb;
	struct folio *again;
	int rc;
};

static void import_page(struct guest_fault *fault)
{
	struct import *import = fault->priv;
	struct mm_struct *mm = import->kvm->mm;
	struct folio *folio = pfn_folio(fault->pfn);
	spinlock_t *ptl;
	pte_t *ptep;

	import->rc = -EAGAIN;
	if (!mmap_read_trylock(mm))
		return;
	ptep = try_get_locked_pte(mm, gfn_to_hva(import->kvm, fault->gfn), &ptl);
	if (!IS_ERR_OR_NULL(ptep) && folio_trylock(folio)) {
		if (atomic_read(&mm->context.protected_count) > 1 && !uv_has_feature(BIT_UV_FEAT_MISC))
			uv_convert_from_secure(folio_to_phys(folio));
		if (!fault->page)
			folio_get(folio);
		import->rc = __make_folio_secure(folio, import->uvcb);
		if (!fault->page)
			folio_put(folio);
		if (import->rc == -EBUSY) {
			folio_get(folio);
			import->again = folio;
		}
		folio_unlock(folio);
	}
	if (!IS_ERR_OR_NULL(ptep))
		pte_unmap_unlock(ptep, ptl);
	mmap_read_unlock(mm);
}

int kvm_s390_pv_make_secure(struct kvm *kvm, unsigned long gaddr, void *uvcb)
{
	struct import import = { .kvm = kvm, .uvcb = uvcb };
	struct guest_fault fault = {
		.gfn = gpa_to_gfn(gaddr), .write_attempt = true, .callback = import_page, .priv = &import,
	};
	int rc = kvm_s390_faultin_gfn(NULL, kvm, &fault);

	if (rc || !import.again)
		return rc ? rc : import.rc;
	rc = s390_wiggle_split_folio(kvm->mm, import.again);
	folio_put(import.again);
	return rc ? rc : -EAGAIN;
}
EOF
sed '/^int kvm_s390_pv_convert_to_secure/,$!d' "$work/import.c" >>"$work/fault.c"
cat >"$work/tables.awk" <<'EOF'
/^#include "kvm-s390.h"/ {
	while ((getline line <code) > 0)
		print line
	next
}
/^static void kvm_s390_destroy_lower_2g/, /^}/ { next }
/kvm_s390_destroy_lower_2g\(kvm\);/ { sub(/kvm_s390_.*/, "gmap_pv_destroy_range(kvm->arch.gmap, 0, gpa_to_gfn(SZ_2G), false);") }
/_ASCE_TYPE_MASK/ { sub(/\(kvm.*SEGMENT\)/, "kvm->arch.gmap->asce.dt == TABLE_TYPE_SEGMENT)"); sub(/if \(\(/, "if (") }
{
	sub(/kvm->arch.gmap->table/, "dereference_asce(kvm->arch.gmap->asce)")
	sub(/guest_asce = kvm->arch.gmap->asce/, "&.val")
	sub(/s390_uv_destroy_range_interruptible\(.*TASK_SIZE_MAX\)/, walk "true)")
	sub(/s390_uv_destroy_range\(kvm->mm, 0, TASK_SIZE\)/, walk "false)")
	sub(/gmap_make_secure\(kvm->arch.gmap, addr, &uvcb\)/, "kvm_s390_pv_make_secure(kvm, addr, \\&uvcb)")
	print
}
EOF
awk -v code="$work/fault.c" -v walk='gmap_pv_destroy_range(kvm->arch.gmap, 0, asce_end(kvm->arch.gmap->asce), ' \
	-f "$work/tables.awk" "$new" >"$work/pv-7.1.c"
works 7.1 "$work/pv-7.1.c"

# In a tree the Makefile tells.
mkdir -p "$work/tree/arch/s390/kvm"
cp "$new" "$work/tree/arch/s390/kvm/pv.c"
printf 'VERSION = 6\nPATCHLEVEL = 9\nSUBLEVEL = 3\nEXTRAVERSION = -vendor\n' >"$work/tree/Makefile"
for given in "$work/tree" "$work/tree/arch/s390/kvm/pv.c"; do
	"$uvsim" run --quiet --pv "$given" --json "$work/document" tests/versions/small.yaml >"$work/out" 2>&1 ||
		fail "$given"
	grep -q '"label": "6.9.3-vendor"' "$work/document" || fail "$given: not 6.9.3-vendor"
done
if "$uvsim" run --quiet --pv "$work/pv-6.4.c" tests/versions/small.yaml >"$work/out" 2>&1 ||
	! grep -q 'which kernel version' "$work/out"; then
	fail "a lone file without a version"
fi
exit $status
