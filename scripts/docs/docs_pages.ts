import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";

/** README.md and every page of docs/, by their paths from the project's root. */
export function docsPages(): { readonly path: string; readonly text: string }[] {
  const docs = readdirSync(join(projectRoot(), "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md")).map((path) => join("docs", path).replaceAll("\\", "/")).sort();
  return ["README.md", ...docs].map((path) => ({
    path,
    text: readFileSync(join(projectRoot(), path), "utf8"),
  }));
}
