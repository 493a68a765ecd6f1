# SPDX-License-Identifier: GPL-2.0-or-later
#
# Print a C file with one text replaced inside one function or table.
#
#	awk -f mutate.awk -v name=FUNCTION[#N] FILE
#
# The environment has the texts: OLD, NEW. OLD must lie in one line and occur in the function once; with #N the
# N-th of several is meant. Exit status: 0 replaced, 2 the function or the text is not there or not alone.
BEGIN {
	old = ENVIRON["OLD"]
	new = ENVIRON["NEW"]
	wanted = 0
	if (match(name, /#[0-9]+$/)) {
		wanted = substr(name, RSTART + 1) + 0
		name = substr(name, 1, RSTART - 1)
	}
}

# A definition begins in the first column, names the function and is no prototype.
!inside && /^[A-Za-z_]/ && !/;$/ && begins($0) {
	inside = 1
	functions++
}

{
	line = $0
	if (inside) {
		done = ""
		while ((at = index(line, old)) > 0) {
			found++
			done = done substr(line, 1, at - 1) (wanted == 0 || found == wanted ? new : old)
			line = substr(line, at + length(old))
		}
		line = done line
	}
	print line
}

inside && /^}/ {
	inside = 0
}

function begins(text) {
	return text ~ ("(^|[ *])" name "[(\\[]")
}

END {
	if (functions != 1) {
		print name ": " functions + 0 " functions of this name" >"/dev/stderr"
		exit 2
	}
	if (wanted ? found < wanted : found != 1) {
		print name ": \"" old "\" is there " found + 0 " times" >"/dev/stderr"
		exit 2
	}
}
