"""A proxy before a mail server: it drops connections, answers late, and loses answers."""

import contextlib
import random
import socket
import threading
import time


class Chaos:
    """Forwards a loopback port to another; trouble comes by chance, from a seed.

    Args:
        target: the server's port.
        trouble: share of connections dropped at the door (twice it), and of chunks cut in the
            middle or answers thrown away (a third of it each).
        late: share of answers that come late, by `late_s` seconds.
    """

    def __init__(
        self,
        target: int,
        *,
        seed: int,
        trouble: float = 0.02,
        late: float = 0.02,
        late_s: float = 0.2,
    ) -> None:
        self.target = target
        self.chance = random.Random(seed)  # noqa: S311  (trouble, not secrets)
        self.trouble, self.late, self.late_s = trouble, late, late_s
        self.connections = 0
        self.lost = 0  # answers to a whole message that were thrown away
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _roll(self, share: float) -> bool:
        with self._lock:
            return self.chance.random() < share

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if self._roll(self.trouble * 2):
                client.close()  # dropped at the door
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = (client, server)
            threading.Thread(target=self._to_server, args=pair, daemon=True).start()
            threading.Thread(target=self._to_client, args=pair, daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                if self._roll(self.trouble / 3):
                    server.sendall(data[: len(data) // 2])  # cut in the middle
                    break
                server.sendall(data)
        self._end(client, server)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if self._roll(self.late):
                    time.sleep(self.late_s)
                if self._roll(self.trouble / 3):
                    self.lost += b"queued as" in data
                    break  # the answer never comes
                client.sendall(data)
        self._end(client, server)

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for one in ends:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
