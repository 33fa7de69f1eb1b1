"""Starts moto on a free port of the loopback address, prints the port, and ends when standard input does.

A test that dies takes its end of the pipe with it: no server is left behind.
"""

import sys

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.server import ThreadedMotoServer

# It reads bucket policies without their conditions: "refused without TLS" would refuse everything.
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
