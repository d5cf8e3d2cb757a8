#!/bin/sh
# Unpacks two software GPUs for tests from Debian's packages, without installing them:
#   SwiftShader (from chromium-common) for Dawn, lavapipe (from mesa-vulkan-drivers) for Deno's navigator.gpu.
# openCompute({ adapter: "swiftshader" | "lavapipe" }) finds them in .cache/software_adapters by itself; other
# programs take the VK_ICD_FILENAMES printed on stdout. As root it installs what they link to (the Vulkan
# loader, LLVM); otherwise it says what is missing. Running it again does nothing that is done already.
#
#   scripts/software_adapters.sh [FOLDER]        exit codes: 0 both are there, 3 something is missing
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=${1:-${DIALAB_SOFTWARE_ADAPTERS:-$here/.cache/software_adapters}}
mkdir -p "$cache"
cache=$(CDPATH='' cd -- "$cache" && pwd)
swiftshader=$cache/swiftshader/vk_swiftshader_icd.json
lavapipe=$cache/lavapipe/lvp_icd.json

say() { printf '%s\n' "$*" >&2; }

missing() {
  say "software_adapters: $*"
  exit 3
}

work=
clean() { [ -z "$work" ] || rm -rf "$work"; }
trap clean EXIT
trap 'exit 130' INT TERM

# fetch PACKAGE: downloads and unpacks it into $work/PACKAGE
fetch() {
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    missing "$1 comes from Debian packages; here is no apt-get and dpkg-deb. Point VK_ICD_FILENAMES at a SwiftShader of yours."
  [ -n "$work" ] || work=$(mktemp -d "$cache/work.XXXXXX")
  say "software_adapters: fetching $1"
  if ! (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$1") >&2; then
    [ "$(id -u)" = 0 ] || missing "apt-get download $1 failed"
    apt-get -qq update >&2 || missing "apt-get update failed"
    (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$1") >&2 || missing "apt-get download $1 failed"
  fi
  dpkg-deb -x "$work/$1"_*.deb "$work/$1"
}

# needs LIBRARY: the shared objects that it links to and that are not there
needs() { ldd "$1" 2>/dev/null | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p'; }

# Moves a finished folder into its place, so that an interrupted run leaves nothing half-written.
place() {
  rm -rf "${cache:?}/$2"
  mv "$1" "$cache/$2"
}

if [ ! -s "$swiftshader" ]; then
  fetch chromium-common
  mkdir "$work/swiftshader"
  cp "$work"/chromium-common/usr/lib/chromium/libvk_swiftshader.so \
    "$work"/chromium-common/usr/lib/chromium/vk_swiftshader_icd.json "$work/swiftshader/"
  place "$work/swiftshader" swiftshader
fi

if [ ! -s "$lavapipe" ]; then
  fetch mesa-vulkan-drivers
  mkdir "$work/lavapipe"
  cp "$work"/mesa-vulkan-drivers/usr/lib/*/libvulkan_lvp.so "$work/lavapipe/"
  printf '{"file_format_version":"1.0.0","ICD":{"api_version":"1.3.0","library_path":"./libvulkan_lvp.so"}}\n' \
    >"$work/lavapipe/lvp_icd.json"
  dpkg-deb -f "$work"/mesa-vulkan-drivers_*.deb Depends | tr ',' '\n' |
    sed 's/[|(:].*//; s/[[:space:]]//g; /^python3/d; /^$/d' >"$work/lavapipe/packages"
  place "$work/lavapipe" lavapipe
fi

loader_found() { { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null | grep -q 'libvulkan\.so\.1 '; }
lacking=$(needs "$cache/lavapipe/libvulkan_lvp.so")
if [ -n "$lacking" ] || ! loader_found; then
  packages="libvulkan1"
  [ -z "$lacking" ] || packages=$(tr '\n' ' ' <"$cache/lavapipe/packages")
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    missing "these packages are needed as well, and only root can install them: $packages"
  say "software_adapters: installing $packages"
  # shellcheck disable=SC2086 # a list of package names
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $packages >&2 ||
    missing "apt-get install failed"
fi

printf 'swiftshader VK_ICD_FILENAMES=%s\n' "$swiftshader"
printf 'lavapipe VK_ICD_FILENAMES=%s\n' "$lavapipe"
