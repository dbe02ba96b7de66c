# A container beside the one under test: a cloud's metadata service, a Redis, an echo and a DNS server that knows every name.
import socket, socketserver, struct, threading


class Http(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(1024)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nkeys")


class Redis(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(1024)
        self.request.sendall(b"-NOAUTH Authentication required.\r\n")


def answer(question):
    name = question[12 : question.index(b"\0", 12) + 5]
    if name[-4:-2] != b"\x00\x01":
        return question[:2] + b"\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00" + name
    record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton("169.254.169.254")
    return question[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + name + record


class DnsOverUdp(socketserver.BaseRequestHandler):
    def handle(self):
        self.request[1].sendto(answer(self.request[0]), self.client_address)


class DnsOverTcp(socketserver.BaseRequestHandler):
    def handle(self):
        said = answer(self.request.recv(1024)[2:])
        self.request.sendall(struct.pack("!H", len(said)) + said)


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request[1].sendto(self.request[0], self.client_address)


for server in (
    socketserver.ThreadingTCPServer(("", 80), Http),
    socketserver.ThreadingTCPServer(("", 6379), Redis),
    socketserver.ThreadingUDPServer(("", 53), DnsOverUdp),
    socketserver.ThreadingTCPServer(("", 53), DnsOverTcp),
    socketserver.ThreadingUDPServer(("", 7), Echo),
):
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
