"""Paths and globs of outputs: `*`, `?` and `[a-z]` within a part, `**` for any parts."""

# What tools leave for themselves is nothing that anybody misses: a wildcard doesn't find it, its
# name does.
TOOLS = {
    "__pycache__",
    ".cache",
    ".config",
    ".git",
    ".ipynb_checkpoints",
    ".ipython",
    ".local",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "node_modules",
}


class Patterns:
    """
    What any of the patterns matches. One that names a folder matches all that is in it. Matching takes a time of at most the path's
    length times the pattern's, whatever either is.
    """

    def __init__(self, texts: "list[str]"):
        self.texts = texts
        self.parts = [text.rstrip("/").split("/") for text in texts]

    def match(self, path: str) -> bool:
        return bool(self.parts) and any(matches(pattern, path.split("/")) for pattern in self.parts)

    def leads(self, folder: str) -> bool:
        """Whether anything below the folder may match."""
        names = folder.split("/")
        return any(may_lead(pattern, names) for pattern in self.parts)

    def literals(self) -> "list[str]":
        return [text for text in self.texts if not set(text) & set("*?[")]


def matches(pattern: "list[str]", names: "list[str]") -> bool:
    """The pattern up to any part of the path: what is in a folder that matches, matches too."""
    places = entered(pattern, {0})
    for at, name in enumerate(names):
        if len(pattern) in places:
            return not set(pattern[-1]) & set("*?[") or TOOLS.isdisjoint(names[at:])
        found = set()
        for place in places:
            if pattern[place] == "**":
                if name in TOOLS:
                    continue
                found.add(place)
                if place == len(pattern) - 1:
                    found.add(place + 1)
            elif part_matches(pattern[place], name):
                found.add(place + 1)
        places = entered(pattern, found)
        if not places:
            return False
    return len(pattern) in places


def entered(pattern: "list[str]", places: "set[int]") -> "set[int]":
    """Those places, and the ones behind a `**` that stands for nothing; at a pattern's end it stands for a name at least."""
    found = set(places)
    for place in places:
        while place < len(pattern) - 1 and pattern[place] == "**":
            place += 1
            found.add(place)
    return found


def may_lead(pattern: "list[str]", names: "list[str]") -> bool:
    for part, name in zip(pattern, names):
        if part == "**":
            return name not in TOOLS
        if not part_matches(part, name):
            return False
    return True


def part_matches(pattern: str, name: str) -> bool:
    """One part of a path. The last `*` takes what is needed: going back to it is enough."""
    if name in TOOLS and pattern != name:
        return False
    at, place, star, retry = 0, 0, -1, 0
    while at < len(name):
        end = after_one(pattern, place, name[at])
        if place < len(pattern) and pattern[place] == "*":
            star, retry = place, at
            place += 1
        elif end:
            place, at = end, at + 1
        elif star >= 0:
            retry += 1
            place, at = star + 1, retry
        else:
            return False
    return all(char == "*" for char in pattern[place:])


def after_one(pattern: str, place: int, char: str) -> int:
    """Where the pattern continues behind what matches this one character; 0 where it doesn't."""
    if place >= len(pattern):
        return 0
    head = pattern[place]
    if head == "?":
        return place + 1
    if head != "[":
        return place + 1 if head == char else 0
    first = place + 2 if pattern[place + 1 : place + 2] in ("!", "^") else place + 1
    end = pattern.find("]", first + 1)
    if end < 0:
        return place + 1 if char == "[" else 0
    inside, negated, found = pattern[first:end], first == place + 2, False
    at = 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            found = found or inside[at] <= char <= inside[at + 2]
            at += 3
        else:
            found = found or inside[at] == char
            at += 1
    return end + 1 if found != negated else 0
