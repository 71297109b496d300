"""Our HTTP client against servers that behave well, badly, and not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from linli.notifications.channels.posting import BadAddress, NoAnswer, Poster, read_address


class Server:
    """Answers each request with the next of `answers` (the last one again and again); None hangs up instead."""

    def __init__(self) -> None:
        self.answers: list[bytes | None] = [b"HTTP/1.1 204 No Content\r\n\r\n"]
        self.requests: list[bytes] = []
        self.connections = 0
        self.cut_after_answer = False
        self.port = 0
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                if self.cut_after_answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    one = Server()
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    one = Poster()
    yield one
    await one.close()


async def post(poster: Poster, server: Server, *, path: str = "/x", timeout_seconds: float = 5.0) -> int:
    url = f"http://127.0.0.1:{server.port}{path}"
    return await poster.post(url, body=b"hello", headers={"X-Key": "k1"}, timeout_seconds=timeout_seconds)


async def test_a_request_is_written_as_http_1_1_wants_it(server, poster) -> None:
    assert await post(poster, server, path="/路/x?a=1&b=二") == 204
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /%E8%B7%AF/x?a=1&b=%E4%BA%8C HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}".encode() in lines
    assert b"X-Key: k1" in lines
    assert b"Content-Length: 5" in lines
    assert body == b"hello"


async def test_one_connection_serves_many_requests(server, poster) -> None:
    server.answers = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n",
    ]
    assert [await post(poster, server) for _ in range(4)] == [200, 503, 503, 503]
    assert server.connections == 1


async def test_many_at_once_share_a_bounded_number_of_connections(server, poster) -> None:
    assert set(await asyncio.gather(*(post(poster, server) for _ in range(300)))) == {204}
    assert len(server.requests) == 300
    assert server.connections <= 64


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["chunked", "continue", "close", "1.0"],
)
async def test_every_way_of_ending_an_answer_is_understood(server, poster, answer) -> None:
    server.answers = [answer]
    assert [await post(poster, server) for _ in range(3)] == [200, 200, 200]


async def test_an_answer_without_a_length_ends_with_the_connection(server, poster) -> None:
    server.answers = [b"HTTP/1.1 200 OK\r\n\r\nwhatever"]
    server.cut_after_answer = True
    assert [await post(poster, server) for _ in range(2)] == [200, 200]


async def test_a_line_that_was_cut_while_idle_is_replaced(server, poster) -> None:
    assert await post(poster, server) == 204
    server.answers = [None, b"HTTP/1.1 204 No Content\r\n\r\n"]
    assert await post(poster, server) == 204
    assert server.connections == 2


async def test_a_receiver_that_always_hangs_up_gives_no_answer(server, poster) -> None:
    server.answers = [None]
    with pytest.raises(NoAnswer):
        await post(poster, server)


async def test_half_an_answer_is_no_answer(server, poster) -> None:
    server.answers = [b"HTTP/1.1 2"]
    server.cut_after_answer = True
    with pytest.raises(NoAnswer):
        await post(poster, server)


async def test_an_answer_that_is_not_http_is_no_answer(server, poster) -> None:
    server.answers = [b"220 mail.example ESMTP\r\n\r\n"]
    with pytest.raises(NoAnswer):
        await post(poster, server)


async def test_a_silent_receiver_is_left_and_its_late_words_reach_nobody(server, poster) -> None:
    server.answers = [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
    with pytest.raises(TimeoutError):
        await post(poster, server, timeout_seconds=0.1)
    assert await post(poster, server) == 200
    assert server.connections == 2


async def test_nobody_listening_is_no_answer(poster) -> None:
    with pytest.raises(NoAnswer):
        await poster.post("http://127.0.0.1:1/", body=b"", headers={}, timeout_seconds=5)


async def test_an_answer_that_never_ends_is_cut_off(server, poster) -> None:
    server.answers = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"200000\r\n" + b"x" * 0x200000]
    assert await post(poster, server) == 200


@pytest.mark.parametrize("header", ["a\r\nX-Evil: 1", "a\nb"])
async def test_a_header_cannot_smuggle_in_another(server, poster, header) -> None:
    with pytest.raises(ValueError, match="one line"):
        await poster.post(f"http://127.0.0.1:{server.port}/", body=b"", headers={"X-Key": header}, timeout_seconds=5)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "ftp://127.0.0.1/x", "http://[::1", "http://a b/", "http://x:99999/", "//x/y"]
)
def test_an_address_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        read_address(url)


@pytest.mark.parametrize(
    ("url", "host", "line"),
    [
        ("https://例子.测试/", "xn--fsqu00a.xn--0zwm56d", b"Host: xn--fsqu00a.xn--0zwm56d\r\n"),
        ("http://[::1]:8080/", "::1", b"Host: [::1]:8080\r\n"),
        ("http://u:p%40@h.example/", "h.example", b"Authorization: Basic dTpwQA==\r\n"),
        ("https://h.example:443/a", "h.example", b"Host: h.example\r\n"),
        ("http://h.example/a\r\nX-Evil: 1", "h.example", b"/aX-Evil:%201 HTTP/1.1\r\n"),
    ],
)
def test_an_address_is_read_as_a_browser_would(url: str, host: str, line: bytes) -> None:
    address = read_address(url)
    assert address.host == host
    assert line in address.head
