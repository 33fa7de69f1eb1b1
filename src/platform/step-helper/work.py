"""A step among the others of its run: what it is given, what it leaves, and what is reported of it."""

import json
import os
import time
from hashlib import sha256

from attempt_report import task_id, write_report
from cache import Cache, Entry, Gone, Missed, missed_text
from gather import Gathering, temporary_folder
from laying import Laying
from manifest import Manifest, newest
from stores import store_of, unquoted
from words import Failure, count_of, say, size_of

KEPT = "_outputs"
CHECKPOINTS = "_checkpoints"
REPORT = "report"


class Work:
    def __init__(self, environment: "dict[str, str]", folder: str, artifacts: "str | None", attempt: "str | None"):
        self.given = dict(environment)
        self.sheet = json.loads(environment["ESTEIRA_OUTPUTS"])
        self.step = environment["ESTEIRA_STEP"]
        self.item = environment.get("ESTEIRA_ITEM")
        self.run = environment["ESTEIRA_RUN_ID"]
        self.folder = os.path.realpath(folder)
        uri = environment["ESTEIRA_ARTIFACTS_URI"]
        self.store = store_of(uri, self.sheet)
        self.attempt = attempt
        own = KEPT + "/" + self.step
        self.place = own if self.item is None else own + "/items/" + sha256(self.item.encode()).hexdigest()[:16]
        # Begins with the time, so that what an earlier attempt has kept can be recognized.
        self.name = f"{int(time.time() * 1000):012x}-{os.urandom(4).hex()}"
        # Of the system's own, it may be reached by a link, as on macOS.
        self.artifacts = os.path.realpath(artifacts or temporary_folder())
        self.checkpoint = self.place.replace(KEPT, CHECKPOINTS, 1) + "/"
        self.gathering = Gathering(self.folder, self.artifacts, self.steps[self.step].get("outputs", []))
        project, _, origin = uri.rstrip("/").rpartition("/")
        self.origin = unquoted(uri, origin)
        self.cache = Cache(lambda: store_of(project + "/", self.sheet), self.origin, self.sheet, self.step, self.item, self.given)
        self.cached = None
        self.checks = self.checks_of(project) if "checks" in self.sheet else None
        self.results = []
        self.measured = set()
        self.blocked = {}

    @property
    def steps(self) -> dict:
        return self.sheet["steps"]

    def checks_of(self, project: str):
        from checks import Checks

        return Checks(self.sheet, self.step, self.item, self.run, self.origin, store_of(project + "/", self.sheet))

    def begin(self) -> bool:
        """
        Prepares for the command: what the steps before left is laid where it was, beside an empty folder of artifacts. Not so where
        an equal step has left its outputs in an earlier run: then they are taken, and it is done.
        """
        laying = self.laying()
        if self.cache.is_on:
            self.cache.depends([entry for _, _, entry in laying.given()])
            if self.take():
                return False
        self.lay(laying)
        return True

    def take(self) -> bool:
        """Whether the outputs were in the cache: then they are this run's, as if it had made them."""
        began = time.monotonic()
        found = self.cache.look()
        if isinstance(found, Entry):
            manifest = Manifest(self.step, self.item, self.run, self.name, self.place)
            try:
                self.cache.take(found, manifest)
            except Gone:
                found = Missed("gone", run=found.run)
            else:
                if not self.judge_taken(found, manifest):
                    found = Missed("checks", run=found.run)
        if isinstance(found, Entry):
            self.commit(manifest)
            if found.origin == self.origin:
                # It was this run's own: what the entry named is removed with the attempt that left
                # it.
                self.cache.remember(manifest, found)
            self.cached = {"outcome": "taken", "run": found.run, "madeAt": found.made}
            self.store.remove(self.checkpoint)
            count, size = files_of(manifest)
            say(f"taken from run {found.run}: {count_of(count, 'file')} ({size_of(size)}) in {time.monotonic() - began:.1f} s")
            return True
        self.cached = {"outcome": "missed", "reason": found.reason}
        if found.names:
            self.cached["names"] = found.names
        if found.run:
            self.cached["run"] = found.run
        say(f"not taken from the cache: {missed_text(found)}")
        return False

    def laying(self) -> Laying:
        own = self.steps[self.step]
        laying = Laying(self.store, self.folder, self.artifacts, own.get("inputs"))
        for step in before(self.steps, self.step):
            left = self.left_by(step)
            self.note_measured(step, left)
            if not left and self.steps[step].get("outputs") and laying.is_asked(step):
                say(f'step "{step}" left nothing in this run: it was skipped, or it ran before it had outputs')
            laying.add(step, left, before(self.steps, step))
        return laying

    def lay(self, laying: Laying) -> None:
        began = time.monotonic()
        os.makedirs(self.artifacts, exist_ok=True)
        count, size = laying.carry_out()
        if count:
            say(f"laid {count_of(count, 'file')} ({size_of(size)}) of earlier steps in {time.monotonic() - began:.1f} s")
        # Before what is there is looked at: an empty folder of ours is nothing that the step left.
        os.makedirs(os.path.join(self.artifacts, REPORT), exist_ok=True)
        self.store.prepare(self.checkpoint)
        if self.checks:
            self.checks.look_before(self.artifacts)
        self.gathering.look_before()

    def note_measured(self, step: str, left: "list[Manifest]") -> None:
        """Where a step before this one didn't run, nobody can say that what it measures is missing."""
        for one in (check for manifest in left for check in manifest.checks):
            if not one["passed"] and one["otherwise"] == "block_promotion":
                self.blocked[f"esteira.blocked.{step}"] = f"{one['metric']} isn't as its check asks"
        if not left:
            self.measured = None
        if self.measured is not None:
            self.measured |= {one["metric"] for manifest in left for one in manifest.checks if not one.get("missing")}

    def left_by(self, step: str) -> "list[Manifest]":
        """What a step has kept: one manifest, or one an item; of items, those of the run that has kept any last."""
        place = KEPT + "/" + step
        if not self.steps[step].get("items"):
            text = self.store.read(place + "/manifest.json")
            return [] if text is None else [Manifest.parse(text, place)]
        places = self.store.folders(place + "/items/")
        texts = self.store.read_all([one + "manifest.json" for one in places])
        found = [Manifest.parse(text, one.rstrip("/")) for one, text in zip(places, texts) if text is not None]
        return newest(found)

    def environment(self) -> "dict[str, str]":
        given = {name: value for name, value in self.given.items() if name not in ("ESTEIRA_OUTPUTS", "ESTEIRA_CACHE")}
        return {
            **self.for_mlflow(),
            **given,
            "ESTEIRA_ARTIFACTS_DIR": self.artifacts,
            "ESTEIRA_REPORT_DIR": os.path.join(self.artifacts, REPORT),
            "ESTEIRA_CHECKPOINT_URI": self.given["ESTEIRA_ARTIFACTS_URI"] + self.checkpoint,
        }

    def for_mlflow(self) -> "dict[str, str]":
        """
        Tags of the MLflow runs that the step starts, so that it is known which run made a version of a model:
        https://mlflow.org/docs/latest/api_reference/python_api/mlflow.environment_variables.html
        """
        if "MLFLOW_TRACKING_URI" not in self.given:
            return {}
        names = {"project": "ESTEIRA_PROJECT", "environment": "ENV", "run": "ESTEIRA_RUN_ID", "step": "ESTEIRA_STEP"}
        tags = {f"esteira.{name}": self.given[variable] for name, variable in names.items() if variable in self.given}
        return {"MLFLOW_RUN_CONTEXT": json.dumps({**tags, **self.blocked, "esteira.origin": self.origin})}

    def keep(self) -> None:
        """Keeps all that the step leaves: the manifest is written last, and what none names was never left."""
        began = time.monotonic()
        found = self.gathering.look_after()
        manifest = Manifest(self.step, self.item, self.run, self.name, self.place)
        if self.checks:
            self.judge(found)
        self.store.put_all(manifest, found)
        self.commit(manifest)
        if self.cache.is_on:
            self.cache.remember(manifest)
        say_kept(manifest, time.monotonic() - began)
        self.store.remove(self.checkpoint)
        note = self.gathering.undeclared_note()
        if note:
            say(note)

    def commit(self, manifest: Manifest) -> None:
        for name in self.steps[self.step].get("lists", []):
            self.publish(name, manifest)
        manifest.checks = self.results
        self.store.commit(manifest)
        if self.checks:
            self.checks.record(self.results, True)
        self.store.forget(self.place, self.name)

    def judge(self, found: list) -> None:
        """Before anything is kept: what doesn't meet its checks reaches no later step."""
        from checks import FILE, read_metrics, say_results

        measured = {}
        for path in self.gathering.metrics_files(found, FILE):
            measured.update(read_metrics(path))
        self.results = self.checks.judge(measured, self.measured)
        try:
            say_results(self.results)
            self.mark_models(self.origin)
        except Failure:
            self.checks.record(self.results, False)
            raise

    def judge_taken(self, entry: Entry, manifest: Manifest) -> bool:
        """
        What an earlier run left is judged anew: it has become older, and what it is compared with may be another. Metrics of a file that
        wasn't kept are known by their results, but for times: of an age nobody can say what it is now, and the step has to run.
        """
        if not self.checks:
            return True
        from checks import FILE, metrics_in, say_results

        own = {one["metric"] for one in entry.left.checks}
        measured = {}
        for one in manifest.entries:
            if os.path.basename(one["path"]) == FILE and "sha256" in one:
                measured.update(metrics_in(self.store.read(manifest.key(one)) or b""))
        for one in entry.left.checks:
            if one["of"] != "age" and not one.get("missing"):
                measured.setdefault(one["metric"], one.get("value", one.get("text")))
        if any(one["metric"] not in measured for one in entry.left.checks if not one.get("missing")):
            return False
        results = self.checks.judge({name: value for name, value in measured.items() if not own or name in own}, self.measured)
        if any(not one["passed"] and one["otherwise"] == "fail" for one in results):
            return False
        self.results = results
        say_results(results)
        self.mark_models(entry.origin)
        return True

    def mark_models(self, origin: str) -> None:
        """
        A model that isn't to be promoted is marked before the step is kept: nobody gets it unmarked. `origin` is the run that made it: a
        mark of another one's is its own, and isn't taken away from here.
        """
        blocking = [one for one in self.results if one["otherwise"] == "block_promotion"]
        if not blocking or "MLFLOW_TRACKING_URI" not in self.given:
            return
        from checks import sentence
        from mlflow_marks import Marks

        reasons = [sentence(one) for one in blocking if not one["passed"]]
        if reasons or origin == self.origin:
            # Each item has its mark: one that passes doesn't speak for another.
            what = self.place.replace(KEPT + "/", "", 1).replace("/items/", ".")
            Marks(self.given, origin, what).put("; ".join(reasons) or None)

    def publish(self, name: str, manifest: Manifest) -> None:
        """A list that a later step runs over is read by the state machine, which knows its place and no manifest."""
        kept = [entry for entry in manifest.entries if entry["path"] == name and "sha256" in entry]
        if not kept:
            return  # It may have been written by ESTEIRA_ARTIFACTS_URI; the state machine says if it wasn't.
        self.store.write(self.step + "/" + name, self.store.read(manifest.key(kept[-1])))

    def report(self, code: int, peak: "int | None", began: float) -> None:
        key = self.attempt or task_id(self.given)
        if key is None:
            return
        facts = {"schema": 1, "step": self.step, "run": self.run, "exitCode": code, "startedAt": int(began * 1000)}
        if peak is not None:
            facts["peakMemoryBytes"] = peak
        if self.cached:
            facts["cache"] = self.cached
        if self.gathering.undeclared:
            facts["undeclared"] = self.gathering.undeclared
        write_report(self.store, f"{KEPT}/{self.step}/attempts/{key}.json", facts, self.results)


def before(steps: dict, step: str) -> "list[str]":
    """The steps that come before one, directly or not, each after those before it."""
    found, path = {}, [(step, iter(steps[step].get("after", [])))]
    entered = {step}
    while path:
        name, others = path[-1]
        other = next(others, None)
        if other is None:
            path.pop()
            found[name] = True
        elif other in steps and other not in entered:
            entered.add(other)
            path.append((other, iter(steps[other].get("after", []))))
    return [name for name in found if name != step]


def files_of(manifest: Manifest) -> "tuple[int, int]":
    """How many files it names, and their bytes."""
    return sum(1 for entry in manifest.entries if "sha256" in entry), sum(entry.get("size", 0) for entry in manifest.entries)


def say_kept(manifest: Manifest, seconds: float) -> None:
    count, size = files_of(manifest)
    if count:
        say(f"kept {count_of(count, 'file')} ({size_of(size)}) in {seconds:.1f} s")
