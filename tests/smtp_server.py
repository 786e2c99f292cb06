"""A mail server on this machine that keeps what it is sent, for tests that really send."""

import socketserver
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy


@dataclass(frozen=True)
class Received:
    """One message with its envelope."""

    sender: str
    recipients: tuple
    message: object

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
                self._answer("354 go ahead")
                self.server.keep(sender, recipients, self._message())
                recipients = []
            elif verb == "MAIL FROM":
                sender = _bare(address)
            elif verb == "RCPT TO":
                recipients.append(_bare(address))
            self._answer("250 ok")

    def _message(self):
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(line[1:] if line.startswith(b".") else line for line in lines)

    def _answer(self, text):
        self.wfile.write(f"{text}\r\n".encode())


def _bare(address):
    return address.partition(">")[0].strip(" <")


class SmtpServer(socketserver.ThreadingTCPServer):
    """``received`` holds what came, in order."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received = []

    def keep(self, sender, recipients, text):
        message = message_from_bytes(text, policy=policy.default)
        self.received.append(Received(sender, tuple(recipients), message))

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.shutdown()
        self.server_close()
