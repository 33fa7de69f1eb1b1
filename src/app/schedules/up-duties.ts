import { setImmediate } from "node:timers/promises";

import type { Language } from "../../core/language.ts";
import { ok } from "../../core/result.ts";
import type { WatchPort } from "../../platform/watch/watch.ts";
import { watchAndNotify } from "../../platform/watch/watch-duty.ts";
import type { WatchFinding } from "../../runs/watch/facts.ts";
import type { Outbox } from "../../platform/roles/deliveries.ts";
import type { HeldSteps } from "../../platform/roles/held-steps.ts";
import type { Host } from "../host.ts";
import { openPromotionsLook } from "./promotions-look.ts";
import { watchPort } from "./watch-port.ts";
import type { PlatformSession } from "../workspace.ts";
import type { Duty, WatchDuty } from "../../platform/roles/scheduler.ts";
import { count } from "../../core/text.ts";
import { oldArtifacts, removeOldArtifacts } from "../deploy/old-artifacts.ts";

/** What `up` does besides running schedules. */
export function upDuties(host: Host, session: PlatformSession): readonly Duty[] {
  const { platform, settings } = session;
  const { language = "en", keepArtifactsDays } = settings;
  const { scheduler, outbox, heldSteps } = platform;
  return [
    ...(scheduler === undefined
      ? []
      : [watching(host, session, scheduler.watchDuty, settled[language])]),
    ...(outbox === undefined ? [] : [deliveries(outbox)]),
    ...(heldSteps === undefined ? [] : [holds(heldSteps)]),
    ...(keepArtifactsDays === undefined ? [] : [retention(host, session, keepArtifactsDays)]),
  ];
}

/** Before what is settled. */
const settled: Readonly<Record<Language, string>> = { en: "no longer", "pt-BR": "resolvido" };

/** Who promotes a model deploys it by a pull request, most likely: nobody is notified before. */
const deployGraceMs = 2 * 3_600_000;

/**
 * Notifies a project's people of what should have happened and did not, and says it here, when it
 * comes up and when it is settled.
 */
function watching(
  host: Host,
  { platform, settings }: PlatformSession,
  duty: WatchDuty,
  noLonger: string,
): Duty {
  const promotions = openPromotionsLook(host, settings, platform, deployGraceMs);
  let known: ReadonlyMap<string, WatchFinding> = new Map();
  return {
    name: "watch",
    everyMs: 60_000,
    async run({ say, signal }) {
      const port = considerate(watchPort(platform, promotions), signal);
      const looked = await watchAndNotify(port, duty, host.clock.now());
      if (!looked.ok) throw new Error(looked.error.message);
      const { findings, errors } = looked.value;
      const now = new Map(findings.map((finding) => [finding.key, finding]));
      for (const [key, { message }] of known) if (!now.has(key)) say(`${noLonger}: ${message}`);
      for (const [key, { message }] of now) if (!known.has(key)) say(message);
      known = now;
      const [error] = errors;
      if (error !== undefined) throw new Error(error.message);
    },
  };
}

/**
 * Between two questions the schedules have their turn: those about thousands of projects take
 * seconds in all.
 */
function considerate(port: WatchPort, signal: AbortSignal): WatchPort {
  const pause = async (): Promise<void> => {
    signal.throwIfAborted();
    await setImmediate();
  };
  return {
    ...port,
    runs: async (filter, page) => {
      await pause();
      const found = await port.runs(filter, page);
      if (!found.ok) return found;
      // A run whose process is gone is nothing to report to anybody: it is resumed here within half
      // a minute.
      const items = found.value.items.map((run) => ({ ...run, interrupted: false }));
      return ok({ ...found.value, items });
    },
    events: async (run, page) => {
      await pause();
      return port.events(run, page);
    },
  };
}

/** Removes artifacts that are older than they have to be kept. */
function retention(host: Host, { platform }: PlatformSession, days: number): Duty {
  return {
    name: "artifacts",
    everyMs: 3_600_000,
    async run({ say, signal }) {
      const deployed = await platform.listDeployed();
      if (!deployed.ok) throw new Error(deployed.error.message);
      const projects = deployed.value.map(({ release }) => release.project);
      const old = await oldArtifacts(platform, projects, days, host.clock.now());
      if (!old.ok) throw new Error(old.error.message);
      const removed = await removeOldArtifacts(platform, old.value, signal);
      if (!removed.ok) throw new Error(removed.error.message);
      if (old.value.length > 0) {
        say(`artifacts of ${count(old.value.length, "run")} are older than ${days} days: removed`);
      }
    },
  };
}

/** Gives up the places of failed steps when their time is over. */
function holds(heldSteps: HeldSteps): Duty {
  return {
    name: "held steps",
    everyMs: 10_000,
    async run() {
      const done = await heldSteps.endDue();
      if (!done.ok) throw new Error(done.error.message);
    },
  };
}

/** Sends again what could not be sent. */
function deliveries(outbox: Outbox): Duty {
  return {
    name: "notifications",
    everyMs: 5000,
    async run() {
      const done = await outbox.sendDue();
      if (!done.ok) throw new Error(done.error.message);
    },
  };
}
