/** `bench`: how long things take, beside their peers. See `--help`. */
import { benchBackend } from "./bench/commands/backend.ts";
import { benchCommand } from "./bench/commands/command.ts";
import { benchCorpus } from "./bench/commands/corpus.ts";
import { benchGpu } from "./bench/commands/gpu.ts";
import { benchKernels } from "./bench/commands/kernels.ts";
import { benchNetworks } from "./bench/commands/networks.ts";
import { benchSums } from "./bench/commands/sums.ts";
import { backendOptions } from "./cli/backends.ts";
import { type Command, type CommandLine, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";

const help = `NAME
    bench - how long things take, beside their peers

SYNOPSIS
    dialab bench backend|sums [OPTION]...
    dialab bench kernels [NAME]... [OPTION]...
    dialab bench networks [NAME]... [OPTION]...
    dialab bench networks --overlap [AUDIO|DIR|GLOB]... [OPTION]...
    dialab bench gpu --out DIR [OPTION]...
    dialab bench command [OPTION]...
    dialab bench corpus [join|first|decode]... [OPTION]...
    bun run scripts/bench.ts backend|sums [OPTION]...
    bun run scripts/bench.ts kernels [NAME]... [OPTION]...
    bun run scripts/bench.ts networks [NAME]... [OPTION]...
    bun run scripts/bench.ts networks --overlap [AUDIO|DIR|GLOB]... [OPTION]...
    bun run scripts/bench.ts gpu --out DIR [OPTION]...
    bun run scripts/bench.ts command [OPTION]...
    bun run scripts/bench.ts corpus [join|first|decode]... [OPTION]...
    deno run -A scripts/bench.ts ...
    npm run bench -- ...

DESCRIPTION
    backend
        The chained back end on one capture, stage by stage; centroid linkage
        and the whole back end on made-up data of growing size. Parity on the
        same backend is checked before anything is timed. A ratio of 1 is as
        fast as the peer in the same call, 2 takes twice as long.
    sums
        The sums that decide something, plain and compensated: their errors
        against sums of twice the digits, and their times, on one capture.
    kernels
        fbank, distances, vbx, linkage, powerset and pooling, or those named,
        on made-up data of growing size, whole calls from array to array. A
        result that is not the scalar one within the kernel's bound ends the
        command before anything is timed. The peers' results are checked, too.

        error     largest difference from the scalar result
        speedup   how many times as fast as the peer: 2 takes half its time
        device    on a GPU, the data there already; the device's own clock,
                  where it has one, else the wall's over many runs at once
        CUDA      torchaudio under vmap, where torch has CUDA; its speedup
                  is over the time on the device
        memory    linkage: peak of a process that does nothing else. Beyond
                  20000 points the tree is compared with that of wasm, because
                  the scalar's and SciPy's matrix would take tens of GB.
        c         distances: with compensated sums; the peers' are plain.

    networks
        segmentation-own, embedding-own, segmentation-3.0,
        wespeaker-resnet34-lm, wespeaker-shaped-random and thinresnet, or those
        named, from a chunk of 10 s to scores or embeddings, on made-up sound in
        which one speaks all through.
        A chunk stands for a second of a recording, so that 30 chunks a second
        are 30 times real time. Numbers that are not those of batch 1 on the
        CPU end the command: to the last bit on the CPU, within 1e-4 of the
        largest on a GPU.

        alone     a bare loop of onnxruntime's run: the file as it is, the same
                  batch in one session, all cores, no features, pooling, masks
                  or threads of ours; in turns. ratio: ours over that
        threads   "caller's, 2": on the calling thread, two threads in each
                  operation; "2 x 1": two threads of its own, each with a batch
                  and one thread in each operation
        chosen    what dialab takes by itself on this machine

    networks --overlap
        Diarizes recordings, those named or the AMI excerpts, in four ways: one
        by one and all together, with the networks on the calling thread and in
        threads of their own, where they run while the next chunks are decoded
        and made ready. The results must be the same bytes.

    gpu --out DIR
        All figures of one GPU, in less than 8 minutes: adapter, limits and the
        self-test of double-single; parity on every capture at hand; what the
        device can do at most, transfers and dispatches; every kernel beside
        its peers; networks by provider and batch; the whole pipeline on an
        hour of made-up speech. Each step is checked before it is timed, runs
        in a process of its own and has its share of the time: one that fails,
        hangs or takes the process with it is a row with its reason, and the
        others go on. DIR/gpu.json is written after every step, DIR/gpu.html
        at the end; Ctrl-C writes what there is. See docs/gpu.md.

    command
        "dialab RECORDING --preset own" from the start of its process to the
        end: on a clip of 10 s, also by npx, and where its time goes; on an
        hour, on all cores and on one; with the peak of memory. Both are the
        conversation of fixtures/, cut or repeated. Needs a clone.

    corpus
        join      four stages of so many rows joined, filtered and written as
                  Parquet, beside polars (eager, as Dataloader++ has it) where
                  python3 has it; the results must be the same
        first     from a list, or an index of shards, of so many recordings to
                  the first batch, without and with a filter
        decode    clips of 10 s of WAV and FLAC through the loaders: decoded and
                  put into batches, on one thread. FLAC needs ffmpeg.
        Each run of join and first is a process of its own; memory is its peak.

    Times are medians, warm, in turns with the peer.

OPTIONS
    --backend scalar|wasm|webgpu|all
        What computes. Default: scalar for backend, all for kernels: those
        that this machine has.
    --adapter NAME
        Part of a GPU adapter's name. Default: a real GPU, else the software
        adapter that scripts/software_adapters.sh unpacks.
    --precision df64|f32
        What the GPU computes in. Default: df64 for backend, both for kernels.
    --peers
        Also time torchaudio (fbank, one thread), numpy and SciPy, as far as
        python3 has them (DIALAB_PYTHON names another Python).
    --runs N
        Runs per median; fewer where one takes seconds. Default: 7.
    --json [FILE]
        Print one JSON object, or write it to a FILE that ends in .json.
${commonHelp}
    of backend and sums:
    --capture NAME
        Default: the capture with the most chunks that is found.
    --captures DIR, --models DIR
        As for parity.

    of kernels:
    --sizes tiny|small|default|large
        tiny is for tests of this command. large has 512 clips of 10 s, VBx of
        20000 vectors and 300 speakers, linkage of 20000 points, and on a GPU
        of 90000, a recording of 24 hours: minutes, and 8 GB. gpu knows no
        default: it takes large on a real GPU and small on a software adapter.
    --roofline
        Measure how many bytes a GPU copies and how many operations it does a
        second, and print how near each kernel comes to that.
    --profile
        The times of each kernel's parts on a GPU.

    of networks:
    --provider cpu|webgpu|cuda|all
        What runs the networks; what is not here is named. Default: all, and
        cpu for --overlap.
    --batch-sizes LIST
        Default: 1,4,8,16,32.
    --models DIR
        Where weights are looked for first.
    --overlap
        Measure that instead. --runs are rounds then; default: 3.
    --preset NAME
        Of --overlap. Default: compact.
    --files N
        Of --overlap: how many recordings; those there are come in turns.
        Default: 20.

    of command:
    --minutes N
        Length of the long recording, which is done once. Default: 60.

    of corpus:
    --rows N,...
        Sizes, as 100k,1M,10M. Default: 100k and 1M for join, 1M for first.
    --clips N
        Of decode. Default: 160.

    of gpu:
    --out DIR
        Where gpu.json and gpu.html go.
    --limit SECONDS
        What all steps may take together. Default: 470.
    --only STEP,...
        Only these, and the adapter:
        adapter, parity, ceilings, transfers, fbank, vbx, powerset, pooling,
        distances, networks-webgpu, networks-cuda, pipeline-webgpu,
        pipeline-cuda, linkage, linkage-day, networks-cpu, pipeline-cpu
    --resume
        Go on with what is in DIR. Steps that failed stay as they are, unless
        --only names them.
    --page
        Only make DIR/gpu.html of DIR/gpu.json, of any machine.

EXAMPLES
    fbank of 60 s on one thread, beside torchaudio on one thread:
        bench kernels fbank --backend wasm --peers
    the whole back end of a capture, beside numpy and SciPy:
        bench backend --backend wasm --capture 06_long_recording --peers
    linkage of 20000 points, beside SciPy, with memory:
        bench kernels linkage --backend wasm --sizes large --peers
    on a GPU, fbank of 512 x 10 s beside CUDA; VBx beside numpy; linkage of
    90000 points; each one's distance from the ceilings:
        bench kernels fbank --backend webgpu --sizes large --peers --roofline
        bench kernels vbx --backend webgpu --sizes large --peers --roofline
        bench kernels linkage --backend webgpu --sizes large
    everything of this GPU, as a file and a page to send in:
        bench gpu --out figures
    networks on both cores, and what overlap gains with 20 recordings:
        bench networks --provider cpu
        bench networks --overlap

    a million rows joined, to the first batch of them, clips a second:
        bench corpus --rows 1M

EXIT STATUS
    0  measured
    1  a result is not the reference's, or a peer failed
    2  the command line is wrong
    3  no capture, no weights, no backend, or no peer where one was asked for
`;

const options = {
  ...backendOptions,
  peers: { type: "boolean" },
  capture: { type: "string" },
  captures: { type: "string" },
  models: { type: "string" },
  runs: { type: "string" },
  sizes: { type: "string" },
  roofline: { type: "boolean" },
  profile: { type: "boolean" },
  provider: { type: "string" },
  "batch-sizes": { type: "string" },
  overlap: { type: "boolean" },
  preset: { type: "string" },
  files: { type: "string" },
  out: { type: "string" },
  limit: { type: "string" },
  only: { type: "string" },
  resume: { type: "boolean" },
  page: { type: "boolean" },
  minutes: { type: "string" },
  rows: { type: "string" },
  clips: { type: "string" },
  json: { type: "output" },
} as const;

const ONLY_KERNELS = ["sizes", "roofline", "profile"];
const ONLY_GPU = ["out", "limit", "only", "resume", "page"];
const ONLY_NETWORKS = ["provider", "batch-sizes", "overlap", "preset", "files"];

function run(line: CommandLine): Promise<number> {
  const { values, positionals: [what, ...rest] } = line;
  if (what === "gpu") return benchGpu(line);
  const ofGpu = ONLY_GPU.find((name) => values.has(name));
  if (ofGpu !== undefined) throw new UsageError(`--${ofGpu} is for gpu.`);
  const stray = [...what === "networks" ? ONLY_KERNELS : ONLY_NETWORKS].find((name) => values.has(name));
  if (stray !== undefined) {
    throw new UsageError(`--${stray} is for ${what === "networks" ? "kernels" : "networks"}.`);
  }
  if (what === "command") return benchCommand(ownOptions(line, ["runs", "minutes", "json"]));
  if (what === "corpus") return benchCorpus(ownOptions(line, ["runs", "rows", "clips", "peers", "json"]));
  const ofCorpus = ["rows", "clips"].find((name) => values.has(name));
  if (ofCorpus !== undefined) throw new UsageError(`--${ofCorpus} is for corpus.`);
  if (values.has("minutes")) throw new UsageError("--minutes is for command.");
  if (what === "networks") return benchNetworks(line);
  if (what === "kernels") return benchKernels(line);
  if ((what !== "backend" && what !== "sums") || rest.length > 0) {
    throw new UsageError("Say what to measure: backend, sums, kernels, networks, corpus, gpu or command.");
  }
  const foreign = [...ONLY_KERNELS, ...(what === "sums" ? Object.keys(backendOptions) : [])]
    .find((name) => values.has(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} is not for ${what}.`);
  return what === "backend" ? benchBackend(line) : benchSums(line);
}

function ownOptions(line: CommandLine, names: readonly string[]): CommandLine {
  const foreign = [...line.values.keys()].find((name) => !names.includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} is not for ${line.positionals[0]}.`);
  return line;
}

/** The command. */
export const command: Command = {
  help,
  options,
  run: async (line) => await run(line),
  statusOf: (error) =>
    error.name === "PldaNotFoundError"
      ? EXIT.missing
      : error.name === "RefusedError"
      ? EXIT.failed
      : undefined,
};

if (import.meta.main) await main(command);
