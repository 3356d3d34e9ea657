# Everything a newcomer needs: `make run` shows the product, `make test` proves it.
SWIFT ?= swift
FLAGS := --explicit-target-dependency-import-check error
BINARY := .build/debug/sextant

.PHONY: setup build run test clients day limits format docs bench soak mutate chaos check clean build-release

## Installs what is missing: a Swift toolchain is expected, SQLite's headers come from the system's packages.
setup:
	@./scripts/setup

build: setup
	$(SWIFT) build $(FLAGS) --product sextant

## The main job with built-in defaults: a simulated broker, the server, and an alert with two legs.
run: build
	$(BINARY) demo

## Everything a reader must trust: format, rules of the house, a strict build, every test.
test: setup check
	@./scripts/check-alerts
	$(SWIFT) build $(FLAGS) --build-tests
	@SWIFT='$(SWIFT)' ./scripts/run-tests
	@./scripts/check-clients $(BINARY)

## The simulator against the Python clients of the real broker, each in its own environment under .build.
clients: build
	@./scripts/check-clients $(BINARY)

## A day of 20,000 orders with faults at every turn, on a release build, and all rows against the broker's ledger.
day: build-release
	SEXTANT_DAY=240 $(LONG) "twenty thousand orders"

## Three minutes at 10 calls a second and 120 a minute under a flood of entries.
limits: build-release
	SEXTANT_LIMITS=1 $(LONG) "three minutes"

LONG := SEXTANT_BINARY=$(CURDIR)/.build-release/release/sextant $(SWIFT) test $(FLAGS) --skip-build --disable-xctest \
	--no-parallel --filter

build-release:
	$(SWIFT) build -c release --scratch-path .build-release --product sextant
	$(SWIFT) build $(FLAGS) --build-tests

format:
	$(SWIFT) format -i -r --configuration .swift-format Package.swift Sources Tests

## Pages that are made from the code; a test fails when they are older than it.
docs: build
	$(BINARY) configuration-page > docs/configuration.md
	$(BINARY) risk-page > docs/risk.md

## Rules that need no compiler.
check:
	$(SWIFT) format lint -r --strict --configuration .swift-format Package.swift Sources Tests
	@./scripts/check-rules

## Figures, each beside the limit of this machine that it is judged by. Release build: the first one takes minutes.
## Single sections: `make bench ONLY=engine,webhook`.
bench:
	@./scripts/setup bench
	$(SWIFT) build -c release --scratch-path .build-release --product sextant
	.build-release/release/sextant bench $(if $(ONLY),--only $(ONLY))

## Worlds for hours: the real engine in virtual time, from many seeds, and all that can happen must have happened.
## 105,000 worlds, which register ten million orders; `make soak SEEDS=1..1000000` for more.
soak: setup
	$(SWIFT) build -c release --scratch-path .build-release --product sextant
	@./scripts/soak .build-release/release/sextant $(subst .., ,$(or $(SEEDS),1..105000))

## Plants faults in the transition table, the checks, the caps and the rules of what is unconfirmed, one at a time: the
## desk's tests must notice each. Release build of the core alone; the first one takes minutes.
mutate:
	@SWIFT='$(SWIFT)' ./scripts/mutate

## `kill -9` at random moments under alerts and faults, KILLS times, against the broker's ledger; a line of chaos.log each
## time. `make chaos KILLS=300`.
chaos: build
	$(SWIFT) build $(FLAGS) --build-tests
	SEXTANT_KILLS=$(or $(KILLS),100) SEXTANT_CHAOS_LOG=$(CURDIR)/chaos.log $(SWIFT) test $(FLAGS) --skip-build \
		--disable-xctest --no-parallel --filter KillTests

clean:
	$(SWIFT) package clean
