/** What lies in a folder, and what of it must not be opened: a pipe keeps its reader waiting. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Names of what lies in a folder; those of `files` that are pipes, sockets or devices are `special`, too. */
export interface FolderEntries {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly special: readonly string[];
}

/** What lies in a folder, links followed. */
export async function entriesOf(folder: string): Promise<FolderEntries> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = (isFolder: boolean) =>
    entries.filter((entry) => entry.isDirectory() === isFolder).map(({ name }) => name).sort();
  const special: string[] = [];
  for (const entry of entries) {
    if (entry.isFile() || entry.isDirectory()) continue;
    // A link to nothing is a file that cannot be read, and is told as one.
    const led = entry.isSymbolicLink()
      ? await stat(join(folder, entry.name)).catch(() => undefined)
      : undefined;
    const kind = led ?? entry;
    if (!kind.isFile() && !kind.isDirectory() && !kind.isSymbolicLink()) special.push(entry.name);
  }
  return { files: names(false), folders: names(true), special: special.sort() };
}
