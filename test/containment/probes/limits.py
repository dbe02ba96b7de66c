# How much can be taken. Each probe stops by itself at an amount that is above every limit, so a control survives it.
import ctypes, mmap, os, resource, signal, tempfile, time


@probe
def fork(most):
    """Children that do nothing, until the kernel says no."""
    children = []
    try:
        while len(children) < most:
            child = os.fork()
            if child == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children) >= most, len(children)


@probe
def threads(most):
    import threading
    threading.stack_size(65536)
    gate, count = threading.Event(), 0
    try:
        while count < most:
            threading.Thread(target=gate.wait, daemon=True).start()
            count += 1
    except RuntimeError:
        pass
    gate.set()
    return count >= most, count


@probe
def memory(most):
    """In a child, since the kernel kills whoever takes too much."""
    taken = os.fork()
    if taken == 0:
        block = mmap.mmap(-1, most)
        for offset in range(0, most, 4096):
            block[offset] = 1
        os._exit(7)
    _, status = os.waitpid(taken, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 7, f"status {status}"


def written(path, most):
    block, total = b"\0" * 1048576, 0
    with open(path, "wb", 0) as file:
        try:
            while total < most:
                total += file.write(block)
        except OSError:
            pass
    os.unlink(path)
    return total


@probe
def disk(directory, most):
    total = written(os.path.join(directory, "filler"), most)
    return total >= most, total


@probe
def inodes(directory, most):
    top, count = tempfile.mkdtemp(dir=directory), 0
    try:
        while count < most:
            os.mknod(f"{top}/{count}")
            count += 1
    except OSError:
        pass
    for number in range(count):
        os.unlink(f"{top}/{number}")
    os.rmdir(top)
    return count >= most, count


@probe
def inode_bound(directory, most):
    """As the file system says it; filling every one of them would take long."""
    total = os.statvfs(directory).f_files
    return total == 0 or total > most, total


@probe
def size_bound(directory, most):
    found = os.statvfs(directory)
    return found.f_blocks * found.f_frsize > most, found.f_blocks * found.f_frsize


@probe
def descriptors(most):
    held = []
    try:
        while len(held) < most:
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
    return len(held) >= most, len(held)


@probe
def core_file():
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    return hard != 0, f"{soft} {hard}"


def group(*names):
    """A file of the control group, by its name in either version."""
    for name in names:
        try:
            with open(f"/sys/fs/cgroup/{name}") as file:
                return file.read().strip()
        except FileNotFoundError:
            continue
    return ""


@probe
def processor(most):
    """The share that the scheduler grants; measuring it would need a machine with nothing else to do."""
    quota, period = (group("cpu.max") or f"{group('cpu/cpu.cfs_quota_us')} {group('cpu/cpu.cfs_period_us')}").split()
    return quota == "max" or int(quota) < 0 or int(quota) / int(period) > most, f"{quota} of {period}"


@probe
def throttled(seconds):
    """Whether as many children as there are CPUs can burn without ever being held back."""
    before, begin, children = group("cpu.stat", "cpu/cpu.stat"), time.monotonic(), []
    for _ in range(max(2, os.cpu_count() or 2)):
        child = os.fork()
        if child == 0:
            while time.monotonic() - begin < seconds:
                pass
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    held = [line for line in group("cpu.stat", "cpu/cpu.stat").splitlines() if line.startswith("nr_throttled")]
    return held == [line for line in before.splitlines() if line.startswith("nr_throttled")], held


@probe
def swap():
    """Version 1 of control groups counts memory and swap together."""
    if group("memory.swap.max"):
        return group("memory.swap.max") != "0", group("memory.swap.max")
    limit, both = int(group("memory/memory.limit_in_bytes")), int(group("memory/memory.memsw.limit_in_bytes"))
    return both > limit or limit > 1 << 60, f"{limit} {both}"


@probe
def spared_by_oom(least):
    with open("/proc/self/oom_score_adj") as file:
        score = int(file.read())
    return score < least, score
