"""`python -m training.all --data DIR --assent BINARY`: everything from the data folder to the manifest, in order.

The binary computes the features, so it must hold the new encoder before the heads are fitted: by default it is built here, after the
encoder's files are written. What is there is kept; a run that was cut off goes on with the first missing step. Delete a file to make it again.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TIMELINES = {
    "timeline": [f"cards-{part}{later}.jsonl" for part in ("train", "calibrate", "test") for later in ("", "-later")],
    "said": ["said-train.jsonl", "said-seen.jsonl", "said-unseen.jsonl"],
    "short": ["said-short-train.jsonl", "said-short-test.jsonl"],
}


def missing(folder: Path) -> list:
    """The stages of which a file is missing, in order."""
    return [stage for stage, files in TIMELINES.items() if not all((folder / name).exists() for name in files)]


def run(module: str, *rest) -> None:
    print("==", module, flush=True)
    subprocess.run([sys.executable, "-m", module, *map(str, rest)], check=True, cwd=HERE.parent)


def build() -> Path:
    root = HERE.parent.parent
    subprocess.run(["cargo", "build", "--release", "-p", "assent-cli"], check=True, cwd=root)
    return root / "target/release/assent"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", type=Path, required=True, help="folder of the data sets, e.g. ../../shared/data")
    ask.add_argument("--work", type=Path, default=HERE / "work", help="folder for intermediate results")
    ask.add_argument("--assent", type=Path, help="an assent command built with this encoder; left out, it is built with cargo")
    o = ask.parse_args()
    data, work = o.data.resolve(), o.work.resolve()
    timelines = work / "timelines"
    shipped = work / "shipped"
    if not shipped.exists():
        run("training", "--data", data, "--work", work)
        shipped.touch()
    for stage in missing(timelines):
        part = timelines / f"{stage}.part"
        run(f"training.{stage}", "--data", data, "--out", part)
        for name in TIMELINES[stage]:  # only whole files get their name
            (part / name).replace(timelines / name)
        part.rmdir()
    run("training.heads", "--timelines", timelines, "--assent", (o.assent or build()).resolve())
    if o.assent is None:
        build()  # now with the heads inside


if __name__ == "__main__":
    main()
