#!/bin/sh
# Installs the peers that come from registries into a folder of their own, for --tools: sh bench/engine/install-peers.sh DIR
# ninja, make and GNU time come with the system: apt-get install ninja-build make time
set -eu
mkdir -p "$1"
cd "$1"
python3 -m venv python
python/bin/pip -q install doit==0.37.0 snakemake==9.27.1
mkdir -p npm
cd npm
[ -f package.json ] || echo '{ "private": true }' >package.json
npm install --no-audit --no-fund wireit@0.14.13 turbo@2.11.11 nx@24.0.6
echo "--tools $1/python,$1/npm"
