# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Which options make the longer of the scenarios that come with uvsim small, for tests that run all of them many times
# over. Expectations that name an amount may then fail.

# small_options NAME: those of scenario NAME, as words; none for what takes no time as it is.
small_options() {
	case $1 in
	random) echo "--set vms.0.memory=3GiB --set vms.0.program.3.touch.amount=16MiB" ;;
	working-set) echo "--set vms.0.memory=3GiB --set vms.0.program.1.touch.amount=32MiB" ;;
	reboot-storm) echo "--set vms.0.count=3" ;;
	reboot-repeated) echo "--set vms.0.memory=3GiB" ;;
	storm-full-host) echo "--set vms.0.count=8 --set host.processors=8 --set host.memory=572GiB" ;;
	swap-1t) echo "--set host.memory=64GiB --set vms.0.memory=63GiB --set vms.1.memory=32GiB" ;;
	esac
}
