#!/bin/bash
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# ./bootstrap's usage, groups of packages and ways out, with a system made of small fakes. TAP.

set -u
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# Fakes first on PATH. Nothing is installed, and whoever runs this is who $work/uid says.
mkdir "$work/bin"
cat > "$work/bin/dpkg-query" <<'EOF'
#!/bin/sh
sed 's/^/ii /' "$FAKE/installed"
EOF
cat > "$work/bin/apt-get" <<'EOF'
#!/bin/sh
echo "apt-get $*" >> "$FAKE/calls"
EOF
cat > "$work/bin/id" <<'EOF'
#!/bin/sh
cat "$FAKE/uid"
EOF
cat > "$work/sudo" <<'EOF'
#!/bin/sh
echo "sudo $*" >> "$FAKE/calls"
exec "$@"
EOF
chmod +x "$work"/bin/* "$work/sudo"
export FAKE=$work
# No sudo but ours: only what bootstrap itself calls is on PATH.
for tool in bash cat dirname env sed sort tr printf pkg-config; do
  ln -s "$(command -v $tool)" "$work/bin/$tool"
done
printf 'ID=debian\n' > "$work/debian"
printf 'ID=ubuntu\nID_LIKE=debian\n' > "$work/ubuntu"
printf 'ID=fedora\n' > "$work/fedora"

# bootstrap UID SYSTEM ARG…: its status goes to $status, what it said to $output
bootstrap() {
  echo "$1" > "$work/uid"
  local system=$2; shift 2
  : > "$work/calls"
  output=$(PATH=$work/bin IPC_OS_RELEASE=$work/$system "$source_dir/bootstrap" "$@" 2>&1 </dev/null)
  status=$?
}

# test NAME CONDITION: one line of TAP
test_that() {
  local name=$1; shift
  number=$((number + 1))
  if "$@"; then
    echo "ok $number $name"
  else
    failed=1
    echo "not ok $number $name"
    printf 'status %s\n%s\n%s\n' "$status" "$output" "$(cat "$work/calls")" | sed 's/^/# /'
  fi
}
says() { case $output in *"$1"*) return 0 ;; esac; return 1; }
called() { grep -q -e "$1" "$work/calls"; }
not_called() { ! called "$1"; }
usage_and_2() { [ "$status" = 2 ] && says 'Usage: ./bootstrap' && [ ! -s "$work/calls" ]; }
refused_3() { [ "$status" = 3 ] && says "$1" && [ ! -s "$work/calls" ]; }
ended() { [ "$status" = "$1" ]; }

: > "$work/installed"
bootstrap 0 debian
test_that 'no argument: usage and 2' usage_and_2
bootstrap 0 debian dance
test_that 'unknown argument: usage and 2' usage_and_2
bootstrap 0 debian deps dance
test_that 'unknown group: usage and 2' usage_and_2

bootstrap 0 debian deps demo
test_that 'root installs' called '^apt-get install .*gjs'
test_that 'only what the group needs' not_called 'valgrind\|socat\|gi-docgen\|meson'
test_that 'without asking' called 'install --yes'
bootstrap 0 ubuntu deps demo
test_that 'on what derives from Debian too' called '^apt-get install .*gjs'
bootstrap 0 debian deps build
test_that 'the group build' called '^apt-get install .*meson'
bootstrap 0 debian deps bench
test_that 'the group bench' called '^apt-get install .*socat'
test_that 'has what we are compared to' called '^apt-get install .*libuv1-dev.*qt6-base-dev'
bootstrap 0 debian deps cross
test_that 'the group cross' called '^apt-get install .*mingw-w64.* wine'
test_that 'with npm, where nobody has brought it' called '^apt-get install .* npm'
printf '#!/bin/sh\n' > "$work/bin/npm"
chmod +x "$work/bin/npm"
bootstrap 0 debian deps cross
test_that 'and without, where somebody has' not_called ' npm'
rm "$work/bin/npm"
bootstrap 0 debian deps tools
test_that 'the group tools' called '^apt-get install'

printf 'gobject-introspection\npython3-gi\nvalac\nlibgirepository1.0-dev\n' > "$work/installed"
bootstrap 0 debian deps demo
test_that 'only what is missing' called 'install --yes --no-install-recommends gjs$'
echo gjs >> "$work/installed"
bootstrap 0 debian deps demo
test_that 'nothing when all is there' ended 0
test_that 'and apt-get is not called' not_called apt-get

: > "$work/installed"
bootstrap 1000 debian deps demo
test_that 'neither root nor sudo: the line and 3' refused_3 '  apt-get install --yes'
cp "$work/sudo" "$work/bin/sudo"
bootstrap 1000 debian deps demo
test_that 'with sudo' called '^sudo .*apt-get install'
printf '#!/bin/sh\nexit 1\n' > "$work/bin/sudo"
bootstrap 1000 debian deps demo
test_that 'a sudo that refuses: the line and 3' refused_3 '  apt-get install --yes'

# Twice: what is installed and configured is left alone.
cat > "$work/bin/meson" <<'EOF'
#!/bin/sh
echo "meson $*" >> "$FAKE/calls"
[ "$1" != setup ] || { mkdir -p "$2" && : > "$2/build.ninja"; }
EOF
chmod +x "$work/bin/meson"
ln -s "$(command -v mkdir)" "$work/bin/mkdir"
export IPC_BUILD_DIR=$work/build
: > "$work/installed"
bootstrap 0 debian build
test_that 'build installs' called '^apt-get install'
test_that 'configures' called '^meson setup'
test_that 'and builds' called '^meson compile'
sed -n 's/^apt-get install //p' "$work/calls" | tr ' ' '\n' | sed '/^-/d' > "$work/installed"
bootstrap 0 debian build
test_that 'the second time nothing is installed' not_called apt-get
test_that 'nor configured' not_called 'meson setup'
test_that 'only built' called '^meson compile'

bootstrap 0 fedora deps demo
test_that 'another distribution: what is needed, and 3' refused_3 'GJS 1.74 or newer'
test_that 'in words' says 'Vala 0.56'

echo "1..$number"
exit $failed
