"""Node.js of the machine (else Debian's), and the linters of package.json in the cache."""

import shutil

from . import cache, debian, shell

FILES = ("package.json", "package-lock.json", ".npmrc")
NETWORK = "Check that 'npm ping' works on this machine (network, proxy), then start again."


def modules():
    """Return the folder `node_modules` with the locked versions."""
    if not (shell.found("node") and shell.found("npm")):
        debian.install("nodejs", "npm")
    texts = [(cache.REPOSITORY / name).read_text() for name in FILES]
    path = cache.folder("node") / cache.stamp(*texts)
    return cache.provide(path, _install, "fetching the JavaScript linters") / "node_modules"


def _install(path):
    for name in FILES:
        shutil.copy(cache.REPOSITORY / name, path)
    shell.run(["npm", "ci", "--no-audit", "--no-fund"], NETWORK, cwd=path, name="npm")
