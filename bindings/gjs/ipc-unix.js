// SPDX-FileCopyrightText: 2026 The ipc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The Unix side of ipc-glib for GJS, by itself: what ipc.js beside it exports as IpcUnix.

export {IpcUnix as default} from './ipc.js';
