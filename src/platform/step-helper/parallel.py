"""The same thing done to many, a few at a time."""

import threading


def each(function, items: list, workers: int) -> list:
    """What the function gives for each, in their order. The first failure ends it: what has begun ends, the rest doesn't begin."""
    results = [None] * len(items)
    if workers < 2 or len(items) < 2:
        for at, item in enumerate(items):
            results[at] = function(item)
        return results
    failures, lock, rest = [], threading.Lock(), iter(enumerate(items))

    def work() -> None:
        while True:
            with lock:
                at, item = next(rest, (None, None))
                if at is None or failures:
                    return
            try:
                results[at] = function(item)
            except BaseException as failure:
                with lock:
                    failures.append(failure)
                return

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(workers, len(items)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results
