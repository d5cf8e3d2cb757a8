/** Where data outside the repository is looked for. */
export * from "./missing_package_error.ts";
export * from "./places.ts";
export * from "./program_version.ts";
export * from "./this_runtime.ts";
