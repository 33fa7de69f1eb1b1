import { checksAreUnderstood, checksNameSteps } from "./checks.ts";
import { publishesAreSeen, publishesDiffer } from "./publishes.ts";
import { commandsAreTyped, pythonIsTyped, scriptsHaveUnixLineEnds } from "./commands.ts";
import { tasksFitCapacity } from "./capacity.ts";
import {
  fallbackNeedsSpot,
  instanceTypeIsGiven,
  instanceTypesAreKnown,
  instanceTypesShareArchitecture,
  burstableTypesAreAmongThemselves,
  quantitiesFit,
  stepsFitInstances,
} from "./compute.ts";
import {
  definitionHasTheSteps,
  definitionIsJson,
  definitionLeavesTasksToSteps,
  definitionReplacesForEach,
} from "./definition.ts";
import { condaPackagesAreNamed } from "./conda-packages.ts";
import { dockerfileInstallsTheSame, oneDependencyFileCounts } from "./dependencies.ts";
import {
  dockerfileExists,
  dockerfileHasPythonVersion,
  pythonVersionIsOne,
  requirementsFilesExist,
  scriptsExist,
} from "./files.ts";
import {
  forEachHasOneSource,
  forEachItemsFit,
  forEachReadsAnEarlierStep,
  maxItemsIsForLists,
} from "./for-each.ts";
import { gpusAreAskedFor, gpuStepsHaveGpuBuilds, gpuTypesShareAnImage } from "./gpu.ts";
import {
  folderIsNamedLikeProject,
  projectNameFitsAws,
  suffixedNameFitsAws,
  versionFitsImageTag,
} from "./identity.ts";
import { modelIsAskedFor, modelNameIsValid } from "./model.ts";
import { inputsAreLeftBefore, outputsAreInTheFolder, outputsDontCollide } from "./outputs.ts";
import { dataIsNamed, dataIsNotItsOwn, dataIsNotSkipped, dataIsThere, debounceFits } from "./on.ts";
import { overridesFit } from "./overrides.ts";
import { addressesAreWellFormed, webhooksAreHttps } from "./people.ts";
import { notebooksExist, notebooksHaveTheirPackages } from "./notebooks.ts";
import {
  indexHasNoPassword,
  indexIsEncrypted,
  indexReachesWhatInstalls,
  indexSecretIsItsOwn,
} from "./package-index.ts";
import { packagesAreInTheWorkspace, packagesDiffer } from "./packages.ts";
import { textsHaveNoNul } from "./nul.ts";
import { poolsExist, poolsNeedOurOrder } from "./pools.ts";
import { requirementsAreInTheProject } from "./requirements.ts";
import { samplesHaveAnotherValue } from "./sample.ts";
import type { EnvironmentRule, ProjectRule } from "./rule.ts";
import { cronIsUnderstood, scheduleHasCron, timeZoneExists } from "./schedule.ts";
import {
  dependenciesExist,
  dependenciesHaveNoCycle,
  pipelineHasSteps,
  retryWaitsFit,
  stepIdsDiffer,
  stepIdsFitAws,
} from "./steps.ts";
import {
  envIsTheEnvironment,
  pathIsTheImages,
  secretsAndVariablesDiffer,
  secretsAreNotInPlainText,
  secretsAreReferences,
  variablesAreNotReserved,
  variablesFitTaskDefinition,
} from "./variables.ts";

/** Rules for which the environment doesn't matter, in the order of the file's sections. */
export const PROJECT_RULES: readonly ProjectRule[] = [
  textsHaveNoNul,
  projectNameFitsAws,
  folderIsNamedLikeProject,
  cronIsUnderstood,
  scheduleHasCron,
  timeZoneExists,
  dataIsNamed,
  debounceFits,
  dataIsNotSkipped,
  pythonVersionIsOne,
  dockerfileHasPythonVersion,
  requirementsFilesExist,
  oneDependencyFileCounts,
  dockerfileInstallsTheSame,
  condaPackagesAreNamed,
  packagesAreInTheWorkspace,
  packagesDiffer,
  indexHasNoPassword,
  indexIsEncrypted,
  indexSecretIsItsOwn,
  indexReachesWhatInstalls,
  requirementsAreInTheProject,
  variablesAreNotReserved,
  secretsAreNotInPlainText,
  pathIsTheImages,
  secretsAndVariablesDiffer,
  variablesFitTaskDefinition,
  pipelineHasSteps,
  definitionIsJson,
  definitionHasTheSteps,
  definitionLeavesTasksToSteps,
  definitionReplacesForEach,
  stepIdsFitAws,
  stepIdsDiffer,
  dependenciesExist,
  dependenciesHaveNoCycle,
  retryWaitsFit,
  forEachHasOneSource,
  maxItemsIsForLists,
  forEachReadsAnEarlierStep,
  forEachItemsFit,
  samplesHaveAnotherValue,
  poolsNeedOurOrder,
  outputsAreInTheFolder,
  inputsAreLeftBefore,
  outputsDontCollide,
  scriptsExist,
  notebooksExist,
  notebooksHaveTheirPackages,
  commandsAreTyped,
  pythonIsTyped,
  scriptsHaveUnixLineEnds,
  instanceTypesAreKnown,
  instanceTypesShareArchitecture,
  burstableTypesAreAmongThemselves,
  quantitiesFit,
  fallbackNeedsSpot,
  stepsFitInstances,
  gpuTypesShareAnImage,
  gpusAreAskedFor,
  gpuStepsHaveGpuBuilds,
  addressesAreWellFormed,
  webhooksAreHttps,
  modelIsAskedFor,
  modelNameIsValid,
  checksAreUnderstood,
  checksNameSteps,
  publishesDiffer,
];

/** Rules that ask which environment it is, in the same order. */
export const ENVIRONMENT_RULES: readonly EnvironmentRule[] = [
  suffixedNameFitsAws,
  versionFitsImageTag,
  dataIsThere,
  dataIsNotItsOwn,
  dockerfileExists,
  envIsTheEnvironment,
  secretsAreReferences,
  overridesFit,
  poolsExist,
  publishesAreSeen,
  instanceTypeIsGiven,
  tasksFitCapacity,
];
