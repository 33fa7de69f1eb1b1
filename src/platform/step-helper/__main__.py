"""Runs the command of a step between what the steps before it left and what it leaves itself.

    python3 -I -S step.pyz [--supervised] [--as-left] [--artifacts=FOLDER] [--attempt=NAME] COMMAND [ARGUMENT…]

It lays out the outputs of the steps before in the working folder, runs COMMAND as its child, and when that succeeds keeps the
step's outputs: whole, or not at all. Signals reach the command, whose exit code is its own. What Esteira's decision 0015 says of
layout, manifest and commit is done here, on every platform.

    --supervised   who started this sends signals to every process itself, and measures memory
    --as-left      an attempt has failed here: nothing is laid, and nothing is kept
    --artifacts    the folder for ESTEIRA_ARTIFACTS_DIR; default: a temporary one
    --attempt      names what is reported of this attempt; default: the id of the ECS task, where there is one

The environment says the rest: ESTEIRA_OUTPUTS, ESTEIRA_STEP, ESTEIRA_RUN_ID, ESTEIRA_ARTIFACTS_URI, ESTEIRA_ITEM. Standard library only,
Python 3.9 or later; modules that only some steps need are loaded when they are needed, because each start pays for them.
"""

import os
import sys
import time

from child import Child
from words import EXIT_FAILED, Failure, say
from work import Work


def main(arguments: "list[str]") -> int:
    options, command = parsed(arguments)
    if not command:
        say("no command was given")
        return 2
    began = time.time()
    child = Child(options.supervised)
    work = None
    try:
        work = Work(os.environ, os.getcwd(), options.artifacts, options.attempt)
        if options.as_left:
            code = child.run(command, work.environment())
        elif work.begin():
            code = child.run(command, work.environment())
            if code == 0 and not child.asked_to_end:
                work.keep()
        else:
            code = 0
    except Failure as failure:
        say(str(failure))
        code = failure.code
    except MemoryError:
        say("there is not enough memory left to keep the step's outputs: raise resources.memory_gb")
        code = EXIT_FAILED
    if child.asked_to_end and code == 0:
        code = 143
    if work is not None:
        work.report(code, child.peak(), began)
    return code


class Options:
    supervised = False
    as_left = False
    artifacts: "str | None" = None
    attempt: "str | None" = None


def parsed(arguments: "list[str]") -> "tuple[Options, list[str]]":
    options = Options()
    rest = list(arguments)
    while rest and rest[0].startswith("--"):
        option, _, value = rest.pop(0).partition("=")
        if option == "--supervised":
            options.supervised = True
        elif option == "--as-left":
            options.as_left = True
        elif option == "--artifacts":
            options.artifacts = value
        elif option == "--attempt":
            options.attempt = value
        elif option == "--check":  # Of an image, while it is built.
            raise SystemExit(sys.version_info < (3, 9))
        else:
            raise SystemExit(f"esteira: unknown option {option}")
    return options, rest


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)  # Nothing is left to tidy up, and the interpreter takes a while over it.
