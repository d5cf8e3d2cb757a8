/**
 * A package that only a part of dialab needs is not installed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MissingPackageError } from "#lib/places/missing_package_error.ts";
 * const { message } = new MissingPackageError("linkedom", { purpose: "Drawing", version: "0.18.12" });
 * assert.equal(message, "Drawing needs the package linkedom, which is not installed. Run: npm install linkedom@0.18.12");
 * ```
 */
export class MissingPackageError extends Error {
  override readonly name = "MissingPackageError";
  /** The package's name. */
  readonly package: string;

  /** @param wants `purpose`: what needs it, at the beginning of a sentence; `version`: as npm takes it. */
  constructor(
    name: string,
    wants: {
      readonly purpose: string;
      readonly version?: string;
      readonly flags?: string;
      readonly cause?: unknown;
    },
  ) {
    const { purpose, version, flags, cause } = wants;
    const command = ["npm install", flags, version === undefined ? name : `${name}@${version}`];
    super(
      `${purpose} needs the package ${name}, which is not installed. Run: ${
        command.filter(Boolean).join(" ")
      }`,
      { cause },
    );
    this.package = name;
  }
}
