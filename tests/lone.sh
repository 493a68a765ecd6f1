#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Versions between those that Debian has, each given as a lone file with its number: made at test time from the installed
# sources by small changes that bring them to the shape of such a version. Each builds with every compiler there is and
# without a word, and runs a small scenario in bulk and page by page with the same document. A file in a kernel tree needs
# no number; one that lies anywhere else is asked for it.
#
#	tests/lone.sh UVSIM
set -eu
unset CDPATH
cd "$(dirname "$0")/.."
uvsim=$1
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
status=0

fail() {
	echo "FAILED: $*"
	sed 's/^/    /' "$temporary/output"
	status=1
}

# works VERSION FILE
works() {
	for cc in gcc clang; do
		command -v $cc >/dev/null || continue
		"$uvsim" pv build --cc $cc --label "lone-$cc" "$2@$1" >"$temporary/output" 2>&1 || fail "$1 with $cc"
		[ "$(wc -l <"$temporary/output")" -eq 1 ] || fail "$1 with $cc: warnings"
	done
	for mode in '' --exact-pages; do
		# shellcheck disable=SC2086 # no word or one
		"$uvsim" run --quiet $mode --pv "$2@$1" --json "$temporary/document$mode" tests/versions/small.yaml \
			>"$temporary/output" 2>&1 || fail "$1: small scenario $mode"
	done
	cmp "$temporary/document" "$temporary/document--exact-pages" >"$temporary/output" || fail "$1: bulk is not exact"
	echo "Linux $1: $(grep -c . "$2") lines"
}

new=$(tools/pv-source "$uvsim" 6.12)
old=$(tools/pv-source "$uvsim" 6.1)

# 5.15 had the slots in an array and asked for small pages by name; 5.19, too, had neither counter nor batches. Here the
# walk is that of 6.1.
sed -e 's/kvm_s390_get_gfn_end(kvm_memslots(kvm))/kvm_memslots(kvm)->memslots->base_gfn + kvm_memslots(kvm)->memslots->npages/' \
	-e 's/= vzalloc(vlen)/= vmalloc_no_huge(vlen)/' "$old" >"$temporary/pv-5.15.c"
grep -q vmalloc_no_huge "$temporary/pv-5.15.c" && grep -q 'memslots->base_gfn' "$temporary/pv-5.15.c"
works 5.15 "$temporary/pv-5.15.c"

# 6.2 to 6.5: asynchronous teardown, and whether a VM is protected told by a header.
sed '/^bool kvm_s390_pv_is_protected/,/^EXPORT_SYMBOL_GPL(kvm_s390_pv_cpu_is_protected)/d' "$new" >"$temporary/pv-6.4.c"
works 6.4 "$temporary/pv-6.4.c"
works 6.8 "$new"

# 6.14 to 6.19: pv.c imports pages by their address in user space.
cat >"$temporary/import.c" <<'EOF'
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
sed -e "/^#include \"kvm-s390.h\"/r $temporary/import.c" \
	-e 's/gmap_make_secure(kvm->arch.gmap, addr, &uvcb)/kvm_s390_pv_make_secure(kvm, addr, \&uvcb)/' "$new" >"$temporary/pv-6.17.c"
works 6.17 "$temporary/pv-6.17.c"

# In a tree the Makefile tells.
mkdir -p "$temporary/tree/arch/s390/kvm"
cp "$new" "$temporary/tree/arch/s390/kvm/pv.c"
printf 'VERSION = 6\nPATCHLEVEL = 9\nSUBLEVEL = 3\nEXTRAVERSION = -vendor\n' >"$temporary/tree/Makefile"
for given in "$temporary/tree" "$temporary/tree/arch/s390/kvm/pv.c"; do
	"$uvsim" run --quiet --pv "$given" --json "$temporary/document" tests/versions/small.yaml >"$temporary/output" 2>&1 ||
		fail "$given"
	grep -q '"label": "6.9.3-vendor"' "$temporary/document" || fail "$given: not 6.9.3-vendor"
done
if "$uvsim" run --quiet --pv "$temporary/pv-6.4.c" tests/versions/small.yaml >"$temporary/output" 2>&1 ||
	! grep -q 'which kernel version' "$temporary/output"; then
	fail "a lone file without a version"
fi
exit $status
