/** Networks that are open now, so that the same file with the same options is loaded once however often it is asked for. */
import { realpath, stat } from "node:fs/promises";

interface Entry {
  readonly network: Promise<AsyncDisposable>;
  holders: number;
}

const open = new Map<string, Entry>();

/** One holder's share of a network; the network goes when the last share does. */
export interface Share<Network> extends AsyncDisposable {
  readonly network: Network;
}

/**
 * The network of a file under some options: the one that is open already, or a new one.
 *
 * A file that has changed since (another size or time) is another network.
 *
 * @param path The file.
 * @param options `variant`: everything besides the file that makes a difference; `load`: makes the network when it is not open yet.
 * @returns A share; disposing of the last one disposes of the network.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { shareNetwork } from "#lib/networks/shared_networks.ts";
 * let [made, released] = [0, 0];
 * const load = () => {
 *   made++;
 *   return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve(void released++) });
 * };
 * const first = await shareNetwork(`${projectRoot()}/package.json`, { variant: "cpu", load });
 * const second = await shareNetwork(`${projectRoot()}/package.json`, { variant: "cpu", load });
 * await first[Symbol.asyncDispose]();
 * assert.deepEqual([made, released], [1, 0]);
 * await second[Symbol.asyncDispose]();
 * assert.deepEqual([made, released], [1, 1]);
 * ```
 */
export async function shareNetwork<Network extends AsyncDisposable>(
  path: string,
  options: { readonly variant: string; readonly load: () => Promise<Network> },
): Promise<Share<Network>> {
  const [real, { size, mtimeMs }] = await Promise.all([realpath(path), stat(path)]);
  const key = JSON.stringify([real, size, mtimeMs, options.variant]);
  const entry = open.get(key) ?? { network: options.load(), holders: 0 };
  open.set(key, entry);
  entry.holders++;
  let held = true;
  const letGo = async () => {
    if (!held) return;
    held = false;
    if (--entry.holders > 0) return;
    if (open.get(key) === entry) open.delete(key);
    await (await entry.network)[Symbol.asyncDispose]();
  };
  try {
    // What is stored under a variant was made by that variant's own `load`.
    const network = await entry.network as Network;
    return { network, [Symbol.asyncDispose]: letGo };
  } catch (error) {
    if (open.get(key) === entry) open.delete(key);
    throw error;
  }
}
