"""What the emulator of AWS has in it, kept and put back: what many tests begin with is made once.

A kept state is a copy of all that moto knows of all accounts. What moto has once for all (its code, locks, what each list begins with) is
not copied but shared: both are of the same process.
"""

import collections
import io
import pickle
import threading
import types
import weakref

from moto.core.base_backend import BackendDict
from moto.s3.models import s3_backends

SHARED = (types.FunctionType, types.ModuleType, BackendDict, type(threading.Lock()), type(threading.RLock()))


class _Keeping(pickle.Pickler):
    def __init__(self, file, shared):
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.shared = shared

    def persistent_id(self, it):
        if not isinstance(it, SHARED):
            return None
        self.shared[id(it)] = it
        return id(it)

    def reducer_override(self, it):
        if isinstance(it, weakref.ref):
            return weakref.ref, (it(),)
        if isinstance(it, weakref.WeakValueDictionary):
            return weakref.WeakValueDictionary, (dict(it),)
        if isinstance(it, collections.defaultdict):
            # A kind by another name may be made of something else than what is in it.
            return _empty, (type(it), it.default_factory), getattr(it, "__dict__", None), None, iter(it.items())
        return NotImplemented


def _empty(kind, default_factory):
    it = kind.__new__(kind)
    collections.defaultdict.__init__(it, default_factory)
    return it


class _PuttingBack(pickle.Unpickler):
    def __init__(self, file, shared):
        super().__init__(file)
        self.shared = shared

    def persistent_load(self, name):
        return self.shared[name]


class States:
    """The kept states of a server, by name. `untouched` is whether nobody asked it for anything since it forgot everything."""

    def __init__(self):
        self.untouched = False
        self._kept = {}

    def forget(self):
        """What moto does as well, which makes each service anew first, to throw it away."""
        for service in BackendDict._instances:
            service.clear()
        BackendDict._instances.clear()
        s3_backends.bucket_accounts.clear()
        self.untouched = True

    def keep(self, name, note):
        file = io.BytesIO()
        shared = {}
        services = [(service, dict(service)) for service in BackendDict._instances]
        _Keeping(file, shared).dump((services, s3_backends.bucket_accounts))
        self._kept[name] = (file.getvalue(), shared, note)

    def put_back(self, name):
        """Gives what was noted with it, or None where there is none of that name."""
        if name not in self._kept:
            return None
        state, shared, note = self._kept[name]
        self.forget()
        services, bucket_accounts = _PuttingBack(io.BytesIO(state), shared).load()
        for service, accounts in services:
            service.update(accounts)
            BackendDict._instances.append(service)
        s3_backends.bucket_accounts.update(bucket_accounts)
        self.untouched = False
        return note
