# salesvelocity: exact sales KPIs for PostgreSQL
#
#   make, make install, make installcheck    as for every extension (PG_CONFIG= chooses the server)
#   make demo, make test, make bench         everything in a private throw-away cluster
#   make test-all                            make test on every server version that Debian has
#   make test-long                           the checks that take long; or one of them by its name

EXTENSION = salesvelocity
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(srcdir)/$(EXTENSION).control)

# From 1.0 on: versions whose install scripts are frozen, and the updates between them (1.0.0--1.1.0), written by
# hand, all in releases/. The current version's own script is built.
RELEASES =
UPDATES =
DATA = $(patsubst %,releases/$(EXTENSION)--%.sql,$(filter-out $(EXTVERSION),$(RELEASES)) $(UPDATES))

# One name per KPI family: src/NAME.c, src/NAME.sql, sql/NAME.sql, expected/NAME.out, docs/NAME.md.
# This is the only list of them; objects, install script and tests come from it, in this order.
FAMILIES = sales_summary hit_ratio deal_size sales_cycle sales_velocity velocity_change pipeline \
	win_curve intervals calendar activities meetings funnel lead_velocity_rate unit_economics targets crm_sources crm_generic crm_model check_source \
	kpi_model refresh
# Some of them need no C.
C_FAMILIES = $(filter-out crm_% check_source kpi_model refresh,$(FAMILIES))

# The CRMs whose tables are known: src/adapters/NAME.sql, in the order of CRM and version; the first of a CRM is its default.
ADAPTERS = \
	odoo-19 odoo-16 odoo-15 \
	tryton-6.0 \
	salesforce-fivetran salesforce-heroku_connect \
	hubspot-fivetran hubspot-airbyte \
	pipedrive-airbyte_3 pipedrive-airbyte \
	espocrm-10 twenty-1 frappe_crm-1 \
	outreach-airbyte salesloft-airbyte \
	stripe-fivetran \
	generic

# C files without SQL of their own, and the headers, all in src/.
INTERNALS = module codec confidence count_ratio exact_sum day_histogram summary summary_text summary_type kpi opportunity levers lifetimes survival proportion period period_tiles funnel_path
INCLUDES = calendar.h codec.h compat.h confidence.h count_ratio.h day_histogram.h exact_sum.h funnel_path.h kpi.h levers.h lifetimes.h opportunity.h period.h proportion.h summary.h summary_type.h survival.h

MODULE_big = $(EXTENSION)
OBJS = $(patsubst %,src/%.o,$(INTERNALS) $(C_FAMILIES))
DATA_built = $(EXTENSION)--$(EXTVERSION).sql
REGRESS = install sanity surface $(FAMILIES)
PROVE_TESTS = test/t/*.pl

# The scripts in test/checks: what is shown about reliability beyond the tests (docs/reliability.md).
CHECKS = fuzz mutants coverage ubsan asan valgrind garden crash memory exact sqlsmith deb

ifneq ($(filter demo test test-all test-long bench $(CHECKS),$(MAKECMDGOALS)),)

# These prepare their own server and then call make again, so they must not need pg_config here.
RUN = $(dir $(firstword $(MAKEFILE_LIST)))test/run
demo test bench:
	@$(RUN) $@
test-all:
	@$(dir $(RUN))all
test-long:
	@$(RUN) check $(CHECKS)
$(CHECKS):
	@$(RUN) check $@
.PHONY: demo test test-all test-long bench $(CHECKS)

else

# A few functions run once per row. Where they happen to lie makes a tenth of a difference; so they lie on cache lines.
PG_CFLAGS = -falign-functions=64
# Without these, arithmetic on an old instruction set rounds twice, and the last digits are others.
PG_CFLAGS += $(if $(filter i%86,$(host_cpu)),-msse2 -mfpmath=sse)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
ifeq ($(wildcard $(PGXS)),)
$(error PG_CONFIG=$(PG_CONFIG) finds no PostgreSQL server headers; install them (Debian: postgresql-server-dev-all) or set PG_CONFIG)
endif
include $(PGXS)

# A line "-- type: NAME" stands for all that a type of summaries needs, and a line "-- adapters" for the adapter files.
ADAPTER_FILES = $(ADAPTERS:%=src/adapters/%.sql)
$(DATA_built): src/summary_type.sql.in $(FAMILIES:%=src/%.sql) $(ADAPTER_FILES) $(EXTENSION).control Makefile
	{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; \
	  awk -v template=$< -v adapters='$(filter $(addprefix %,$(ADAPTER_FILES)),$^)' \
	      '/^-- type: / { while ((getline line < template) > 0) { gsub(/@type@/, $$3, line); if (line !~ /^--/) print line } close(template); next } \
	      /^-- adapters$$/ { n = split(adapters, file, " "); for (i = 1; i <= n; i++) while ((getline line < file[i]) > 0) print line; next } \
	      { print }' $(filter-out $(addprefix %,$(ADAPTER_FILES)),$(filter %.sql,$^)); } > $@

# Debian's server is built without autodepend, hence by hand. An out-of-tree build starts without src/;
# the absolute name keeps make from finding the source tree's own instead.
$(OBJS) $(OBJS:.o=.bc): $(INCLUDES:%=src/%) Makefile | $(CURDIR)/src
$(CURDIR)/src:
	mkdir -p $@

endif
