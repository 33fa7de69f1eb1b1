"""Starts moto on a free port of the loopback address, prints the port, and ends when standard input does.

A test that dies takes its end of the pipe with it: no server is left behind.

Most of moto's time goes into what nobody here looks at: after each reset it makes hundreds of machine images, thousands of parameters and
a thousand of AWS's own policies, and at each request it looks through its own folders for the service that is meant and writes a log.
"""

import functools
import json
import logging
import os
import sys

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

from moto import backends
from moto.iam import models as iam
from moto.iam.access_control import PermissionResult
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.s3.models import FakeBucket
from moto.server import ThreadedMotoServer
from moto.ssm import models as ssm

# Of AWS's own policies, the ones that roles of ours have attached.
policies = json.loads(iam.aws_managed_policies_data)
attached = ["AmazonEC2ContainerServiceforEC2Role"]
iam.aws_managed_policies_data = json.dumps({name: policies[name] for name in attached})

# Of AWS's own parameters, the ones that name a machine image. Read once: a list stays the same object then.
ssm.load_resource = functools.cache(ssm.load_resource)
convert_to_params = ssm.convert_to_params
converted = {}


def image_parameters(tree):
    if id(tree) not in converted:
        converted[id(tree)] = [
            parameter
            for parameter in convert_to_params(tree)
            if parameter["Name"].endswith("/recommended/image_id")
        ]
    return converted[id(tree)]


ssm.convert_to_params = image_parameters

modules = sorted(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: modules
DomainDispatcherApplication.get_backend_for_host = functools.cache(
    DomainDispatcherApplication.get_backend_for_host
)

# It reads bucket policies without their conditions: "refused without TLS" would refuse everything.
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL

logging.getLogger("werkzeug").setLevel(logging.ERROR)

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
# An orderly end would wait for whoever keeps a connection.
os._exit(0)
