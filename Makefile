# Loket: build, run, test. `make help` lists the targets.

# The one list of Debian packages that Loket needs beyond Go, gcc and make.
PACKAGES_BUILD := libgl1-mesa-dev libx11-dev libxcursor-dev libxi-dev libxinerama-dev libxrandr-dev libxxf86vm-dev
PACKAGES_RUN   := xvfb xauth imagemagick libgl1-mesa-dri
PACKAGES_TEST  := chromium xdotool tesseract-ocr fonts-noto-core

GOLANGCI_VERSION := v2.15.0

TAGS     := x11,migrated_fynedo
GO       ?= go
GOFLAGS_ := -tags $(TAGS)
BIN      := build/bin

.DEFAULT_GOAL := help
.PHONY: help run test demo bench lint fmt build package clean deps-build deps-run deps-test

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: deps-run build ## start a whole office on this machine: server, kiosk, display, emulated printer
	@$(BIN)/loket-run

test: deps-test ## all tests, with the race detector
	$(GO) test -race $(GOFLAGS_) -timeout 20m ./...

demo: deps-test build ## play an office's day by touching the real kiosk window; results in build/demo
	@$(BIN)/loket-demo

bench: deps-test build ## measure the budgets; results in build/bench.json
	@$(BIN)/loket-bench

lint: deps-build $(BIN)/golangci-lint-$(GOLANGCI_VERSION) ## golangci-lint and the formatters
	$(BIN)/golangci-lint-$(GOLANGCI_VERSION) run

fmt: $(BIN)/golangci-lint-$(GOLANGCI_VERSION) ## format the source
	$(BIN)/golangci-lint-$(GOLANGCI_VERSION) fmt

build: deps-build ## build the programs into build/bin
	@mkdir -p $(BIN)
	$(GO) build $(GOFLAGS_) -o $(BIN)/queue-server ./queue-server
	$(GO) build $(GOFLAGS_) -o $(BIN)/kiosk ./kiosk
	$(GO) build $(GOFLAGS_) -o $(BIN)/display ./display
	$(GO) build $(GOFLAGS_) -o $(BIN)/device-bench ./drivers/emulator/devicebench
	$(GO) build $(GOFLAGS_) -o $(BIN)/loket-run ./assets/deploy/run
	$(GO) build $(GOFLAGS_) -o $(BIN)/loket-demo ./assets/deploy/demo
	$(GO) build $(GOFLAGS_) -o $(BIN)/loket-bench ./assets/deploy/bench
	$(GO) build $(GOFLAGS_) -o $(BIN)/emptywindow ./assets/deploy/bench/emptywindow

clean: ## remove what was built, run and measured
	rm -rf build

# The linter is built from its module at a pinned version, once.
$(BIN)/golangci-lint-$(GOLANGCI_VERSION):
	@mkdir -p $(BIN)
	GOBIN=$(CURDIR)/$(BIN) GOFLAGS= $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(BIN)/golangci-lint $@

deps-build: PACKAGES := $(PACKAGES_BUILD)
deps-run:   PACKAGES := $(PACKAGES_BUILD) $(PACKAGES_RUN)
deps-test:  PACKAGES := $(PACKAGES_BUILD) $(PACKAGES_RUN) $(PACKAGES_TEST)
deps-build deps-run deps-test:
	@missing=""; for p in $(PACKAGES); do \
		dpkg-query -W -f '$${db:Status-Status}' $$p 2>/dev/null | grep -qx installed || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	sudo=""; if [ "$$(id -u)" != 0 ]; then sudo=sudo; command -v sudo >/dev/null || \
		{ echo "please install as root: apt-get install$$missing" >&2; exit 1; }; fi; \
	echo "installing:$$missing"; \
	$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null
