"""Starts moto on a free port of the loopback address, prints the port, and ends when standard input does.

A test that dies takes its end of the pipe with it: no server is left behind.
"""

import sys

from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
