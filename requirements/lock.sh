#!/usr/bin/env bash
# Resolve every lock again. Locks carry hashes and name no registry host, so they work behind any mirror.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:-.venv/bin/uv}"
ours=(engine server sdk/python examples benchmarks integration-tests)
flags=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate
    --custom-compile-command "make lock" --quiet "$@")
for name in engine server sdk examples benchmarks integration; do
    flags+=(--no-emit-package "hanami-$name")
done
projects=("${ours[@]/%//pyproject.toml}")

"$uv" pip compile "${projects[@]}" requirements/run.in -o requirements/run.lock "${flags[@]}"
"$uv" pip compile "${projects[@]}" requirements/run.in requirements/dev.in -o requirements/dev.lock "${flags[@]}"
"$uv" pip compile requirements/generate.in -o requirements/generate.lock "${flags[@]}"
"$uv" pip compile requirements/toolchain.in -o requirements/toolchain.lock "${flags[@]}"
"$uv" pip compile requirements/uv.in -o requirements/uv.lock "${flags[@]}"
