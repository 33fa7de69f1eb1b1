import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

import type { PageName, Route } from "./addresses.ts";

/** What a page's module has. */
export interface PageModule {
  readonly Page: ComponentType<{ readonly route: Route }>;
}

/** The pages, each a chunk that is loaded when it is opened. */
const loaders: { readonly [Name in PageName]: () => Promise<PageModule> } = {
  fleet: () => import("../pages/fleet/fleet-page.tsx"),
  tonight: () => import("../pages/tonight/tonight-page.tsx"),
  plan: () => import("../pages/plan/plan-page.tsx"),
  audit: () => import("../pages/audit/audit-page.tsx"),
  project: () => import("../pages/project/project-page.tsx"),
  run: () => import("../pages/run/run-page.tsx"),
  log: () => import("../pages/log/log-page.tsx"),
  artifacts: () => import("../pages/artifacts/artifacts-page.tsx"),
};

/** The pages that are loaded; one that could not be is `null`. */
const loaded = signal<Readonly<Partial<Record<PageName, PageModule | null>>>>({});

/** A page; `undefined` while it is being loaded, `null` where it can't be. */
export function pageNamed(name: PageName): PageModule | null | undefined {
  const page = loaded.value[name];
  if (page === undefined) void load(name);
  return page;
}

/** Loads a page before it is opened. */
export async function load(name: PageName): Promise<void> {
  const page = await loaders[name]().catch(() => null);
  loaded.value = { ...loaded.peek(), [name]: page };
}
