#!/bin/bash
# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The compilers with the command line of cl.exe are refused, in words, with fakes of them. TAP.

set -u
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# What each says of itself is what meson knows it by; it makes a program that nobody runs.
cat > "$work/cl" <<'EOS'
#!/bin/bash
echo 'Microsoft (R) C/C++ Optimizing Compiler Version 19.38.33130 for x64' >&2
for argument; do
  case $argument in /F[oe]*) : > "${argument:3}" ;; esac
done
EOS
cat > "$work/clang-cl" <<'EOS'
#!/bin/bash
printf 'clang version 17.0.6\nTarget: x86_64-pc-windows-msvc\nOVERVIEW: CL.EXE COMPATIBILITY\n'
for argument; do
  case $argument in /F[oe]*) : > "${argument:3}" ;; esac
done
EOS
cat > "$work/link" <<'EOS'
#!/bin/bash
echo 'Microsoft (R) Incremental Linker Version 14.38.33130.0'
EOS
chmod +x "$work"/*
export PATH=$work:$PATH

for compiler in cl clang-cl; do
  cat > "$work/$compiler.ini" <<EOS
[binaries]
c = '$work/$compiler'
c_ld = '$work/link'
ar = '$work/link'
[properties]
needs_exe_wrapper = true
[host_machine]
system = 'windows'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
EOS
  number=$((number + 1))
  output=$(meson setup "$work/build-$compiler" "$source_dir" \
    --cross-file "$work/$compiler.ini" 2>&1)
  case $? in 0) verdict='not ok' ;; *) verdict=ok ;; esac
  case $output in
    *'cl.exe is not supported'*'MinGW-w64 ones of MSYS2'*) ;;
    *) verdict='not ok' ;;
  esac
  echo "$verdict $number $compiler is refused"
  if [ "$verdict" != ok ]; then
    failed=1
    printf '%s\n' "$output" | sed 's/^/# /'
  fi
done

echo "1..$number"
exit $failed
