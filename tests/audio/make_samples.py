"""Makes samples/: one signal in compressed formats, and what torchaudio makes of another at other rates.

    python3 tests/audio/make_samples.py

The signal is synthetic, so the samples carry no one's rights. Debian's flac, lame, vorbis-tools, opus-tools and ffmpeg
encode it; torchaudio (0.13.1 here) resamples. The tests need none of these.
"""
import math
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

SAMPLES = Path(__file__).parent / "samples"
RATES = (8000, 11025, 12345, 22050, 24000, 32000, 44100, 48000)


def signal(rate: int, seconds: float, channels: int) -> np.ndarray:
    """A chirp with a soft start and end; each channel an octave above the one before. float64 (n, channels)."""
    t = np.arange(int(rate * seconds)) / rate
    shape = np.sin(np.pi * t / seconds)
    octaves = 2.0 ** np.arange(channels)
    return 0.5 * shape[:, None] * np.sin(2 * np.pi * (200 * t + 500 * t * t)[:, None] * octaves)


def write_wav(path: Path, integers: np.ndarray, rate: int, width: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((integers.shape[1], width, rate, 0, "NONE", ""))
        little = integers.astype("<i4").reshape(-1, 1).view(np.uint8).reshape(-1, 4)
        file.writeframes(little[:, :width].tobytes())


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def compressed(folder: Path) -> None:
    i = np.arange(3500, dtype=np.int64)[:, None]
    # Integers that the test makes too, over the whole scale, ends included.
    stereo = i * i * np.array([3, 5]) % 2**16 - 2**15
    mono = i * i * i * 7 % 2**24 - 2**23
    stereo[1], mono[1] = 2**15 - 1, 2**23 - 1
    write_wav(folder / "a.wav", stereo, 44100, 2)
    write_wav(folder / "b.wav", mono, 16000, 3)
    run("flac", "-f", "-s", "-8", "--no-padding", "-b", "256", "-o", SAMPLES / "stereo16.flac", folder / "a.wav")
    run("flac", "-f", "-s", "-8", "--no-padding", "-o", SAMPLES / "mono24.flac", folder / "b.wav")
    run("flac", "-f", "-s", "-8", "--no-padding", "--ogg", "-o", SAMPLES / "stereo16.oga", folder / "a.wav")
    write_wav(folder / "c.wav", np.round(signal(44100, 0.4, 2) * 32767).astype(np.int32), 44100, 2)
    run("lame", "--quiet", "-b", "128", folder / "c.wav", SAMPLES / "stereo.mp3")
    run("oggenc", "-Q", "-q", "5", "-o", SAMPLES / "stereo.ogg", folder / "c.wav")
    run("opusenc", "--quiet", "--bitrate", "96", folder / "c.wav", SAMPLES / "stereo.opus")
    run("ffmpeg", "-y", "-i", folder / "c.wav", "-c:a", "aac", "-b:a", "128k", "-movflags", "faststart", SAMPLES / "stereo.m4a")
    # ffmpeg writes the index last unless it is told otherwise.
    run("ffmpeg", "-y", "-i", SAMPLES / "stereo.m4a", "-c", "copy", SAMPLES / "index_last.m4a")
    run("ffmpeg", "-y", "-i", folder / "a.wav", "-c:a", "alac", SAMPLES / "alac.m4a")
    run("ffmpeg", "-y", "-i", folder / "c.wav", "-c:a", "adpcm_ima_wav", "-bitexact", SAMPLES / "ima_adpcm.wav")


def resampled_by_formula(x: np.ndarray, rate: int, to_rate: int) -> np.ndarray:
    """Each output a sum over all inputs, in numpy alone; times and taps in float32, the sum in float64."""
    f4 = np.float32
    divisor = math.gcd(rate, to_rate)
    orig, new = rate // divisor, to_rate // divisor
    base = min(orig, new) * 0.99
    outputs = np.zeros(math.ceil(new * len(x) / orig))
    for j in range(len(outputs)):
        block, phase = divmod(j, new)
        inputs = (np.arange(len(x)) - block * orig).astype(f4)
        t = (f4(-phase) / f4(new) + inputs / f4(orig)) * f4(base)
        inside = np.abs(t) < 6
        t = t[inside]
        window = np.cos(t * f4(np.pi) / f4(6) / f4(2)) ** 2
        angle = t * f4(np.pi)
        sinc = np.where(angle == 0, f4(1), np.sin(angle) / np.where(angle == 0, f4(1), angle))
        taps = sinc * (window * f4(base / orig))
        assert taps.dtype == f4
        outputs[j] = taps.astype(float) @ x[inside].astype(float)
    return outputs


def resampled() -> None:
    import torch
    import torchaudio

    noise = np.random.default_rng(16).uniform(-1, 1, 400).astype("<f4")
    arrays = {"noise": noise}
    for rate in RATES:
        expected = torchaudio.functional.resample(torch.from_numpy(noise), rate, 16000).numpy()
        formula = resampled_by_formula(noise, rate, 16000)
        assert len(formula) == len(expected)
        print(f"{rate} Hz: torchaudio and the formula differ by {np.abs(formula - expected).max():.2e}")
        arrays[f"from{rate}"] = expected.astype("<f4")
    # A multiple of 64: torch adds what its vectors leave over in another order.
    for channels in (2, 3, 9):
        block = np.random.default_rng(channels).uniform(-1, 1, (channels, 256)).astype("<f4")
        arrays[f"channels{channels}"] = block
        arrays[f"mean{channels}"] = torch.from_numpy(block).mean(dim=0).numpy()
    np.savez_compressed(SAMPLES / "torchaudio.npz", **arrays)


if __name__ == "__main__":
    SAMPLES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        compressed(Path(folder))
    resampled()
