import type { ComponentType } from "preact";

import type { ActionName } from "./action.ts";
import type { ActionProperties } from "./actions.tsx";
import { Backfill } from "./backfill.tsx";
import { Deploy } from "./deploy.tsx";
import { Promote } from "./promote.tsx";
import { Resume, Stop } from "./resume.tsx";
import { Rollback } from "./rollback.tsx";
import { Run } from "./run.tsx";
import { Disable, Enable } from "./schedule.tsx";

/** The confirmation of each action. */
export const dialogs: Readonly<Record<ActionName, ComponentType<ActionProperties>>> = {
  run: Run,
  stop: Stop,
  resume: Resume,
  enable: Enable,
  disable: Disable,
  backfill: Backfill,
  rollback: Rollback,
  promote: Promote,
  deploy: Deploy,
};
