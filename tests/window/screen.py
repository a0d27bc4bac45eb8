"""An X server without a screen, for windows that nobody looks at."""

import subprocess


class Screen:
    """An X server of its own; `name` is what programs find it by."""

    def __init__(self, width=1920, height=1200):
        self.size = f"{width}x{height}"

    def __enter__(self):
        command = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{self.size}x24", "-nolisten", "tcp", "-noreset"]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.name = f":{self.server.stdout.readline().strip()}"
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


class Recording:
    """A video of a screen, as long as the block lasts."""

    def __init__(self, screen, path):
        self.screen = screen
        self.path = path

    def __enter__(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        film = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "26", "-pix_fmt", "yuv420p", self.path]
        command = [*grab(self.screen, "-framerate", "5"), *film]
        self.camera = subprocess.Popen(command, stdin=subprocess.PIPE)
        return self

    def __exit__(self, *_):
        self.camera.communicate(b"q", timeout=60)


def picture(screen, path):
    """Writes what is on the screen as PNG."""
    subprocess.run([*grab(screen), "-frames:v", "1", path], check=True)


def grab(screen, *options):
    """The command that reads a screen."""
    source = ["-f", "x11grab", *options, "-video_size", screen.size, "-i", screen.name]
    return ["ffmpeg", "-loglevel", "error", "-y", *source]
