import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readSamples } from "#lib/corpus/shards/read_samples.ts";
import type { SpeechSample } from "#lib/corpus/transforms/speech_sample.ts";

/** The clips of a folder of shards: 16-bit WAV of one channel behind a header of 44 bytes, and a sidecar. */
export async function shardClips(folder: string): Promise<SpeechSample[]> {
  const clips: SpeechSample[] = [];
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".tar")).sort()) {
    for await (const { key, members } of readSamples(join(folder, name))) {
      const metadata = JSON.parse(new TextDecoder().decode(members.get("json")));
      const wav = members.get("wav")!;
      const view = new DataView(wav.buffer, wav.byteOffset + 44, wav.byteLength - 44);
      const waveform = Float32Array.from(
        { length: view.byteLength / 2 },
        (_, i) => view.getInt16(2 * i, true) / 32768,
      );
      clips.push({
        ...{ id: key, wavId: metadata.uid, waveform: [waveform], metadata },
        sampleRate: metadata.sample_rate,
      });
    }
  }
  return clips;
}
