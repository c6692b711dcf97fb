"""Checks what can be checked of the image without an engine: that the dependency layer of the Dockerfile makes manifests
that cargo accepts, and that the paths it copies are there.

    python3 docker/check.py
"""
import pathlib
import re
import shutil
import subprocess
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
lines = (root / "docker/Dockerfile").read_text().replace("\\\n", " ").splitlines()
copies = [line.split()[1:] for line in lines if line.startswith("COPY ") and "--from" not in line]
for *sources, _ in copies:
    for source in sources:
        assert (root / source).exists(), f"the Dockerfile copies {source}, which is not there"

# The layer ends with the first build.
end = next(at for at, line in enumerate(lines) if "cargo build" in line)
with tempfile.TemporaryDirectory() as folder:
    for line in lines[:end]:
        if line.startswith("COPY "):
            *sources, target = line.split()[1:]
            (pathlib.Path(folder) / target).mkdir(parents=True, exist_ok=True)
            for source in sources:
                shutil.copy(root / source, pathlib.Path(folder) / target)
    stubs = re.sub(r"&& cargo build.*", "", lines[end].removeprefix("RUN "))
    subprocess.run(["bash", "-euc", stubs], cwd=folder, check=True)
    subprocess.run(["cargo", "fetch", "--locked"], cwd=folder, check=True)
print("the Dockerfile's paths are there, and cargo accepts the manifests of its dependency layer")
