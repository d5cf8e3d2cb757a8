#!/usr/bin/env python3
"""capture_pyannote.py - run pyannote.audio 4 and keep what it computes on the way

    python3 capture_pyannote.py RECORDING... [--out DIR] [OPTION]...

Runs a speaker diarization pipeline (community-1, or another with VBx clustering) and writes each run in dialab's
layout of a capture (docs/captures.md): a folder DIR/NAME of NumPy arrays, reference.rttm and manifest.json, which
`dialab parity` replays. It listens: to pyannote's hooks, and to the functions that its clustering calls. Nothing that
pyannote computes is changed. A capture appears whole or not at all.

Needs Python 3.10 or later with pyannote.audio 4, and nothing else. The weights of community-1 are behind a form:
accept it at https://hf.co/pyannote/speaker-diarization-community-1, make a token at https://hf.co/settings/tokens and
give it in the environment: HF_TOKEN=hf_... python3 capture_pyannote.py meeting.wav

Exit status: 0 fine, 1 a recording failed, 2 usage, 3 something is missing (pyannote.audio 4, weights, a recording).
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import importlib.metadata
import inspect
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping

COMMUNITY_1 = "pyannote/speaker-diarization-community-1"
CLUSTERING, VBX = "pyannote.audio.pipelines.clustering", "pyannote.audio.utils.vbx"
# What is listened to, and the arguments that are read. Made after pyannote.audio 4.0.
INTERFACES = {
    (CLUSTERING, "linkage"): [],
    (CLUSTERING, "fcluster"): ["t"],
    (CLUSTERING, "cluster_vbx"): ["ahc_init", "fea", "Phi", "Fa", "Fb", "maxIters", "init_smoothing"],
    (CLUSTERING, "KMeans"): ["n_init", "random_state"],
    (VBX, "VBx"): ["gamma", "epsilon"],
}
METHODS = {"__call__": ["embeddings", "segmentations"], "filter_embeddings": ["min_active_ratio"]}


class Fault(Exception):
    """Something that the user is told in one line. Its status is the program's."""

    def __init__(self, message: str, status: int = 1):
        super().__init__(message)
        self.status = status


def warn(message: str) -> None:
    print(f"warning: {message}", file=sys.stderr)


def first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def load_pyannote():
    """(numpy, pyannote.audio), or a Fault that says which is missing."""
    how = f'{sys.executable} -m pip install "pyannote.audio>=4"'
    try:
        numpy, audio = importlib.import_module("numpy"), importlib.import_module("pyannote.audio")
    except ImportError as error:
        raise Fault(f"pyannote.audio cannot be loaded ({first_line(error)}); {how} installs it.", 3) from None
    version = str(getattr(audio, "__version__", "of an unknown version"))
    if not version.split(".")[0].isdigit() or int(version.split(".")[0]) < 4:
        raise Fault(f"pyannote.audio {version} is installed, and 4.0 or later is needed: {how}", 3)
    return numpy, audio


def load_pipeline(audio, name: str, device: str | None):
    """The pipeline, with the clustering that captures are of."""
    if re.fullmatch(r"[~./\\].*|[A-Za-z]:.*", name) and not os.path.exists(os.path.expanduser(name)):
        raise Fault(f"The pipeline {name} does not exist.", 3)
    local = os.path.exists(os.path.expanduser(name))
    token = os.environ.get("HF_TOKEN")
    cure = "" if local else (
        f" Accept its conditions at https://hf.co/{name}, "
        + ("make sure that the token in HF_TOKEN may read it" if token else "set HF_TOKEN to a token of yours")
        + " (https://hf.co/settings/tokens), or give a folder as --pipeline."
    )  # fmt: skip
    try:
        pipeline = audio.Pipeline.from_pretrained(os.path.expanduser(name) if local else name, token=token)
    except Exception as error:  # the hub's, the network's, PyTorch's: all mean that there is no pipeline
        raise Fault(f"The pipeline {name} cannot be loaded: {first_line(error).rstrip('.')}.{cure}", 3) from None
    if pipeline is None:
        raise Fault(f"The pipeline {name} cannot be loaded.{cure}", 3)
    kind = type(getattr(pipeline, "clustering", None)).__name__
    if kind != "VBxClustering":
        raise Fault(f"The pipeline {name} clusters by {kind}; captures are of VBxClustering, as community-1 has it.")
    if not getattr(pipeline.clustering, "constrained_assignment", True):
        warn(f"{name} lets two voices of a chunk be one speaker; dialab does not, and its replay will differ.")
    if device is not None:
        try:
            pipeline.to(importlib.import_module("torch").device(device))
        except Exception as error:
            raise Fault(f"The pipeline cannot go to the device {device}: {first_line(error)}", 3) from None
    return pipeline


def check_interfaces(pipeline, version: str) -> None:
    """Refuses a pyannote.audio that lacks what is listened to, before hours have been spent on it."""
    wanted = {f"{module}.{name}": (module, name, args) for (module, name), args in INTERFACES.items()}
    kind = type(pipeline.clustering)
    faults = []
    for label, owner, name, args in [
        *((label, module, name, args) for label, (module, name, args) in wanted.items()),
        *((f"{kind.__name__}.{name}", kind, name, args) for name, args in METHODS.items()),
        ("PLDA._xvec_tf", getattr(pipeline.clustering, "plda", None), "_xvec_tf", []),
        ("PLDA.phi", getattr(pipeline.clustering, "plda", None), "phi", []),
    ]:
        try:
            found = getattr(importlib.import_module(owner) if isinstance(owner, str) else owner, name)
            known = inspect.signature(found).parameters if args else {}
            lacking = [arg for arg in args if arg not in known]
            if lacking:
                faults.append(f"{label} has no argument {', '.join(lacking)}")
        except (ImportError, AttributeError, ValueError, TypeError):
            faults.append(f"there is no {label}")
    if faults:
        raise Fault(f"pyannote.audio {version} is not as this script knows 4.0: {'; '.join(faults)}.", 3)


class Recorder:
    """Everything that a run shows of itself. Arrays are copied at once: pyannote writes into some of them later."""

    def __init__(self, numpy, label: str):
        self.np, self.label = numpy, label
        self.arrays: dict[str, object] = {}
        self.windows: dict[str, object] = {}
        self.settings: dict[str, object] = {}

    def keep(self, name: str, value, dtype) -> None:
        self.arrays[name] = self.np.array(value, dtype=dtype, order="C")

    def hook(self, step: str, artefact=None, file=None, total=None, completed=None, **_) -> None:
        if total is not None and sys.stderr.isatty():
            print(f"\r\x1b[K{self.label}: {step} {completed or 0}/{total}", end="", file=sys.stderr, flush=True)
        if artefact is None or completed is not None:
            return  # progress, with the part that is done
        kept = {
            "segmentation": ("segmentations", "<f4", "chunk"),
            "speaker_counting": ("count", "<u1", "frame"),
            "embeddings": ("embeddings", "<f4", None),
            "discrete_diarization": ("discrete_diarization", "<f4", None),
        }.get(step)
        if kept is None:
            return
        name, dtype, window = kept
        self.keep(name, getattr(artefact, "data", artefact), dtype)
        if window is not None:
            self.windows[window] = artefact.sliding_window

    @contextlib.contextmanager
    def listening(self, pipeline):
        """While it lasts, what the clustering calls is recorded."""
        clustering, undo = pipeline.clustering, []

        def replace(owner, name, heard):
            original, own = getattr(owner, name), name in vars(owner)
            undo.append(lambda: setattr(owner, name, original) if own else delattr(owner, name))

            def wrapper(*args, **kwargs):
                result = original(*args, **kwargs)
                try:
                    given = inspect.signature(original).bind(*args, **kwargs)
                    given.apply_defaults()
                    given = given.arguments
                except (TypeError, ValueError):
                    given = {}
                heard(given, result)
                return result

            setattr(owner, name, wrapper)

        def filtered(given, result):
            _, chunks, speakers = result
            self.keep("train_chunk_idx", chunks, "<i8")
            self.keep("train_speaker_idx", speakers, "<i8")
            self.settings["min_active_ratio"] = float(given["min_active_ratio"])

        def cut(given, _):
            self.keep("threshold", given["t"], "<f8")

        def clustered_by_vbx(given, result):
            self.keep("ahc_init_labels", given["ahc_init"], "<i8")
            self.keep("post_plda", given["fea"], "<f8")
            self.keep("phi", given["Phi"], "<f8")
            self.keep("fa", given["Fa"], "<f8")
            self.keep("fb", given["Fb"], "<f8")
            self.keep("max_iters", given["maxIters"], "<i8")
            self.keep("q_final", result[0], "<f8")
            self.keep("sp_final", result[1], "<f8")
            self.settings["init_smoothing"] = float(given["init_smoothing"])

        def iterated(given, result):
            self.keep("qinit", given["gamma"], "<f8")
            self.keep("elbo_trajectory", self.np.ravel(result[2]), "<f8")
            self.settings["epsilon"] = float(given["epsilon"])

        def assigned(_, result):
            hard, soft, centroids = result
            self.keep("hard_clusters", hard, "|i1")
            self.keep("soft_clusters", soft, "<f8")
            self.keep("centroids", centroids, "<f8")

        def kmeans(given, model):
            self.settings["kmeans"] = {"runs": int(given["n_init"]), "seed": int(given["random_state"])}
            replace(model, "fit_predict", lambda _, labels: self.keep("kmeans_labels", labels, "<i8"))

        try:
            replace(type(clustering), "filter_embeddings", filtered)
            replace(type(clustering), "__call__", assigned)
            replace(clustering.plda, "_xvec_tf", lambda _, result: self.keep("post_xvec", result, "<f8"))
            module = importlib.import_module(CLUSTERING)
            replace(module, "linkage", lambda _, tree: self.keep("dendrogram", tree, "<f8"))
            replace(module, "fcluster", cut)
            replace(module, "cluster_vbx", clustered_by_vbx)
            replace(module, "KMeans", kmeans)
            replace(importlib.import_module(VBX), "VBx", iterated)
            yield
        finally:
            for take_back in reversed(undo):
                take_back()


def run_pipeline(numpy, pipeline, path: str, uri: str, hints: dict[str, int], version: str):
    """(Recorder, Annotation) of one recording, with everything there that has to be."""
    record = Recorder(numpy, uri)
    with record.listening(pipeline), contextlib.redirect_stdout(sys.stderr):
        output = pipeline({"audio": path, "uri": uri}, hook=record.hook, **hints)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    annotation = getattr(output, "speaker_diarization", output)
    has = record.arrays.__contains__
    needed = {"segmentations": "segmentation", "count": "speaker_counting"}
    if has("count") and record.arrays["count"].any():
        needed |= {"embeddings": "embeddings", "discrete_diarization": "discrete_diarization"}
    silent = [hook for name, hook in needed.items() if not has(name)]
    if silent:
        raise Fault(f"pyannote.audio {version} did not call its hook {', '.join(silent)}.")
    if not numpy.isin(record.arrays["segmentations"], (0, 1)).all():
        raise Fault("the segmentation is not of 0 and 1; captures are of powerset networks, as community-1's is.")
    if not hasattr(annotation, "write_rttm"):
        raise Fault(f"the pipeline gave {type(output).__name__}, which is no diarization.")
    if not has("embeddings"):  # nobody speaks, and pyannote stops here
        chunks, _, slots = record.arrays["segmentations"].shape
        shape = (chunks, slots, int(pipeline._embedding.dimension))
        record.keep("embeddings", numpy.full(shape, numpy.nan), "<f4")
        record.keep("discrete_diarization", numpy.zeros((len(record.arrays["count"]), 0)), "<f4")
    elif len(record.arrays["train_chunk_idx"]) >= 2:
        wanted = ["dendrogram", "threshold", "ahc_init_labels", "qinit", "q_final", "elbo_trajectory", "post_xvec"]
        unheard = [name for name in wanted if not has(name)]
        if unheard:
            raise Fault(f"pyannote.audio {version} clustered without what gives {', '.join(unheard)}.")
    most = hints.get("num_speakers", hints.get("max_speakers"))
    if most is not None:  # as pyannote does behind the hook
        record.keep("count", numpy.minimum(record.arrays["count"], most), "<u1")
    for kind, window in record.windows.items():
        for field in ("start", "duration", "step"):
            record.keep(f"{kind}_{field}", getattr(window, field), "<f8")
    record.keep("min_duration_off", pipeline.segmentation.min_duration_off, "<f8")
    return record, annotation


FILES = {
    "segmentations.npz": ["segmentations"],
    "raw_embeddings.npz": ["embeddings"],
    "plda_embeddings.npz": ["post_xvec", "post_plda", "train_chunk_idx", "train_speaker_idx", "phi"],
    "ahc_init_labels.npy": ["ahc_init_labels"],
    "ahc_state.npz": ["threshold", "dendrogram"],
    "vbx_state.npz": ["qinit", "q_final", "sp_final", "elbo_trajectory", "fa", "fb", "max_iters"],
    "clustering.npz": ["soft_clusters", "hard_clusters", "centroids"],
    "kmeans_labels.npy": ["kmeans_labels"],
    "reconstruction.npz": [
        "count", "discrete_diarization", "chunk_start", "chunk_duration", "chunk_step",
        "frame_start", "frame_duration", "frame_step", "min_duration_off",
    ],
}  # fmt: skip


def sha256(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def weight_file(spec, file: str) -> tuple[str, str] | None:
    """(model, path) of a network's file, as pyannote finds it: in a folder, or in the hub's cache."""
    spec = spec if isinstance(spec, Mapping) else {"checkpoint": spec}
    checkpoint, subfolder = spec.get("checkpoint"), spec.get("subfolder")
    if not isinstance(checkpoint, (str, os.PathLike)):
        return None
    checkpoint = os.fspath(checkpoint)
    if os.path.isfile(checkpoint):
        return os.path.basename(checkpoint), checkpoint
    if os.path.isdir(checkpoint):
        path = os.path.join(checkpoint, subfolder or "", file)
        model = "/".join(filter(None, [os.path.basename(os.path.abspath(checkpoint)), subfolder]))
        return (model, path) if os.path.isfile(path) else None
    try:
        path = importlib.import_module("huggingface_hub").hf_hub_download(
            checkpoint, file, subfolder=subfolder, revision=spec.get("revision"),
            cache_dir=spec.get("cache_dir"), local_files_only=True,
        )  # fmt: skip
    except Exception:
        return None
    return "/".join(filter(None, [checkpoint, subfolder])), path


def weights_of(pipeline) -> tuple[dict[str, object] | None, str | None]:
    """What manifest.json tells of the weights, and the folder of the PLDA."""
    wanted = [
        ("segmentation", getattr(pipeline, "segmentation_model", None), "pytorch_model.bin"),
        ("embedding", getattr(pipeline, "embedding", None), "pytorch_model.bin"),
        ("PLDA", getattr(pipeline, "plda", None), "plda.npz"),
        ("PLDA's transform", getattr(pipeline, "plda", None), "xvec_transform.npz"),
    ]
    found = [(what, weight_file(spec, file)) for what, spec, file in wanted]
    missing = [what for what, file in found if file is None]
    folder = found[2][1] and os.path.dirname(found[2][1][1])
    if missing:
        warn(f"where the weights of the {', '.join(missing)} lie is not known; the manifest tells no weights.")
        return None, folder
    told = [{"model": model, "file": os.path.basename(path), "sha256": sha256(path)} for _, (model, path) in found]
    return {"segmentation": told[0], "embedding": told[1], "plda": told[2:]}, folder


def versions() -> dict[str, str | None]:
    def version(name: str) -> str | None:
        try:
            return importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            return getattr(sys.modules.get(name), "__version__", None)

    names = ["pyannote.audio", "pyannote.core", "pyannote.pipeline", "torch", "numpy", "scipy", "scikit-learn"]
    return {"python": sys.version.split()[0], **{name: version(name) for name in names}, "platform": sys.platform}


def run_told(record: Recorder, hints: dict[str, int], path: str, name: str, weights) -> dict[str, object]:
    """`run` of manifest.json: with it parity repeats the run, hints and settings too."""
    value = lambda key: record.arrays[key].item()
    settings, has = record.settings, record.arrays.__contains__
    camel = {"num_speakers": "numSpeakers", "min_speakers": "minSpeakers", "max_speakers": "maxSpeakers"}
    window = lambda kind: {f"{field}Sec": value(f"{kind}_{field}") for field in ("start", "duration", "step")}
    options: dict[str, object] = {
        "hints": {camel[key]: number for key, number in hints.items()},
        "annotation": {"minDurationOff": value("min_duration_off")},
        "grid": {"chunks": window("chunk"), "frames": window("frame")},
    }
    if "min_active_ratio" in settings:
        options["training"] = {"minActiveRatio": settings["min_active_ratio"]}
    if has("q_final"):
        options["ahc"] = {"threshold": value("threshold")}
        options["vbx"] = {"fa": value("fa"), "fb": value("fb"), "maxIterations": value("max_iters")}
        options["vbx"] |= {"elboEpsilon": settings["epsilon"], "initSmoothing": settings["init_smoothing"]}
    if "kmeans" in settings:
        options["kmeans"] = settings["kmeans"]
    audio = {"file": os.path.basename(path), "bytes": os.path.getsize(path), "sha256": sha256(path)}
    told = {"version": 1, "clustering": "vbx", "options": options, "preset": name, "speechThreshold": None}
    return {**told, **({"weights": weights} if weights else {}), "audio": audio}


def write_capture(numpy, folder: str, record: Recorder, annotation, manifest: dict[str, object]) -> None:
    """Beside, then renamed: the folder is whole or not there."""
    beside = f"{folder}.{os.getpid()}.tmp"
    try:
        os.makedirs(beside)
        for file, names in FILES.items():
            if any(name not in record.arrays for name in names):
                continue
            path = os.path.join(beside, file)
            if file.endswith(".npy"):
                numpy.save(path, record.arrays[names[0]])
            else:
                numpy.savez_compressed(path, **{name: record.arrays[name] for name in names})
        with open(os.path.join(beside, "reference.rttm"), "w", encoding="utf-8", newline="\n") as rttm:
            annotation.write_rttm(rttm)
        sums = {file: sha256(os.path.join(beside, file)) for file in sorted(os.listdir(beside))}
        with open(os.path.join(beside, "manifest.json"), "w", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({**manifest, "artifacts": sums}, indent=2, allow_nan=False) + "\n")
        if os.path.isdir(folder):  # --overwrite
            shutil.rmtree(folder)
        os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="capture_pyannote.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )

    def count(text: str) -> int:
        return int(text) if re.fullmatch(r"[1-9]\d{0,3}", text) else parser.error(f"{text} is no number of speakers.")

    parser.add_argument("recordings", nargs="+", metavar="RECORDING", help="anything that pyannote.audio reads")
    parser.add_argument("--out", default="captures", metavar="DIR", help="where captures go (default: captures)")
    parser.add_argument("--pipeline", default=COMMUNITY_1, metavar="NAME|PATH", help=f"default: {COMMUNITY_1}")
    parser.add_argument("--num-speakers", type=count, metavar="N", help="exactly so many speakers")
    parser.add_argument("--min-speakers", type=count, metavar="N", help="at least so many")
    parser.add_argument("--max-speakers", type=count, metavar="N", help="at most so many")
    parser.add_argument("--device", metavar="NAME", help="cpu, cuda, mps ... (default: where the pipeline puts itself)")
    parser.add_argument("--overwrite", action="store_true", help="replace captures that are there already")
    args = parser.parse_intermixed_args(argv)
    names = [uri_of(path) for path in args.recordings]
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        parser.error(f"two recordings would make the capture {twice}; run them apart, or rename one.")
    low, high = args.min_speakers, args.max_speakers
    if args.num_speakers is None and low is not None and high is not None and low > high:
        parser.error(f"--min-speakers {low} is more than --max-speakers {high}.")
    return args


def uri_of(path: str) -> str:
    """A recording's name: its file's, without spaces, which RTTM cannot have."""
    return re.sub(r"\s+", "_", os.path.splitext(os.path.basename(path))[0])


def capture(path: str, folder: str, args: argparse.Namespace, tools) -> None:
    numpy, pipeline, version, told, weights = tools
    keys = ("num_speakers", "min_speakers", "max_speakers")
    hints = {key: getattr(args, key) for key in keys if getattr(args, key) is not None}
    name = args.pipeline if not os.path.exists(args.pipeline) else os.path.basename(os.path.abspath(args.pipeline))
    record, annotation = run_pipeline(numpy, pipeline, path, os.path.basename(folder), hints, version)
    manifest = {
        "made_by": "dialab's capture_pyannote.py",
        "pyannote_audio_version": version,
        "numpy_version": numpy.__version__,
        "versions": told,
        "run": run_told(record, hints, path, name, weights),
    }
    write_capture(numpy, folder, record, annotation, manifest)
    chunks, speakers = len(record.arrays["segmentations"]), len(annotation.labels())
    print(f"{folder}: {chunks} chunks, {speakers} {'speaker' if speakers == 1 else 'speakers'}", flush=True)


def main(argv: list[str] | None = None) -> int:
    args = parse(argv)
    try:
        missing = [path for path in args.recordings if not os.path.isfile(path)]
        if missing:
            raise Fault(f"{', '.join(missing)}: there is no such file.", 3)
        folders = {path: os.path.join(args.out, uri_of(path)) for path in args.recordings}
        there = [folder for folder in folders.values() if os.path.lexists(folder)]
        if there and not args.overwrite:
            raise Fault(f"{', '.join(there)}: there already; --overwrite replaces captures.", 2)
        others = [folder for folder in there if not os.path.isfile(os.path.join(folder, "segmentations.npz"))]
        if others:
            raise Fault(f"{', '.join(others)}: there already, and no capture; it is not replaced.", 2)
        numpy, audio = load_pyannote()
        with contextlib.redirect_stdout(sys.stderr):
            pipeline = load_pipeline(audio, args.pipeline, args.device)
        check_interfaces(pipeline, audio.__version__)
        weights, plda = weights_of(pipeline)
        tools = numpy, pipeline, audio.__version__, versions(), weights
        os.makedirs(args.out, exist_ok=True)
    except Fault as fault:
        print(f"error: {fault}", file=sys.stderr)
        return fault.status
    except OSError as error:
        print(f"error: {error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    failed: list[str] = []
    for path, folder in folders.items():
        try:
            capture(path, folder, args, tools)
        except Exception as error:  # one recording does not stop the others
            failed.append(path)
            told = f"{error}" if isinstance(error, Fault) else f"{type(error).__name__}: {first_line(error)}"
            print(f"error: {path}: {told}", file=sys.stderr)
    if plda is not None and len(failed) < len(folders):
        how = f"dialab parity --captures {shlex.quote(args.out)} --models {shlex.quote(plda)}"
        print(f"The PLDA is in {plda}; to replay: {how}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
