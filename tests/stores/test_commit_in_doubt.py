"""A commit whose answer is lost: one reply, and it is right."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from geo_relocation.errors import CommitInDoubtError, UnreachableError
from geo_relocation.store import Store, open_store
from geo_relocation.store.postgis import commit as commit_module
from stores.content import decisions

pytestmark = pytest.mark.postgis


class Proxy:
    """Passes bytes between client and server, and cuts the line at the first COMMIT after a write.

    Parameters
    ----------
    port
        Of the server.
    deliver
        Whether the COMMIT still reaches the server. Its answer never reaches the client.
    once
        Whether later connections pass unhindered; else they are refused.
    """

    def __init__(self, port: int, *, deliver: bool, once: bool = True) -> None:
        self._port, self._deliver, self._once = port, deliver, once
        self._lock = threading.Lock()
        self.cuts = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.cuts and not self._once:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._port))
            cut = threading.Event()
            for work in (self._up, self._down):
                thread = threading.Thread(target=work, args=(client, server, cut))
                thread.start()
                self._threads.append(thread)

    def _up(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        wrote = False
        while data := _received(client):
            wrote = wrote or b"COPY" in data
            if wrote and b"COMMIT" in data and self._first():
                cut.set()
                if not self._deliver:
                    _hang_up(client, server)
                    return
            server.sendall(data)
        _hang_up(server)

    def _first(self) -> bool:
        with self._lock:
            self.cuts += 1
            return self.cuts == 1

    def _down(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        while data := _received(server):
            if cut.is_set() and b"COMMIT" in data:
                break
            try:
                client.sendall(data)
            except OSError:
                break
        _hang_up(client, server)

    def close(self) -> None:
        _hang_up(self._listening)
        self._threads[0].join(10)
        for thread in self._threads[1:]:
            thread.join(10)


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(65_536)
    except OSError:
        return b""


def _hang_up(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@pytest.fixture
def through() -> Iterator[Callable[..., tuple[Store, Proxy]]]:
    """A store whose connections pass through a proxy that cuts the first COMMIT."""
    made: list[Proxy] = []

    def make(store: Store, **how: bool) -> tuple[Store, Proxy]:
        port = urlsplit(store.url).port
        assert port is not None
        made.append(Proxy(port, **how))
        return open_store(store.url.replace(f":{port}/", f":{made[-1].port}/")), made[-1]

    yield make
    for proxy in made:
        proxy.close()


def write(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.append("decisions", decisions("D1"))


def test_a_commit_that_took_place_is_no_error(
    postgis: Store, through: Callable[..., tuple[Store, Proxy]]
) -> None:
    store, proxy = through(postgis, deliver=True)
    write(store)
    assert proxy.cuts
    assert postgis.read("decisions")["decision_id"].tolist() == ["D1"]


def test_a_commit_that_did_not_take_place_is_said(
    postgis: Store, through: Callable[..., tuple[Store, Proxy]]
) -> None:
    store, proxy = through(postgis, deliver=False)
    with pytest.raises(UnreachableError, match="Nothing was changed"):
        write(store)
    assert proxy.cuts
    assert postgis.count("decisions") == 0
    write(store)
    assert postgis.count("decisions") == 1


@pytest.mark.parametrize("deliver", [True, False])
def test_nothing_is_claimed_where_the_server_cannot_be_asked(
    postgis: Store,
    through: Callable[..., tuple[Store, Proxy]],
    monkeypatch: pytest.MonkeyPatch,
    *,
    deliver: bool,
) -> None:
    monkeypatch.setattr(commit_module, "_PATIENCE", 1.0)
    store, _ = through(postgis, deliver=deliver, once=False)
    with pytest.raises(CommitInDoubtError, match=r"cannot be asked.*look whether") as caught:
        write(store)
    assert "Nothing was changed" not in str(caught.value)
    assert postgis.count("decisions") == int(deliver)
