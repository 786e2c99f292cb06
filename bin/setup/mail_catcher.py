"""Catch every e-mail instead of sending it: an SMTP server on this machine that writes files.

Odoo is told that this is its mail server. Each message becomes one `.eml` file, which any
mail program opens.
"""

import itertools
import socketserver
import threading
import time

END = b".\r\n"


class _Handler(socketserver.StreamRequestHandler):
    """Speak as much SMTP as a sender needs; every recipient is accepted."""

    def handle(self):
        self._answer("220 mail is caught here")
        recipients = []
        for line in iter(self.rfile.readline, b""):
            verb = line.strip().upper()
            if verb == b"DATA":
                self._answer("354 go ahead")
                self.server.keep(recipients, self._message())
                recipients = []
            elif verb.startswith(b"RCPT TO:"):
                recipients.append(line.strip()[8:].decode(errors="replace"))
            self._answer("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def _message(self):
        lines = itertools.takewhile(lambda line: line != END, iter(self.rfile.readline, b""))
        return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)

    def _answer(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class MailCatcher(socketserver.ThreadingTCPServer):
    """A server on a free port of this machine; `folder` receives the messages."""

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self._numbers = itertools.count(1)
        self._started = time.strftime("%Y%m%d-%H%M%S")

    @property
    def port(self):
        return self.server_address[1]

    def keep(self, recipients, message):
        """Write one message; the envelope's recipients come first, as bcc is not in the text."""
        head = f"X-Caught-For: {', '.join(recipients)}\r\n".encode()
        name = f"{self._started}-{next(self._numbers):05d}.eml"
        (self.folder / name).write_bytes(head + message)

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self
