# Calls at the run's doors. In a control the ports are those of the services behind, so the same question gets an answer.
import json, socket

BODY = {"model": "test-model", "stream": True, "store": False, "input": "hello"}


def exchange(port, question):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.settimeout(5)
        client.sendall(question)
        said = client.recv(256)
    return said.split(b"\r\n")[0]


def is_served(line):
    return line.startswith(b"HTTP/1.1 200") or line.startswith(b"HTTP/1.0 200")


@probe
def ask(port, method, target, fields="{}", headers=""):
    """One call of the model's API; `fields` replace some of an allowed body's."""
    body = json.dumps({**BODY, **json.loads(fields)}).encode() if fields.startswith("{") else fields.encode()
    head = f"{method} {target} HTTP/1.1\r\nHost: model\r\nConnection: close\r\nContent-Type: application/json\r\n{headers}"
    line = exchange(port, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return is_served(line), line


@probe
def ask_bytes(port, text):
    line = exchange(port, text.encode())
    return is_served(line), line


@probe
def through(proxy, host, port, service):
    """A tunnel of the egress proxy; 0 for none, as where nothing is confined."""
    if proxy == 0:
        return PROBES["tcp"](host, port, service)
    question, answer = QUESTIONS[service]
    shown = f"[{host}]" if ":" in host else host
    with socket.create_connection(("127.0.0.1", proxy), timeout=5) as client:
        client.sendall(f"CONNECT {shown}:{port} HTTP/1.1\r\nHost: {shown}:{port}\r\n\r\n".encode())
        line = client.recv(1024).split(b"\r\n")[0]
        if b" 200" not in line:
            return False, line
        client.sendall(question)
        said = client.recv(256)
    return said.startswith(answer), said[:40]


@probe
def forwarded(proxy, host, port):
    """A plain request for somebody else's address."""
    at, shown = (port, "/version") if proxy == 0 else (proxy, f"http://{host}:{port}/version")
    client = socket.create_connection((host if proxy == 0 else "127.0.0.1", at), timeout=5)
    with client:
        client.sendall(f"GET {shown} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        line = client.recv(256).split(b"\r\n")[0]
    return is_served(line), line
