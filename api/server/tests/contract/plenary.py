"""The real binary with the sample corpus, on a free port, with a data folder that is thrown away."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile


@contextlib.contextmanager
def serving(binary):
    """Runs `plenary demo` and gives its address, e.g. `http://127.0.0.1:40123`.

    The folder of the private Postgres goes with it. A server that does not start, that ends before it
    is told to, or that does not end well, is a failure.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PLENARY_", "DATABASE_"))}
    with tempfile.TemporaryDirectory() as folder:
        # As root, Postgres runs as another user, who must be able to enter.
        os.chmod(folder, 0o755)
        server = subprocess.Popen(
            [binary, "demo", "--port", "0", "--data-dir", os.path.join(folder, "data")],
            stdout=subprocess.PIPE, text=True, env=environment)
        try:
            for line in server.stdout:
                found = re.search(r"serves at (http://\S+)", line)
                if found:
                    yield found[1]
                    break
            else:
                raise SystemExit("plenary demo did not start")
            if server.poll() is not None:
                raise SystemExit(f"the server ended with {server.returncode}")
        finally:
            server.send_signal(signal.SIGTERM)
            code = server.wait(timeout=60)
        if code != 0:
            raise SystemExit(f"the server ended with {code}")
