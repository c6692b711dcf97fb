"""Generates clients in Python and TypeScript from the document and runs a session with each.

    python clients.py PATH-OF-PLENARY PATH-OF-OPENAPI.JSON

Neither the document nor what is generated is patched. Every operation must be there, every module must
import, the TypeScript must compile under `strict`; then both sessions ingest, page and compare against the
real server. Needs the packages of requirements.txt, node and npm.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from plenary import serving

HERE = os.path.dirname(os.path.abspath(__file__))


def call(*command, **more):
    subprocess.run(command, check=True, **more)


def quietly(*command, **more):
    """Runs a command whose output is of interest only when it fails."""
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}")


def python_client(document, folder):
    tools = os.path.dirname(sys.executable)
    package = os.path.join(folder, "plenary_client")
    environment = os.environ | {"PATH": tools + os.pathsep + os.environ["PATH"]}
    # Its warnings are about the other forms of an article's body, of which it knows JSON only.
    quietly(os.path.join(tools, "openapi-python-client"), "generate", "--path", document,
            "--output-path", package, "--meta", "none",
            "--config", os.path.join(HERE, "openapi-python-client.yaml"), env=environment)
    made = {name for _, _, files in os.walk(os.path.join(package, "api")) for name in files}
    with open(document) as kept:
        paths = json.load(kept)["paths"]
    wanted = {operation["operationId"] + ".py" for item in paths.values() for operation in item.values()}
    assert len(wanted) > 20 and wanted <= made, f"not generated: {sorted(wanted - made)}"


def typescript_client(document, folder):
    place = os.path.join(folder, "typescript")
    shutil.copytree(os.path.join(HERE, "typescript"), place, ignore=shutil.ignore_patterns("node_modules", "out"))
    quietly("npm", "ci", "--no-audit", "--no-fund", cwd=place)
    tools = os.path.join(place, "node_modules", ".bin")
    quietly(os.path.join(tools, "openapi-typescript"), document, "--output", "plenary.d.ts", cwd=place)
    quietly(os.path.join(tools, "tsc"), "--project", ".", cwd=place)
    return os.path.join(place, "out", "session.js")


def main(binary, document):
    document = os.path.abspath(document)
    with tempfile.TemporaryDirectory() as folder:
        python_client(document, folder)
        compiled = typescript_client(document, folder)
        with serving(binary) as address:
            call(sys.executable, os.path.join(HERE, "session.py"), address,
                 env=os.environ | {"PYTHONPATH": folder})
            call("node", compiled, address)


if __name__ == "__main__":
    main(*sys.argv[1:])
