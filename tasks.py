"""Everything one does in a checkout: `python3 tasks.py TASK`, or `make TASK` where make is.

Each task first sees to it that `.venv` holds what the task needs, and no more: `run` for the
demo, `dev` for tests and checks, `oracle` for comparisons with other modelling layers. The
versions and hashes are those of `requirements/`; nothing outside `.venv` is touched.

This file runs before anything is installed, on whatever Python there is.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
REQUIREMENTS = ROOT / "requirements"
LEVELS = ("run", "dev", "oracle")  # each holds all of the one before
OLDEST = (3, 11)

COMPILE = ["pip", "compile", "-q", "--universal", "--python-version=3.11"]
COMPILE += ["--generate-hashes", "--no-emit-index-url", "--no-header"]  # the file names no host


# --- the environment ---------------------------------------------------------------------------


def setup(level):
    """Bring `.venv` to a level: a stamp says what was installed, so this is quick when done."""
    wanted = LEVELS[LEVELS.index(level) :]
    if any(stamp_of(each).is_file() and stamp_of(each).read_text() == key(each) for each in wanted):
        return
    # Never take away what an earlier task needed: go to the highest level ever reached.
    target = max([level] + [each for each in LEVELS if stamp_of(each).is_file()], key=LEVELS.index)
    for each in LEVELS:
        if stamp_of(each).is_file():
            stamp_of(each).unlink()
    make_venv()
    say("installing what `%s` needs into %s" % (target, VENV.name))
    install(target)
    stamp_of(target).write_text(key(target))


def stamp_of(level):
    """The file that says a level is installed."""
    return VENV / (".ready-" + level)


def key(level):
    """What an installation depends on, as a hash: another one means installing again."""
    parts = [sys.version.encode()]
    for name in ("requirements/boot.txt", "requirements/%s.txt" % level, "pyproject.toml"):
        parts.append((ROOT / name).read_bytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def make_venv():
    """Create `.venv`, or create it anew when it belongs to another Python."""
    config = VENV / "pyvenv.cfg"
    version = "version = %d.%d.%d" % sys.version_info[:3]
    if PYTHON.exists() and config.is_file() and version in config.read_text():
        return
    say("making %s with Python %d.%d.%d" % (VENV.name, *sys.version_info[:3]))
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )
    if made.returncode:
        shutil.rmtree(str(VENV), ignore_errors=True)
        sys.exit(
            "%s\nPython could not make a virtual environment. On Debian and Ubuntu:"
            " apt-get install python3-venv" % made.stdout.strip()
        )


def install(level):
    """Install a level with uv, or with pip where uv cannot be had."""
    boot, packages = str(REQUIREMENTS / "boot.txt"), str(REQUIREMENTS / (level + ".txt"))
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    uv = [str(BIN / "uv"), "pip"]
    here = ["-q", "--python", str(PYTHON)]
    project = ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    with_uv = (
        works([*pip, "--require-hashes", "-r", boot])
        # sync removes what is not listed, uv itself too: so boot.txt is listed
        and works([*uv, "sync", *here, "--require-hashes", boot, packages])
        and works([*uv, "install", *here, *project])
    )
    if with_uv:
        return
    say("uv did not work here; trying pip, which takes longer")
    if not (works([*pip, "--require-hashes", "-r", packages]) and works([*pip, *project])):
        sys.exit("The packages could not be installed; the lines above say why.")


# --- tasks -------------------------------------------------------------------------------------


def demo(*args):
    """Plan a real surge and print who is covered by when."""
    setup("run")
    run(str(BIN / "fullrate"), "demo", *args)


def test(*args):
    """Run the tests, but for the slow ones, the pages of the documentation and what needs the oracle packages."""
    setup("dev")
    pytest("-m", "not slow and not oracle and not page", *args)


def test_all(*args):
    """Run all tests: minutes more, and a larger installation."""
    setup("oracle")
    pytest("--hypothesis-profile=explore", *args)


def lint(*args):
    """Check style, docstrings, formatting, types and the import contract."""
    setup("dev")
    say("ruff check")
    run(str(BIN / "ruff"), "check", *args)
    say("ruff format --check")
    run(str(BIN / "ruff"), "format", "--check")
    say("mypy --strict src")
    run(str(BIN / "mypy"))
    say("import contract")
    run(str(BIN / "lint-imports"), "--no-logo")


def docs(*args):
    """Run every command of the documentation, and build it; a broken link fails."""
    setup("dev")
    pytest("-m", "page", "tests/test_docs.py")
    run(str(PYTHON), "-m", "mkdocs", "build", "--strict", *args)


def bench(*args):
    """Compare with other modelling layers and formulations, in one interleaved run."""
    setup("oracle")
    run(str(PYTHON), "-m", "benchmarks", *args)


def lock(*args):
    """Pin all packages anew from pyproject.toml (`--upgrade` for newer versions)."""
    setup("dev")
    compile_requirements(["-"], "boot", args, stdin="uv")
    # The largest first; the others are held to its versions.
    compile_requirements(["pyproject.toml", "--group=oracle"], "oracle", args)
    for level, group in (("dev", "dev"), ("run", "build")):
        held = ["pyproject.toml", "--group=" + group, "--constraints=requirements/oracle.txt"]
        compile_requirements(held, level, ())


def compile_requirements(source, level, args, stdin=None):
    """Write one requirements file: pinned, hashed, for every platform, naming no host."""
    output = "requirements/%s.txt" % level
    run(str(BIN / "uv"), *COMPILE, *source, "-o", output, *args, stdin=stdin)


def pytest(*args):
    """Run pytest on both cores, with one thread each for what is inside."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
    env = dict.fromkeys(threads, "1")
    run(str(PYTHON), "-m", "pytest", "-n", "2", "--dist", "worksteal", *args, env=env)


# --- running -----------------------------------------------------------------------------------


def say(text):
    """Print a heading, before whatever the next command prints."""
    sys.stdout.write("--- %s\n" % text)
    sys.stdout.flush()


def works(command):
    """Whether a command succeeds."""
    try:
        return subprocess.run(command, cwd=str(ROOT)).returncode == 0
    except OSError as error:
        sys.stdout.write("%s\n" % error)
        return False


def run(*command, env=None, stdin=None):
    """Run a command in the checkout; end with its exit code if it fails."""
    done = subprocess.run(
        list(command),
        cwd=str(ROOT),
        env=dict(os.environ, **(env or {})),
        input=stdin,
        universal_newlines=True,
    )
    if done.returncode:
        sys.exit(done.returncode)


TASKS = {
    "demo": demo,
    "test": test,
    "test-all": test_all,
    "lint": lint,
    "docs": docs,
    "bench": bench,
    "lock": lock,
}


def main(args):
    """Run one task, handing it the words after its name."""
    if sys.version_info < OLDEST:
        sys.exit(
            "fullrate needs Python %d.%d or newer; this is %d.%d. Name another one:\n"
            "  make demo PYTHON=python3.12    or    python3.12 tasks.py demo" % (OLDEST + sys.version_info[:2])
        )
    if not args or args[0] not in TASKS:
        lines = ["  %-9s %s" % (name, task.__doc__) for name, task in TASKS.items()]
        sys.exit("python3 tasks.py TASK, where TASK is one of\n" + "\n".join(lines))
    TASKS[args[0]](*args[1:])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
