/**
 * Measures how long decoding takes beside ffmpeg, on five minutes of sound that ffmpeg encodes: processor time of both in turns, medians.
 * Needs ffmpeg and bash. Run by hand in either runtime:
 *
 *     bun tests/audio/measure_decoding.ts [rounds]
 *     deno run -A tests/audio/measure_decoding.ts [rounds]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openAudio } from "#lib/audio/mod.ts";
import { mp3Track } from "#lib/audio/mp3_track.ts";
import { openDecoder } from "#lib/audio/open_decoder.ts";
import { openFile } from "#lib/audio/open_file.ts";

const SECONDS = 300;
/** Tones that move, and noise, of two channels at 44.1 kHz. */
const SOUND =
  "aevalsrc='0.4*sin(2*PI*(200+100*sin(t))*t)+0.05*random(0)|0.3*sin(2*PI*310*t)+0.05*random(1)'" +
  `:s=44100:d=${SECONDS}`;
const FORMATS: readonly (readonly [name: string, codec: string])[] = [
  ["a.mp3", "libmp3lame -b:a 128k"],
  ["a.flac", "flac"],
  ["a.ogg", "libvorbis -b:a 96k"],
  ["a.opus", "libopus -b:a 64k -ar 48000"],
];

/** Seconds of processor time of this process. */
async function own(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Seconds of processor time of another. */
function others(command: string): number {
  const { status, stderr } = spawnSync("bash", ["-c", `TIMEFORMAT='%U %S'; time ${command}`]);
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return String(stderr).trim().split(/\s+/).reduce((sum, seconds) => sum + Number(seconds), 0);
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function decoded(path: string): Promise<void> {
  await using audio = await openAudio(path);
  let frames = 0;
  for await (const [samples] of audio.blocks()) frames += samples.length;
  if (Math.abs(frames / audio.sampleRate - SECONDS) > 1) throw new Error(`${path}: ${frames} samples`);
}

/** The parts of MP3: finding its frames, and the decoder by itself on frames that are there already. */
async function mp3Parts(path: string): Promise<string> {
  const packets: Uint8Array[] = [];
  const walk = await own(async () => {
    const file = await openFile(path);
    for await (const run of (await mp3Track(file)).runs(() => {})) packets.push(...run.packets);
    await file.close();
  });
  const decode = await own(async () => {
    const decoder = await openDecoder({ codec: "mp3" });
    for (const packet of packets) decoder.decode(packet);
    decoder.free();
  });
  return `; frames found in ${walk.toFixed(2)} s, decoded by WebAssembly alone in ${decode.toFixed(2)} s`;
}

const rounds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), "dialab-decoding-"));
try {
  for (const [name, codec] of FORMATS) {
    const path = join(folder, name);
    others(`ffmpeg -nostdin -v error -f lavfi -i "${SOUND}" -c:a ${codec} ${path}`);
    await decoded(path);
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await own(() => decoded(path)));
      theirs.push(others(`ffmpeg -nostdin -v error -threads 1 -i ${path} -f f32le -y /dev/null`));
    }
    const parts = name.endsWith("mp3") ? await mp3Parts(path) : "";
    const [mine, other] = [median(ours), median(theirs)];
    process.stdout.write(
      `${name}, ${(readFileSync(path).length / 1e6).toFixed(1)} MB: ${
        mine.toFixed(2)
      } s of processor time, ffmpeg ${other.toFixed(2)} s, ratio ${(mine / other).toFixed(2)}${parts}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
