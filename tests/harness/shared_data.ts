/** Real data for tests: found where lib/parity/places.ts looks; absent, a test skips with the reason, or fails under `CI`. */
import { describe, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fixturePlaces, modelPlaces, type Place } from "#lib/places/places.ts";

function find(places: Place[], relative: string): string | undefined {
  return places.map((place) => join(place.path, relative)).find((path) => existsSync(path));
}

/** The path of `captures/...` or `reference/...`, or undefined. */
export function fixture(relative: string): string | undefined {
  return find(fixturePlaces(), relative);
}

/** The path of a file below a models folder, or undefined. The project's own fixture weights do not count. */
export function model(relative: string): string | undefined {
  return find(modelPlaces().filter((place) => place.origin !== "project"), relative);
}

/** A group of tests over one piece of real data; the body gets its path. */
export function describeWith(title: string, path: string | undefined, body: (path: string) => void): void {
  if (path !== undefined) return describe(title, () => body(path));
  if (process.env.CI) {
    return test(`${title}: its data must be present when CI is set`, () => {
      throw new Error(`${title}: the shared fixtures were not found; set DIALAB_FIXTURES or DIALAB_MODELS`);
    });
  }
  test.skip(`${title} (skipped: shared fixtures not found; set DIALAB_FIXTURES or DIALAB_MODELS)`, () => {});
}
