"""A real MLflow server in the foreground: prints its port when it answers, ends when stdin does.

Usage: mlflow_server.py FOLDER. The folder gets the database and the artifacts. What `mlflow server` hands to its
application in the environment is set here, so that nothing but this process has to be ended.
"""

import os
import socket
import sys
import threading
from pathlib import Path

folder = Path(sys.argv[1]).resolve()
database = f"sqlite:///{folder / 'mlflow.db'}"
os.environ |= {
    "_MLFLOW_SERVER_FILE_STORE": database,
    "_MLFLOW_SERVER_REGISTRY_STORE": database,
    "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
    "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "artifacts"),
    "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}

listening = socket.create_server(("127.0.0.1", 0), backlog=64)


def until_stdin_ends() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=until_stdin_ends, daemon=True).start()

try:
    from mlflow.server.fastapi_app import app
except ImportError:  # 2.x
    from mlflow.server import app
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno())
    print(listening.getsockname()[1], flush=True)
    server.serve_forever()
else:
    import uvicorn

    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
