/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined(IPC_GLIB_INSIDE) && !defined(IPC_GLIB_COMPILATION)
#error "Only <ipc-glib.h> can be included directly."
#endif

#include <glib-object.h>

#include "ipc-version-macros.h"

G_BEGIN_DECLS

/**
 * IpcSignal:
 * @IPC_SIGNAL_UNKNOWN: none, or one that has no name here
 * @IPC_SIGNAL_ABRT: abort() was called
 * @IPC_SIGNAL_ALRM: a timer of alarm() ran out
 * @IPC_SIGNAL_BUS: an access to memory that is not there
 * @IPC_SIGNAL_CHLD: a child process ended, stopped or went on
 * @IPC_SIGNAL_CONT: the process goes on after a stop
 * @IPC_SIGNAL_FPE: a wrong arithmetic operation
 * @IPC_SIGNAL_HUP: the terminal is gone, on Windows the console is closed; for services, by custom:
 *   read the configuration again
 * @IPC_SIGNAL_ILL: an illegal instruction
 * @IPC_SIGNAL_INT: an interruption from the keyboard, Ctrl+C
 * @IPC_SIGNAL_KILL: the end of the process, which can't be caught
 * @IPC_SIGNAL_PIPE: a write to a pipe or socket that nobody reads
 * @IPC_SIGNAL_POLL: a descriptor is ready, `SIGIO`
 * @IPC_SIGNAL_PROF: a timer of processor time ran out
 * @IPC_SIGNAL_QUIT: a quit from the keyboard, with a core dump; on Windows Ctrl+Break
 * @IPC_SIGNAL_SEGV: an invalid access to memory
 * @IPC_SIGNAL_STOP: a stop of the process, which can't be caught
 * @IPC_SIGNAL_SYS: a wrong system call
 * @IPC_SIGNAL_TERM: a request to end; on Windows the system shuts down
 * @IPC_SIGNAL_TRAP: a trap of a debugger
 * @IPC_SIGNAL_TSTP: a stop from the keyboard, Ctrl+Z
 * @IPC_SIGNAL_TTIN: a read from the terminal in the background
 * @IPC_SIGNAL_TTOU: a write to the terminal in the background
 * @IPC_SIGNAL_URG: urgent data at a socket
 * @IPC_SIGNAL_USR1: the first one without a meaning of its own
 * @IPC_SIGNAL_USR2: the second one without a meaning of its own
 * @IPC_SIGNAL_VTALRM: a timer of the process's own time ran out
 * @IPC_SIGNAL_XCPU: the limit of processor time is reached
 * @IPC_SIGNAL_XFSZ: the limit of a file's size is reached
 * @IPC_SIGNAL_RT_0: the real-time signal 0
 * @IPC_SIGNAL_RT_1: the real-time signal 1
 * @IPC_SIGNAL_RT_2: the real-time signal 2
 * @IPC_SIGNAL_RT_3: the real-time signal 3
 * @IPC_SIGNAL_RT_4: the real-time signal 4
 * @IPC_SIGNAL_RT_5: the real-time signal 5
 * @IPC_SIGNAL_RT_6: the real-time signal 6
 * @IPC_SIGNAL_RT_7: the real-time signal 7
 * @IPC_SIGNAL_RT_8: the real-time signal 8
 * @IPC_SIGNAL_RT_9: the real-time signal 9
 * @IPC_SIGNAL_RT_10: the real-time signal 10
 * @IPC_SIGNAL_RT_11: the real-time signal 11
 * @IPC_SIGNAL_RT_12: the real-time signal 12
 * @IPC_SIGNAL_RT_13: the real-time signal 13
 * @IPC_SIGNAL_RT_14: the real-time signal 14
 * @IPC_SIGNAL_RT_15: the real-time signal 15
 * @IPC_SIGNAL_RT_16: the real-time signal 16
 * @IPC_SIGNAL_RT_17: the real-time signal 17
 * @IPC_SIGNAL_RT_18: the real-time signal 18
 * @IPC_SIGNAL_RT_19: the real-time signal 19
 * @IPC_SIGNAL_RT_20: the real-time signal 20
 * @IPC_SIGNAL_RT_21: the real-time signal 21
 * @IPC_SIGNAL_RT_22: the real-time signal 22
 * @IPC_SIGNAL_RT_23: the real-time signal 23
 * @IPC_SIGNAL_RT_24: the real-time signal 24
 * @IPC_SIGNAL_RT_25: the real-time signal 25
 * @IPC_SIGNAL_RT_26: the real-time signal 26
 * @IPC_SIGNAL_RT_27: the real-time signal 27
 * @IPC_SIGNAL_RT_28: the real-time signal 28
 * @IPC_SIGNAL_RT_29: the real-time signal 29
 * @IPC_SIGNAL_RT_30: the real-time signal 30
 *
 * A signal, named as in POSIX, see signal(7).
 *
 * The values are the same on every system, and are not the numbers of any: those differ between
 * systems and machines. So none of them is taken for a signal by kill(2). `IpcUnix` and `IpcWin32`
 * convert them.
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_SIGNAL_UNKNOWN = 0,
  IPC_SIGNAL_ABRT = 101,
  IPC_SIGNAL_ALRM = 102,
  IPC_SIGNAL_BUS = 103,
  IPC_SIGNAL_CHLD = 104,
  IPC_SIGNAL_CONT = 105,
  IPC_SIGNAL_FPE = 106,
  IPC_SIGNAL_HUP = 107,
  IPC_SIGNAL_ILL = 108,
  IPC_SIGNAL_INT = 109,
  IPC_SIGNAL_KILL = 110,
  IPC_SIGNAL_PIPE = 111,
  IPC_SIGNAL_POLL = 112,
  IPC_SIGNAL_PROF = 113,
  IPC_SIGNAL_QUIT = 114,
  IPC_SIGNAL_SEGV = 115,
  IPC_SIGNAL_STOP = 116,
  IPC_SIGNAL_SYS = 117,
  IPC_SIGNAL_TERM = 118,
  IPC_SIGNAL_TRAP = 119,
  IPC_SIGNAL_TSTP = 120,
  IPC_SIGNAL_TTIN = 121,
  IPC_SIGNAL_TTOU = 122,
  IPC_SIGNAL_URG = 123,
  IPC_SIGNAL_USR1 = 124,
  IPC_SIGNAL_USR2 = 125,
  IPC_SIGNAL_VTALRM = 126,
  IPC_SIGNAL_XCPU = 127,
  IPC_SIGNAL_XFSZ = 128,
  IPC_SIGNAL_RT_0 = 200,
  IPC_SIGNAL_RT_1 = 201,
  IPC_SIGNAL_RT_2 = 202,
  IPC_SIGNAL_RT_3 = 203,
  IPC_SIGNAL_RT_4 = 204,
  IPC_SIGNAL_RT_5 = 205,
  IPC_SIGNAL_RT_6 = 206,
  IPC_SIGNAL_RT_7 = 207,
  IPC_SIGNAL_RT_8 = 208,
  IPC_SIGNAL_RT_9 = 209,
  IPC_SIGNAL_RT_10 = 210,
  IPC_SIGNAL_RT_11 = 211,
  IPC_SIGNAL_RT_12 = 212,
  IPC_SIGNAL_RT_13 = 213,
  IPC_SIGNAL_RT_14 = 214,
  IPC_SIGNAL_RT_15 = 215,
  IPC_SIGNAL_RT_16 = 216,
  IPC_SIGNAL_RT_17 = 217,
  IPC_SIGNAL_RT_18 = 218,
  IPC_SIGNAL_RT_19 = 219,
  IPC_SIGNAL_RT_20 = 220,
  IPC_SIGNAL_RT_21 = 221,
  IPC_SIGNAL_RT_22 = 222,
  IPC_SIGNAL_RT_23 = 223,
  IPC_SIGNAL_RT_24 = 224,
  IPC_SIGNAL_RT_25 = 225,
  IPC_SIGNAL_RT_26 = 226,
  IPC_SIGNAL_RT_27 = 227,
  IPC_SIGNAL_RT_28 = 228,
  IPC_SIGNAL_RT_29 = 229,
  IPC_SIGNAL_RT_30 = 230,
} IpcSignal;

/**
 * IpcSignalFlags:
 * @IPC_SIGNAL_FLAGS_NONE: nothing special
 * @IPC_SIGNAL_FLAGS_NO_CHILD_STOP: of %IPC_SIGNAL_CHLD: only for children that have ended, not for
 *   those that stop or go on
 * @IPC_SIGNAL_FLAGS_NO_RESTART: system calls that the signal interrupts fail with `EINTR` instead
 *   of going on
 * @IPC_SIGNAL_FLAGS_ONE_SHOT: the first signal ends the source; the next one finds what was set
 *   before, even if nobody has looked at the first one yet
 *
 * How a source takes its signal, see sigaction(2).
 *
 * Since: 1.0
 */
typedef enum
{
  IPC_SIGNAL_FLAGS_NONE = 0,
  IPC_SIGNAL_FLAGS_NO_CHILD_STOP = 1 << 0,
  IPC_SIGNAL_FLAGS_NO_RESTART = 1 << 1,
  IPC_SIGNAL_FLAGS_ONE_SHOT = 1 << 2,
} IpcSignalFlags;

IPC_AVAILABLE_IN_1_0
const char *ipc_signal_get_name (IpcSignal signal);
IPC_AVAILABLE_IN_1_0
gboolean ipc_signal_is_catchable (IpcSignal signal);
IPC_AVAILABLE_IN_1_0
gboolean ipc_signal_is_unsafe (IpcSignal signal);

G_END_DECLS
