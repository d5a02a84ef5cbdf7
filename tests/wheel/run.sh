#!/usr/bin/env bash
# Installs the wheel DIST/*.whl in a fresh environment for each Python given and runs smoke.py there, outside the
# repository. A Python that is not on this machine is left out with a word; at least one must be.
set -euo pipefail
smoke=$(realpath "$(dirname "${BASH_SOURCE[0]}")/smoke.py")
wheel=$(realpath "$1"/chartproof-*.whl)
shift
tried=0
for name in "$@"; do
  python=$name
  if ! "$python" --version >/dev/null 2>&1; then  # one of pyenv's, which stand on the path only where they are chosen
    python=$(ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/"$name" 2>/dev/null | sort -V | tail -1) || true
  fi
  if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    echo "$name: not on this machine; left out" >&2
    continue
  fi
  place=$(mktemp -d)
  trap 'rm -rf "$place"' EXIT
  (
    unset PYTHONPATH
    cd "$place"
    "$python" -m venv environment
    environment/bin/python -m pip install -qq --disable-pip-version-check --no-input "$wheel"
    environment/bin/python "$smoke"
  )
  rm -rf "$place"
  tried=$((tried + 1))
done
[ "$tried" -gt 0 ] || { echo "no Python of: $*" >&2; exit 1; }
