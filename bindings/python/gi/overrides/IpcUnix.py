# SPDX-FileCopyrightText: 2026 The ipc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Unix side of ipc-glib for Python: see Ipc.py."""

from gi.repository import Ipc  # noqa: F401: its overrides come first

from ..module import get_introspection_module
from ..overrides import override
from . import _ipc_verbs
from .Ipc import Managed

IpcUnix = get_introspection_module('IpcUnix')

__all__ = []

_ipc_verbs.adopt_namespace(IpcUnix)


class Datagram(Managed, IpcUnix.Datagram):
    pass


Datagram = override(Datagram)
__all__.append('Datagram')
