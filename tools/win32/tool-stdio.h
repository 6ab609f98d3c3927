/* SPDX-FileCopyrightText: 2026 The ipc-glib authors */
/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "tool-platform.h"

G_BEGIN_DECLS

/* Standard input and output, whatever they are. The streams of GIO take every handle for one of
 * overlapped I/O and would begin a file anew with every read and write. */
G_DECLARE_FINAL_TYPE (ToolStdin, tool_stdin, TOOL, STDIN, GInputStream)
G_DECLARE_FINAL_TYPE (ToolStdout, tool_stdout, TOOL, STDOUT, GOutputStream)

G_END_DECLS
