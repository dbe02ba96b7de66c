# What a process may do beyond its user, and which parts of the host it shares.
import fcntl, glob, os, resource, socket, struct, subprocess, time

PR_GET_NO_NEW_PRIVS = 39
GUEST_USER = 10001
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
SO_MARK, IP_TRANSPARENT = 36, 19
SCM_CREDENTIALS = 2


def status(key):
    with open("/proc/self/status") as file:
        return next(line.split(":", 1)[1].strip() for line in file if line.startswith(f"{key}:"))


@probe
def capability_set(name):
    return int(status(name), 16) != 0, status(name)


@probe
def may_gain_privileges():
    return LIBC.prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0, "no_new_privs"


@probe
def unfiltered():
    return status("Seccomp") != "2", status("Seccomp")


@probe
def setuid_program(path):
    """As the guest's user: does a program that belongs to root and is setuid run as root?"""
    def become():
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(GUEST_USER)
            os.setuid(GUEST_USER)
    program = subprocess.Popen([path, "-"], preexec_fn=become, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = ""
    for _ in range(100):
        with open(f"/proc/{program.pid}/status") as file:
            said = next((line for line in file if line.startswith("Uid:")), "").strip()
        with open(f"/proc/{program.pid}/comm") as file:
            if file.read().strip() == os.path.basename(path):
                break
        time.sleep(0.01)
    program.kill()
    return said.split()[2:3] == ["0"], said


@probe
def become(kind):
    {"user": lambda: os.setuid(0), "group": lambda: os.setgid(0), "groups": lambda: os.setgroups([0])}[kind]()
    return True, f"{os.getuid()} {os.getgid()} {os.getgroups()}"


@probe
def change_file(kind):
    own = "/tmp/own-file"
    with open(own, "w") as file:
        file.write("x")
    if kind == "give away":
        os.chown(own, 12345, 12345)
    if kind == "file capability":
        os.setxattr(own, "security.capability", bytes.fromhex("0100000200200000000000000000000000000000"))
    if kind == "device":
        os.mknod("/tmp/device", 0o20600, os.makedev(1, 3))
        os.unlink("/tmp/device")
    if kind == "foreign mode":
        os.chmod("/usr/bin/env", 0o755)
    if kind == "foreign time":
        os.utime("/usr/bin/env", (1, 1))
    return True, kind


@probe
def raw_socket(family):
    socket.socket(getattr(socket, family), socket.SOCK_RAW, socket.IPPROTO_ICMP)
    return True, family


@probe
def socket_option(level, option):
    with socket.socket() as plain:
        plain.setsockopt(level, option, 1)
    return True, f"{level} {option}"


@probe
def set_interface():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        flags = fcntl.ioctl(plain, SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        fcntl.ioctl(plain, SIOCSIFFLAGS, flags)
    return True, "lo"


@probe
def forge_credentials():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    ours.sendmsg([b"x"], [(socket.SOL_SOCKET, SCM_CREDENTIALS, struct.pack("3i", os.getpid(), 4242, 4242))])
    return True, "sent as user 4242"


@probe
def chroot():
    os.chroot("/tmp")
    return True, "/tmp"


@probe
def raise_priority():
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    return True, "-5"


@probe
def take_limit(name, most):
    resource.setrlimit(getattr(resource, name), (most, most))
    return True, most


@probe
def process_with(word):
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                if word.encode() in file.read() and path.split("/")[2] != str(os.getpid()):
                    return True, path
        except OSError:
            continue
    return False, "not found"


@probe
def kernel_threads():
    with open("/proc/2/comm") as file:
        name = file.read().strip()
    return name == "kthreadd", name


@probe
def interfaces():
    with open("/proc/net/dev") as file:
        names = [line.split(":")[0].strip() for line in file if ":" in line]
    return names != ["lo"], names


@probe
def routes():
    with open("/proc/net/route") as file:
        found = file.read().splitlines()[1:]
    return bool(found), len(found)


@probe
def shared_memory(key):
    return call_succeeds(29, key, 0, 0)


@probe
def host_name(name):
    return socket.gethostname() == name, socket.gethostname()


@probe
def group_path():
    with open("/proc/self/cgroup") as file:
        paths = {line.strip().split(":", 2)[2] for line in file if line.split(":")[1] != ""} or {"/"}
    return paths != {"/"}, sorted(paths)[-1]
