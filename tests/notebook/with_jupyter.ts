/** Tests that run notebooks: they need a Python with nbclient; absent, they skip with the reason, or fail under `CI`. */
import { describe, test } from "bun:test";
import process from "node:process";
import { findPython } from "#scripts/cli/python.ts";

/** The Python that runs notebooks, if there is one. */
export const jupyterPython = findPython(["nbclient", "nbformat", "nbconvert"]);

/** A group of tests that run notebooks. */
export function describeWithJupyter(title: string, body: (python: string) => void): void {
  if (jupyterPython !== undefined) return describe(title, () => body(jupyterPython));
  const reason = "no Python with nbclient, nbformat and nbconvert was found";
  if (process.env.CI) {
    return test(`${title}: Jupyter must be present when CI is set`, () => {
      throw new Error(`${title}: ${reason}`);
    });
  }
  test.skip(`${title} (skipped: ${reason})`, () => {});
}
