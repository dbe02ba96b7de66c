# Mounts, kernel files and devices. Nothing is written to them: an open file that could be written is enough.
import os, stat


@probe
def open_for_writing(path):
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK))
    return True, path


@probe
def open_for_reading(path):
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    found = os.fstat(handle)
    # A place that is hidden under /dev/null or an empty directory can be opened, and holds nothing.
    if stat.S_ISDIR(found.st_mode):
        names = os.listdir(handle)
        return bool(names), names[:5]
    return not (stat.S_ISCHR(found.st_mode) and os.major(found.st_rdev) == 1 and os.minor(found.st_rdev) == 3), path


@probe
def create_in(directory):
    path = os.path.join(directory, f"planted-{os.getpid()}")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    os.unlink(path)
    return True, path


@probe
def make_directory_in(directory):
    path = os.path.join(directory, f"planted-{os.getpid()}")
    os.mkdir(path)
    os.rmdir(path)
    return True, path


@probe
def mount_lacks(path, flag):
    flags = {"read-only": os.ST_RDONLY, "nosuid": os.ST_NOSUID, "nodev": os.ST_NODEV, "noexec": os.ST_NOEXEC}
    return not os.statvfs(path).f_flag & flags[flag], f"{os.statvfs(path).f_flag:#x}"


@probe
def exists(path):
    os.lstat(path)
    return True, path


@probe
def mounts_mention(*words):
    with open("/proc/self/mountinfo") as file:
        lines = [line for line in file if any(word in line for word in words)]
    return bool(lines), lines[:1]


@probe
def foreign_mounts():
    """Directories and files of a disk, but for the three that an engine writes and the doors."""
    known = ("/etc/resolv.conf", "/etc/hostname", "/etc/hosts", "/run/astraforge", "/sbin/docker-init", "/usr/sbin/docker-init")
    with open("/proc/self/mountinfo") as file:
        mounts = [line.split(" - ") for line in file]
    found = [own.split()[4] for own, theirs in mounts if theirs.split()[1].startswith("/dev/")]
    return any(path not in known for path in found), found


@probe
def replace_socket(path):
    """Takes the place of a door: needs a writable directory."""
    os.rename(path, f"{path}.gone")
    os.rename(f"{path}.gone", path)
    return True, path


@probe
def write_through_root_of(pid, path):
    return open_for_writing(f"/proc/{pid}/root{path}")
