"""Build hanamictl: for this machine into bin/ (``make cli``), or for all systems into dist/ (``make cli-release``).

An archive has the program, pages of the manual, completions and the licence; SHA256SUMS has the checksums.
The same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "cli-go"
SYSTEMS = [(system, machine) for system in ("linux", "darwin", "windows") for machine in ("amd64", "arm64")]
SHELLS = ("bash", "zsh", "fish", "powershell")
STAMP = "hanami.dev/cli/internal/cli.stamped"


def go(*arguments: str | Path, **variables: str) -> str:
    """Run Go without C, so that a program needs nothing from the system that it runs on."""
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    program = shutil.which("go", path=path) or "go"
    environment = os.environ | {"PATH": path, "CGO_ENABLED": "0"} | variables
    done = subprocess.run(
        [program, *map(str, arguments)], cwd=HOME, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"go {arguments[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(into: Path, version: str, **variables: str) -> None:
    """Compile the program."""
    flags = f"-s -w -X {STAMP}={version}" if version else "-s -w"
    go("build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", into, ".", **variables)


def common_files(folder: Path) -> dict[str, bytes]:
    """Return what every archive has beside the program."""
    go("run", "./tools/docs", "man", folder / "man")
    program = folder / "hanamictl"
    build(program, "")
    found = {"LICENSE": (ROOT / "LICENSE").read_bytes()}
    found |= {f"man/{path.name}": path.read_bytes() for path in sorted((folder / "man").iterdir())}
    for shell in SHELLS:
        made = subprocess.run([program, "completion", shell], capture_output=True, check=True).stdout
        found[f"completions/hanamictl.{shell}"] = made
    return found


def tar(into: Path, files: dict[str, bytes]) -> None:
    """Write a .tar.gz whose bytes depend on nothing but its files."""
    with gzip.GzipFile(into, "wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755 if name == "hanamictl" else 0o644
            archive.addfile(entry, io.BytesIO(content))


def zipped(into: Path, files: dict[str, bytes]) -> None:
    """Write a .zip whose bytes depend on nothing but its files."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def pack(target: tuple[str, str], version: str, files: dict[str, bytes], folder: Path, into: Path) -> None:
    """Build for one system, and pack it."""
    system, machine = target
    name = "hanamictl.exe" if system == "windows" else "hanamictl"
    built = folder / f"{system}-{machine}" / name
    build(built, version, GOOS=system, GOARCH=machine)
    whole = {name: built.read_bytes()} | files
    archive = into / f"hanamictl-{version}-{system}-{machine}"
    if system == "windows":
        zipped(archive.with_name(f"{archive.name}.zip"), whole)
    else:
        tar(archive.with_name(f"{archive.name}.tar.gz"), whole)


def release(version: str, into: Path, systems: list[tuple[str, str]]) -> None:
    """Build and pack for all systems, and write the checksums."""
    into.mkdir(parents=True, exist_ok=True)
    for old in into.glob("hanamictl-*"):
        old.unlink()
    with TemporaryDirectory() as name, ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(name)
        files = common_files(folder)
        list(pool.map(lambda one: pack(one, version, files, folder, into), systems))
    archives = sorted(into.glob("hanamictl-*"))
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in archives]
    (into / "SHA256SUMS").write_text("".join(sums))
    print("".join(sums), end="")


def main() -> None:
    """Build for this machine, or for all."""
    with (ROOT / "server" / "pyproject.toml").open("rb") as file:
        ours = tomllib.load(file)["project"]["version"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--here", action="store_true", help="only for this machine, into bin/")
    parser.add_argument("--version", default=ours, help=f"[{ours}]")
    parser.add_argument("--into", type=Path, default=ROOT / "dist", help="folder of the archives [dist]")
    parser.add_argument("--systems", default=",".join("/".join(one) for one in SYSTEMS), help="for which, with commas")
    options = parser.parse_args()
    if options.here:
        build(ROOT / "bin" / "hanamictl", options.version)
        print("bin/hanamictl")
        return
    systems = [(system, machine) for system, _, machine in (one.partition("/") for one in options.systems.split(","))]
    release(options.version, options.into, systems)


if __name__ == "__main__":
    main()
