"""The task's own credentials: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"""

import calendar
import json
import os
import threading
import time

from signing import Credentials
from words import Failure

ECS = "http://169.254.170.2"
EARLY_SECONDS = 300
TRIES = 5


class CredentialSource:
    """Gives credentials that are still good for a while. May be asked by several threads."""

    def __init__(self, environment: "dict[str, str]"):
        self.environment = environment
        self.lock = threading.Lock()
        self.current = None

    def get(self) -> Credentials:
        with self.lock:
            if self.current is None or self.current.expires - time.time() < EARLY_SECONDS:
                self.current = self.fetch()
            return self.current

    def renew(self, refused: Credentials) -> None:
        """S3 says that these have expired."""
        with self.lock:
            if self.current is refused:
                self.current = None

    def fetch(self) -> Credentials:
        given = self.environment
        relative, full = given.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), given.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        if relative or full:
            return self.of_container(ECS + relative if relative else full)
        if given.get("AWS_ACCESS_KEY_ID") and given.get("AWS_SECRET_ACCESS_KEY"):
            token = given.get("AWS_SESSION_TOKEN", "")
            return Credentials(given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], token, float("inf"))
        raise Failure("the task has no role to reach its artifacts with: deploy it again, or name one with infra.task_role_arn")

    def of_container(self, uri: str) -> Credentials:
        from urllib.error import HTTPError
        from urllib.request import ProxyHandler, Request, build_opener

        headers, failure = {}, None
        token, file = self.environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN"), self.environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        if file:
            with open(file, encoding="utf-8") as opened:
                token = opened.read().strip()
        if token:
            headers["Authorization"] = token
        for attempt in range(TRIES):
            if attempt:
                time.sleep(0.2 * 2**attempt)
            try:
                # Never through a proxy: the address is the machine's own.
                with build_opener(ProxyHandler({})).open(Request(uri, headers=headers), timeout=5) as answer:
                    found = json.load(answer)
                return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found.get("Token", ""), seconds(found.get("Expiration")))
            except HTTPError as error:
                failure = f"HTTP {error.code}"
                if error.code in (400, 401, 403, 404):
                    break
            except (OSError, ValueError, KeyError) as error:
                failure = str(error)
        raise Failure(f"the task's role gives no credentials ({failure}): `esteira verify` looks at the role and who may take it on")


def seconds(text: "str | None") -> float:
    if not text:
        return float("inf")
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


def source() -> CredentialSource:
    return CredentialSource(dict(os.environ))
