"""Requests to S3 that are tried again where that helps."""

import http.client
import os
import random
import ssl
import threading
import time
from urllib.parse import urlsplit

from bodies import Answer, tag, take
from credentials import CredentialSource
from signing import EMPTY, encoded, query_text, signed_headers
from words import Failure

TRIES = 8
LONGEST_WAIT = 20.0
TIMEOUT = 60
PASSING = (429, 500, 502, 503, 504)
PASSING_CODES = ("SlowDown", "Throttling", "RequestTimeout", "InternalError", "OperationAborted", "RequestTimeTooSkewed")
EXPIRED_CODES = ("ExpiredToken", "TokenRefreshRequired", "InvalidToken")
RIGHTS = {"GET": "s3:GetObject and s3:ListBucket", "DELETE": "s3:DeleteObject and s3:AbortMultipartUpload"}


class S3Client:
    def __init__(self, bucket: str, region: str, endpoint: "str | None", credentials: CredentialSource):
        self.bucket = bucket
        self.region = region
        self.endpoint = endpoint
        self.credentials = credentials
        self.own = threading.local()

    def request(self, method: str, key: str, query=None, headers=None, body=None, sink=None, accept=()) -> Answer:
        """
        The answer with a status below 300, or one that is accepted; otherwise a Failure that says what S3 refused and what it needs.
        `sink` gets the content of a good answer piece by piece, from its beginning in each try.
        """
        last = "no answer"
        for attempt in range(TRIES):
            if attempt:
                time.sleep(random.uniform(0, min(LONGEST_WAIT, 0.25 * 2**attempt)))
            used = self.credentials.get()
            try:
                answer = self.once(used, method, key, query or {}, headers or {}, body, sink)
            except ssl.SSLCertVerificationError as error:
                raise Failure(f"S3 can't be trusted from inside the image ({error.reason}): install ca-certificates in the Dockerfile") from None
            except (OSError, http.client.HTTPException) as error:
                self.close()
                last = str(error) or type(error).__name__
                continue
            code = answer.code()
            if answer.status < 300 or answer.status in accept:
                return answer
            if code in EXPIRED_CODES:
                self.credentials.renew(used)
            elif not self.moved(answer) and code not in PASSING_CODES and answer.status not in PASSING:
                raise Failure(self.refused(method, key, answer))
            last = code or f"HTTP {answer.status}"
        raise Failure(f"S3 gave no good answer to {TRIES} tries (at last: {last}) for {self.place(key)}: run the step again")

    def once(self, credentials, method: str, key: str, query: dict, headers: dict, body, sink) -> Answer:
        scheme, host, path = self.address(key)
        payload = EMPTY if body is None else body.digest
        signed = signed_headers(credentials, self.region, method, host, path, query, headers, payload)
        target = path + ("?" + query_text(query) if query else "")
        connection = self.connection(scheme, host)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in signed.items():
            connection.putheader(name, value)
        if method in ("PUT", "POST"):
            connection.putheader("content-length", str(0 if body is None else body.size))
        connection.endheaders()
        if body is not None:
            body.send(connection)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        if response.status < 300 and sink is not None:
            take(response, sink)
            return Answer(response.status, found, b"")
        return Answer(response.status, found, response.read())

    def address(self, key: str) -> "tuple[str, str, str]":
        """Scheme, host and path. A bucket with a dot in its name isn't covered by S3's certificate as a host."""
        path = "/" + encoded(key, "/")
        if self.endpoint:
            parts = urlsplit(self.endpoint)
            return parts.scheme, parts.netloc, f"/{self.bucket}{path}"
        domain = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        if "." in self.bucket:
            return "https", f"s3.{self.region}.{domain}", f"/{self.bucket}{path}"
        return "https", f"{self.bucket}.s3.{self.region}.{domain}", path

    def connection(self, scheme: str, host: str) -> http.client.HTTPConnection:
        """One a thread, kept open."""
        there = getattr(self.own, "connection", None)
        if there is None or self.own.host != host:
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            self.own.connection, self.own.host = kind(host, timeout=TIMEOUT), host
        return self.own.connection

    def close(self) -> None:
        there = getattr(self.own, "connection", None)
        if there is not None:
            there.close()
            self.own.connection = None

    def moved(self, answer: Answer) -> bool:
        """Whether the bucket is in another region, which S3 names: the next try goes there."""
        region = answer.headers.get("x-amz-bucket-region") or tag(answer.content, "Region")
        if answer.status not in (301, 307, 400) or not region or region == self.region:
            return False
        self.region = region
        self.close()
        return True

    def refused(self, method: str, key: str, answer: Answer) -> str:
        said = (tag(answer.content, "Message") or f"HTTP {answer.status}").rstrip(".")
        if answer.status == 403:
            right = RIGHTS.get(method, "s3:PutObject")
            print_it = f"esteira iam task-policy -e {os.environ.get('ENV', 'ENV')} --project {os.environ.get('ESTEIRA_PROJECT', 'PROJECT')}"
            return f"S3 refused {self.place(key)}: {said}; the task's role needs {right} there: `{print_it}` prints its policy"
        return f"S3 refused {self.place(key)}: {said}"

    def place(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"
