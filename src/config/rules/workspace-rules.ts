import {
  artifactsKeepOffDocuments,
  awsFieldsAreGiven,
  environmentsDoNotCollide,
  fieldsFitPlatform,
  localIsLocal,
  oneRegistry,
  secretIsOfRegistry,
  platformIsGiven,
  promotionSourceExists,
} from "./environments.ts";
import type { WorkspaceRule } from "./rule.ts";
import {
  branchesNameEnvironments,
  featurePatternNamesProject,
  gateAcceptsOneThing,
  mailIsComplete,
  projectsGlobStaysInside,
  zoneOfNightsExists,
} from "./workspace.ts";

/** Every rule about `esteira.yaml`, in the order of its sections. */
export const WORKSPACE_RULES: readonly WorkspaceRule[] = [
  projectsGlobStaysInside,
  zoneOfNightsExists,
  featurePatternNamesProject,
  branchesNameEnvironments,
  platformIsGiven,
  localIsLocal,
  fieldsFitPlatform,
  awsFieldsAreGiven,
  oneRegistry,
  secretIsOfRegistry,
  environmentsDoNotCollide,
  artifactsKeepOffDocuments,
  promotionSourceExists,
  gateAcceptsOneThing,
  mailIsComplete,
];
