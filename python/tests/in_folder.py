"""What the library's tests share."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock


class InFolder(unittest.TestCase):
    """A test that starts in an empty folder, without any variable of Esteira."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        before = Path.cwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        clean = {name: "" for name in os.environ if name.startswith("ESTEIRA_")}
        patched = mock.patch.dict(os.environ, clean)
        patched.start()
        self.addCleanup(patched.stop)
        for name in clean:
            del os.environ[name]

    def set(self, **variables: str) -> None:
        os.environ.update(variables)

    def message(self, kind: type, call: object, *values: object, **named: object) -> str:
        with self.assertRaises(kind) as caught:
            call(*values, **named)  # type: ignore[operator]
        return str(caught.exception.args[0])
