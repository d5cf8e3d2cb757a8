import { programVersion } from "#lib/places/program_version.ts";

/** What `--version` prints: the version, and the commit where that is known. */
export function versionLine(): string {
  const { version, commit } = programVersion();
  const [hash, modified] = commit?.split("-") ?? [];
  const told = hash === undefined ? "" : ` (commit ${hash.slice(0, 12)}${modified ? ", modified" : ""})`;
  return `dialab ${version}${told}`;
}
