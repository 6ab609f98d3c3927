// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A peer to be compared with: Gio.SocketService and its streams, in GJS.
//
// Usage: gjs -m server-gjs-gio.js WORK PATH [SIZE], WORK being echo, sink or source

import Gio from 'gi://Gio';
import GioUnix from 'gi://GioUnix';
import GLib from 'gi://GLib';
import System from 'system';

