"""Real MLflow servers, each a fork of this process: loading MLflow and making its tables takes seconds, once.

A line on standard input, `start FOLDER`, starts one that keeps its database and artifacts in FOLDER, and its port is printed when it
listens; `stop FOLDER` ends it. All of them end when standard input does. What `mlflow server` hands to its application in the environment
is set here.
"""

import os
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path

os.environ |= {
    "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
    "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}

try:
    from mlflow.server.fastapi_app import app
except ImportError:  # 2.x
    from mlflow.server import app
    from werkzeug.serving import make_server

    def serve(listening: socket.socket) -> None:
        make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno()).serve_forever()

else:
    import uvicorn

    def serve(listening: socket.socket) -> None:
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def forked(work) -> int:
    """Does work in a separate process, which has no other threads to begin with."""
    pid = os.fork()
    if pid != 0:
        return pid
    try:
        work()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def database(path: Path) -> str:
    return f"sqlite:///{path}"


def make_tables(path: Path) -> None:
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    SqlAlchemyStore(database(path), os.environ["_MLFLOW_SERVER_ARTIFACT_ROOT"])


# Its other end is closed when this process ends, in whatever way.
watched, held = os.pipe()


def until_parent_ends() -> None:
    os.read(watched, 1)
    os._exit(0)


def run(folder: Path, listening: socket.socket) -> None:
    os.close(held)
    threading.Thread(target=until_parent_ends, daemon=True).start()
    os.chdir(folder)
    os.environ |= {
        "_MLFLOW_SERVER_FILE_STORE": database(folder / "mlflow.db"),
        "_MLFLOW_SERVER_REGISTRY_STORE": database(folder / "mlflow.db"),
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "artifacts"),
    }
    serve(listening)


template = Path("template.db").resolve()
_, status = os.waitpid(forked(lambda: make_tables(template)), 0)
if status != 0:
    sys.exit("the tables could not be made")

servers: dict[str, int] = {}
for line in sys.stdin:
    order, name = line.rstrip("\n").split(" ", 1)
    if order == "stop":
        os.kill(servers[name], signal.SIGKILL)
        os.waitpid(servers.pop(name), 0)
        continue
    folder = Path(name)
    shutil.copyfile(template, folder / "mlflow.db")
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    servers[name] = forked(lambda: run(folder, listening))
    print(listening.getsockname()[1], flush=True)
    listening.close()
for pid in servers.values():
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
