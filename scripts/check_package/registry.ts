import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { packFolder } from "./pack_folder.ts";

/** A registry of packages on this machine, for as long as it is open. */
export interface Registry {
  readonly url: string;
  /** What was asked for and is not there. */
  readonly unknown: readonly string[];
  close(): void;
}

interface Packed {
  readonly manifest: Record<string, unknown>;
  readonly tarball: () => Buffer;
}

/** An entry of package-lock.json. */
interface Locked {
  readonly version: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** onnxruntime has the libraries of all systems; this one's are enough. */
const OF_OTHERS = /^bin\/napi-v6\/(?!PLATFORM\/ARCH\/)/.source.replace("PLATFORM", process.platform)
  .replace("ARCH", process.arch);

/**
 * Serves dialab from its tarball and, from the project's own `node_modules`, the packages that it needs, as npm's registry would: so an
 * installation needs no network.
 */
export async function openRegistry(tarball: string, manifest: Record<string, unknown>): Promise<Registry> {
  const packages = installed();
  const own = { manifest, tarball: () => readFileSync(tarball) };
  packages.set("dialab", new Map([[String(manifest.version), own]]));
  const unknown: string[] = [];
  let url = "";
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname.slice(1));
    const [, name, version] = /^(.+)\/-\/([^/]+)\.tgz$/.exec(path) ?? [];
    const found = name === undefined ? undefined : packages.get(name)?.get(version);
    if (found !== undefined) return void response.end(found.tarball());
    const versions = packages.get(path);
    if (versions !== undefined) {
      response.setHeader("content-type", "application/json");
      return void response.end(JSON.stringify(packument(path, versions, url)));
    }
    if (request.method === "GET") unknown.push(path);
    response.statusCode = 404;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, unknown, close };
}

function packument(name: string, versions: ReadonlyMap<string, Packed>, url: string) {
  const described = [...versions].map(([version, { manifest, tarball }]) => {
    const integrity = `sha512-${createHash("sha512").update(tarball()).digest("base64")}`;
    const { scripts = {} } = manifest as { scripts?: Record<string, string> };
    const hasInstallScript = ["preinstall", "install", "postinstall"].some((key) => key in scripts);
    const dist = { tarball: `${url}${name}/-/${version}.tgz`, integrity };
    return [version, { ...manifest, ...(hasInstallScript && { hasInstallScript }), dist }] as const;
  });
  return { name, "dist-tags": { latest: described.at(-1)?.[0] }, versions: Object.fromEntries(described) };
}

/** A package for another system, which is not here: installers look at its manifest and leave it; Deno may take it along. */
function ofAnotherSystem(manifest: Record<string, unknown>): Packed {
  let packed: Buffer | undefined;
  const pack = () => {
    const folder = mkdtempSync(join(tmpdir(), "dialab-other-"));
    try {
      writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
      return packFolder(folder, () => true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  return { manifest, tarball: () => packed ??= pack() };
}

/** All packages of package-lock.json, by name and version. */
function installed(): Map<string, Map<string, Packed>> {
  const root = projectRoot();
  const lock: { packages: Record<string, Locked> } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  const found = new Map<string, Map<string, Packed>>();
  for (const [path, locked] of Object.entries(lock.packages)) {
    const { version } = locked, name = path.split("node_modules/").at(-1) ?? "";
    if (path === "" || name === "") continue;
    if (locked.optional && !existsSync(join(root, path))) {
      const { os, cpu, libc } = locked;
      const other = ofAnotherSystem({ name, version, os, cpu, libc });
      found.set(name, (found.get(name) ?? new Map()).set(version, other));
      continue;
    }
    let packed: Buffer | undefined;
    const entry: Packed = {
      get manifest() {
        return JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
      },
      tarball: () => packed ??= packFolder(join(root, path), (file) => !new RegExp(OF_OTHERS).test(file)),
    };
    found.set(name, (found.get(name) ?? new Map()).set(version, entry));
  }
  return found;
}
