# Two commands do all: `make demo` runs it, `make test` proves it. CI runs .ci/run, which is `make check` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check bench dev build pages setup test-compose test-month test-asan test-tsan test-kills test-faults bench-instructions fuzz clean

export NEXT_TELEMETRY_DISABLED = 1
PAGES := $(wildcard $(shell git ls-files -co --exclude-standard frontend 2>/dev/null))

help:            ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## */\t/' | expand -t 18

demo: build pages ## everything on this machine, with a simulated site: http://127.0.0.1:8080; Ctrl-C stops it
	@DCIM_PAGES_DIR="$(CURDIR)/frontend/out" exec build/dev/bin/dcim up --demo

test: build pages e2e/node_modules/.stamp ## all tests
	@.ci/test

check: build pages e2e/node_modules/.stamp ## format, lint, rules of the tree
	@.ci/check

bench: build     ## ceilings and the system in one run (some minutes); FULL=1: longer, with 100 million readings of history
	@build/dev/bin/dcim-bench --out bench/results/$$(date -u +%Y-%m-%d-%H%M).json $(if $(FULL),--rounds 5 --seconds 8 --history 100000000)

dev: build pages ## builds all

setup:           ## installs what is missing
	@infra/setup.sh

build: setup     ## the C++ programs, in build/dev/bin
	@test -e build/dev/build.ninja || cmake --preset dev >/dev/null
	@ninja -C build/dev --quiet

pages: frontend/out/.stamp ## the web pages, in frontend/out

%/node_modules/.stamp: %/package-lock.json %/package.json | setup
	@cd $* && npm ci --silent && touch node_modules/.stamp

frontend/out/.stamp: frontend/node_modules/.stamp $(PAGES) api/openapi.yaml
	@cd frontend && npm run --silent build >build.log 2>&1 || { cat build.log; exit 1; }
	@touch $@

test-asan test-tsan: test-%: setup ## the C++ tests under ASan+UBSan, or TSan
	@cmake --preset $* >/dev/null && ninja -C build/$* --quiet && ctest --preset $*

fuzz: setup      ## fuzzes the parsers for SECONDS=50; MERGE=1 keeps what was found in the repository
	@SECONDS_IN_ALL=$(SECONDS) .ci/fuzz

test-kills: build ## kills the server KILLS=200 times at random moments
	@DCIM_TEST_KILLS=$(or $(KILLS),200) build/dev/bin/integration_test --gtest_filter='KillsTest.*'

test-faults: build ## what the server depends on goes wrong, for OUTAGE=300 seconds
	@DCIM_TEST_OUTAGE_S=$(or $(OUTAGE),300) build/dev/bin/integration_test --gtest_filter='FaultsTest.*'
	@build/dev/bin/integration_test --gtest_filter='DiskFullTest.*'  # a process of its own: its database lies on a disk of its own

bench-instructions: build ## instructions per 1,000 readings; UPDATE=1 stores the count that CI expects
	@UPDATE=$(UPDATE) .ci/instructions

test-month: build ## DAYS=30 simulated days of the demo site on the real broker and server, in 12 minutes; wants the machine for itself
	@ninja -C build/dev --quiet month_test && cd build/dev && DCIM_TEST_DAYS=$(or $(DAYS),30) bin/month_test

test-compose: setup ## builds and runs infra/compose.yaml with a real engine
	@infra/test-compose.sh

clean:           ## what was built; data folders stay
	rm -rf build frontend/out frontend/.next frontend/node_modules e2e/node_modules
