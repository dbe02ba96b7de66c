# Targets by address and by service. A target is reached only when the service itself has answered.
import os, select, socket, struct, urllib.request

SECONDS = 2
QUESTIONS = {
    "redis": (b"PING\r\n", b"-NOAUTH"),
    "postgres": (struct.pack("!ii", 8, 80877103), b"N"),
    "http": (b"GET /version HTTP/1.0\r\nHost: x\r\n\r\n", b"HTTP/1."),
    "echo": (b"ping", b"ping"),
}
LOOKUP = bytes.fromhex("1234010000010000000000000463616e61076578616d706c6500" "00010001")


def resolved(host, port, kind):
    return socket.getaddrinfo(host, port, type=kind)[0]


@probe
def tcp(host, port, service):
    question, answer = QUESTIONS[service]
    family, kind, protocol, _, address = resolved(host, port, socket.SOCK_STREAM)
    with socket.socket(family, kind, protocol) as client:
        client.settimeout(SECONDS)
        client.connect(address)
        client.sendall(question)
        said = client.recv(256)
    return said.startswith(answer), said[:40]


@probe
def udp(host, port):
    family, kind, protocol, _, address = resolved(host, port, socket.SOCK_DGRAM)
    with socket.socket(family, kind, protocol) as client:
        client.settimeout(SECONDS)
        client.sendto(b"ping", address)
        said = client.recv(64)
    return said == b"ping", said


@probe
def dns(host, port, kind):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as client:
        client.settimeout(SECONDS)
        client.connect((host, port))
        client.sendall(struct.pack("!H", len(LOOKUP)) + LOOKUP if kind == "tcp" else LOOKUP)
        said = client.recv(256)
    return LOOKUP[:2] in said[:4], said[:12].hex()


@probe
def resolve(name):
    found = socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)
    return bool(found), found[0][4]


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


@probe
def icmp(host, how):
    kind = socket.SOCK_RAW if how == "raw" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP) as client:
        client.settimeout(SECONDS)
        head = struct.pack("!BBHHH", 8, 0, 0, os.getpid() & 0xFFFF, 1)
        head = struct.pack("!BBHHH", 8, 0, checksum(head), os.getpid() & 0xFFFF, 1)
        client.sendto(head, (host, 0))
        said = client.recv(256)
    return bool(said), said[-8:].hex()


@probe
def send_anywhere(host, port):
    """A datagram that leaves: nobody has to answer."""
    family, kind, protocol, _, address = resolved(host, port, socket.SOCK_DGRAM)
    with socket.socket(family, kind, protocol) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        client.sendto(b"out", address)
    return True, host


@probe
def abstract_socket(name):
    """Some programs fill the name up with zeros."""
    plain, said = b"\0" + name.encode(), b""
    for address in (plain, plain.ljust(107, b"\0"), plain.ljust(108, b"\0")):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(SECONDS)
            if client.connect_ex(address) == 0:
                said = client.recv(16)
    return said == b"hello", said


@probe
def unix_socket(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(SECONDS)
        client.connect(path)
        client.sendall(b"GET /version HTTP/1.0\r\nHost: x\r\n\r\n")
        said = client.recv(64)
    return said.startswith(b"HTTP/1."), said[:40]


@probe
def url(address):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=SECONDS) as answer:
        return answer.status == 200, answer.read(64)
