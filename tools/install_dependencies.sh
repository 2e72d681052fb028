#!/usr/bin/env bash
# Installs what is missing: with apt as root or through sudo. Without either it names the packages
# and stops. What is already there, from wherever it came, is left alone.
# usage: tools/install_dependencies.sh build|test|load
#   build  what the program needs      test  that, and what the tests need
#   load   that, and what load is made with
set -euo pipefail

missing=()
need_package() { missing+=("$1"); }
need_command() { command -v "$1" >/dev/null 2>&1 || need_package "$2"; }
need_file() { [ -e "$1" ] || need_package "$2"; }
need_library() { # a pkg-config module; without pkg-config nothing can be known
    command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$1" || need_package "$2"
}
need_module() { # of Python
    python3 -c "import $1" 2>/dev/null || need_package "$2"
}
need_clang_runtime() { # the sanitizer runtimes of the clang that will be used
    command -v clang >/dev/null 2>&1 \
        && compgen -G "$(clang -print-resource-dir)/lib/linux/libclang_rt.fuzzer-*.a" >/dev/null \
        || need_package libclang-rt-14-dev
}

for_build() {
    need_command gcc build-essential
    need_command make build-essential
    need_command cmake cmake
    need_command ninja ninja-build
    need_command pkg-config pkg-config
    need_command python3 python3
    need_library sqlite3 libsqlite3-dev
    need_library jansson libjansson-dev
    need_library libpcre2-8 libpcre2-dev
    need_library libutf8proc libutf8proc-dev
    need_library libsodium libsodium-dev
    need_library zlib zlib1g-dev
    need_library libmicrohttpd libmicrohttpd-dev
    need_library uchardet libuchardet-dev
    need_library xlsxwriter libxlsxwriter-dev
    need_file /usr/share/zoneinfo/Europe/Moscow tzdata
    need_command node nodejs
    need_command npm npm
}

for_test() {
    need_command clang clang
    need_clang_runtime
    need_command clang-format-14 clang-format-14
    need_command clang-tidy clang-tidy
    need_command sqlite3 sqlite3
    need_command git git
    need_command ccache ccache
    need_command chromium chromium
    need_module yaml python3-yaml
    need_module jsonschema python3-jsonschema
}

case "${1:-}" in
    build) for_build ;;
    test) for_build; for_test ;;
    load) for_build; need_command wrk wrk ;;
    *) echo "usage: tools/install_dependencies.sh build|test|load" >&2; exit 2 ;;
esac

if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
mapfile -t packages < <(printf '%s\n' "${missing[@]}" | sort -u)

if ! command -v apt-get >/dev/null 2>&1; then
    echo "this system has no apt-get; install what these Debian packages hold and try again:" >&2
    echo "  ${packages[*]}" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=()
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root=(sudo)
else
    echo "packages are missing, and installing them needs root or sudo; this would do it:" >&2
    echo "  apt-get install ${packages[*]}" >&2
    exit 1
fi
echo "installing: ${packages[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
