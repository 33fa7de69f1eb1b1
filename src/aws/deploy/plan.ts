import { ok, type Result } from "../../core/result.ts";
import { diffFields } from "../../platform/diff.ts";
import { modelChange } from "../../platform/models.ts";
import { type Change, errorText, type FieldChange, type ProjectPlan } from "../../platform/plan.ts";
import type { PlatformError } from "../../platform/port.ts";
import { announcements } from "../../release/announcements.ts";
import { isSameAuthored } from "../../release/authored.ts";
import type { Release } from "../../release/release.ts";
import { lackingFor } from "../bootstrap/generations.ts";
import { dataChanges, loopOf, noteOf } from "./data-rules.ts";
import { ownerOfRelease, type Outputs } from "./desired.ts";
import { isDrift, wasThere } from "./drift.ts";
import type { ProjectInput } from "./project-input.ts";
import { describeOwner, isSameOwner } from "../sdk/ownership.ts";
import { schedule } from "../resources/schedule.ts";
import { withState } from "../resources/schedule-spec.ts";
import { commitMark, isMarked } from "../resources/marks.ts";
import { stages } from "./stages.ts";
import type { Compared, Stage } from "./stage.ts";
import type { ProjectState } from "./state.ts";
import { sizeProblems } from "../verify/capacity.ts";

/** Compares one project with what is there. Pure. */
export function planProject(input: ProjectInput): ProjectPlan {
  const { release, fingerprint } = input;
  const image = imageChange(input);
  const rest = release.definition === undefined ? planIdle(input) : planResources(input);
  const model =
    input.model === undefined ? undefined : modelChange(input.model, input.previous?.model, true);
  const changes = [
    image.change,
    ...(model === undefined ? [] : [model]),
    ...rest.map(({ change }) => change),
  ];
  // The registry says no to what would be written, not to what is there; so does the base layer.
  const writes = changes.some(({ action }) => action !== "unchanged");
  const refusals = [
    ...lackingFor(release, input.inputs.base.lacking ?? []),
    ...(input.model?.refusal === undefined ? [] : [input.model.refusal]),
  ];
  const blocked = [
    ...(writes ? refusals : []),
    image.blocked,
    ...rest.map(({ blocked }) => blocked),
  ].filter((error) => error !== undefined);
  const shown = writes ? blocked : [...refusals, ...blocked];
  return {
    project: release.project,
    fingerprint,
    changes,
    ...(isUpgrade(input) ? { cause: "esteira-changed" } : {}),
    hold: undefined,
    warnings: [
      ...(input.restores === undefined ? announcements(input.previous?.release, release) : []),
      ...(input.model?.warnings ?? []),
      ...[...shown, ...tooLarge(input)].map(errorText),
    ],
    ...(input.model === undefined ? {} : { model: input.model }),
    ...(blocked[0] === undefined ? {} : { blocked: blocked[0] }),
  };
}

/** Another release than the deployed one, and nobody but Esteira made it so. */
function isUpgrade(input: ProjectInput): boolean {
  const { previous, fingerprint, restores } = input;
  if (previous === undefined || restores !== undefined) return false;
  return previous.fingerprint !== fingerprint && isSameAuthored(previous, input);
}

/** Nothing refuses such a deploy, and its runs would wait until ECS gives them up. */
function tooLarge({ release, inputs }: ProjectInput): ReturnType<typeof sizeProblems> {
  if (release.definition === undefined || release.capacity === undefined) return [];
  return sizeProblems(release, release.capacity, inputs.facts.instanceTypes);
}

interface Planned {
  readonly change: Change;
  readonly blocked: PlatformError | undefined;
}

function imageChange({ image, release }: ProjectInput): Planned {
  const base = { kind: "image", name: release.names.imageTag, fields: [], drift: false };
  switch (image.state) {
    case "present":
      return {
        change: {
          ...base,
          action: "unchanged",
          ...(image.note === undefined ? {} : { note: image.note }),
        },
        blocked: undefined,
      };
    case "missing":
      return { change: { ...base, action: "create", note: image.note }, blocked: undefined };
    case "conflict":
      return {
        change: { ...base, action: "create", note: image.error.message },
        blocked: image.error,
      };
  }
}

function planResources(input: ProjectInput): Planned[] {
  const { inputs, state, image } = input;
  const outputs: Outputs =
    image.state !== "conflict" && image.uri !== undefined ? { image: image.uri } : {};
  const planned: Planned[] = [];
  let detaches = false;
  for (const stage of stages) {
    const compared: Result<Compared | undefined, PlatformError> =
      detaches && stage.key === "clusterCapacity"
        ? reattached
        : stage.compare(inputs, outputs, state);
    if (!compared.ok) {
      planned.push(blockedBy(compared.error, stage, input));
    } else if (compared.value === undefined) {
      planned.push(...unwanted(stage, input));
    } else {
      Object.assign(outputs, compared.value.outputs);
      detaches ||= stage.key === "capacityProvider" && compared.value.comparison.kind === "replace";
      planned.push(stageChange(stage, compared.value, input));
    }
  }
  return [...planned, ...planData(input), releaseChange(input)];
}

/** The rules of EventBridge for what the project waits for. */
function planData({ data, inputs, release }: ProjectInput): readonly Planned[] {
  if (data === undefined) return [];
  const loop = loopOf(release, inputs.bucket);
  return dataChanges(inputs.context, data, release.project, noteOf(release)).map(
    ({ change, blocked }) => ({ change, blocked: loop ?? blocked }),
  );
}

/** A capacity provider is detached to be replaced, and has to be attached again. */
const reattached: Result<Compared, PlatformError> = ok({
  comparison: { kind: "update", fields: [] },
  outputs: {},
  note: "attached again once the capacity provider is replaced",
});

function stageChange(stage: Stage, compared: Compared, input: ProjectInput): Planned {
  const { release, state, adopt } = input;
  const { comparison, note } = compared;
  const base = { kind: stage.kind, name: stage.name(release.names) };
  if (comparison.kind === "create") {
    const drift = wasThere(stage, input);
    return {
      change: {
        ...base,
        action: "create",
        fields: [],
        drift,
        ...(drift ? { note: "it was deleted since the last deploy" } : {}),
      },
      blocked: undefined,
    };
  }
  const foreign = foreignTo(stage, release, state, adopt);
  if (foreign !== undefined) return blockedBy(foreign, stage, input);
  const taken = stage.owned && stage.ownerOf(state) === undefined;
  const notes = [
    ...(taken ? ["is not Esteira's yet, and is taken over"] : []),
    ...(comparison.kind === "replace" ? [comparison.because] : []),
    ...(note === undefined ? [] : [note]),
  ];
  const fields = comparison.kind === "same" ? [] : comparison.fields;
  return {
    change: {
      ...base,
      action: comparison.kind === "same" ? "unchanged" : comparison.kind,
      fields,
      drift: isDrift(stage, fields, input),
      ...(notes.length === 0 ? {} : { note: notes.join("; ") }),
    },
    blocked: undefined,
  };
}

function blockedBy(error: PlatformError, stage: Stage, { release, state }: ProjectInput): Planned {
  return {
    change: {
      kind: stage.kind,
      name: stage.name(release.names),
      action: state[stage.key] === undefined ? "create" : "update",
      fields: [],
      drift: false,
      note: error.message,
    },
    blocked: error,
  };
}

/**
 * Why a resource that is there must be left alone; undefined when it is ours, or may be taken over.
 */
function foreignTo(
  stage: Stage,
  release: Release,
  state: ProjectState,
  adopt: boolean,
): PlatformError | undefined {
  if (!stage.owned || state[stage.key] === undefined) return undefined;
  const owner = stage.ownerOf(state);
  if (isSameOwner(owner, ownerOfRelease(release))) return undefined;
  const resource = `${stage.kind} ${stage.name(release.names)}`;
  if (owner !== undefined) {
    return {
      reason: "conflict",
      message: `${resource} belongs to ${describeOwner(owner)}`,
      help: "two environments or workspaces in one account and region need a `suffix` in esteira.yaml",
      resource,
    };
  }
  if (adopt) return undefined;
  return {
    reason: "refused",
    message: `${resource} exists and isn't Esteira's`,
    help: `\`esteira plan -e ${release.environment} --adopt\` shows what taking it over would change, \`esteira deploy -e ${release.environment} --adopt\` does it`,
    resource,
  };
}

/** What is ours and no longer wanted: a schedule, where the project has none any more. */
function unwanted(stage: Stage, { state, release }: ProjectInput): Planned[] {
  if (!isSameOwner(stage.ownerOf(state), ownerOfRelease(release))) return [];
  const base = { kind: stage.kind, name: stage.name(release.names), fields: [], drift: false };
  return [{ change: { ...base, action: "remove" }, blocked: undefined }];
}

/**
 * A project with nothing to run: its image is built, its schedule disabled, and the rest stays as
 * it is.
 */
function planIdle(input: ProjectInput): Planned[] {
  const changes: Change[] = [];
  const disabled = disabling(input.state, input.release, "the project has nothing to run");
  if (disabled !== undefined) changes.push(disabled);
  const planned = [
    ...changes.map((change): Planned => ({ change, blocked: undefined })),
    ...planData(input),
  ];
  return ownsMachine(input) ? [...planned, releaseChange(input)] : planned;
}

function ownsMachine({ state, release }: ProjectInput): boolean {
  const machine = stages.find(({ key }) => key === "stateMachine");
  return isSameOwner(machine?.ownerOf(state), ownerOfRelease(release));
}

/** What disabling an enabled schedule of ours changes. */
export function disabling(
  { schedule: observed }: ProjectState,
  release: Pick<Release, "workspace" | "environment" | "project">,
  note: string,
): Change | undefined {
  const owner = ownerOfRelease(release);
  if (observed === undefined || !isSameOwner(observed.owner, owner)) return undefined;
  const compared = schedule.compare(withState(observed, owner, "DISABLED", "DISABLED"), observed);
  if (observed.spec.state === "DISABLED" || compared.kind !== "update") return undefined;
  const fields = compared.fields;
  return { kind: "schedule", name: observed.name, action: "update", fields, drift: false, note };
}

/** The release's document and the commit mark, which are written last. */
function releaseChange({ release, fingerprint, state, previous }: ProjectInput): Planned {
  const base = { kind: "release", name: `${release.project} ${release.version}`, drift: false };
  const mark = commitMark(state);
  const change = ((): Change => {
    if (mark === fingerprint && isMarked(state, fingerprint)) {
      return { ...base, action: "unchanged", fields: [] };
    }
    if (mark === undefined) return { ...base, action: "create", fields: [] };
    const fields: FieldChange[] = [
      ...(previous === undefined ? [] : diffFields(shown(previous.release), shown(release))),
      { path: "fingerprint", before: mark, after: fingerprint },
    ];
    return { ...base, action: "update", fields };
  })();
  return { change, blocked: undefined };
}

/** What of a release no resource shows. */
function shown({ generation, version, description, owners, notifications, model, image }: Release) {
  const source = image.sourceHash;
  return { generation, version, description, owners, notifications, model, source };
}
