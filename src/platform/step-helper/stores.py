"""Which store an address means."""

from words import Failure


def store_of(uri: str, sheet: dict):
    scheme, _, rest = uri.partition("://")
    if scheme == "file":
        from folder_store import FolderStore

        return FolderStore(unquoted(uri, rest))
    if scheme == "s3":
        from s3_store import S3Store

        return S3Store(rest, sheet)
    raise Failure(f"ESTEIRA_ARTIFACTS_URI is {uri}: neither file:// nor s3://")


def unquoted(uri: str, part: str) -> str:
    """A part of the address as it is in a key."""
    if not uri.startswith("file:") or "%" not in part:
        return part
    from urllib.parse import unquote

    return unquote(part)
