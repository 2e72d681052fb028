# A thin front to CMake and tools/: what each target does is in the script it calls.
SECONDS ?= 60
JOBS ?= $(shell nproc)
SCALE ?= D1
HTTP_SCALE = $(if $(filter command line environment,$(origin SCALE)),$(SCALE),D0.1)
DURATION_min ?= 30
KOHORTA = build/release/bin/kohorta

.PHONY: help build demo test soak bench bench-http soak-http bench-parts fuzz style format tidy clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the optimised program with its page: build/release/bin/kohorta
	@tools/build_page.sh
	@cmake --preset release >/dev/null
	@cmake --build --preset release -j $(JOBS) --target src/all

demo: ## install what is missing, build, make a demo company in ./demo-data, serve its page; SERVE=no
	@tools/install_dependencies.sh build
	@$(MAKE) --no-print-directory build
	@tools/demo.sh demo-data

test: ## build dev, dev-clang and release and run every test; last line: N passed, N failed
	@tools/test.sh

soak: ## the long differential run (hours are fine): KOHORTA_SOAK=1, release build
	@$(MAKE) --no-print-directory build
	@cmake --build --preset release -j $(JOBS) --target tests_release
	@KOHORTA_SOAK=1 ctest --test-dir build/release -L soak --verbose --timeout 86400

bench: ## measure beside four databases, SCALE=D0.1, D1 or D10: bench/README.md
	@$(MAKE) --no-print-directory build
	@cmake --build --preset release -j $(JOBS) --target bench/all
	@SCALE=$(SCALE) bench/run.sh

bench-http: ## the server under load, SCALE=D0.1 or D1; OUTPUT=bench/RESULTS-HTTP.md keeps the table
	@tools/install_dependencies.sh load
	@$(MAKE) --no-print-directory build
	@cmake --build --preset release -j $(JOBS) --target generate list_segments
	@python3 bench/bench_http.py --scale $(HTTP_SCALE) $(if $(OUTPUT),--output $(OUTPUT))

soak-http: ## a server under mixed load with AddressSanitizer for DURATION_min=30 minutes
	@cmake --preset dev >/dev/null
	@cmake --build --preset dev -j $(JOBS) --target kohorta
	@python3 tests/server/soak.py build/dev/bin/kohorta --minutes $(DURATION_min)

bench-parts: ## measure single parts: image, kernels, import
	@$(MAKE) --no-print-directory build
	@cmake --build --preset release -j $(JOBS) --target bench/all
	@bench/run_parts.sh

fuzz: ## run each fuzz target for SECONDS=60
	@cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz -j $(JOBS) --target fuzz_targets
	@fuzz/run.sh $(SECONDS)

style: ## the style tests alone
	@python3 tools/tidy.py

format: ## rewrite every C file with clang-format 14
	@python3 tools/tidy.py --write-format

tidy: ## clang-tidy over files changed since main; ALL=1 for every file
	@tools/clang_tidy.sh $(if $(ALL),--all)

clean: ## remove everything that was built
	rm -rf build
