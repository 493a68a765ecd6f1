#include "tests/kvm_linux/suites.h"
Suite *shim_suite(void){ return suite_create("shim"); }
