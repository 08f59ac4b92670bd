"""Runs the emulator until its standard input closes, so that it ends with the process that started it."""

import os
import signal
import sys
import threading


def end_with_parent():
    sys.stdin.buffer.read()
    os.killpg(os.getpgrp(), signal.SIGKILL)


threading.Thread(target=end_with_parent, daemon=True).start()

from ministack.app import main  # noqa: E402

sys.argv = ["ministack"]
main()
