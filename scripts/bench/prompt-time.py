"""Starts a command in a pseudo-terminal; prints the milliseconds until its prompt, and until `1234 * 1001` is answered.

    python3 prompt-time.py PROMPT COMMAND [ARGUMENT...]
"""
import os
import pty
import select
import signal
import sys
import time

LIMIT_SECONDS = 60


def read_until(terminal, wanted, seen):
    """Reads until `wanted` is among what was printed; gives all of it."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while wanted not in seen:
        if time.monotonic() > deadline or not select.select([terminal], [], [], LIMIT_SECONDS)[0]:
            sys.exit("no %r in: %r" % (wanted, seen))
        seen += os.read(terminal, 65536)
    return seen


def main():
    prompt, command = sys.argv[1].encode(), sys.argv[2:]
    started = time.monotonic()
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], command)
    seen = read_until(terminal, prompt, b"")
    at_prompt = time.monotonic()
    os.write(terminal, b"1234 * 1001\r")
    read_until(terminal, b"1235234", b"")
    answered = time.monotonic()
    print("%.1f %.1f" % ((at_prompt - started) * 1000, (answered - started) * 1000))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


main()
