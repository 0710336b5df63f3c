"""Types at a prompt in a pseudo-terminal and prints how long each answer took, as JSON: milliseconds by what was asked.

    python3 typing-time.py TIMES COMMAND [ARGUMENT...]
"""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT_SECONDS = 120


class Terminal:
    def __init__(self, command):
        self.child, self.fd = pty.fork()
        if self.child == 0:
            os.environ["TERM"] = "xterm-256color"
            os.execvp(command[0], command)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))

    def press(self, keys, wanted):
        """Milliseconds from the keys until `wanted` is among what is written after them."""
        started = time.monotonic()
        os.write(self.fd, keys)
        self.until(wanted)
        return (time.monotonic() - started) * 1000

    def until(self, wanted):
        seen = b""
        deadline = time.monotonic() + LIMIT_SECONDS
        while wanted not in seen:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                sys.exit("no %r in: %r" % (wanted, seen))
            seen += os.read(self.fd, 65536)

    def settle(self, quiet=0.05):
        """Waits until nothing has been written for a while."""
        while select.select([self.fd], [], [], quiet)[0]:
            os.read(self.fd, 65536)

    def clear(self):
        """Drops the line with its hints."""
        os.write(self.fd, b"\x15")
        self.settle()


def main():
    times, command = int(sys.argv[1]), sys.argv[2:]
    started = time.monotonic()
    terminal = Terminal(command)
    terminal.until(b">>>")
    prompt = (time.monotonic() - started) * 1000
    os.write(terminal.fd, b"sc.")
    warm = terminal.press(b"\t", b"1/")
    terminal.clear()
    os.write(terminal.fd, b"const airlines = sc.textFile('samples/airlines.csv')\r")
    terminal.settle(1.0)
    found = {"prompt": [prompt], "first menu after the prompt": [warm]}

    def measure(name, typed, keys, wanted):
        for i in range(times):
            # Another text each time: the last one is remembered.
            os.write(terminal.fd, (typed % i).encode())
            terminal.settle()
            found.setdefault(name, []).append(terminal.press(keys, wanted))
            terminal.clear()

    measure("key echo", "const v%d = airlines.ma", b"p", b"map")
    measure("key echo in a call", "const v%d = airlines.map(", b"x", b"(x")
    measure("menu: airlines.", "const v%d = airlines.", b"\t", b"1/")
    measure("menu: x. in a lambda", "const v%d = airlines.filter(x => x.", b"\t", b"1/")
    measure("menu: rows of take(5).", "const v%d = airlines.take(5).", b"\t", b"1/")
    measure("menu: files in textFile('", "const v%d = sc.textFile('samples/", b"\t", b"1/")
    measure("details of the next entry", "const v%d = airlines.s\t", b"\t", b"RDD<string>.")
    measure("signature: airlines.filter(", "const v%d = airlines.filter", b"(", b"record")
    measure("signature: x.split( in a lambda", "const v%d = airlines.map(x => x.split", b"(", b"separator: string")
    print(json.dumps(found))
    os.kill(terminal.child, signal.SIGKILL)
    os.waitpid(terminal.child, 0)


main()
