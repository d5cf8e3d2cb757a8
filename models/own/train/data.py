"""Step 1: gather the training audio from bare git snapshots into one int16 array.

Every source is a public repository fetched as a bare git directory (below MIRROR as OWNER+NAME/repo).
Output: WORK/audio.npy (int16, 16 kHz mono, utterances one after another) and WORK/utts.json, a list of
{"off", "len", "spk", "set", "name"}; "spk" is None where the speaker is unknown (used for distillation only).
No AMI test clip (trn07-09, dev00-01, tst00-01) and no clip of the captures 02-05 is read here.
"""
import io, json, os, re, subprocess, sys
import numpy as np, soundfile as sf
from scipy.signal import resample_poly

MIRROR = os.environ.get("MIRROR", "mirror")
WORK = os.environ.get("WORK", "work")


def git_dir(name):
    p = f"{MIRROR}/{name}/repo"
    return p + "/.git" if os.path.isdir(p + "/.git") else p


def listing(name, pattern):
    out = subprocess.run(["git", "--git-dir", git_dir(name), "-c", "core.quotepath=off", "ls-tree", "-r", "HEAD"],
                         capture_output=True, text=True, check=True).stdout
    rows = []
    for line in out.splitlines():
        meta, path = line.split("\t", 1)
        if re.search(pattern, path):
            rows.append((meta.split()[2], path))
    return rows


class Reader:
    """git cat-file --batch: one process for all blobs of a repository."""
    def __init__(self, name):
        self.p = subprocess.Popen(["git", "--git-dir", git_dir(name), "cat-file", "--batch"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def blob(self, h):
        self.p.stdin.write((h + "\n").encode()); self.p.stdin.flush()
        head = self.p.stdout.readline().split()
        if head[1] == b"missing":
            return None
        data = self.p.stdout.read(int(head[2])); self.p.stdout.read(1)
        return data


def decode(data):
    x, sr = sf.read(io.BytesIO(data), dtype="float32", always_2d=True)
    x = x.mean(1)
    if sr != 16000:
        g = np.gcd(sr, 16000)
        x = resample_poly(x, 16000 // g, sr // g).astype(np.float32)
    return x


def trim(x, hop=160, drop_db=40.0):
    """Cut leading and trailing silence (frames 40 dB under the loudest), keeping 50 ms."""
    n = len(x) // hop
    if n < 10:
        return x
    e = 10 * np.log10((x[:n * hop].reshape(n, hop) ** 2).mean(1) + 1e-10)
    on = np.where(e > e.max() - drop_db)[0]
    return x[max(0, on[0] - 5) * hop:(on[-1] + 6) * hop]


def last(path):
    return os.path.splitext(os.path.basename(path))[0]


# mimic3 voices whose LICENSE is share-alike, ODbL, "all rights reserved", empty, or doubtful (kss: the corpus itself is non-commercial)
MIMIC_DROP = re.compile(r"samples/(af_ZA/google-nwu|en_UK/apope|fr_FR/tom|ha_NE/openbible|jv_ID/google-gmu|ko_KO/kss|ne_NP/ne-google|"
                        r"sw/lanfrica|tn_ZA/google-nwu|yo/openbible)_low/|samples/bn/multi_low/sample_\d")


def mimic(p):
    return "m3/" + "/".join(p.split("/")[1:-1]) + "/" + (re.sub(r"_?\d*$", "", last(p)) if "thorsten" in p else last(p))


# name, path pattern, set, speaker of a path (None: unknown), most files per speaker
SOURCES = [
    ("resemble-ai+Resemblyzer", r"librispeech_train-clean-100/.*\.flac$", "libri", lambda p: "ls" + last(p).split("-")[0], 9),
    ("Walleclipse+Deep_Speaker-speaker_recognition_system", r"train-clean-100/.*\.wav$", "libri", lambda p: "ls" + p.split("/")[-3], 30),
    ("google+speaker-id", r"VoiceFilter/audios/(reference|clean)/.*\.wav$", "libri", lambda p: "ls" + last(p).split("-")[0], 9),
    ("gkv856+speaker_embedding_GE2E_loss", r"raw_data/wavs/p22\d/.*\.wav$", "vctk", lambda p: "vctk" + p.split("/")[-2], 10),
    ("T145+vctk-vits-speaker-comparison", r"output/.*\.wav$", "vits", lambda p: "vits" + last(p), 9),
    ("MycroftAI+mimic3-voices", r"^samples/.*_low/[^/]*\.(wav|mp3|flac|ogg)$", "mimic3", mimic, 9),
    ("Picovoice+wake-word-benchmark", r"audio/.*\.(flac|wav)$", "pv", lambda p: None, 0),
    ("Picovoice+speech-to-intent-benchmark", r"speech/clean/.*\.wav$", "pv", lambda p: None, 0),
    # vendors' demonstration recordings, licensed with their repositories: speakers unknown; one "voice" per file
    ("watson-developer-cloud+speech-to-text-nodejs", r"public/audio/(?!dutch_duo)[^/]*\.(wav|flac)$", "demo", lambda p: None, 0),
    ("Azure-Samples+cognitive-services-speech-sdk", r"(enrollment_audio_(katie|steve)|sampledata/audiofiles/(aboutSpeechSdk|speechService)|console/zhcn_continuous_mode_sample|VoiceTalentVerbalStatement|console/es-mx)\.wav$", "demo", lambda p: None, 0),
    ("aws-samples+amazon-transcribe-live-call-analytics", r"recordings/Auto_Repairs_(40|49)_UTC_(agent|caller)\.wav$", "demo", lambda p: None, 0),
    ("GoogleCloudPlatform+python-docs-samples", r"speech/snippets/resources/(Google_Gnome|fair)\.wav$", "demo", lambda p: None, 0),
    ("resemble-ai+Resemblyzer", r"librispeech_test-other/.*\.flac$", "eval_ls", lambda p: "ev" + p.split("/")[-2], 99),
]


def main():
    os.makedirs(WORK, exist_ok=True)
    chunks, utts, off = [], [], 0
    for repo, pat, name, speaker, cap in SOURCES:
        if not os.path.isdir(git_dir(repo)):
            print("absent:", repo); continue
        seen, r, kept, dur, bad = {}, Reader(repo), 0, 0.0, 0
        done = set()
        for h, path in listing(repo, pat):
            if repo.startswith("MycroftAI") and MIMIC_DROP.match(path) or h in done:
                continue
            done.add(h)
            spk = speaker(path)
            if spk is not None:
                if seen.get(spk, 0) >= cap:
                    continue
                seen[spk] = seen.get(spk, 0) + 1
            data = r.blob(h)
            try:
                x = decode(data)
            except Exception:
                bad += 1; continue
            if name != "eval_ls":
                x = trim(x)
            if len(x) < 8000 or np.abs(x).max() < 1e-3:
                bad += 1; continue
            x = np.clip(x * 32768.0, -32768, 32767).astype(np.int16)
            chunks.append(x); utts.append(dict(off=off, len=len(x), spk=spk, set=name, name=path)); off += len(x)
            kept += 1; dur += len(x) / 16000
        print(f"{repo:55s} {name:8s} files {kept:5d} bad {bad:4d} speakers {len(seen):4d} minutes {dur / 60:.1f}", flush=True)
    np.save(f"{WORK}/audio.npy", np.concatenate(chunks))
    json.dump(utts, open(f"{WORK}/utts.json", "w"))


if __name__ == "__main__":
    main()
