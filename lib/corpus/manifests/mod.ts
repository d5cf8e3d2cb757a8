/** Manifests: tables of any size on a database, joined and filtered. */
export { conditionText, type ManifestCondition } from "./manifest_condition.ts";
