# Looks for planted words in every usual form, in everything that can be read.
import base64, glob, os, re, stat

FILE_BYTES_MAX = 4 * 1024 * 1024
TREES_LEFT_OUT = ("/proc", "/sys", "/dev", "/usr/lib", "/usr/share", "/usr/local/lib", "/opt/codex")


def forms(word):
    plain = word.encode()
    shifted = [base64.b64encode(b"x" * shift + plain)[(4 if shift else 0):-4] for shift in range(3)]
    return [plain, plain[::-1], plain.hex().encode(), plain[7:], "%".join(["", *(f"{byte:02X}" for byte in plain)]).encode(), *shifted]


def holds(text, words):
    return next((form for word in words for form in forms(word) if form in text), None)


@probe
def environment_holds(*words):
    found = holds("\0".join(f"{key}={value}" for key, value in os.environ.items()).encode(), words)
    return found is not None, found


@probe
def environment_has(pattern):
    names = [name for name in os.environ if re.search(pattern, name)]
    return bool(names), names


@probe
def processes_hold(file, *words):
    for path in glob.glob(f"/proc/[0-9]*/{file}"):
        if path.split("/")[2] in (str(os.getpid()), str(os.getppid())):
            continue
        try:
            with open(path, "rb") as opened:
                found = holds(opened.read(FILE_BYTES_MAX), words)
        except OSError:
            continue
        if found is not None:
            return True, path
    return False, "nowhere"


@probe
def files_hold(top, *words):
    read = 0
    for directory, _, names in os.walk(top):
        if directory.startswith(TREES_LEFT_OUT):
            continue
        for name in names:
            path = os.path.join(directory, name)
            try:
                if not stat.S_ISREG(os.lstat(path).st_mode):
                    continue
                with open(path, "rb") as opened:
                    text = opened.read(FILE_BYTES_MAX)
            except OSError:
                continue
            read += 1
            if holds(text, words) is not None:
                return True, path
    return False, f"{read} files read"


@probe
def memory_holds(*words):
    """Memory of the first process, and of the one of the host that was started for this."""
    for path in glob.glob("/proc/[0-9]*/mem"):
        pid = path.split("/")[2]
        if pid in (str(os.getpid()), str(os.getppid())):
            continue
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if not file.read().startswith(b"canary-holder") and pid != "1":
                    continue
            with open(f"/proc/{pid}/maps") as file:
                ranges = [line.split()[0] for line in file if " rw" in line]
            with open(path, "rb", 0) as memory:
                for part in ranges:
                    start, end = (int(bound, 16) for bound in part.split("-"))
                    memory.seek(start)
                    if holds(memory.read(min(end - start, FILE_BYTES_MAX)), words) is not None:
                        return True, path
        except OSError:
            continue
    return False, "nowhere"


@probe
def output_holds(command, *words):
    with os.popen(f"{command} 2>/dev/null") as opened:
        found = holds(opened.read().encode(), words)
    return found is not None, found
