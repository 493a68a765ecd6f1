/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form of expectations.
 */
#include "suites.h"

#include <stdio.h>
#include <string.h>

/* Line 9, the expectation begins in column 5. */
static struct loaded_text load_expect(const char *line)
{
	char rest[256];
	const char *text;

	snprintf(rest, sizeof(rest), "expect:\n  - %s\n", line);
	text = scenario_text(NULL, NULL, rest);
	return load_scenario(text, strlen(text), NULL, 0);
}

START_TEST(good_ones)
{
	static const struct {
		const char *line, *path, *op, *value;
	} table[] = {
		{ "vms.vm0.outcome == \"shut down\"", "vms.vm0.outcome", "==", "\"shut down\"" },
		{ "vms.vm0.outcome == shut down", "vms.vm0.outcome", "==", "shut down" },
		{ "vms.*.boots.1.gone_plain<=2.5s", "vms.*.boots.1.gone_plain", "<=", "2.5s" },
		{ "vms.vm0.boots.-1.gone_plain < 2 s", "vms.vm0.boots.-1.gone_plain", "<", "2 s" },
		{ "uvc.DESTR_SEC_STOR.count != 0", "uvc.DESTR_SEC_STOR.count", "!=", "0" },
		{ "max(vms.*.touch.again.p99)   >   3us", "max(vms.*.touch.again.p99)", ">",
		  "3us" },
		{ "count(violations) == 0", "count(violations)", "==", "0" },
		{ "host.lowest_free >= 1GiB", "host.lowest_free", ">=", "1GiB" },
		{ "hangs_on.0.share_permille < 12.5%", "hangs_on.0.share_permille", "<", "12.5%" },
		{ "vms.vm0.cleanups.0.rc == 0x1", "vms.vm0.cleanups.0.rc", "==", "0x1" },
		{ "vms.vm0.boots.1.prepare_errno == null", "vms.vm0.boots.1.prepare_errno",
		  "==", "null" },
		{ "vms.vm0.boots.1.reboot == true", "vms.vm0.boots.1.reboot", "==", "true" },
		{ "vms.\"vm0\".boots.1.phases.\"a b\".time > -1",
		  "vms.\"vm0\".boots.1.phases.\"a b\".time", ">", "-1" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct loaded_text loaded = load_expect(table[i].line);
		const struct expect *expect;

		expect_messages(&loaded, "");
		expect = loaded.scenario->expect;
		ck_assert_str_eq(expect->text, table[i].line);
		ck_assert_str_eq(expect->path, table[i].path);
		ck_assert_str_eq(expect->op, table[i].op);
		ck_assert_str_eq(expect->value, table[i].value);
		loaded_free(&loaded);
	}
}
END_TEST

#define FORM "; an expectation is PATH OPERATOR VALUE, such as 'vms.vm0.boots.1.gone_plain < 2s'"

START_TEST(bad_ones)
{
	static const char *const table[][2] = {
		{ "vms.vm0.outcome",
		  "F:9:20: error: an operator is missing (== != < <= > >=)" FORM },
		{ "vms.vm0.outcome = killed",
		  "F:9:21: error: an operator is missing (== != < <= > >=)" FORM },
		{ "vms.vm0.outcome ==", "F:9:23: error: a value is missing" FORM },
		{ "vms..outcome == killed",
		  "F:9:9: error: a name, a number or * is missing in the path" FORM },
		{ "== 3", "F:9:5: error: a name, a number or * is missing in the path" FORM },
		{ "vmz.vm0.outcome == killed",
		  "F:9:5: error: unknown part of the result 'vmz'; did you mean 'vms'?" },
		{ "vms.vm1.outcome == killed",
		  "F:9:9: error: no VM is called 'vm1'; did you mean 'vm0'?" },
		{ "vms.banana.outcome == killed", "F:9:9: error: no VM is called 'banana'" },
		{ "sum(vms.vm1.boots.*.gone_plain) > 3s",
		  "F:9:13: error: no VM is called 'vm1'; did you mean 'vm0'?" },
		{ "maxi(vms.vm0.x) > 3",
		  "F:9:5: error: unknown function 'maxi'; did you mean 'max'?" },
		{ "max(vms.vm0.x > 3", "F:9:18: error: a ) is missing" },
		{ "max(vmz.vm0.x) > 3",
		  "F:9:9: error: unknown part of the result 'vmz'; did you mean 'vms'?" },
		{ "host.free_at_end > 3G",
		  "F:9:24: error: value '3G': the unit is written GiB (1024 MiB)" },
		{ "host.free_at_end > 3.5",
		  "F:9:24: error: value '3.5': write a whole number such as 5 or -5, in decimal "
		  "digits, without unit" },
		{ "vms.vm0.boots.0.gone_plain < 0.5ps",
		  "F:9:34: error: value '0.5ps': too many decimals: the value is not "
		  "a whole number of the smallest unit" },
		{ "vms.vm0.cleanups.0.rc == 0xg",
		  "F:9:30: error: value '0xg': write a hexadecimal number of at most 15 "
		  "digits" },
		{ "vms.vm0.outcome < killed",
		  "F:9:23: error: 'killed' is not a number: it can be compared with == and != "
		  "only" },
		{ "count(stalls) == none",
		  "F:9:22: error: min, max, sum and count are numbers; 'none' is none" },
		{ "[a, b]", "F:9:5: error: expected PATH OPERATOR VALUE, found a list" },
		{ "a: b", "F:9:5: error: expected PATH OPERATOR VALUE, found a mapping" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct loaded_text loaded = load_expect(table[i][0]);

		ck_assert_ptr_null(loaded.scenario);
		expect_messages(&loaded, table[i][1]);
		loaded_free(&loaded);
	}
}
END_TEST

START_TEST(instances)
{
	const char *sets[] = { "vms.0.count=3", "expect.0=vms.vm02.outcome == killed" };
	const char *text = scenario_text(NULL, NULL, "expect:\n  - host.free_at_end > 0\n");
	struct loaded_text loaded = load_scenario(text, strlen(text), sets, 2);

	expect_messages(&loaded, "");
	loaded_free(&loaded);
	sets[1] = "expect.0=vms.vm03.outcome == killed"; /* there are 0, 1 and 2 */
	loaded = load_scenario(text, strlen(text), sets, 2);
	expect_messages(&loaded, "--set expect.0=vms.vm03.outcome == killed: error: no VM is "
				 "called 'vm03'; did you mean "
				 "'vm00'?");
	loaded_free(&loaded);
	sets[1] = "expect.0=vms.vm0.outcome == killed";
	loaded = load_scenario(text, strlen(text), sets, 2);
	ck_assert_ptr_null(loaded.scenario);
	loaded_free(&loaded);
}
END_TEST

Suite *expect_suite(void)
{
	const TTest *tests[] = { good_ones, bad_ones, instances };

	return SUITE_OF("expect", tests);
}
