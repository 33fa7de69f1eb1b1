"""Emulators of AWS, each a fork of this process: loading moto takes seconds, once.

A line on standard input starts one on a free port of the loopback address, and its port is printed. All of them end when standard input
does: a test that dies takes its end of the pipe with it, and no server is left behind.

Most of moto's time goes into what nobody here looks at: after each reset it makes hundreds of machine images, thousands of parameters and
a thousand of AWS's own policies, and at each request it looks through its own folders for the service that is meant, makes lists of
what a service can do, what it can fail with and what its functions take, throws dice 52 times for the request's name, and writes a log.
Its server ends the connection after each answer.

Beside moto's own addresses there are `/moto-api/keep` and `/moto-api/put-back`; see `moto_states.py`.
"""

import functools
import gc
import http.client
import importlib
import inspect
import io
import json
import logging
import os
import random
import signal
import sys
import threading
import uuid

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"

import werkzeug
from flask.wrappers import Request
from moto import backends
from moto.core.common_models import BaseModel
from moto.core import errors, responses, utils
from moto.ec2.models.instance_types import InstanceTypeBackend
from moto.iam import models as iam
from moto.iam.access_control import PermissionResult
from moto.moto_server import threaded_moto_server
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer
from moto.ssm import models as ssm
from moto_states import States

# Of AWS's own policies, the ones that roles of ours have attached.
policies = json.loads(iam.aws_managed_policies_data)
attached = ["AmazonEC2ContainerServiceforEC2Role"]
iam.aws_managed_policies_data = json.dumps({name: policies[name] for name in attached})

# Of AWS's own parameters, the ones that name a machine image. Read once: a list stays the same
# object then.
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

responses.method_names_from_class = functools.cache(responses.method_names_from_class)
responses.camelcase_to_underscores = functools.cache(responses.camelcase_to_underscores)
utils.create_loader = functools.cache(utils.create_loader)
inspect.getfullargspec = functools.cache(inspect.getfullargspec)
errors.ErrorLookupFactory = functools.cache(errors.ErrorLookupFactory)

# What helps who writes a form.
Request._load_form_data = werkzeug.Request._load_form_data


def headers_of(file, _class=http.client.HTTPMessage):
    """They are read as those of mail are otherwise, which may be of several lines."""
    headers = _class()
    for line in http.client._read_headers(file):
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers._headers.append((name, value.strip()))
    return headers


http.client.parse_headers = headers_of


# Some eight hundred, of which each is asked for each of its fields where a request has a filter.
describe_instance_types = InstanceTypeBackend.describe_instance_types
found_types = {}


def found_once(self, instance_types=None, filters=None):
    asked = repr((instance_types, filters))
    if asked not in found_types:
        found_types[asked] = describe_instance_types(self, instance_types, filters)
    return found_types[asked]


InstanceTypeBackend.describe_instance_types = found_once


# It holds everything that it ever made, to show it on a page.
def untracked(cls, *given, **named):
    return super(BaseModel, cls).__new__(cls)


BaseModel.__new__ = untracked


def name_request(headers):
    name = str(uuid.UUID(int=random.getrandbits(128)))
    headers["x-amzn-requestid"] = name
    return name


responses.gen_amzn_requestid_long = name_request


class WithStates(DomainDispatcherApplication):
    """Forgets, keeps and puts back by itself; all else is moto's."""

    def __init__(self, create_app):
        super().__init__(create_app)
        self.states = States()

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if not path.startswith("/moto-api/"):
            self.states.untouched = False
        elif path == "/moto-api/reset":
            self.states.forget()
            return self.answered(start_response, "204 No Content")
        elif path == "/moto-api/keep":
            asked = json.load(environ["wsgi.input"])
            self.states.keep(asked["what"], asked["note"])
            return self.answered(start_response, "204 No Content")
        elif path == "/moto-api/put-back":
            asked = json.load(environ["wsgi.input"])
            if not self.states.untouched:
                return self.answered(start_response, "409 Conflict")
            note = self.states.put_back(asked["what"])
            if note is None:
                return self.answered(start_response, "404 Not Found")
            return self.answered(start_response, "200 OK", note)
        return super().__call__(environ, start_response)

    def answered(self, start_response, status, note=None):
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(note).encode()]


threaded_moto_server.DomainDispatcherApplication = WithStates


class KeptConnections(MotoRequestHandler):
    """Answers one request after the other on a connection, each whole."""

    disable_nagle_algorithm = True
    wbufsize = -1

    def log_request(self, code="-", size="-"):
        pass

    def run_wsgi(self):
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        # All of it, whatever is made of it: the next request comes behind it.
        body = environ["wsgi.input"]
        whole = environ.get("wsgi.input_terminated", False)
        environ["wsgi.input"] = io.BytesIO(body.read(-1 if whole else int(environ.get("CONTENT_LENGTH") or 0)))
        begun = []
        chunks = self.server.app(environ, lambda status, headers, exc_info=None: begun.append((status, headers)))
        content = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, headers = begun[-1]
        code, _, reason = status.partition(" ")
        bare = self.command == "HEAD" or code in {"204", "304"}
        self.send_response(int(code), reason)
        for name, value in headers:
            if bare or name.lower() != "content-length":
                self.send_header(name, value)
        if not bare:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


threaded_moto_server.MotoRequestHandler = KeptConnections

# It reads bucket policies without their conditions: "refused without TLS" would refuse everything.
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL

# It keeps whether EventBridge hears of a bucket, and doesn't say so.
serialized = S3Response.serialized


def with_event_bridge(self, result):
    if self.data.get("Action") == "GetBucketNotificationConfiguration":
        kept = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if kept is not None and kept.event_bridge is not None:
            result.result["EventBridgeConfiguration"] = {}
    return serialized(self, result)


S3Response.serialized = with_event_bridge

# S3 takes a write and its condition as one. Moto looks first and writes then, and another thread's
# write may come between: two who claim the same object both get it.
one_write = threading.RLock()


def as_one(write):
    @functools.wraps(write)
    def locked(*given, **named):
        with one_write:
            return write(*given, **named)

    return locked


for name in ("put_object", "delete_object", "_key_response_post"):
    setattr(S3Response, name, as_one(getattr(S3Response, name)))

logging.getLogger("werkzeug").setLevel(logging.ERROR)

# What requests would load, for all forks at once.
for service in (
    "autoscaling cloudwatch ec2 ecr ecs events iam logs resourcegroupstaggingapi s3 scheduler secretsmanager"
    " servicequotas sesv2 sns sqs ssm stepfunctions sts"
).split():
    backends.get_backend(service)
    importlib.import_module(f"moto.{service}.urls")
    utils.create_loader().load_service_model(service.replace("servicequotas", "service-quotas"), "service-2")
backends.get_backend("lambda")

# What is loaded by now stays: looking through it for garbage is most of what that costs.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 50, 100)

# Its other end is closed when this process ends, in whatever way.
watched, held = os.pipe()


def serve():
    os.close(held)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], flush=True)
    threading.Event().wait()


def until_parent_ends():
    os.read(watched, 1)
    # An orderly end would wait for open connections.
    os._exit(0)


# Forks are nobody's to wait for: the system clears them away.
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in sys.stdin:
    if os.fork() == 0:
        threading.Thread(target=until_parent_ends, daemon=True).start()
        serve()
os._exit(0)
