# SPDX-License-Identifier: GPL-2.0-or-later
# Counts what ctest's LastTest.log tells: prints "PASSED FAILED". A Check program counts as many as it
# has cases, a script what it says in a line "N passed, M failed", any other test as one; a failed test is
# at least one failure.

/^[0-9]+\/[0-9]+ Testing: / {
	checks = 0
	bad = 0
}

/^[0-9]+%: Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/ {
	gsub(/,/, "")
	checks += $3
	bad += $5 + $7
}

/^[0-9]+ passed, [0-9]+ failed$/ {
	checks += $1 + $3
	bad += $3
}

/^Test Passed\.$/ {
	passed += checks ? checks : 1
}

/^Test Failed\.$/ {
	passed += checks - bad
	failed += bad ? bad : 1
}

END {
	print passed + 0, failed + 0
}
