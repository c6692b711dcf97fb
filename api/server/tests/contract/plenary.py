"""The real binary with the sample corpus, on a free port, with a data folder that is thrown away."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading


ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("PLENARY_", "DATABASE_"))}


@contextlib.contextmanager
def running(command, said):
    """A server until it says its address by `said`; it is stopped in the end.

    A server that does not start, that ends before it is told to, or that does not end well, is a failure.
    """
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ENVIRONMENT)
    try:
        for line in server.stdout:
            print(line, end="")
            found = re.search(said, line)
            if found:
                # What is not read would stop the server once the pipe is full.
                threading.Thread(target=server.stdout.read, daemon=True).start()
                yield found[1]
                break
        else:
            raise SystemExit(f"{command[1]} did not start")
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode}")
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=60)
    if code != 0:
        raise SystemExit(f"the server ended with {code}")


@contextlib.contextmanager
def folder():
    """A data folder; the private Postgres in it goes with it."""
    with tempfile.TemporaryDirectory() as made:
        # As root, Postgres runs as another user, who must be able to enter.
        os.chmod(made, 0o755)
        yield os.path.join(made, "data")


def demo(binary, data):
    return running([binary, "demo", "--port", "0", "--data-dir", data], r"serves at (http://\S+)")


@contextlib.contextmanager
def serving(binary):
    """Runs `plenary demo`, where everything is open, and gives its address, e.g. `http://127.0.0.1:40123`."""
    with folder() as data, demo(binary, data) as base:
        yield base


@contextlib.contextmanager
def guarded(binary):
    """Runs `plenary serve` on the sample corpus and gives its address and the key of an admin."""
    with folder() as data:
        with demo(binary, data):
            pass
        made = subprocess.run(
            [binary, "keys", "create", "--name", "fuzz", "--scope", "admin", "--data-dir", data],
            stdout=subprocess.PIPE, text=True, env=ENVIRONMENT, check=True)
        key = re.search(r"plenary_\S+", made.stdout)[0]
        command = [
            binary, "serve", "--port", "0", "--data-dir", data, "--address-rate", "0", "--key-rate", "0",
            "--log-format", "json"]
        with running(command, r'"address":"([^"]+)"') as address:
            yield f"http://{address}", key
