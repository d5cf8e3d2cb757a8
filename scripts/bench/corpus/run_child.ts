import { projectRoot } from "#lib/places/places.ts";
import { launch } from "../../cli/launch.ts";
import { watchProcess } from "../command/watch_process.ts";
import { RefusedError } from "../refused_error.ts";

/** What a process of its own said, and its peak of memory. */
export interface ChildAnswer<Answer> {
  readonly answer: Answer;
  readonly peakBytes: number | undefined;
}

/**
 * Runs a module of this folder with one argument, JSON, in a process of its own; or another program.
 *
 * @throws {RefusedError} It failed.
 */
export async function runChild<Answer>(
  name: string,
  request: object,
  program?: readonly string[],
): Promise<ChildAnswer<Answer>> {
  const command = program ?? launch(new URL(`./${name}.ts`, import.meta.url));
  const { status, stdout, stderr, peakBytes } = await watchProcess(
    [...command, JSON.stringify(request)],
    projectRoot(),
  );
  if (status !== 0) {
    throw new RefusedError(`${name} failed: ${stderr.trim().split("\n").at(-1)}`);
  }
  return { answer: JSON.parse(stdout) as Answer, peakBytes };
}
