"""A mail server on this machine that keeps what it is sent, for tests that really send."""

import socketserver
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import cached_property


@dataclass(frozen=True)
class Received:
    """One message with its envelope."""

    sender: str
    recipients: tuple
    text: bytes

    @cached_property
    def message(self):
        """It in parts; many are never looked into."""
        return message_from_bytes(self.text, policy=policy.default)

    def part(self, content_type):
        """The text of the first part of a type, such as ``text/html``."""
        parts = (part for part in self.message.walk() if part.get_content_type() == content_type)
        return next(parts).get_content()


class _Handler(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as Odoo needs."""

    def handle(self):
        self._answer("220 a test")
        sender, recipients = "", []
        for line in self.rfile:
            verb, _colon, address = line.strip().decode().partition(":")
            verb = verb.upper()
            if verb == "QUIT":
                self._answer("221 bye")
                return
            if verb == "DATA":
                answer = self._take(sender, tuple(recipients))
                if answer is None:
                    return
                self._answer(answer)
                recipients = []
                continue
            if verb == "MAIL FROM":
                sender = _bare(address)
            elif verb == "RCPT TO":
                recipients.append(_bare(address))
            self._answer("250 ok")

    def _take(self, sender, recipients):
        """The answer to DATA as the server behaves at the moment; None to hang up."""
        behaviour = self.server.next_behaviour()
        if behaviour[:1].isdigit():
            return behaviour
        self._answer("354 go ahead")
        if behaviour == "hang up at once":
            self.rfile.readline()
            return None
        self.server.received.append(Received(sender, recipients, self._message()))
        if callable(self.server.on_received):
            self.server.on_received()
        return None if behaviour == "hang up afterwards" else "250 ok"

    def _message(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line[1:] if line.startswith(b".") else line for line in lines)

    def _answer(self, text):
        self.wfile.write(f"{text}\r\n".encode())


def _bare(address):
    return address.partition(">")[0].strip(" <")


class SmtpServer(socketserver.ThreadingTCPServer):
    """``received`` holds what came, in order.

    ``behaviours`` says what becomes of one e-mail after the other, the last one for all that
    follow: ``take``; an answer such as ``451 later``; ``hang up at once``, in the middle of it; or
    ``hang up afterwards``, when it is kept and nobody is told.

    :ivar on_received: called without arguments when an e-mail is kept and not yet answered
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), _Handler)
        self.received = []
        self.behaviours = ["take"]
        self.on_received = None
        self._lock = threading.Lock()

    @property
    def port(self):
        return self.server_address[1]

    def next_behaviour(self):
        with self._lock:
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]

    def handle_error(self, *_where):
        """A caller that hangs up is no error."""

    def start(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        self.shutdown()
        self.server_close()
