import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

import { readAhead } from "../api/documents.ts";
import type { PageName, Route } from "./addresses.ts";

/** What a page's module has. */
export interface PageModule {
  readonly Page: ComponentType<{ readonly route: Route }>;
  /** The document that it shows first, below `/api/v1`. */
  readonly firstDocument?: (route: Route) => string;
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

/** Loads the page that is opened first, and begins to read what it shows beside the session. */
export async function loadFirst(route: Route): Promise<void> {
  await load(route.page);
  const address = loaded.peek()[route.page]?.firstDocument?.(route);
  if (address !== undefined) readAhead(address);
}

/** Loads a page before it is opened. */
export async function load(name: PageName): Promise<void> {
  const page = await loaders[name]().catch(() => null);
  loaded.value = { ...loaded.peek(), [name]: page };
}
